// The settings of anything that describes itself with typed parameters: an instrument, or this program. A control shows
// what the owner says and nothing else: a wish is on its way as long as it is `pending`, and a refused one is gone.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatSiExact, formatSiText } from '../../base/si.ts';
import type {
  ChoiceParameter,
  NumberParameter,
  Parameter,
  ParameterValue,
  TextParameter,
} from '../../model/parameter.ts';
import { controlStyles } from './controls.ts';
import './number-field.ts';

export interface ParameterChange {
  readonly id: string;
  /** `true` for an action. */
  readonly value: ParameterValue;
}

/** Fires `lab-parameter-changed` with a `ParameterChange`; the owner sets `values`, and `pending` if that takes time. */
@customElement('lab-parameter-panel')
export class LabParameterPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      section {
        break-inside: avoid;
        margin-block-end: var(--lab-space-4);
      }
      @container (min-width: 880px) {
        .groups {
          columns: 2;
          column-gap: var(--lab-space-6);
        }
      }
      .heading {
        margin-block-end: var(--lab-space-1);
        font-size: var(--lab-size-small);
        font-weight: 600;
        color: var(--lab-text-dim);
      }
      .row {
        display: grid;
        grid-template-columns: minmax(96px, 2fr) minmax(120px, 3fr);
        align-items: center;
        gap: 0 var(--lab-space-2);
        min-block-size: calc(var(--lab-control-height) + 4px);
      }
      .row .help {
        grid-column: 1 / -1;
        margin-block: var(--lab-space-1) var(--lab-space-3);
      }
      .control {
        display: flex;
        align-items: center;
        min-inline-size: 0;
      }
      .control > * {
        flex: 1;
        min-inline-size: 0;
      }
      .row[aria-busy='true'] .control {
        position: relative;
      }
      .row[aria-busy='true'] .control::after {
        content: '';
        position: absolute;
        inset: auto 0 -1px;
        block-size: 2px;
        border-radius: 1px;
        background: linear-gradient(90deg, transparent, var(--lab-accent), transparent) 0 / 50% 100% repeat-x;
        animation: on-its-way 900ms linear 150ms infinite both;
      }
      @keyframes on-its-way {
        from {
          opacity: 0;
          background-position-x: 0;
        }
        20% {
          opacity: 1;
        }
        to {
          background-position-x: 200%;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .row[aria-busy='true'] .control::after {
          animation: none;
        }
      }
      .expert {
        margin-inline-start: -10px;
      }
      output {
        overflow-wrap: anywhere;
      }
      button[role='switch'] {
        flex: none;
        inline-size: 40px;
        block-size: 22px;
        padding: 2px;
        justify-content: flex-start;
        border: 1px solid var(--lab-line-strong);
        border-radius: 11px;
        background: var(--lab-ground-0);
      }
      button[role='switch']::before {
        content: '';
        inline-size: 14px;
        block-size: 14px;
        margin-inline-start: 1px;
        border-radius: 50%;
        background: var(--lab-text-dim);
        transition: translate var(--lab-duration) var(--lab-ease);
      }
      button[role='switch'][aria-checked='true'] {
        background: var(--lab-accent);
        border-color: var(--lab-accent);
      }
      button[role='switch'][aria-checked='true']::before {
        translate: 18px;
        background: var(--lab-on-accent);
      }
    `,
  ];

  @property({ attribute: false }) parameters: readonly Parameter[] = [];
  @property({ attribute: false }) values: Readonly<Record<string, ParameterValue>> = {};
  /** Wishes that are on their way, by parameter. */
  @property({ attribute: false }) pending: Readonly<Record<string, ParameterValue>> = {};
  /** Help as text under each control instead of in the tooltip only. */
  @property({ type: Boolean, attribute: 'shows-help' }) showsHelp = false;
  /** Level of the groups' headings on the page around it. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 3;
  @state() private isExpert = false;

  override render(): TemplateResult {
    const shown = this.parameters.filter((parameter) => this.isExpert || !parameter.isExpert);
    const groups = [...new Set(shown.map(({ group }) => group))];
    return html`
      <div class="groups">${groups.map(
        (group) => html`
          <section aria-label=${group}>
            <div class="heading" role="heading" aria-level=${this.headingLevel}>${group}</div>
            ${shown.filter((parameter) => parameter.group === group).map((parameter) => this.#row(parameter))}
          </section>
        `,
      )}</div>
      ${
        this.parameters.some(({ isExpert }) => isExpert)
          ? html`<button class="quiet expert" aria-expanded=${this.isExpert} @click=${this.#onToggleExpert}>
              ${this.isExpert ? 'Show less' : 'Show all settings'}
            </button>`
          : nothing
      }
    `;
  }

  #row(parameter: Parameter): TemplateResult {
    const id = parameter.id.replaceAll('.', '-');
    const help = describe(parameter);
    return html`
      <div class="row" title=${help} aria-busy=${this.pending[parameter.id] === undefined ? nothing : 'true'}>
        ${parameter.kind === 'action' ? html`<span></span>` : html`<label for=${id} id="${id}-label">${parameter.label}</label>`}
        <div class="control">${this.#control(parameter, id)}</div>
        <p class=${this.showsHelp ? 'help small dim' : 'hidden-visually'} id="${id}-help">${help}</p>
      </div>
    `;
  }

  #control(parameter: Parameter, id: string): TemplateResult {
    const value = this.pending[parameter.id] ?? this.values[parameter.id];
    if (parameter.kind === 'action') {
      return html`<button aria-describedby="${id}-help" @click=${() => this.#change(parameter.id, true)}>
        ${parameter.label}
      </button>`;
    }
    if (parameter.isReadOnly) return html`<output class="number" id=${id}>${showValue(parameter, value)}</output>`;
    switch (parameter.kind) {
      case 'choice':
        return html`<select
          id=${id}
          aria-describedby="${id}-help"
          .value=${String(value ?? parameter.default)}
          @change=${(event: Event) => this.#onPicked(parameter, event.target as HTMLSelectElement)}
        >
          ${parameter.choices.map(
            (choice) =>
              html`<option value=${choice.value} .selected=${choice.value === (value ?? parameter.default)}>
                ${choice.label}
              </option>`,
          )}
        </select>`;
      case 'number':
        return html`<lab-number-field
          id=${id}
          label=${parameter.label}
          description=${help(parameter)}
          unit=${parameter.unit}
          .value=${Number(value ?? parameter.default)}
          .min=${parameter.min}
          .max=${parameter.max}
          .step=${parameter.step}
          @lab-number-changed=${(event: CustomEvent<number>) => this.#change(parameter.id, event.detail)}
        ></lab-number-field>`;
      case 'toggle': {
        const isOn = Boolean(value ?? parameter.default);
        return html`<button
          role="switch"
          id=${id}
          aria-labelledby="${id}-label"
          aria-describedby="${id}-help"
          aria-checked=${isOn}
          @click=${() => this.#change(parameter.id, !isOn)}
        ></button>`;
      }
      case 'text':
        return html`<input
          id=${id}
          aria-describedby="${id}-help"
          .value=${String(value ?? parameter.default)}
          @change=${(event: Event) => this.#onPicked(parameter, event.target as HTMLInputElement)}
        />`;
    }
  }

  /** Takes the wish and puts the control back to what is: the owner's answer moves it. */
  #onPicked(parameter: ChoiceParameter | TextParameter, control: HTMLSelectElement | HTMLInputElement): void {
    const wish = control.value;
    control.value = String(this.pending[parameter.id] ?? this.values[parameter.id] ?? parameter.default);
    this.#change(parameter.id, wish);
  }

  #change(id: string, value: ParameterValue): void {
    const detail: ParameterChange = { id, value };
    this.dispatchEvent(new CustomEvent('lab-parameter-changed', { detail }));
  }

  readonly #onToggleExpert = (): void => {
    this.isExpert = !this.isExpert;
  };
}

function showValue(parameter: Parameter, value: ParameterValue | undefined): string {
  if (value === undefined) return '—';
  if (parameter.kind === 'choice')
    return parameter.choices.find((choice) => choice.value === value)?.label ?? String(value);
  if (parameter.kind === 'number' && typeof value === 'number') return formatSiText(value, parameter.unit);
  if (parameter.kind === 'toggle') return value ? 'On' : 'Off';
  return String(value);
}

function describe(parameter: Parameter): string {
  return parameter.kind === 'number' && !parameter.isReadOnly ? help(parameter) : parameter.help;
}

function help(parameter: NumberParameter): string {
  const [min, max] = [parameter.min, parameter.max].map((limit) => formatSiExact(limit, parameter.unit));
  return `${parameter.help} From ${min} to ${max}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-parameter-panel': LabParameterPanel;
  }
}

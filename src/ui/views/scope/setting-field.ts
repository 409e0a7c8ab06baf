// A setting of the scope where it stands on the screen: a number to type or to turn, or a choice. It shows what the
// instrument has; a wish is on its way until it is answered, and an answer that differs is marked.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { formatSiExact } from '../../../base/si.ts';
import type { NumberParameter, Parameter, ParameterValue } from '../../../model/parameter.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/number-field.ts';
import { SignalElement } from '../../signal-element.ts';
import { nextStep } from './screen.ts';
import type { Wishes } from './wishes.ts';

@customElement('lab-scope-setting')
export class LabScopeSetting extends SignalElement {
  static override readonly shadowRootOptions = { mode: 'open' as const, delegatesFocus: true };
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        position: relative;
        min-inline-size: 0;
      }
      label {
        display: block;
        font-size: 11px;
        line-height: 14px;
        color: var(--lab-text-dim);
        white-space: nowrap;
      }
      .box {
        position: relative;
        --lab-control-height: var(--lab-control-small);
      }
      lab-number-field,
      select {
        inline-size: 92px;
      }
      select {
        inline-size: 106px;
        padding-inline: 4px;
      }
      .box[aria-busy='true']::after {
        content: '';
        position: absolute;
        inset: auto 2px 0;
        block-size: 2px;
        background: var(--lab-accent);
      }
      .otherwise {
        display: block;
        font-size: 11px;
        line-height: 14px;
        color: var(--lab-warn);
        white-space: nowrap;
      }
      .otherwise::before {
        content: '≠ ';
      }
    `,
  ];

  @property({ attribute: false }) instrument!: ConnectedInstrument;
  @property({ attribute: false }) wishes!: Wishes;
  /** Id of the parameter; nothing is shown of one that the instrument does not have. */
  @property() setting = '';
  @property() label = '';
  /** Before the label for screen readers, such as `Channel 1`. */
  @property() group = '';
  /** What the channel measures, where that is not what the instrument's settings are described in: a probe of amperes. */
  @property({ attribute: false }) unit: string | undefined;
  /** The arrow keys go on to the next of 1, 2 and 5. */
  @property({ type: Boolean, attribute: 'is-stepped' }) isStepped = false;

  override render(): TemplateResult | typeof nothing {
    const { parameters, values } = this.instrument.status.value;
    const parameter = parameters.find(({ id }) => id === this.setting);
    const pending = this.instrument.pending.value[this.setting];
    const value = pending ?? values[this.setting];
    if (!parameter || value === undefined) return nothing;
    const wished = this.wishes.otherwise(this.instrument, this.setting);
    return html`
      <label id="label" aria-hidden="true">${this.label}</label>
      <div class="box" title=${parameter.help} aria-busy=${pending === undefined ? nothing : 'true'}>
        ${this.#control(parameter, value)}
      </div>
      ${
        wished === undefined
          ? nothing
          : html`<span class="otherwise" role="status" title="The instrument has another value than it was asked for">
              asked ${textOf(parameter, wished, this.unit)}
            </span>`
      }
    `;
  }

  #control(parameter: Parameter, value: ParameterValue): TemplateResult {
    const name = `${this.group} ${this.label}`.trim();
    if (parameter.kind === 'number' && typeof value === 'number') {
      return html`<lab-number-field
        label=${name}
        description=${parameter.help}
        unit=${this.unit ?? parameter.unit}
        .value=${value}
        .min=${parameter.min}
        .max=${parameter.max}
        .step=${parameter.step}
        @keydown=${{ handleEvent: (event: KeyboardEvent) => this.#onKey(event, parameter, value), capture: true }}
        @lab-number-changed=${(event: CustomEvent<number>) => this.#set(event.detail)}
      ></lab-number-field>`;
    }
    if (parameter.kind !== 'choice') return html`<output class="number">${String(value)}</output>`;
    return html`<select aria-label=${name} @change=${(event: Event) => this.#set((event.target as HTMLSelectElement).value)}>
      ${parameter.choices.map(
        (choice) => html`<option value=${choice.value} .selected=${choice.value === value}>${choice.label}</option>`,
      )}
    </select>`;
  }

  #onKey(event: KeyboardEvent, { min, max }: NumberParameter, value: number): void {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (!this.isStepped || direction === 0 || value <= 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(Math.min(max, Math.max(min, nextStep(value, direction))));
  }

  #set(value: ParameterValue): void {
    void this.wishes.set(this.instrument, this.setting, value);
  }
}

function textOf(parameter: Parameter, value: ParameterValue, unit: string | undefined): string {
  if (parameter.kind === 'number' && typeof value === 'number') return formatSiExact(value, unit ?? parameter.unit);
  const choice = parameter.kind === 'choice' && parameter.choices.find((row) => row.value === value);
  return choice ? choice.label : String(value);
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-setting': LabScopeSetting;
  }
}

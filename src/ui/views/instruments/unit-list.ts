// Units that can be opened, a row each: real ones with why not if they cannot, simulated ones by kind with a choice of
// what they measure. The welcome page and the Connect list show the same rows.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { InstrumentChoice, InstrumentKind } from '../../../model/instrument.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';

/** Fires `lab-unit-chosen` with the `InstrumentChoice`. */
@customElement('lab-unit-list')
export class LabUnitList extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: var(--lab-space-2);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--lab-space-1) var(--lab-space-3);
        padding: var(--lab-space-2) var(--lab-space-2) var(--lab-space-2) var(--lab-space-3);
        background: var(--lab-ground-2);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
      }
      li > lab-icon {
        color: var(--lab-text-dim);
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .load {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        margin-block-start: var(--lab-space-1);
      }
      select {
        flex: 0 1 200px;
      }
      li > button {
        min-inline-size: 92px;
      }
      .obstacle {
        color: var(--lab-warn);
      }
      @media (max-width: 480px) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        li > lab-icon,
        .load {
          gap: 0;
          font-size: 0;
        }
        li > lab-icon {
          display: none;
        }
        .load select {
          flex: 1;
          font-size: var(--lab-size-body);
        }
      }
    `,
  ];

  @property({ attribute: false }) choices: readonly InstrumentChoice[] = [];
  @property({ attribute: false }) kinds: readonly InstrumentKind[] = [];
  /** Ids of those that are being opened. */
  @property({ attribute: false }) opening: readonly string[] = [];
  /** The first row is what most people want. */
  @property({ type: Boolean, attribute: 'leads' }) leads = false;
  /** Says under each name what such an instrument measures. */
  @property({ type: Boolean, attribute: 'describes' }) describes = false;
  /** Names the list for screen readers. */
  @property() label = '';
  /** Simulation chosen, by kind. */
  @state() private simulations: Readonly<Record<string, string>> = {};

  override render(): TemplateResult {
    const real = this.choices.filter(({ isSimulated }) => !isSimulated);
    const simulated = this.choices.filter(({ isSimulated }) => isSimulated);
    const kinds = [...new Set(simulated.map(({ kind }) => kind))];
    const rows = [
      ...real.map((choice) => ({ choice, others: [] })),
      ...kinds.map((kind) => this.#simulatedRow(simulated.filter((choice) => choice.kind === kind))),
    ];
    return html`<ul aria-label=${this.label}>
      ${rows.map(({ choice, others }, index) => this.#row(choice, others, this.leads && index === 0))}
    </ul>`;
  }

  #simulatedRow(others: readonly InstrumentChoice[]) {
    const chosen = others.find(({ id, kind }) => id === this.simulations[kind]);
    return { choice: chosen ?? others[0]!, others };
  }

  #row(choice: InstrumentChoice, simulations: readonly InstrumentChoice[], isFirst: boolean): TemplateResult {
    const { isSimulated, obstacle, model } = choice;
    const isOpening = this.opening.includes(choice.id);
    const description = this.kinds.find(({ id }) => id === choice.kind)?.description;
    const name = isSimulated ? `Simulated ${model}` : choice.label;
    const isOff = isOpening || obstacle !== undefined;
    return html`<li>
      <lab-icon name=${isSimulated ? 'cpu' : 'usb'}></lab-icon>
      <div>
        <p class="name">${name}</p>
        ${obstacle === undefined ? nothing : html`<p class="small obstacle">${obstacle}</p>`}
        ${this.describes && obstacle === undefined ? html`<p class="small dim">${description}</p>` : nothing}
        ${simulations.length > 1 ? this.#loads(name, choice, simulations) : nothing}
      </div>
      <button
        class=${isFirst ? 'primary' : ''}
        aria-label=${isFirst ? nothing : `Start ${name}`}
        aria-description=${obstacle ?? nothing}
        aria-disabled=${isOff ? 'true' : nothing}
        title=${obstacle ?? `Connect ${choice.label} and start it`}
        @click=${() => !isOff && this.#choose(choice)}
      >
        <lab-icon name="play"></lab-icon>${isOpening ? 'Starting…' : 'Start'}
      </button>
    </li>`;
  }

  #loads(name: string, chosen: InstrumentChoice, choices: readonly InstrumentChoice[]): TemplateResult {
    return html`<label class="load small dim">
      ${this.kinds.find(({ id }) => id === chosen.kind)?.usb.length === 0 ? 'is a' : 'measures'}
      <select
        aria-label="What the ${name} measures"
        @change=${(event: Event) => {
          this.simulations = { ...this.simulations, [chosen.kind]: (event.target as HTMLSelectElement).value };
        }}
      >
        ${choices.map(
          ({ id, simulation, label }) =>
            html`<option value=${id} .selected=${id === chosen.id}>${simulation ?? label}</option>`,
        )}
      </select>
    </label>`;
  }

  #choose(choice: InstrumentChoice): void {
    this.dispatchEvent(new CustomEvent('lab-unit-chosen', { detail: choice }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-unit-list': LabUnitList;
  }
}

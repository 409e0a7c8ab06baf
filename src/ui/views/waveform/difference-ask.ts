// Which signal less which: two choices, and why there is no difference of them.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { controlStyles } from '../../elements/controls.ts';
import { withDifference } from './arrangement.ts';
import type { ComparedFile, Comparison } from './comparison.ts';
import type { WaveformModel } from './model.ts';
import type { SignalChoice } from './state.ts';

/** A signal of a file. */
interface Option {
  readonly value: string;
  readonly words: string;
  readonly file: string;
  readonly name: string;
  readonly unit: string;
}

/** An element of its own: files may have thousands of signals, and a view that moves renders the rest again and again. */
@customElement('lab-difference-ask')
export class LabDifferenceAsk extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 4px 6px;
      }
      select {
        inline-size: 100%;
      }
      p {
        grid-column: 1 / -1;
        color: var(--lab-danger);
      }
    `,
  ];

  @property({ attribute: false }) model!: WaveformModel;
  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) files: readonly ComparedFile[] = [];

  @state() private minuend = '';
  @state() private subtrahend = '';
  @state() private refusal = '';
  #options: readonly Option[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('files')) return;
    this.#options = this.files.flatMap(({ key, letter, store }) =>
      store.signals().map(({ id, name, unit }) => ({
        value: JSON.stringify([key, id]),
        words: `${letter} ${name}${unit === '' ? '' : ` (${unit})`}`,
        file: key,
        name,
        unit,
      })),
    );
  }

  override render(): TemplateResult {
    const minuend = this.#found(this.minuend) ?? this.#options[0];
    const subtrahend = this.#found(this.subtrahend) ?? this.#partnerOf(minuend);
    return html`${this.#select('Difference of', minuend, (value) => (this.minuend = value))}<span>−</span>
      ${this.#select('Less', subtrahend, (value) => (this.subtrahend = value))}
      <button @click=${() => void this.#add(minuend, subtrahend)}>Show</button>
      ${this.refusal === '' ? nothing : html`<p class="small" role="alert">${this.refusal}</p>`}`;
  }

  #select(label: string, chosen: Option | undefined, onChange: (value: string) => void): TemplateResult {
    return html`<select
      aria-label=${label}
      title=${chosen?.words ?? ''}
      @change=${(event: Event) => {
        this.refusal = '';
        onChange((event.target as HTMLSelectElement).value);
      }}
    >
      ${this.#options.map((option) => html`<option value=${option.value} .selected=${option === chosen}>${option.words}</option>`)}
    </select>`;
  }

  async #add(minuend: Option | undefined, subtrahend: Option | undefined): Promise<void> {
    if (!minuend || !subtrahend) return;
    const choice = { minuend: choiceOf(minuend), subtrahend: choiceOf(subtrahend) };
    this.refusal = await this.comparison.refusalOf(choice);
    if (this.refusal === '') this.model.arrange(withDifference(this.model.state, choice));
  }

  #found(value: string): Option | undefined {
    return this.#options.find((option) => option.value === value);
  }

  /** What is offered first: in another file what has name and unit, else the unit, else the first of it. */
  #partnerOf(own: Option | undefined): Option | undefined {
    const others = this.#options.filter(({ file }) => file !== own?.file);
    return (
      others.find(({ name, unit }) => name === own?.name && unit === own.unit) ??
      others.find(({ unit }) => unit === own?.unit) ??
      others[0]
    );
  }
}

function choiceOf({ value }: Option): SignalChoice {
  const [label, signalId] = JSON.parse(value) as [string, string];
  return { label, signalId };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-difference-ask': LabDifferenceAsk;
  }
}

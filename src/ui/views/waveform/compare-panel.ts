// Files over each other: the legend, how each is moved, and the differences of two.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isCounted, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { isMoved, raised, shifted, unmoved, withDifference, withoutDifference } from './arrangement.ts';
import type { ComparedFile, Comparison, ShownDifference } from './comparison.ts';
import './exact-field.ts';
import { isDigital } from './lanes.ts';
import { swatch, swatchStyles } from './legend-swatch.ts';
import type { WaveformModel } from './model.ts';
import type { DifferenceChoice, SignalChoice, ViewState } from './state.ts';

const RAISE_HELP = 'Draws it higher or lower. Figures, readouts and differences keep the values of the file.';

@customElement('lab-compare-panel')
export class LabComparePanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    swatchStyles,
    css`
      :host {
        display: block;
        margin-block-end: 12px;
      }
      section {
        margin-block-end: 8px;
      }
      header {
        display: flex;
        align-items: center;
        gap: 6px;
        min-block-size: 28px;
      }
      header button,
      .taken button {
        flex: none;
        --lab-control-height: var(--lab-control-small);
      }
      .name {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .places {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        align-items: center;
        gap: 4px 8px;
        padding-inline-start: 32px;
      }
      .places > span {
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
      }
      .ask {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 4px 6px;
      }
      .ask select {
        inline-size: 100%;
      }
      h3 {
        margin: 8px 0 4px;
      }
      .taken {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 2px 6px;
        margin-block-start: 6px;
      }
      .taken p {
        grid-column: 1 / -1;
      }
      .refused {
        color: var(--lab-danger);
        margin-block-start: 4px;
      }
    `,
  ];

  @property({ attribute: false }) model!: WaveformModel;
  @property({ attribute: false }) axis: SignalAxis = TIME_AXIS;
  @property({ attribute: false }) state!: ViewState;
  @property({ attribute: false }) comparison!: Comparison;
  /** Those of the comparison; another list when there are others. */
  @property({ attribute: false }) files: readonly ComparedFile[] = [];
  @property({ attribute: false }) differences: readonly ShownDifference[] = [];

  @state() private minuend = '';
  @state() private subtrahend = '';
  @state() private refusal = '';

  override render(): TemplateResult {
    return html`${this.files.map((file, place) => this.#file(file, place))}${this.#difference()}`;
  }

  #file({ key, label, letter, store }: ComparedFile, place: number): TemplateResult {
    const { model } = this;
    const isFirst = place === 0;
    const units = [...new Set(store.signals().flatMap((signal) => (isDigital(signal) ? [] : signal.unit)))];
    return html`<section aria-label="${letter} ${label}">
      <header>
        ${swatch(place)}<b>${letter}</b><span class="name" title=${label}>${label}</span>
        ${isFirst ? html`<span class="small dim">others are moved</span>` : this.#moves(key, label)}
      </header>
      ${
        isFirst
          ? nothing
          : html`<div class="places">
              <span>moved by${isCounted(this.axis) ? ` ${this.axis.name}s` : ''}</span>
              <lab-exact-field
                label="Shift of ${label}"
                unit=${this.axis.unit}
                .value=${this.state.shifts[key] ?? 0}
                @lab-value-changed=${({ detail }: CustomEvent<number>) => model.arrange(shifted(model.state, key, detail))}
              ></lab-exact-field>
              ${units.map((unit) => this.#raise(key, label, unit, units.length > 1))}
            </div>`
      }
    </section>`;
  }

  #raise(key: string, label: string, unit: string, isOneOfMany: boolean): TemplateResult {
    const { model } = this;
    const which = isOneOfMany ? ` (${unit === '' ? 'no unit' : unit})` : '';
    return html`<span title=${RAISE_HELP}>higher by${which}</span>
      <lab-exact-field
        label="Height of ${label}${which}"
        unit=${unit}
        .value=${this.state.raises[key]?.[unit] ?? 0}
        @lab-value-changed=${({ detail }: CustomEvent<number>) => model.arrange(raised(model.state, key, unit, detail))}
      ></lab-exact-field>`;
  }

  #moves(key: string, label: string): TemplateResult {
    const { model } = this;
    const points = this.#points();
    const hint = points
      ? 'Move it so that its picture at the second marker lies at the first'
      : 'Set two markers first: where the event is here, and where it is in the other recording';
    const canReset = isMoved(this.state, key);
    return html`<button
        title=${hint}
        aria-label="Align ${label}"
        aria-disabled=${points === undefined}
        @click=${() => {
          const shiftS = model.state.shifts[key] ?? 0;
          if (points) model.arrange(shifted(model.state, key, shiftS + points.here - points.there));
        }}
      >
        Align
      </button>
      <button
        title=${canReset ? 'Put it where its file has it' : 'It lies where its file has it'}
        aria-label="Reset ${label}"
        aria-disabled=${!canReset}
        @click=${() => {
          if (canReset) model.arrange(unmoved(model.state, key));
        }}
      >
        Reset
      </button>`;
  }

  /** The two instants to bring together: the ends of the selected pair, else the first two single markers. */
  #points(): { readonly here: number; readonly there: number } | undefined {
    const onTime = this.state.markers.filter(({ axis }) => axis === 'time');
    const pair =
      onTime.find(({ id, second }) => id === this.state.selectedMarkerId && second !== undefined) ??
      onTime.find(({ second }) => second !== undefined);
    if (pair) return { here: pair.first, there: pair.second! };
    const [first, second] = onTime;
    return first && second && { here: first.first, there: second.first };
  }

  #difference(): TemplateResult {
    const options = this.#options();
    const chosenOr = (chosen: string, other: number) =>
      options.some(({ value }) => value === chosen) ? chosen : (options[other]?.value ?? '');
    const minuend = chosenOr(this.minuend, 0);
    const subtrahend = chosenOr(this.subtrahend, this.#partnerOf(options, minuend));
    const select = (label: string, value: string, onChange: (value: string) => void) => html`<select
      aria-label=${label}
      title=${options.find((option) => option.value === value)?.words ?? ''}
      .value=${value}
      @change=${(event: Event) => {
        this.refusal = '';
        onChange((event.target as HTMLSelectElement).value);
      }}
    >
      ${options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.words}</option>`)}
    </select>`;
    return html`<section aria-label="Difference">
      <h3>Difference</h3>
      <div class="ask">
        ${select('Difference of', minuend, (value) => (this.minuend = value))}<span>−</span>
        ${select('Less', subtrahend, (value) => (this.subtrahend = value))}
        <button @click=${() => void this.#add({ minuend: choiceOf(minuend), subtrahend: choiceOf(subtrahend) })}>Show</button>
      </div>
      ${this.refusal === '' ? nothing : html`<p class="small refused" role="alert">${this.refusal}</p>`}
      ${this.differences.map((difference, i) => this.#taken(difference, this.files.length + i))}
    </section>`;
  }

  #taken({ choice, label, words, isRefused }: ShownDifference, place: number): TemplateResult {
    const { model } = this;
    const name = label === '' ? 'Difference' : label;
    return html`<div class="taken">
      <header>${isRefused ? nothing : swatch(place)}<b class="name" title=${name}>${name}</b></header>
      <button
        class="quiet icon"
        title="Show it no more"
        aria-label="Remove ${name}"
        @click=${() => model.arrange(withoutDifference(model.state, choice))}
      >
        <lab-icon name="x"></lab-icon>
      </button>
      <p class="small ${isRefused ? 'refused' : 'dim'}">${words}</p>
    </div>`;
  }

  async #add(choice: DifferenceChoice): Promise<void> {
    this.refusal = await this.comparison.refusalOf(choice);
    if (this.refusal === '') this.model.arrange(withDifference(this.model.state, choice));
  }

  #options(): readonly Option[] {
    return this.files.flatMap(({ key, letter, store }) =>
      store.signals().map((signal) => ({
        value: JSON.stringify([key, signal.id]),
        words: `${letter} ${signal.name}${signal.unit === '' ? '' : ` (${signal.unit})`}`,
        file: key,
        name: signal.name,
        unit: signal.unit,
      })),
    );
  }

  /** What is offered first: in another file what has name and unit, else the unit, else the first of it. */
  #partnerOf(options: readonly Option[], minuend: string): number {
    const own = options.find(({ value }) => value === minuend);
    const others = options.filter(({ file }) => file !== own?.file);
    const found =
      others.find(({ name, unit }) => name === own?.name && unit === own.unit) ??
      others.find(({ unit }) => unit === own?.unit) ??
      others[0];
    return found ? options.indexOf(found) : 0;
  }
}

interface Option {
  readonly value: string;
  readonly words: string;
  readonly file: string;
  readonly name: string;
  readonly unit: string;
}

function choiceOf(value: string): SignalChoice {
  const [label, signalId] = JSON.parse(value) as [string, string];
  return { label, signalId };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-compare-panel': LabComparePanel;
  }
}

// Files over each other: the legend, how each is moved, and the differences of two.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { isCounted, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { isMoved, raised, shifted, unmoved, withoutDifference } from './arrangement.ts';
import type { ComparedFile, Comparison, ShownDifference } from './comparison.ts';
import './difference-ask.ts';
import './exact-field.ts';
import { isDigital } from './lanes.ts';
import { swatch, swatchStyles } from './legend-swatch.ts';
import type { WaveformModel } from './model.ts';
import type { ViewState } from './state.ts';

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

  override render(): TemplateResult {
    return html`${this.files.map((file, place) => this.#file(file, place))}
      <section aria-label="Difference">
        <h3>Difference</h3>
        <lab-difference-ask .model=${this.model} .comparison=${this.comparison} .files=${this.files}></lab-difference-ask>
        ${this.differences.map((difference) => this.#taken(difference))}
      </section>`;
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

  #taken({ choice, place, label, words, isRefused }: ShownDifference): TemplateResult {
    const { model } = this;
    const name = label === '' ? 'Difference' : label;
    return html`<div class="taken">
      <header>${place === undefined ? nothing : swatch(place)}<b class="name" title=${name}>${name}</b></header>
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
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-compare-panel': LabComparePanel;
  }
}

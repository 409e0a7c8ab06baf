// The figures of all files of a view beside each other, over one span, and the samples of it as a table.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import { TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { download } from '../../save-picture.ts';
import { comparedTable } from './compared-table.ts';
import { FROM_OVERVIEW, pairRows } from './figure-rows.ts';
import { type Lane, lanesOnScreen } from './lanes.ts';
import type { LegendLine } from './legend.ts';
import { swatch, swatchStyles } from './legend-swatch.ts';
import { type Measurement, Measurer } from './measure.ts';
import type { LaneState, TimeRange } from './state.ts';

/** A view that stands this long has come to rest: figures of a moving one would be out of date before they are there. */
const REST_MS = 150;
/** No marker of the user has it. */
const SPAN_ID = 0;

@customElement('lab-compared-figures')
export class LabComparedFigures extends LitElement {
  static override readonly styles = [
    controlStyles,
    swatchStyles,
    css`
      :host {
        display: block;
        margin-block-end: 12px;
      }
      .figures {
        overflow-x: auto;
      }
      table {
        font-size: 11px;
        margin-block-end: 8px;
      }
      caption {
        text-align: start;
        font-size: var(--lab-size-small);
        font-weight: 600;
        padding-block-start: 6px;
      }
      th,
      td {
        padding: 2px 0 2px 7px;
        text-align: end;
        white-space: nowrap;
        border: none;
      }
      th:first-child {
        padding-inline-start: 0;
        text-align: start;
        font-weight: 400;
      }
      .gaps > *,
      .limit > * {
        color: var(--lab-warn);
      }
      .refused {
        color: var(--lab-danger);
      }
    `,
  ];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) states: Readonly<Record<string, LaneState>> = {};
  @property({ attribute: false }) axis: SignalAxis = TIME_AXIS;
  /** What is measured: `On screen`, `Between the markers`. */
  @property() spanName = '';
  @property({ attribute: false }) span: TimeRange = { startS: 0, endS: 0 };
  @property({ attribute: false }) legend: readonly LegendLine[] = [];
  /** Name of the table's file. */
  @property() label = '';

  @state() private measured: TimeRange | undefined;
  @state() private problem = '';
  readonly #measurer = new Measurer(() => this.requestUpdate());
  #timer: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(changed: PropertyValues<this>): void {
    const { startS, endS } = this.span;
    const isNew = changed.has('span') && (this.measured?.startS !== startS || this.measured.endS !== endS);
    if (!isNew) return;
    clearTimeout(this.#timer);
    if (!this.measured) this.measured = this.span;
    else this.#timer = setTimeout(() => (this.measured = this.span), REST_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#measurer.measure([], [], {});
  }

  override render(): TemplateResult {
    const { startS, endS } = this.measured ?? this.span;
    const marker = { id: SPAN_ID, name: '', axis: 'time', first: startS, second: endS } as const;
    const lanes = lanesOnScreen(this.lanes, this.states).filter(({ isDigital }) => !isDigital);
    const found = this.#measurer.measure([marker], lanes, this.states).get(SPAN_ID) ?? [];
    const isFromOverview = found.some((each) => each.isFromOverview && each.isApproximate);
    const isClipped = found.some((each) => each.isClipped);
    return html`<p class="small dim">${this.spanName}; values as the files have them.</p>
      <div class="figures" tabindex="0" role="group" aria-label="Figures of the compared files">
        ${lanes.map((lane) => table(lane, found))}
        ${isClipped ? html`<p class="small dim">Partly outside the data: figures cover what is there.</p>` : nothing}
        ${isFromOverview ? html`<p class="small dim">≈ ${FROM_OVERVIEW}</p>` : nothing}
      </div>
      <button title="The samples of all files in this span, with the legend in front" @click=${() => void this.#save()}>
        <lab-icon name="download"></lab-icon>Save them as CSV
      </button>
      ${this.problem === '' ? nothing : html`<p class="small refused" role="alert">${this.problem}</p>`}`;
  }

  async #save(): Promise<void> {
    const { lanes, states, span, axis, legend } = this;
    try {
      const text = await comparedTable({ lanes: lanesOnScreen(lanes, states), span, axis, legend });
      download(new Blob([text], { type: 'text/csv' }), `${this.label}-compared.csv`);
      this.problem = '';
    } catch (thrown) {
      this.problem = toError(thrown).message;
    }
  }
}

function table(lane: Lane, found: readonly Measurement[]): TemplateResult {
  return html`<table>
    <caption>${lane.name}</caption>
    ${pairRows(
      found.filter((each) => each.lane === lane),
      ({ trace }) => html`${swatch(trace.place ?? 0)} ${trace.shown.letter ?? 'difference'}`,
    )}
  </table>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-compared-figures': LabComparedFigures;
  }
}

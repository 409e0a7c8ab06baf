// The markers as tables: the accessible twin of the flags in the plot, where every number can be typed.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatSiText } from '../../../base/si.ts';
import { isCounted, reciprocalUnit } from '../../../model/axis.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import './exact-field.ts';
import { BEYOND, DIGITS, FROM_OVERVIEW, figureCell, pairRows } from './figure-rows.ts';
import { finestRateStepS, type Lane } from './lanes.ts';
import { LongList } from './long-list.ts';
import { longListStyles } from './long-list-styles.ts';
import type { MeasuredMarker } from './marker-text.ts';
import type { Measurement } from './measure.ts';
import type { WaveformModel } from './model.ts';
import { formatToStep } from './position-text.ts';
import { AT_LIMIT } from './scene-limits.ts';
import type { Marker } from './state.ts';

/** Fires `lab-copy-requested` with the markers to copy. */
@customElement('lab-marker-panel')
export class LabMarkerPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    longListStyles,
    css`
      :host {
        display: block;
      }
      section {
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        padding: 6px;
        margin-block-end: 8px;
        background: var(--lab-ground-1);
      }
      section[data-selected] {
        border-color: var(--lab-accent);
      }
      header {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      header input {
        flex: 1;
        border-color: transparent;
        background: transparent;
        font-weight: 600;
        padding: 0 4px;
      }
      header input:hover {
        border-color: var(--lab-line-strong);
      }
      .positions {
        display: grid;
        grid-template-columns: max-content 1fr;
        align-items: center;
        gap: 4px 8px;
        margin-block: 4px;
      }
      .positions > span {
        color: var(--lab-text-dim);
      }
      .mark {
        inline-size: 9px;
        block-size: 9px;
        border-radius: 2px;
        display: inline-block;
        margin-inline-end: 5px;
      }
      .first {
        background: var(--lab-marker-1);
      }
      .second {
        background: var(--lab-marker-2);
      }
      output {
        text-align: end;
        padding-inline-end: 7px;
        font-size: var(--lab-size-small);
      }
      .figures {
        overflow-x: auto;
      }
      table {
        font-size: 11px;
        margin-block-start: 4px;
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
      .limit > *,
      td.limit {
        color: var(--lab-warn);
      }
      .empty {
        color: var(--lab-text-dim);
        margin-block: 4px 12px;
      }
    `,
  ];

  @property({ attribute: false }) model!: WaveformModel;
  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) markers: readonly Marker[] = [];
  @property({ attribute: false }) selectedId: number | undefined;
  /** Figures of the markers that are in sight; a new function when there are new ones. */
  @property({ attribute: false }) measure!: (markers: readonly Marker[]) => readonly MeasuredMarker[];

  readonly #list = new LongList<Marker>(this, { name: 'markers', rowPx: 160, textOf: ({ name }) => name });

  override render(): TemplateResult {
    const { markers } = this;
    const measured = this.measure(this.#list.rows(markers));
    if (markers.length === 0) {
      return html`<p class="empty">No markers. Press <kbd>S</kbd> for one, <kbd>D</kbd> for a pair.</p>`;
    }
    return html`${this.#list.search(markers)}
      <div class="box" ?data-long=${this.#list.isLong} @scroll=${this.#list.onScroll}>
        <div class="rows" .style=${this.#list.padding}>${measured.map((each) => this.#marker(each))}</div>
      </div>`;
  }

  /** What was selected in the plot comes into sight. */
  override updated(changed: PropertyValues<this>): void {
    if (changed.has('selectedId') && this.selectedId !== undefined) void this.#list.reveal(this.selectedId);
  }

  #marker(measured: MeasuredMarker): TemplateResult {
    const { marker, measurements } = measured;
    const { model } = this;
    const name = `Marker ${marker.name}`;
    const copy = () => this.dispatchEvent(new CustomEvent('lab-copy-requested', { detail: [measured] }));
    return html`<section
      aria-label=${name}
      ?data-selected=${this.selectedId === marker.id}
      @focusin=${() => model.selectMarker(marker.id)}
    >
      <header>
        <span class="mark first"></span>
        <input
          aria-label="Name of marker ${marker.name}"
          .value=${marker.name}
          @keydown=${(event: Event) => event.stopPropagation()}
          @change=${(event: Event) => model.updateMarker(marker.id, { name: (event.target as HTMLInputElement).value })}
        />
        ${iconButton('search', `Show marker ${marker.name}`, () => model.showMarker(marker.id))}
        ${iconButton('copy', `Copy marker ${marker.name} as text`, copy)}
        ${iconButton('trash', `Delete marker ${marker.name}`, () => model.removeMarker(marker.id))}
      </header>
      ${this.#positions(measured)}
      ${measurements.length === 0 ? nothing : this.#figures(marker, measurements)}
    </section>`;
  }

  #positions({ marker, unit, axis }: MeasuredMarker): TemplateResult {
    const { model } = this;
    const reciprocal = axis && reciprocalUnit(axis);
    // what has no unit says what is counted
    const name = axis && isCounted(axis) ? ` ${axis.name}` : '';
    const stepS = finestRateStepS(this.lanes);
    const field = (label: string, value: number, onChange: (value: number) => void) => html`<lab-exact-field
      label="${label} of marker ${marker.name}"
      .unit=${unit}
      .value=${value}
      .shown=${axis ? formatToStep(value, unit, stepS) : formatSiText(value, unit, DIGITS)}
      @lab-value-changed=${(event: CustomEvent<number>) => onChange(event.detail)}
    ></lab-exact-field>`;
    const { first, second } = marker;
    if (second === undefined) {
      return html`<div class="positions">
        <span>at${name}</span>${field('Position', first, (value) => model.updateMarker(marker.id, { first: value }))}
      </div>`;
    }
    const delta = second - first;
    return html`<div class="positions">
      <span>first${name}</span>${field('First end', first, (value) => model.updateMarker(marker.id, { first: value }))}
      <span><i class="mark second"></i>second${name}</span>
      ${field('Second end', second, (value) => model.updateMarker(marker.id, { second: value }))}
      <span>Δ</span>${field('Distance', delta, (value) => model.setMarkerDelta(marker.id, value))}
      ${
        reciprocal !== undefined && delta !== 0
          ? html`<span>1/Δ</span><output class="number">${formatSiText(1 / Math.abs(delta), reciprocal, DIGITS)}</output>`
          : nothing
      }
    </div>`;
  }

  #figures(marker: Marker, measurements: readonly Measurement[]): TemplateResult {
    const shown = measurements.filter(({ lane }) => marker.second === undefined || !lane.isDigital);
    const fromOverview = shown.some(({ isFromOverview, isApproximate }) => isFromOverview && isApproximate);
    const clipped = shown.some(({ isClipped }) => isClipped);
    return html`<div class="figures" tabindex="0" role="group" aria-label="Figures at marker ${marker.name}">
      <table>
        ${marker.second === undefined ? shown.map(valueRow) : pairRows(shown, nameOf)}
      </table>
      ${fromOverview ? html`<p class="small dim">≈ ${FROM_OVERVIEW}</p>` : nothing}
      ${clipped ? html`<p class="small dim">Partly outside the data: figures cover what is there.</p>` : nothing}
    </div>`;
  }
}

function iconButton(icon: string, label: string, onClick: () => void): TemplateResult {
  return html`<button class="quiet icon" title=${label} aria-label=${label} @click=${onClick}>
    <lab-icon name=${icon}></lab-icon>
  </button>`;
}

function nameOf({ lane, trace }: Measurement): string {
  return lane.traces.length > 1 ? `${lane.name} (${trace.shown.label})` : lane.name;
}

function valueRow(measurement: Measurement): TemplateResult {
  const { lane, statistics } = measurement;
  const mean = statistics?.mean ?? Number.NaN;
  const value = lane.isDigital ? levelText(mean) : formatSiText(mean, lane.unit, DIGITS);
  return html`<tr>
    <th scope="row">${nameOf(measurement)}</th>
    ${figureCell(measurement, value)}
    ${measurement.saturated ? html`<td class="limit" title=${BEYOND}>${AT_LIMIT}</td>` : nothing}
  </tr>`;
}

/** Of a digital signal the overview may tell a mean that is no level. */
function levelText(mean: number): string {
  return Number.isInteger(mean) ? String(mean) : formatSiText(mean, '', { significantDigits: 2, prefix: '' });
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-marker-panel': LabMarkerPanel;
  }
}

// The measurements of the channels: of the shown record, and over all records since they were reset.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatCount, formatSiText } from '../../../base/si.ts';
import type { TraceSignal } from '../../../model/channel.ts';
import type { Figures } from '../../../model/running-figures.ts';
import { MEASUREMENT_IDS, MEASUREMENTS, type MeasurementId } from '../../../model/trace-measurements.ts';
import { controlStyles } from '../../elements/controls.ts';
import { TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import type { ChannelFigures } from './measured-channels.ts';
import { channelNumber } from './screen.ts';

const DIGITS = 4;

/** Fires `lab-reset-requested`. */
@customElement('lab-scope-measurements')
export class LabScopeMeasurements extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        font-size: var(--lab-size-small);
      }
      th,
      td {
        padding: 3px 7px 3px 0;
        white-space: nowrap;
      }
      thead th,
      td {
        text-align: end;
      }
      thead th:first-child {
        text-align: start;
      }
      tbody th[scope='rowgroup'] {
        padding-block-start: 10px;
        color: var(--lab-text);
        border-block-end: 2px solid;
        border-block-end-color: var(--channel);
      }
      tbody th[scope='row'] {
        font-weight: 400;
        border-block-end: 1px solid var(--lab-line);
      }
      td.now {
        font-size: var(--lab-size-body);
        color: var(--lab-text);
      }
      td {
        color: var(--lab-text-dim);
      }
      .none {
        color: var(--lab-text-faint);
      }
      footer {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--lab-space-2);
        padding-block: var(--lab-space-2);
      }
    `,
  ];

  @property({ attribute: false }) signals: readonly TraceSignal[] = [];
  @property({ attribute: false }) channels: ReadonlyMap<string, ChannelFigures> = new Map();
  /** Changes with the figures: the map is always the same. */
  @property({ type: Number }) version = 0;

  override render(): TemplateResult {
    if (this.signals.length === 0) return html`<p class="dim">Measurements come with the first record.</p>`;
    return html`
      <div class="scroll" tabindex="0" role="group" aria-label="Measurements">
        <table>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col">Now</th>
              <th scope="col">Mean</th>
              <th scope="col">Std</th>
              <th scope="col">Min</th>
              <th scope="col">Max</th>
              <th scope="col">n</th>
            </tr>
          </thead>
          ${this.signals.map((signal, index) => this.#channel(signal, index))}
        </table>
      </div>
      <footer>
        <span class="dim small">Statistics over records</span>
        <button title="Count anew from the next record (A)" @click=${() => this.dispatchEvent(new Event('lab-reset-requested'))}>
          Reset statistics
        </button>
      </footer>
    `;
  }

  #channel(signal: TraceSignal, index: number): TemplateResult {
    const figures = this.channels.get(signal.id);
    const color = `var(--lab-trace-${((channelNumber(signal, index) - 1) % TRACE_COLOR_COUNT) + 1})`;
    const ids = MEASUREMENT_IDS.filter((id) => id !== 'phase' || index > 0);
    return html`<tbody .style=${`--channel: ${color}`}>
      <tr>
        <th scope="rowgroup" colspan="7">${signal.name}</th>
      </tr>
      ${ids.map((id) => this.#row(id, signal, figures))}
    </tbody>`;
  }

  #row(id: MeasurementId, signal: TraceSignal, figures: ChannelFigures | undefined): TemplateResult {
    const { label, help, unit: ownUnit } = MEASUREMENTS[id];
    const unit = ownUnit ?? signal.unit;
    const now = figures?.newest[id];
    const all = figures?.overAll.get(id);
    const text = (value: number) => formatSiText(value, unit, { significantDigits: DIGITS });
    const title = id === 'phase' ? `Phase to ${this.signals[0]!.name}` : label;
    return html`<tr title=${help}>
      <th scope="row">${title}</th>
      <td class="now number">${now === undefined ? html`<span class="none">none</span>` : text(now)}</td>
      ${
        all === undefined
          ? html`<td colspan="5"></td>`
          : html`<td class="number">${text(all.mean)}</td>
              <td class="number">${all.count > 1 ? text(spread(all)) : nothing}</td>
              <td class="number">${text(all.min)}</td>
              <td class="number">${text(all.max)}</td>
              <td class="number">${formatCount(all.count)}</td>`
      }
    </tr>`;
  }
}

/** What is left of rounding beside a mean is no spread. */
const ROUNDING = 1e-9;

function spread({ mean, std }: Figures): number {
  return std < ROUNDING * Math.abs(mean) ? 0 : std;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-measurements': LabScopeMeasurements;
  }
}

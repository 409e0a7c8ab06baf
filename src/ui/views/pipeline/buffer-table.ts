// The buffers of a run: how full, how fast, what was lost.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { BufferFigures } from '../../../app/pipeline/figures.ts';
import { formatCount, formatPercent } from '../../../base/si.ts';
import { controlStyles } from '../../elements/controls.ts';
import { DEAD_TIME_WORDS, rateText } from './figure-text.ts';

@customElement('lab-buffer-table')
export class LabBufferTable extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        block-size: 100%;
      }
      .scroll {
        padding: 0 var(--lab-space-3);
        overflow: auto;
        block-size: 100%;
      }
      td.number,
      th.number {
        text-align: end;
        white-space: nowrap;
      }
      .bar {
        display: flex;
        inline-size: 160px;
        block-size: 12px;
        background: var(--lab-ground-plot);
        border: 1px solid var(--lab-line-strong);
      }
      .bar.flushed {
        opacity: 0.55;
      }
      .filled {
        background: var(--lab-trace-5);
      }
      .work {
        background: var(--lab-trace-4);
      }
      .root {
        color: var(--lab-accent);
        font-weight: 600;
      }
      .lost {
        color: var(--lab-danger);
      }
    `,
  ];

  @property({ attribute: false }) buffers: readonly BufferFigures[] = [];
  /** The figures are means of a whole run. */
  @property({ type: Boolean }) isOver = false;

  override render(): TemplateResult {
    return html`<div class="scroll" role="region" aria-label="Buffers" tabindex="0"><table>
      <thead>
        <tr>
          <th scope="col">Buffer</th>
          <th scope="col" title="Slots that are filled, in work, empty">Fill</th>
          <th scope="col" class="number">Slots</th>
          <th scope="col" class="number">${this.isOver ? 'Mean rate' : 'Rate'}</th>
          <th scope="col" class="number" title=${DEAD_TIME_WORDS}>Dead time</th>
          <th scope="col" class="number">Events</th>
          <th scope="col" class="number" title="Events that came while the buffer was paused; they are counted, not kept">Discarded</th>
          <th scope="col" class="number" title="Events that nobody will see: a thread that failed or was killed had taken them, nobody read them any more, or the buffer was shut down before they came">Lost</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        ${this.buffers.map((buffer) => this.#row(buffer))}
      </tbody>
    </table></div>`;
  }

  #row(buffer: BufferFigures): TemplateResult {
    const { filledPart, inWorkPart, emptyPart } = buffer;
    const fill = `${formatPercent(filledPart)} filled, ${formatPercent(inWorkPart)} in work, ${formatPercent(emptyPart)} empty`;
    return html`<tr>
      <td class=${buffer.isRoot ? 'root' : ''} title=${buffer.isRoot ? 'A root buffer: events enter the pipeline here' : ''}>${buffer.name}</td>
      <td>
        <div class="bar ${buffer.isFlushed ? 'flushed' : ''}" role="img" aria-label=${fill} title=${fill}>
          <span class="filled" .style=${`inline-size: ${100 * filledPart}%`}></span>
          <span class="work" .style=${`inline-size: ${100 * inWorkPart}%`}></span>
        </div>
      </td>
      <td class="number">${buffer.slotCount}</td>
      <td class="number">${rateText(buffer.rateHz)}</td>
      <td class="number" title=${DEAD_TIME_WORDS}>${formatPercent(buffer.deadShare)}</td>
      <td class="number">${formatCount(buffer.eventCount)}</td>
      <td class="number">${formatCount(buffer.pausedCount)}</td>
      <td class="number ${buffer.lostCount > 0 ? 'lost' : ''}">${formatCount(buffer.lostCount)}</td>
      <td>${buffer.isFlushed ? 'ended' : buffer.isPaused ? 'paused' : 'open'}</td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-buffer-table': LabBufferTable;
  }
}

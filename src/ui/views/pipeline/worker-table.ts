// The workers of a run: their threads, and how much of a processor they use, now and over the last minute.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunFigures } from '../../../app/pipeline/figures.ts';
import { formatPercent } from '../../../base/si.ts';
import { controlStyles } from '../../elements/controls.ts';
import { threadText } from './figure-text.ts';
import './history-chart.ts';

@customElement('lab-worker-table')
export class LabWorkerTable extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(160px, 1fr);
        block-size: 100%;
        overflow: auto;
      }
      .table {
        padding: 0 var(--lab-space-3);
        max-block-size: 50vh;
        overflow: auto;
      }
      td.number,
      th.number {
        text-align: end;
      }
      .failed {
        color: var(--lab-danger);
      }
    `,
  ];

  @property({ attribute: false }) figures!: RunFigures;
  @property({ attribute: false }) history: readonly RunFigures[] = [];

  override render(): TemplateResult {
    const { workers } = this.figures;
    return html`
      <div class="table" role="region" aria-label="Workers" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Worker</th>
              <th scope="col">Function</th>
              <th scope="col">Threads</th>
              <th scope="col" class="number" title="Time that its running threads did not spend waiting, mean per thread">Processor</th>
            </tr>
          </thead>
          <tbody>
            ${workers.map(
              ({ name, functionName, threads, processorShare }) => html`<tr>
                <td>${name}</td>
                <td>${functionName}</td>
                <td class=${threads.includes('failed') || threads.includes('crashed') ? 'failed' : ''}>${threadText(threads)}</td>
                <td class="number">${formatPercent(processorShare)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <lab-history-chart
        kind="share"
        .timesS=${this.history.map(({ activeS }) => activeS)}
        .series=${workers.map(({ name, processorShare }, i) => ({
          name,
          values: this.history.map((figures) => 100 * figures.workers[i]!.processorShare),
          text: formatPercent(processorShare),
        }))}
      ></lab-history-chart>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-worker-table': LabWorkerTable;
  }
}

// Everything a run shows beside the graph: displays, rates, buffers, workers, logs.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { LiveRun } from '../../../app/pipeline/live-run.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';
import './buffer-table.ts';
import './display-grid.ts';
import { rateText } from './figure-text.ts';
import './history-chart.ts';
import './log-list.ts';
import '../../elements/tab-list.ts';
import './worker-table.ts';

/** Functions that show something by themselves. */
const DISPLAYS = new Set(['observers.oscilloscope', 'exporters.histogram', 'visualizers.csv']);

@customElement('lab-run-tabs')
export class LabRunTabs extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-block-size: 0;
      }
      .panel {
        flex: 1;
        min-block-size: 0;
        overflow: hidden;
      }
    `,
  ];

  @property({ attribute: false }) run!: LiveRun;
  /** What the user chose; before that, what the run has to show. */
  @state() private chosenTab: string | undefined;

  private get tab(): string {
    const hasDisplays = this.run.setup.workers.some(({ function: name }) => DISPLAYS.has(name));
    return this.chosenTab ?? (hasDisplays || this.run.pictures.value.size > 0 ? 'displays' : 'rates');
  }

  override render(): TemplateResult {
    const errorCount = this.run.logs.value.lines.filter(({ severity }) => severity === 'error').length;
    const tabs = [
      ['displays', 'Displays'],
      ['rates', 'Rates'],
      ['buffers', 'Buffers'],
      ['workers', 'Workers'],
      ['logs', errorCount > 0 ? `Logs (${errorCount} ${errorCount === 1 ? 'error' : 'errors'})` : 'Logs'],
    ] as const;
    return html`
      <lab-tab-list
        label="Run"
        .tabs=${tabs}
        selected=${this.tab}
        @lab-tab-selected=${(event: CustomEvent<string>) => (this.chosenTab = event.detail)}
      ></lab-tab-list>
      <div class="panel" role="tabpanel" aria-label=${tabs.find(([id]) => id === this.tab)![1]}>
        <lab-display-grid
          ?hidden=${this.tab !== 'displays'}
          .setup=${this.run.setup}
          .pictures=${this.run.pictures.value}
        ></lab-display-grid>
        ${this.#panel()}
      </div>
    `;
  }

  /** The displays stay, hidden, so that they keep how they were set. */
  #panel(): TemplateResult | typeof nothing {
    const { run } = this;
    switch (this.tab) {
      case 'rates':
        return this.#rates();
      case 'buffers':
        return html`<lab-buffer-table .buffers=${run.figures.value.buffers} .isOver=${run.isOver.value}></lab-buffer-table>`;
      case 'workers':
        return html`<lab-worker-table .figures=${run.figures.value} .history=${run.history.value}></lab-worker-table>`;
      case 'logs':
        return html`<lab-log-list
          .logs=${run.logs.value}
          .workerNames=${run.setup.workers.map(({ name }) => name)}
        ></lab-log-list>`;
      default:
        return nothing;
    }
  }

  #rates(): TemplateResult {
    const history = this.run.history.value;
    return html`<lab-history-chart
      kind="rate"
      .timesS=${history.map(({ activeS }) => activeS)}
      .series=${this.run.figures.value.buffers.map(({ name, rateHz }, i) => ({
        name,
        values: history.map((figures) => figures.buffers[i]!.rateHz),
        text: rateText(rateHz),
      }))}
    ></lab-history-chart>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-run-tabs': LabRunTabs;
  }
}

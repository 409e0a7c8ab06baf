// Oscilloscopes and histograms of a run, side by side.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { WorkerPicture } from '../../../pipeline/engine/engine.ts';
import type { Setup, WorkerSetup } from '../../../pipeline/setup/setup.ts';
import { controlStyles } from '../../elements/controls.ts';
import './histogram-panel.ts';
import type { PlotType } from './histogram-panel.ts';
import './scope-panel.ts';

@customElement('lab-display-grid')
export class LabDisplayGrid extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr));
        grid-auto-rows: minmax(min-content, 1fr);
        gap: var(--lab-space-2);
        padding: var(--lab-space-2);
        block-size: 100%;
        overflow: auto;
      }
      .empty {
        place-self: center;
        text-align: center;
        max-inline-size: 46ch;
      }
    `,
  ];

  @property({ attribute: false }) setup!: Setup;
  @property({ attribute: false }) pictures: ReadonlyMap<string, WorkerPicture> = new Map();

  override render(): TemplateResult {
    if (this.pictures.size === 0) {
      return html`<p class="empty dim">
        Oscilloscopes (observers.oscilloscope) and histograms (exporters.histogram, visualizers.csv) of the setup appear here as soon as
        they have something to show.
      </p>`;
    }
    const order = this.setup.workers.map(({ name }) => name);
    const rank = ({ workerName, picture }: WorkerPicture) =>
      order.indexOf(workerName) + (picture.kind === 'trace' ? 0 : order.length);
    const entries = [...this.pictures].sort(([, a], [, b]) => rank(a) - rank(b));
    return html`${repeat(
      entries,
      ([key]) => key,
      ([, picture]) => this.#panel(picture),
    )}`;
  }

  #panel({ workerName, picture }: WorkerPicture): TemplateResult | typeof nothing {
    const worker = this.setup.workers.find(({ name }) => name === workerName)!;
    if (picture.kind === 'table') return nothing;
    if (picture.kind === 'trace') {
      return html`<lab-scope-panel .worker=${worker} .trace=${picture}></lab-scope-panel>`;
    }
    return html`<lab-histogram-panel
      .workerName=${workerName}
      .histogram=${picture}
      .initialType=${worker.function === 'visualizers.csv' ? tablePlotType(worker) : plotTypeFor(this.setup, worker.sources)}
    ></lab-histogram-panel>`;
  }
}

/** matplotlib's histtype; a filled step is drawn as one. */
function tablePlotType({ config }: WorkerSetup): PlotType {
  const type = config.get('plot_type');
  return typeof type === 'string' && type.startsWith('step') ? 'step' : 'bar';
}

/** What the visualizer of the same buffer asks for. */
function plotTypeFor(setup: Setup, buffers: readonly string[]): PlotType {
  const visualizer = setup.workers.find(
    ({ function: name, observes }) =>
      name === 'visualizers.histogram' && observes.some((buffer) => buffers.includes(buffer)),
  );
  const type = visualizer?.config.get('plot_type');
  return type === 'bar' || type === 'step' ? type : 'line';
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-display-grid': LabDisplayGrid;
  }
}

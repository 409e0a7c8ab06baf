// Oscilloscopes and histograms of a run, side by side.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { type DecayPair, decayPairs, fieldUnit } from '../../../app/pipeline/measured.ts';
import type { WorkerPicture } from '../../../pipeline/engine/engine.ts';
import type { Picture } from '../../../pipeline/functions/template.ts';
import type { Setup, WorkerSetup } from '../../../pipeline/setup/setup.ts';
import { controlStyles } from '../../elements/controls.ts';
import type { PlotType } from '../histogram/histogram-scene.ts';
import './asymmetry-panel.ts';
import './histogram-panel.ts';
import './scope-panel.ts';

type HistogramPicture = Extract<Picture, { readonly kind: 'histogram' }>;

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
    )}${decayPairs(this.setup).map((pair) => this.#pairPanels(pair))}`;
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
      .dataUnit=${this.#unit(worker, picture.channel)}
    ></lab-histogram-panel>`;
  }

  #unit({ sources, observes }: WorkerSetup, channel: string): string {
    const buffer = sources[0] ?? observes[0];
    return buffer === undefined ? '' : fieldUnit(this.setup, buffer, channel);
  }

  /** Decays upwards and downwards together, and their asymmetry. */
  #pairPanels({ upWorker, downWorker, channel }: DecayPair): TemplateResult | typeof nothing {
    const [up, down] = [upWorker, downWorker].map((workerName) => this.#histogram(workerName, channel));
    if (!up || !down || !isSameBins(up, down)) return nothing;
    const worker = this.setup.workers.find(({ name }) => name === upWorker)!;
    const unit = this.#unit(worker, channel);
    const both = { ...up, counts: up.counts.map((count, i) => count + down.counts[i]!) };
    return html`
      <lab-histogram-panel
        .workerName=${`sum of ${upWorker} and ${downWorker}`}
        .histogram=${both}
        .initialType=${plotTypeFor(this.setup, worker.sources)}
        .dataUnit=${unit}
      ></lab-histogram-panel>
      <lab-asymmetry-panel .up=${up} .down=${down} .dataUnit=${unit}></lab-asymmetry-panel>
    `;
  }

  #histogram(workerName: string, channel: string): HistogramPicture | undefined {
    const entry = [...this.pictures.values()].find(
      ({ workerName: name, picture }) =>
        name === workerName && picture.kind === 'histogram' && picture.channel === channel,
    );
    const picture = entry?.picture;
    return picture?.kind === 'histogram' ? picture : undefined;
  }
}

function isSameBins(one: HistogramPicture, other: HistogramPicture): boolean {
  return one.edges.length === other.edges.length && one.edges.every((edge, i) => edge === other.edges[i]);
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

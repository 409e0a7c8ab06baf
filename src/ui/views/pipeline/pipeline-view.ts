// Setups and their runs: explanation, text and past runs on the left; the live graph and the run's figures beside it.

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { findExample } from '../../../app/pipeline/examples.ts';
import type { LiveRun } from '../../../app/pipeline/live-run.ts';
import type { OpenedSetup } from '../../../app/pipeline/opened-setup.ts';
import type { FileOffer } from '../../../app/pipeline/pipelines.ts';
import { lostSentence } from '../../../app/pipeline/run-end.ts';
import { isSetupLink } from '../../../app/pipeline/setup-link.ts';
import type { Setup } from '../../../pipeline/setup/setup.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/splitter.ts';
import { AppElement } from '../../signal-element.ts';
import './control-bar.ts';
import './dialogs.ts';
import type { LabKillDialog, LabLinkDialog } from './dialogs.ts';
import './example-list.ts';
import './flow-graph.ts';
import './guide-panel.ts';
import './run-list.ts';
import './run-tabs.ts';
import './setup-panel.ts';
import '../../elements/tab-list.ts';
import { viewStyles } from './view-styles.ts';

const SIDE = 'pipeline.side';
const SIDE_START = { isOpen: true, sizePx: 340 };
/** Part of the window that the figures take until the user moves the splitter. */
const FIGURES_PART = 0.5;

@customElement('lab-pipeline-view')
export class LabPipelineView extends AppElement {
  static override readonly styles = [controlStyles, columnStyles, viewStyles];

  @state() private sideTab = 'guide';
  @query('lab-kill-dialog') private readonly killDialog!: LabKillDialog;
  @query('lab-link-dialog') private readonly linkDialog!: LabLinkDialog;
  #argument = '';
  /** The last picture of the open setup: it stays while the text has errors. */
  #drawn: { readonly opened: OpenedSetup; readonly setup: Setup } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.app.pipelines.refreshRuns();
  }

  /** Asks before threads are killed. */
  confirmKill(): void {
    this.killDialog.show();
  }

  /** Shows a link that could not be copied by itself. */
  showLink(link: string): void {
    void this.linkDialog.show(link);
  }

  override render(): TemplateResult {
    const { pipelines, navigation } = this.app;
    this.#argument = navigation.route.value.argument;
    const isEmpty = !pipelines.opened.value && !pipelines.isRunning;
    return html`
      ${pipelines.unavailable === undefined ? nothing : html`<p class="notice" role="status">${pipelines.unavailable}</p>`}
      ${isEmpty ? html`<lab-example-list .app=${this.app}></lab-example-list>` : this.#work()}
      <lab-kill-dialog .heldCount=${this.#heldCount()} @lab-kill=${() => pipelines.run.value?.kill()}></lab-kill-dialog>
      <lab-module-dialog
        .modules=${pipelines.askedModules.value}
        @lab-agree=${() => void pipelines.agree()}
        @lab-decline=${() => pipelines.decline()}
      ></lab-module-dialog>
      <lab-link-dialog></lab-link-dialog>
    `;
  }

  override updated(): void {
    if (isSetupLink(this.#argument)) void this.app.pipelines.openLink(this.#argument);
  }

  #work(): TemplateResult {
    const { pipelines } = this.app;
    const run = pipelines.run.value;
    const opened = pipelines.opened.value;
    const loaded = opened?.loaded.value.setup;
    if (opened && loaded) this.#drawn = { opened, setup: loaded };
    const drawn = this.#drawn?.opened === opened ? this.#drawn?.setup : undefined;
    const setup = pipelines.isRunning ? run?.setup : (drawn ?? run?.setup);
    const isStale = !pipelines.isRunning && opened !== undefined && loaded === undefined && drawn !== undefined;
    return html`
      <lab-pipeline-bar .app=${this.app}></lab-pipeline-bar>
      ${run ? this.#failures(run) : nothing}
      ${opened?.missing.value.map((path) => this.#missing(path))}
      <div class="columns ${run ? 'has-run' : ''}">
        ${this.#side()}
        <div class="centre ${isStale ? 'stale' : ''}">
          ${isStale ? html`<p class="notice" role="status">The text has errors. The picture is of the last one without.</p>` : nothing}
          ${
            setup
              ? this.#stage(setup)
              : html`<p class="wait dim">
            The picture appears when the setup has no errors. Files that it lacks can be dropped onto the window: the
            folder that holds them.
          </p>`
          }
        </div>
      </div>
    `;
  }

  #side(): TemplateResult {
    const example = findExample(this.app.pipelines.opened.value?.exampleId ?? '');
    const tabs = [
      ...(example ? [['guide', 'Guide'] as const] : []),
      ['setup', 'Setup'] as const,
      ['runs', 'Runs'] as const,
    ];
    const shown = tabs.some(([id]) => id === this.sideTab) ? this.sideTab : 'setup';
    const { layout } = this.app;
    const { sizePx } = layout.panel(SIDE, SIDE_START);
    return html`<div class="side" .style=${`inline-size: ${sizePx}px`}>
      <lab-tab-list
        label="Setup"
        .tabs=${tabs}
        selected=${shown}
        @lab-tab-selected=${(event: CustomEvent<string>) => (this.sideTab = event.detail)}
      ></lab-tab-list>
      ${
        shown === 'guide' && example
          ? html`<lab-guide-panel .example=${example}></lab-guide-panel>`
          : shown === 'runs'
            ? html`<lab-run-list .app=${this.app}></lab-run-list>`
            : html`<lab-setup-panel .app=${this.app}></lab-setup-panel>`
      }
    </div>
    <lab-splitter
      is-after
      label="Width of the setup"
      .sizePx=${sizePx}
      .minPx=${260}
      .maxPx=${800}
      @lab-split-changed=${(event: CustomEvent<{ sizePx: number }>) =>
        layout.setPanel(SIDE, { isOpen: true, sizePx: event.detail.sizePx })}
    ></lab-splitter>`;
  }

  #stage(setup: Setup): TemplateResult {
    const { layout, pipelines } = this.app;
    const run = pipelines.run.value;
    const hasFigures = run?.setup.buffers.every((buffer, i) => setup.buffers[i]?.name === buffer.name);
    const { sizePx } = layout.panel('pipeline.figures', {
      isOpen: true,
      sizePx: Math.round(FIGURES_PART * window.innerHeight),
    });
    const graph = html`<lab-flow-graph
      class="graph"
      tabindex="0"
      .setup=${setup}
      .figures=${hasFigures ? run?.figures.value : undefined}
      .isOver=${run?.isOver.value ?? false}
    ></lab-flow-graph>`;
    if (!run) return graph;
    return html`
      ${graph} ${this.#whose(run)}
      <lab-splitter
        direction="rows"
        label="Height of the figures"
        .sizePx=${sizePx}
        .minPx=${120}
        .maxPx=${900}
        @lab-split-changed=${(event: CustomEvent<{ sizePx: number }>) =>
          layout.setPanel('pipeline.figures', { isOpen: true, sizePx: event.detail.sizePx })}
      ></lab-splitter>
      <lab-run-tabs class="figures" .app=${this.app} .run=${run} .style=${`block-size: ${sizePx}px`}></lab-run-tabs>
    `;
  }

  /** Whose figures and displays these are, where they are not those of the text beside them. */
  #whose(run: LiveRun): TemplateResult | typeof nothing {
    const opened = this.app.pipelines.opened.value;
    if (!run.isOver.value || !opened || run.isOfText(opened)) return nothing;
    return html`<p class="notice" role="status">Below is ${run.name}, which ran before the last edits.</p>`;
  }

  /** What went wrong stays there until the next start, unlike a message. */
  #failures(run: LiveRun): TemplateResult | typeof nothing {
    const { state, failures, losses } = run.outcome.value;
    if (failures.length === 0 && (losses.length === 0 || !run.isOver.value)) return nothing;
    const look = state === 'failed' ? 'failed' : '';
    return html`<p class="notice ${look}" role="alert">${[...failures, ...lostSentence(losses)].join(' ')}</p>`;
  }

  #missing(path: string): TemplateResult {
    const offer = this.app.pipelines.offers.value.find((other) => other.path === path);
    return html`<p class="notice" role="status">
      <span>This setup plays back <strong>${path}</strong>, which is not beside it.
      ${offer ? `The run ${offer.runName} has it.` : 'Drop the folder that holds it onto the window, or run the setup that writes it; it is then offered here.'}</span>
      ${offer ? this.#take(offer) : nothing}
    </p>`;
  }

  #take(offer: FileOffer): TemplateResult {
    return html`<button class="primary" @click=${() => void this.app.pipelines.takeFile(offer)}>Use it</button>`;
  }

  /** Events in slots of the running setup. */
  #heldCount(): number {
    const buffers = this.app.pipelines.run.value?.figures.value.buffers ?? [];
    return Math.round(
      buffers.reduce((sum, { slotCount, filledPart, inWorkPart }) => sum + slotCount * (filledPart + inWorkPart), 0),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-pipeline-view': LabPipelineView;
  }
}

// The run's controls and its state in one line.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { LiveRun } from '../../../app/pipeline/live-run.ts';
import { formatElapsed } from '../../../base/duration.ts';
import type { RunOutcome } from '../../../pipeline/engine/outcome.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';

/** Word and look of a run that is over. */
const END_WORDS: Readonly<Record<RunOutcome['state'], readonly [word: string, look: string]>> = {
  complete: ['Ended', ''],
  failed: ['Failed', 'failed'],
  killed: ['Killed', 'paused'],
};

@customElement('lab-pipeline-bar')
export class LabPipelineBar extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 6px;
        padding: 5px var(--lab-space-2);
        background: var(--lab-ground-1);
        border-block-end: 1px solid var(--lab-line);
      }
      h1 {
        font-size: var(--lab-size-large);
        flex: 1 1 60px;
        min-inline-size: 60px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .gap {
        inline-size: 10px;
      }
      @media (max-width: 720px) {
        .gap {
          display: none;
        }
        h1 {
          order: -1;
          flex-basis: 50%;
        }
        .state {
          order: -1;
        }
      }
      .state {
        display: flex;
        gap: var(--lab-space-3);
        white-space: nowrap;
        padding-inline: var(--lab-space-2);
      }
      .word {
        font-weight: 600;
      }
      .running {
        color: var(--lab-ok);
      }
      .paused {
        color: var(--lab-warn);
      }
      .failed {
        color: var(--lab-danger);
      }
    `,
  ];

  override render(): TemplateResult {
    const { pipelines } = this.app;
    const run = pipelines.run.value;
    const { isRunning } = pipelines;
    const button = (command: string, label: string, icon: string, look = '') =>
      html`<lab-command-button .app=${this.app} command="pipeline.${command}" label=${label} icon=${icon} look=${look} collapses></lab-command-button>`;
    return html`
      ${
        isRunning
          ? html`${run?.arePaused ? button('pause', 'Resume', 'play', 'primary') : button('pause', 'Pause', 'pause')}
              ${button('shutdown-roots', 'Shut down roots', 'stop')} ${button('shutdown-all', 'Shut down all', 'power')}
              ${button('kill', 'Kill…', 'kill')}`
          : button('start', pipelines.isStarting.value ? 'Starting…' : 'Start', 'play', 'primary')
      }
      <span class="gap"></span>
      <h1>${(isRunning ? run?.origin.opened : pipelines.opened.value)?.name}</h1>
      ${run ? this.#state(run) : nothing}
      ${button('save', 'Save run…', 'download')} ${button('share', 'Copy link', 'share')}
      <lab-command-button .app=${this.app} command="pipeline.close" label="Close the setup" icon="x" look="quiet" icon-only></lab-command-button>
    `;
  }

  #state(run: LiveRun): TemplateResult {
    const { activeS, aliveThreadCount, buffers } = run.figures.value;
    const roots = buffers.filter(({ isRoot }) => isRoot);
    const isEnding = roots.length > 0 && roots.every(({ isFlushed }) => isFlushed);
    const { state, failures } = run.outcome.value;
    const [word, look] = run.isOver.value
      ? END_WORDS[state]
      : run.arePaused
        ? ['Paused', 'paused']
        : isEnding
          ? ['Draining', 'paused']
          : ['Running', 'running'];
    return html`<div class="state" role="group" aria-label="Run">
      <span class="word ${look}">${word}</span>
      ${!run.isOver.value && failures.length > 0 ? html`<span class="word failed" title=${failures.join('\n')}>${failures.length} failed</span>` : nothing}
      <span class="number" title="Time since the start">${formatElapsed(activeS)}</span>
      <span class="number" title="Threads alive">${aliveThreadCount} threads</span>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-pipeline-bar': LabPipelineBar;
  }
}

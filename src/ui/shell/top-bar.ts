// What is connected, whether it runs, and the recording.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../app/instruments.ts';
import { formatElapsed } from '../../base/duration.ts';
import { formatBytes } from '../../base/si.ts';
import '../command-button.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { AppElement } from '../signal-element.ts';
import { STATE_COLORS, STATE_WORDS } from '../views/instruments/state-words.ts';

@customElement('lab-top-bar')
export class LabTopBar extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      header {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        block-size: 100%;
        padding-inline: 0 var(--lab-space-2);
        background: var(--lab-ground-1);
        border-block-end: 1px solid var(--lab-line);
      }
      .brand {
        inline-size: var(--lab-rail-width);
        flex: none;
        display: grid;
        place-items: center;
        color: var(--lab-accent);
      }
      .brand svg {
        inline-size: 26px;
        block-size: 26px;
      }
      .chips {
        display: flex;
        gap: var(--lab-space-1);
        flex: 1;
        min-inline-size: 0;
        overflow-x: auto;
        scrollbar-width: none;
        padding: 3px;
      }
      .chip {
        gap: 8px;
        border-inline-start: 3px solid var(--chip-color, var(--lab-accent));
        flex: none;
      }
      .dot {
        inline-size: 8px;
        block-size: 8px;
        border-radius: 50%;
      }
      .run {
        display: flex;
        align-items: stretch;
        flex: none;
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        overflow: clip;
      }
      .run:focus-within {
        overflow: visible;
      }
      .lamp {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 7px;
        inline-size: 84px;
        min-block-size: calc(var(--lab-control-height) - 2px);
        font-weight: 700;
        font-size: var(--lab-size-small);
        letter-spacing: 0.08em;
        color: var(--run-color);
        background: var(--lab-ground-0);
      }
      .lamp::before {
        content: '';
        inline-size: 9px;
        block-size: 9px;
        border-radius: 50%;
        background: currentColor;
      }
      .lamp.stop::before {
        border-radius: 1px;
      }
      .run lab-command-button {
        min-inline-size: 76px;
      }
      .record {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        flex: none;
      }
      .record button {
        gap: 8px;
      }
      .record .disc {
        inline-size: 11px;
        block-size: 11px;
        border-radius: 50%;
        background: var(--lab-record);
      }
      .record button[aria-disabled='true'] .disc {
        background: var(--lab-text-faint);
      }
      .record.active button {
        border-color: var(--lab-record);
        background: var(--lab-danger-ground);
      }
      .record.active .disc {
        border-radius: 2px;
      }
      .time {
        min-inline-size: 4ch;
      }
      .left {
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
      }
      @media (max-width: 900px) {
        .left {
          display: none;
        }
      }
      @media (max-width: 720px) {
        .brand {
          inline-size: 40px;
        }
        .lamp {
          inline-size: 34px;
          font-size: 0;
        }
        .run lab-command-button {
          min-inline-size: 0;
        }
        .word {
          position: absolute;
          inline-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { connected, selected } = this.app.instruments;
    return html`<header>
      <div class="brand" title="Pulsebench">
        <svg viewBox="0 0 32 32" role="img" aria-label="Pulsebench" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round">
          <path d="M3 20h6l3-13 5 20 4-12 2 5h6" />
        </svg>
      </div>
      <div class="chips">
        ${connected.value.map((instrument) => this.#chip(instrument, instrument === selected.value))}
        ${this.#pipelineChip()}
        <lab-command-button
          .app=${this.app}
          command="instrument.list"
          label="Connect"
          icon="plug"
          look="quiet"
          collapses
          ?icon-only=${connected.value.length > 0}
        ></lab-command-button>
      </div>
      ${this.app.navigation.route.value.viewId === 'pipeline' ? this.#pipelineRun() : this.#run(selected.value)} ${this.#record()}
      <lab-command-button .app=${this.app} command="palette.show" icon="command" look="quiet" icon-only></lab-command-button>
    </header>`;
  }

  #chip(instrument: ConnectedInstrument, isSelected: boolean): TemplateResult {
    const { state } = instrument.status.value;
    return html`<button
      class="chip"
      .style=${`--chip-color: var(--lab-trace-${instrument.colorNumber})`}
      aria-pressed=${isSelected}
      title="${instrument.label}: ${STATE_WORDS[state]}. Show it."
      @click=${() => {
        this.app.instruments.select(instrument.choice.id);
        this.app.navigation.show('live');
      }}
    >
      <span class="dot" .style=${`background: ${STATE_COLORS[state]}`}></span>${instrument.label}
      <span class="hidden-visually">, ${STATE_WORDS[state]}</span>
    </button>`;
  }

  /** A run that goes on while another view is open. */
  #pipelineChip(): TemplateResult | typeof nothing {
    const { pipelines, navigation } = this.app;
    const run = pipelines.run.value;
    if (!run || !pipelines.isRunning || navigation.route.value.viewId === 'pipeline') return nothing;
    return html`<button class="chip" title="The pipeline runs. Show it." @click=${() => navigation.show('pipeline')}>
      <lab-icon name="workflow"></lab-icon>${run.name}
      <span class="number dim">${formatElapsed(run.figures.value.activeS)}</span>
    </button>`;
  }

  #run(instrument: ConnectedInstrument | undefined): TemplateResult {
    const state = instrument?.status.value.state;
    const isRunning = state === 'streaming';
    return html`<div class="run" role="group" aria-label="Run">
      ${lamp(isRunning ? 'RUN' : state === 'idle' ? 'READY' : 'STOP')}
      <lab-command-button
        .app=${this.app}
        command="stream.toggle"
        label=${isRunning ? 'Stop' : 'Start'}
        name=${isRunning ? 'Stop acquisition' : 'Start acquisition'}
        icon=${isRunning ? 'square' : 'play'}
        look="quiet"
        collapses
      ></lab-command-button>
    </div>`;
  }

  /** The pipeline's own bar has its controls. */
  #pipelineRun(): TemplateResult {
    const { pipelines } = this.app;
    const run = pipelines.run.value;
    const isReady = pipelines.opened.value?.loaded.value.setup !== undefined;
    return html`<div class="run">
      ${lamp(pipelines.isRunning ? (run?.arePaused ? 'PAUSE' : 'RUN') : isReady ? 'READY' : 'STOP')}
    </div>`;
  }

  #record(): TemplateResult {
    const { recordings, instruments } = this.app;
    const instrument = instruments.selected.value;
    const entry = instrument && recordings.activeOf(instrument);
    const isBusy = recordings.isStarting.value || (entry !== undefined && recordings.isStopping(entry.id));
    const reason = isBusy
      ? 'The recorder is at work. Nothing is lost.'
      : this.app.commands.get('record.toggle')?.unavailable?.();
    const { leftBytes } = recordings.room.value;
    return html`<div class="record ${entry ? 'active' : ''}">
      ${entry && leftBytes !== undefined ? html`<span class="left number">${formatBytes(leftBytes)} left</span>` : nothing}
      <button
        aria-disabled=${reason === undefined ? nothing : 'true'}
        aria-description=${reason ?? nothing}
        aria-keyshortcuts="R"
        title=${reason ?? (entry ? 'Finish the recording (R)' : 'Record into this browser (R)')}
        @click=${() => !isBusy && void this.app.commands.execute('record.toggle')}
      >
        <span class="disc"></span>
        ${this.#recordWords(isBusy, entry?.durationS)}
      </button>
    </div>`;
  }

  #recordWords(isBusy: boolean, durationS: number | undefined): TemplateResult {
    if (durationS === undefined) return html`${isBusy ? 'Starting…' : 'Record'}`;
    const words = isBusy ? 'Finishing…' : html`Stop<span class="word"> recording</span>`;
    return html`<span>${words}</span><span class="time number">${formatElapsed(durationS)}</span>`;
  }
}

type RunWord = 'RUN' | 'PAUSE' | 'READY' | 'STOP';

const RUN_COLORS: Readonly<Record<RunWord, string>> = {
  RUN: 'var(--lab-ok)',
  PAUSE: 'var(--lab-warn)',
  READY: 'var(--lab-accent)',
  STOP: 'var(--lab-text-dim)',
};

function lamp(word: RunWord): TemplateResult {
  return html`<span class="lamp ${word.toLowerCase()}" role="status" .style=${`--run-color: ${RUN_COLORS[word]}`}>${word}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-top-bar': LabTopBar;
  }
}

// Recordings in the top bar: each that is under way with its own end, and the way to begin one.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { RecordingEntry } from '../../app/ports.ts';
import { formatElapsed, formatRoughly } from '../../base/duration.ts';
import { formatBytes, formatCount } from '../../base/si.ts';
import '../command-button.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { AppElement } from '../signal-element.ts';

@customElement('lab-record-control')
export class LabRecordControl extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--lab-space-1);
        flex: none;
        min-inline-size: 0;
        max-inline-size: 56%;
      }
      .running {
        position: relative;
        display: flex;
        gap: var(--lab-space-1);
        min-inline-size: 0;
        overflow-x: auto;
        scrollbar-width: none;
        padding: 3px;
      }
      button {
        gap: 8px;
        flex: none;
      }
      .disc {
        flex: none;
        inline-size: 11px;
        block-size: 11px;
        border-radius: 50%;
        background: var(--lab-record);
      }
      button[aria-disabled='true'] .disc {
        background: var(--lab-text-faint);
      }
      .active {
        border-color: var(--lab-record);
        background: var(--lab-danger-ground);
      }
      .active .disc {
        border-radius: 2px;
      }
      .elsewhere {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        flex: none;
        padding-inline: 8px;
        color: var(--lab-text-dim);
        border: 1px dashed var(--lab-line-strong);
        border-radius: var(--lab-radius);
      }
      .elsewhere .disc {
        background: none;
        border: 2px solid var(--lab-record);
      }
      .sources {
        white-space: nowrap;
      }
      .time {
        min-inline-size: 4ch;
      }
      .bytes {
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
        min-inline-size: 7ch;
        text-align: end;
      }
      .room {
        color: var(--lab-warn);
        font-size: var(--lab-size-small);
      }
      .lost {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--lab-warn);
        font-size: var(--lab-size-small);
        font-weight: 600;
      }
      .begin {
        display: flex;
        flex: none;
      }
      .begin button {
        border-start-end-radius: 0;
        border-end-end-radius: 0;
      }
      .begin lab-command-button {
        --lab-radius: 0 4px 4px 0;
        margin-inline-start: -1px;
      }
      .several .bytes {
        display: none;
      }
      @media (max-width: 1000px) {
        .bytes,
        .sources {
          display: none;
        }
      }
      @media (max-width: 720px) {
        :host {
          flex-shrink: 1;
          max-inline-size: 51%;
        }
        .elsewhere {
          gap: 4px;
          padding-inline: 4px;
        }
        .active .disc {
          display: none;
        }
        .word,
        .elsewhere .small,
        .begin lab-command-button {
          position: absolute;
          inline-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const active = this.app.recordings.active.value;
    const isShownRecorded = this.app.shownRecordings.length > 0;
    return html`
      ${
        active.length === 0
          ? nothing
          : html`<div class="running ${active.length > 1 ? 'several' : ''}" role="group" aria-label="Recordings under way">
              ${repeat(
                active,
                ({ id }) => id,
                (entry) => (entry.isElsewhere ? this.#elsewhere(entry) : this.#stop(entry)),
              )}
            </div>`
      }
      <div class="begin">
        ${isShownRecorded ? nothing : this.#begin()}
        <lab-command-button
          .app=${this.app}
          command="record.choose"
          label="Record…"
          name="Choose what to record…"
          icon="chevron-down"
          icon-only
        ></lab-command-button>
      </div>
    `;
  }

  #begin(): TemplateResult {
    const { commands, recordings } = this.app;
    const isStarting = recordings.isStarting.value;
    const reason = isStarting ? 'The recorder is at work.' : commands.get('record.toggle')?.unavailable?.();
    return html`<button
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-description=${reason ?? nothing}
      aria-keyshortcuts="R"
      title=${reason ?? `Record ${this.#shownNames()} into this browser (R)`}
      @click=${() => void commands.execute('record.toggle')}
    >
      <span class="disc"></span>${isStarting ? 'Starting…' : 'Record'}
    </button>`;
  }

  #shownNames(): string {
    return this.app.bench.recordable.map(({ label }) => label).join(' and ');
  }

  /** Says what it records where that could be something else. */
  #stop(entry: RecordingEntry): TemplateResult {
    const { recordings, instruments } = this.app;
    const isOneOfMany = recordings.active.value.length > 1 || instruments.connected.value.length > 1;
    const [first, ...others] = recordings.instrumentsOf(entry);
    const isStopping = recordings.isStopping(entry.id);
    const { leftBytes } = recordings.room.value;
    const left = leftBytes === undefined ? '' : ` At most ${formatBytes(leftBytes)} left.`;
    const sources = entry.sources.join(', ');
    return html`<button
      class="active"
      aria-disabled=${isStopping ? 'true' : nothing}
      title="Finish ${entry.fileName}: ${sources}.${left}"
      @click=${() => void recordings.stop(entry)}
    >
      <span class="disc"></span>
      <span>${isStopping ? 'Finishing…' : html`Stop<span class=${isOneOfMany ? 'hidden-visually' : 'word'}> recording</span>`}</span>
      ${
        isOneOfMany && first
          ? html`<span class="sources small">${first.label}${others.length > 0 ? ` + ${others.length}` : ''}</span>`
          : nothing
      }
      ${figures(entry)}
    </button>`;
  }

  /** One of another tab: it is told, and stopped there. */
  #elsewhere(entry: RecordingEntry): TemplateResult {
    return html`<span class="elsewhere" title="Another tab records ${entry.sources.join(', ')}. Stop it there.">
      <span class="disc"></span><span class="small">Another tab</span>${figures(entry)}
    </span>`;
  }
}

/** Room for less than this is said beside the recording. */
const SHORT_ROOM_S = 60;

function figures(entry: RecordingEntry): TemplateResult {
  const { durationS, sizeBytes, leftBytes, recorderLostSampleCount: lostCount } = entry;
  const roomS = leftBytes === undefined || sizeBytes === 0 ? undefined : (leftBytes * durationS) / sizeBytes;
  return html`<span class="time number">${formatElapsed(durationS)}</span>
    <span class="bytes number">${formatBytes(sizeBytes)}</span>
    ${
      lostCount > 0
        ? html`<span class="lost" title="Samples that the recorder was too slow for">
            <lab-icon name="triangle-alert"></lab-icon>${formatCount(lostCount)} lost
          </span>`
        : nothing
    }
    ${roomS !== undefined && roomS < SHORT_ROOM_S ? html`<span class="room">room for ${formatRoughly(roomS)}</span>` : nothing}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-record-control': LabRecordControl;
  }
}

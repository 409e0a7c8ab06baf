// The recordings in this browser's private storage, newest first.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { RecordingEntry } from '../../../app/ports.ts';
import { recordingViewKey } from '../../../app/saved-views.ts';
import { formatElapsed } from '../../../base/duration.ts';
import { formatBytes, formatCount } from '../../../base/si.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import type { IconName } from '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import { savedMarks } from '../waveform/annotations.ts';
import './recent-files.ts';

@customElement('lab-recording-list')
export class LabRecordingList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        padding: var(--lab-space-4);
      }
      .scroll {
        overflow-x: auto;
      }
      td.actions {
        text-align: end;
        inline-size: 1%;
        white-space: nowrap;
        padding-inline-end: 0;
      }
      td.number,
      th.number {
        text-align: end;
        white-space: nowrap;
      }
      .open {
        padding-inline: 0;
        color: var(--lab-accent);
        font-weight: 600;
      }
      td.date {
        white-space: nowrap;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }
      .lossy,
      .interrupted,
      .failed {
        color: var(--lab-warn);
      }
      .recording {
        color: var(--lab-record);
      }
      progress {
        inline-size: 90px;
        accent-color: var(--lab-accent);
      }
      .copy {
        display: inline-flex;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .empty {
        display: grid;
        justify-items: center;
        gap: var(--lab-space-3);
        text-align: center;
        padding: 12vh var(--lab-space-4);
      }
      .empty .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--lab-space-2);
      }
      .storage {
        margin-block-start: var(--lab-space-4);
      }
      input {
        inline-size: 240px;
      }
      /* The name of a recording begins with its time and says of which instruments it is. */
      @media (max-width: 1100px) {
        .sources {
          display: none;
        }
      }
      @media (max-width: 720px) {
        .wide,
        thead {
          display: none;
        }
        table,
        tbody {
          display: block;
        }
        tr {
          display: grid;
          grid-template-columns: auto auto minmax(0, 1fr) auto;
          align-items: center;
          gap: 0 var(--lab-space-3);
          padding-block: var(--lab-space-1);
          border-block-end: 1px solid var(--lab-line);
        }
        td {
          padding: 0;
          border: none;
        }
        td.name {
          grid-column: 1 / 4;
        }
        .open {
          block-size: auto;
          min-block-size: var(--lab-control-height);
          white-space: normal;
          overflow-wrap: anywhere;
          text-align: start;
        }
        td.actions {
          grid-area: 1 / 4 / 3 / 5;
          white-space: normal;
          text-align: end;
          inline-size: calc(2 * var(--lab-control-height) + 12px);
        }
        input {
          inline-size: 100%;
        }
      }
    `,
  ];

  @state() private renaming = '';

  override render(): TemplateResult {
    const entries = this.app.recordings.entries.value;
    if (entries.length === 0) return html`${this.#empty()}<lab-recent-files .app=${this.app}></lab-recent-files>`;
    const { usedBytes } = this.app.recordings.estimate.value;
    const { leftBytes } = this.app.recordings.room.value;
    const room = [
      ...(usedBytes === undefined ? [] : [`${formatBytes(usedBytes)} used`]),
      ...(leftBytes === undefined ? [] : [`at most ${formatBytes(leftBytes)} free`]),
    ];
    return html`
      <h1 class="hidden-visually">Recordings</h1>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="wide sources">Instrument</th>
              <th scope="col" class="wide">Recorded</th>
              <th scope="col" class="number">Length</th>
              <th scope="col" class="number">Size</th>
              <th scope="col" class="number wide">Lost samples</th>
              <th scope="col">State</th>
              <th scope="col"><span class="hidden-visually">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              entries,
              ({ id }) => id,
              (entry) => this.#row(entry),
            )}
          </tbody>
        </table>
      </div>
      <p class="storage small dim">
        Kept in this browser${room.length > 0 ? `: ${room.join(', ')}` : ''}. “Save as” puts a copy, with your markers and notes in it, where other programs find it.
      </p>
      <lab-recent-files .app=${this.app}></lab-recent-files>
    `;
  }

  #empty(): TemplateResult {
    return html`<section class="empty">
      <h1>No recordings yet</h1>
      <p class="dim">
        Press Record while an instrument runs and the recording appears here. Or open a file that you have: drop it
        anywhere on the window.
      </p>
      <div class="buttons">
        <lab-command-button .app=${this.app} command="file.open" label="Open a file…" icon="folder-open" look="primary"></lab-command-button>
        <button @click=${() => this.app.navigation.show('live')}><lab-icon name="activity"></lab-icon>Go to Live</button>
      </div>
    </section>`;
  }

  #row(entry: RecordingEntry): TemplateResult {
    const copy = this.app.recordings.copies.value.find(({ id }) => id === entry.id);
    const { missingSampleCount, recorderLostSampleCount } = entry;
    const lostCount = missingSampleCount + recorderLostSampleCount;
    return html`<tr>
      <td class="name">${this.renaming === entry.id ? this.#nameField(entry) : this.#name(entry)}</td>
      <td class="wide sources">${entry.sources.join(', ')}</td>
      <td class="wide date">${new Date(entry.startedUnixMs).toLocaleString()}</td>
      <td class="number">${formatElapsed(entry.durationS)}</td>
      <td class="number">${formatBytes(entry.sizeBytes)}</td>
      <td
        class="number wide ${lostCount > 0 ? 'lossy' : ''}"
        title="${formatCount(missingSampleCount)} lost by the instrument, ${formatCount(recorderLostSampleCount)} by the recorder"
      >
        ${formatCount(lostCount)}
      </td>
      <td>${this.#state(entry)}</td>
      <td class="actions">
        ${
          copy
            ? html`<span class="copy">
                <progress
                  aria-label="Saving ${entry.fileName}"
                  max=${Math.max(1, copy.progress.totalBytes)}
                  value=${copy.progress.doneBytes}
                ></progress>
                <button @click=${() => copy.cancel()}>Cancel</button>
              </span>`
            : this.#actions(entry)
        }
      </td>
    </tr>`;
  }

  #name(entry: RecordingEntry): TemplateResult {
    if (entry.state !== 'finished') return html`<span>${entry.fileName}</span>`;
    return html`<button class="quiet open" title="Open ${entry.fileName}" @click=${() => void this.app.openRecording(entry)}>${entry.fileName}</button>`;
  }

  #state(entry: RecordingEntry): TemplateResult {
    const words = { recording: 'Recording', finished: 'Finished', interrupted: 'Interrupted', failed: 'Lost' };
    return html`<span class="state ${entry.state}" title=${entry.note ?? nothing}>
      ${entry.state === 'finished' ? nothing : html`<lab-icon name=${entry.state === 'recording' ? 'activity' : 'triangle-alert'}></lab-icon>`}
      ${words[entry.state]}
    </span>
    ${entry.note === undefined ? nothing : html`<p class="small dim">${entry.note}</p>`}`;
  }

  #actions(entry: RecordingEntry): TemplateResult {
    const { recordings } = this.app;
    const action = (icon: IconName, verb: string, run: () => void) =>
      html`<button class="quiet icon" title="${verb} ${entry.fileName}" aria-label="${verb} ${entry.fileName}" @click=${run}>
        <lab-icon name=${icon}></lab-icon>
      </button>`;
    switch (entry.state) {
      case 'recording':
        return entry.isElsewhere
          ? html`<span class="small dim">Runs in another tab; stop it there</span>`
          : html`<button @click=${() => void recordings.stop(entry)}>Stop</button>`;
      case 'interrupted':
        return html`<button class="primary" title="Rebuild the end of ${entry.fileName}" @click=${() => void recordings.repair(entry)}>
            <lab-icon name="wrench"></lab-icon>Repair
          </button>
          ${action('trash', 'Delete', () => recordings.remove(entry))}`;
      case 'failed':
        return action('trash', 'Take from the list', () => recordings.remove(entry));
      case 'finished':
        return html`
          ${action('folder-open', 'Open', () => void this.app.openRecording(entry))}
          ${action('download', 'Save as', () => this.#saveAs(entry))}
          ${action('pencil', 'Rename', () => void this.#beginRename(entry))}
          ${action('trash', 'Delete', () => recordings.remove(entry))}
        `;
    }
  }

  #nameField(entry: RecordingEntry): TemplateResult {
    return html`<input
      aria-label="New name of ${entry.fileName}"
      .value=${entry.fileName}
      @keydown=${(event: KeyboardEvent) => {
        const input = event.target as HTMLInputElement;
        if (event.key === 'Escape') input.value = entry.fileName;
        if (event.key === 'Enter' || event.key === 'Escape') input.blur();
      }}
      @blur=${(event: FocusEvent) => {
        this.renaming = '';
        void this.app.recordings.rename(entry, (event.target as HTMLInputElement).value.trim());
      }}
    />`;
  }

  async #beginRename(entry: RecordingEntry): Promise<void> {
    this.renaming = entry.id;
    await this.updateComplete;
    const input = this.renderRoot.querySelector('input');
    input?.focus();
    const stem = entry.fileName.lastIndexOf('.');
    input?.setSelectionRange(0, stem < 0 ? entry.fileName.length : stem);
  }

  /** What was marked while it was open goes into the copy. */
  #saveAs(entry: RecordingEntry): void {
    const view = this.app.views.newest(recordingViewKey(entry.id));
    void this.app.recordings.saveAs(entry, savedMarks(view));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-recording-list': LabRecordingList;
  }
}

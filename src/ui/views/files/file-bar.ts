// The line over an open file: what it is in a few words, and the ways to how it is read and what it says of itself.

import { css, html, nothing, type TemplateResult } from 'lit';
import type { ReadQuestion } from '../../../app/file-reading.ts';
import type { OpenedFile } from '../../../app/opened-file.ts';
import { formatBytes } from '../../../base/si.ts';
import { utcToUnixMs } from '../../../base/time.ts';
import { lengthText } from '../../../model/axis.ts';
import type { SignalAxis, SignalInfo, SignalStore } from '../../../model/signal-store.ts';
import { endTimeOf, startTimeOf } from '../../../model/timing.ts';
import '../../elements/icon.ts';
import { letterOf } from '../waveform/legend.ts';
import { swatch, swatchStyles } from '../waveform/legend-swatch.ts';
import { comparable } from './compared-files.ts';
import { severityIcon, worstOf } from './file-notes.ts';

export const fileBarStyles = css`
  ${swatchStyles}
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px var(--lab-space-4);
    padding: 2px 12px;
    min-block-size: 30px;
    border-block-end: 1px solid var(--lab-line);
    background: var(--lab-ground-1);
  }
  .facts button {
    --lab-control-height: var(--lab-control-small);
  }
  .facts .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    margin-inline-start: auto;
  }
  .modes,
  .compared {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px;
    min-inline-size: 0;
  }
  .compared .legend {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding-inline: 8px 10px;
    color: var(--lab-text);
  }
  .compared .name {
    max-inline-size: 220px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
`;

export interface FileBar {
  readonly file: OpenedFile;
  readonly axis: SignalAxis;
  /** What is drawn of it. */
  readonly part: SignalStore;
  readonly others: readonly OpenedFile[];
  /** Names of all open files, by key. */
  readonly names: ReadonlyMap<string, string>;
  /** Keys of those that are laid over it. */
  readonly compared: readonly string[];
  readonly areEventsShown: boolean;
  readonly areFactsOpen: boolean;
  showEvents(areShown: boolean): void;
  compare(key: string, isOn: boolean): void;
  toggleFacts(): void;
  ask(about: ReadQuestion['about']): void;
  askNumbers(): void;
}

export function fileBar(context: FileBar): TemplateResult {
  const { file, axis, part, areEventsShown } = context;
  const { format, sizeBytes, store, events, spectra } = file.content;
  const [one, many] = spectra ? ['spectrum', 'spectra'] : ['signal', 'signals'];
  const count = store.signals().length;
  return html`<div class="facts small dim">
    <span>${format}</span>
    <span class="number">${formatBytes(sizeBytes)}</span>
    ${spectra ? nothing : html`<span class="number">${lengthText(axis, lengthOf(part.signals()))}</span>`}
    <span>${count} ${count === 1 ? one : many}</span>
    ${store.originUtc === undefined ? nothing : html`<span>${new Date(utcToUnixMs(store.originUtc)).toLocaleString()}</span>`}
    ${events ? modes(context) : nothing} ${areEventsShown || spectra ? nothing : comparison(context)}
    <span class="ways">${ways(context)}</span>
  </div>`;
}

/** What an event file is looked at as. */
function modes({ areEventsShown, showEvents }: FileBar): TemplateResult {
  const mode = (label: string, isEvents: boolean) => html`<button
    aria-pressed=${areEventsShown === isEvents}
    @click=${() => showEvents(isEvents)}
  >
    ${label}
  </button>`;
  return html`<div class="modes" role="group" aria-label="Show as">${mode('Waveform', false)}${mode('Events', true)}</div>`;
}

/** Other open files along the same axis can be laid over this one, any number of them. */
function comparison({ file, others, names, axis, compared, compare }: FileBar): TemplateResult | typeof nothing {
  const nameOf = (key: string) => names.get(key) ?? '';
  const free = comparable(others, axis).filter(({ key }) => !compared.includes(key));
  const onChange = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    compare(select.value, true);
    select.value = '';
  };
  const mark = (place: number) => html`${swatch(place)}<b>${letterOf(place)}</b> `;
  const chips = compared.map(
    (key, i) => html`<button title="Compare with ${nameOf(key)} no more" @click=${() => compare(key, false)}>
      ${mark(i + 1)}<span class="name">${nameOf(key)}</span><lab-icon name="x"></lab-icon>
    </button>`,
  );
  if (free.length === 0 && chips.length === 0) return nothing;
  return html`<span class="compared" role="group" aria-label="Compared files">
    ${
      free.length > 0
        ? html`<select aria-label="Compare with another file" @change=${onChange}>
            <option value="" selected>${chips.length === 0 ? 'Compare with…' : 'And with…'}</option>
            ${free.map(({ key }) => html`<option value=${key}>${nameOf(key)}</option>`)}
          </select>`
        : nothing
    }
    ${chips.length > 0 ? html`<span class="legend">${mark(0)}<span class="name">${nameOf(file.key)}</span></span>` : nothing}
    ${chips}
  </span>`;
}

function ways({ file, areFactsOpen, toggleFacts, ask, askNumbers }: FileBar): TemplateResult {
  const { content, choice } = file;
  const { diagnostics, reading } = content;
  const worst = worstOf(diagnostics);
  const parts = reading?.parts ?? [];
  const open = parts.filter(({ isOpen }) => isOpen).length;
  const guessed = reading && reading.guesses.length > 0;
  const isTable = reading !== undefined && (reading.columns !== undefined || reading.lines !== undefined);
  return html`${
    parts.length > 0
      ? html`<button title="Choose what is open of this file" @click=${() => ask('parts')}>
          <lab-icon name="folder-open"></lab-icon>${open} of ${parts.length} parts
        </button>`
      : nothing
  }
  ${
    choice.raw || isTable || guessed
      ? html`<button
          title=${guessed ? 'Something had to be guessed: look how it is read' : 'Look how it is read, and change it'}
          @click=${() => (choice.raw ? askNumbers() : ask('columns'))}
        >
          <lab-icon name=${guessed ? 'triangle-alert' : 'pencil'}></lab-icon>How it is read…
        </button>`
      : nothing
  }
  ${
    worst
      ? html`<button class=${worst} aria-expanded=${areFactsOpen} @click=${toggleFacts}>
          ${severityIcon(worst)} ${diagnostics.length} ${diagnostics.length === 1 ? 'note' : 'notes'} about this file
        </button>`
      : nothing
  }
  <button aria-pressed=${areFactsOpen} title="What is known of this file" @click=${toggleFacts}>
    <lab-icon name="info"></lab-icon>Facts
  </button>`;
}

/** From the first to the last sample of any signal. */
export function lengthOf(signals: readonly SignalInfo[]): number {
  return signals.length === 0 ? 0 : Math.max(...signals.map(endTimeOf)) - Math.min(...signals.map(startTimeOf));
}

// What to record: instruments, their signals, and for how long. One recording is one file, each signal at its rate.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../app/instruments.ts';
import { canRecord } from '../../app/recordable.ts';
import type { RecordedInstrument } from '../../app/recordings.ts';
import { formatRoughly } from '../../base/duration.ts';
import { formatBytes, formatSiText } from '../../base/si.ts';
import {
  STREAM_SAMPLE_BITS,
  type StreamSignal,
  streamingIds,
  streamSignals,
  type ValueSignal,
  valueSignals,
} from '../../model/channel.ts';
import type { InstrumentStatus } from '../../model/instrument.ts';
import { isSaturation, saturatedName } from '../../model/saturation.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { showModal } from '../elements/modal.ts';
import '../elements/number-field.ts';
import { AppElement } from '../signal-element.ts';
import { stateWord } from '../views/instruments/state-words.ts';

const UNITS = [
  { name: 'seconds', lengthS: 1 },
  { name: 'minutes', lengthS: 60 },
  { name: 'hours', lengthS: 3600 },
] as const;

@customElement('lab-record-dialog')
export class LabRecordDialog extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      dialog {
        inline-size: min(480px, calc(100vw - 24px));
        max-block-size: min(90vh, 720px);
        overflow: auto;
      }
      .head {
        display: flex;
        align-items: center;
        margin-block-end: var(--lab-space-3);
      }
      .head h1 {
        flex: 1;
      }
      fieldset {
        margin: 0 0 var(--lab-space-2);
        padding: 0;
        border: 1px solid var(--lab-line);
        border-inline-start: 3px solid var(--device);
        border-radius: var(--lab-radius);
      }
      legend {
        float: inline-start;
        inline-size: 100%;
        padding: 0;
      }
      legend label {
        padding: var(--lab-space-2) var(--lab-space-3);
        font-weight: 600;
      }
      label {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        min-block-size: 26px;
      }
      .state {
        margin-inline-start: auto;
        font-weight: 400;
      }
      .signals {
        clear: both;
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0 var(--lab-space-4);
        padding: 0 var(--lab-space-3) var(--lab-space-2) 36px;
      }
      .signals .number {
        margin-inline-start: auto;
      }
      .off {
        color: var(--lab-text-dim);
      }
      input[type='checkbox'],
      input[type='radio'] {
        inline-size: 16px;
        block-size: 16px;
        flex: none;
        accent-color: var(--lab-accent);
      }
      .until {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--lab-space-4);
        align-items: center;
        margin-block: var(--lab-space-3);
      }
      .until lab-number-field {
        inline-size: 84px;
      }
      .problem {
        color: var(--lab-warn);
      }
      .foot {
        display: flex;
        justify-content: flex-end;
        gap: var(--lab-space-2);
        margin-block-start: var(--lab-space-4);
      }
      .disc {
        inline-size: 11px;
        block-size: 11px;
        border-radius: 50%;
        background: var(--lab-record);
      }
      @media (max-width: 480px) {
        .signals {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @state() private isOpen = false;
  /** Signals left out, by id of the instrument; one that is not in it is not recorded. */
  @state() private leftOut: ReadonlyMap<string, readonly string[]> = new Map();
  @state() private isLimited = false;
  @state() private length = 10;
  @state() private unit: (typeof UNITS)[number] = UNITS[0];
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  /** Begins with all that what is shown streams, and the usual limit. */
  async show(): Promise<void> {
    const { bench, settings } = this.app;
    this.leftOut = new Map(bench.recordable.map((instrument) => [instrument.choice.id, leftOutAtFirst(instrument)]));
    const limitMinutes = settings.get('record.limit-minutes');
    this.isLimited = limitMinutes > 0;
    if (this.isLimited) {
      this.unit = limitMinutes < 1 ? UNITS[0] : UNITS[1];
      this.length = (60 * limitMinutes) / this.unit.lengthS;
    }
    this.isOpen = true;
    await this.updateComplete;
    showModal(this.dialog);
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.#onClose}>${this.isOpen ? this.#content() : nothing}</dialog>`;
  }

  readonly #onClose = (): void => {
    this.isOpen = false;
  };

  #content(): TemplateResult {
    const sources = this.#sources();
    return html`
      <div class="head">
        <h1 id="title">Record</h1>
        <button class="quiet icon" title="Close" aria-label="Close" @click=${() => this.dialog.close()}>
          <lab-icon name="x"></lab-icon>
        </button>
      </div>
      ${this.app.instruments.connected.value.map((instrument) => this.#instrument(instrument))} ${this.#until()}
      ${this.#amount(sources)}
      <div class="foot">
        <button @click=${() => this.dialog.close()}>Cancel</button>
        <button
          class="primary"
          autofocus
          aria-disabled=${sources.length === 0 ? 'true' : nothing}
          title=${sources.length === 0 ? 'Choose at least one signal of an instrument that runs.' : 'Record into this browser'}
          @click=${() => this.#start(sources)}
        >
          <span class="disc"></span>Record
        </button>
      </div>
    `;
  }

  #instrument(instrument: ConnectedInstrument): TemplateResult {
    const { choice, label, status, colorNumber } = instrument;
    const { channels } = status.value;
    const isReady = canRecord(status.value);
    const leftOut = this.leftOut.get(choice.id);
    const why = whyNot(status.value);
    return html`<fieldset .style=${`--device: var(--lab-trace-${colorNumber})`}>
      <legend>
        <label class=${isReady ? '' : 'off'} title=${isReady ? nothing : why.title}>
          <input
            type="checkbox"
            .checked=${isReady && leftOut !== undefined}
            ?disabled=${!isReady}
            @change=${() => this.#set(choice.id, leftOut ? undefined : leftOutAtFirst(instrument))}
          />
          ${label}<span class="state small dim">${stateWord(status.value)}${isReady ? '' : `: ${why.words}`}</span>
        </label>
      </legend>
      ${
        isReady && leftOut
          ? html`<div class="signals">
              ${streamSignals(channels)
                .filter(({ id }) => !isSaturation(id))
                .map((signal) => this.#signal(choice.id, signal, rateOf(signal), leftOut))}
              ${valueSignals(channels).map((signal) => this.#signal(choice.id, signal, 'values', leftOut))}
            </div>`
          : nothing
      }
    </fieldset>`;
  }

  #signal(
    instrumentId: string,
    { id, name }: StreamSignal | ValueSignal,
    rate: string,
    leftOut: readonly string[],
  ): TemplateResult {
    const isRecorded = !leftOut.includes(id);
    const change = () =>
      this.#set(instrumentId, isRecorded ? [...leftOut, id] : leftOut.filter((other) => other !== id));
    return html`<label>
      <input type="checkbox" .checked=${isRecorded} @change=${change} />${name}
      <span class="number small dim">${rate}</span>
    </label>`;
  }

  #set(instrumentId: string, leftOut: readonly string[] | undefined): void {
    const others = [...this.leftOut].filter(([id]) => id !== instrumentId);
    this.leftOut = new Map(leftOut ? [...others, [instrumentId, leftOut]] : others);
  }

  #until(): TemplateResult {
    const choose = (isLimited: boolean) => () => {
      this.isLimited = isLimited;
    };
    return html`<div class="until" role="radiogroup" aria-label="Until">
      <label><input type="radio" name="until" .checked=${!this.isLimited} @change=${choose(false)} />until I stop it</label>
      <label><input type="radio" name="until" .checked=${this.isLimited} @change=${choose(true)} />for</label>
      <lab-number-field
        label="Duration"
        .value=${this.length}
        .min=${1e-3}
        .max=${1e9}
        @lab-number-changed=${(event: CustomEvent<number>) => {
          this.length = event.detail;
          this.isLimited = true;
        }}
      ></lab-number-field>
      <select
        aria-label="Unit of the duration"
        @change=${(event: Event) => {
          this.unit = UNITS[(event.target as HTMLSelectElement).selectedIndex]!;
          this.isLimited = true;
        }}
      >
        ${UNITS.map((unit) => html`<option .selected=${unit === this.unit}>${unit.name}</option>`)}
      </select>
    </div>`;
  }

  /** How much it writes (summaries and indices add a few percent), and what there is room for. */
  #amount(sources: readonly RecordedInstrument[]): TemplateResult {
    const bytesPerS = sources
      .flatMap(({ instrument, signalIds }) =>
        streamSignals(instrument.status.value.channels).filter(({ id }) => signalIds?.includes(id)),
      )
      .reduce((sum, { sampleRateHz, dtype }) => sum + (sampleRateHz * STREAM_SAMPLE_BITS[dtype]) / 8, 0);
    const hasValues = sources.some(({ instrument, signalIds }) =>
      valueSignals(instrument.status.value.channels).some(({ id }) => signalIds?.includes(id)),
    );
    const amount =
      bytesPerS > 0 || !hasValues ? `About ${formatBytes(Math.round(bytesPerS))}/s` : 'A few kilobytes a second';
    const { leftBytes, isInMemory } = this.app.recordings.room.value;
    const lengthS = this.#durationS;
    const needed = lengthS > 0 && bytesPerS > 0 ? `, about ${formatBytes(Math.round(bytesPerS * lengthS))} in all` : '';
    const room =
      leftBytes === undefined
        ? 'The browser does not say how much room is left; the recorder watches it.'
        : `At most ${formatBytes(leftBytes)} are left${bytesPerS > 0 ? `, enough for about ${formatRoughly(leftBytes / bytesPerS)}` : ''}.`;
    const isShort = leftBytes !== undefined && bytesPerS * lengthS > leftBytes;
    return html`<p>${amount}${needed}.</p>
      <p class=${isShort ? 'problem' : 'dim'}>${room}</p>
      ${isInMemory ? html`<p class="problem">This window is private: its recordings are gone when it closes.</p>` : nothing}`;
  }

  /** 0 = until stopped. */
  get #durationS(): number {
    return this.isLimited ? this.length * this.unit.lengthS : 0;
  }

  #sources(): readonly RecordedInstrument[] {
    return this.app.instruments.connected.value.flatMap((instrument) => {
      const { channels } = instrument.status.value;
      const leftOut = this.leftOut.get(instrument.choice.id);
      if (!canRecord(instrument.status.value) || !leftOut) return [];
      // which samples of a signal are saturated belongs to it
      const streamed = streamSignals(channels).filter(({ id }) => !leftOut.includes(saturatedName(id)));
      const valued = valueSignals(channels).filter(({ id }) => !leftOut.includes(id));
      const signalIds = [...streamed, ...valued].map(({ id }) => id);
      return signalIds.length > 0 ? [{ instrument, signalIds }] : [];
    });
  }

  #start(sources: readonly RecordedInstrument[]): void {
    if (sources.length === 0) return;
    const durationS = this.#durationS;
    this.dialog.close();
    void this.app.recordings.start(sources, durationS);
  }
}

/** What its settings have switched off, and values of one that streams: left out unless somebody wants them. */
function leftOutAtFirst({ status, handle }: ConnectedInstrument): readonly string[] {
  const { channels } = status.value;
  const streams = streamSignals(channels);
  const streaming = streamingIds(channels, handle.store);
  const switchedOff = streams.filter(({ id }) => !streaming.includes(id));
  return [...switchedOff, ...(streams.length > 0 ? valueSignals(channels) : [])].map(({ id }) => id);
}

function rateOf({ sampleRateHz }: StreamSignal): string {
  return formatSiText(sampleRateHz, 'S/s', { significantDigits: 3 });
}

/** Why nothing of it would be recorded. */
function whyNot({ channels }: Pick<InstrumentStatus, 'channels'>): { readonly words: string; readonly title: string } {
  if (channels.length > 0 && channels.every(({ kind }) => kind === 'trace')) {
    const title = 'A recording has no records of triggers. The scope view keeps and saves them.';
    return { words: 'its records are saved in the scope view', title };
  }
  return { words: 'start it first', title: 'It does not run: nothing would be recorded. Start it first.' };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-record-dialog': LabRecordDialog;
  }
}

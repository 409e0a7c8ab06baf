// The captures that are kept, and which of them lie under the live trace. Read within a render it keeps up.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { App } from '../../../app/app.ts';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { utcFromUnixMs, utcToUnixMs } from '../../../base/time.ts';
import { uniqueId } from '../../../base/unique-id.ts';
import type { TraceCapture, WholeCapture } from '../../../model/captures.ts';
import { download } from '../../save-picture.ts';
import { meanWords } from './averager.ts';
import { saveRecords } from './record-export.ts';
import { type ShownRecord, sampleCount } from './screen.ts';

/** A capture under the live trace. */
export interface Ghost {
  readonly id: string;
  readonly record: ShownRecord;
}

export class CaptureShelf {
  readonly #app: App;
  readonly #list = signal<readonly TraceCapture[]>([]);
  readonly #ghosts = signal<readonly Ghost[]>([]);
  /** Given to a capture that may not be kept yet. */
  #lastNumber = 0;

  constructor(app: App) {
    this.#app = app;
  }

  /** Newest first. */
  get list(): ReadonlySignal<readonly TraceCapture[]> {
    return this.#list;
  }

  get ghosts(): ReadonlySignal<readonly Ghost[]> {
    return this.#ghosts;
  }

  /** Reads what is kept. */
  load(): Promise<void> {
    return this.#attempt('The captures could not be read', async () => {
      this.#list.value = await (await this.#app.captures()).list();
    });
  }

  /** Keeps a record and lays it under the live trace. A mean says so in its note. False when it was not kept, which is told. */
  pin(
    record: ShownRecord,
    source: string,
    { note = meanNote(record), picture }: { readonly note?: string; readonly picture?: Blob } = {},
  ): Promise<boolean> {
    const { signals, samples, startS, stepS, settings } = record;
    return this.#keep(
      {
        id: uniqueId(),
        name: `Capture ${this.#nextNumber()}`,
        note,
        source,
        triggerUnixMs: utcToUnixMs(record.triggerUtc),
        signals,
        sampleCount: sampleCount(record),
        startS,
        stepS,
        settings,
        samples,
        ...(picture ? { picture } : {}),
      },
      'The record was not kept',
    );
  }

  /**
   * Fetches the instrument's own screen and keeps it with the newest record; as a file where there is none or it was not
   * kept.
   */
  photograph(scope: ConnectedInstrument, newest: ShownRecord | undefined): Promise<void> {
    return this.#attempt(`The screen of ${scope.label} was not fetched`, async () => {
      const { bytes, mediaType } = await scope.handle.screen!.picture();
      const picture = new Blob([bytes], { type: mediaType });
      const isKept = newest !== undefined && (await this.pin(newest, scope.label, { picture }));
      if (!isKept) download(picture, pictureName(scope.label, picture));
    });
  }

  describe(capture: TraceCapture, words: Partial<Pick<TraceCapture, 'name' | 'note'>>): Promise<void> {
    const { name, note } = { ...capture, ...words };
    return this.#attempt(`${capture.name} was not changed`, async () => {
      await (await this.#app.captures()).describe(capture.id, { name, note });
      this.#list.value = this.#list.value.map((other) => (other.id === capture.id ? { ...other, name, note } : other));
    });
  }

  /** It can be taken back as long as the message is there. */
  remove(capture: TraceCapture): Promise<void> {
    return this.#attempt(`${capture.name} was not deleted`, async () => {
      const port = await this.#app.captures();
      const samples = await port.samples(capture.id);
      await port.remove(capture.id);
      this.#hide(capture.id);
      this.#list.value = this.#list.value.filter(({ id }) => id !== capture.id);
      const back = () => void this.#keep({ ...capture, samples }, `${capture.name} did not come back`);
      this.#app.toasts.show({
        kind: 'info',
        title: `${capture.name} was deleted`,
        durationMs: 10_000,
        action: { label: 'Undo', run: back },
      });
    });
  }

  /** Opens the dialog that saves it as a file. */
  save(capture: TraceCapture): Promise<void> {
    return this.#attempt(`${capture.name} was not saved`, async () => {
      const { name, note, source } = capture;
      const record = recordOf({ ...capture, samples: await (await this.#app.captures()).samples(capture.id) });
      saveRecords(this.#app, source, [record], { name, ...(note === '' ? {} : { note }) });
    });
  }

  isGhost(id: string): boolean {
    return this.#ghosts.value.some((ghost) => ghost.id === id);
  }

  /** Lays it under the live trace, or takes it away. */
  toggleGhost(capture: TraceCapture): Promise<void> {
    if (this.isGhost(capture.id)) {
      this.#hide(capture.id);
      return Promise.resolve();
    }
    return this.#attempt(`${capture.name} was not shown`, async () => {
      this.#ghosts.value = [...this.#ghosts.value, { id: capture.id, record: await this.record(capture) }];
    });
  }

  /** With its samples. Rejects when it is no longer kept. */
  async record(capture: TraceCapture): Promise<ShownRecord> {
    return recordOf({ ...capture, samples: await (await this.#app.captures()).samples(capture.id) });
  }

  async #keep(capture: WholeCapture, failure: string): Promise<boolean> {
    let isKept = false;
    await this.#attempt(failure, async () => {
      await (await this.#app.captures()).keep(capture);
      isKept = true;
      const { samples: _, ...row } = capture;
      this.#list.value = [row, ...this.#list.value].sort((a, b) => b.triggerUnixMs - a.triggerUnixMs);
      this.#show(capture);
    });
    return isKept;
  }

  #show(capture: WholeCapture): void {
    this.#hide(capture.id);
    this.#ghosts.value = [...this.#ghosts.value, { id: capture.id, record: recordOf(capture) }];
  }

  #hide(id: string): void {
    this.#ghosts.value = this.#ghosts.value.filter((ghost) => ghost.id !== id);
  }

  #nextNumber(): number {
    const numbers = this.#list.value.map(({ name }) => Number(/^Capture (\d+)$/.exec(name)?.[1] ?? 0));
    this.#lastNumber = Math.max(this.#lastNumber, ...numbers) + 1;
    return this.#lastNumber;
  }

  async #attempt(failure: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#app.toasts.fail(failure, error);
    }
  }
}

function recordOf(capture: WholeCapture): ShownRecord {
  return { ...capture, triggerUtc: utcFromUnixMs(capture.triggerUnixMs) };
}

/** Such as `Mean of 16 records`; empty for a record as it came. */
function meanNote(record: ShownRecord): string {
  const words = meanWords(record);
  return words === '' ? '' : `M${words.slice(1)} records`;
}

/** Such as `DHO804 1.png`. */
export function pictureName(name: string, { type }: Blob): string {
  return `${name}.${type.slice(type.lastIndexOf('/') + 1)}`;
}

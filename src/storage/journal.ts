// The journal: one row per recording, the only state about recordings. A row is a small file beside the recording, so
// that both have one fate: what the list shows is there, and no other store of the browser can take the list away. Every
// change is announced to every thread and tab, so nobody keeps a copy.

import * as v from 'valibot';
import { Emitter } from '../base/emitter.ts';
import { LabError } from '../base/errors.ts';
import type { RecordingEntry } from '../model/ports.ts';
import type { RecordingFiles } from './recording-files.ts';

const countSchema = v.pipe(v.number(), v.minValue(0));

/** What earlier versions did not store is optional; they named the one instrument in `source`. */
const rowSchema = v.pipe(
  v.object({
    id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
    /** What the user calls it. */
    fileName: v.pipe(v.string(), v.minLength(1)),
    /** What it is called in the private file system. */
    storedName: v.pipe(v.string(), v.regex(/^[\w.-]{1,80}$/)),
    state: v.picklist(['recording', 'finished', 'interrupted', 'failed']),
    startedUnixMs: v.number(),
    durationS: countSchema,
    sizeBytes: countSchema,
    missingSampleCount: countSchema,
    recorderLostSampleCount: v.optional(countSchema, 0),
    sources: v.optional(v.array(v.string())),
    source: v.optional(v.string()),
    isInMemory: v.optional(v.boolean(), false),
    leftBytes: v.optional(countSchema),
    endedBy: v.optional(v.picklist(['stop', 'duration', 'room', 'source', 'error'])),
    note: v.optional(v.string()),
  }),
  v.transform(
    ({ source, ...row }): JournalRow => ({
      ...row,
      sources: row.sources ?? (source === undefined ? [] : [source]),
      leftBytes: row.leftBytes,
      endedBy: row.endedBy,
      note: row.note,
    }),
  ),
);

/** A row: the entry that views see, plus where its bytes are. Who is asked knows whether it is made elsewhere. */
export type JournalRow = Omit<RecordingEntry, 'isElsewhere'> & { readonly storedName: string };

/** What may change after a row was written first. */
export type JournalChange = Partial<Omit<JournalRow, 'id'>>;

const CHANNEL = 'pulsebench-recordings';
const ROW_NAME = /^([\w-]{1,64})\.json$/;
const rowName = (id: string): string => `${id}.json`;

/** The id of the row that a file holds; `undefined` for other files. */
export const rowIdOf = (fileName: string): string | undefined => ROW_NAME.exec(fileName)?.[1];

/** A row as it was stored; `undefined` when it cannot be read: what lies on a disk may be damaged or of another version. */
export function parseRow(stored: unknown): JournalRow | undefined {
  const parsed = v.safeParse(rowSchema, stored);
  return parsed.success ? parsed.output : undefined;
}

/** Any thread; one per thread. `close` gives the channel back. */
export class Journal {
  readonly #files: RecordingFiles;
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #changed = new Emitter<void>();

  constructor(files: RecordingFiles) {
    this.#files = files;
    this.#channel.onmessage = () => this.#changed.emit();
  }

  /** Called after any change, whoever made it; the result unsubscribes. */
  onChanged(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  /**
   * Newest first; only rows whose recording is there. Rows that cannot be read are left out; recovery finds their files
   * and writes new rows.
   */
  async list(): Promise<JournalRow[]> {
    const names = new Set(await this.#files.names());
    const ids = [...names].flatMap((name) => rowIdOf(name) ?? []);
    const rows = await Promise.all(ids.map((id) => this.#read(id)));
    return rows
      .flatMap((row) => (row && names.has(row.storedName) ? row : []))
      .sort((a, b) => b.startedUnixMs - a.startedUnixMs);
  }

  /** Rejects with `storage/io` when there is no such recording. */
  async get(id: string): Promise<JournalRow> {
    const row = await this.#read(id);
    if (row) return row;
    throw new LabError('storage/io', 'This recording is no longer in the list. It may have been deleted elsewhere.');
  }

  async add(row: JournalRow): Promise<void> {
    await this.#alone(row.id, () => this.#write(row));
  }

  /** Changes a row in one step for all threads and returns it. */
  update(id: string, change: JournalChange): Promise<JournalRow> {
    return this.#alone(id, async () => {
      const row: JournalRow = { ...(await this.get(id)), ...change };
      await this.#write(row);
      return row;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#alone(id, () => this.#files.remove(rowName(id)));
    this.announce();
  }

  close(): void {
    this.#channel.close();
  }

  /** Something changed that is in no row. */
  announce(): void {
    this.#channel.postMessage(undefined);
    this.#changed.emit();
  }

  async #read(id: string): Promise<JournalRow | undefined> {
    const text = await this.#files.readText(rowName(id));
    if (text === undefined) return undefined;
    try {
      return parseRow(JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async #write(row: JournalRow): Promise<void> {
    await this.#files.writeText(rowName(row.id), JSON.stringify(row));
    this.announce();
  }

  #alone<T>(id: string, job: () => Promise<T>): Promise<T> {
    return navigator.locks.request(`pulsebench-row-${id}`, job);
  }
}

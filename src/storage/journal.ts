// The journal: one row per recording, the only state about recordings. Every change is announced to every
// thread and tab, so nobody keeps a copy.

import * as v from 'valibot';
import { Emitter } from '../base/emitter.ts';
import { LabError } from '../base/errors.ts';
import type { RecordingEntry } from '../model/ports.ts';
import type { LabDatabase } from './database.ts';

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

/** Any thread; one per thread. `close` gives the channel back. */
export class Journal {
  readonly #database: LabDatabase;
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #changed = new Emitter<void>();

  constructor(database: LabDatabase) {
    this.#database = database;
    this.#channel.onmessage = () => this.#changed.emit();
  }

  /** Called after any change, whoever made it; the result unsubscribes. */
  onChanged(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  /** Newest first. Rows that cannot be read are left out; recovery finds their files and writes new rows. */
  async list(): Promise<JournalRow[]> {
    const rows: JournalRow[] = [];
    for (const stored of await this.#database.getAll('recordings')) {
      const parsed = v.safeParse(rowSchema, stored);
      if (parsed.success) rows.push(parsed.output);
    }
    return rows.sort((a, b) => b.startedUnixMs - a.startedUnixMs);
  }

  /** Rejects with `storage/io` when there is no such recording. */
  async get(id: string): Promise<JournalRow> {
    const parsed = v.safeParse(rowSchema, await this.#database.get('recordings', id));
    if (!parsed.success) {
      throw new LabError('storage/io', 'This recording is no longer in the list. It may have been deleted elsewhere.');
    }
    return parsed.output;
  }

  async add(row: JournalRow): Promise<void> {
    // Strict durability: after a power cut the row must be there, or the bytes would have no owner.
    const transaction = this.#database.transaction('recordings', 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.put(row), transaction.done]);
    this.#announce();
  }

  /** Changes a row in one transaction and returns it. */
  async update(id: string, change: JournalChange): Promise<JournalRow> {
    const transaction = this.#database.transaction('recordings', 'readwrite');
    const parsed = v.safeParse(rowSchema, await transaction.store.get(id));
    if (!parsed.success) {
      await transaction.done;
      throw new LabError('storage/io', 'This recording is no longer in the list. It may have been deleted elsewhere.');
    }
    const row: JournalRow = { ...parsed.output, ...change };
    await Promise.all([transaction.store.put(row), transaction.done]);
    this.#announce();
    return row;
  }

  async remove(id: string): Promise<void> {
    await this.#database.delete('recordings', id);
    this.#announce();
  }

  close(): void {
    this.#channel.close();
    this.#database.close();
  }

  #announce(): void {
    this.#channel.postMessage(undefined);
    this.#changed.emit();
  }
}

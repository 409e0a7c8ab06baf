// Records of triggers that the user keeps: a row each in the database, the samples as a blob. Page only.

import * as v from 'valibot';
import { LabError } from '../base/errors.ts';
import { nextTask } from '../base/next-task.ts';
import { formatBytes } from '../base/si.ts';
import { type CapturesPort, captureBytes, type TraceCapture, type WholeCapture } from '../model/captures.ts';
import { sharedFloats } from '../model/shared-floats.ts';
import { withDatabase } from './database.ts';

const SAMPLE_BYTES = Float32Array.BYTES_PER_ELEMENT;

const fieldsSchema = v.object({
  id: v.string(),
  name: v.string(),
  note: v.string(),
  source: v.string(),
  triggerUnixMs: v.number(),
  signals: v.array(v.object({ id: v.string(), name: v.string(), unit: v.string() })),
  sampleCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  startS: v.number(),
  stepS: v.number(),
  settings: v.string(),
  picture: v.optional(v.blob()),
  /** Float32 in the computer's own order (all that run a browser have the lowest byte first), signal after signal. */
  content: v.blob(),
});

const rowSchema = v.pipe(
  fieldsSchema,
  v.check(({ content, signals, sampleCount }) => content.size === SAMPLE_BYTES * signals.length * sampleCount),
);

type Row = v.InferOutput<typeof rowSchema>;

/** Copied at once: some milliseconds. The page goes on between the pieces of a long record. */
const PIECE_SAMPLES = 2 ** 18;
/** More are hard to find one's way in. */
const MOST_COUNT = 100;
/** Of samples and pictures, all captures together. */
const MOST_BYTES = 512e6;

export class StoredCaptures implements CapturesPort {
  readonly #databaseName: string | undefined;
  readonly #mostBytes: number;

  constructor(databaseName?: string, mostBytes = MOST_BYTES) {
    this.#databaseName = databaseName;
    this.#mostBytes = mostBytes;
  }

  async list(): Promise<readonly TraceCapture[]> {
    const rows = await this.#rows();
    return rows.sort((a, b) => b.triggerUnixMs - a.triggerUnixMs).map(({ content: _, ...capture }) => capture);
  }

  async samples(id: string): Promise<readonly Float32Array[]> {
    const row = await this.#row(id);
    if (!row) throw new LabError('storage/gone', 'This capture is no longer kept. It was deleted in another tab.');
    const samples: Float32Array[] = [];
    for (const index of row.signals.keys()) {
      const part = sharedFloats(row.sampleCount);
      for (let start = 0; start < part.length; start += PIECE_SAMPLES) {
        const first = index * row.sampleCount + start;
        const end = index * row.sampleCount + Math.min(part.length, start + PIECE_SAMPLES);
        const bytes = await row.content.slice(SAMPLE_BYTES * first, SAMPLE_BYTES * end).arrayBuffer();
        await nextTask();
        part.set(new Float32Array(bytes), start);
      }
      samples.push(part);
    }
    return samples;
  }

  async keep({ samples, ...capture }: WholeCapture): Promise<void> {
    const others = (await this.#rows()).filter(({ id }) => id !== capture.id);
    const bytes = others.reduce((sum, other) => sum + captureBytes(other), captureBytes(capture));
    if (others.length >= MOST_COUNT || bytes > this.#mostBytes) {
      throw new LabError(
        'storage/quota',
        `There is room for ${MOST_COUNT} captures and ${formatBytes(this.#mostBytes)} of samples and pictures. Those that are kept are safe. Delete one, or export it first.`,
      );
    }
    const content = await blobOf(samples);
    await withDatabase((database) => database.put('captures', { ...capture, content }), this.#databaseName);
  }

  async describe(id: string, words: Pick<TraceCapture, 'name' | 'note'>): Promise<void> {
    await withDatabase(async (database) => {
      const stored = v.safeParse(rowSchema, await database.get('captures', id));
      if (stored.success) await database.put('captures', { ...stored.output, name: words.name, note: words.note });
    }, this.#databaseName);
  }

  async remove(id: string): Promise<void> {
    await withDatabase((database) => database.delete('captures', id), this.#databaseName);
  }

  async #row(id: string): Promise<Row | undefined> {
    const stored = await withDatabase((database) => database.get('captures', id), this.#databaseName);
    const parsed = v.safeParse(rowSchema, stored);
    return parsed.success ? parsed.output : undefined;
  }

  async #rows(): Promise<Row[]> {
    const all = await withDatabase((database) => database.getAll('captures'), this.#databaseName);
    return all.flatMap((stored) => {
      const parsed = v.safeParse(rowSchema, stored);
      return parsed.success ? [parsed.output] : [];
    });
  }
}

async function blobOf(samples: readonly Float32Array[]): Promise<Blob> {
  const pieces: Blob[] = [];
  for (const part of samples) {
    for (let start = 0; start < part.length; start += PIECE_SAMPLES) {
      pieces.push(new Blob([part.slice(start, start + PIECE_SAMPLES)]));
      await nextTask();
    }
  }
  return new Blob(pieces);
}

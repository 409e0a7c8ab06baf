// Writes the annotation or UTC track of a signal: one DATA chunk per item and an index of their times in levels.
// The way levels close follows the reference library, so that files come out byte for byte the same.

import { ChunkList, type ChunkWriter, setOffset } from './chunk-writer.ts';
import type { TrackHead } from './head.ts';
import { KIND_DATA, KIND_INDEX, KIND_SUMMARY, LEVEL_COUNT, PAYLOAD_HEADER_BYTES, trackTag } from './spec.ts';

/** INDEX and SUMMARY entries of these tracks. */
const ENTRY_BYTES = 16;

interface Entry {
  readonly timestamp: bigint;
  readonly offset: number;
}

class Level {
  readonly indexList = new ChunkList();
  readonly summaryList = new ChunkList();
  index: Entry[] = [];
  summary: Uint8Array[] = [];
}

export class IndexedWriter {
  readonly #chunks: ChunkWriter;
  readonly #head: TrackHead;
  readonly #track: number;
  readonly #signalId: number;
  readonly #decimateFactor: number;
  readonly #dataList = new ChunkList();
  readonly #levels: Level[] = [];

  constructor(chunks: ChunkWriter, head: TrackHead, track: number, signalId: number, decimateFactor: number) {
    this.#chunks = chunks;
    this.#head = head;
    this.#track = track;
    this.#signalId = signalId;
    this.#decimateFactor = decimateFactor;
  }

  /** Appends an item: its time, its DATA payload and the 16 bytes that stand for it in a SUMMARY. */
  add(timestamp: bigint, payload: Uint8Array, summary: Uint8Array): void {
    const offset = this.#chunks.write(this.#dataList, trackTag(this.#track, KIND_DATA), this.#signalId, payload);
    this.#head.note(0, offset);
    const level = this.#levelAt(1);
    level.index.push({ timestamp, offset });
    level.summary.push(summary);
    if (level.index.length >= this.#decimateFactor) this.#commit(1, level);
  }

  /** Unfinished levels go into those above that exist; they get an index entry there but no summary. */
  close(): void {
    for (let number = 1; number < LEVEL_COUNT; number++) {
      const level = this.#levels[number];
      if (!level) return;
      if (level.index.length > 0) this.#commit(number, level, true);
    }
  }

  #levelAt(number: number): Level {
    const level = this.#levels[number] ?? new Level();
    this.#levels[number] = level;
    return level;
  }

  /** Writes and empties a level, and those above that become full by the entry for it. */
  #commit(number: number, level: Level, isClosing = false): void {
    const first = level.summary[0];
    const entry = this.#write(number, level);
    if (number + 1 === LEVEL_COUNT) return;
    const above = isClosing ? this.#levels[number + 1] : this.#levelAt(number + 1);
    if (!above) return;
    above.index.push(entry);
    if (!isClosing && first) above.summary.push(first);
    if (above.index.length >= this.#decimateFactor) this.#commit(number + 1, above, isClosing);
  }

  /** Writes and empties a level; returns the entry that stands for it one level up. */
  #write(number: number, level: Level): Entry {
    const meta = this.#signalId | (number << 12);
    const timestamp = level.index[0]!.timestamp;
    const index = payloadOf(timestamp, level.index.length);
    const view = new DataView(index.buffer);
    level.index.forEach((entry, i) => {
      const at = PAYLOAD_HEADER_BYTES + i * ENTRY_BYTES;
      view.setBigInt64(at, entry.timestamp, true);
      setOffset(view, at + 8, entry.offset);
    });
    const summary = payloadOf(timestamp, level.summary.length);
    level.summary.forEach((entry, i) => {
      summary.set(entry, PAYLOAD_HEADER_BYTES + i * ENTRY_BYTES);
    });
    const offset = this.#chunks.write(level.indexList, trackTag(this.#track, KIND_INDEX), meta, index);
    this.#chunks.write(level.summaryList, trackTag(this.#track, KIND_SUMMARY), meta, summary);
    this.#head.note(number, offset);
    level.index = [];
    level.summary = [];
    return { timestamp, offset };
  }
}

function payloadOf(timestamp: bigint, entryCount: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(PAYLOAD_HEADER_BYTES + entryCount * ENTRY_BYTES);
  const view = new DataView(payload.buffer);
  view.setBigInt64(0, timestamp, true);
  view.setUint32(8, entryCount, true);
  view.setUint32(12, ENTRY_BYTES * 8, true);
  return payload;
}

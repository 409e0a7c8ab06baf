// The HEAD chunk of a track: where its first DATA and the first INDEX of each level are.

import type { ChunkWriter } from './chunk-writer.ts';
import { setOffset } from './chunk-writer.ts';
import { HEAD_PAYLOAD_BYTES } from './spec.ts';

export class TrackHead {
  readonly #chunks: ChunkWriter;
  readonly #offset: number;
  readonly #view = new DataView(new ArrayBuffer(HEAD_PAYLOAD_BYTES));
  readonly #known = new Set<number>();

  /** `offset` is where the (still empty) HEAD chunk is. */
  constructor(chunks: ChunkWriter, offset: number) {
    this.#chunks = chunks;
    this.#offset = offset;
  }

  /** Notes the first chunk of a level (0 = DATA); later ones are ignored. */
  note(level: number, offset: number): void {
    if (this.#known.has(level)) return;
    this.#known.add(level);
    setOffset(this.#view, level * 8, offset);
    this.#chunks.patchPayload(this.#offset, new Uint8Array(this.#view.buffer));
  }
}

// Stream frames: the low 32 bits of the id of their first sample, then the samples. A frame is full, or as long as
// 100 ms at rates at which that would take longer.

import type { SampleBlock } from './block.ts';
import type { FrameSource } from './frame-source.ts';

const ID_BYTES = 4;
const DATA_BYTES = 504;
/** 100 ms. */
const LONGEST_IDS = 200_000;

/** Packs the samples of one signal. */
export interface SampleWriter {
  readonly bits: 1 | 4 | 8 | 32;
  /** Ids from one sample to the next. */
  readonly stepIds: number;
  /**
   * Takes the ids from `from` to `to` of the block, counted from its first, and appends the samples that are complete
   * behind the first `filled` ones of `data`. Returns their number.
   */
  write(block: SampleBlock, from: number, to: number, data: Uint8Array<ArrayBuffer>, filled: number): number;
}

export class StreamFrames implements FrameSource {
  readonly port: number;
  readonly #writer: SampleWriter;
  readonly #frameIds: number;
  readonly #payload = new Uint8Array(ID_BYTES + DATA_BYTES);
  readonly #data = this.#payload.subarray(ID_BYTES);
  #startId: number;
  #nextId: number;
  #filled = 0;

  /** The first sample is the first one not before `id` whose id is a multiple of the step. */
  constructor(port: number, id: number, writer: SampleWriter) {
    this.port = port;
    this.#writer = writer;
    const { bits, stepIds } = writer;
    // The length of a frame counts whole bytes.
    const samplesPerByte = Math.max(1, 8 / bits);
    const longest = Math.floor(LONGEST_IDS / stepIds / samplesPerByte) * samplesPerByte;
    this.#frameIds = stepIds * Math.min((DATA_BYTES * 8) / bits, Math.max(samplesPerByte, longest));
    this.#startId = Math.ceil(id / stepIds) * stepIds;
    this.#nextId = this.#startId;
  }

  get startId(): number {
    return this.#startId;
  }

  get dueId(): number {
    return this.#startId + this.#frameIds;
  }

  take(block: SampleBlock, untilId: number): void {
    if (untilId <= this.#nextId) return;
    if (this.#filled === 0) this.#data.fill(0);
    const from = this.#nextId - block.firstId;
    this.#filled += this.#writer.write(block, from, untilId - block.firstId, this.#data, this.#filled);
    this.#nextId = untilId;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const lengthBytes = ID_BYTES + (this.#filled * this.#writer.bits) / 8;
    new DataView(this.#payload.buffer).setUint32(0, this.#startId % 2 ** 32, true);
    this.#startId += this.#frameIds;
    this.#filled = 0;
    return this.#payload.subarray(0, lengthBytes);
  }
}

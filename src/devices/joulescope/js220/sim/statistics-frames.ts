// Statistics records: one for every `scnt` samples, with exact sums over the block and since the statistics were
// switched on.

import { COUNTER_RATE_HZ, PORT } from '../constants.ts';
import { STATISTICS_BYTES } from '../statistics.ts';
import type { SampleBlock } from './block.ts';
import { FixedSums } from './fixed-sums.ts';
import type { FrameSource } from './frame-source.ts';

/** Raw samples, version 1, two ids per sample. */
const RECORD_TAG = 0x92;
const IDS_PER_SAMPLE = 2;
const CURRENT_BITS = 31;
const POWER_BITS = 27;
/** The integral of power has as many fraction bits as that of current. */
const POWER_TOTAL_SHIFT = 4n;

export class StatisticsFrames implements FrameSource {
  readonly port = PORT.statistics;
  readonly #current = new FixedSums(CURRENT_BITS);
  readonly #voltage = new FixedSums(CURRENT_BITS);
  readonly #power = new FixedSums(POWER_BITS);
  readonly #totalsId: number;
  #sampleCount: number;
  #startId: number;
  #nextId: number;

  /** The totals begin at `id`, which is even. */
  constructor(id: number, sampleCount: number) {
    this.#totalsId = id;
    this.#startId = id;
    this.#nextId = id;
    this.#sampleCount = sampleCount;
  }

  get startId(): number {
    return this.#startId;
  }

  get dueId(): number {
    return this.#startId + this.#sampleCount * IDS_PER_SAMPLE;
  }

  /** The block begins anew with another length; the totals go on. */
  setSampleCount(sampleCount: number): void {
    this.#sampleCount = sampleCount;
    this.#startBlock(this.#nextId);
  }

  take(block: SampleBlock, untilId: number): void {
    if (untilId <= this.#nextId) return;
    const start = (this.#nextId - block.firstId) / IDS_PER_SAMPLE;
    const end = (untilId - block.firstId) / IDS_PER_SAMPLE;
    this.#current.add(block.current, start, end);
    this.#voltage.add(block.voltage, start, end);
    this.#power.add(block.power, start, end);
    this.#nextId = untilId;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const record = new Uint8Array(STATISTICS_BYTES);
    const view = new DataView(record.buffer);
    view.setUint32(0, ((RECORD_TAG << 24) | this.#sampleCount) >>> 0, true);
    view.setUint32(4, COUNTER_RATE_HZ, true);
    view.setBigUint64(8, BigInt(this.#startId), true);
    view.setBigUint64(16, BigInt(this.#totalsId), true);
    [this.#current, this.#voltage, this.#power].forEach(({ sum, min, max }, index) => {
      [sum, BigInt(min), BigInt(max)].forEach((value, field) => {
        view.setBigInt64(24 + index * 24 + field * 8, value, true);
      });
    });
    const wide = [
      this.#current.sumOfSquares,
      this.#current.total,
      this.#voltage.sumOfSquares,
      0n,
      this.#power.sumOfSquares,
      this.#power.total << POWER_TOTAL_SHIFT,
    ];
    wide.forEach((value, index) => {
      view.setBigUint64(96 + index * 16, BigInt.asUintN(64, value), true);
      view.setBigInt64(104 + index * 16, value >> 64n, true);
    });
    this.#startBlock(this.dueId);
    return record;
  }

  #startBlock(id: number): void {
    this.#startId = id;
    for (const sums of [this.#current, this.#voltage, this.#power]) sums.clear();
  }
}

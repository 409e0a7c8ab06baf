// The JS110's bulk packets into a stream ring: calibrated current, voltage and power, the current range and the two
// general-purpose inputs. One thread, the ring's writer. Losses become NaN with their time kept, and are counted
// in the ring's health.

import { assert } from '../../../base/assert.ts';
import type { Core } from '../../../core/core.ts';
import { configureDownsample, type DownsampleMode, downsampleFactors } from '../../../core/downsample.ts';
import { parseSuppression } from '../../../core/js110-suppression.ts';
import type { Js110Gains } from '../../../core/js110-words.ts';
import * as layout from '../../../core/layout.ts';
import type { Region } from '../../../core/memory.ts';
import type { StreamRing } from '../../../core/stream-ring.ts';
import type { StreamSignal } from '../../../model/channel.ts';
import { saturationSignal } from '../../../model/saturation.ts';

/** Raw samples per second of a JS110. */
export const JS110_SAMPLE_RATE_HZ = 2_000_000;
export const JS110_PACKET_BYTES = 512;
export const JS110_PACKET_SAMPLES = 126;

const INPUT_PACKETS = 256;
/** Staging columns in the order of `js110Signals`; the bits of the missing samples follow them. */
const COLUMNS = [
  layout.JS110_CURRENT,
  layout.JS110_VOLTAGE,
  layout.JS110_POWER,
  layout.JS110_RANGE,
  layout.JS110_GPI0,
  layout.JS110_GPI1,
];
/** Columns of those signals that the core fills by itself, after the others. */
const SATURATED_COLUMNS = [layout.JS110_CURRENT_SATURATED, layout.JS110_VOLTAGE_SATURATED];
/** Current ranges whose ends are limits, by bit; of range 7 (off) nothing is. */
const FIXED_LIMITS = 0x7f;
/** Automatic: only of the largest one, range 0. */
const AUTOMATIC_LIMITS = 1;
const MODES = { off: 0, interp: 1, mean: 2, nan: 3 } as const;

/**
 * The signals of the ring, in order. The range is 0-6, 7 when the current path is open, 8 where samples are missing. A
 * sample is saturated when the converter was at its lowest or highest code: the true value is there or beyond.
 */
export function js110Signals(sampleRateHz = JS110_SAMPLE_RATE_HZ): readonly StreamSignal[] {
  const signal = (id: string, unit: string, dtype: StreamSignal['dtype']): StreamSignal => ({
    id,
    name: id,
    unit,
    dtype,
    sampleRateHz,
  });
  const current = signal('current', 'A', 'f32');
  const voltage = signal('voltage', 'V', 'f32');
  return [
    current,
    voltage,
    signal('power', 'W', 'f32'),
    signal('current_range', '', 'u4'),
    signal('gpi[0]', '', 'u1'),
    signal('gpi[1]', '', 'u1'),
    saturationSignal(current),
    saturationSignal(voltage),
  ];
}

export class Js110Processor {
  /** Bytes of the region that a processor needs. */
  static readonly byteLength = layout.JS110_STATE_BYTES + INPUT_PACKETS * JS110_PACKET_BYTES;

  readonly #core: Core;
  readonly #ring: StreamRing;
  readonly #state: number;
  readonly #view: DataView;
  readonly #input: Uint8Array;

  /** `region` is of `byteLength` bytes; `ring` has the signals of `js110Signals`. */
  constructor(core: Core, region: Region, ring: StreamRing) {
    assert(region.lengthBytes >= Js110Processor.byteLength, 'the region of a JS110 processor is large enough');
    assert(ring.signals.map(({ dtype }) => dtype).join() === 'f32,f32,f32,u4,u1,u1,u1,u1', 'the ring is for a JS110');
    this.#core = core;
    this.#ring = ring;
    this.#state = region.address;
    this.#view = new DataView(core.memory.buffer, region.address, layout.JS110_STATE_BYTES);
    this.#input = new Uint8Array(
      core.memory.buffer,
      region.address + layout.JS110_STATE_BYTES,
      INPUT_PACKETS * JS110_PACKET_BYTES,
    );
    [...COLUMNS, ...SATURATED_COLUMNS, layout.JS110_MISSING].forEach((offset, index) => {
      this.#view.setUint32(layout.JS110_SOURCES + index * 4, this.#state + offset, true);
    });
    this.setAutomatic(false);
    this.start();
  }

  /** Takes effect with the next packet. Values are rounded to f32, as the instrument's own software does. */
  setGains(gains: Js110Gains): void {
    const write = (offset: number, values: readonly number[], count: number) => {
      for (let i = 0; i < count; i++) this.#view.setFloat32(offset + i * 4, values[i] ?? NaN, true);
    };
    write(layout.JS110_CURRENT_OFFSET, [...gains.currentOffset.slice(0, 7), 0, NaN], 9);
    write(layout.JS110_CURRENT_GAIN, [...gains.currentGain.slice(0, 7), 0, NaN], 9);
    write(layout.JS110_VOLTAGE_OFFSET, gains.voltageOffset, 2);
    write(layout.JS110_VOLTAGE_GAIN, gains.voltageGain, 2);
  }

  /**
   * Rate of the samples in the ring: `JS110_SAMPLE_RATE_HZ` divided by 2^a · 5^b. The filters do not shift the signal
   * back by their delay. Begins a new stream; counters of lost samples go on counting at the raw rate.
   */
  setSampleRate(sampleRateHz: number, mode: DownsampleMode = 'flat'): void {
    const factors = downsampleFactors(JS110_SAMPLE_RATE_HZ, sampleRateHz);
    for (let signal = 0; signal < COLUMNS.length; signal++) {
      const address = this.#state + layout.JS110_DOWNSAMPLE + signal * layout.DOWNSAMPLE_BYTES;
      configureDownsample(this.#view.buffer, address, factors, mode);
    }
    this.start();
  }

  /** How range-switch glitches are hidden: a name of `parseSuppression`. Takes effect with the next packet. */
  setSuppression(name: string): void {
    const { mode, pre, post, windows } = parseSuppression(name);
    this.#view.setUint32(layout.JS110_MODE, MODES[mode], true);
    this.#view.setUint32(layout.JS110_PRE, pre, true);
    this.#view.setUint32(layout.JS110_POST, post, true);
    this.#view.setUint32(layout.JS110_REMAINING, 0, true);
    new Uint8Array(this.#view.buffer, this.#state + layout.JS110_WINDOWS, 256).set(windows);
  }

  /** Which lowest bits are inputs and so no part of the value. Takes effect with the next packet. */
  setInputBits({ isCurrent, isVoltage }: { readonly isCurrent: boolean; readonly isVoltage: boolean }): void {
    this.#view.setUint32(layout.JS110_INPUT_BITS, (isCurrent ? 1 : 0) | (isVoltage ? 2 : 0), true);
  }

  /**
   * Whether the current range follows the load: then the end of a range is a limit only where there is none larger. Takes
   * effect with the next packet.
   */
  setAutomatic(isAutomatic: boolean): void {
    this.#view.setUint32(layout.JS110_LIMITED_RANGES, isAutomatic ? AUTOMATIC_LIMITS : FIXED_LIMITS, true);
  }

  /** The next packet is the first of a new stream. Reset the ring as well. */
  start(): void {
    this.#core.exports.js110Start(this.#state);
  }

  /** Processes the whole packets of a bulk transfer; what is left of a partial packet at its end is dropped. */
  process(transfer: Uint8Array): void {
    const packetCount = Math.floor(transfer.length / JS110_PACKET_BYTES);
    for (let done = 0; done < packetCount; done += INPUT_PACKETS) {
      const n = Math.min(INPUT_PACKETS, packetCount - done);
      this.#input.set(transfer.subarray(done * JS110_PACKET_BYTES, (done + n) * JS110_PACKET_BYTES));
      this.#core.exports.js110Process(this.#state, this.#ring.address, this.#input.byteOffset, n);
    }
  }

  /** Appends samples that are known to be lost, for a gap that the 16-bit packet index cannot show. */
  appendMissing(sampleCount: number): void {
    if (sampleCount > 0) this.#core.exports.js110Missing(this.#state, this.#ring.address, sampleCount);
  }

  /** Index of the packet that sample 0 is in; 0 unless the stream was joined late. */
  get firstPacketIndex(): number {
    return this.#view.getUint32(layout.JS110_FIRST_INDEX, true);
  }

  /** Packets of an earlier stream that were thrown away at the start. */
  get stalePacketCount(): number {
    return this.#view.getUint32(layout.JS110_STALE_PACKETS, true);
  }

  /** Samples whose integrity bit did not alternate. */
  get toggleErrorCount(): number {
    return this.#view.getUint32(layout.JS110_TOGGLE_ERRORS, true);
  }
}

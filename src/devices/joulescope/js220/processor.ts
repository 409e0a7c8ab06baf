// Stream frames to samples: placed in time, repeats dropped, scaled, power computed, decimated. Every signal comes at
// its own rate, in blocks that name the counter of their first sample; between blocks time may be missing. One thread.

import { assert } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import { utcFromUnixMs } from '../../../base/time.ts';
import type { Core } from '../../../core/core.ts';
import type { Region } from '../../../core/memory.ts';
import type { Js220TimeMap } from './admin.ts';
import { COUNTER_RATE_HZ, PORT } from './constants.ts';
import { Decimator } from './decimator.ts';
import { skipPacked } from './packed.ts';
import { PowerPairing } from './power.ts';
import { SampleIdTracker } from './sample-ids.ts';
import { type Js220Scale, NO_SCALE } from './scale.ts';
import { decodeStatistics, type Js220Statistics } from './statistics.ts';
import { JS220_STREAMS, type Js220Rates, type Js220Stream, planRates } from './streams.ts';

/** A run of samples of one signal. */
export interface Js220Block {
  readonly stream: Js220Stream;
  /** Counter at 2 MHz of the first sample. */
  readonly sampleId: number;
  /** Ids from one sample to the next. */
  readonly decimateFactor: number;
  readonly count: number;
  /** f32, or packed from the lowest bit on; little-endian. */
  readonly samples: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

/** Since `start`, over all signals. */
export interface Js220Counters {
  readonly receivedSampleCount: number;
  readonly missingSampleCount: number;
  readonly gapCount: number;
  /** Samples that had come before. */
  readonly repeatedSampleCount: number;
  /** Frames that came before the instrument said where its counter is, or too far from it. */
  readonly unplacedFrameCount: number;
  /** Stream frames or statistics whose content cannot be. */
  readonly badFrameCount: number;
}

const ZERO: Js220Counters = {
  receivedSampleCount: 0,
  missingSampleCount: 0,
  gapCount: 0,
  repeatedSampleCount: 0,
  unplacedFrameCount: 0,
  badFrameCount: 0,
};
type Writable<T> = { -readonly [K in keyof T]: T[K] };
const BITS = { f32: 32, u4: 4, u1: 1 } as const;
const ID_BYTES = 4;
const ANALOG_PORTS: readonly number[] = [PORT.current, PORT.voltage, PORT.power];
const POWER = JS220_STREAMS.find(({ port }) => port === PORT.power)!;

export interface Js220ProcessorOptions {
  readonly clock: Clock;
  readonly core: Core;
  /** `Js220Processor.byteLength` bytes. */
  readonly region: Region;
  /** Called with every run of samples, while a frame is taken. */
  readonly onBlock: (block: Js220Block) => void;
}

export class Js220Processor {
  static readonly byteLength = ANALOG_PORTS.length * Decimator.byteLength;

  readonly #options: Js220ProcessorOptions;
  readonly #trackers = new Map<number, SampleIdTracker>(JS220_STREAMS.map(({ port }) => [port, new SampleIdTracker()]));
  readonly #enabled = new Set<number>();
  #decimators = new Map<number, Decimator>();
  #pairing: PowerPairing;
  #rates: Js220Rates = planRates({ sampleRateHz: COUNTER_RATE_HZ, filter: 'wideband', areInputsDecimated: false });
  #scale = NO_SCALE;
  #counters: Writable<Js220Counters> = { ...ZERO };
  #timeMap: Js220TimeMap | undefined;
  #statistics: Js220Statistics | undefined;
  /** Where the instrument's counter was lately. */
  #counter: number | undefined;
  /** The instrument itself said so. */
  #isMapFromInstrument = false;

  constructor(options: Js220ProcessorOptions) {
    assert(options.region.lengthBytes >= Js220Processor.byteLength, 'the region of a JS220 processor is large enough');
    this.#options = options;
    this.#pairing = this.#newPairing();
  }

  get rates(): Js220Rates {
    return this.#rates;
  }

  get counters(): Js220Counters {
    return { ...this.#counters };
  }

  /** Where ids lie in time; `undefined` until the instrument said so. */
  get timeMap(): Js220TimeMap | undefined {
    return this.#timeMap;
  }

  /** The newest record. */
  get statistics(): Js220Statistics | undefined {
    return this.#statistics;
  }

  /** Power is computed here, because the link cannot carry three signals. */
  get isPowerComputed(): boolean {
    return ANALOG_PORTS.every((port) => this.#enabled.has(port)) && !this.#rates.isPowerFromInstrument;
  }

  isEnabled(port: number): boolean {
    return this.#enabled.has(port);
  }

  /** A port whose frames are wanted, or not any more. */
  enable(port: number, isEnabled: boolean): void {
    this.#trackers.get(port)?.reset();
    this.#decimators.delete(port);
    if (isEnabled) this.#enabled.add(port);
    else this.#enabled.delete(port);
    if (ANALOG_PORTS.includes(port)) {
      this.#pairing = this.#newPairing();
      this.#decimators.delete(PORT.power);
    }
  }

  /** What the next frames are like; the signals begin anew. */
  setRates(rates: Js220Rates): void {
    this.#rates = rates;
    this.#decimators.clear();
    for (const tracker of this.#trackers.values()) tracker.reset();
    this.#pairing = this.#newPairing();
  }

  setScale(scale: Js220Scale): void {
    this.#scale = scale;
  }

  setTimeMap(timeMap: Js220TimeMap): void {
    this.#timeMap = timeMap;
    this.#counter = timeMap.counter;
    this.#isMapFromInstrument = true;
  }

  resetCounters(): void {
    this.#counters = { ...ZERO };
  }

  /** One frame of a port from 16 on. */
  take(port: number, payload: Uint8Array<ArrayBuffer>): void {
    if (!this.#enabled.has(port)) return;
    if (port === PORT.statistics) this.#takeStatistics(payload);
    const stream = JS220_STREAMS.find((candidate) => candidate.port === port);
    if (!stream || (stream === POWER && this.isPowerComputed)) return;
    const bits = BITS[stream.dtype];
    const count = Math.floor(((payload.byteLength - ID_BYTES) * 8) / bits);
    if (count < 1) {
      this.#counters.badFrameCount++;
      return;
    }
    const id32 = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
    const step = this.#stepOf(stream);
    const placement = this.#trackers.get(port)!.place(id32, count, step, this.#counter);
    if (!placement) {
      this.#counters.unplacedFrameCount++;
      return;
    }
    const { sampleId, repeatCount, gapIds } = placement;
    this.#counters.receivedSampleCount += count - repeatCount;
    this.#counters.repeatedSampleCount += repeatCount;
    this.#counters.missingSampleCount += Math.round(gapIds / step);
    if (gapIds > 0) this.#counters.gapCount++;
    if (repeatCount === count) return;
    const data = payload.subarray(ID_BYTES);
    if (stream.dtype === 'f32') {
      this.#takeAnalog(stream, sampleId, this.#scaled(stream, data, repeatCount, count));
    } else {
      const samples = skipPacked(data, bits, repeatCount, count - repeatCount);
      this.#options.onBlock({ stream, sampleId, decimateFactor: step, count: count - repeatCount, samples });
    }
  }

  #takeAnalog(stream: Js220Stream, sampleId: number, samples: Float32Array<ArrayBuffer>): void {
    const step = this.#rates.analogStep;
    if (this.isPowerComputed) {
      const which = stream.port === PORT.current ? 'current' : 'voltage';
      this.#pairing.push(which, Math.floor(sampleId / step), samples);
    }
    this.#decimate(stream, sampleId, samples);
  }

  #decimate(stream: Js220Stream, sampleId: number, samples: Float32Array<ArrayBuffer>): void {
    const { onBlock } = this.#options;
    const step = this.#rates.analogStep;
    if (this.#rates.hostFactors.length === 0) {
      onBlock({ stream, sampleId, decimateFactor: step, count: samples.length, samples });
      return;
    }
    const ratio = this.#rates.hostFactors.reduce((product: number, factor) => product * factor, 1);
    this.#decimatorOf(stream.port).push(Math.floor(sampleId / step), samples, (index, outputs) => {
      const decimateFactor = step * ratio;
      onBlock({ stream, sampleId: index * step, decimateFactor, count: outputs.length, samples: outputs });
    });
  }

  #decimatorOf(port: number): Decimator {
    const known = this.#decimators.get(port);
    if (known) return known;
    const { core, region } = this.#options;
    const address = region.address + ANALOG_PORTS.indexOf(port) * Decimator.byteLength;
    const decimator = new Decimator(core, address, this.#rates);
    this.#decimators.set(port, decimator);
    return decimator;
  }

  #newPairing(): PowerPairing {
    return new PowerPairing((index, samples) => this.#decimate(POWER, index * this.#rates.analogStep, samples));
  }

  /** The user's factors apply in f32, before anything else. */
  #scaled(stream: Js220Stream, data: Uint8Array<ArrayBuffer>, skip: number, count: number): Float32Array<ArrayBuffer> {
    const view = new DataView(data.buffer, data.byteOffset);
    const factor = Math.fround(this.#factorOf(stream));
    const samples = new Float32Array(count - skip);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getFloat32((skip + i) * 4, true) * factor;
    return samples;
  }

  #factorOf({ port }: Js220Stream): number {
    const { current, voltage } = this.#scale;
    if (port === PORT.power) return current * voltage;
    return port === PORT.current ? current : voltage;
  }

  #stepOf({ dtype }: Js220Stream): number {
    if (dtype === 'f32') return this.#rates.analogStep;
    return dtype === 'u1' ? this.#rates.inputStep : 1;
  }

  #takeStatistics(payload: Uint8Array<ArrayBuffer>): void {
    const statistics = decodeStatistics(payload, this.#scale);
    if (!statistics) {
      this.#counters.badFrameCount++;
      return;
    }
    this.#statistics = statistics;
    if (this.#isMapFromInstrument) return;
    // Firmware before 1.2 sends no time map. A record arrives when its block has just been taken.
    this.#counter = Number(statistics.blockSampleId) + 2 * statistics.sampleCount;
    const utc = utcFromUnixMs(this.#options.clock.unixMs());
    this.#timeMap ??= { counter: this.#counter, utc, rateHz: COUNTER_RATE_HZ };
  }
}

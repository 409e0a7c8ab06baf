// Stream frames to samples: placed in time, repeats dropped, scaled, power computed, decimated. Every signal comes at
// its own rate, in runs that name the counter of their first sample; between runs time may be missing. One thread.

import { assert } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Core } from '../../../core/core.ts';
import type { Region } from '../../../core/memory.ts';
import { STREAM_SAMPLE_BITS } from '../../../model/channel.ts';
import type { InstrumentTotals } from '../energy-meter.ts';
import type { Js220TimeMap } from './admin.ts';
import { PORT } from './constants.ts';
import { Decimator } from './decimator.ts';
import { PAYLOAD_MAX_BYTES } from './frames.ts';
import { type Js220Limits, NO_LIMITS } from './limits.ts';
import { skipPacked } from './packed.ts';
import { PowerPairing } from './power.ts';
import { SampleClock } from './sample-clock.ts';
import { SampleIdTracker } from './sample-ids.ts';
import { type Js220Scale, NO_SCALE } from './scale.ts';
import { type Js220Run, SampleStage } from './stage.ts';
import { decodeStatistics, type Js220Statistics } from './statistics.ts';
import { StatisticsTotals } from './statistics-totals.ts';
import { FULL_RATES, JS220_STREAMS, type Js220Rates, type Js220Stream } from './streams.ts';

/** Of one signal since `resetCounters`, in samples as the instrument sends them. */
export interface Js220SignalCounters {
  readonly receivedSampleCount: number;
  readonly missingSampleCount: number;
  readonly gapCount: number;
}

/** Over all signals. */
export interface Js220Counters extends Js220SignalCounters {
  /** Samples that had come before. */
  readonly repeatedSampleCount: number;
  /** Frames that came before the instrument said where its counter is, or too far from it. */
  readonly unplacedFrameCount: number;
  /** Stream frames or statistics whose content cannot be. */
  readonly badFrameCount: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const NO_SAMPLES: Js220SignalCounters = { receivedSampleCount: 0, missingSampleCount: 0, gapCount: 0 };
const NO_FAULTS = { repeatedSampleCount: 0, unplacedFrameCount: 0, badFrameCount: 0 };
const ID_BYTES = 4;
const ANALOG_PORTS: readonly number[] = [PORT.current, PORT.voltage, PORT.power];
const POWER = JS220_STREAMS.find(({ port }) => port === PORT.power)!;

/** Memory that the samples pass through, with the rings' core so that they can be appended from there. */
export interface Js220Room {
  readonly core: Core;
  /** `Js220Processor.byteLength` bytes. */
  readonly region: Region;
}

export interface Js220ProcessorOptions {
  readonly clock: Clock;
  /** Called when the rates are set, at the first time by the constructor. */
  readonly makeRoom: (rates: Js220Rates) => Js220Room;
  /** Called with every run of samples, which it uses before it returns. */
  readonly onRun: (run: Js220Run) => void;
  /** Called with new totals, once each. */
  readonly onTotals?: (totals: InstrumentTotals) => void;
}

/** One signal on its way. */
interface Lane {
  readonly stream: Js220Stream;
  readonly tracker: SampleIdTracker;
  readonly counters: Writable<Js220SignalCounters>;
  stage: SampleStage;
}

export class Js220Processor {
  static readonly byteLength =
    ANALOG_PORTS.length * Decimator.byteLength + JS220_STREAMS.length * SampleStage.byteLength;

  readonly #options: Js220ProcessorOptions;
  readonly #lanes: ReadonlyMap<number, Lane>;
  readonly #enabled = new Set<number>();
  /** One frame's analog samples. */
  readonly #input = new Float32Array(PAYLOAD_MAX_BYTES / 4);
  readonly #inputBytes = new Uint8Array(this.#input.buffer);
  /** Which of them are saturated. */
  readonly #saturated = new Uint8Array(PAYLOAD_MAX_BYTES / 4);
  #room: Js220Room;
  #decimators = new Map<number, Decimator>();
  #pairing: PowerPairing;
  #rates: Js220Rates = FULL_RATES;
  #scale = NO_SCALE;
  #limits = NO_LIMITS;
  #faults = { ...NO_FAULTS };
  readonly #sampleClock = new SampleClock();
  #statistics: Js220Statistics | undefined;
  readonly #totals = new StatisticsTotals();

  constructor(options: Js220ProcessorOptions) {
    this.#options = options;
    this.#room = this.#makeRoom(this.#rates);
    this.#lanes = new Map(
      JS220_STREAMS.map((stream) => [
        stream.port,
        { stream, tracker: new SampleIdTracker(), counters: { ...NO_SAMPLES }, stage: this.#newStage(stream) },
      ]),
    );
    this.#pairing = this.#newPairing();
  }

  get rates(): Js220Rates {
    return this.#rates;
  }

  get counters(): Js220Counters {
    const sum = { ...NO_SAMPLES, ...this.#faults };
    for (const { counters } of this.#lanes.values()) {
      sum.receivedSampleCount += counters.receivedSampleCount;
      sum.missingSampleCount += counters.missingSampleCount;
      sum.gapCount += counters.gapCount;
    }
    return sum;
  }

  countersOf({ port }: Js220Stream): Js220SignalCounters {
    return this.#lanes.get(port)!.counters;
  }

  /** Where ids lie in time; `undefined` until the instrument said so. */
  get timeMap(): Js220TimeMap | undefined {
    return this.#sampleClock.timeMap;
  }

  /** The newest record. */
  get statistics(): Js220Statistics | undefined {
    return this.#statistics;
  }

  get totals(): InstrumentTotals | undefined {
    return this.#totals.totals;
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
    this.flush();
    this.#lanes.get(port)?.tracker.reset();
    this.#decimators.delete(port);
    if (isEnabled) this.#enabled.add(port);
    else this.#enabled.delete(port);
    if (ANALOG_PORTS.includes(port)) {
      this.#pairing = this.#newPairing();
      this.#decimators.delete(PORT.power);
    }
  }

  /** What the next frames are like; the signals begin anew, maybe in other memory. Changes nothing when there is none. */
  setRates(rates: Js220Rates): void {
    this.flush();
    this.#room = this.#makeRoom(rates);
    this.#rates = rates;
    this.#beginAnew();
    for (const lane of this.#lanes.values()) lane.stage = this.#newStage(lane.stream);
  }

  setScale(scale: Js220Scale): void {
    this.#scale = scale;
  }

  /** Before the user's factors. Samples at them or beyond are saturated. */
  setLimits(limits: Js220Limits): void {
    this.#limits = limits;
  }

  setTimeMap(timeMap: Js220TimeMap): void {
    this.#sampleClock.set(timeMap);
  }

  /** The next frames come over a new connection: nothing is on, and the counter may have begun anew. */
  beginConnection(): void {
    this.flush();
    this.#beginAnew();
    this.#enabled.clear();
    this.#sampleClock.beginConnection();
  }

  resetCounters(): void {
    this.#faults = { ...NO_FAULTS };
    for (const { counters } of this.#lanes.values()) Object.assign(counters, NO_SAMPLES);
  }

  /** Ids that no frame showed to be lost, such as those of an interruption; each time a gap, or more of the last one. */
  countMissing({ port, dtype }: Js220Stream, idCount: number, isNewGap: boolean): void {
    const { counters } = this.#lanes.get(port)!;
    counters.missingSampleCount += Math.round(idCount / this.#stepOf(dtype));
    if (isNewGap) counters.gapCount++;
  }

  /** One frame of a port from 16 on. Its samples are handed on later: see `flush`. */
  take(port: number, payload: Uint8Array<ArrayBuffer>): void {
    if (!this.#enabled.has(port)) return;
    if (port === PORT.statistics) this.#takeStatistics(payload);
    const lane = this.#lanes.get(port);
    if (!lane || (port === PORT.power && this.isPowerComputed)) return;
    const { stream, counters } = lane;
    const bits = STREAM_SAMPLE_BITS[stream.dtype];
    const count = Math.floor(((payload.byteLength - ID_BYTES) * 8) / bits);
    if (count < 1) {
      this.#faults.badFrameCount++;
      return;
    }
    const id32 = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
    const step = this.#stepOf(stream.dtype);
    const placement = lane.tracker.place(id32, count, step, this.#sampleClock.counter);
    if (!placement) {
      this.#faults.unplacedFrameCount++;
      return;
    }
    const { sampleId, repeatCount, gapIds } = placement;
    const freshCount = count - repeatCount;
    counters.receivedSampleCount += freshCount;
    this.#faults.repeatedSampleCount += repeatCount;
    if (gapIds > 0) this.countMissing(stream, gapIds, true);
    if (freshCount === 0) return;
    if (stream.dtype === 'f32') {
      this.#takeAnalog(stream, sampleId, this.#scaled(stream, payload, repeatCount, freshCount));
    } else {
      const data = payload.subarray(ID_BYTES);
      const samples = repeatCount > 0 ? skipPacked(data, bits, repeatCount, freshCount) : data;
      lane.stage.put(sampleId, step, samples, freshCount);
    }
  }

  /** Hands on the samples of all frames that were taken. */
  flush(): void {
    for (const { stage } of this.#lanes.values()) stage.flush();
  }

  #takeAnalog(stream: Js220Stream, sampleId: number, samples: Float32Array): void {
    if (this.isPowerComputed) {
      const which = stream.port === PORT.current ? 'current' : 'voltage';
      this.#pairing.push(which, Math.floor(sampleId / this.#rates.analogStep), samples);
    }
    this.#decimate(stream, sampleId, samples, this.#saturatedOf(stream, samples));
  }

  #decimate({ port }: Js220Stream, sampleId: number, samples: Float32Array, saturated?: Uint8Array): void {
    const { stage } = this.#lanes.get(port)!;
    const { analogStep, hostRatio } = this.#rates;
    if (hostRatio === 1) {
      stage.put(sampleId, analogStep, samples, samples.length, saturated);
      return;
    }
    this.#decimatorOf(port).push(Math.floor(sampleId / analogStep), samples, saturated, (index, outputs, marks) => {
      stage.put(index * analogStep, analogStep * hostRatio, outputs, outputs.length, marks);
    });
  }

  #decimatorOf(port: number): Decimator {
    const known = this.#decimators.get(port);
    if (known) return known;
    const { core, region } = this.#room;
    const address = region.address + ANALOG_PORTS.indexOf(port) * Decimator.byteLength;
    const decimator = new Decimator(core, address, this.#rates);
    this.#decimators.set(port, decimator);
    return decimator;
  }

  #beginAnew(): void {
    this.#decimators.clear();
    for (const { tracker } of this.#lanes.values()) tracker.reset();
    this.#pairing = this.#newPairing();
  }

  #makeRoom(rates: Js220Rates): Js220Room {
    const room = this.#options.makeRoom(rates);
    assert(room.region.lengthBytes >= Js220Processor.byteLength, 'the room of a JS220 processor is large enough');
    return room;
  }

  #newStage(stream: Js220Stream): SampleStage {
    const { core, region } = this.#room;
    const offset = ANALOG_PORTS.length * Decimator.byteLength + JS220_STREAMS.indexOf(stream) * SampleStage.byteLength;
    return new SampleStage(core.memory.buffer, region.address + offset, stream, this.#options.onRun);
  }

  #newPairing(): PowerPairing {
    return new PowerPairing((index, samples) => this.#decimate(POWER, index * this.#rates.analogStep, samples));
  }

  /** The user's factors apply in f32, before anything else. */
  #scaled({ port }: Js220Stream, payload: Uint8Array, skip: number, count: number): Float32Array {
    const start = ID_BYTES + skip * 4;
    // Frames of a transfer may begin at any byte.
    this.#inputBytes.set(payload.subarray(start, start + count * 4));
    const samples = this.#input.subarray(0, count);
    const factor = Math.fround(this.#factorOf(port));
    if (factor !== 1) for (let i = 0; i < count; i++) samples[i] = samples[i]! * factor;
    return samples;
  }

  #factorOf(port: number): number {
    const { current, voltage } = this.#scale;
    if (port === PORT.power) return current * voltage;
    return port === PORT.current ? current : voltage;
  }

  /** 1 for each of the scaled samples that is at its limit or beyond; `undefined` where none is. */
  #saturatedOf({ port }: Js220Stream, samples: Float32Array): Uint8Array | undefined {
    if (port === PORT.power) return undefined;
    const { currentA, voltageV } = this.#limits;
    const limit = Math.abs(
      Math.fround(this.#factorOf(port)) * Math.fround(port === PORT.current ? currentA : voltageV),
    );
    const least = Math.fround(limit);
    const saturated = this.#saturated;
    let sum = 0;
    for (let i = 0; i < samples.length; i++) {
      const isSaturated = Math.abs(samples[i]!) >= least ? 1 : 0;
      saturated[i] = isSaturated;
      sum += isSaturated;
    }
    return sum > 0 ? saturated.subarray(0, samples.length) : undefined;
  }

  #stepOf(dtype: Js220Stream['dtype']): number {
    if (dtype === 'f32') return this.#rates.analogStep;
    return dtype === 'u1' ? this.#rates.inputStep : 1;
  }

  #takeStatistics(payload: Uint8Array<ArrayBuffer>): void {
    const statistics = decodeStatistics(payload, this.#scale);
    if (!statistics) {
      this.#faults.badFrameCount++;
      return;
    }
    this.#statistics = statistics;
    this.#sampleClock.noteStatistics(statistics, this.#options.clock.unixMs());
    const totals = this.#totals.take(statistics);
    this.#options.onTotals?.(totals);
  }
}

// From runs of samples to the rings, one per signal: the part of the driver that outlives a pulled cable. All rings
// count from one sample id, the epoch, so that a moment has the same place in each of them in seconds. Gaps become missing
// samples; over an interruption the host's clock says how many. The rings' writer thread only.

import { type Clock, delay } from '../../../base/clock.ts';
import type { StreamRing } from '../../../core/stream-ring.ts';
import { STREAM_SAMPLE_BITS } from '../../../model/channel.ts';
import type { HistoryLength } from '../../../model/instrument.ts';
import { type ChannelHomes, type ChannelPlan, planOfStream } from '../../api/homes.ts';
import type { InstrumentTotals } from '../energy-meter.ts';
import { TOTALS_PLAN } from '../totals-channel.ts';
import { type Js220TimeMap, sampleIdAtUtc, utcOfSampleId } from './admin.ts';
import { ArrivalLine } from './arrival-line.ts';
import { Js220Processor, type Js220Room } from './processor.ts';
import type { Js220Run } from './stage.ts';
import { JS220_STREAMS, type Js220Rates, type Js220Stream, signalsOf } from './streams.ts';

/** Longest time that a frame of samples takes to fill, in ids: an instrument sends what it has after 100 ms. */
const MAX_FRAME_IDS = 200_000;
/** Samples in a full frame. */
const FRAME_SAMPLES = { f32: 126, u8: 504, u4: 1008, u1: 4032 } as const;
/** After an interruption, ids that are farther than this from where they should be have begun anew: 0.1 s. */
const ANEW_IDS = 200_000;
/** Samples after an interruption are later than this only if a clock was set: 2 s. */
const MAX_LATE_IDS = 4_000_000;
/** Missing samples are appended in pieces of so many seconds, so that the thread stays responsive. */
const FILL_PIECE_S = 1;

export interface Js220FeedOptions {
  readonly clock: Clock;
  /** How long the rings keep their streams. */
  readonly history: HistoryLength;
  /** Throws `wasm/memory` when the system has none. */
  makeHomes(plan: ChannelPlan): ChannelHomes;
  /** Called with the instrument's totals each time that it tells new ones, at the rate of its statistics. */
  readonly onTotals?: (totals: InstrumentTotals) => void;
}

/** One signal on its way into its ring. */
interface Lane {
  readonly stream: Js220Stream;
  readonly ring: StreamRing;
  /** Id that position 0 of the ring stands for: the epoch and the signal's own phase. `undefined` before the first. */
  zeroId: number | undefined;
  /** Ids from one sample of the ring to the next. */
  step: number;
  /** What comes next ends an interruption of this signal. */
  isAway: boolean;
}

/** What takes the frames of a driver. It outlives the driver. */
export interface Js220Intake {
  readonly processor: Js220Processor;
  /** The next frames come over a new connection. */
  beginConnection(): void;
  /** The next samples begin a new stream. */
  reset(): void;
  /**
   * The next samples go on with the stream after an interruption. Signals that are not `isWanted` were off, and stay as
   * they are.
   */
  rejoin(isWanted: (stream: Js220Stream) => boolean): Promise<void>;
  /** After all frames of a transfer. */
  endTransfer(): void;
}

export class Js220Feed implements Js220Intake {
  readonly processor: Js220Processor;
  readonly #options: Js220FeedOptions;
  readonly #arrivals = new ArrivalLine();
  #homes: ChannelHomes | undefined;
  #lanes: readonly Lane[] = [];
  #epochId: number | undefined;
  /** One past the newest id that came, since the counter began. */
  #endId = 0;
  #isRejoining = false;
  /** What the rings' clocks were made of. */
  #timeMap: Js220TimeMap | undefined;
  /** They are to be made anew. */
  #isClockDue = false;
  /** Since the last connection no sample has shown which ids the present time map is about. */
  #isClockHeld = false;

  constructor(options: Js220FeedOptions) {
    this.#options = options;
    this.processor = new Js220Processor({
      clock: options.clock,
      makeRoom: (rates) => this.#makeRoom(rates),
      onRun: (run) => this.#append(run),
      onTotals: (totals) => options.onTotals?.(totals),
    });
  }

  /** Made anew when a setting changes the rates; the old ones have ended then. */
  get homes(): ChannelHomes {
    return this.#homes!;
  }

  /** Id of the sample at `position` of a signal's ring; `undefined` before the signal's first sample. */
  sampleIdAt({ port }: Js220Stream, position: number): number | undefined {
    const lane = this.#laneOf(port);
    return lane.zeroId === undefined ? undefined : lane.zeroId + position * lane.step;
  }

  beginConnection(): void {
    this.processor.beginConnection();
    this.#isClockHeld = true;
  }

  reset(): void {
    this.#begin();
    for (const lane of this.#lanes) {
      lane.ring.reset();
      lane.zeroId = undefined;
      lane.isAway = false;
    }
  }

  /**
   * What was lost up to now is appended in pieces, before the instrument is started; what is lost from then until the
   * first samples comes with those.
   */
  async rejoin(isWanted: (stream: Js220Stream) => boolean): Promise<void> {
    const away = this.#lanes.filter(({ zeroId, stream }) => zeroId !== undefined && isWanted(stream));
    this.#isRejoining = this.#epochId !== undefined;
    for (const lane of away) {
      lane.isAway = true;
      this.processor.countMissing(lane.stream, 0, true);
    }
    for (let isDone = away.length === 0; !isDone; ) {
      isDone = away.map((lane) => this.#fillOwed(lane)).every((isWhole) => isWhole);
      if (!isDone) await delay(this.#options.clock, 0);
    }
    this.#publishHealth();
  }

  /** What the frames brought reaches the rings, with its time and its losses. */
  endTransfer(): void {
    const endId = this.#endId;
    this.processor.flush();
    if (this.#endId > endId) this.#arrivals.learn(this.#endId, this.#options.clock.nowMs());
    this.#publishClocks();
    this.#publishHealth();
  }

  #begin(): void {
    this.#epochId = undefined;
    this.#endId = 0;
    this.#isRejoining = false;
    this.#timeMap = undefined;
    this.#isClockHeld = false;
    this.#arrivals.reset();
    this.processor.resetCounters();
  }

  #makeRoom(rates: Js220Rates): Js220Room {
    const signals = JS220_STREAMS.map((stream) => signalsOf(stream, rates));
    const isSame = this.#lanes.every(
      ({ ring }, index) => ring.signals[0]!.sampleRateHz === signals[index]![0].sampleRateHz,
    );
    if (!this.#homes || !isSame) {
      const homes = this.#options.makeHomes({
        streams: signals.map((ofStream) =>
          planOfStream({ kind: 'stream', id: ofStream[0].id, signals: ofStream }, this.#options.history),
        ),
        values: [TOTALS_PLAN],
        traces: [],
        scratchBytes: Js220Processor.byteLength,
      });
      this.#homes?.end();
      if (this.#homes) this.#begin();
      this.#homes = homes;
      this.#lanes = JS220_STREAMS.map((stream, index) => ({
        stream,
        ring: homes.rings[index]!,
        zeroId: undefined,
        step: 1,
        isAway: false,
      }));
    }
    return { core: this.#homes.core, region: this.#homes.scratch };
  }

  #laneOf(port: number): Lane {
    return this.#lanes[JS220_STREAMS.findIndex((stream) => stream.port === port)]!;
  }

  #append(run: Js220Run): void {
    const endId = run.sampleId + run.count * run.step;
    if (this.#isRejoining) this.#endInterruption(endId);
    this.#isClockHeld = false;
    this.#endId = Math.max(this.#endId, endId);
    const lane = this.#laneOf(run.stream.port);
    const { ring } = lane;
    if (lane.zeroId === undefined) this.#place(lane, run);
    const position = Math.round((run.sampleId - lane.zeroId!) / run.step);
    // A run that begins within a byte of what is there would have to be shifted: it loses up to a byte of samples.
    const isAlone = ring.signals.length === 1;
    const perByte = isAlone ? Math.max(1, 8 / STREAM_SAMPLE_BITS[run.stream.dtype]) : 8;
    const skip = Math.ceil(Math.max(0, ring.endSample - position) / perByte) * perByte;
    if (skip >= run.count) return;
    this.#appendMissing(lane, position + skip - ring.endSample);
    const address = run.address + (skip * STREAM_SAMPLE_BITS[run.stream.dtype]) / 8;
    const saturated = run.saturatedAddress === 0 ? 0 : run.saturatedAddress + skip / 8;
    ring.append(isAlone ? [address] : [address, saturated], run.count - skip);
  }

  /** The signal's first samples: where its positions count from. */
  #place(lane: Lane, { sampleId, step }: Js220Run): void {
    this.#epochId ??= sampleId - this.#leadIds();
    lane.step = step;
    lane.zeroId = sampleId - Math.round((sampleId - this.#epochId) / step) * step;
    this.#isClockDue = true;
  }

  /** Signals that were on from the start may begin a frame before the first one that arrives. */
  #leadIds(): number {
    const { analogStep, inputStep } = this.processor.rates;
    const ids = Math.max(FRAME_SAMPLES.f32 * analogStep, FRAME_SAMPLES.u4, FRAME_SAMPLES.u1 * inputStep);
    return Math.min(ids, MAX_FRAME_IDS);
  }

  #appendMissing(lane: Lane, count: number): void {
    lane.ring.appendMissing(count);
    if (lane.isAway) this.processor.countMissing(lane.stream, count * lane.step, false);
    lane.isAway = false;
  }

  /** True when all is there that is missing by now. */
  #fillOwed(lane: Lane): boolean {
    const { ring, zeroId, step } = lane;
    const id = this.#arrivals.idAt(this.#options.clock.nowMs());
    if (id === undefined || zeroId === undefined) return true;
    const owed = Math.max(0, Math.floor((id - zeroId) / step) - ring.endSample);
    const piece = Math.ceil(FILL_PIECE_S * ring.signals[0]!.sampleRateHz);
    const count = owed >= ring.capacitySamples ? owed : Math.min(owed, piece);
    ring.appendMissing(count);
    this.processor.countMissing(lane.stream, count * step, false);
    return count === owed;
  }

  /** The first samples after an interruption, up to `endId`: their counter goes on, or begins anew without power. */
  #endInterruption(endId: number): void {
    this.#isRejoining = false;
    const shift = this.#shiftOf(endId);
    if (this.#epochId === undefined || Math.abs(shift) <= ANEW_IDS) return;
    this.#epochId -= shift;
    this.#endId = 0;
    for (const lane of this.#lanes) lane.zeroId = undefined;
    this.#arrivals.reset();
  }

  /**
   * How far the ids before the interruption would be ahead by now. These samples may be late, so the instrument's own
   * time says it better than their arrival, unless one of the clocks was set meanwhile.
   */
  #shiftOf(endId: number): number {
    const arrived = this.#arrivals.idAt(this.#options.clock.nowMs()) ?? endId;
    const [before, now] = [this.#timeMap, this.processor.timeMap];
    const told = before && now ? sampleIdAtUtc(before, utcOfSampleId(now, endId)) : arrived;
    return Math.round((Math.abs(told - arrived) <= MAX_LATE_IDS ? told : arrived) - endId);
  }

  /** Tells the rings where they lie in time when that is new. */
  #publishClocks(): void {
    const { timeMap } = this.processor;
    if (!timeMap || this.#isClockHeld || (timeMap === this.#timeMap && !this.#isClockDue)) return;
    this.#timeMap = timeMap;
    this.#isClockDue = false;
    for (const { ring, zeroId, step } of this.#lanes) {
      if (zeroId === undefined) continue;
      ring.setClock({ sample: 0, utc: utcOfSampleId(timeMap, zeroId), sampleRateHz: timeMap.rateHz / step });
    }
  }

  #publishHealth(): void {
    for (const { ring, stream } of this.#lanes) ring.setHealth(this.processor.countersOf(stream));
  }
}

// From bulk transfers to the stream ring, with the time kept: the part of the driver that outlives a pulled cable.
// The processor fills what the packet indices show; this adds what only the clock shows, and tells the ring when its
// samples were taken. The ring's writer thread only.

import { type Clock, delay } from '../../../base/clock.ts';
import { utcFromUnixMs } from '../../../base/time.ts';
import type { StreamRing } from '../../../core/stream-ring.ts';
import { TimeMapFilter } from '../time-map.ts';
import { ArrivalWatch } from './arrival-watch.ts';
import { PACKET_BYTES, PACKET_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';
import type { Js110Processor } from './processor.ts';

/** One read is 128 packets or 8.06 ms; sixteen of them give the host 129 ms to be late. */
export const READ_BYTES = 65_536;
export const READ_COUNT = 16;
/** Missing packets are appended in pieces of about a second, so that the thread stays responsive. */
const FILL_PIECE_PACKETS = 16_384;

export interface Js110FeedOptions {
  readonly clock: Clock;
  readonly ring: StreamRing;
  readonly processor: Js110Processor;
}

export class Js110Feed {
  readonly ring: StreamRing;
  readonly processor: Js110Processor;
  readonly #clock: Clock;
  readonly #watch = new ArrivalWatch(READ_COUNT);
  readonly #timeMap = new TimeMapFilter(SAMPLE_RATE_HZ);
  /** The time between an interruption and the next packet is not filled yet. */
  #isRejoining = false;
  #busyMs = 0;

  constructor(options: Js110FeedOptions) {
    this.#clock = options.clock;
    this.ring = options.ring;
    this.processor = options.processor;
  }

  /** The next transfer begins a new stream. */
  reset(): void {
    this.processor.start();
    this.ring.reset();
    this.#watch.reset();
    this.#timeMap.clear();
    this.#isRejoining = false;
  }

  /**
   * The next transfer goes on with the stream after an interruption. What it lost up to now is appended in pieces,
   * before the instrument is started; what is lost from then until the first packet comes with that.
   */
  async rejoin(): Promise<void> {
    this.processor.start();
    this.#watch.rejoin();
    this.#isRejoining = true;
    const gapCount = this.ring.health.gapCount + 1;
    for (let owed = this.#owedAt(this.#clock.nowMs()); owed > 0; owed = this.#owedAt(this.#clock.nowMs())) {
      this.#appendMissing(Math.min(owed, FILL_PIECE_PACKETS));
      if (owed <= FILL_PIECE_PACKETS) break;
      await delay(this.#clock, 0);
    }
    this.ring.setHealth({ gapCount });
  }

  /** Milliseconds spent in `take` so far. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** One bulk transfer, just arrived. */
  take(bytes: Uint8Array): void {
    const arrivalMs = this.#clock.nowMs();
    this.#append(bytes, arrivalMs);
    this.#busyMs += this.#clock.nowMs() - arrivalMs;
  }

  #append(bytes: Uint8Array, arrivalMs: number): void {
    if (this.#isRejoining) this.#endInterruption(bytes, arrivalMs);
    const gap = this.#watch.findHiddenGap(bytes, arrivalMs, this.#position());
    if (gap) {
      this.processor.process(bytes.subarray(0, gap.atByte));
      this.#appendMissing(gap.packetCount);
    }
    this.processor.process(bytes.subarray(gap?.atByte ?? 0));
    const position = this.#position();
    if (position === 0) return;
    this.#watch.learn(arrivalMs, position);
    this.#mapTime();
  }

  #position(): number {
    return Math.ceil(this.ring.endSample / PACKET_SAMPLES);
  }

  /** Packets that should be in the stream by `nowMs` and are not. */
  #owedAt(nowMs: number): number {
    return (this.#watch.packetsUntil(nowMs) ?? 0) - this.#position();
  }

  #appendMissing(packetCount: number): void {
    this.processor.appendMissing(packetCount * PACKET_SAMPLES);
  }

  /** The rest of an interruption, when the first transfer after it is there; part of the same gap. */
  #endInterruption(bytes: Uint8Array, arrivalMs: number): void {
    this.#isRejoining = false;
    const { gapCount } = this.ring.health;
    const owed = this.#owedAt(arrivalMs) - Math.floor(bytes.byteLength / PACKET_BYTES);
    if (owed > 0) this.#appendMissing(owed);
    this.ring.setHealth({ gapCount });
  }

  #mapTime(): void {
    if (!this.#timeMap.add(BigInt(this.ring.endSample), utcFromUnixMs(this.#clock.unixMs()))) return;
    const map = this.#timeMap.map;
    if (map) this.ring.setClock({ sample: Number(map.counter), utc: map.utc, sampleRateHz: SAMPLE_RATE_HZ });
  }
}

// From bulk transfers to the stream ring, with the time kept: the part of the driver that outlives a pulled cable.
// The processor fills what the packet indices show; this adds what only the clock shows, and tells the ring when its
// samples were taken. The ring's writer thread only.

import { type Clock, delay } from '../../../base/clock.ts';
import { utcFromUnixMs } from '../../../base/time.ts';
import type { StreamRing } from '../../../core/stream-ring.ts';
import { TimeMapFilter } from '../time-map.ts';
import { ArrivalWatch, type Piece, type Transfer } from './arrival-watch.ts';
import { PACKET_BYTES, PACKET_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';
import type { Js110Processor } from './processor.ts';

const PACKETS_PER_MS = SAMPLE_RATE_HZ / PACKET_SAMPLES / 1000;
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
  readonly #watch = new ArrivalWatch();
  readonly #timeMap = new TimeMapFilter(SAMPLE_RATE_HZ);
  /** The time between an interruption and the next packet is not filled yet. */
  #isRejoining = false;
  /** When the instrument said that it streams. */
  #confirmedMs = Number.POSITIVE_INFINITY;
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
    this.#confirmedMs = Number.POSITIVE_INFINITY;
  }

  /**
   * The next transfer goes on with the stream after an interruption. What it lost up to now is appended in pieces,
   * before the instrument is started; what is lost from then until the first packet comes with that.
   */
  async rejoin(): Promise<void> {
    this.flush();
    this.processor.start();
    this.#watch.rejoin();
    this.#isRejoining = true;
    this.#confirmedMs = Number.POSITIVE_INFINITY;
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

  /** The instrument says that it streams: its first packet is no younger than that, however late it arrives. */
  confirm(): void {
    this.#confirmedMs = this.#clock.nowMs();
    if (this.#position() === 0) this.#watch.learn(this.#confirmedMs, 0);
  }

  /** The instrument has just answered a request of `askedMs`, in the order in which its transfers arrive. */
  noteAnswer(askedMs: number): void {
    this.#watch.noteAnswer(askedMs);
  }

  /** One bulk transfer, just arrived, whose read was posted at `postedMs`. */
  take(bytes: Uint8Array, postedMs: number): void {
    const arrivalMs = this.#clock.nowMs();
    this.#append({ bytes, postedMs, arrivalMs });
    this.#busyMs += this.#clock.nowMs() - arrivalMs;
  }

  /** Appends what is held back in doubt of its time: nothing more comes to settle it. */
  flush(): void {
    this.#appendPieces(this.#watch.release());
  }

  #append(transfer: Transfer): void {
    if (this.#isRejoining) this.#endInterruption(transfer);
    this.#appendPieces(this.#watch.take(transfer, this.#position()));
    const position = this.#position();
    if (position === 0) return;
    this.#watch.learn(transfer.arrivalMs, position);
    this.#mapTime();
  }

  #appendPieces(pieces: readonly Piece[]): void {
    for (const { missingPackets, bytes } of pieces) {
      if (missingPackets > 0) this.#appendMissing(missingPackets);
      this.processor.process(bytes);
    }
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

  /**
   * The rest of an interruption, when the first transfer after it is there; part of the same gap. That transfer may be
   * late, so it ends no later than the instrument said that it streams.
   */
  #endInterruption({ bytes, arrivalMs }: Transfer): void {
    this.#isRejoining = false;
    const { gapCount } = this.ring.health;
    const firstMs = arrivalMs - Math.floor(bytes.byteLength / PACKET_BYTES) / PACKETS_PER_MS;
    const owed = this.#owedAt(Math.min(firstMs, this.#confirmedMs));
    if (owed > 0) this.#appendMissing(owed);
    this.ring.setHealth({ gapCount });
  }

  #mapTime(): void {
    if (!this.#timeMap.add(BigInt(this.ring.endSample), utcFromUnixMs(this.#clock.unixMs()))) return;
    const map = this.#timeMap.map;
    if (map) this.ring.setClock({ sample: Number(map.counter), utc: map.utc, sampleRateHz: SAMPLE_RATE_HZ });
  }
}

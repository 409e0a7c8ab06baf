// A stream ring that a test feeds: every sample is a formula of its number, so that a recording can be checked
// anywhere. Runs in Node and in a browser.

import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../src/base/time.ts';
import type { Core } from '../../src/core/core.ts';
import type { Arena, Region } from '../../src/core/memory.ts';
import { StreamRing } from '../../src/core/stream-ring.ts';
import type { StreamSignal } from '../../src/model/channel.ts';

export const RING_RATE_HZ = 1000;

export const RING_SIGNALS: readonly StreamSignal[] = [
  { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: RING_RATE_HZ },
  { id: 'current_range', name: 'current_range', unit: '', dtype: 'u4', sampleRateHz: RING_RATE_HZ },
  { id: 'gpi0', name: 'gpi[0]', unit: '', dtype: 'u1', sampleRateHz: RING_RATE_HZ },
];

/** Samples per append at most. */
const STAGE_SAMPLES = 4096;

/** Value of sample `n` of a signal; exact in f32. */
export function ringValue(signalIndex: number, n: number): number {
  if (signalIndex === 0) return (n % 60_000) + 0.25;
  return signalIndex === 1 ? (n * 7) % 16 : ((n * 5) % 3) & 1;
}

export class RingSource {
  readonly ring: StreamRing;
  readonly #core: Core;
  readonly #stage: readonly Region[];
  /** Appended since the last restart. */
  #count = 0;

  constructor(core: Core, arena: Arena, capacitySamples: number) {
    this.#core = core;
    this.ring = StreamRing.create(core, arena, { signals: RING_SIGNALS, capacitySamples });
    this.#stage = RING_SIGNALS.map(({ id }) => arena.reserve(`stage ${id}`, STAGE_SAMPLES * 4));
  }

  /** Sets when sample 0 is. */
  setStart(unixMs: number): void {
    this.ring.setClock({ sample: 0, utc: utcFromUnixMs(unixMs), sampleRateHz: RING_RATE_HZ });
  }

  append(count: number): void {
    for (let done = 0; done < count; done += STAGE_SAMPLES) {
      const n = Math.min(STAGE_SAMPLES, count - done);
      const [floats, nibbles, bits] = this.#stage.map(({ address, lengthBytes }, index) => {
        const bytes = new Uint8Array(this.#core.memory.buffer, address, lengthBytes).fill(0);
        return index === 0 ? new Float32Array(this.#core.memory.buffer, address, STAGE_SAMPLES) : bytes;
      });
      for (let i = 0; i < n; i++) {
        floats![i] = ringValue(0, this.#count + i);
        nibbles![i >> 1]! |= ringValue(1, this.#count + i) << ((i & 1) * 4);
        bits![i >> 3]! |= ringValue(2, this.#count + i) << (i & 7);
      }
      const addresses = this.#stage.map(({ address }) => address);
      this.ring.append(addresses, n);
      this.#count += n;
    }
  }

  /** As when streaming is stopped and started again: the ring counts from 0. */
  restart(startUnixMs: number): void {
    this.ring.reset();
    this.#count = 0;
    this.setStart(startUnixMs);
  }
}

/** Wall time of sample `n` when sample 0 is at `startUnixMs`. */
export function ringUtc(startUnixMs: number, n: number): Utc {
  return utcAddSeconds(utcFromUnixMs(startUnixMs), n / RING_RATE_HZ);
}

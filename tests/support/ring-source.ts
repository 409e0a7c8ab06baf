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

/** By type of signal. */
const VALUE_INDEX = { f32: 0, u4: 1, u1: 2, u8: 1 } as const;

export class RingSource {
  readonly ring: StreamRing;
  readonly sampleRateHz: number;
  readonly #core: Core;
  readonly #stage: readonly Region[];
  /** Appended since the last restart. */
  #count = 0;

  /** `signals` have one rate. */
  constructor(core: Core, arena: Arena, capacitySamples: number, signals = RING_SIGNALS) {
    this.#core = core;
    this.ring = StreamRing.create(core, arena, { signals, capacitySamples });
    this.sampleRateHz = signals[0]!.sampleRateHz;
    this.#stage = signals.map(({ id }) => arena.reserve(`stage ${id}`, STAGE_SAMPLES * 4));
  }

  /** Sets when sample 0 is. */
  setStart(unixMs: number): void {
    this.ring.setClock({ sample: 0, utc: utcFromUnixMs(unixMs), sampleRateHz: this.sampleRateHz });
  }

  append(count: number): void {
    for (let done = 0; done < count; done += STAGE_SAMPLES) {
      const n = Math.min(STAGE_SAMPLES, count - done);
      this.ring.signals.forEach(({ dtype }, index) => {
        const { address, lengthBytes } = this.#stage[index]!;
        const { buffer } = this.#core.memory;
        const bytes = new Uint8Array(buffer, address, lengthBytes).fill(0);
        const floats = new Float32Array(buffer, address, STAGE_SAMPLES);
        for (let i = 0; i < n; i++) {
          const value = ringValue(VALUE_INDEX[dtype], this.#count + i);
          if (dtype === 'f32') floats[i] = value;
          else if (dtype === 'u8') bytes[i] = value;
          else if (dtype === 'u4') bytes[i >> 1]! |= value << ((i & 1) * 4);
          else bytes[i >> 3]! |= value << (i & 7);
        }
      });
      this.ring.append(
        this.#stage.map(({ address }) => address),
        n,
      );
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
export function ringUtc(startUnixMs: number, n: number, sampleRateHz = RING_RATE_HZ): Utc {
  return utcAddSeconds(utcFromUnixMs(startUnixMs), n / sampleRateHz);
}

// One thread of tests/assembly/stream-threads.test.ts. Each sample follows from its number, so a reader can tell one
// that was overwritten while it read.

import { parentPort, workerData } from 'node:worker_threads';
import { LabError } from '../../src/base/errors.ts';
import { type CoreSeed, instantiateCore } from '../../src/core/core.ts';
import { StreamRing, type StreamRingDescriptor } from '../../src/core/stream-ring.ts';
import { seededRandom } from '../support/random.ts';

export interface StreamTask {
  readonly seed: CoreSeed;
  readonly descriptor: StreamRingDescriptor;
  readonly role: 'write' | 'read';
  readonly randomSeed: number;
  readonly sampleCount: number;
  /** Two periods of each signal, for each bit phase of the first sample (see `fillSources`). */
  readonly sourceAddress: number;
}

export interface StreamReport {
  readonly checkedCount: number;
  readonly overrunCount: number;
}

/** Samples repeat after this many. */
export const PERIOD = 65_536;
/** Bytes between the eight bit phases of the sources, and between signals. */
export const PHASE_BYTES = PERIOD * 2 * 4 + 128;
const LARGEST_APPEND = 6000;
const BITS = [32, 8, 4, 1];

/** Sample number `k` of a signal: f32, u8, u4, u1. */
export function sampleOf(signal: number, k: number): number {
  const mixed = Math.imul((k % PERIOD) + 1, 0x9e3779b1) >>> 0;
  return signal === 0 ? mixed >>> 8 : mixed >>> (32 - BITS[signal]!);
}

/** Writes the sources: signal s with first sample p (0-7) of the period at (8 s + p) * PHASE_BYTES. */
export function fillSources(buffer: ArrayBufferLike, address: number): void {
  BITS.forEach((bits, signal) => {
    for (let phase = 0; phase < 8; phase++) {
      const at = address + (8 * signal + phase) * PHASE_BYTES;
      const floats = new Float32Array(buffer, at, PERIOD * 2);
      const bytes = new Uint8Array(buffer, at, PHASE_BYTES);
      for (let k = 0; k < PERIOD * 2 - 8; k++) {
        const value = sampleOf(signal, k + phase);
        if (bits === 32) floats[k] = value;
        else bytes[(k * bits) >> 3]! |= value << ((k * bits) & 7);
      }
    }
  });
}

function write(ring: StreamRing, task: StreamTask, random: () => number): StreamReport {
  for (let k = 0; k < task.sampleCount; ) {
    const count = Math.min(task.sampleCount - k, 1 + Math.floor(random() * LARGEST_APPEND));
    const place = k % PERIOD;
    const sources = BITS.map(
      (bits, signal) =>
        task.sourceAddress + (8 * signal + (place % 8)) * PHASE_BYTES + ((place - (place % 8)) * bits) / 8,
    );
    ring.append(sources, count);
    k += count;
  }
  return { checkedCount: 0, overrunCount: 0 };
}

function figuresOf(signal: number, start: number, end: number) {
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (let k = start; k < end; k++) {
    const value = sampleOf(signal, k);
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { mean: sum / (end - start), min, max };
}

function expectFigures(got: { mean: number; min: number; max: number }, signal: number, start: number, end: number) {
  const wanted = figuresOf(signal, start, end);
  const isRight =
    Math.abs(got.mean - wanted.mean) <= 1e-9 * wanted.mean && got.min === wanted.min && got.max === wanted.max;
  if (!isRight) {
    throw new Error(`signal ${signal} [${start}, ${end}): ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  }
}

/** One read of a random kind near the oldest samples, where the writer comes by, or anywhere. */
function readOnce(ring: StreamRing, random: () => number): void {
  const signal = Math.floor(random() * 4);
  const { startSample, endSample } = ring;
  const reach = random() < 0.5 ? 0.05 : 0.9;
  const start = startSample + Math.floor(random() * reach * (endSample - startSample));
  const end = start + Math.floor(random() * Math.min(20_000, endSample - start));
  if (start === end) return;
  const kind = random();
  if (kind < 0.4) {
    const figures = ring.statistics(signal, start, end);
    if (figures.count !== end - start) throw new Error(`${figures.count} samples in [${start}, ${end})`);
    expectFigures(figures, signal, start, end);
  } else if (kind < 0.7) {
    ring.readSamples(signal, start, end).forEach((value, k) => {
      if (value !== sampleOf(signal, start + k)) throw new Error(`sample ${start + k} of signal ${signal} is ${value}`);
    });
  } else {
    const increment = Math.ceil((end - start) / 10);
    const { mean, min, max } = ring.summary(signal, { start, increment, count: 10 });
    const oldest = ring.startSample;
    mean.forEach((value, bin) => {
      const first = start + bin * increment;
      const last = first + increment;
      // A bin at the edge covers what the ring held at that moment, which cannot be told any more.
      if (first < oldest || last > endSample) return;
      expectFigures({ mean: value, min: min[bin]!, max: max[bin]! }, signal, first, last);
    });
  }
}

function read(ring: StreamRing, task: StreamTask, random: () => number): StreamReport {
  let [checkedCount, overrunCount] = [0, 0];
  while (ring.endSample === 0);
  while (ring.endSample < task.sampleCount) {
    try {
      readOnce(ring, random);
      checkedCount++;
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'format/range')) throw error;
      overrunCount++;
    }
  }
  return { checkedCount, overrunCount };
}

if (parentPort) {
  const task = workerData as StreamTask;
  const ring = StreamRing.attach(instantiateCore(task.seed), task.descriptor);
  parentPort.postMessage({ write, read }[task.role](ring, task, seededRandom(task.randomSeed)));
}

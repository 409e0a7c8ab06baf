// The analogue front end of a simulated JS220: ranges, their limits and noise. A sample above its range is clipped and
// the next one has a range that fits, so that switching spoils half a microsecond. What the firmware really does is
// not public; the numbers marked (choice) are ours.

import { gaussianTable, Random } from '../../../sim/random.ts';
import type { SampleBlock } from './block.ts';

/** Full scale of the current ranges in A, of the voltage ranges in V. */
const CURRENT_FULL_A = [10, 0.18, 0.018, 1.8e-3, 180e-6, 18e-6];
const VOLTAGE_FULL_V = [15, 2];
/** Beyond full scale by this factor, a range clips (choice). */
const HEADROOM = 1.05;
/** Noise at 1 MHz, rms, of full scale (choice). */
const NOISE = 2e-4;
/** A more sensitive range is taken after so many samples below this share of its full scale (choice). */
const DOWN_SHARE = 0.9;
const DOWN_SAMPLES = 32;
// When the circuit is closed, and while nobody looks, the most sensitive range that fits is found at once (choice).
/** Range number while the target is disconnected (choice). */
export const RANGE_OFF = 7;

export interface FrontEndSettings {
  readonly isAutoCurrent: boolean;
  /** Current range when fixed. */
  readonly currentRange: number;
  /** Least and most sensitive range when automatic. */
  readonly leastRange: number;
  readonly mostRange: number;
  readonly isAutoVoltage: boolean;
  readonly voltageRange: number;
}

export class FrontEnd {
  readonly #random: Random;
  readonly #noise: Float32Array;
  #settings: FrontEndSettings = {
    isAutoCurrent: true,
    currentRange: 0,
    leastRange: 0,
    mostRange: 5,
    isAutoVoltage: true,
    voltageRange: 0,
  };
  #range = 0;
  #isFound = false;
  #downCount = 0;
  #voltageRange = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#noise = gaussianTable(this.#random).map((x) => x * NOISE);
  }

  configure(settings: FrontEndSettings): void {
    this.#settings = settings;
    this.#range = settings.isAutoCurrent
      ? Math.min(Math.max(this.#range, settings.leastRange), settings.mostRange)
      : settings.currentRange;
    if (!settings.isAutoVoltage) this.#voltageRange = settings.voltageRange;
  }

  /** Nobody looks at the samples that pass. */
  rest(): void {
    this.#isFound = false;
  }

  /**
   * True current and voltage at 2 MHz to what the instrument shows of them. The circuit is open from sample
   * `openFrom` on.
   */
  convert(current: Float64Array, voltage: Float64Array, openFrom: number, block: SampleBlock): void {
    this.#convertCurrent(current, openFrom, block);
    this.#convertVoltage(voltage, block);
    const count = block.idCount / 2;
    for (let k = 0; k < count; k++) block.power[k] = block.current[k]! * block.voltage[k]!;
  }

  #convertCurrent(current: Float64Array, openFrom: number, block: SampleBlock): void {
    const noise = this.#noise;
    const mask = noise.length - 1;
    let noiseIndex = this.#random.nextU32();
    for (let k = 0; k < block.idCount; k += 2) {
      if (k >= openFrom) {
        block.range[k] = RANGE_OFF;
        block.range[k + 1] = RANGE_OFF;
        block.current[k / 2] = 0;
        this.#isFound = false;
        continue;
      }
      if (this.#settings.isAutoCurrent && !this.#isFound) this.#findRange(current[k]!);
      block.range[k] = this.#range;
      const first = this.#sample(current[k]!);
      block.range[k + 1] = this.#range;
      const full = CURRENT_FULL_A[this.#range]!;
      const second = this.#sample(current[k + 1]!);
      const limit = full * HEADROOM;
      const value = (first + second) / 2 + full * noise[noiseIndex++ & mask]!;
      block.current[k / 2] = clip(value, limit);
    }
  }

  #findRange(currentA: number): void {
    const { leastRange, mostRange } = this.#settings;
    this.#range = mostRange;
    while (this.#range > leastRange && Math.abs(currentA) >= CURRENT_FULL_A[this.#range]! * DOWN_SHARE) this.#range--;
    this.#isFound = true;
  }

  /** What the present range makes of a sample; the next one may have another. */
  #sample(currentA: number): number {
    const range = this.#range;
    const full = CURRENT_FULL_A[range]!;
    const magnitude = Math.abs(currentA);
    if (this.#settings.isAutoCurrent) {
      const { leastRange, mostRange } = this.#settings;
      if (magnitude > full) {
        this.#downCount = 0;
        while (this.#range > leastRange && magnitude > CURRENT_FULL_A[this.#range]!) this.#range--;
      } else if (range < mostRange && magnitude < CURRENT_FULL_A[range + 1]! * DOWN_SHARE) {
        if (++this.#downCount >= DOWN_SAMPLES) {
          this.#downCount = 0;
          this.#range++;
        }
      } else {
        this.#downCount = 0;
      }
    }
    return clip(currentA, full * HEADROOM);
  }

  #convertVoltage(voltage: Float64Array, block: SampleBlock): void {
    const noise = this.#noise;
    const mask = noise.length - 1;
    let noiseIndex = this.#random.nextU32();
    for (let k = 0; k < block.idCount; k += 2) {
      const trueV = (voltage[k]! + voltage[k + 1]!) / 2;
      if (this.#settings.isAutoVoltage) {
        const isLarge = Math.abs(trueV) > VOLTAGE_FULL_V[1]! * (this.#voltageRange === 1 ? 1 : DOWN_SHARE);
        this.#voltageRange = isLarge ? 0 : 1;
      }
      const full = VOLTAGE_FULL_V[this.#voltageRange]!;
      const limit = full * HEADROOM;
      const value = trueV + full * noise[noiseIndex++ & mask]!;
      block.voltage[k / 2] = clip(value, limit);
    }
  }
}

function clip(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

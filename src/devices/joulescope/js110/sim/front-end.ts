// The analogue front end and the converter of a simulated JS110: range selection with switching glitches, noise,
// quantisation, clamping, and the general-purpose inputs in the lowest bits. Plus the running sums of the
// on-instrument statistics, which see the true values. What the real firmware does here is not public; the
// behaviours marked (choice) are ours.

import { gaussianTable, Random } from '../../../sim/random.ts';
import type { Js110Calibration } from '../calibration.ts';

/** Largest 14-bit code. */
const CODE_MAX = 16_383;
/** Autorange (choice): up when a code leaves [LOW, HIGH], at once. */
const CODE_HIGH = 15_800;
const CODE_LOW = 200;
/** Autorange (choice): down after 24 to 40 samples that would be within these codes of the next lower range. */
const CODE_DOWN_HIGH = 15_000;
const CODE_DOWN_LOW = 400;
const DOWN_MIN_SAMPLES = 24;
const DOWN_SPREAD_SAMPLES = 17;
// When the circuit is closed, and while nobody looks, the most sensitive range that fits is found at once (choice).
/** Most sensitive range (18 µA) and the number that stands for "off". */
const RANGE_MAX = 6;
export const RANGE_OFF = 7;
/** Switching glitch (choice): amplitude·exp(−k/2) codes, away from the old range's side. */
const GLITCH_TO_LESS_SENSITIVE = 2500;
const GLITCH_TO_MORE_SENSITIVE = -1800;
/** Converter noise in codes, rms (choice). */
const NOISE_CODES = 1.5;
/** GPI 1 is a square wave of 1 kHz (choice): half a period in samples at 2 MHz. */
const GPI1_HALF_PERIOD = 1000;

export interface FrontEndSettings {
  readonly isAutoRange: boolean;
  /** Fixed range 0–6, or 7 = off; the present range to start from when automatic. */
  readonly range: number;
  readonly voltageRange: 0 | 1;
  /** 0 normal, 2 GPI0, 3 GPI1. */
  readonly currentLsb: number;
  readonly voltageLsb: number;
  /** Outputs wired back to the inputs: levels that replace the load's marker and the square wave. */
  readonly loopback: { readonly gpi0: boolean; readonly gpi1: boolean } | undefined;
}

export interface Extremes {
  sum: number;
  min: number;
  max: number;
}

/** Sums over the samples since `clear`; of true values, not of codes. */
export class WindowSums {
  sampleCount = 0;
  readonly current: Extremes = { sum: 0, min: Infinity, max: -Infinity };
  readonly voltage: Extremes = { sum: 0, min: Infinity, max: -Infinity };
  readonly power: Extremes = { sum: 0, min: Infinity, max: -Infinity };

  clear(): void {
    this.sampleCount = 0;
    for (const e of [this.current, this.voltage, this.power])
      Object.assign(e, { sum: 0, min: Infinity, max: -Infinity });
  }

  add(current: Float64Array, voltage: Float64Array, start: number, end: number): void {
    let [iSum, iMin, iMax] = [this.current.sum, this.current.min, this.current.max];
    let [vSum, vMin, vMax] = [this.voltage.sum, this.voltage.min, this.voltage.max];
    let [pSum, pMin, pMax] = [this.power.sum, this.power.min, this.power.max];
    for (let k = start; k < end; k++) {
      const i = current[k]!;
      const v = voltage[k]!;
      const p = i * v;
      iSum += i;
      vSum += v;
      pSum += p;
      if (i < iMin) iMin = i;
      if (i > iMax) iMax = i;
      if (v < vMin) vMin = v;
      if (v > vMax) vMax = v;
      if (p < pMin) pMin = p;
      if (p > pMax) pMax = p;
    }
    Object.assign(this.current, { sum: iSum, min: iMin, max: iMax });
    Object.assign(this.voltage, { sum: vSum, min: vMin, max: vMax });
    Object.assign(this.power, { sum: pSum, min: pMin, max: pMax });
    this.sampleCount += end - start;
  }
}

export class FrontEnd {
  readonly #random: Random;
  readonly #noise: Float32Array;
  readonly #gain: Float64Array;
  readonly #offset: Float64Array;
  readonly #voltageGain: Float64Array;
  readonly #voltageOffset: Float64Array;
  #settings: FrontEndSettings = {
    isAutoRange: true,
    range: 0,
    voltageRange: 0,
    currentLsb: 0,
    voltageLsb: 0,
    loopback: undefined,
  };
  #range = 0;
  #isFound = false;
  #downCount = 0;
  #downLimit = DOWN_MIN_SAMPLES;
  #glitchLeft = 0;
  #glitchCodes = 0;
  #toggle = 0;

  constructor(calibration: Js110Calibration, seed: number) {
    this.#random = new Random(seed);
    this.#noise = gaussianTable(this.#random).map((x) => x * NOISE_CODES);
    this.#gain = Float64Array.from(calibration.currentGain, (gain) => 1 / gain);
    this.#offset = Float64Array.from(calibration.currentOffset);
    this.#voltageGain = Float64Array.from(calibration.voltageGain, (gain) => 1 / gain);
    this.#voltageOffset = Float64Array.from(calibration.voltageOffset);
  }

  get isOff(): boolean {
    return !this.#settings.isAutoRange && this.#settings.range === RANGE_OFF;
  }

  get settings(): FrontEndSettings {
    return this.#settings;
  }

  configure(settings: FrontEndSettings): void {
    this.#settings = settings;
    if (settings.isAutoRange) this.#isFound &&= this.#range !== RANGE_OFF;
    else if (settings.range !== this.#range) this.#switchTo(settings.range);
  }

  /** The alternating bit starts anew with each stream; the range was found before. */
  startStream(): void {
    this.#toggle = 0;
    this.#isFound = false;
  }

  /** Levels of the two inputs, bit 0 and bit 1, at a sample whose load marker is `active`. */
  gpi(active: number, sample: number): number {
    const { loopback } = this.#settings;
    if (loopback) return (loopback.gpi0 ? 1 : 0) | (loopback.gpi1 ? 2 : 0);
    return active | (Math.floor(sample / GPI1_HALF_PERIOD) % 2 === 0 ? 2 : 0);
  }

  /** Writes `count` (current, voltage) word pairs. `firstSample` counts at 2 MHz since the stream's start. */
  convert(
    current: Float64Array,
    voltage: Float64Array,
    active: Uint8Array,
    count: number,
    firstSample: number,
    words: Uint16Array,
  ): void {
    const { isAutoRange, voltageRange, currentLsb, voltageLsb } = this.#settings;
    const noise = this.#noise;
    const noiseMask = noise.length - 1;
    const voltageGain = this.#voltageGain[voltageRange]!;
    const voltageOffset = this.#voltageOffset[voltageRange]!;
    let noiseIndex = this.#random.nextU32();
    for (let k = 0; k < count; k++) {
      if (isAutoRange && !this.#isFound) this.#findRange(current[k]!);
      const range = this.#range;
      let code = 0;
      if (range !== RANGE_OFF) {
        const i = current[k]!;
        const undisturbed = i * this.#gain[range]! - this.#offset[range]! + noise[noiseIndex++ & noiseMask]!;
        code = undisturbed;
        if (this.#glitchLeft > 0) {
          code += this.#glitchCodes;
          this.#glitchCodes *= GLITCH_DECAY;
          this.#glitchLeft--;
        }
        if (isAutoRange) this.#autoRange(undisturbed, i);
      }
      let codeI = clampCode(code);
      let codeV = clampCode(voltage[k]! * voltageGain - voltageOffset + noise[noiseIndex++ & noiseMask]!);
      if ((currentLsb | voltageLsb) !== 0) {
        const gpi = this.gpi(active[k]!, firstSample + k);
        if (currentLsb !== 0) codeI = (codeI & ~1) | ((gpi >> (currentLsb - 2)) & 1);
        if (voltageLsb !== 0) codeV = (codeV & ~1) | ((gpi >> (voltageLsb - 2)) & 1);
      }
      words[2 * k] = (codeI << 2) | (range & 3);
      words[2 * k + 1] = (codeV << 2) | (this.#toggle << 1) | (range >> 2);
      this.#toggle ^= 1;
    }
  }

  #findRange(currentA: number): void {
    let range = RANGE_MAX;
    while (range > 0 && !this.#isWithin(currentA, range)) range--;
    if (this.#range === RANGE_OFF) this.#switchTo(range);
    else this.#range = range;
    this.#isFound = true;
  }

  /** Whether a range would be taken from the next higher one. */
  #isWithin(currentA: number, range: number): boolean {
    const code = currentA * this.#gain[range]! - this.#offset[range]!;
    return code < CODE_DOWN_HIGH && code > CODE_DOWN_LOW;
  }

  /** Decides from the undisturbed code of this sample which range the next one has. */
  #autoRange(code: number, currentA: number): void {
    const range = this.#range;
    if (code > CODE_HIGH || code < CODE_LOW) {
      if (range > 0) this.#switchTo(range - 1);
      return;
    }
    if (range === RANGE_MAX) return;
    this.#downCount = this.#isWithin(currentA, range + 1) ? this.#downCount + 1 : 0;
    if (this.#downCount >= this.#downLimit) this.#switchTo(range + 1);
  }

  #switchTo(range: number): void {
    const from = this.#range;
    this.#range = range;
    this.#downCount = 0;
    this.#downLimit = DOWN_MIN_SAMPLES + (this.#random.nextU32() % DOWN_SPREAD_SAMPLES);
    const isLessSensitive = range < from;
    this.#glitchLeft = Math.min(4 + (this.#random.nextU32() % 3), glitchLimit(from, range));
    this.#glitchCodes = isLessSensitive ? GLITCH_TO_LESS_SENSITIVE : GLITCH_TO_MORE_SENSITIVE;
  }
}

const GLITCH_DECAY = Math.exp(-0.5);

/** A glitch is shorter than what the hosts hide at this switch by default: 7 samples upwards, 5 else, 3 for 10 A → 2 A. */
function glitchLimit(from: number, to: number): number {
  if (from === 0 && to === 1) return 3;
  return to < from && to > 0 ? 6 : 5;
}

function clampCode(value: number): number {
  if (value <= 0) return 0;
  return value >= CODE_MAX ? CODE_MAX : (value + 0.5) | 0;
}

// What hangs on the simulated instrument: a load whose current is a sequence of segments with closed forms. Each
// form gives the samples and, independently of them, the exact integrals of i and i², so that every profile has an
// analytic ground truth for charge and energy.

import { assertNever } from '../../base/assert.ts';
import { gaussianTable, Random } from './random.ts';

/** Current over one segment; t counts from its start. */
export type LoadShape =
  | { readonly kind: 'constant'; readonly currentA: number }
  | { readonly kind: 'ramp'; readonly fromA: number; readonly toA: number }
  /** toA + (fromA − toA)·exp(−t/τ) */
  | { readonly kind: 'decay'; readonly fromA: number; readonly toA: number; readonly tauS: number }
  /** meanA + amplitudeA·sin(2πft + φ) */
  | {
      readonly kind: 'sine';
      readonly meanA: number;
      readonly amplitudeA: number;
      readonly frequencyHz: number;
      readonly phaseRad: number;
    }
  /** White and Gaussian; its ground truth is the expectation. */
  | { readonly kind: 'noise'; readonly meanA: number; readonly rmsA: number };

export interface LoadSegment {
  /** ≥ 1. */
  readonly lengthSamples: number;
  readonly shape: LoadShape;
  /** Level of the marker output of the load (wired to GPI0). */
  readonly isActive: boolean;
  /** Voltage of the unloaded source. */
  readonly sourceV: number;
  /** Voltage at the target = sourceV − i·sourceOhm. */
  readonly sourceOhm: number;
}

export interface LoadProfile {
  /** Dotted-id part such as `ble-beacon`. */
  readonly id: string;
  readonly label: string;
  /** Endless. */
  segments(random: Random, sampleRateHz: number): Iterator<LoadSegment, never>;
}

/** Integrals over a stretch of time: charge ∫i dt, and energy ∫v·i dt. */
export interface LoadTruth {
  readonly chargeC: number;
  readonly energyJ: number;
}

/** Plays a profile sample by sample. */
export class LoadPlayer {
  readonly #segments: Iterator<LoadSegment, never>;
  readonly #sampleRateHz: number;
  readonly #gaussian: Float32Array;
  readonly #random: Random;
  #segment: LoadSegment;
  #positionInSegment = 0;
  #finished: LoadTruth = { chargeC: 0, energyJ: 0 };

  constructor(profile: LoadProfile, seed: number, sampleRateHz: number) {
    this.#random = new Random(seed);
    this.#gaussian = gaussianTable(this.#random);
    this.#sampleRateHz = sampleRateHz;
    this.#segments = profile.segments(this.#random, sampleRateHz);
    this.#segment = this.#segments.next().value;
  }

  /** Charge and energy from sample 0 to the next sample to be played. */
  truth(): LoadTruth {
    return add(this.#finished, integrate(this.#segment, this.#positionInSegment, this.#sampleRateHz));
  }

  /** Writes the next `count` samples: current in A, voltage in V, `active` 0 or 1. Samples lie mid-way in their period. */
  play(currentA: Float64Array, voltageV: Float64Array, active: Uint8Array, count: number): void {
    let done = 0;
    while (done < count) {
      const segment = this.#segment;
      const n = Math.min(count - done, segment.lengthSamples - this.#positionInSegment);
      this.#fill(currentA, done, n, segment.shape);
      for (let k = done; k < done + n; k++) voltageV[k] = segment.sourceV - segment.sourceOhm * currentA[k]!;
      active.fill(segment.isActive ? 1 : 0, done, done + n);
      done += n;
      this.#positionInSegment += n;
      if (this.#positionInSegment === segment.lengthSamples) {
        this.#finished = this.truth();
        this.#segment = this.#segments.next().value;
        this.#positionInSegment = 0;
      }
    }
  }

  #fill(out: Float64Array, start: number, count: number, shape: LoadShape): void {
    const dt = 1 / this.#sampleRateHz;
    const t0 = (this.#positionInSegment + 0.5) * dt;
    switch (shape.kind) {
      case 'constant':
        out.fill(shape.currentA, start, start + count);
        return;
      case 'ramp': {
        const slope = (shape.toA - shape.fromA) / (this.#segment.lengthSamples * dt);
        for (let k = 0; k < count; k++) out[start + k] = shape.fromA + slope * (t0 + k * dt);
        return;
      }
      case 'decay': {
        const factor = Math.exp(-dt / shape.tauS);
        let rest = (shape.fromA - shape.toA) * Math.exp(-t0 / shape.tauS);
        for (let k = 0; k < count; k++) {
          out[start + k] = shape.toA + rest;
          rest *= factor;
        }
        return;
      }
      case 'sine': {
        // Rotating a phasor by a constant angle costs four products instead of a sine per sample.
        const step = 2 * Math.PI * shape.frequencyHz * dt;
        const phase = 2 * Math.PI * shape.frequencyHz * t0 + shape.phaseRad;
        const [c, s] = [Math.cos(step), Math.sin(step)];
        let [x, y] = [Math.cos(phase), Math.sin(phase)];
        for (let k = 0; k < count; k++) {
          out[start + k] = shape.meanA + shape.amplitudeA * y;
          const nextX = x * c - y * s;
          y = x * s + y * c;
          x = nextX;
        }
        return;
      }
      case 'noise': {
        const table = this.#gaussian;
        for (let k = 0; k < count; k++) {
          out[start + k] = shape.meanA + shape.rmsA * table[this.#random.nextU32() & (table.length - 1)]!;
        }
        return;
      }
      default:
        assertNever(shape);
    }
  }
}

function add(a: LoadTruth, b: LoadTruth): LoadTruth {
  return { chargeC: a.chargeC + b.chargeC, energyJ: a.energyJ + b.energyJ };
}

/** Over the first `samples` of `segment`. Energy is sourceV·∫i − sourceOhm·∫i². */
function integrate(segment: LoadSegment, samples: number, sampleRateHz: number): LoadTruth {
  const [chargeC, squareA2S] = moments(segment, samples / sampleRateHz, segment.lengthSamples / sampleRateHz);
  return { chargeC, energyJ: segment.sourceV * chargeC - segment.sourceOhm * squareA2S };
}

/** ∫i dt and ∫i² dt over [0, t] of a segment of `durationS`. */
function moments({ shape }: LoadSegment, t: number, durationS: number): [number, number] {
  switch (shape.kind) {
    case 'constant':
      return [shape.currentA * t, shape.currentA ** 2 * t];
    case 'ramp': {
      const a = shape.fromA;
      const b = a + ((shape.toA - a) * t) / durationS;
      return [((a + b) / 2) * t, ((a * a + a * b + b * b) / 3) * t];
    }
    case 'decay': {
      const e = shape.toA;
      const d = shape.fromA - e;
      const tau = shape.tauS;
      const x = Math.exp(-t / tau);
      return [e * t + d * tau * (1 - x), e * e * t + 2 * e * d * tau * (1 - x) + ((d * d * tau) / 2) * (1 - x * x)];
    }
    case 'sine': {
      const { meanA: m, amplitudeA: a, phaseRad } = shape;
      const omega = 2 * Math.PI * shape.frequencyHz;
      const end = omega * t + phaseRad;
      const first = (a / omega) * (Math.cos(phaseRad) - Math.cos(end));
      const square = ((a * a) / 2) * (t - (Math.sin(2 * end) - Math.sin(2 * phaseRad)) / (2 * omega));
      return [m * t + first, m * m * t + 2 * m * first + square];
    }
    case 'noise':
      return [shape.meanA * t, (shape.meanA ** 2 + shape.rmsA ** 2) * t];
    default:
      return assertNever(shape);
  }
}

// A function generator: settings per channel and the voltage that follows from them. Its source resistance is 50 Ω, and
// it is told what hangs on it: with a load of 50 Ω set, an open input sees twice the setting, as on a real one.

import { assertNever } from '../../../base/assert.ts';
import type { Wire } from './wiring.ts';

const SOURCE_OHM = 50;

export const SHAPES = ['SINusoid', 'SQUare', 'RAMP', 'PULSe', 'NOISe', 'DC'] as const;
export type Shape = (typeof SHAPES)[number];

export interface GeneratorChannel {
  shape: Shape;
  frequencyHz: number;
  /** Peak to peak into the load that is set. */
  amplitudeV: number;
  offsetV: number;
  phaseDeg: number;
  /** Of a square or pulse, in %. */
  dutyPercent: number;
  /** Share of the rising part of a ramp, in %. */
  symmetryPercent: number;
  isOn: boolean;
  /** What the amplitude is meant for; Infinity is high impedance. */
  loadOhm: number;
}

/** How many different values of noise come in a second. */
const NOISE_RATE_HZ = 100e6;
/** Noise of amplitude A (peak to peak) is uniform within ±A/2. */
const NOISE_SPAN = 2 ** 32;

/** The wire at an output into an open input. `seed` is of the noise. */
export function outputWire(channel: GeneratorChannel, seed: number): Wire {
  const factor = () => {
    if (!channel.isOn) return 0;
    return Number.isFinite(channel.loadOhm) ? (channel.loadOhm + SOURCE_OHM) / channel.loadOhm : 1;
  };
  return {
    voltageV: (timeS) => factor() * (channel.offsetV + channel.amplitudeV * shapeAt(channel, timeS, seed)),
    meanV: () => factor() * (channel.offsetV + channel.amplitudeV * meanOf(channel)),
  };
}

/** Within ±0.5. */
function shapeAt(channel: GeneratorChannel, timeS: number, seed: number): number {
  const cycles = timeS * channel.frequencyHz + channel.phaseDeg / 360;
  const phase = cycles - Math.floor(cycles);
  switch (channel.shape) {
    case 'SINusoid':
      return 0.5 * Math.sin(2 * Math.PI * phase);
    case 'SQUare':
    case 'PULSe':
      return phase < channel.dutyPercent / 100 ? 0.5 : -0.5;
    case 'RAMP': {
      const rise = channel.symmetryPercent / 100;
      return phase < rise ? phase / rise - 0.5 : 0.5 - (phase - rise) / (1 - rise);
    }
    case 'NOISe':
      return hash(Math.floor(timeS * NOISE_RATE_HZ), seed) / NOISE_SPAN - 0.5;
    case 'DC':
      return 0;
    default:
      return assertNever(channel.shape);
  }
}

function meanOf({ shape, dutyPercent }: GeneratorChannel): number {
  return shape === 'SQUare' || shape === 'PULSe' ? dutyPercent / 100 - 0.5 : 0;
}

/** A number below 2^32 for every index (finalizer of MurmurHash3, public domain). */
function hash(index: number, seed: number): number {
  let h = (index ^ seed) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function restingChannel(loadOhm: number): GeneratorChannel {
  return {
    shape: 'SINusoid',
    frequencyHz: 1000,
    amplitudeV: 0.1,
    offsetV: 0,
    phaseDeg: 0,
    dutyPercent: 50,
    symmetryPercent: 100,
    isOn: false,
    loadOhm,
  };
}

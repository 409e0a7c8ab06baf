// What the scopes of Rigol's 1000Z and DHO800 families differ in (data sheets and programming guides).

import type { ScopeHardware } from './acquisition.ts';

export interface RigolModel {
  readonly identity: string;
  readonly hardware: ScopeHardware;
  /** Points of `:WAV:MODE NORM`. */
  readonly screenPoints: number;
  /** Points of a single read, by format (programming guide of the DS1000Z, `:WAVeform:DATA?`). */
  readonly maxPoints: { readonly BYTE: number; readonly WORD: number; readonly ASCii: number };
  /** Depths with one channel on. */
  readonly depths: readonly number[];
  /** What a step of the converter is in a sample, by format. */
  readonly factor: { readonly BYTE: number; readonly WORD: number };
  readonly yReference: { readonly BYTE: number; readonly WORD: number };
  readonly picture: 'PNG' | 'BMP';
}

export const DS1054Z: RigolModel = {
  identity: 'RIGOL TECHNOLOGIES,DS1054Z,DS1ZA000000001,00.04.04.SP3',
  hardware: {
    horizontalDivisions: 12,
    verticalDivisions: 8,
    adcBits: 8,
    // the middle of the screen is code 127
    lowestCode: -127,
    codesPerDivision: 25,
    minScaleV: 1e-3,
    maxScaleV: 10,
    minTimeS: 5e-9,
    maxTimeS: 50,
    maxRateHz: 1e9,
    depth: 12_000_000,
  },
  screenPoints: 1200,
  maxPoints: { BYTE: 250_000, WORD: 125_000, ASCii: 15_625 },
  depths: [12_000, 120_000, 1_200_000, 12_000_000],
  // a WORD has the code in its low byte
  factor: { BYTE: 1, WORD: 1 },
  yReference: { BYTE: 127, WORD: 127 },
  picture: 'BMP',
};

export const DHO804: RigolModel = {
  identity: 'RIGOL TECHNOLOGIES,DHO804,DHO8A000000001,00.01.02',
  hardware: {
    horizontalDivisions: 10,
    verticalDivisions: 8,
    adcBits: 12,
    codesPerDivision: 400,
    minScaleV: 500e-6,
    maxScaleV: 10,
    minTimeS: 5e-9,
    maxTimeS: 500,
    maxRateHz: 1.25e9,
    depth: 10_000,
  },
  screenPoints: 1000,
  maxPoints: { BYTE: 1_000_000, WORD: 1_000_000, ASCii: 100_000 },
  depths: [1000, 10_000, 100_000, 1_000_000, 10_000_000, 25_000_000],
  factor: { BYTE: 1 / 16, WORD: 16 },
  yReference: { BYTE: 128, WORD: 32_768 },
  picture: 'PNG',
};

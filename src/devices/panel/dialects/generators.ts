// Generators that take the common words of SCPI for a source: Rigol DG800 and DG1000Z, Keysight 33500 and 33600, Tektronix
// AFG (programming guides). They differ in how many channels they have and how far they go.

import type { PanelChannel, PanelDialect } from '../dialect.ts';

interface Reach {
  readonly maxHz: number;
  /** Peak to peak, into a high impedance. */
  readonly maxVpp: number;
}

function channel(number: number, { maxHz, maxVpp }: Reach): PanelChannel {
  const source = `SOUR${number}`;
  return {
    id: `CH${number}`,
    settings: [
      {
        kind: 'choice',
        id: 'shape',
        label: 'Shape',
        question: `${source}:FUNC?`,
        command: `${source}:FUNC %`,
        choices: [
          { word: 'SIN', label: 'Sine' },
          { word: 'SQU', label: 'Square' },
          { word: 'RAMP', label: 'Ramp' },
          { word: 'PULS', label: 'Pulse' },
          { word: 'NOIS', label: 'Noise' },
          { word: 'DC', label: 'DC' },
        ],
      },
      {
        kind: 'number',
        id: 'frequency',
        label: 'Frequency',
        unit: 'Hz',
        min: 1e-6,
        max: maxHz,
        question: `${source}:FREQ?`,
        command: `${source}:FREQ %`,
      },
      {
        kind: 'number',
        id: 'amplitude',
        label: 'Amplitude, peak to peak',
        unit: 'V',
        min: 1e-3,
        max: maxVpp,
        question: `${source}:VOLT?`,
        command: `${source}:VOLT %`,
      },
      {
        kind: 'number',
        id: 'offset',
        label: 'Offset',
        unit: 'V',
        min: -maxVpp / 2,
        max: maxVpp / 2,
        question: `${source}:VOLT:OFFS?`,
        command: `${source}:VOLT:OFFS %`,
      },
    ],
    readings: [],
    output: { question: `OUTP${number}?`, on: `OUTP${number} ON`, off: `OUTP${number} OFF` },
  };
}

function generator(
  id: string,
  label: string,
  { vendor, model, channelCount, ...reach }: Reach & Pick<PanelDialect, 'vendor' | 'model'> & { channelCount: number },
): PanelDialect {
  const channels = Array.from({ length: channelCount }, (_, index) => channel(index + 1, reach));
  return {
    id,
    label,
    kind: 'generator',
    vendor,
    model,
    channels, // a level in volts of another kind would be taken for these
    prepare: channels.map((_, index) => `SOUR${index + 1}:VOLT:UNIT VPP`),
  };
}

export const RIGOL_DG1000Z = generator('rigol-dg1000z', 'Rigol DG1000Z', {
  vendor: /rigol/i,
  model: /^DG10[236]2Z/i,
  channelCount: 2,
  maxHz: 60e6,
  maxVpp: 20,
});

export const RIGOL_DG800 = generator('rigol-dg800', 'Rigol DG800', {
  vendor: /rigol/i,
  model: /^DG8[123]2/i,
  channelCount: 2,
  maxHz: 35e6,
  maxVpp: 20,
});

export const KEYSIGHT_33500_TWO = generator('keysight-33512', 'Keysight 33500, 33600, two channels', {
  vendor: /keysight|agilent/i,
  model: /^33[56][12]2/i,
  channelCount: 2,
  maxHz: 120e6,
  maxVpp: 20,
});

export const KEYSIGHT_33500_ONE = generator('keysight-33511', 'Keysight 33500, 33600, one channel', {
  vendor: /keysight|agilent/i,
  model: /^33[56][12]1/i,
  channelCount: 1,
  maxHz: 120e6,
  maxVpp: 20,
});

// The topics of a simulated JS220: what each is, where it starts and which values it takes. The texts are ours; the
// real ones are in the firmware, and hosts may rely on the keys only.

import { DECIMATING_VERSION } from '../constants.ts';

/** `bool` travels as u8. */
type TopicType = 'bool' | 'u8' | 'u32';

export interface Topic {
  readonly name: string;
  readonly dtype: TopicType;
  readonly brief: string;
  readonly default: number;
  /** The only values that it takes, each with its names. */
  readonly options?: readonly (readonly [value: number, ...names: string[]])[];
  /** Values outside are moved to the nearer end. */
  readonly range?: readonly [min: number, max: number];
  /** Values inside the range that do not exist. */
  readonly gaps?: readonly number[];
  /** First firmware that has it. */
  readonly since?: number;
}

export const MODE = { off: 0, manual: 1, auto: 2 } as const;
/** What a decimated input shows of a group of samples. */
export const INPUT_MODE = { off: 0, toggle: 1, first: 2, majority: 3 } as const;
/** General-purpose inputs and outputs, by bit of the maps. */
export const INPUT_NUMBERS = [0, 1, 2, 3, 7] as const;
export const FUSE_COUNT = 2;
const ADC_COUNT = 4;
/** Largest value of the fuses' 18-bit fixed-point registers. */
const FUSE_REGISTER_MAX = 2 ** 18 - 1;
const OUTPUT_MAP_MAX = 0x8f;

const toggle = (name: string, brief: string): Topic => ({ name, dtype: 'bool', brief, default: 0 });
const command = (name: string, brief: string): Topic => ({
  name,
  dtype: 'u32',
  brief,
  default: 0,
  range: [0, OUTPUT_MAP_MAX],
});

const TOPICS: readonly Topic[] = [
  {
    name: 'c/gpio/vref',
    dtype: 'u8',
    brief: 'Reference voltage of inputs and outputs',
    default: 0,
    options: [
      [0, 'Vref', 'external'],
      [1, '3.3 V', 'internal'],
    ],
  },
  {
    name: 'c/trigger/dir',
    dtype: 'u8',
    brief: 'Direction of the trigger',
    default: 0,
    options: [
      [0, 'in', 'input'],
      [1, 'out', 'output'],
    ],
  },
  toggle('s/i/ctrl', 'Current stream'),
  toggle('s/v/ctrl', 'Voltage stream'),
  toggle('s/p/ctrl', 'Power stream'),
  toggle('s/i/range/ctrl', 'Current range stream'),
  ...INPUT_NUMBERS.map((n) => toggle(`s/gpi/${n}/ctrl`, `Input ${n} stream`)),
  ...Array.from({ length: ADC_COUNT }, (_, n) => toggle(`s/adc/${n}/ctrl`, `Converter ${n} stream`)),
  toggle('s/uart/0/ctrl', 'UART stream'),
  {
    name: 's/i/range/mode',
    dtype: 'u8',
    brief: 'Current range mode',
    default: MODE.auto,
    options: [
      [MODE.off, 'off'],
      [MODE.manual, 'manual'],
      [MODE.auto, 'auto'],
    ],
  },
  {
    name: 's/i/range/select',
    dtype: 'u8',
    brief: 'Current range when manual',
    default: 129,
    options: [
      [129, '10 A'],
      [130, '180 mA'],
      [132, '18 mA'],
      [136, '1.8 mA'],
      [144, '180 µA'],
      [160, '18 µA'],
    ],
  },
  { name: 's/i/range/min', dtype: 'u8', brief: 'Least sensitive automatic range', default: 0, range: [0, 5] },
  { name: 's/i/range/max', dtype: 'u8', brief: 'Most sensitive automatic range', default: 5, range: [0, 5] },
  {
    name: 's/v/range/mode',
    dtype: 'u8',
    brief: 'Voltage range mode',
    default: MODE.auto,
    options: [
      [MODE.manual, 'manual'],
      [MODE.auto, 'auto'],
    ],
  },
  {
    name: 's/v/range/select',
    dtype: 'u8',
    brief: 'Voltage range when manual',
    default: 0,
    options: [
      [0, '15 V'],
      [1, '2 V'],
    ],
  },
  toggle('s/stats/ctrl', 'Statistics'),
  {
    name: 's/stats/scnt',
    dtype: 'u32',
    brief: 'Samples of a statistics block',
    default: 500_000,
    range: [1000, 10_000_000],
  },
  {
    name: 's/dwn2/mode',
    dtype: 'u8',
    brief: 'Filter before the signals',
    default: 0,
    options: [
      [0, 'wideband'],
      [1, 'sinc1'],
    ],
    since: DECIMATING_VERSION,
  },
  {
    name: 's/dwnN/N',
    dtype: 'u32',
    brief: 'Decimation of the signals at 1 MHz',
    default: 1,
    range: [0, 1000],
    gaps: [2, 3],
    since: DECIMATING_VERSION,
  },
  {
    name: 's/gpi/+/dwnN/N',
    dtype: 'u32',
    brief: 'Decimation of the inputs at 2 MHz',
    default: 1,
    range: [0, 2000],
    since: DECIMATING_VERSION,
  },
  {
    name: 's/gpi/+/dwnN/mode',
    dtype: 'u8',
    brief: 'What a decimated input shows',
    default: INPUT_MODE.off,
    options: [
      [INPUT_MODE.off, 'off'],
      [INPUT_MODE.toggle, 'toggle'],
      [INPUT_MODE.first, 'first'],
      [INPUT_MODE.majority, 'majority'],
    ],
    since: DECIMATING_VERSION,
  },
  command('s/gpo/+/!set', 'Outputs to set'),
  command('s/gpo/+/!clr', 'Outputs to clear'),
  command('s/gpo/+/!value', 'Levels of all outputs'),
  command('s/gpi/+/!req', 'Asks for the levels of the inputs'),
  ...Array.from({ length: FUSE_COUNT }, (_, n): readonly Topic[] => [
    toggle(`s/fuse/${n}/en`, `Fuse ${n}`),
    {
      name: `s/fuse/${n}/F`,
      dtype: 'u32',
      brief: `Threshold of fuse ${n}, 4q14`,
      default: 0,
      range: [0, FUSE_REGISTER_MAX],
    },
    {
      name: `s/fuse/${n}/K`,
      dtype: 'u32',
      brief: `Decay of fuse ${n}, 8q10`,
      default: 0,
      range: [0, FUSE_REGISTER_MAX],
    },
    // A host may only clear it.
    { name: `s/fuse/${n}/engaged`, dtype: 'bool', brief: `Fuse ${n} has opened`, default: 0, options: [[0, 'clear']] },
  ]).flat(),
  command('s/fuse/+/!clear', 'Closes all fuses'),
];

/** Those that an instrument with this firmware has, in the order of its answers. */
export function topicsOf(firmware: number): readonly Topic[] {
  return TOPICS.filter(({ since = 0 }) => firmware >= since);
}

/** What the instrument says about a topic. `start` is its value at power-up. */
export function metadataOf({ dtype, brief, options, range, name }: Topic, start: number): string {
  return JSON.stringify({ dtype, brief, ...(isCommand(name) ? {} : { default: start }), options, range });
}

/** Commands have no value that could be asked for. */
export function isCommand(name: string): boolean {
  return name.includes('/!');
}

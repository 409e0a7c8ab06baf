// Settings of a board with the mcpha image. The board keeps them between clients and tells none of them: what stands here is
// what it was sent. Ranges and defaults are those of mcpha.py, or of the server's registers where that offers no more.

import type { NumberParameter, Parameter } from '../../model/parameter.ts';

/** The id by which the scope view knows it. */
export const RUN_MODE = 'run';

/** By its number, 1 or 2, as it is printed on the board. */
export type InputNumber = 1 | 2;
export const INPUT_NUMBERS: readonly InputNumber[] = [1, 2];

/** Id of a setting of one input. */
export function inputId(number: InputNumber, name: string): string {
  return `${number}.${name}`;
}

/** What ends counting: `real` is the board's own timer, the others end at the look that finds them reached. */
export const PRESETS = ['none', 'real', 'live', 'counts'] as const;
export type Preset = (typeof PRESETS)[number];

const PRESET_LABELS: Readonly<Record<Preset, string>> = {
  none: 'None',
  real: 'Real time',
  live: 'Live time',
  counts: 'Counts',
};

function number(
  id: string,
  label: string,
  group: string,
  range: Pick<NumberParameter, 'min' | 'max' | 'default'> & Partial<Pick<NumberParameter, 'unit' | 'step'>>,
  help: string,
): NumberParameter {
  return { kind: 'number', id, label, group, help, unit: '', step: 1, ...range };
}

/** A year, which the board's timer holds many times over. */
const MOST_PRESET_S = 365 * 86_400;
/** Highest height that has a channel. */
const MOST_HEIGHT = 4095;

function inputParameters(input: InputNumber): readonly Parameter[] {
  const group = `Analyser IN${input}`;
  const id = (name: string) => inputId(input, name);
  return [
    {
      kind: 'toggle',
      id: id('count'),
      label: 'Count',
      group,
      help: 'Counts pulses by their height. What was counted before stays and is added to.',
      default: false,
      isSetOnce: true,
    },
    { kind: 'action', id: id('clear'), label: 'Clear', group, help: 'Counts and times begin at 0 again.' },
    {
      kind: 'choice',
      id: id('preset'),
      label: 'Preset',
      group,
      help: 'What ends counting. Real time is exact, to the tick; live time and counts end it at most half a second later.',
      choices: PRESETS.map((value) => ({ value, label: PRESET_LABELS[value] })),
      default: 'none',
    },
    number(
      id('presetS'),
      'Preset time',
      group,
      { unit: 's', min: 0.001, max: MOST_PRESET_S, default: 60, step: 0 },
      'Of the preset real or live time.',
    ),
    number(id('presetCounts'), 'Preset counts', group, { min: 1, max: 1e12, default: 1e6 }, 'Of the preset counts.'),
    number(
      id('min'),
      'Lower threshold',
      group,
      { min: 0, max: MOST_HEIGHT, default: 20 },
      'Only higher pulses are counted; lower ones leave no dead time.',
    ),
    number(
      id('max'),
      'Upper threshold',
      group,
      { min: 0, max: MOST_HEIGHT, default: 4090 },
      'Only lower pulses are counted. Higher ones leave dead time that is in no count: the live time is too long then.',
    ),
    number(
      id('delay'),
      'Delay',
      group,
      { unit: '', min: 0, max: 65_535, default: 100 },
      'Samples behind the top of a pulse in which no other one is seen: the dead time of each.',
    ),
    number(
      id('rise'),
      'Rise of pulses',
      group,
      { unit: 's', min: 0, max: 1e-3, default: 50e-9, step: 0 },
      'From the beginning of a pulse to its top, which is dead time, too. The board does not tell it: look at a pulse.',
    ),
  ];
}

export const RED_PITAYA_PARAMETERS: readonly Parameter[] = [
  {
    kind: 'choice',
    id: RUN_MODE,
    label: 'Acquisition',
    group: 'Oscilloscope',
    help: 'Run shows record after record, Single takes one, Stop keeps what is there.',
    choices: [
      { value: 'run', label: 'Run' },
      { value: 'single', label: 'Single' },
      { value: 'stop', label: 'Stop' },
    ],
    default: 'stop',
    isSetOnce: true,
  },
  {
    kind: 'choice',
    id: 'trigger.source',
    label: 'Trigger source',
    group: 'Oscilloscope',
    help: 'The input whose signal begins a record.',
    choices: INPUT_NUMBERS.map((input) => ({ value: String(input), label: `IN${input}` })),
    default: '1',
  },
  {
    kind: 'choice',
    id: 'trigger.slope',
    label: 'Trigger slope',
    group: 'Oscilloscope',
    help: 'The direction in which the signal passes the level.',
    choices: [
      { value: 'rise', label: 'Rising' },
      { value: 'fall', label: 'Falling' },
    ],
    default: 'rise',
  },
  {
    kind: 'choice',
    id: 'trigger.mode',
    label: 'Trigger mode',
    group: 'Oscilloscope',
    help: 'Normal waits for the trigger as long as it takes; automatic takes a record without one.',
    choices: [
      { value: 'normal', label: 'Normal' },
      { value: 'auto', label: 'Automatic' },
    ],
    default: 'normal',
  },
  number(
    'trigger.level',
    'Trigger level',
    'Oscilloscope',
    { min: -8192, max: 8191, default: 500 },
    'In units of the converter, as the samples are.',
  ),
  {
    kind: 'choice',
    id: 'records',
    label: 'Records',
    group: 'Oscilloscope',
    help: 'Streamed: the server of mimoCoRB sends one after the other and starts the next by itself. It tells no address: of one that lost a sample at the end of the memory behind its trigger nobody knows. Spectra are looked at between records; any change makes the connection anew.',
    choices: [
      { value: 'single', label: 'One by one' },
      { value: 'streamed', label: 'Streamed (mimoCoRB server)' },
    ],
    default: 'single',
  },
  number(
    'samples',
    'Samples',
    'Oscilloscope',
    { min: 100, max: 4_000_000, default: 10_000 },
    'Of each input in a record.',
  ),
  number(
    'before',
    'Samples before the trigger',
    'Oscilloscope',
    { min: 1, max: 3_999_999, default: 1000 },
    'Fewer than all samples.',
  ),
  {
    kind: 'choice',
    id: 'decimation',
    label: 'Decimation',
    group: 'Inputs',
    help: 'The converter takes 125 million samples per second; one of so many is kept, behind a filter. It holds for oscilloscope and analysers.',
    choices: [1, 4, 8, 16, 32, 64, 128, 256, 1024, 8192].map((value) => ({
      value: String(value),
      label: value === 1 ? 'None' : `1 of ${value}`,
    })),
    default: '4',
  },
  ...INPUT_NUMBERS.map(
    (input): Parameter => ({
      kind: 'toggle',
      id: inputId(input, 'inverted'),
      label: `Invert IN${input}`,
      group: 'Inputs',
      help: 'For pulses that go down: analysers count those that go up.',
      default: false,
    }),
  ),
  ...INPUT_NUMBERS.flatMap(inputParameters),
  {
    kind: 'toggle',
    id: 'generator.on',
    label: 'Pulses',
    group: 'Generator',
    help: 'Sends pulses of one height from the output, until this is switched off or the connection ends.',
    default: false,
    isSetOnce: true,
  },
  number('generator.height', 'Height', 'Generator', { min: 1, max: MOST_HEIGHT, default: 2047 }, 'Of every pulse.'),
  number(
    'generator.rate',
    'Rate',
    'Generator',
    { unit: 'Hz', min: 1, max: 100_000, default: 1000 },
    'Pulses per second.',
  ),
  {
    kind: 'choice',
    id: 'generator.distribution',
    label: 'Distances',
    group: 'Generator',
    help: 'Equal, or at random as those of a source.',
    choices: [
      { value: 'equal', label: 'Equal' },
      { value: 'random', label: 'Random' },
    ],
    default: 'equal',
  },
  number(
    'generator.rise',
    'Rise time',
    'Generator',
    { unit: 's', min: 0, max: 100e-9, default: 50e-9, step: 0 },
    'In steps of 1 ns.',
  ),
  number(
    'generator.fall',
    'Fall time',
    'Generator',
    { unit: 's', min: 0, max: 100e-6, default: 50e-6, step: 0 },
    'In steps of 1 µs.',
  ),
];

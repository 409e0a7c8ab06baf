// The JS220's settings as typed parameters, and the topics behind them. Options go out as numbers, because the micro
// sign in range names has two spellings in Unicode and the instrument knows one. What the instrument answers may be the
// number or the name.

import { FUSE_SETTINGS } from './fuse-parameters.ts';
import type { Js220Setting, KnownTopics } from './setting.ts';
import { JS220_STREAMS } from './streams.ts';
import { OUTPUTS_TOPIC } from './topic-rules.ts';
import type { TypedValue } from './values.ts';

type Option = readonly [value: string, label: string, code: number];
interface Texts {
  readonly label: string;
  readonly help: string;
  readonly group: string;
  readonly isExpert?: boolean;
}

/** By bit of the range mode. */
const SELECTABLE_RANGES: readonly Option[] = [
  ['10A', '10 A', 129],
  ['180mA', '180 mA', 130],
  ['18mA', '18 mA', 132],
  ['1.8mA', '1.8 mA', 136],
  ['180uA', '180 µA', 144],
  ['18uA', '18 µA', 160],
];
/** By number, as limits of the automatic range. */
const NUMBERED_RANGES = SELECTABLE_RANGES.map(([value, label], number): Option => [value, label, number]);
const RATES_HZ = [2e6, 1e6, 500e3, 200e3, 100e3, 50e3, 20e3, 10e3, 5e3, 2e3, 1e3, 500, 200, 100, 50, 20, 10, 5, 2, 1];
const OUTPUT_NUMBERS = [0, 1, 2, 3, 7];
const TRIGGER_NUMBER = 7;
/** Samples at 1 MHz per second of a statistics block. */
const STATISTICS_RATE_HZ = 1_000_000;
const DEFAULT_STREAMS = ['current', 'voltage', 'power', 'current_range'];
const STREAM_PREFIX = 'stream.';

function choice(id: string, topic: string, texts: Texts, options: readonly Option[], start = 0): Js220Setting {
  const codeOf = (known: KnownTopics, name: string) =>
    known.codeOf(topic, name) ?? options.find(([value]) => value === name)?.[2];
  return {
    topic,
    parameter: {
      kind: 'choice',
      id,
      ...texts,
      choices: options.map(([value, label]) => ({ value, label })),
      default: options[start]![0],
    },
    publish: (value, _current, known) => [{ topic, value: codeOf(known, String(value)) ?? value }],
    read: (known) => {
      const now = known.values.get(topic);
      return options.find(([value, label]) => now === codeOf(known, value) || now === value || now === label)?.[0];
    },
  };
}

function scale(id: string, topic: string, label: string): Js220Setting {
  const help = 'Samples and statistics are multiplied by it, for a shunt or divider of your own.';
  return {
    topic,
    parameter: { kind: 'number', id, label, help, group: 'Scale', unit: '', min: -1e6, max: 1e6, step: 0, default: 1 },
    publish: (value) => [{ topic, value }],
    read: ({ values }) => numberOf(values.get(topic)),
  };
}

function output(number: number): Js220Setting {
  const isTrigger = number === TRIGGER_NUMBER;
  const bit = 1 << number;
  return {
    topic: 's/gpo/+/!set',
    parameter: {
      kind: 'toggle',
      id: isTrigger ? 'trigger.output' : `gpo.${number}`,
      label: isTrigger ? 'Trigger output' : `Output ${number}`,
      help: isTrigger ? 'High or low, while the trigger is an output.' : 'High or low, at the level chosen above.',
      group: 'Digital',
      default: false,
    },
    publish: (value) => [{ topic: value === true ? 's/gpo/+/!set' : 's/gpo/+/!clr', value: bit }],
    read: ({ values }) => ((numberOf(values.get(OUTPUTS_TOPIC)) ?? 0) & bit) !== 0,
  };
}

const STATISTICS_RATE: Js220Setting = {
  topic: 's/stats/scnt',
  parameter: {
    kind: 'number',
    id: 'statistics.rate',
    label: 'Statistics rate',
    help: 'How often the instrument tells its own means and totals.',
    group: 'Statistics',
    unit: 'Hz',
    min: 0.1,
    max: 100,
    step: 0,
    default: 2,
    isExpert: true,
  },
  publish: (value) => [{ topic: 's/stats/scnt', value: Math.round(STATISTICS_RATE_HZ / Number(value)) }],
  read: ({ values }) => {
    const count = numberOf(values.get('s/stats/scnt'));
    return count ? Number((STATISTICS_RATE_HZ / count).toPrecision(6)) : undefined;
  },
};

const STREAMS: readonly Js220Setting[] = JS220_STREAMS.map(({ id, label, controlTopic, note }) => ({
  topic: controlTopic,
  parameter: {
    kind: 'toggle',
    id: `${STREAM_PREFIX}${id}`,
    label,
    help: `Streams while the instrument runs.${note ? ` ${note}` : ''}`,
    group: 'Signals',
    default: DEFAULT_STREAMS.includes(id),
  },
  publish: (value) => [{ topic: controlTopic, value }],
}));

export const JS220_SETTINGS: readonly Js220Setting[] = [
  choice(
    'sampling.rate',
    'h/fs',
    { label: 'Sampling rate', help: 'Samples per second of current, voltage and power.', group: 'Sampling' },
    RATES_HZ.map((rate): Option => [String(rate), rate === 2e6 ? 'Full' : `${rate} Hz`, rate]),
  ),
  choice(
    'sampling.filter',
    'h/filter',
    {
      label: 'Filter',
      help: 'Wideband filters here; sinc1 in the instrument, with less data to send.',
      group: 'Sampling',
    },
    [
      ['wideband', 'Wideband', 0],
      ['sinc1', 'sinc1', 1],
    ],
  ),
  choice(
    'current.mode',
    's/i/range/mode',
    { label: 'Current range', help: 'Off opens the circuit: the target loses its power.', group: 'Current' },
    [
      ['auto', 'Automatic', 2],
      ['manual', 'Fixed', 1],
      ['off', 'Off (target loses power)', 0],
    ],
  ),
  choice(
    'current.range',
    's/i/range/select',
    { label: 'Fixed current range', help: 'Used when the current range is fixed.', group: 'Current' },
    SELECTABLE_RANGES,
  ),
  choice(
    'current.largest',
    's/i/range/min',
    {
      label: 'Largest automatic range',
      help: 'The automatic range goes no higher, and clips above it.',
      group: 'Current',
      isExpert: true,
    },
    NUMBERED_RANGES,
  ),
  choice(
    'current.smallest',
    's/i/range/max',
    {
      label: 'Smallest automatic range',
      help: 'The automatic range goes no lower, so small currents are resolved less finely.',
      group: 'Current',
      isExpert: true,
    },
    NUMBERED_RANGES,
    NUMBERED_RANGES.length - 1,
  ),
  choice(
    'voltage.mode',
    's/v/range/mode',
    { label: 'Voltage range', help: 'Automatic follows the voltage.', group: 'Voltage' },
    [
      ['auto', 'Automatic', 2],
      ['manual', 'Fixed', 1],
    ],
  ),
  choice(
    'voltage.range',
    's/v/range/select',
    { label: 'Fixed voltage range', help: 'Used when the voltage range is fixed.', group: 'Voltage' },
    [
      ['15V', '15 V', 0],
      ['2V', '2 V', 1],
    ],
  ),
  choice(
    'io.voltage',
    'c/gpio/vref',
    { label: 'Input and output level', help: 'Reference voltage of the digital inputs and outputs.', group: 'Digital' },
    [
      ['external', 'Vref pin', 0],
      ['3.3V', '3.3 V', 1],
    ],
  ),
  choice(
    'trigger.direction',
    'c/trigger/dir',
    { label: 'Trigger', help: 'Direction of the trigger connector.', group: 'Digital' },
    [
      ['input', 'Input', 0],
      ['output', 'Output', 1],
    ],
  ),
  ...OUTPUT_NUMBERS.map(output),
  ...FUSE_SETTINGS,
  STATISTICS_RATE,
  scale('scale.current', 'h/i_scale', 'Current factor'),
  scale('scale.voltage', 'h/v_scale', 'Voltage factor'),
  ...STREAMS,
];

/** Topics of the streams that run unless somebody chose otherwise. */
export const DEFAULT_STREAM_TOPICS: readonly string[] = STREAMS.filter(
  ({ parameter }) => parameter.kind === 'toggle' && parameter.default,
).map(({ topic }) => topic);

export function isStreamParameter(id: string): boolean {
  return id.startsWith(STREAM_PREFIX);
}

/** `id` is of one of `JS220_SETTINGS`. */
export function settingOf(id: string): Js220Setting {
  return JS220_SETTINGS.find(({ parameter }) => parameter.id === id)!;
}

/** `undefined` for what is no number. */
export function numberOf(value: TypedValue['value'] | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

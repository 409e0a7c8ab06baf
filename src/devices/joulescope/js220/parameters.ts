// The JS220's settings as typed parameters, and the topics behind them. Options go out as numbers where the numbers
// are known, because the micro sign in range names has two spellings in Unicode and the instrument knows one.

import type { Parameter, ParameterValue } from '../../../model/parameter.ts';
import { JS220_STREAMS } from './streams.ts';

interface TopicParameter {
  readonly parameter: Parameter;
  readonly topic: string;
  /** Numbers of the choices; without them the choice itself is published. */
  readonly codes?: Readonly<Record<string, number>>;
}

const CURRENT_RANGES = [
  ['10A', '10 A', 129],
  ['180mA', '180 mA', 130],
  ['18mA', '18 mA', 132],
  ['1.8mA', '1.8 mA', 136],
  ['180uA', '180 µA', 144],
  ['18uA', '18 µA', 160],
] as const;
const RATES_HZ = [2e6, 1e6, 500e3, 200e3, 100e3, 50e3, 20e3, 10e3, 5e3, 2e3, 1e3, 500, 200, 100, 50, 20, 10, 5, 2, 1];
const DEFAULT_STREAMS = ['current', 'voltage', 'power', 'current_range'];

function choice(
  id: string,
  topic: string,
  texts: { readonly label: string; readonly help: string; readonly group: string },
  options: readonly (readonly [value: string, label: string, code?: number])[],
): TopicParameter {
  const choices = options.map(([value, label]) => ({ value, label }));
  const codes = Object.fromEntries(options.flatMap(([value, , code]) => (code === undefined ? [] : [[value, code]])));
  const parameter: Parameter = { kind: 'choice', id, ...texts, choices, default: choices[0]!.value };
  return Object.keys(codes).length > 0 ? { parameter, topic, codes } : { parameter, topic };
}

function scale(id: string, topic: string, label: string): TopicParameter {
  const help = 'Samples and statistics are multiplied by it, for a shunt or divider of your own.';
  const group = 'Scale';
  return {
    topic,
    parameter: { kind: 'number', id, label, help, group, unit: '', min: -1e6, max: 1e6, step: 0, default: 1 },
  };
}

const SETTINGS: readonly TopicParameter[] = [
  choice(
    'sampling.rate',
    'h/fs',
    { label: 'Sampling rate', help: 'Samples per second of current, voltage and power.', group: 'Sampling' },
    RATES_HZ.map((rate) => [String(rate), rate === 2e6 ? 'Full' : `${rate} Hz`, rate] as const),
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
      ['auto', 'Automatic'],
      ['manual', 'Fixed'],
      ['off', 'Off (target loses power)'],
    ],
  ),
  choice(
    'current.range',
    's/i/range/select',
    { label: 'Fixed current range', help: 'Used when the current range is fixed.', group: 'Current' },
    CURRENT_RANGES,
  ),
  choice(
    'voltage.mode',
    's/v/range/mode',
    { label: 'Voltage range', help: 'Automatic follows the voltage.', group: 'Voltage' },
    [
      ['auto', 'Automatic'],
      ['manual', 'Fixed'],
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
  scale('scale.current', 'h/i_scale', 'Current factor'),
  scale('scale.voltage', 'h/v_scale', 'Voltage factor'),
];

const STREAM_PREFIX = 'stream.';
const STREAMS: readonly TopicParameter[] = JS220_STREAMS.map(({ id, controlTopic }) => ({
  topic: controlTopic,
  parameter: {
    kind: 'toggle',
    id: `${STREAM_PREFIX}${id}`,
    label: id,
    help: 'Streams while the instrument runs.',
    group: 'Signals',
    default: DEFAULT_STREAMS.includes(id),
  },
}));
const ALL = [...SETTINGS, ...STREAMS];

export const JS220_PARAMETERS: readonly Parameter[] = ALL.map(({ parameter }) => parameter);

/** Topics of the streams that run unless somebody chose otherwise. */
export const DEFAULT_STREAM_TOPICS: readonly string[] = STREAMS.filter(
  ({ parameter }) => parameter.kind === 'toggle' && parameter.default,
).map(({ topic }) => topic);

export function isStreamParameter(id: string): boolean {
  return id.startsWith(STREAM_PREFIX);
}

/** What to publish for a value that was checked. */
export function publicationOf(id: string, value: ParameterValue): { topic: string; value: ParameterValue } {
  const { topic, codes } = ALL.find(({ parameter }) => parameter.id === id)!;
  return { topic, value: codes?.[String(value)] ?? value };
}

/** The parameter and its value that a topic's value stands for; `undefined` when it is none of ours. */
export function parameterOf(topic: string, value: unknown): { id: string; value: ParameterValue } | undefined {
  const entry = ALL.find((candidate) => candidate.topic === topic);
  if (!entry) return undefined;
  const { parameter, codes } = entry;
  if (parameter.kind === 'toggle') return { id: parameter.id, value: Number(value) !== 0 };
  if (parameter.kind === 'number') return { id: parameter.id, value: Number(value) };
  const name = codes ? Object.keys(codes).find((key) => codes[key] === value) : value;
  return typeof name === 'string' ? { id: parameter.id, value: name } : undefined;
}

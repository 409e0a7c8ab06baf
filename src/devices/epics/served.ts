// An instrument as process variables: which there are, what they say, and what a value that is written means. Pure.
//
// Names are PREFIX:NAME:ID. An id is that of the parameter or reading with colons for dots; a reading ends with `:value`.
// Of a trace each signal has `:signal` and its axis, as OsziTrace names them; `arm` starts one acquisition.

import { LabError } from '../../base/errors.ts';
import type { TraceChannel } from '../../model/channel.ts';
import { INSTRUMENT_STATES, type InstrumentStatus } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import { SEVERITY, STATUS, type VariableMeta } from './door.ts';
import { numbersOf, type VariableData, type VariableType } from './frame.ts';

/** What of the status is served. */
export type ServedStatus = Pick<InstrumentStatus, 'state' | 'parameters' | 'values' | 'reading'>;

export interface Alarm {
  readonly status: number;
  readonly severity: number;
}

export interface Served {
  readonly id: string;
  readonly label: string;
  readonly type: VariableType;
  readonly maxCount: number;
  readonly meta: VariableMeta;
  /** Left out for arrays of a trace, which come with their records. */
  readonly data?: VariableData | undefined;
  readonly alarm: Alarm;
  /** Parameter and value that a written value stands for; throws `setup/invalid`. Left out where nothing can be written. */
  readonly write?: (data: VariableData) => { readonly parameterId: string; readonly value: ParameterValue };
}

/** The scopes' parameter of what they do, and its value for one acquisition. */
const RUN_MODE = 'run';
const SINGLE = 'single';
const ARMED = [SINGLE, 'run'];
/** Of a choice (EPICS Base, db_access.h): more or longer texts do not fit, and it is a text then. */
const MOST_CHOICES = 16;
const MOST_CHOICE_BYTES = 25;
/** A text (the same). */
const MOST_TEXT_BYTES = 39;
const MOST_UNIT_BYTES = 7;

const WELL: Alarm = { status: STATUS.none, severity: SEVERITY.none };
const GONE: Alarm = { status: STATUS.comm, severity: SEVERITY.invalid };
const NO_VALUE: Alarm = { status: STATUS.undefined, severity: SEVERITY.invalid };

/** One part of a name: what has a meaning to EPICS in it, or none at all, is `_`. */
export function namePart(text: string): string {
  return text.trim().replace(/[^A-Za-z0-9_:+-]+/g, '_') || '_';
}

/** Exactly one colon between prefix and name. */
export function nameOf({ prefix, name }: { readonly prefix: string; readonly name: string }, id: string): string {
  return [prefix.replace(/:+$/, ''), name.replace(/^:+|:+$/g, ''), id]
    .filter((part) => part !== '')
    .map(namePart)
    .join(':');
}

/** In the order in which they are served; an id that comes twice counts once. */
export function servedOf(status: ServedStatus, channels: readonly TraceChannel[]): readonly Served[] {
  const isThere = status.state === 'idle' || status.state === 'streaming';
  const all = [
    stateOf(status),
    ...armOf(status),
    ...status.parameters.flatMap((parameter) => parameterOf(parameter, status.values)),
    ...readingsOf(status),
    ...channels.flatMap(arraysOf),
  ];
  const seen = new Set<string>();
  return all.flatMap((served) => {
    if (seen.has(served.id)) return [];
    seen.add(served.id);
    return [isThere || served.id === 'state' ? served : { ...served, alarm: GONE }];
  });
}

/** Values of a record, signal after signal: the axis first, so that who listens to `signal` finds it there. */
export function recordValues(
  { signals }: TraceChannel,
  { startS, stepS, samples }: TraceRecord,
): readonly (readonly { readonly id: string; readonly data: Float64Array<ArrayBuffer> }[])[] {
  return signals.map(({ id }, index) => {
    const count = samples[index]!.length;
    const part = namePart(id);
    return [
      { id: `${part}:xoffset`, data: Float64Array.of(startS) },
      { id: `${part}:xdelta`, data: Float64Array.of(stepS) },
      { id: `${part}:xreach`, data: Float64Array.of(startS + stepS * count) },
      { id: `${part}:xaxis`, data: Float64Array.from({ length: count }, (_, point) => startS + stepS * point) },
      { id: `${part}:signal`, data: Float64Array.from(samples[index]!) },
    ];
  });
}

function stateOf({ state }: ServedStatus): Served {
  return {
    id: 'state',
    label: 'State',
    type: 'ENUM',
    maxCount: 1,
    meta: { choices: [...INSTRUMENT_STATES] },
    data: numbersOf('ENUM', [INSTRUMENT_STATES.indexOf(state)]),
    alarm: WELL,
  };
}

/** For what can take one record. Any value arms it; it reads 1 while it is armed. */
function armOf({ parameters, values }: ServedStatus): readonly Served[] {
  const run = parameters.find(({ id }) => id === RUN_MODE);
  if (run?.kind !== 'choice' || !run.choices.some(({ value }) => value === SINGLE)) return [];
  return [
    {
      id: 'arm',
      label: 'Arms the trigger',
      type: 'LONG',
      maxCount: 1,
      meta: {},
      data: numbersOf('LONG', [ARMED.includes(String(values[RUN_MODE])) ? 1 : 0]),
      alarm: WELL,
      write: () => ({ parameterId: RUN_MODE, value: SINGLE }),
    },
  ];
}

function readingsOf({ reading }: ServedStatus): readonly Served[] {
  return (reading?.values ?? []).map(({ id, label, unit, value }) => ({
    id: `${idPart(id)}:value`,
    label,
    type: 'DOUBLE',
    maxCount: 1,
    meta: { unit: clipped(unit, MOST_UNIT_BYTES), precision: 6 },
    data: Float64Array.of(value),
    alarm: Number.isNaN(value) ? NO_VALUE : WELL,
  }));
}

function arraysOf({ signals, mostSamples }: TraceChannel): readonly Served[] {
  return signals.flatMap(({ id, name, unit }) => {
    const array = (last: string, what: string, own: string, maxCount: number): Served => ({
      id: `${namePart(id)}:${last}`,
      label: `${name}: ${what}`,
      type: 'DOUBLE',
      maxCount,
      meta: { unit: clipped(own, MOST_UNIT_BYTES), precision: 6 },
      alarm: NO_VALUE,
    });
    return [
      array('xoffset', 'first time', 's', 1),
      array('xdelta', 'step', 's', 1),
      array('xreach', 'end', 's', 1),
      array('xaxis', 'times', 's', mostSamples),
      array('signal', 'samples', unit, mostSamples),
    ];
  });
}

function parameterOf(parameter: Parameter, values: ServedStatus['values']): readonly Served[] {
  const { id, label, group, isReadOnly } = parameter;
  const value = values[id];
  const base = { id: idPart(id), label: group === '' ? label : `${group}: ${label}`, maxCount: 1 };
  const alarm = value === undefined ? NO_VALUE : WELL;
  const writing = (read: (data: VariableData) => ParameterValue): Pick<Served, 'write'> =>
    isReadOnly ? {} : { write: (data) => ({ parameterId: id, value: read(data) }) };
  const text = (): Served => ({
    ...base,
    type: 'STRING',
    meta: {},
    data: [clipped(value === undefined ? '' : String(value), MOST_TEXT_BYTES)],
    alarm,
    ...writing(([written]) => String(written)),
  });
  switch (parameter.kind) {
    case 'number': {
      const { unit, min, max } = parameter;
      const limits =
        Number.isFinite(min) && Number.isFinite(max) ? ({ control: [min, max], display: [min, max] } as const) : {};
      const meta = { unit: clipped(unit, MOST_UNIT_BYTES), precision: 6, ...limits };
      const data = Float64Array.of(typeof value === 'number' ? value : Number.NaN);
      return [{ ...base, type: 'DOUBLE', meta, data, alarm, ...writing(([written]) => Number(written)) }];
    }
    case 'toggle': {
      const data = numbersOf('ENUM', [value === true ? 1 : 0]);
      return [{ ...base, type: 'ENUM', meta: { choices: ['Off', 'On'] }, data, alarm, ...writing(([on]) => on === 1) }];
    }
    case 'choice': {
      const labels = parameter.choices.map((choice) => choice.label);
      if (labels.length > MOST_CHOICES || labels.some((choice) => byteLength(choice) > MOST_CHOICE_BYTES))
        return [text()];
      const index = parameter.choices.findIndex((choice) => choice.value === value);
      const data = numbersOf('ENUM', [Math.max(0, index)]);
      const choose = ([written]: VariableData) => choiceAt(parameter, Number(written));
      const meta = { choices: labels };
      return [{ ...base, type: 'ENUM', meta, data, alarm: index < 0 ? NO_VALUE : WELL, ...writing(choose) }];
    }
    case 'text':
      return [text()];
    case 'action':
      return [{ ...base, type: 'LONG', meta: {}, data: numbersOf('LONG', [0]), alarm: WELL, ...writing(() => true) }];
  }
}

function choiceAt({ label, choices }: Extract<Parameter, { kind: 'choice' }>, index: number): string {
  const choice = choices[index];
  if (choice) return choice.value;
  throw new LabError('setup/invalid', `${label} has no choice ${index}.`);
}

/** A dot stands before the field of a record. */
function idPart(id: string): string {
  return namePart(id.replaceAll('.', ':'));
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** As many whole characters as fit. */
function clipped(text: string, mostBytes: number): string {
  let shown = '';
  for (const character of text) {
    if (byteLength(shown + character) > mostBytes) break;
    shown += character;
  }
  return shown;
}

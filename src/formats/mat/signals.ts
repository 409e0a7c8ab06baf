// The signals of a MATLAB file: which variables are opened, their channels, and the places of their samples.

import type { Utc } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { Reading } from '../../model/reading.ts';
import type { Diagnostic, SampleValues } from '../../model/signal-store.ts';
import { type ArrayAxis, arrayAxis, isoUtc, timeNameOf } from '../arrays/array-axis.ts';
import { arrayReading, MAX_OPEN, MAX_SIGNALS, type ReadArray, shownChannels } from '../arrays/array-reading.ts';
import { type ArrayLayout, arrayLayout, channelLabel, channelPlace } from '../arrays/layout.ts';
import { firstUtc, isCounted, type Placing, placedSignal, withOwnNames } from '../arrays/placed-signal.ts';
import { statedAxis } from '../arrays/stated-axis.ts';
import type { PlainSignal } from '../plain-store.ts';
import { unitSymbol } from '../units.ts';
import { asDtype, type NumberRun, type NumberVariable, runValues, type Variable } from './variable.ts';

interface Signals {
  readonly signals: readonly PlainSignal[];
  readonly originUtc: Utc | undefined;
  readonly reading: Reading;
}

/** How the samples of a variable lie, and which other one is their axis. */
interface Sampling extends Placing, ArrayLayout {
  readonly time?: NumberVariable;
}

/** `facts` are the single values by their ids. */
export async function readSignals(
  variables: readonly Variable[],
  facts: ReadonlyMap<string, unknown>,
  choice: ReadChoice,
  diagnostics: Diagnostic[],
): Promise<Signals> {
  const all = variables.filter((it): it is NumberVariable => it.kind === 'numbers' && !facts.has(it.id));
  const isChosen = ({ id }: NumberVariable) => choice.parts?.includes(id) ?? false;
  const first = all[0]?.group;
  const unasked = all.length > MAX_OPEN ? all.filter(({ group }) => group === first).slice(0, MAX_OPEN) : all;
  const axes = new MatAxes(all, facts, choice, diagnostics);
  const opened: { variable: NumberVariable; sampling: Sampling }[] = [];
  for (const variable of choice.parts ? all.filter(isChosen) : unasked) {
    opened.push({ variable, sampling: await axes.of(variable) });
  }
  const used = new Set(opened.flatMap(({ sampling: { axis, time } }) => (axis?.places && time ? [time] : [])));
  const shown = opened.filter(({ variable }) => isChosen(variable) || !used.has(variable));
  const originUtc = startOf(facts) ?? firstUtc(shown.map(({ sampling }) => sampling));
  const signals = shown.flatMap(({ variable, sampling }) =>
    variableSignals(variable, unitOf(variable, facts), sampling, choice, originUtc, diagnostics),
  );
  if (signals.length > MAX_SIGNALS) {
    const message = `The first ${MAX_SIGNALS} of ${signals.length} signals are shown. Choose parts of the file to see others.`;
    diagnostics.push({ severity: 'warning', code: 'mat/left-out', message });
  }
  const samplings = new Map(shown.map(({ variable, sampling }) => [variable, sampling]));
  const told = all.map((variable): ReadArray => {
    const { id, name, shape, dtype, imaginary } = variable;
    const sampling = samplings.get(variable);
    const role = sampling ? 'signal' : used.has(variable) ? 'time' : 'left-out';
    const detail = `${shape.join(' × ')} ${imaginary ? 'complex ' : ''}${dtype}`;
    return {
      id,
      name,
      unit: unitOf(variable, facts),
      role,
      detail,
      isCounted: sampling !== undefined && isCounted(sampling),
    };
  });
  const reading = arrayReading(told, axes.guesses, choice, 'mat', diagnostics);
  return { signals: withOwnNames(signals.slice(0, MAX_SIGNALS)), originUtc, reading };
}

/** Finds the axes of variables; each is read once. */
class MatAxes {
  readonly guesses: string[] = [];
  readonly #all: readonly NumberVariable[];
  readonly #facts: ReadonlyMap<string, unknown>;
  readonly #choice: ReadChoice;
  readonly #diagnostics: Diagnostic[];
  readonly #decided = new Map<string, ArrayAxis | undefined>();

  constructor(
    all: readonly NumberVariable[],
    facts: ReadonlyMap<string, unknown>,
    choice: ReadChoice,
    diagnostics: Diagnostic[],
  ) {
    this.#all = all;
    this.#facts = facts;
    this.#choice = choice;
    this.#diagnostics = diagnostics;
  }

  async of(variable: NumberVariable): Promise<Sampling> {
    const time = this.#choice.time === null ? undefined : this.#timeOf(variable);
    if (time) {
      const layout = arrayLayout(variable.shape, variable.shape.indexOf(lengthOf(time)));
      const axis = await this.#decide(time, layout.sampleCount);
      if (axis) return { ...layout, axis, time };
    }
    const stated = statedAxis(this.#factsBeside(variable));
    return { ...arrayLayout(variable.shape), stated };
  }

  #timeOf(variable: NumberVariable): NumberVariable | undefined {
    const { time } = this.#choice;
    const fitting = this.#all.filter(
      (it) => it !== variable && isLine(it) && !it.imaginary && variable.shape.includes(lengthOf(it)),
    );
    if (time !== undefined && time !== null) return fitting.find(({ id }) => id === time);
    for (const group of groupsAround(variable.group)) {
      const times = fitting.filter((it) => it.group === group && timeNameOf(it.name) !== undefined);
      const found = times.find(({ name }) => /^(?:t|time)$/i.test(name)) ?? times[0];
      if (found) return found;
    }
    return undefined;
  }

  async #decide(time: NumberVariable, count: number): Promise<ArrayAxis | undefined> {
    const key = `${time.id} ${count}`;
    if (this.#decided.has(key)) return this.#decided.get(key);
    const values = (await runValues(time.real, 0, 1, lengthOf(time))) as ArrayLike<number | bigint>;
    const resolution = time.dtype === 'f32' ? Math.abs(Number(values[values.length - 1])) * 2 ** -23 : 0;
    const source = { name: time.name, id: time.id, unit: '', values, resolution };
    const axis = arrayAxis(source, count, 'mat', this.#choice.time === time.id ? this.#choice.timeUnit : undefined);
    this.#decided.set(key, axis);
    if (axis) this.#diagnostics.push(...axis.diagnostics);
    if (axis?.guess !== undefined) {
      this.guesses.push(axis.guess);
      this.#diagnostics.push({ severity: 'info', code: 'mat/guess', message: axis.guess });
    }
    return axis;
  }

  /** Single values in the struct of a variable, then in those around it. */
  #factsBeside({ group }: NumberVariable) {
    return groupsAround(group).flatMap((around) =>
      [...this.#facts].flatMap(([id, value]) => {
        const name = around === '' ? id : id.startsWith(`${around}.`) ? id.slice(around.length + 1) : undefined;
        return name === undefined || /[.{(]/.test(name) ? [] : [{ name, value, unit: '' }];
      }),
    );
  }
}

/** Such as `s.a`, `s` and the file itself for `s.a`. */
function groupsAround(group: string): readonly string[] {
  const groups = [group];
  for (let rest = group; rest !== ''; ) {
    rest = rest.slice(0, Math.max(0, Math.max(rest.lastIndexOf('.'), rest.lastIndexOf('{'), rest.lastIndexOf('('))));
    groups.push(rest);
  }
  return groups;
}

function isLine({ shape }: NumberVariable): boolean {
  return shape.filter((size) => size !== 1).length === 1;
}

function lengthOf({ shape }: NumberVariable): number {
  return Math.max(...shape);
}

/** From a struct `units` beside the variable, as our own exports have it. */
function unitOf({ group, name }: NumberVariable, facts: ReadonlyMap<string, unknown>): string {
  const unit = facts.get(`${group === '' ? '' : `${group}.`}units.${name}`);
  return typeof unit === 'string' && unit !== 'empty' ? unitSymbol(unit) : '';
}

/** What second 0 is, from a text that says so. */
function startOf(facts: ReadonlyMap<string, unknown>): Utc | undefined {
  const text = facts.get('startUtc') ?? facts.get('start_time');
  return typeof text === 'string' ? isoUtc(text) : undefined;
}

function variableSignals(
  variable: NumberVariable,
  unit: string,
  sampling: Sampling,
  choice: ReadChoice,
  originUtc: Utc | undefined,
  diagnostics: Diagnostic[],
): PlainSignal[] {
  const { id, name, shape, dtype, real, imaginary } = variable;
  const { sampleDimension, channelCount } = sampling;
  const parts: readonly (readonly [tail: string, run: NumberRun])[] = imaginary
    ? [
        ['.real', real],
        ['.imag', imaginary],
      ]
    : [['', real]];
  const shownCount = shownChannels(id, channelCount, parts.length, choice, 'mat', diagnostics);
  const strides = shape.map((_, dimension) => shape.slice(0, dimension).reduce((product, size) => product * size, 1));
  return Array.from({ length: shownCount }, (_, channel) => {
    const place = channelPlace(shape, sampleDimension, channel);
    const label = channelLabel(shape, sampleDimension, place);
    const start = place.reduce((sum, at, dimension) => sum + at * strides[dimension]!, 0);
    const stride = strides[sampleDimension]!;
    return parts.map(([tail, run]): PlainSignal => {
      const base = {
        id: id + tail + label,
        name: name + tail + label,
        unit,
        source: '',
        dtype,
        startSample: 0,
        firstSampleId: 0n,
      };
      const read = async (from: number, to: number): Promise<SampleValues> =>
        asDtype(await runValues(run, start + from * stride, stride, to - from), dtype);
      return placedSignal(base, read, sampling, choice, originUtc);
    });
  }).flat();
}

// The signals of a MATLAB file: which variables are opened, their channels, and the places of their samples.

import type { Utc } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { Reading } from '../../model/reading.ts';
import type { Diagnostic, SampleValues } from '../../model/signal-store.ts';
import { timeNameOf } from '../arrays/array-axis.ts';
import { arrayReading, MAX_OPEN, MAX_SIGNALS, type ReadArray, shownChannels } from '../arrays/array-reading.ts';
import { type AxisColumn, AxisSearch, type FoundAxis } from '../arrays/axis-search.ts';
import { type ArrayLayout, arrayLayout, channelLabel, channelPlace } from '../arrays/layout.ts';
import { firstUtc, type Placing, placedSignal, withOwnNames } from '../arrays/placed-signal.ts';
import { statedAxis } from '../arrays/stated-axis.ts';
import type { PlainSignal } from '../plain-store.ts';
import { unitSymbol } from '../units.ts';
import { isoUtc } from '../unix-times.ts';
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
  const running = choice.parts ? [] : await axes.running(unasked, used);
  const shown = opened.filter(
    ({ variable }) => isChosen(variable) || !(used.has(variable) || running.includes(variable)),
  );
  const originUtc =
    startOf(facts) ??
    firstUtc(
      shown.map(({ sampling }) => sampling),
      choice,
    );
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
      type: dtype,
      placing: sampling,
    };
  });
  const reading = arrayReading(told, axes.guesses, choice, 'mat', diagnostics);
  return { signals: withOwnNames(signals.slice(0, MAX_SIGNALS)), originUtc, reading };
}

/** A variable that may be the axis of others. */
interface VariableColumn extends AxisColumn {
  readonly variable: NumberVariable;
}

/** Finds the axes of variables: what lies beside them, then what is called a time in the structs around. */
class MatAxes {
  readonly #all: readonly NumberVariable[];
  readonly #facts: ReadonlyMap<string, unknown>;
  readonly #choice: ReadChoice;
  readonly #search: AxisSearch;
  /** What was found in a struct for a number of samples. */
  readonly #beside = new Map<string, Promise<FoundAxis<VariableColumn> | undefined>>();

  constructor(
    all: readonly NumberVariable[],
    facts: ReadonlyMap<string, unknown>,
    choice: ReadChoice,
    diagnostics: Diagnostic[],
  ) {
    this.#all = all;
    this.#facts = facts;
    this.#choice = choice;
    this.#search = new AxisSearch(choice, 'mat', diagnostics);
    this.#search.require(all.map(({ id }) => id));
  }

  get guesses(): readonly string[] {
    return this.#search.guesses;
  }

  async of(variable: NumberVariable): Promise<Sampling> {
    const { shape } = variable;
    const stated = statedAxis(this.#factsBeside(variable));
    const isRated = stated !== undefined || this.#choice.rateHz !== undefined;
    if (this.#choice.time === null) return { ...arrayLayout(shape), stated };
    // a running number says less than any axis, wherever that is
    const found =
      (await this.#besideOf(variable, true)) ?? (isRated ? undefined : await this.#besideOf(variable, false));
    return found ?? { ...arrayLayout(shape), stated };
  }

  async #besideOf(variable: NumberVariable, isRated: boolean): Promise<Sampling | undefined> {
    const { shape } = variable;
    for (const group of groupsAround(variable.group)) {
      for (const count of [...new Set(shape)].sort((a, b) => b - a)) {
        const found = count > 1 ? await this.#inGroup(group, count, group === variable.group, isRated) : undefined;
        if (!found || found.column.variable === variable) continue;
        return { ...arrayLayout(shape, shape.indexOf(count)), axis: found.axis, time: found.column.variable };
      }
    }
    return undefined;
  }

  /** Variables that only number the samples of those beside them. */
  async running(
    variables: readonly NumberVariable[],
    used: ReadonlySet<NumberVariable>,
  ): Promise<readonly NumberVariable[]> {
    const free = variables.filter((variable) => !used.has(variable) && isReadable(variable));
    // without anything else to be seen, the numbers are it
    const isBeside = ({ variable, length }: VariableColumn, numbers: readonly VariableColumn[]) =>
      this.#all.some(
        (it) =>
          it.group === variable.group &&
          it.shape.includes(length) &&
          !(used.has(it) || numbers.some((number) => number.variable === it)),
      );
    const found = await this.#search.running(free.map(columnOf), undefined, isBeside);
    return found.map(({ variable }) => variable);
  }

  /** The variable that the user names counts wherever it is. */
  #inGroup(group: string, count: number, isOwn: boolean, isRated: boolean) {
    const key = `${count} ${isOwn} ${isRated} ${group}`;
    const known = this.#beside.get(key);
    if (known) return known;
    const { time } = this.#choice;
    const columns = this.#all
      .filter((it) => isReadable(it) && lengthOf(it) === count)
      .filter((it) => it.id === time || (it.group === group && (isOwn || timeNameOf(it.name) !== undefined)));
    const found = this.#search.among(columns.map(columnOf), { isRated, isInOrder: false });
    this.#beside.set(key, found);
    return found;
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

/** Real numbers in one dimension. */
function isReadable({ shape, imaginary }: NumberVariable): boolean {
  return !imaginary && shape.filter((size) => size !== 1).length === 1;
}

function columnOf(variable: NumberVariable): VariableColumn {
  const { id, name, dtype, real } = variable;
  const length = lengthOf(variable);
  return {
    variable,
    id,
    name,
    unit: '',
    length,
    floatBits: dtype === 'f32' ? 24 : dtype === 'f64' ? 53 : undefined,
    values: async () => (await runValues(real, 0, 1, length)) as ArrayLike<number | bigint>,
    valueAt: async (index) => (await runValues(real, index, 1, 1))[0] ?? Number.NaN,
  };
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
      return placedSignal(base, { read }, sampling, choice, originUtc);
    });
  }).flat();
}

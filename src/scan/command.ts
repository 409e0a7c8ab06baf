// Scan commands as people type them, such as `ascan robz 0 1 10 0.1 diode`, and what they ask for.

import { LabError } from '../base/errors.ts';

/** An axis and its part of the command. `mesh` motors have intervals of their own. */
export interface LineRequest {
  readonly axis: string;
  readonly start: number;
  readonly stop: number;
}

export interface MeshRequest extends LineRequest {
  readonly intervals: number;
}

export interface ListRequest {
  readonly axis: string;
  readonly positions: readonly number[];
}

/** How the points are made. Relative ones count from the set positions before the scan, to which the axes return. */
export type Points =
  | { readonly kind: 'count'; readonly pointCount: number }
  | {
      readonly kind: 'line';
      readonly isRelative: boolean;
      readonly motors: readonly LineRequest[];
      readonly intervals: number;
    }
  | {
      readonly kind: 'mesh';
      readonly isRelative: boolean;
      readonly motors: readonly MeshRequest[];
      readonly isBackAndForth: boolean;
    }
  | { readonly kind: 'list'; readonly motors: readonly ListRequest[] };

export interface ScanCommand {
  /** The name of the command, such as `d2scan`. */
  readonly type: string;
  readonly points: Points;
  /** Seconds that counters count at each point. */
  readonly countTimeS: number;
  /** Full or short names; none asks for the measurement group. */
  readonly counters: readonly string[];
  /** Seconds between points. */
  readonly sleepTimeS: number;
  /** `ct` leaves nothing behind. */
  readonly isSaved: boolean;
  /** `lineup` goes to the highest value afterwards. */
  readonly goesToPeak: boolean;
}

/** Larger tables of positions would not fit into memory beside their data. */
export const MAX_POINTS = 1e7;

const OPTIONS = ['backnforth', 'npoints', 'sleep_time'] as const;
type Option = (typeof OPTIONS)[number];

/** How each command is called, for messages and help. */
export const USAGES: Readonly<Record<string, string>> = {
  ct: 'ct TIME [COUNTER…]',
  sct: 'sct TIME [COUNTER…]',
  loopscan: 'loopscan POINTS TIME [COUNTER…]',
  timescan: 'timescan TIME [COUNTER…] [npoints=N]',
  ascan: 'ascan AXIS START STOP INTERVALS TIME [COUNTER…]',
  dscan: 'dscan AXIS START STOP INTERVALS TIME [COUNTER…]',
  amesh: 'amesh FAST START STOP INTERVALS SLOW START STOP INTERVALS TIME [COUNTER…] [backnforth=True]',
  dmesh: 'dmesh FAST START STOP INTERVALS SLOW START STOP INTERVALS TIME [COUNTER…] [backnforth=True]',
  lookupscan: 'lookupscan AXIS P,P,P… [AXIS P,P,P…] TIME [COUNTER…]',
  pointscan: 'pointscan AXIS P,P,P… TIME [COUNTER…]',
  lineup: 'lineup AXIS START STOP INTERVALS TIME COUNTER',
};

/** `ascan`, `d3scan`, `anscan`, `a3mesh`, `dnmesh`: the first letter, a number of axes or n, and the kind. */
const FAMILY = /^([ad])([2-5]|n)?(scan|mesh)$/;

/**
 * Reads a command. Throws `setup/invalid` that names the word and shows how the command is called. Does not know which axes
 * and counters there are.
 */
export function parseCommand(text: string): ScanCommand {
  const [type = '', ...all] = text.trim().split(/\s+/);
  const family = FAMILY.exec(type);
  const usage = USAGES[type] ?? (family ? USAGES[`${family[1]}${family[3]}`] : undefined);
  if (usage === undefined) {
    throw new LabError('setup/invalid', `There is no scan "${type}". Use one of ${Object.keys(USAGES).join(', ')}.`);
  }
  const words = new Words(all, usage);
  const points = pointsOf(type, family, words);
  const countTimeS = words.number('TIME', 0);
  const counters = words.rest();
  if (type === 'lineup' && counters.length !== 1) words.fail('lineup needs one counter');
  const npoints = words.option('npoints');
  words.allowOptions(type === 'timescan', ['npoints']);
  words.allowOptions(points.kind === 'mesh', ['backnforth']);
  const isBackAndForth = words.flag('backnforth');
  return {
    type,
    points: withOptions(points, isBackAndForth, npoints),
    countTimeS,
    counters,
    sleepTimeS: words.option('sleep_time') ?? 0,
    isSaved: type !== 'ct',
    goesToPeak: type === 'lineup',
  };
}

function withOptions(points: Points, isBackAndForth: boolean, npoints: number | undefined): Points {
  if (points.kind === 'mesh') return { ...points, isBackAndForth };
  // npoints=0 means without end, as leaving it out does
  if (points.kind === 'count' && npoints) return { kind: 'count', pointCount: npoints };
  return points;
}

function pointsOf(type: string, family: RegExpExecArray | null, words: Words): Points {
  if (type === 'ct' || type === 'sct') return { kind: 'count', pointCount: 1 };
  if (type === 'loopscan') return { kind: 'count', pointCount: words.count('POINTS', 1) };
  if (type === 'timescan') return { kind: 'count', pointCount: Number.POSITIVE_INFINITY };
  if (type === 'lookupscan' || type === 'pointscan') return listPoints(type, words);
  const isRelative = type.startsWith('d') || type === 'lineup';
  if (family?.[3] === 'mesh') {
    const motors = words.motors((axis) => ({ axis, ...words.range(), intervals: words.count('INTERVALS', 0) }));
    checkMotors(motors, axisCount(family[2], 2), type, words);
    return { kind: 'mesh', isRelative, motors, isBackAndForth: false };
  }
  const motors = words.motors((axis) => ({ axis, ...words.range() }));
  checkMotors(motors, axisCount(family?.[2], 1), type, words);
  return { kind: 'line', isRelative, motors, intervals: words.count('INTERVALS', 0) };
}

function axisCount(text: string | undefined, otherwise: number): number | undefined {
  if (text === undefined) return otherwise;
  return text === 'n' ? undefined : Number(text);
}

function listPoints(type: string, words: Words): Points {
  const motors = words.motors((axis) => ({ axis, positions: words.list() }));
  checkMotors(motors, type === 'pointscan' ? 1 : undefined, type, words);
  const first = motors[0]!;
  for (const { axis, positions } of motors) {
    if (positions.length !== first.positions.length) {
      words.fail(
        `${axis} has ${positions.length} positions and ${first.axis} has ${first.positions.length}: every axis needs as many`,
      );
    }
  }
  return { kind: 'list', motors };
}

/** `count` undefined: any number, but one at least. */
function checkMotors(
  motors: readonly { readonly axis: string }[],
  count: number | undefined,
  type: string,
  words: Words,
): void {
  if (motors.length === 0) words.fail('the axis is missing');
  if (count !== undefined && motors.length !== count) {
    words.fail(`${type} moves ${count} ${count === 1 ? 'axis' : 'axes'}, not ${motors.length}`);
  }
  const names = motors.map(({ axis }) => axis);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) words.fail(`${twice} is there twice: an axis can be at one place only`);
}

/** The words of a command from left to right, options taken out. */
class Words {
  readonly #words: readonly string[];
  readonly #options: ReadonlyMap<Option, string>;
  readonly #usage: string;
  #at = 0;

  constructor(words: readonly string[], usage: string) {
    this.#usage = usage;
    const options = new Map<Option, string>();
    this.#words = words.filter((word) => {
      const match = /^([a-z_]+)=(.*)$/.exec(word);
      if (!match) return true;
      const option = OPTIONS.find((name) => name === match[1]);
      if (!option) this.fail(`there is no option "${match[1]}"`);
      options.set(option, match[2]!);
      return false;
    });
    this.#options = options;
  }

  fail(what: string): never {
    throw new LabError('setup/invalid', `The scan cannot be read: ${what}. Write: ${this.#usage}. Nothing was moved.`);
  }

  number(what: string, lowest = Number.NEGATIVE_INFINITY): number {
    const word = this.#words[this.#at++];
    if (word === undefined) this.fail(`${what} is missing`);
    return this.#toNumber(word, what, lowest);
  }

  count(what: string, lowest: number): number {
    const value = this.number(what, lowest);
    if (!Number.isInteger(value) || value > MAX_POINTS) {
      this.fail(`${what} is "${value}", but must be a whole number up to ${MAX_POINTS}`);
    }
    return value;
  }

  range(): { readonly start: number; readonly stop: number } {
    return { start: this.number('START'), stop: this.number('STOP') };
  }

  list(): readonly number[] {
    const word = this.#words[this.#at++];
    if (word === undefined) this.fail('the list of positions is missing');
    return word
      .replace(/^\[(.*)\]$/, '$1')
      .split(',')
      .map((part) => this.#toNumber(part, 'a position'));
  }

  /** Reads one after the other as long as a name stands there. */
  motors<T>(read: (axis: string) => T): readonly T[] {
    const motors: T[] = [];
    for (let word = this.#words[this.#at]; word !== undefined && isName(word); word = this.#words[this.#at]) {
      this.#at++;
      motors.push(read(word));
    }
    return motors;
  }

  /** The names that are left. */
  rest(): readonly string[] {
    const names = this.#words.slice(this.#at);
    const wrong = names.find((name) => !isName(name));
    if (wrong !== undefined) this.fail(`"${wrong}" stands where a counter is expected`);
    return names;
  }

  /** A number ≥ 0. */
  option(name: Exclude<Option, 'backnforth'>): number | undefined {
    const text = this.#options.get(name);
    if (text === undefined) return undefined;
    const value = this.#toNumber(text, name, 0);
    if (name === 'npoints' && !(Number.isInteger(value) && value <= MAX_POINTS)) {
      this.fail(`npoints is "${text}", but must be a whole number up to ${MAX_POINTS}`);
    }
    return value;
  }

  flag(name: 'backnforth'): boolean {
    const text = this.#options.get(name) ?? 'False';
    if (!/^(true|false)$/i.test(text)) this.fail(`${name} is "${text}", but must be True or False`);
    return /^true$/i.test(text);
  }

  allowOptions(isAllowed: boolean, names: readonly Option[]): void {
    const wrong = names.find((name) => !isAllowed && this.#options.has(name));
    if (wrong !== undefined) this.fail(`${wrong} means nothing here`);
  }

  #toNumber(word: string, what: string, lowest = Number.NEGATIVE_INFINITY): number {
    const value = word.trim() === '' ? Number.NaN : Number(word);
    if (!Number.isFinite(value)) this.fail(`${what} is "${word}", which is no number`);
    if (value < lowest) this.fail(`${what} is ${word}, but must be at least ${lowest}`);
    return value;
  }
}

function isName(word: string): boolean {
  return /^[\p{L}_]/u.test(word) && !/^(nan|infinity)$/i.test(word);
}

// One signal less another, on one grid, and only where both have a value. Nothing is computed before it is asked for.
//
// Of two signals with a rate the grid is the samples of the slower one (of the first where the rates are the same): a value
// of the other is the sample at the same place, or lies on the straight line between its two neighbours. A signal with a
// time per sample holds each value until the next, here as everywhere; of two such the grid is the times of both.
// A value that one of the two misses, and a line to a neighbour that is missing, are NaN.

import { LabError } from '../../base/errors.ts';
import { formatCount } from '../../base/si.ts';
import { axisOf, axisTitle, isCounted, isSameAxis, lengthText } from '../../model/axis.ts';
import type { Difference, DifferenceOperand } from '../../model/difference.ts';
import type { SignalAxis, StampedSignal, SteadySignal } from '../../model/signal-store.ts';
import { type PlainSignal, PlainStore } from '../plain-store.ts';
import { differenceOfHeld, HeldOperand } from './held.ts';
import { isLongInteger, SteadyOperand } from './steady.ts';

/** Id of the one signal. */
const ID = 'difference';

/** Rejects with a LabError (`format/unsupported`, `format/range`) where there is no difference, and as the stores do. */
export async function differenceOf(a: DifferenceOperand, b: DifferenceOperand): Promise<Difference> {
  requireComparable(a, b);
  const { signal, how } = await made(a, b);
  return { store: new PlainStore([signal]), how };
}

interface Made {
  readonly signal: PlainSignal;
  readonly how: string;
}

function made(a: DifferenceOperand, b: DifferenceOperand): Promise<Made> {
  const [one, other] = [placed(a), placed(b)];
  if (isSteady(one)) return isSteady(other) ? ofSteady(one, other) : ofMixed(one, other, 1);
  return isSteady(other) ? ofMixed(other, one, -1) : ofHeld(one, other);
}

async function ofSteady(a: SteadyDifferenceOperand, b: SteadyDifferenceOperand): Promise<Made> {
  const isOnFirst = a.signal.sampleRateHz <= b.signal.sampleRateHz;
  const [grid, other] = isOnFirst ? [a, b] : [b, a];
  const values = new SteadyOperand(other, grid);
  const { start, end } = values.common;
  if (end <= start) throw apart(a, b);
  const isExact = values.isOnGrid && isLongInteger(a.signal) && isLongInteger(b.signal);
  const between = values.isOnGrid
    ? `${other.label} has a sample at each of them`
    : values.isLevel
      ? `each level of ${other.label} holds until its next`
      : `${other.label} is taken from the straight line between the two samples around each of them`;
  return {
    signal: onGrid(grid, { start, end }, nameOf(a, b), (from, to) => values.read(from, to), isOnFirst ? 1 : -1),
    how: `${places(grid, end - start)}; ${between}.${isExact ? '' : rounding(a, b)}`,
  };
}

/** A grid of samples with a rate, and a signal whose values hold. `sign` is 1 where the grid's is the minuend. */
async function ofMixed(grid: SteadyDifferenceOperand, held: StampedDifferenceOperand, sign: 1 | -1): Promise<Made> {
  const [a, b] = sign === 1 ? [grid, held] : [held, grid];
  const values = await HeldOperand.load(held);
  const { start, end } = values.commonWith(grid);
  if (end <= start) throw apart(a, b);
  return {
    signal: onGrid(grid, { start, end }, nameOf(a, b), async (from, to) => values.at(from, to, grid), sign),
    how: `${places(grid, end - start)}; each value of ${held.label} holds until its next.${rounding(a, b)}`,
  };
}

async function ofHeld(a: StampedDifferenceOperand, b: StampedDifferenceOperand): Promise<Made> {
  const [ofA, ofB] = await Promise.all([HeldOperand.load(a), HeldOperand.load(b)]);
  const found = differenceOfHeld(ofA, ofB);
  if (!found) throw apart(a, b);
  const { timesS, values, endS } = found;
  return {
    signal: {
      info: {
        ...infoOf(a, nameOf(a, b), values.length),
        timing: 'stamped',
        axisId: ID,
        startS: timesS[0]!,
        endS,
      },
      timesS,
      read: async (start, end) => values.subarray(start, end),
    },
    how: `At ${formatCount(timesS.length)} ${timesS.length === 1 ? 'place' : 'places'}, those of ${a.label} and of ${b.label}; each value holds until its next.${rounding(a, b)}`,
  };
}

type SteadyDifferenceOperand = DifferenceOperand & { readonly signal: SteadySignal };
type StampedDifferenceOperand = DifferenceOperand & { readonly signal: StampedSignal };

function placed({ signal, ...rest }: DifferenceOperand): SteadyDifferenceOperand | StampedDifferenceOperand {
  return signal.timing === 'steady' ? { ...rest, signal } : { ...rest, signal };
}

function isSteady(operand: SteadyDifferenceOperand | StampedDifferenceOperand): operand is SteadyDifferenceOperand {
  return operand.signal.timing === 'steady';
}

function requireComparable({ signal: a, label }: DifferenceOperand, { signal: b, label: other }: DifferenceOperand) {
  if (a.unit !== b.unit) {
    throw new LabError(
      'format/unsupported',
      `${a.name} of ${label} has ${unitWords(a.unit)} and ${b.name} of ${other} ${unitWords(b.unit)}: only what has one unit has a difference.`,
    );
  }
  if (!isSameAxis(axisOf(a), axisOf(b))) {
    throw new LabError(
      'format/unsupported',
      `${a.name} of ${label} lies along ${axisTitle(axisOf(a))} and ${b.name} of ${other} along ${axisTitle(axisOf(b))}: only what has one axis has a difference.`,
    );
  }
}

function unitWords(unit: string): string {
  return unit === '' ? 'no unit' : `the unit ${unit}`;
}

function apart({ signal, label }: DifferenceOperand, { label: other }: DifferenceOperand): LabError {
  const what = isCounted(axisOf(signal)) ? 'sample' : axisOf(signal).name;
  return new LabError(
    'format/range',
    `${label} and ${other} have no ${what} in common: move one of them over the other.`,
  );
}

/** Which signals of which, in the order of the difference. */
function nameOf(a: DifferenceOperand, b: DifferenceOperand): string {
  return a.signal.name === b.signal.name
    ? `${a.signal.name}, ${a.label} − ${b.label}`
    : `${a.label} ${a.signal.name} − ${b.label} ${b.signal.name}`;
}

function places(grid: SteadyDifferenceOperand, count: number): string {
  const axis: SignalAxis = axisOf(grid.signal);
  const step = lengthText(axis, 1 / grid.signal.sampleRateHz);
  return `At ${formatCount(count)} ${count === 1 ? 'sample' : 'samples'} of ${grid.label}, one every ${step}`;
}

/** Where a long integer becomes a double before it is subtracted. */
function rounding(...operands: readonly DifferenceOperand[]): string {
  const isRounded = operands.some(({ signal }) => isLongInteger(signal));
  return isRounded ? ' Integers of 64 bits are rounded to the 53 bits of a double first.' : '';
}

/** Two long integers are subtracted as such. */
function less(a: number | bigint, b: number | bigint): number {
  return typeof a === 'bigint' && typeof b === 'bigint' ? Number(a - b) : Number(a) - Number(b);
}

function infoOf({ signal }: DifferenceOperand, name: string, sampleCount: number) {
  const { unit, axis } = signal;
  const base = { id: ID, name, unit, source: '', dtype: 'f64', startSample: 0, firstSampleId: 0n } as const;
  return { ...base, endSample: sampleCount, ...(axis && { axis }) };
}

/** The samples [start, end) of the grid's signal, less or from those of the other at the same places. */
function onGrid(
  grid: SteadyDifferenceOperand,
  { start, end }: { readonly start: number; readonly end: number },
  name: string,
  other: (from: number, to: number) => Promise<ArrayLike<number | bigint>>,
  sign: 1 | -1,
): PlainSignal {
  const { sampleRateHz, offsetS, id } = grid.signal;
  return {
    info: {
      ...infoOf(grid, name, end - start),
      timing: 'steady',
      sampleRateHz,
      offsetS: start / sampleRateHz + offsetS + grid.shiftS,
    },
    read: async (from, to) => {
      const [block, others] = await Promise.all([
        grid.store.samples(id, start + from, start + to),
        other(start + from, start + to),
      ]);
      return Float64Array.from(others, (value, i) => sign * less(block.values[i]!, value));
    },
  };
}

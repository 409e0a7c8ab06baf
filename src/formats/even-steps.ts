// Whether times rise by one step, as far as their printed digits can tell: seen in one pass, without keeping them.

import { DOUBLE_NOISE } from '../base/rate.ts';

/** Part of a decimal number by which its double may be off, with some room for products. */
export const EXACT = 16 * Number.EPSILON;

/** How times were printed. */
export interface TimeDigits {
  /** One unit of the last digit, in the unit of the times; 0 = binary. */
  readonly resolution: number;
  /** Significant digits of the longest; 0 where every time has the same decimals. */
  readonly significant: number;
}

/** The error that printing may have left in a time: half a unit of its last digit. */
export class PrintedError {
  readonly #digits: TimeDigits;
  #decade = { low: 1, high: 0, unit: 0 };

  constructor(digits: TimeDigits) {
    this.#digits = digits;
  }

  /** A time printed with few significant digits has a larger unit than others. */
  of(time: number): number {
    const magnitude = Math.abs(time);
    return this.#unitOf(magnitude) / 2 + DOUBLE_NOISE * magnitude;
  }

  #unitOf(magnitude: number): number {
    const { resolution, significant } = this.#digits;
    if (significant === 0 || magnitude === 0) return resolution;
    if (magnitude < this.#decade.low || magnitude >= this.#decade.high) {
      const low = 10 ** Math.floor(Math.log10(magnitude));
      this.#decade = { low, high: 10 * low, unit: Math.max(resolution, low * 10 ** (1 - significant)) };
    }
    return this.#decade.unit;
  }
}

interface Point {
  readonly place: number;
  readonly time: number;
}

/**
 * Whether one line goes through intervals of time at rising places, one after the other (O'Rourke, "An on-line algorithm
 * for fitting straight lines between data ranges", 1981): the steepest and the flattest such line and the hulls that
 * they touch are kept.
 */
export class StepFit {
  #firstPlace = 0;
  #first = Number.NaN;
  #firstError = 0;
  #count = 0;
  /** Lower ends, as a hull that is open below, and upper ends, as one that is open above. */
  readonly #floor: Point[] = [];
  readonly #ceiling: Point[] = [];
  /** The steepest and the flattest line: a point of each, from the first time on. */
  #steep = { place: 0, time: 0, slope: Number.POSITIVE_INFINITY };
  #flat = { place: 0, time: 0, slope: Number.NEGATIVE_INFINITY };

  /** Steps that explain all times so far. */
  get low(): number {
    return this.#flat.slope;
  }

  get high(): number {
    return this.#steep.slope;
  }

  /** Where a line of a step that fits lies at place 0: in the middle of what the times allow. */
  timeAtZero(step: number): number {
    // through the first time if that can be
    const low = Math.max(...this.#floor.map(({ place, time }) => time - place * step));
    const high = Math.min(...this.#ceiling.map(({ place, time }) => time - place * step));
    return this.#first + (low <= 0 && high >= 0 ? 0 : (low + high) / 2) - this.#firstPlace * step;
  }

  /** Takes the interval `time` ± `error` at a place behind all before; false, and nothing is taken, when no line fits. */
  add(place: number, time: number, error: number): boolean {
    if (this.#count++ === 0) {
      this.#firstPlace = place;
      this.#first = time;
      this.#firstError = error;
      this.#floor.push({ place: 0, time: -error });
      this.#ceiling.push({ place: 0, time: error });
      return true;
    }
    const at = place - this.#firstPlace;
    const middle = time - this.#first;
    const low = middle - error;
    const high = middle + error;
    if (this.#count === 2) {
      this.#steep = { place: 0, time: -this.#firstError, slope: (high + this.#firstError) / at };
      this.#flat = { place: 0, time: this.#firstError, slope: (low - this.#firstError) / at };
    } else {
      const steepAt = this.#steep.time + this.#steep.slope * (at - this.#steep.place);
      const flatAt = this.#flat.time + this.#flat.slope * (at - this.#flat.place);
      if (low > steepAt || high < flatAt) {
        this.#count--;
        return false;
      }
      if (high < steepAt) this.#steep = tangent(this.#floor, { place: at, time: high }, 1);
      if (low > flatAt) this.#flat = tangent(this.#ceiling, { place: at, time: low }, -1);
    }
    extend(this.#floor, { place: at, time: low }, 1);
    extend(this.#ceiling, { place: at, time: high }, -1);
    return true;
  }
}

/** The line from a point of the hull to `to` that has all of the hull on one side; what lies before is not needed again. */
function tangent(hull: Point[], to: Point, side: 1 | -1): { place: number; time: number; slope: number } {
  let best = 0;
  let slope = slopeOf(hull[0]!, to);
  for (let index = 1; index < hull.length; index++) {
    const candidate = slopeOf(hull[index]!, to);
    if ((candidate - slope) * side > 0) break;
    best = index;
    slope = candidate;
  }
  if (best > 0) hull.splice(0, best);
  return { place: to.place, time: to.time, slope };
}

/** Adds a point at the end; those that do not turn to the right side (1: the hull bends down) go. */
function extend(hull: Point[], point: Point, side: 1 | -1): void {
  while (hull.length > 1) {
    const last = hull.at(-1)!;
    const before = hull.at(-2)!;
    const turn =
      (last.time - before.time) * (point.place - before.place) -
      (point.time - before.time) * (last.place - before.place);
    if (turn * side > 0) break;
    hull.pop();
  }
  hull.push(point);
}

function slopeOf(from: Point, to: Point): number {
  return (to.time - from.time) / (to.place - from.place);
}

/** Rows from which a step is guessed that is then only tested: most tables have a simple one. */
const TRIAL_ROWS = 4096;

export interface EvenLine {
  readonly step: number;
  /** Time of row 0. */
  readonly start: number;
  /** Known to explain the times without rounding. */
  readonly isExact: boolean;
}

/** A line that explained the first times. */
interface Trial {
  readonly step: number;
  /** Time at row 0. */
  readonly start: number;
}

export class EvenSteps {
  readonly #digits: TimeDigits;
  readonly #error: PrintedError;
  readonly #fit = new StepFit();
  readonly #isQuick: boolean;
  #trial: Trial | undefined;
  /** Times before the trial. */
  readonly #before: number[] = [];
  #largest = 0;
  #row = 0;
  #isEven = true;
  /** Step between the first two times, and whether all times lie on it without rounding. */
  #printedStep = Number.NaN;
  #isPrinted = true;
  #firstRow = -1;
  #first = Number.NaN;
  #lastRow = -1;
  #last = Number.NaN;

  /**
   * `isQuick`: after some rows only a simple step is tested, so that times may be even though this says they are not.
   */
  constructor(digits: TimeDigits, isQuick = false) {
    this.#digits = digits;
    this.#error = new PrintedError(digits);
    this.#isQuick = isQuick;
  }

  /** Times of the next rows, NaN where a row has none. */
  add(times: ArrayLike<number>): void {
    let index = 0;
    for (; index < times.length && this.#isEven && !this.#trial; index++, this.#row++) {
      const time = times[index]!;
      if (this.#isQuick) this.#before.push(time);
      if (!Number.isFinite(time)) continue;
      if (this.#firstRow < 0) {
        this.#firstRow = this.#row;
        this.#first = time;
      }
      this.#isEven = this.#fit.add(this.#row, time, this.#error.of(time));
      this.#comparePrinted(time);
      this.#lastRow = this.#row;
      this.#last = time;
      if (this.#isQuick && this.#row >= TRIAL_ROWS) this.#begin();
    }
    if (this.#trial && this.#isEven) this.#test(times, index, this.#row, this.#trial);
  }

  #comparePrinted(time: number): void {
    const rows = this.#row - this.#firstRow;
    if (rows === 0 || !this.#isPrinted) return;
    if (Number.isNaN(this.#printedStep)) this.#printedStep = (time - this.#first) / rows;
    const distance = Math.abs(time - this.#first - rows * this.#printedStep);
    this.#isPrinted = distance <= EXACT * Math.max(Math.abs(time), Math.abs(this.#first)) * (1 + rows);
  }

  #begin(): void {
    const step = this.even?.step;
    if (step === undefined) return;
    this.#trial = { step, start: this.#fit.timeAtZero(step) };
    const row = this.#row;
    this.#test(this.#before, 0, 0, this.#trial);
    this.#row = row;
  }

  /** Whether the times from `index` on lie on the line, within half a unit of the last digit. */
  #test(times: ArrayLike<number>, index: number, firstRow: number, { step, start }: Trial): void {
    const allowed = this.#digits.resolution / 2;
    let row = firstRow;
    for (; index < times.length; index++, row++) {
      const time = times[index]!;
      const distance = Math.abs(time - (start + row * step));
      if (distance > this.#largest) this.#largest = distance;
      if (distance <= allowed) continue;
      if (Number.isFinite(time) && !(distance <= allowed + DOUBLE_NOISE * Math.abs(time))) {
        this.#isEven = false;
        return;
      }
    }
    this.#row = row;
    this.#noteLast(times);
  }

  #noteLast(times: ArrayLike<number>): void {
    for (let last = times.length - 1; last >= 0; last--) {
      if (!Number.isFinite(times[last]!)) continue;
      this.#lastRow = this.#row - (times.length - last);
      this.#last = times[last]!;
      return;
    }
  }

  /** Undefined when the times are not even, or fewer than two. */
  get even(): EvenLine | undefined {
    if (!this.#isEven || !(this.#last > this.#first)) return undefined;
    const rows = this.#lastRow - this.#firstRow;
    const mean = (this.#last - this.#first) / rows;
    const noise = (EXACT * Math.max(Math.abs(this.#first), Math.abs(this.#last))) / rows;
    // a simpler step than the printed one is looked for only where rounding hides the true one
    const [low, high] = this.#isPrinted ? [mean - noise, mean + noise] : [this.#fit.low, this.#fit.high];
    const step = this.#trial?.step ?? simplest(mean, low, high);
    // in quick mode only, where every time was tested
    const isExact =
      this.#trial !== undefined && this.#largest <= EXACT * Math.max(Math.abs(this.#first), Math.abs(this.#last));
    return { step, start: this.#first - this.#firstRow * step, isExact };
  }
}

/** How far the step may move for the sake of a simple number. */
const MOST_CHANGE = 0.05;

/** Of the steps from `low` to `high` one that, or whose rate, has few digits; close to `step`. */
export function simplest(mean: number, low: number, high: number): number {
  // the mean of whole seconds of a clock may be no step that fits
  const step = mean < low || mean > high ? (low + high) / 2 : mean;
  for (let digits = 1; digits <= 15; digits++) {
    const candidates = [Number(step.toPrecision(digits)), 1 / Number((1 / step).toPrecision(digits))].filter(
      (candidate) => candidate >= low && candidate <= high && Math.abs(candidate - step) <= MOST_CHANGE * step,
    );
    const [first, second] = candidates;
    if (first !== undefined) {
      return second !== undefined && Math.abs(second - step) < Math.abs(first - step) ? second : first;
    }
  }
  return step;
}

// What was loaded of one trace, in seconds of its store's axis, whichever way its time is kept: bins of samples, bins of
// time, or the samples themselves. Drawing, hovering and scaling ask the picture and know no rate.

import type { SampleBlock, StampedSignal, SteadySignal, Summary, TimeBins } from '../../../model/signal-store.ts';
import { sampleAtTime, timeOfSample } from '../../../model/timing.ts';
import type { Painter } from '../../plot/painter.ts';
import type { Scale } from '../../plot/scale.ts';
import type { PixelRange, TraceRenderer, TraceStyle } from '../../plot/trace.ts';
import { valuesOf } from './auto-range.ts';
import { type Figures, figuresOf, figuresOfBins, figuresOfHeld } from './figures.ts';
import { sampleAxis } from './sample-axis.ts';
import type { TimeRange, ValueRange } from './state.ts';

/** What a pointer stands on. */
export interface PictureValue {
  /** Mean of a bin, or a sample. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Time of the sample; undefined for a bin. */
  readonly sampleS: number | undefined;
  /** The pointer should jump to the sample. */
  readonly attracts: boolean;
}

/** What a picture is drawn with. */
export interface PictureFrame {
  readonly painter: Painter;
  /** Time on screen. */
  readonly scale: Scale;
  /** Moves the store on screen's time axis. */
  readonly shiftS: number;
  readonly y: Scale;
  readonly range: PixelRange;
  readonly style: TraceStyle;
}

export interface Picture {
  /** What it covers. */
  readonly startS: number;
  readonly endS: number;
  readonly isDraft: boolean;
  /** Where its last bin begins that a next picture may go on from. */
  readonly wholeEndS: number;
  /** `next` shows the same from `startS` to the end of this picture: what was drawn of that can stay. */
  isContinuedBy(next: Picture, startS: number): boolean;
  /** Smallest and largest value in a range; `undefined` when there is none. */
  valuesIn(range: TimeRange): ValueRange | undefined;
  /** Figures of a range, good to a pixel at its ends. */
  figuresIn(range: TimeRange): Figures | undefined;
  /** What lies at a time; a sample attracts from `reachS` away. */
  at(timeS: number, reachS: number): PictureValue | undefined;
  /** The time of the sample nearest to a time, where single samples are known. */
  nearestSample(timeS: number): number | undefined;
  draw(renderer: TraceRenderer, frame: PictureFrame): void;
}

/** Bins of a signal with a rate. */
export class SummaryPicture implements Picture {
  readonly signal: SteadySignal;
  readonly summary: Summary;
  /** Where the last bin ends: it may be shorter than the others. */
  readonly endSample: number;

  constructor(
    signal: SteadySignal,
    summary: Summary,
    endSample = summary.start + summary.mean.length * summary.increment,
  ) {
    this.signal = signal;
    this.summary = summary;
    this.endSample = endSample;
  }

  get startS(): number {
    return timeOfSample(this.signal, this.summary.start);
  }

  get endS(): number {
    return timeOfSample(this.signal, this.endSample);
  }

  get isDraft(): boolean {
    return this.summary.isDraft === true;
  }

  get wholeEndS(): number {
    return timeOfSample(this.signal, this.endSample - this.summary.increment);
  }

  isContinuedBy(next: Picture, startS: number): boolean {
    if (!(next instanceof SummaryPicture) || this.isDraft || next.isDraft) return false;
    const { increment, start } = this.summary;
    const isThere = next.startS <= startS || next.summary.start === start;
    if (next.summary.increment !== increment || !isThere || next.endSample < this.endSample) return false;
    return areSameBins(this.summary, next.summary);
  }

  valuesIn({ startS, endS }: TimeRange): ValueRange | undefined {
    return valuesOf(this.summary, sampleAtTime(this.signal, startS), sampleAtTime(this.signal, endS));
  }

  figuresIn({ startS, endS }: TimeRange): Figures | undefined {
    return figuresOf(this.summary, sampleAtTime(this.signal, startS), sampleAtTime(this.signal, endS));
  }

  at(timeS: number, reachS: number): PictureValue | undefined {
    const { summary, signal } = this;
    const isSample = summary.increment === 1;
    const position = sampleAtTime(signal, timeS);
    const sample = isSample ? Math.round(position) : Math.floor(position);
    const bin = Math.floor((sample - summary.start) / summary.increment);
    if (!(bin >= 0 && bin < summary.mean.length && sample < this.endSample)) return undefined;
    // Samples that are closer together than the pointer reaches do not attract it: it would only tremble.
    const attracts = isSample && 1 / signal.sampleRateHz >= reachS;
    return valueOfBin(summary, bin, isSample ? timeOfSample(signal, sample) : undefined, attracts);
  }

  nearestSample(): undefined {
    return undefined;
  }

  draw(renderer: TraceRenderer, { painter, scale, shiftS, y, range, style }: PictureFrame): void {
    renderer.draw(painter, this.summary, sampleAxis(this.signal, shiftS, scale), y, range, style);
  }
}

/** Bins of time of a stamped signal. */
export class BinsPicture implements Picture {
  readonly signal: StampedSignal;
  readonly bins: TimeBins;
  readonly startS: number;
  readonly endS: number;

  /** `signal` is what was asked for. */
  constructor(signal: StampedSignal, bins: TimeBins) {
    this.signal = signal;
    this.bins = bins;
    this.startS = bins.firstBin * bins.stepS;
    this.endS = Math.min((bins.firstBin + bins.mean.length) * bins.stepS, signal.endS);
  }

  get isDraft(): boolean {
    return this.bins.isDraft === true;
  }

  get wholeEndS(): number {
    return this.endS;
  }

  isContinuedBy(): boolean {
    return false;
  }

  valuesIn({ startS, endS }: TimeRange): ValueRange | undefined {
    return valuesOf({ start: 0, increment: 1, ...this.bins }, this.#binAt(startS), this.#binAt(endS));
  }

  figuresIn({ startS, endS }: TimeRange): Figures | undefined {
    return figuresOfBins(this.bins, this.#binAt(startS), this.#binAt(endS));
  }

  at(timeS: number): PictureValue | undefined {
    const bin = Math.floor(this.#binAt(timeS));
    return bin >= 0 && bin < this.bins.mean.length ? valueOfBin(this.bins, bin, undefined, false) : undefined;
  }

  nearestSample(): undefined {
    return undefined;
  }

  draw(renderer: TraceRenderer, { painter, scale, shiftS, y, range, style }: PictureFrame): void {
    const { stepS, firstBin } = this.bins;
    const pxPerSample = (stepS * (scale.toPx(scale.max) - scale.toPx(scale.min))) / (scale.max - scale.min);
    const axis = { originSample: firstBin, originPx: scale.toPx(firstBin * stepS + shiftS), pxPerSample };
    renderer.drawTimeBins(painter, this.bins, axis, y, range, style);
  }

  #binAt(timeS: number): number {
    return timeS / this.bins.stepS - this.bins.firstBin;
  }
}

/** The samples of a stamped signal themselves. */
export class SamplesPicture implements Picture {
  readonly signal: StampedSignal;
  readonly isDraft = false;
  readonly startS: number;
  readonly endS: number;
  readonly #timesS: Float64Array;
  readonly #values: Float64Array;
  readonly #untilS: number;

  /** `block` holds what lies in [startS, endS], and a sample more on each side where there is one. */
  constructor(signal: StampedSignal, { start, values, timesS }: SampleBlock, { startS, endS }: TimeRange) {
    this.signal = signal;
    this.#timesS = timesS!;
    this.#values = values instanceof Float64Array ? values : Float64Array.from(values as ArrayLike<number>, Number);
    const end = start + values.length;
    this.startS = start <= signal.startSample ? Number.NEGATIVE_INFINITY : startS;
    this.endS = end >= signal.endSample ? signal.endS : endS;
    this.#untilS = end >= signal.endSample ? signal.endS : (timesS!.at(-1) ?? 0);
  }

  get wholeEndS(): number {
    return this.endS;
  }

  isContinuedBy(): boolean {
    return false;
  }

  valuesIn({ startS, endS }: TimeRange): ValueRange | undefined {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = Math.max(0, this.#inForce(startS)); i < this.#timesS.length && this.#timesS[i]! <= endS; i++) {
      const value = this.#values[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return min <= max ? { min, max } : undefined;
  }

  figuresIn(range: TimeRange): Figures | undefined {
    const first = Math.max(0, this.#inForce(range.startS));
    return figuresOfHeld(this.#timesS, this.#values, this.#untilS, first, range);
  }

  at(timeS: number, reachS: number): PictureValue | undefined {
    const before = this.#inForce(timeS);
    const isNextNear = (this.#timesS[before + 1] ?? Number.POSITIVE_INFINITY) - timeS <= reachS;
    const sample = isNextNear ? before + 1 : before;
    const sampleS = this.#timesS[sample];
    const value = this.#values[sample];
    if (sampleS === undefined || value === undefined || Number.isNaN(value)) return undefined;
    if (timeS > this.#untilS + reachS) return undefined;
    return { value, min: value, max: value, sampleS, attracts: Math.abs(sampleS - timeS) <= reachS };
  }

  nearestSample(timeS: number): number | undefined {
    const before = this.#inForce(timeS);
    const left = this.#timesS[before];
    const right = this.#timesS[before + 1];
    if (left === undefined || right === undefined) return left ?? right;
    return timeS - left <= right - timeS ? left : right;
  }

  draw(renderer: TraceRenderer, { painter, scale, shiftS, y, range, style }: PictureFrame): void {
    const xs = this.#timesS.map((timeS) => scale.toPx(timeS + shiftS));
    const endPx = scale.toPx(this.#untilS + shiftS);
    renderer.drawSamples(painter, { xs, values: this.#values, endPx }, y, range, style);
  }

  /** Index of the last sample that is not after a time; -1 before the first. */
  #inForce(timeS: number): number {
    let low = 0;
    let high = this.#timesS.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timesS[middle]! <= timeS) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Every bin that both have is the same in both. */
function areSameBins(a: Summary, b: Summary): boolean {
  const shift = (b.start - a.start) / a.increment;
  if (!Number.isInteger(shift)) return false;
  const end = Math.min(a.mean.length, b.mean.length + shift);
  for (let i = Math.max(0, shift); i < end; i++) {
    const other = i - shift;
    const isSame = a.mean[i] === b.mean[other] && a.min[i] === b.min[other] && a.max[i] === b.max[other];
    if (!isSame && !(Number.isNaN(a.mean[i]) && Number.isNaN(b.mean[other]))) return false;
  }
  return true;
}

function valueOfBin(
  { mean, min, max }: Summary | TimeBins,
  bin: number,
  sampleS: number | undefined,
  attracts: boolean,
): PictureValue | undefined {
  const value = mean[bin]!;
  return Number.isNaN(value) ? undefined : { value, min: min[bin]!, max: max[bin]!, sampleS, attracts };
}

// One run of find_peaks: the conditions in SciPy's order, each on the peaks that the earlier ones left.

import { LabError } from '../base/errors.ts';
import type { CoreExports } from './exports.ts';
import type { Region } from './memory.ts';
import type { Border, FindPeaksArgs, FoundPeaks, Interval, PeakProperties } from './pulse-arguments.ts';
import { F64_PROPERTIES, type PulseMemory, U32_PROPERTIES } from './pulse-memory.ts';
import type { Workspace } from './workspace.ts';

type PropertyName = keyof PeakProperties;

const IS_F64: ReadonlySet<PropertyName> = new Set(F64_PROPERTIES);
const IS_INTEGER: ReadonlySet<PropertyName> = new Set<PropertyName>(['plateau_sizes', ...U32_PROPERTIES]);
/** Larger distances and windows than any signal make no difference. */
const MAX_DISTANCE = 2 ** 31;

function invalid(message: string): LabError {
  return new LabError('setup/invalid', message);
}

function isArray(border: Border): border is ArrayLike<number> {
  return typeof border === 'object' && border !== null;
}

/** Lower and upper limit of an interval: exactly two entries are a pair, anything else a lower limit. */
function unpack(interval: Interval): readonly [Border, Border] {
  if (typeof interval === 'number') return [interval, null];
  if (interval.length === 2) return [interval[0], interval[1]];
  return [interval as ArrayLike<number>, null];
}

/** Samples on either side of a peak in a window of `wlen`, which is rounded up. */
function halfWindow(wlen: number): number {
  return Math.floor(Math.min(Math.ceil(wlen), MAX_DISTANCE) / 2);
}

/** The state of one call of `PeakFinder.find`. */
export class PulseSearch {
  readonly #workspace: Workspace;
  readonly #core: CoreExports;
  readonly #memory: PulseMemory;
  readonly #x: number;
  readonly #length: number;
  readonly #borders: Region[] = [];
  readonly #names: PropertyName[] = [];
  readonly #warnings: string[] = [];
  #count = 0;
  /** Length of the list `memory.all`, among which bases are looked for; undefined until that is made. */
  #allCount: number | undefined;

  /** `x`: address of `length` f64 samples. */
  constructor(workspace: Workspace, memory: PulseMemory, x: number, length: number) {
    this.#workspace = workspace;
    this.#core = workspace.core.exports;
    this.#memory = memory;
    this.#x = x;
    this.#length = length;
  }

  run(args: FindPeaksArgs): FoundPeaks {
    const { height, threshold, distance, prominence, width, plateauSize } = args;
    if (distance !== undefined && distance < 1) throw invalid('`distance` must be greater or equal to 1');
    this.#listProminent(args);
    if (distance === undefined && this.#allCount !== undefined) this.#takeListed(this.#allCount);
    else this.#scan(height);
    if (plateauSize !== undefined) this.#selectPlateaus(plateauSize);
    if (height !== undefined) this.#selectHeights(height);
    if (threshold !== undefined) this.#selectThresholds(threshold);
    if (distance !== undefined) this.#selectDistance(distance);
    if (prominence !== undefined || width !== undefined) this.#findProminences(args.wlen);
    if (prominence !== undefined) this.#select(prominence, ['prominences']);
    if (width !== undefined) this.#selectWidths(width, args.relHeight ?? 0.5);
    return { peaks: this.#copyU32(this.#memory.peaks), properties: this.#properties(), warnings: this.#warnings };
  }

  /** Gives back the memory of array limits. */
  releaseBorders(): void {
    for (const region of this.#borders) this.#workspace.arena.release(region);
  }

  /**
   * Lists only the prominent peaks, where a least prominence is one number and no peak can have prominence 0, of which
   * SciPy would warn: that takes a window whose one side holds equal samples only.
   */
  #listProminent({ prominence, wlen }: FindPeaksArgs): void {
    if (prominence === undefined) return;
    const [least] = unpack(prominence);
    if (typeof least !== 'number' || !(least > 0)) return;
    if (wlen !== undefined && (!(wlen > 1) || this.#core.pulseHasRun(this.#x, this.#length, halfWindow(wlen) + 1)))
      return;
    const count = this.#core.pulseProminent(this.#x, this.#length, least, this.#memory.all);
    if (count >= 0) this.#allCount = count;
  }

  #takeListed(count: number): void {
    const { all, peaks } = this.#memory;
    new Uint8Array(this.#workspace.core.memory.buffer).copyWithin(peaks, all, all + 4 * count);
    this.#count = count;
  }

  /** All peaks, or only those of the right height where that is a matter of two numbers. */
  #scan(height: Interval | undefined): void {
    const [low, high] = height === undefined ? [null, null] : unpack(height);
    const least = typeof low === 'number' ? low : -Infinity;
    const most = typeof high === 'number' ? high : Infinity;
    this.#count = this.#core.pulsePeaks(this.#x, this.#length, least, most, this.#memory.peaks);
  }

  #selectPlateaus(interval: Interval): void {
    const [sizes, lefts, rights] = this.#add('plateau_sizes', 'left_edges', 'right_edges');
    this.#core.pulsePlateaus(this.#x, this.#memory.peaks, this.#count, lefts!, rights!, sizes!);
    this.#select(interval, ['plateau_sizes']);
  }

  #selectHeights(interval: Interval): void {
    const [heights] = this.#add('peak_heights');
    this.#core.pulseHeights(this.#x, this.#memory.peaks, this.#count, heights!);
    this.#select(interval, ['peak_heights']);
  }

  #selectThresholds(interval: Interval): void {
    const [lefts, rights] = this.#add('left_thresholds', 'right_thresholds');
    this.#core.pulseThresholds(this.#x, this.#memory.peaks, this.#count, lefts!, rights!);
    this.#select(interval, ['left_thresholds', 'right_thresholds']);
  }

  #selectDistance(distance: number): void {
    const { peaks, flags, work } = this.#memory;
    const heights = this.#memory.property('peak_heights');
    this.#core.pulseHeights(this.#x, peaks, this.#count, heights);
    const whole = Math.min(Math.ceil(distance), MAX_DISTANCE);
    this.#core.pulseDistance(peaks, heights, this.#count, whole, flags, work);
    this.#dropUnflagged();
  }

  #findProminences(wlen: number | undefined): void {
    if (wlen !== undefined && !(wlen > 1)) throw invalid(`\`wlen\` must be larger than 1, was ${wlen}`);
    const [prominences, lefts, rights] = this.#add('prominences', 'left_bases', 'right_bases');
    const { peaks, all, flags, work } = this.#memory;
    const core = this.#core;
    const x = this.#x;
    if (this.#allCount === undefined) {
      this.#allCount = core.pulsePeaks(x, this.#length, -Infinity, Infinity, all);
    } else {
      core.pulseKeepCommon(peaks, this.#count, all, this.#allCount, flags);
      this.#dropUnflagged();
    }
    core.pulseBases(x, this.#length, all, this.#allCount, peaks, this.#count, lefts!, rights!, work);
    if (wlen !== undefined) core.pulseLimitBases(x, peaks, this.#count, halfWindow(wlen), lefts!, rights!);
    const zeros = core.pulseProminences(x, peaks, this.#count, lefts!, rights!, prominences!);
    if (zeros > 0) this.#warnings.push('some peaks have a prominence of 0');
  }

  #selectWidths(interval: Interval, relHeight: number): void {
    if (relHeight < 0) throw invalid('`rel_height` must be greater or equal to 0.0');
    const [widths, widthHeights, lefts, rights] = this.#add('widths', 'width_heights', 'left_ips', 'right_ips');
    const zeros = this.#core.pulseWidths(
      this.#x,
      this.#memory.peaks,
      this.#count,
      relHeight,
      this.#memory.property('prominences'),
      this.#memory.property('left_bases'),
      this.#memory.property('right_bases'),
      widths!,
      widthHeights!,
      lefts!,
      rights!,
    );
    if (zeros > 0) this.#warnings.push('some peaks have a width of 0');
    this.#select(interval, ['widths']);
  }

  /** Drops the peaks for which any of the (f64) properties lies outside the interval. */
  #select(interval: Interval, names: readonly PropertyName[]): void {
    const [low, high] = unpack(interval);
    const lows = this.#placeBorder(low, 'lower');
    const highs = this.#placeBorder(high, 'upper');
    this.#flagAll();
    const { peaks, flags } = this.#memory;
    for (const name of names) {
      const values = this.#memory.property(name);
      if (typeof low === 'number' || lows !== 0)
        this.#core.pulseKeepAtLeast(values, this.#count, lows === 0 ? (low as number) : 0, lows, peaks, flags);
      if (typeof high === 'number' || highs !== 0)
        this.#core.pulseKeepAtMost(values, this.#count, highs === 0 ? (high as number) : 0, highs, peaks, flags);
    }
    this.#dropUnflagged();
  }

  /** Address of an array limit in the core's memory, 0 for a number or none. */
  #placeBorder(border: Border, which: 'lower' | 'upper'): number {
    if (!isArray(border)) return 0;
    if (border.length !== this.#length) throw invalid(`array size of ${which} interval border must match x`);
    const region = this.#workspace.arena.reserve('peak finder limits', Math.max(8 * border.length, 8));
    this.#borders.push(region);
    new Float64Array(this.#workspace.core.memory.buffer, region.address, border.length).set(border);
    return region.address;
  }

  #flagAll(): void {
    new Uint8Array(this.#workspace.core.memory.buffer, this.#memory.flags, this.#count).fill(1);
  }

  #dropUnflagged(): void {
    const { peaks, flags } = this.#memory;
    const before = this.#count;
    this.#count = this.#core.pulseCloseU32(peaks, flags, before);
    if (this.#count === before) return;
    for (const name of this.#names) {
      const address = this.#memory.property(name);
      if (IS_F64.has(name)) this.#core.pulseCloseF64(address, flags, before);
      else this.#core.pulseCloseU32(address, flags, before);
    }
  }

  /** Makes properties part of the result; returns their addresses. */
  #add(...names: PropertyName[]): number[] {
    this.#names.push(...names);
    return names.map((name) => this.#memory.property(name));
  }

  #properties(): PeakProperties {
    const properties: Record<string, Float64Array | Int32Array> = {};
    for (const name of this.#names) {
      const address = this.#memory.property(name);
      if (!IS_F64.has(name)) properties[name] = this.#copyU32(address);
      else if (IS_INTEGER.has(name)) properties[name] = new Int32Array(this.#viewF64(address));
      else properties[name] = new Float64Array(this.#viewF64(address));
    }
    return properties as PeakProperties;
  }

  #viewF64(address: number): Float64Array<ArrayBufferLike> {
    return new Float64Array(this.#workspace.core.memory.buffer, address, this.#count);
  }

  #copyU32(address: number): Int32Array {
    return new Int32Array(new Int32Array(this.#workspace.core.memory.buffer, address, this.#count));
  }
}

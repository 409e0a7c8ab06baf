// The picture that is shown, and the one that is wished for. A picture is shown whole: until all of the bins of the next
// one are there the last one stays, with the axes that it was made for. Short records are binned at once; of long ones the
// thread of the analysis does it, which sees them in shared memory. Pure.

import { type BinnedPart, binnedSamples, binRecord, type RecordBins } from '../../../model/record-bins.ts';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import { FittedRanges } from './fitted-ranges.ts';
import { composeFrame, EMPTY_FRAME, type FrameWish, type ScopeFrame } from './scope-frame.ts';

/** A part of as many samples is binned at once: a quarter of a millisecond. */
const AT_ONCE_SAMPLES = 2 ** 17;

interface KnownPart {
  readonly part: BinnedPart;
  readonly bins: RecordBins;
}

interface KeeperHears {
  /** A picture that was waited for is there: the newest wish is to be said again. */
  ready(): void;
  /** It could not be prepared: the last one stays until the next wish. */
  failed(error: unknown): void;
}

export class FrameKeeper {
  readonly #analysis: Pick<TraceAnalysis, 'bins'>;
  readonly #hears: KeeperHears;
  readonly #fits = new FittedRanges();
  #shown: ScopeFrame = EMPTY_FRAME;
  /** What the shown picture is made of, and what came for another one. */
  #known: readonly KnownPart[] = [];
  #isBusy = false;
  /** Wishes are numbered: an older one does not take the place of a newer one. */
  #wishCount = 0;
  #shownNumber = 0;

  constructor(analysis: Pick<TraceAnalysis, 'bins'>, hears: KeeperHears) {
    this.#analysis = analysis;
    this.#hears = hears;
  }

  get shown(): ScopeFrame {
    return this.#shown;
  }

  /** Of what is wished for while a picture is prepared nothing is done. */
  wish(wish: FrameWish): void {
    if (wish.isFitted !== this.#shown.isFitted || wish.kept.end === wish.kept.start) this.#fits.forget();
    const number = ++this.#wishCount;
    const missing = this.#show(wish, number);
    if (missing.length > 0 && !this.#isBusy) void this.#prepare(wish, number, missing);
  }

  async #prepare(wish: FrameWish, number: number, missing: readonly BinnedPart[]): Promise<void> {
    this.#isBusy = true;
    try {
      const found = await this.#analysis.bins(missing);
      this.#known = [...this.#known, ...missing.map((part, index) => ({ part, bins: found[index]! }))];
    } catch (error) {
      this.#hears.failed(error);
      return;
    } finally {
      this.#isBusy = false;
    }
    if (number > this.#shownNumber) this.#show(wish, number);
    this.#hears.ready();
  }

  /** Shows it if all is known, and says what is not. */
  #show(wish: FrameWish, number: number): readonly BinnedPart[] {
    const used: KnownPart[] = [];
    const missing: BinnedPart[] = [];
    const frame = composeFrame(wish, this.#fits, (part) => {
      const known = this.#known.find((other) => isSame(other.part, part)) ?? atOnce(part);
      if (known) used.push(known);
      else missing.push(part);
      return known?.bins;
    });
    if (missing.length > 0) return missing;
    this.#shown = frame;
    this.#shownNumber = number;
    this.#known = used;
    return missing;
  }
}

function atOnce(part: BinnedPart): KnownPart | undefined {
  return binnedSamples(part) > AT_ONCE_SAMPLES ? undefined : { part, bins: binRecord(part) };
}

function isSame(a: BinnedPart, b: BinnedPart): boolean {
  return a.samples === b.samples && a.from === b.from && a.to === b.to && a.increment === b.increment;
}

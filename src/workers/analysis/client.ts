// The page's side of the analysis of records: two threads, each started with its first question, and again after it died.
// Page only.

import type { BinnedPart } from '../../model/record-bins.ts';
import type { AnalysedRecord, TraceAnalysis } from '../../model/trace-analysis.ts';
import type { MaskLimits, MaskTolerance, TimedTrace } from '../../model/trace-mask.ts';
import { WorkerLink } from '../worker-link.ts';
import type { AnalysisApi } from './protocol.ts';

export class AnalysisClient implements TraceAnalysis {
  readonly #figures = new AnalysisThread('The analysis of records');
  /** Of its own: a picture does not wait for figures, which take a second for the longest records. */
  readonly #pictures = new AnalysisThread('The thread that prepares the picture of records');

  bins(parts: readonly BinnedPart[]) {
    return this.#pictures.link.call((remote) => remote.bins(parts));
  }

  measure(record: AnalysedRecord) {
    return this.#figures.link.call((remote) => remote.measure(record));
  }

  spectra(record: AnalysedRecord) {
    return this.#figures.link.call((remote) => remote.spectra(record));
  }

  mean(records: readonly (readonly Float32Array[])[]) {
    return this.#figures.link.call((remote) => remote.mean(records));
  }

  maskAround(trace: TimedTrace, tolerance: MaskTolerance) {
    return this.#figures.link.call((remote) => remote.maskAround(trace, tolerance));
  }

  test(mask: MaskLimits, traces: readonly TimedTrace[]) {
    return this.#figures.link.call((remote) => remote.test(mask, traces));
  }
}

class AnalysisThread {
  readonly #what: string;
  #link: WorkerLink<AnalysisApi> | undefined;

  constructor(what: string) {
    this.#what = what;
  }

  get link(): WorkerLink<AnalysisApi> {
    if (!this.#link || this.#link.isOver) {
      this.#link = new WorkerLink<AnalysisApi>(
        () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'analysis' }),
        this.#what,
      );
    }
    return this.#link;
  }
}

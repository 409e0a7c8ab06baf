// The page's side of the analysis of records: its thread is started with the first question, and again after it died.
// Page only.

import type { AnalysedRecord, TraceAnalysis } from '../../model/trace-analysis.ts';
import type { MaskLimits, MaskTolerance, TimedTrace } from '../../model/trace-mask.ts';
import { WorkerLink } from '../worker-link.ts';
import type { AnalysisApi } from './protocol.ts';

export class AnalysisClient implements TraceAnalysis {
  #link: WorkerLink<AnalysisApi> | undefined;

  measure(record: AnalysedRecord) {
    return this.#thread.call((remote) => remote.measure(record));
  }

  spectra(record: AnalysedRecord) {
    return this.#thread.call((remote) => remote.spectra(record));
  }

  mean(records: readonly (readonly Float32Array[])[]) {
    return this.#thread.call((remote) => remote.mean(records));
  }

  maskAround(trace: TimedTrace, tolerance: MaskTolerance) {
    return this.#thread.call((remote) => remote.maskAround(trace, tolerance));
  }

  test(mask: MaskLimits, traces: readonly TimedTrace[]) {
    return this.#thread.call((remote) => remote.test(mask, traces));
  }

  get #thread(): WorkerLink<AnalysisApi> {
    if (!this.#link || this.#link.isOver) {
      this.#link = new WorkerLink<AnalysisApi>(
        () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'analysis' }),
        'The analysis of records',
      );
    }
    return this.#link;
  }
}

// What is computed from whole records. It takes up to a second for the longest, so a page has it done beside itself.

import { type BinnedPart, binRecord, type RecordBins } from './record-bins.ts';
import { recordSpectrum } from './record-spectrum.ts';
import type { Spectrum } from './spectrum.ts';
import {
  type MaskLimits,
  type MaskTolerance,
  type MaskVerdict,
  maskAround,
  type TimedTrace,
  testMask,
} from './trace-mask.ts';
import { meanOfTraces } from './trace-mean.ts';
import { type Measured, measureTrace, phaseBetween, traceShape } from './trace-measurements.ts';

/** The signals of one record. */
export interface AnalysedRecord {
  readonly samples: readonly Float32Array[];
  readonly stepS: number;
}

/** All but bins are answered one after the other. Samples should lie in shared memory, else they are copied. */
export interface TraceAnalysis {
  /** Of each part, as `binRecord`; waits for no other question. */
  bins(parts: readonly BinnedPart[]): Promise<readonly RecordBins[]>;
  /** Of each signal; phases are to the first. */
  measure(record: AnalysedRecord): Promise<readonly Measured[]>;
  /** Of each signal, as `recordSpectrum`. */
  spectra(record: AnalysedRecord): Promise<readonly (Spectrum | undefined)[]>;
  /** As `meanOfTraces`. */
  mean(records: readonly (readonly Float32Array[])[]): Promise<readonly Float32Array[]>;
  maskAround(trace: TimedTrace, tolerance: MaskTolerance): Promise<MaskLimits>;
  /** Of each trace. */
  test(mask: MaskLimits, traces: readonly TimedTrace[]): Promise<readonly MaskVerdict[]>;
}

/** Does it where it is called. */
export class DirectAnalysis implements TraceAnalysis {
  async bins(parts: readonly BinnedPart[]): Promise<readonly RecordBins[]> {
    return parts.map(binRecord);
  }

  async measure({ samples, stepS }: AnalysedRecord): Promise<readonly Measured[]> {
    const shapes = samples.map(traceShape);
    const [reference] = shapes;
    return shapes.map((shape, index) => {
      const phase = index > 0 && reference && shape ? phaseBetween(reference, shape) : undefined;
      return { ...(shape && measureTrace(shape, stepS)), ...(phase !== undefined && { phase }) };
    });
  }

  async spectra({ samples, stepS }: AnalysedRecord): Promise<readonly (Spectrum | undefined)[]> {
    return samples.map((part) => recordSpectrum(part, stepS));
  }

  async mean(records: readonly (readonly Float32Array[])[]): Promise<readonly Float32Array[]> {
    return meanOfTraces(records);
  }

  async maskAround(trace: TimedTrace, tolerance: MaskTolerance): Promise<MaskLimits> {
    return maskAround(trace, tolerance);
  }

  async test(mask: MaskLimits, traces: readonly TimedTrace[]): Promise<readonly MaskVerdict[]> {
    return traces.map((trace) => testMask(mask, trace));
  }
}

// What a JLS v2 file is told before its samples: where they come from and what they are.

import type { Annotation, SampleType } from '../../../model/signal-store.ts';
import type { SignalSizes } from './spec.ts';

export interface JlsSource {
  /** 1..255, unique. */
  readonly sourceId: number;
  readonly name: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly version?: string;
  readonly serialNumber?: string;
}

export interface JlsSignal {
  /** 1..255, unique. */
  readonly signalId: number;
  readonly sourceId: number;
  /** `fsr` (default) has samples at a fixed rate; `vsr` only carries annotations. */
  readonly kind?: 'fsr' | 'vsr';
  readonly dtype: SampleType;
  /** Integers only: value = stored × 2^-fixedPointQ. */
  readonly fixedPointQ?: number;
  /** Whole number ≥ 1; a slower or odd rate goes in as the nearest one, with two UTC pairs to correct it. */
  readonly sampleRateHz: number;
  readonly name: string;
  readonly unit: string;
  /** What is left out gets the reference's defaults. */
  readonly sizes?: Partial<SignalSizes>;
  /** Leave out full chunks of one constant value (u1, u4 and u8 without fixed point; ignored for others). */
  readonly isConstantOmitted?: boolean;
}

/** An annotation to store; `timestamp` is the absolute sample id, or UTC ticks on a signal without a fixed rate. */
export type JlsAnnotation = Omit<Annotation, 'signalId'>;

// The difference of two signals, one less the other: what is asked and what comes of it.

import type { SignalInfo, SignalStore } from './signal-store.ts';

/** A signal where it lies in a view. */
export interface DifferenceOperand {
  readonly store: SignalStore;
  readonly signal: SignalInfo;
  /** What it is called in sentences, such as `A`. */
  readonly label: string;
  /** How far it is moved along the axis, in the axis' unit (seconds along time). */
  readonly shiftS: number;
}

export interface Difference {
  /** One signal, in the places of the view: nothing of it is to be moved. */
  readonly store: SignalStore;
  /** In whole sentences: at which places it was taken, and what was done where the two have none in common. */
  readonly how: string;
}

/** Rejects with a LabError whose one sentence says why there is none. */
export type DifferenceOf = (minuend: DifferenceOperand, subtrahend: DifferenceOperand) => Promise<Difference>;

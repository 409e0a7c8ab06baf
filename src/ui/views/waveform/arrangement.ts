// How compared recordings lie over the first one: what a change of it makes of a view's state. Pure.

import type { DifferenceChoice, ViewState } from './state.ts';

export type Arrangement = Pick<ViewState, 'shifts' | 'raises' | 'differences'>;

/** Moved along the axis, to `shiftS` from where its file has it. */
export function shifted({ shifts }: Arrangement, label: string, shiftS: number): Partial<Arrangement> {
  return { shifts: { ...shifts, [label]: shiftS } };
}

/** All of it that has the unit is drawn `raise` higher. */
export function raised({ raises }: Arrangement, label: string, unit: string, raise: number): Partial<Arrangement> {
  return { raises: { ...raises, [label]: { ...raises[label], [unit]: raise } } };
}

/** As its file has it. */
export function unmoved({ shifts, raises }: Arrangement, label: string): Partial<Arrangement> {
  const { [label]: _shift, ...otherShifts } = shifts;
  const { [label]: _raise, ...otherRaises } = raises;
  return { shifts: otherShifts, raises: otherRaises };
}

export function isMoved({ shifts, raises }: Arrangement, label: string): boolean {
  return (shifts[label] ?? 0) !== 0 || Object.values(raises[label] ?? {}).some((raise) => raise !== 0);
}

/** One that is shown already stays one. */
export function withDifference({ differences }: Arrangement, choice: DifferenceChoice): Partial<Arrangement> {
  const key = keyOf(choice);
  return differences.some((other) => keyOf(other) === key) ? {} : { differences: [...differences, choice] };
}

export function withoutDifference({ differences }: Arrangement, choice: DifferenceChoice): Partial<Arrangement> {
  const key = keyOf(choice);
  return { differences: differences.filter((other) => keyOf(other) !== key) };
}

/** The same for the same difference. */
export function keyOf({ minuend, subtrahend }: DifferenceChoice): string {
  return JSON.stringify([minuend.label, minuend.signalId, subtrahend.label, subtrahend.signalId]);
}

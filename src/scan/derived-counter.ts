// A counter that is calculated from the other channels of the same point.

import { findChannel } from './channels.ts';
import type { Formula } from './formula.ts';
import { parseUnit, unitText } from './unit-algebra.ts';

export interface DerivedCounter {
  /** Its channel is `formula:NAME`. */
  readonly name: string;
  readonly formula: Formula;
}

export interface BoundCounter {
  readonly fullName: string;
  readonly unit: string;
  /** From the values of the channels that it was bound to, in their order. */
  valueOf(values: readonly number[]): number;
}

/**
 * Finds the channels that the formula names, by any name that `findChannel` understands. Throws as that does, and
 * `setup/invalid` where units do not go together.
 */
export function bindCounter(
  { name, formula }: DerivedCounter,
  channels: readonly { readonly fullName: string; readonly unit: string }[],
): BoundCounter {
  const fullNames = channels.map(({ fullName }) => fullName);
  const indices = new Map(formula.names.map((key) => [key, fullNames.indexOf(findChannel(fullNames, key))]));
  return {
    fullName: `formula:${name}`,
    unit: unitText(formula.unit((key) => parseUnit(channels[indices.get(key)!]!.unit))),
    valueOf: (values) => formula.evaluate((key) => ({ value: values[indices.get(key)!]!, uncertainty: 0 })).value,
  };
}

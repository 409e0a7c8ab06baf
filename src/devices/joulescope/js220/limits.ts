// What a JS220 can measure at most with its settings: the full scale of the fixed range, or of the largest one that the
// automatic range takes. Its samples arrive as values, and those at the limit or beyond are saturated: the true value
// may be anything further out.

import type { ParameterValue } from '../../../model/parameter.ts';

const CURRENT_A: Readonly<Record<string, number>> = {
  '10A': 10,
  '180mA': 0.18,
  '18mA': 0.018,
  '1.8mA': 1.8e-3,
  '180uA': 180e-6,
  '18uA': 18e-6,
};
const VOLTAGE_V: Readonly<Record<string, number>> = { '15V': 15, '2V': 2 };

/** Magnitudes. */
export interface Js220Limits {
  readonly currentA: number;
  readonly voltageV: number;
}

export const NO_LIMITS: Js220Limits = { currentA: Number.POSITIVE_INFINITY, voltageV: Number.POSITIVE_INFINITY };

/** By the values of the parameters. With the circuit open there is no current to limit. */
export function limitsOf(values: Readonly<Record<string, ParameterValue>>): Js220Limits {
  const mode = values['current.mode'];
  const current = values[mode === 'manual' ? 'current.range' : 'current.largest'];
  const voltage = values['voltage.mode'] === 'manual' ? values['voltage.range'] : '15V';
  return {
    currentA: (mode === 'off' ? undefined : CURRENT_A[String(current)]) ?? NO_LIMITS.currentA,
    voltageV: VOLTAGE_V[String(voltage)] ?? NO_LIMITS.voltageV,
  };
}

// Parameters that belong to the bench and not to the instrument, such as a simulator's faults; shown beside its own.

import type { Parameter, ParameterValue } from '../../model/parameter.ts';

export interface ExtraParameters {
  readonly parameters: readonly Parameter[];
  values(): Readonly<Record<string, ParameterValue>>;
  /** Throws `setup/invalid` for a value that is not allowed. */
  set(parameterId: string, value: ParameterValue): void;
}

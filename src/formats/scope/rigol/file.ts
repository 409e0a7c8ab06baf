// What the head of a Rigol file comes to, whatever its family.

import type { Trace } from '../capture.ts';

export interface RigolFile {
  /** Name of the family, for people. */
  readonly label: string;
  /** Empty where the file does not say it. */
  readonly model: string;
  readonly serialNumber: string;
  readonly firmware: string;
  readonly traces: readonly Trace[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What the file leaves open, in sentences. */
  readonly notes: readonly string[];
}

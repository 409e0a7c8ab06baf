// What connects simulated instruments: voltages and currents as functions of the bench's time.

/** A voltage against ground. Pure: the same time gives the same voltage as long as no setting is changed. */
export interface Wire {
  /** `timeS` is the bench's time in seconds. */
  voltageV(timeS: number): number;
  /** What an input with AC coupling takes away. */
  meanV(): number;
}

/** Where voltage and current of a load are seen together, as a Joulescope in the supply line sees them. */
export interface ProbePoint {
  voltageV(timeS: number): number;
  currentA(timeS: number): number;
}

/** Nothing connected. */
export const OPEN_WIRE: Wire = { voltageV: () => 0, meanV: () => 0 };

/** `wire` behind a probe that divides by `factor`. */
export function probed(wire: Wire, factor: number): Wire {
  return { voltageV: (timeS) => wire.voltageV(timeS) / factor, meanV: () => wire.meanV() / factor };
}

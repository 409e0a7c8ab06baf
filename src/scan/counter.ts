// What a scan reads at each point.

/** A source of one number per point. Scans tell counters apart by their full names. */
export interface Counter {
  /** `controller:counter`. */
  readonly fullName: string;
  /** Empty when it has none. */
  readonly unit: string;
  /** Makes it ready for a scan. Rejects when it cannot count. */
  prepare?(): Promise<void>;
  /**
   * The value over `countTimeS` that begin now. Rejects with the signal's reason when that is aborted, otherwise with what
   * went wrong.
   */
  read(countTimeS: number, signal: AbortSignal): Promise<number>;
  /** Called once after `prepare`, however the scan ended. */
  stop?(): Promise<void>;
}

/** The last part of a full name. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(':') + 1);
}

// Conditions under which no point can be trusted: a beam that is gone, a broken connection, a rate too low.

export interface Suspender {
  /** Why no point may be taken now; `undefined` when it may. */
  reason(): string | undefined;
  /** Calls back in the moment of each change, however short it is. The returned function ends that. */
  watch(onChange: () => void): () => void;
}

/** A time in which the scan waited. */
export interface Suspension {
  /** The point that was given up and repeated, or that had not begun. */
  readonly point: number;
  readonly reason: string;
  /** Seconds from the start of the run. */
  readonly startS: number;
  readonly endS: number;
}

/** The first reason of all. */
export function reasonOf(suspenders: readonly Suspender[]): string | undefined {
  for (const suspender of suspenders) {
    const reason = suspender.reason();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

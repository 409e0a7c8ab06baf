// What can go wrong between a simulated USBTMC instrument and its host.

/** At the n-th request for an answer or the n-th transfer to the instrument, from 1; at the next one without a number. */
export type UsbtmcFault =
  /** The request is swallowed; the answer is forgotten, or comes with the next one. */
  | { readonly onRequest?: number; readonly kind: 'no-data'; readonly dropReply: boolean }
  /** The answer comes later; with `survives` even after the request was aborted and the instrument cleared. */
  | { readonly onRequest?: number; readonly kind: 'late'; readonly delayMs: number; readonly survives?: boolean }
  /**
   * A tag that nobody asked for; an empty transfer before the real one; Bulk-IN that stalls until its halt is cleared; a
   * cable that is pulled.
   */
  | { readonly onRequest?: number; readonly kind: 'bad-tag' | 'zero-length-first' | 'stall' | 'disconnect' }
  /** The transfer ends after so many message bytes; the rest is lost. */
  | { readonly onRequest?: number; readonly kind: 'truncate'; readonly bytes: number }
  /** Bulk-OUT stalls until its halt is cleared. */
  | { readonly onOut: number; readonly kind: 'stall' };

/** Hands each fault out once, where it is due. */
export class UsbtmcFaultPlan {
  #faults: UsbtmcFault[];
  #requestCount = 0;
  #outCount = 0;

  constructor(faults: readonly UsbtmcFault[] = []) {
    this.#faults = [...faults];
  }

  add(fault: UsbtmcFault): void {
    this.#faults.push(fault);
  }

  /** To be asked at each request. */
  onRequest(): UsbtmcFault | undefined {
    this.#requestCount++;
    return this.#take((fault) => !('onOut' in fault) && (fault.onRequest ?? this.#requestCount) === this.#requestCount);
  }

  /** To be asked at each transfer to the instrument. */
  onOut(): UsbtmcFault | undefined {
    this.#outCount++;
    return this.#take((fault) => 'onOut' in fault && fault.onOut === this.#outCount);
  }

  #take(isDue: (fault: UsbtmcFault) => boolean): UsbtmcFault | undefined {
    const index = this.#faults.findIndex(isDue);
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0];
  }
}

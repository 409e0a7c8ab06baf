// Collects what a reader notices. Repeated findings of one kind are counted, not listed without end.

import type { Diagnostic } from '../../model/signal-store.ts';

/** Findings of one code that are listed one by one. */
const LISTED_MAX = 20;

export class DiagnosticLog {
  readonly #list: Diagnostic[] = [];
  readonly #counts = new Map<string, number>();
  readonly #seen = new Set<string>();

  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  /** Adds a finding, once for each place. */
  add(severity: Diagnostic['severity'], code: string, message: string, offsetBytes?: number): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    if (count > LISTED_MAX + 1) return;
    const key = `${code} ${offsetBytes} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#counts.set(code, count);
    if (count > LISTED_MAX) {
      this.#list.push({ severity, code, message: `More of the kind "${code}" were found and are not listed.` });
    } else {
      this.#list.push(
        offsetBytes === undefined ? { severity, code, message } : { severity, code, message, offsetBytes },
      );
    }
  }
}

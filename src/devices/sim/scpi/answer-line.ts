// The way of answers from a simulated instrument to its host, in the order in which they were given: one that is late
// holds up all behind it.

import type { Clock } from '../../../base/clock.ts';

/** What can happen to the next answer. */
export type AnswerFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'late'; readonly delayMs: number }
  /** Comes together with the next one. */
  | { readonly kind: 'glued' }
  /** Ends after so many bytes, without its end. */
  | { readonly kind: 'truncated'; readonly bytes: number }
  /** The connection breaks instead. */
  | { readonly kind: 'unplug' };

export interface AnswerLineOptions {
  readonly clock: Clock;
  /** From question to answer. */
  readonly latencyMs?: number;
  readonly send: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly unplug: () => void;
}

/** Between question and answer when nothing else is said. */
const LATENCY_MS = 1;

export class AnswerLine {
  readonly #options: AnswerLineOptions;
  #faults: AnswerFault[] = [];
  #kept: Uint8Array[] = [];
  #freeMs = 0;
  /** Grows when what is on its way is forgotten. */
  #generation = 0;

  constructor(options: AnswerLineOptions) {
    this.#options = options;
  }

  /** Strikes at the next answer that no fault waits for. */
  strike(fault: AnswerFault): void {
    this.#faults.push(fault);
  }

  /** One whole answer with what ends it. */
  put(answer: Uint8Array): void {
    const fault = this.#faults.shift();
    switch (fault?.kind) {
      case 'none':
        return;
      case 'glued':
        this.#kept.push(answer);
        return;
      case 'unplug':
        this.#options.unplug();
        return;
      case 'truncated':
        this.#sendLater(answer.subarray(0, fault.bytes), 0);
        return;
      case 'late':
        this.#sendLater(answer, fault.delayMs);
        return;
      case undefined:
        this.#sendLater(answer, 0);
    }
  }

  /** What is on its way does not come. */
  forget(): void {
    this.#generation++;
    this.#kept = [];
    this.#freeMs = 0;
  }

  #sendLater(answer: Uint8Array, delayMs: number): void {
    const { clock, latencyMs = LATENCY_MS, send } = this.#options;
    const parts = [...this.#kept, answer];
    this.#kept = [];
    this.#freeMs = Math.max(this.#freeMs, clock.nowMs()) + latencyMs + delayMs;
    const generation = this.#generation;
    clock.after(this.#freeMs - clock.nowMs(), () => {
      if (generation === this.#generation) for (const part of parts) send(Uint8Array.from(part));
    });
  }
}

// Where a followed view ends. Instruments deliver in bursts of their own: on a shared axis the view waits for the slowest
// one, so that all traces reach its right edge; one that has fallen silent is not waited for.

import type { SignalInfo } from '../../../model/signal-store.ts';
import { endTimeOf } from '../../../model/timing.ts';

/** Longer than instruments are apart while they stream. */
const MAX_WAIT_S = 1;
/** An instrument that streams brings samples more often than this. */
const SILENT_MS = 500;

interface Progress {
  readonly endS: number;
  readonly sinceMs: number;
}

export class LiveEdge {
  readonly #progress = new Map<string, Progress>();
  #edgeS = Number.NEGATIVE_INFINITY;

  /** Seconds on the signals' axis, at most `newestS`. It goes back only when the data begin anew. Call in every frame. */
  at(signals: readonly SignalInfo[], newestS: number, nowMs: number): number {
    const ends = new Map<string, number>();
    for (const signal of signals) {
      if (signal.timing !== 'steady' || signal.endSample <= signal.startSample) continue;
      ends.set(signal.source, Math.max(ends.get(signal.source) ?? Number.NEGATIVE_INFINITY, endTimeOf(signal)));
    }
    const awaited = [...ends].filter(([source, endS]) => this.#isRunning(source, endS, nowMs)).map(([, endS]) => endS);
    const edgeS = ends.size < 2 ? newestS : Math.max(newestS - MAX_WAIT_S, Math.min(newestS, ...awaited));
    const isBack = edgeS < this.#edgeS && this.#edgeS <= newestS;
    if (!isBack) this.#edgeS = edgeS;
    return this.#edgeS;
  }

  #isRunning(source: string, endS: number, nowMs: number): boolean {
    const before = this.#progress.get(source);
    if (before?.endS !== endS) this.#progress.set(source, { endS, sinceMs: nowMs });
    return nowMs - (this.#progress.get(source)?.sinceMs ?? nowMs) < SILENT_MS;
  }
}

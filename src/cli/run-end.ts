// How what runs without a screen is ended: in order by Ctrl-C and when its time is over, at once by a second Ctrl-C and when
// a function does not return.

import type { Engine, RunStatus } from '../pipeline/engine/engine.ts';

/** After the end of its time a run is given so long in which no event moves. A function may take less for an event. */
const STILL_LIMIT_S = 5;
/** A thread that waits in the buffers is below this, one that does not return above. */
const BUSY_SHARE = 0.5;

/** Watches the time of a run. */
export class RunEnd {
  readonly #engine: Engine;
  readonly #durationS: number;
  #isEnding = false;
  #stuck: string | undefined;
  #moved = '';
  #movedS = 0;

  constructor(engine: Engine, durationS: number) {
    this.#engine = engine;
    this.#durationS = durationS;
  }

  /** Why the run was ended at once; `undefined` when it was not. */
  get stuck(): string | undefined {
    return this.#stuck;
  }

  /** Call it some times a second. */
  look({ activeS, buffers, workers, aliveThreadCount }: RunStatus): void {
    if (activeS < this.#durationS || aliveThreadCount === 0) return;
    if (!this.#isEnding) this.#engine.shutdown('roots');
    this.#isEnding = true;
    const moved = JSON.stringify([
      aliveThreadCount,
      ...buffers.map(({ eventCount, filledCount, inWorkCount, emptyCount }) => [
        ...[eventCount, filledCount, inWorkCount, emptyCount],
      ]),
    ]);
    if (moved !== this.#moved) {
      this.#moved = moved;
      this.#movedS = activeS;
    }
    if (activeS - this.#movedS < STILL_LIMIT_S) return;
    const stuck = workers.filter(({ processorShares }) => processorShares.some((share) => share > BUSY_SHARE));
    const names = (stuck.length > 0 ? stuck : workers).map(({ name }) => name).join(', ');
    this.#stuck = `${names} did not return and was ended: no event moved for ${STILL_LIMIT_S} s after the end of the run's time.`;
    this.#engine.kill();
  }
}

/** What the first signal does, and what every further one does. */
export interface SignalledEnd {
  inOrder(): void;
  atOnce(): void;
}

/**
 * Ctrl-C and its kin end something in order, a second one at once, as does the end of the process that started this one.
 * Returns what takes this back.
 */
export function endOnSignals({ inOrder, atOnce }: SignalledEnd): () => void {
  let count = 0;
  const end = (): void => {
    count++;
    if (count === 1) inOrder();
    else atOnce();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // The process that started this one is gone.
  process.on('disconnect', atOnce);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
    process.off('disconnect', atOnce);
  };
}

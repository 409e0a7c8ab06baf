// From a checked setup to what the engine has to build: every buffer with its number of writers and observers, every
// thread with the ends of buffers that it holds.

import type { BufferInfo } from '../functions/template.ts';
import type { Setup, WorkerSetup } from '../setup/setup.ts';

export interface BufferPlan {
  readonly info: BufferInfo;
  readonly slotCount: number;
  readonly writerCount: number;
  readonly observerCount: number;
  readonly isRoot: boolean;
}

/** An end of a buffer: which buffer, and which writer, reader or observer of it this is. */
export interface EndPlan {
  readonly bufferName: string;
  readonly index: number;
}

export interface ThreadPlan {
  readonly worker: WorkerSetup;
  readonly processIndex: number;
  readonly sources: readonly EndPlan[];
  readonly sinks: readonly EndPlan[];
  readonly observes: readonly EndPlan[];
}

export interface RunPlan {
  readonly buffers: readonly BufferPlan[];
  readonly threads: readonly ThreadPlan[];
}

/** Numbers every end. Pure. */
export function planRun(setup: Setup): RunPlan {
  const writers = new Counter();
  const readers = new Counter();
  const observers = new Counter();
  const threads = setup.workers.flatMap((worker) =>
    Array.from({ length: worker.processCount }, (_, processIndex): ThreadPlan => {
      const ends = (names: readonly string[], counter: Counter) =>
        names.map((bufferName) => ({ bufferName, index: counter.next(bufferName) }));
      return {
        worker,
        processIndex,
        sources: ends(worker.sources, readers),
        sinks: ends(worker.sinks, writers),
        observes: ends(worker.observes, observers),
      };
    }),
  );
  const buffers = setup.buffers.map(
    ({ name, slotCount, dataLength, dtype }): BufferPlan => ({
      info: { name, dataLength, dtype },
      slotCount,
      writerCount: writers.count(name),
      observerCount: observers.count(name),
      isRoot: setup.rootBuffers.includes(name),
    }),
  );
  return { buffers, threads };
}

class Counter {
  readonly #counts = new Map<string, number>();

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  next(name: string): number {
    const index = this.count(name);
    this.#counts.set(name, index + 1);
    return index;
  }
}

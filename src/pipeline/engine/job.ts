// What crosses a thread's door in a run: the job that a thread is given, and what it says back. Plain data.

import type { ErrorCode } from '../../base/errors.ts';
import type { PythonMap } from '../../base/yaml/python-value.ts';
import type { CoreSeed } from '../../core/core.ts';
import type { EventRingDescriptor } from '../../core/event-ring.ts';
import type { BufferInfo, Picture } from '../functions/template.ts';

/** One end of a buffer that a thread holds; `index` is its writer, reader or observer index in the ring. */
export interface BufferEnd {
  readonly buffer: BufferInfo;
  readonly ring: EventRingDescriptor;
  readonly index: number;
}

/** The function that a thread runs: a built-in by name, or a module that the user agreed to run, here or in a sandbox. */
export type FunctionSource =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'sandboxed'; readonly exportName: string }
  | { readonly kind: 'module'; readonly url: string; readonly exportName: string };

export interface ThreadJob {
  readonly workerName: string;
  readonly processIndex: number;
  readonly source: FunctionSource;
  readonly config: PythonMap;
  readonly sources: readonly BufferEnd[];
  readonly sinks: readonly BufferEnd[];
  readonly observes: readonly BufferEnd[];
  readonly seed: CoreSeed;
  /** Address of its ThreadTimes. */
  readonly timesAddress: number;
  /** Address of a word that is 0 until the run begins; whoever sets it wakes those that sleep on it. */
  readonly beginAddress: number;
  /** For the thread's random numbers. */
  readonly randomSeed: number;
}

export type ThreadMessage =
  /** Its function is made. A source waits from now on until the run begins. */
  | { readonly type: 'ready' }
  | { readonly type: 'print'; readonly text: string }
  | { readonly type: 'picture'; readonly picture: Picture }
  /** `refusedCounts`: per sink the events that it had for it when the sink took none any more. */
  | { readonly type: 'done'; readonly refusedCounts: readonly number[] }
  /**
   * It has given back all that it held; `lostEventCount` events had been in its hands. `unreadCount`: those that it had
   * taken out of its source and that its function never saw.
   */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly code: ErrorCode;
      readonly lostEventCount: number;
      readonly unreadCount: number;
      readonly refusedCounts: readonly number[];
    };

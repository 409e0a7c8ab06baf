// What crosses the wall between a pipeline thread and a user's module: events in batches, as buffers that are handed
// over, and answers in the order of the batches. Where the sandbox is another process each buffer is copied on its way: none
// goes back empty. The module's side is not trusted: whatever it says is checked.

import type { ErrorCode } from '../../base/errors.ts';
import type { PythonMap } from '../../base/yaml/python-value.ts';
import { type EventShape, eventBytes, METADATA_BYTES } from '../event-view.ts';
import type { Template } from '../functions/arity.ts';
import type { BufferInfo, Picture } from '../functions/template.ts';

/** A batch takes about so long to work through: a frame of a screen at 60 Hz. */
export const BATCH_MS = 16;
/** More than one event only up to this size: buffers beyond it do not get through faster. */
const MAX_BATCH_BYTES = 2 ** 20;
const MAX_BATCH_EVENTS = 4096;

/** The first message: which function to make, and what its context says. */
export interface ModuleStart {
  readonly type: 'start';
  readonly exportName: string;
  readonly name: string;
  readonly processIndex: number;
  readonly config: PythonMap;
  readonly sources: readonly BufferInfo[];
  readonly sinks: readonly BufferInfo[];
  readonly observes: readonly BufferInfo[];
  readonly randomSeed: number;
}

export type ToModule =
  | ModuleStart
  /** `count` events, one behind the other (`strideOf`). Answered by `done`. */
  | { readonly type: 'events'; readonly buffer: ArrayBuffer; readonly count: number }
  /** Room for an importer's events. Answered by `filled`. */
  | { readonly type: 'room'; readonly lengthBytes: number }
  /** No event is wanted from an importer any more. */
  | { readonly type: 'closing' }
  /** An IsAlive's next look. Answered by `done`. */
  | { readonly type: 'poll' }
  /** An exporter has seen all. Answered by `finished`. */
  | { readonly type: 'finish' };

export interface ModuleFailure {
  readonly message: string;
  readonly code: ErrorCode;
}

export type FromModule =
  /** The sandbox runs. */
  | { readonly type: 'ready' }
  | {
      readonly type: 'made';
      readonly template: Template;
      /** Of an Observer or IsAlive. */
      readonly intervalS: number;
      readonly isSimulated: boolean;
    }
  | {
      readonly type: 'done';
      /** Events that the function has seen to their end; less than the batch's only with a `failure`. */
      readonly doneCount: number;
      /** Filter: a byte per event and sink, 1 = send. */
      readonly decisions: Uint8Array;
      /** Processor: `emittedCount` events as `readEmitted` reads them. */
      readonly emitted: ArrayBuffer;
      readonly emittedCount: number;
      /** What the event behind the last one that is done came to. */
      readonly failure: ModuleFailure | undefined;
      /** The module closed its thread while it had the batch. */
      readonly hasClosed: boolean;
    }
  /** An importer's events; in the place of the metadata stand the wait before the event and its time, both in seconds. */
  | { readonly type: 'filled'; readonly buffer: ArrayBuffer; readonly count: number }
  /** An importer or exporter is at its end. */
  | { readonly type: 'finished' }
  | ({ readonly type: 'failed' } & ModuleFailure)
  /** An error that nobody handled. */
  | { readonly type: 'crashed'; readonly reason: string }
  | { readonly type: 'print'; readonly text: string }
  | { readonly type: 'picture'; readonly picture: Picture };

/** Bytes from one event of a batch to the next: metadata, and data behind it, at multiples of 8. */
export function strideOf(shape: EventShape): number {
  return METADATA_BYTES + Math.ceil(eventBytes(shape) / 8) * 8;
}

/** Most events of a batch, at least 1. Two batches are on their way at a time: they hold half of a buffer's slots. */
export function maxBatchEvents(shape: EventShape, slotCount: number): number {
  const limit = Math.min(MAX_BATCH_EVENTS, MAX_BATCH_BYTES / strideOf(shape), slotCount / 4);
  return Math.max(1, Math.floor(limit));
}

/** In front of an emitted event's data: the index of its source event in the batch, and its sink, both u32. */
export const EMITTED_HEAD_BYTES = 8;

/** Bytes that an emitted event takes. */
export function emittedBytes(shape: EventShape): number {
  return EMITTED_HEAD_BYTES + Math.ceil(eventBytes(shape) / 8) * 8;
}

// What a function of a setup is: one of six templates, created once per thread and then driven by the engine, event
// by event. The same shape serves the prebuilt functions and a user's own JavaScript module.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { TraceFeedHome } from '../../core/trace-feed.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { AppendSink, RandomAccess } from '../../formats/source.ts';
import type { ByteStream } from '../../transports/byte-stream.ts';
import type { WorkerConfig } from '../config.ts';
import type { EventShape, EventView } from '../event-view.ts';

/** A buffer as its worker sees it. */
export interface BufferInfo extends EventShape {
  readonly name: string;
}

/** A connected instrument, as a source of events sees it. */
export interface SourceInstrument {
  /** Names it in messages, such as `JS110 001636`. */
  readonly label: string;
  readonly model: string;
  /** May be empty. */
  readonly serialNumber: string;
  readonly channels: ChannelSet;
  /** Its records of triggers that come from the run's start on; for the thread of a source alone. */
  readonly records?: TraceFeedHome | undefined;
}

/** Files of the run and of the setup's folder. Opening may wait; writing never does. */
export interface WorkerFiles {
  /** A new file in the run directory; folders on the way are made. The engine closes it. */
  create(path: string): Promise<AppendSink>;
  /** A file beside the setup (paths as written in the setup). Rejects with `format/not-found`. */
  open(path: string): Promise<RandomAccess>;
}

/** What a function shows: the oscilloscope's newest event, a histogram's counts, a table whose columns are counted. */
export type Picture =
  | {
      readonly kind: 'trace';
      readonly channels: readonly { readonly name: string; readonly values: Float32Array }[];
      readonly counter: bigint;
    }
  | {
      readonly kind: 'histogram';
      readonly channel: string;
      readonly edges: Float64Array;
      readonly counts: Float64Array;
    }
  | {
      readonly kind: 'table';
      /** Path in the run directory. */
      readonly path: string;
      /** Edges of the bins by column. */
      readonly edges: ReadonlyMap<string, Float64Array>;
      readonly intervalS: number;
    };

export interface WorkerContext {
  readonly name: string;
  /** Which of the worker's threads this is, from 0. */
  readonly processIndex: number;
  readonly config: WorkerConfig;
  readonly sources: readonly BufferInfo[];
  readonly sinks: readonly BufferInfo[];
  readonly observes: readonly BufferInfo[];
  readonly files: WorkerFiles;
  /** Connected instruments, the selected one first; empty where there are none. */
  readonly instruments: readonly SourceInstrument[];
  /** Opens a TCP connection: directly on Node, through the bridge in a browser. Rejects with a `device/` error. */
  connect(host: string, port: number): Promise<ByteStream>;
  /** The core of this thread, for peak search and histograms. */
  readonly workspace: Workspace;
  /** Unix time in seconds, sub-millisecond. */
  now(): number;
  /** Uniform in [0, 1), seeded per thread. */
  random(): number;
  /** A line for the Logs tab. */
  print(text: string): void;
  /** Something for the screen: a trace, counts. Plain data; dropped where there is no screen. */
  publish(picture: Picture): void;
}

export interface Importer {
  readonly template: 'Importer';
  /**
   * Its sleeps are the waits of a process that it simulates or plays back: an event's time is their sum (and what a full
   * buffer held it up for), not the moment when the thread woke.
   */
  readonly isSimulated?: true;
  /**
   * Unix time, in seconds, of the event that `next` prepared, where it is known; otherwise it is when `next` answered. Of
   * built-in sources; a module in a sandbox is not asked.
   */
  eventTimeS?(): number;
  /**
   * Waits until there is an event and keeps it ready; false at the end of the stream. `sleep` waits and returns early
   * when the run is being shut down, which `isClosing` tells. A promise need not look at it: what it waits for is given
   * up then, and `finish` is called.
   */
  next(sleep: (seconds: number) => void, isClosing: () => boolean): boolean | Promise<boolean>;
  /** Writes the event that `next` prepared into a free slot. Metadata are the engine's. */
  write(event: EventView): void;
  finish?(): void;
}

export interface Exporter {
  readonly template: 'Exporter';
  consume(event: EventView): void;
  /** Called about every 0.1 s, also while nothing arrives. */
  tick?(): void;
  finish?(): void;
}

export interface Filter {
  readonly template: 'Filter';
  /** True = to every sink, false = dropped, a list = one decision per sink. */
  accept(event: EventView): boolean | readonly boolean[];
}

export interface Processor {
  readonly template: 'Processor';
  /**
   * Fills `outputs[i]` (an event of sink i, zeroed at first and then as left) and sends it with `emit(i)`, as often as
   * there is something to send. Metadata are the source event's.
   */
  process(event: EventView, outputs: readonly EventView[], emit: (sinkIndex: number) => void): void;
}

export interface Observer {
  readonly template: 'Observer';
  /** Seconds between looks. */
  readonly intervalS: number;
  observe(event: EventView): void;
}

export interface IsAlive {
  readonly template: 'IsAlive';
  readonly intervalS: number;
  poll(): void;
}

export type WorkerFunction = Importer | Exporter | Filter | Processor | Observer | IsAlive;

/** Makes the function for one thread. Rejects with a LabError when configuration or buffers do not fit. */
export type WorkerFactory = (context: WorkerContext) => WorkerFunction | Promise<WorkerFunction>;

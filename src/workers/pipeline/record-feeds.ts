// The records of connected oscilloscopes for a thread that is a source of them. Page only.

import { TraceFeed } from '../../core/trace-feed.ts';
import type { LiveTraces } from '../../model/live-traces.ts';
import type { ThreadJob } from '../../pipeline/engine/job.ts';
import { RECORD_SOURCE } from '../../pipeline/functions/catalogue.ts';
import type { SourceInstrument } from '../../pipeline/functions/template.ts';

/** A connected instrument as the page has it. */
export interface ConnectedSource extends SourceInstrument {
  /** Present once a trigger has brought something. */
  readonly traces?: LiveTraces | undefined;
}

export interface RecordFeeds {
  /** As the thread gets them. */
  readonly instruments: readonly SourceInstrument[];
  stop(): void;
}

/** Nothing is fed to other threads. */
export function openFeeds(
  module: WebAssembly.Module,
  instruments: readonly ConnectedSource[],
  { source }: ThreadJob,
): RecordFeeds {
  const takesRecords = source.kind === 'builtin' && source.name === RECORD_SOURCE;
  const feeds: TraceFeed[] = [];
  const open = (traces: LiveTraces) => {
    const feed = new TraceFeed(module, traces);
    feeds.push(feed);
    void feed.run();
    return { records: feed.home };
  };
  return {
    instruments: instruments.map(({ traces, ...instrument }) => {
      return { ...instrument, ...(takesRecords && traces ? open(traces) : {}) };
    }),
    stop: () => {
      for (const feed of feeds) feed.stop();
    },
  };
}

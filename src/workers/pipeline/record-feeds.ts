// The records of a connected oscilloscope for a thread that is a source of them. Page only.

import { TraceFeed } from '../../core/trace-feed.ts';
import type { LiveTraces } from '../../model/live-traces.ts';
import { WorkerConfig } from '../../pipeline/config.ts';
import { builtinSource, RECORD_SOURCE } from '../../pipeline/functions/catalogue.ts';
import { meantScopes } from '../../pipeline/functions/chosen-instrument.ts';
import type { SourceInstrument } from '../../pipeline/functions/template.ts';
import type { WorkerSetup } from '../../pipeline/setup/setup.ts';

/** A connected instrument as the page has it. */
export interface ConnectedSource extends SourceInstrument {
  /** Present once a trigger has brought something. */
  readonly traces?: LiveTraces | undefined;
}

/**
 * Feeds that nobody runs yet, by the names of the workers that are sources of records: each of the scope that it means. One
 * that means none, or several, has no feed: its function says so. Throws `wasm/memory` when the system has none for
 * them, and `setup/invalid` for a worker that cannot be run.
 */
export function createFeeds(
  module: WebAssembly.Module,
  instruments: readonly ConnectedSource[],
  workers: readonly WorkerSetup[],
): ReadonlyMap<string, TraceFeed> {
  const feeds = new Map<string, TraceFeed>();
  for (const worker of workers) {
    const source = builtinSource(worker);
    if (source?.kind !== 'builtin' || source.name !== RECORD_SOURCE) continue;
    const meant = meantScopes(instruments, new WorkerConfig(worker.config), ({ traces }) => traces !== undefined);
    const traces = meant.length === 1 ? meant[0]!.traces : undefined;
    if (traces) feeds.set(worker.name, new TraceFeed(module, traces));
  }
  return feeds;
}

/** As a thread gets them, with the records of the one that it is fed from. */
export function forThread(
  instruments: readonly ConnectedSource[],
  feed: TraceFeed | undefined,
): readonly SourceInstrument[] {
  return instruments.map(({ traces, ...instrument }) =>
    traces && traces === feed?.traces ? { ...instrument, records: feed.home } : instrument,
  );
}

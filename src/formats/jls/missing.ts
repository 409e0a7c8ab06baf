// Where samples of integers are missing. JLS has a word for it in floats only (NaN), so a file of ours says it in user
// data, which other programs pass over: {"missing": {"signals": [ids], "samples": [[first, end], [first]]}} with absolute
// sample ids. A run without an end was under way when it was written: it reaches to the next run that is stated, or to
// the end of the signal, unless a later statement of the same start ends it. So a file that was cut is right, too, as
// long as each statement is written before its samples.

import { joinedRuns } from '../../model/sample-runs.ts';
import type { SampleRange } from '../../model/signal-store.ts';
import type { UserDataEntry } from '../reader.ts';

/** Tag of our user data; the Joulescope UI uses 0 and 0x400. */
const META = 0x6d5;
/** Runs in one entry: of 17 digits at each end they stay below the largest payload. */
const RUNS_PER_ENTRY = 16_384;

/** A run whose end may not be known yet. */
interface StatedRun {
  readonly start: number;
  readonly end: number | undefined;
}

/** Whether the entry states what this file is about. */
export function isMissingEntry({ meta, storage, data }: UserDataEntry): boolean {
  return meta === META && storage === 'json' && typeof data === 'string' && data.startsWith('{"missing":');
}

/** States that these samples (absolute ids) of these signals are missing. */
export function missingEntries(signalIds: readonly number[], runs: readonly SampleRange[]): readonly UserDataEntry[] {
  return entriesOf(signalIds, runs);
}

function entriesOf(signals: readonly number[], runs: readonly StatedRun[]): readonly UserDataEntry[] {
  const entries: UserDataEntry[] = [];
  for (let at = 0; at < runs.length; at += RUNS_PER_ENTRY) {
    const samples = runs
      .slice(at, at + RUNS_PER_ENTRY)
      .map(({ start, end }) => (end === undefined ? [start] : [start, end]));
    entries.push({ meta: META, storage: 'json', data: JSON.stringify({ missing: { signals, samples } }) });
  }
  return entries;
}

/** The missing samples (absolute ids) by signal. What makes no sense is passed over. */
export function missingRuns(entries: readonly UserDataEntry[]): ReadonlyMap<number, readonly SampleRange[]> {
  const stated = new Map<number, StatedRun[]>();
  for (const entry of entries.filter(isMissingEntry)) {
    const { signals, runs } = parsed(String(entry.data));
    for (const signalId of signals) {
      const list = stated.get(signalId) ?? [];
      for (const run of runs) list.push(run);
      stated.set(signalId, list);
    }
  }
  return new Map([...stated].map(([signalId, runs]) => [signalId, joinedRuns(endedRuns(runs))]));
}

function parsed(text: string): { readonly signals: readonly number[]; readonly runs: readonly StatedRun[] } {
  let missing: { readonly signals?: unknown; readonly samples?: unknown } | undefined;
  try {
    missing = (JSON.parse(text) as { readonly missing?: typeof missing }).missing;
  } catch {
    missing = undefined;
  }
  const list = (value: unknown) => (Array.isArray(value) ? (value as readonly unknown[]) : []);
  const runs = list(missing?.samples).flatMap((pair): StatedRun | [] => {
    const [start, end] = list(pair);
    if (!isSampleId(start)) return [];
    return end === undefined || isSampleId(end) ? { start, end } : [];
  });
  return { signals: list(missing?.signals).filter(isSampleId), runs };
}

function isSampleId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Gives each run that was left open the end that the others tell. */
function endedRuns(runs: readonly StatedRun[]): SampleRange[] {
  const ended: SampleRange[] = [];
  let nextStart = Number.POSITIVE_INFINITY;
  // from the last on; of those with one start the open ones come first
  const inOrder = [...runs].sort(
    (a, b) => a.start - b.start || Number(a.end !== undefined) - Number(b.end !== undefined),
  );
  for (let index = inOrder.length - 1; index >= 0; index--) {
    const { start, end } = inOrder[index]!;
    const later = inOrder[index + 1];
    if (later && later.start > start) nextStart = later.start;
    if (end !== undefined) ended.push({ start, end });
    else if (later?.start !== start) ended.push({ start, end: nextStart });
  }
  return ended;
}

/** Where statements go: a JLS writer. */
export interface MissingSink {
  userData(entry: UserDataEntry): void;
}

/** States what is missing in signals of one rate while they are written. */
export class MissingLog {
  readonly #sink: MissingSink;
  readonly #signalIds: readonly number[];
  /** One past the last sample id that was told. */
  #end: number | undefined;
  /** Where a run began that reaches up to there; it is stated, without its end. */
  #openStart: number | undefined;

  /** `signalIds` are those of the integers; without any, nothing is stated. */
  constructor(sink: MissingSink, signalIds: readonly number[]) {
    this.#sink = sink;
    this.#signalIds = signalIds;
  }

  /** Call before samples [start, end) are written, in order: `runs` of them are missing, and all that was left out before. */
  tell(start: number, end: number, runs: readonly SampleRange[]): void {
    if (this.#signalIds.length === 0) return;
    if (end === start) return;
    const before = this.#end ?? start;
    const openStart = this.#openStart ?? before;
    // what is open reaches up to `before`, and what was left out from there to `start`
    const all = joinedRuns([{ start: openStart, end: start }, ...runs]);
    const stated = all
      .filter((run) => run.end < end || run.start !== this.#openStart)
      .map((run) => ({ start: run.start, end: run.end < end ? run.end : undefined }));
    const last = all.at(-1);
    this.#openStart = last?.end === end ? last.start : undefined;
    this.#end = end;
    this.#write(stated);
  }

  /** Ends a run that reaches up to the last sample. */
  close(): void {
    if (this.#openStart !== undefined) this.#write([{ start: this.#openStart, end: this.#end }]);
    this.#openStart = undefined;
  }

  #write(runs: readonly StatedRun[]): void {
    for (const entry of entriesOf(this.#signalIds, runs)) this.#sink.userData(entry);
  }
}

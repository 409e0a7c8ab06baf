// The life of one recording: follow the instruments, keep what is written safe, watch the room, and end so that the
// file is whole. Knows no browser; Node tests run it over memory.

import type { Clock } from '../../base/clock.ts';
import { formatElapsed } from '../../base/duration.ts';
import { LabError, toError } from '../../base/errors.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import type { AppendSink } from '../../formats/source.ts';
import type { RecordingEnd } from '../../model/ports.ts';
import type { JournalChange } from '../../storage/journal.ts';
import type { QuotaGuard } from '../../storage/quota.ts';
import type { SourceFollower } from './source-follower.ts';
import { MAX_GAP_S, type SourceEnd } from './stream-set.ts';

/** Between looks at the rings, which hold seconds. */
const TURN_MS = 50;
/** Work without a look at anything else: a recorder that lags still says so, and still hears that it shall stop. */
const BUSY_MS = 250;
/** Between flushes and journal rows: a crash costs no more than this. */
const KEEP_MS = 500;
/** Between looks at the room left. */
const QUOTA_MS = 1000;
/** Room that is refused in so many turns in a row is not there; another recorder may only be trying how much there is. */
const MAX_REFUSALS = 4;
/** Once an instrument has completed a set duration, the others are waited for until nothing of them came for so long. */
const COMPLETION_MS = 2000;

const END_WORDS: Readonly<Record<SourceEnd, string>> = {
  ended: 'was closed, or its channels changed',
  lost: 'was lost: what ran it stopped working',
  away: `sent nothing for more than ${MAX_GAP_S} s`,
};

export interface SessionOptions {
  /** At least one. */
  readonly sources: readonly SourceFollower[];
  readonly writer: JlsWriter;
  readonly sink: AppendSink;
  readonly guard: QuotaGuard;
  readonly clock: Clock;
  readonly durationS: number | undefined;
  /** Rejects with `storage/gone` when somebody took the file away. */
  readonly requireThere: () => Promise<void>;
  /** Changes this recording's row. */
  readonly record: (change: JournalChange) => Promise<unknown>;
}

interface EndReason {
  readonly endedBy: RecordingEnd;
  /** For the user, where there is more to say. */
  readonly note?: string | undefined;
}

export class RecordingSession {
  readonly #options: SessionOptions;
  #isStopping = false;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #keptMs: number;
  #quotaMs: number;
  #leftBytes: number | undefined;
  #refusalCount = 0;
  /** Those that others wait for with the set duration: what was taken of them together, and since when it is so much. */
  #late: { readonly takenS: number; readonly sinceMs: number } | undefined;
  /** What has been told of sources that ended. */
  readonly #sourceNotes = new Map<SourceFollower, string>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#keptMs = options.clock.nowMs();
    this.#quotaMs = this.#keptMs;
  }

  /** Asks for the end; `run` resolves once the file is finished. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const source of this.#options.sources) source.endHere();
    this.#wake();
  }

  /**
   * Runs until the end and closes the sink. Resolves when the row tells how it went: `finished`, or `interrupted` when the
   * file could not be finished and waits for repair. Rejects when no row can tell: with `storage/gone` and `durationS` in
   * its context when the file was taken away, with `storage/*` when the row could not be written.
   */
  async run(): Promise<void> {
    try {
      let reason: EndReason | undefined;
      while (!reason) {
        const isMore = this.#advance();
        reason = this.#reasonToEnd(isMore) ?? (await this.#look());
        if (!reason) await this.#pause(isMore ? 0 : TURN_MS);
      }
      await this.#finish(reason);
    } catch (error) {
      if (isGone(error)) throw this.#lost(error);
      await this.#giveUp(toError(error));
    }
  }

  /** Takes what the rings have, a block of each in turn. Whether there is more at once. */
  #advance(): boolean {
    const { sources, clock, durationS } = this.#options;
    const startMs = clock.nowMs();
    let isMore = true;
    try {
      while (isMore && clock.nowMs() - startMs < BUSY_MS) {
        isMore = false;
        for (const source of sources) {
          if (source.advance(clock.nowMs(), durationS)) isMore = true;
        }
      }
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'storage/quota')) throw error;
      this.#refusalCount++;
      return false;
    }
    this.#refusalCount = 0;
    return isMore;
  }

  #reasonToEnd(isMore: boolean): EndReason | undefined {
    const { sources, durationS } = this.#options;
    if (this.#refusalCount >= MAX_REFUSALS) {
      return {
        endedBy: 'room',
        note: "Stopped because the browser's storage is full. The recording is complete up to there.",
      };
    }
    const fresh = sources.filter((source) => source.end && !this.#sourceNotes.has(source));
    for (const source of fresh) this.#sourceNotes.set(source, sourceNote(source));
    if (durationS !== undefined && this.#isTimeOver(durationS)) {
      return { endedBy: 'duration', note: lateNote(sources, durationS) };
    }
    if (sources.every(({ end }) => end)) return { endedBy: 'source' };
    if (this.#isStopping && !isMore && this.#refusalCount === 0) return { endedBy: 'stop' };
    return undefined;
  }

  /** All have what they were asked for, or they had their time for it. */
  #isTimeOver(durationS: number): boolean {
    const { sources, clock } = this.#options;
    if (!sources.some((source) => source.isComplete(durationS))) return false;
    const late = sources.filter((source) => !source.end && !source.isComplete(durationS));
    const takenS = late.reduce((sum, source) => sum + source.takenS, 0);
    if (this.#late?.takenS !== takenS) this.#late = { takenS, sinceMs: clock.nowMs() };
    return late.length === 0 || clock.nowMs() - this.#late.sinceMs >= COMPLETION_MS;
  }

  /** Now and then: makes safe what is written, says how it goes, and looks at the room left. */
  async #look(): Promise<EndReason | undefined> {
    const { guard, clock, sink } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs - this.#quotaMs >= QUOTA_MS) {
      this.#quotaMs = nowMs;
      const { leftBytes, reasonToStop } = await guard.look();
      this.#leftBytes = leftBytes;
      await this.#options.requireThere();
      if (reasonToStop !== undefined) return { endedBy: 'room', note: reasonToStop };
    }
    if (nowMs - this.#keptMs >= KEEP_MS) {
      this.#keptMs = nowMs;
      for (const source of this.#options.sources) source.keep();
      sink.flush();
      await this.#tell({ ...this.#figures(), leftBytes: this.#leftBytes });
    }
    return undefined;
  }

  /** What the row says meanwhile is for whoever looks: a recording does not end for want of it. */
  async #tell(change: JournalChange): Promise<void> {
    try {
      await this.#options.record(change);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(this.#isStopping ? 0 : durationMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #finish({ endedBy, note }: EndReason): Promise<void> {
    const { sources, writer, sink, record } = this.#options;
    await this.#options.requireThere();
    for (const source of sources) source.finish();
    writer.close();
    sink.close();
    this.#isClosed = true;
    const notes = [this.#sourceNote(true), note].filter((part) => part !== undefined);
    await record({
      ...this.#figures(),
      leftBytes: undefined,
      state: 'finished',
      endedBy,
      note: notes.length > 0 ? notes.join(' ') : undefined,
    });
  }

  async #giveUp(error: Error): Promise<void> {
    // The file is whole; what failed is the word of it.
    if (this.#isClosed) throw error;
    const { writer, sink, record } = this.#options;
    const figures = this.#figures();
    writer.abandon();
    let note = `Ended by an error: ${error.message}`;
    try {
      sink.close();
    } catch (closing) {
      note += ` (${toError(closing).message})`;
    }
    await record({ ...figures, leftBytes: undefined, state: 'interrupted', endedBy: 'error', note });
  }

  #lost(error: LabError): LabError {
    const { durationS } = this.#figures();
    return new LabError('storage/gone', error.message, { cause: error, context: { durationS } });
  }

  #figures(): JournalChange {
    const { sources, sink } = this.#options;
    const sum = (countOf: (source: SourceFollower) => number) =>
      sources.reduce((total, source) => total + countOf(source), 0);
    return {
      durationS: Math.max(...sources.map(({ durationS }) => durationS)),
      sizeBytes: sink.sizeBytes,
      missingSampleCount: sum(({ missingSampleCount }) => missingSampleCount),
      recorderLostSampleCount: sum(({ lostSampleCount }) => lostSampleCount),
      note: this.#sourceNote(false),
    };
  }

  /** What is to be said of the instruments: of those that ended, of those that are silent, and of times. */
  #sourceNote(isOver: boolean): string | undefined {
    const silences = this.#options.sources.flatMap((source) => (source.end ? [] : (source.silence(isOver) ?? [])));
    const times = this.#options.sources.flatMap(({ timeNote }) => timeNote ?? []);
    const notes = [...this.#sourceNotes.values(), ...silences, ...times];
    return notes.length > 0 ? notes.join(' ') : undefined;
  }
}

function isGone(error: unknown): error is LabError {
  return error instanceof LabError && error.code === 'storage/gone';
}

/** Of those that were waited for in vain. */
function lateNote(sources: readonly SourceFollower[], durationS: number): string | undefined {
  const words = sources
    .filter((source) => !source.end && !source.isComplete(durationS))
    .map(({ name, durationS: hasS }) =>
      hasS === 0 ? `${name} sent nothing.` : `What ${name} sent ends at ${formatElapsed(hasS)}: nothing more came.`,
    );
  return words.length > 0 ? words.join(' ') : undefined;
}

function sourceNote({ name, end, durationS }: SourceFollower): string {
  return `${name} ${END_WORDS[end!]} at ${formatElapsed(durationS)}; what it sent until then is recorded.`;
}

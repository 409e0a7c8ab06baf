// The life of one recording: follow the ring, keep what is written safe, watch the room, and end so that the file
// is whole. Knows no browser; Node tests run it over memory.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import type { AppendSink } from '../../formats/source.ts';
import type { JournalChange } from '../../storage/journal.ts';
import type { QuotaGuard } from '../../storage/quota.ts';
import { MAX_GAP_S, type RingFollower } from './ring-follower.ts';

/** Between looks at the ring, which holds seconds. */
const TURN_MS = 50;
/** Between flushes and journal rows: a crash costs no more than this. */
const KEEP_MS = 500;
/** Between looks at the room left. */
const QUOTA_MS = 1000;

export interface SessionOptions {
  readonly follower: RingFollower;
  readonly writer: JlsWriter;
  readonly sink: AppendSink;
  readonly guard: QuotaGuard;
  readonly clock: Clock;
  readonly durationS: number | undefined;
  /** Changes this recording's row. */
  readonly record: (change: JournalChange) => Promise<unknown>;
}

export class RecordingSession {
  readonly #options: SessionOptions;
  #isStopping = false;
  #wake: () => void = () => undefined;
  #keptMs: number;
  #quotaMs: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#keptMs = options.clock.nowMs();
    this.#quotaMs = this.#keptMs;
  }

  /** Asks for the end; `run` resolves once the file is finished. */
  stop(): void {
    this.#isStopping = true;
    this.#wake();
  }

  /**
   * Runs until the end and closes the sink. Resolves when the row tells how it went: `finished`, with a note when the
   * recording ended by itself, or `interrupted` when the file could not be finished and waits for repair.
   */
  async run(): Promise<void> {
    try {
      let reason: EndReason | undefined;
      while (!reason) {
        reason = await this.#turn();
        if (!reason) await this.#pause();
      }
      await this.#finish(reason);
    } catch (error) {
      await this.#giveUp(toError(error));
    }
  }

  async #turn(): Promise<EndReason | undefined> {
    const { follower, guard, clock, durationS } = this.#options;
    try {
      if (!follower.advance(durationS, this.#isStopping ? 'byte' : undefined)) {
        return {
          note: `Ended: the instrument was away for more than ${MAX_GAP_S} s. The recording is complete up to there.`,
        };
      }
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'storage/quota')) throw error;
      return { note: "Stopped because the browser's storage is full. The recording is complete up to there." };
    }
    if (this.#isStopping || (durationS !== undefined && follower.durationS >= durationS)) return { note: undefined };
    const nowMs = clock.nowMs();
    if (nowMs - this.#keptMs >= KEEP_MS) {
      this.#keptMs = nowMs;
      this.#options.sink.flush();
      await this.#options.record(this.#figures());
    }
    if (nowMs - this.#quotaMs >= QUOTA_MS) {
      this.#quotaMs = nowMs;
      const note = await guard.reasonToStop();
      if (note !== undefined) return { note };
    }
    return undefined;
  }

  #pause(): Promise<void> {
    if (this.#isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(TURN_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #finish({ note }: EndReason): Promise<void> {
    const { follower, writer, sink, record } = this.#options;
    follower.finish();
    writer.close();
    sink.close();
    await record({ ...this.#figures(), state: 'finished', note });
  }

  async #giveUp(error: Error): Promise<void> {
    const { writer, sink, record } = this.#options;
    const figures = this.#figures();
    writer.abandon();
    let note = `Ended by an error: ${error.message} What was written can be repaired.`;
    try {
      sink.close();
    } catch (closing) {
      note += ` (${toError(closing).message})`;
    }
    await record({ ...figures, state: 'interrupted', note });
  }

  #figures(): JournalChange {
    const { follower, sink } = this.#options;
    return {
      durationS: follower.durationS,
      sizeBytes: sink.sizeBytes,
      missingSampleCount: follower.missingSampleCount,
    };
  }
}

interface EndReason {
  /** For the user when the recording ended by itself. */
  readonly note: string | undefined;
}

// Reads all channels of a dialogue round after round, one after the other, and tells every new trace. Retries keep what was
// there and are counted; an error ends the run.

import { type Clock, delay } from '../../base/clock.ts';
import { toError } from '../../base/errors.ts';
import { Turns } from '../../base/turns.ts';
import { DEFAULT_TIMEOUT_S, type OsziDialogue, type OsziTrace, type Retry } from './dialogue.ts';
import type { InitTalk } from './init-talk.ts';

export type RoundsState = 'idle' | 'running' | 'stopped' | 'failed';

export interface RoundsOptions {
  readonly clock: Clock;
  /** A subset of the dialogue's channels, in order; all by default. */
  readonly channels?: readonly string[] | undefined;
  readonly timeoutS?: number | undefined;
  /** Asked before each read of a round: whether it is done; always by default. */
  readonly isWanted?: (channel: string) => boolean;
  /** After init-talk, before the first read. */
  readonly onReady?: () => Promise<void>;
  readonly onTrace: (channel: string, trace: OsziTrace) => void;
  /** `timeout-retry` stands for "waiting for trigger". */
  readonly onRetry?: (channel: string, retry: Retry) => void;
  /** After each round. What these two reject with ends the run. */
  readonly onRound?: () => Promise<void>;
}

/** Pause between rounds; while nothing but empty answers come it doubles up to the longest. */
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

export class Rounds {
  readonly #dialogue: OsziDialogue;
  readonly #options: RoundsOptions;
  readonly #reads = new Turns();
  readonly #retries = { empty: 0, timeout: 0 };
  #state: RoundsState = 'idle';
  #error: Error | undefined;

  constructor(dialogue: OsziDialogue, options: RoundsOptions) {
    this.#dialogue = dialogue;
    this.#options = options;
  }

  get state(): RoundsState {
    return this.#state;
  }

  /** Why the state is `failed`. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Since the start. */
  get retries(): { readonly empty: number; readonly timeout: number } {
    return { ...this.#retries };
  }

  /** Runs until `stop` or an error; never rejects: `state` and `error` say how it ended. */
  async run(initTalk?: InitTalk): Promise<void> {
    this.#state = 'running';
    try {
      await this.#dialogue.init(initTalk);
      await this.#options.onReady?.();
      let pauseMs = PAUSE_MS;
      while (this.#state === 'running') {
        const isOnlyEmpty = await this.#round();
        await this.#options.onRound?.();
        if (!isOnlyEmpty) pauseMs = PAUSE_MS;
        if (this.#state === 'running') await delay(this.#options.clock, pauseMs);
        if (isOnlyEmpty) pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    } catch (thrown) {
      this.#state = 'failed';
      this.#error = toError(thrown);
    }
  }

  /** After the read that is under way. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped';
  }

  /** Rejects as the dialogue does. */
  arm(): Promise<void> {
    return this.#dialogue.armTrigger();
  }

  /** A read that waits for a trigger comes back. */
  endWait(): void {
    this.#dialogue.endWait?.();
  }

  /** One read out of turn: behind the one under way, before the rest of the round. Rejects as the dialogue does. */
  read(channel: string, timeoutS = this.#options.timeoutS ?? DEFAULT_TIMEOUT_S): Promise<OsziTrace | Retry> {
    return this.#reads.take(() => this.#dialogue.retrChannel(channel, timeoutS));
  }

  /** Resolves with whether nothing but empty answers came. */
  async #round(): Promise<boolean> {
    let isOnlyEmpty = true;
    for (const channel of this.#options.channels ?? this.#dialogue.channels) {
      if (this.#state !== 'running') return false;
      if (this.#options.isWanted?.(channel) === false) continue;
      const result = await this.read(channel);
      if (result.kind !== 'empty-retry') isOnlyEmpty = false;
      if (result.kind === 'trace') this.#options.onTrace(channel, result);
      else {
        this.#retries[result.kind === 'empty-retry' ? 'empty' : 'timeout']++;
        this.#options.onRetry?.(channel, result);
      }
    }
    return isOnlyEmpty;
  }
}

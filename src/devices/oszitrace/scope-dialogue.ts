// What the dialogues with real oscilloscopes have in common: setup and init-talk, arming, waiting for the trigger, and what
// is an error and what is worth another try.

import { type Clock, delay } from '../../base/clock.ts';
import { WaveformError } from '../scope/waveform.ts';
import type { ScpiSession } from '../scpi/session.ts';
import { ArmedWait } from './armed-wait.ts';
import { type OsziDialogue, type OsziTrace, type Retry, TIMEOUT_RETRY } from './dialogue.ts';
import type { Parameters } from './format-string.ts';
import { type InitTalk, runInitTalk } from './init-talk.ts';
import { noChannel } from './sim.ts';

/** How one family does what a dialogue asks for. Everything rejects as the session does. */
export interface ScopeWords {
  /** Identification and formats; resolves with what is to be known of it. */
  prepare(session: ScpiSession): Promise<Parameters>;
  /** Whether it takes a record only when it is armed. */
  isTriggered(session: ScpiSession): Promise<boolean>;
  /** One record at the next trigger. */
  arm(session: ScpiSession): Promise<void>;
  /** Whether the record that it was armed for is not there yet. */
  isWaiting(session: ScpiSession): Promise<boolean>;
  /** Rejects with WaveformError for data that cannot be used. */
  fetch(session: ScpiSession, channel: string): Promise<OsziTrace>;
}

/** Between two looks whether the trigger came. */
const POLL_MS = 20;

export class ScopeDialogue implements OsziDialogue {
  readonly channels: readonly string[];
  readonly #words: ScopeWords;
  readonly #session: ScpiSession;
  readonly #clock: Clock;
  readonly #armed: ArmedWait;
  #parameters: Parameters = {};
  /** From arming to `endWait`; otherwise, and in free run, a read takes what is there. */
  #isSingle = false;

  constructor(words: ScopeWords, channels: readonly string[], session: ScpiSession, clock: Clock) {
    this.channels = channels;
    this.#words = words;
    this.#session = session;
    this.#clock = clock;
    this.#armed = new ArmedWait(channels, clock);
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  async init(initTalk: InitTalk = []): Promise<void> {
    const own = await this.#words.prepare(this.#session);
    this.#parameters = { ...own, ...(await runInitTalk(initTalk, this.#session)) };
  }

  async armTrigger(): Promise<void> {
    this.#isSingle = await this.#words.isTriggered(this.#session);
    if (!this.#isSingle) return;
    await this.#words.arm(this.#session);
    this.#armed.arm();
  }

  endWait(): void {
    this.#isSingle = false;
    this.#armed.end();
  }

  async retrChannel(name: string, timeoutS: number): Promise<OsziTrace | Retry> {
    if (!this.channels.includes(name)) throw noChannel(name, this.channels);
    if (this.#isSingle && !(await this.#isRecorded(name, timeoutS))) return TIMEOUT_RETRY;
    try {
      const trace = await this.#words.fetch(this.#session, name);
      this.#armed.delivered(name);
      return trace;
    } catch (error) {
      const isHard = error instanceof WaveformError && /^(no-descriptor|bad-preamble)$/.test(error.problem);
      if (!(error instanceof WaveformError) || isHard) throw error;
      return { kind: 'empty-retry', reason: error.message };
    }
  }

  async #isRecorded(name: string, timeoutS: number): Promise<boolean> {
    const endMs = this.#clock.nowMs() + timeoutS * 1000;
    if (!(await this.#armed.waitFor(name, timeoutS))) return false;
    while (await this.#words.isWaiting(this.#session)) {
      if (this.#clock.nowMs() >= endMs || !this.#armed.isDue(name)) return false;
      await delay(this.#clock, POLL_MS);
    }
    return true;
  }
}

// One instrument that is spoken to in text, and its one owner: a question at a time, in the order in which they were asked.
// After an exchange that failed both sides are cleared before the next one, so that no answer is taken for another's.

import { type Clock, delay } from '../../base/clock.ts';
import { cancelled, LabError, throwIfAborted, toError } from '../../base/errors.ts';
import { timedOut, within } from '../../transports/limits.ts';
import type { ExchangeLimits, MessageLink } from '../../transports/message-link.ts';
import { AnswerDeadline } from './answer-deadline.ts';
import { readBlock } from './block.ts';
import { type ErrorSource, readErrors } from './error-source.ts';
import type { TransactionLog } from './transaction-log.ts';

/** Of one command or question; what is left out is the session's default. */
export type CommandLimits = Partial<ExchangeLimits>;

export interface SessionOptions {
  readonly clock: Clock;
  /** For an answer, and for taking a command; 2000 ms when left out. */
  readonly timeoutMs?: number;
  /** Where the instrument tells its errors; it is not asked for them without this. */
  readonly errorSource?: ErrorSource | undefined;
  /** Errors that the instrument told, oldest first. */
  readonly onErrors?: ((errors: readonly string[]) => void) | undefined;
  readonly log?: TransactionLog | undefined;
}

/** Exchanges that nobody comes between. */
export interface Exchanges {
  /** Sends a command that has no answer. */
  command(text: string | Uint8Array, limits?: CommandLimits): Promise<void>;
  /** The answer as text, without its line end. */
  query(text: string, limits?: CommandLimits): Promise<string>;
  /** The answer as bytes. */
  queryBytes(text: string, limits?: CommandLimits): Promise<Uint8Array>;
  /** The content of the definite block in the answer. Rejects with `device/protocol` when there is none. */
  queryBlock(text: string, limits?: CommandLimits): Promise<Uint8Array>;
}

export interface CompletionOptions {
  /** Time for all of it. */
  readonly limitMs: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 2000;
/** What an instrument gets to carry out a command that was sent aside, before the link is cleared. */
const ASIDE_MS = 50;
/** Of an answer that is a text. */
const MAX_TEXT_BYTES = 2 ** 20;
const POLL_MS = 100;
/** Bits of the event register (IEEE 488.2, 11.5.1): operation complete; query, device, execution and command errors. */
const OPERATION_COMPLETE = 1;
const ANY_ERROR = 0b111100;
/** Bit of the status byte: an answer waits. */
const MESSAGE_AVAILABLE = 0x10;

interface Turn {
  readonly run: () => Promise<void>;
  readonly refuse: (error: Error) => void;
}

export class ScpiSession implements Exchanges {
  /** Called once when the instrument has gone. */
  onLost: ((error: Error) => void) | undefined;
  /** After each command the instrument is asked for errors. Not during fast acquisition. */
  checksErrors = false;
  readonly #link: MessageLink;
  readonly #options: SessionOptions;
  readonly #exchanges: Exchanges;
  #turns: Turn[] = [];
  #isBusy = false;
  /** An exchange failed: what is under way has to be cleared. */
  #isSpoilt = false;
  /** What was sent before all else: a clear would wipe it out before the instrument has done it. */
  #aside: Promise<unknown> | undefined;
  /** One at a time, whoever waits for it. */
  #clearing: Promise<void> | undefined;
  #lost: Error | undefined;
  /** Ends what is under way. */
  #abort = new AbortController();

  constructor(link: MessageLink, options: SessionOptions) {
    this.#link = link;
    this.#options = options;
    link.onLost = (error) => this.#lose(error);
    this.#exchanges = {
      command: (text, limits) => this.#command(text, limits),
      query: async (text, limits) =>
        new TextDecoder('latin1').decode(await this.#ask(text, { maxAnswerBytes: MAX_TEXT_BYTES, ...limits })),
      queryBytes: (text, limits) => this.#ask(text, limits),
      queryBlock: async (text, limits) => readBlock(await this.#ask(text, limits)).payload,
    };
  }

  get label(): string {
    return this.#link.label;
  }

  command(text: string | Uint8Array, limits?: CommandLimits): Promise<void> {
    return this.exclusive(async (exchanges) => {
      await exchanges.command(text, limits);
      if (this.checksErrors) await this.#drainErrors(exchanges);
    }, limits?.signal);
  }

  /**
   * Sends a command before all that waits, and does not clear the link first: for switching off. All that waits rejects
   * with `cancelled`; the next exchange begins clean.
   */
  async commandAtOnce(text: string): Promise<void> {
    if (this.#lost) throw this.#lost;
    const { clock, log, timeoutMs = TIMEOUT_MS } = this.#options;
    this.abort();
    this.#isSpoilt = true;
    const message = new TextEncoder().encode(text);
    log?.sent(message);
    const sent = this.#link.send(message, { timeoutMs, isAtOnce: true });
    const done = sent.then(() => delay(clock, ASIDE_MS));
    this.#aside = Promise.allSettled([this.#aside, done]);
    await sent;
  }

  query(text: string, limits?: CommandLimits): Promise<string> {
    return this.exclusive((exchanges) => exchanges.query(text, limits), limits?.signal);
  }

  queryBytes(text: string, limits?: CommandLimits): Promise<Uint8Array> {
    return this.exclusive((exchanges) => exchanges.queryBytes(text, limits), limits?.signal);
  }

  queryBlock(text: string, limits?: CommandLimits): Promise<Uint8Array> {
    return this.exclusive((exchanges) => exchanges.queryBlock(text, limits), limits?.signal);
  }

  /**
   * Sends a command that has no answer, and waits `quietMs` for one all the same. Resolves with whether it stayed silent.
   * Where the link can ask for the status byte no read is begun, since some instruments count that as a mistake.
   */
  commandInSilence(text: string, quietMs: number): Promise<boolean> {
    return this.exclusive(async (exchanges) => {
      if (this.#link.readStatusByte) {
        await exchanges.command(text);
        await delay(this.#options.clock, quietMs);
        const statusByte = await this.#link.readStatusByte({ timeoutMs: TIMEOUT_MS });
        this.#isSpoilt = (statusByte & MESSAGE_AVAILABLE) !== 0;
        return !this.#isSpoilt;
      }
      // a part of an answer is one, too
      let isSilent = true;
      const onProgress = () => {
        isSilent = false;
      };
      try {
        await exchanges.queryBytes(text, { timeoutMs: quietMs, onProgress });
        this.#isSpoilt = true;
        return false;
      } catch (thrown) {
        if (thrown instanceof LabError && thrown.code === 'device/timeout') return isSilent;
        throw thrown;
      }
    });
  }

  /**
   * Runs `work` with the instrument to itself. Rejects as it does, or with `cancelled` at once when `signal` is aborted
   * before its turn.
   */
  exclusive<T>(work: (exchanges: Exchanges) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        this.#turns = this.#turns.filter((other) => other !== turn);
        reject(cancelled(`Waiting for ${this.label}`));
      };
      const turn: Turn = {
        run: async () => {
          signal?.removeEventListener('abort', onAbort);
          try {
            resolve(await work(this.#exchanges));
          } catch (thrown) {
            reject(toError(thrown));
          }
        },
        refuse: reject,
      };
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort);
      this.#turns.push(turn);
      void this.#work();
    });
  }

  /**
   * All errors that the instrument has kept, oldest first; they are handed to `onErrors`, too. `source` where it became
   * known only after the session had been opened.
   */
  drainErrors(source?: ErrorSource): Promise<readonly string[]> {
    return this.exclusive((exchanges) => this.#drainErrors(exchanges, source));
  }

  /**
   * Waits until all operations are finished: `*OPC`, then `*ESR?` again and again, so that it can be cancelled at any
   * time and others may ask in between. Errors that the register tells are drained and handed on. Rejects with
   * `device/timeout` after `limitMs`.
   */
  async awaitCompletion({ limitMs, pollMs = POLL_MS, signal }: CompletionOptions): Promise<void> {
    const { clock } = this.#options;
    const untilMs = clock.nowMs() + limitMs;
    await this.command('*OPC', { signal });
    for (;;) {
      const events = Number(await this.query('*ESR?', { signal }));
      if (events & ANY_ERROR) await this.drainErrors();
      if (events & OPERATION_COMPLETE) return;
      if (clock.nowMs() >= untilMs) throw this.#notDone(limitMs);
      await delay(clock, pollMs);
      throwIfAborted(signal, `Waiting for ${this.label}`);
    }
  }

  /** Ends what is under way and empties the queue: all of it rejects with `cancelled`. */
  abort(): void {
    const turns = this.#turns;
    this.#turns = [];
    for (const turn of turns) turn.refuse(cancelled(`A question to ${this.label}`));
    this.#endExchange();
  }

  /** Of those there is one at a time. */
  #endExchange(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async close(): Promise<void> {
    this.#lost ??= new LabError('device/lost', `${this.label} was closed. Connect again.`);
    this.abort();
    await this.#link.close();
  }

  /** One turn after the other, each on a clean link. */
  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let turn = this.#turns.shift(); turn; turn = this.#turns.shift()) {
      await turn.run();
      // At once, not with the next question: what is late may as well be thrown away while nobody waits.
      await this.#clear().catch(() => undefined);
    }
    this.#isBusy = false;
  }

  /** Rejects as the link does when it cannot be cleared; then it is tried again before the next exchange. */
  #clear(): Promise<void> {
    if (!this.#isSpoilt || this.#lost) return Promise.resolve();
    this.#clearing ??= this.#clearLink().finally(() => {
      this.#clearing = undefined;
    });
    return this.#clearing;
  }

  async #clearLink(): Promise<void> {
    await this.#aside;
    this.#options.log?.note('clear');
    await this.#link.clear();
    this.#isSpoilt = false;
  }

  async #command(text: string | Uint8Array, limits: CommandLimits | undefined): Promise<void> {
    await this.#exchange(text, limits, () => Promise.resolve());
  }

  #ask(text: string, limits: CommandLimits | undefined): Promise<Uint8Array> {
    return this.#exchange(text, limits, async (full) => {
      const answer = await this.#link.receive(full);
      this.#options.log?.received(answer);
      return answer;
    });
  }

  async #exchange<T>(
    text: string | Uint8Array,
    limits: CommandLimits | undefined,
    receive: (limits: ExchangeLimits) => Promise<T>,
  ): Promise<T> {
    const { log, timeoutMs = TIMEOUT_MS } = this.#options;
    const ours = this.#abort.signal;
    const signal = limits?.signal ? AbortSignal.any([limits.signal, ours]) : ours;
    throwIfAborted(signal, `A question to ${this.label}`);
    if (this.#lost) throw this.#lost;
    const message = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    await within(this.#clear(), { signal }, this.#options.clock, this.label);
    // Until it has ended well: whatever happens, the next one begins clean.
    this.#isSpoilt = true;
    const silenceMs = limits?.timeoutMs ?? timeoutMs;
    const deadline = new AnswerDeadline(this.#options.clock, silenceMs, () => this.#endExchange());
    const full: ExchangeLimits = {
      ...limits,
      timeoutMs: silenceMs,
      signal,
      onProgress: (receivedBytes) => {
        deadline.noteReceived(receivedBytes);
        limits?.onProgress?.(receivedBytes);
      },
    };
    try {
      log?.sent(message);
      await this.#link.send(message, full);
      const result = await receive(full);
      this.#isSpoilt = false;
      return result;
    } catch (thrown) {
      const error = deadline.isOver ? timedOut(this.label, deadline.limitMs) : toError(thrown);
      log?.note(error instanceof LabError ? error.code : error.message);
      throw this.#lost ?? error;
    } finally {
      deadline.end();
    }
  }

  async #drainErrors(exchanges: Exchanges, source = this.#options.errorSource): Promise<readonly string[]> {
    const { onErrors } = this.#options;
    if (!source) return [];
    const errors = await readErrors(source, (text) => exchanges.query(text));
    if (errors.length > 0) onErrors?.(errors);
    return errors;
  }

  #notDone(limitMs: number): LabError {
    return new LabError(
      'device/timeout',
      `${this.label} was not done after ${limitMs / 1000} s. It may still be at work; look at it, or wait longer.`,
    );
  }

  #lose(error: Error): void {
    if (this.#lost) return;
    this.#lost = error;
    const turns = this.#turns;
    this.#turns = [];
    for (const turn of turns) turn.refuse(error);
    this.onLost?.(error);
  }
}

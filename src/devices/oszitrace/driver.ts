// The driver of an oscilloscope that OsziTrace reads: init-talk is said when it opens, then round after round is read. What
// may be better next time (no trigger yet, nothing usable) is a notice and is tried again; anything else ends it.

import type { Clock } from '../../base/clock.ts';
import { toError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import { Turns } from '../../base/turns.ts';
import { type InstrumentIdentity, NO_HEALTH, type StreamHealth } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { Driver } from '../api/instrument.ts';
import { checkValue } from '../api/parameters.ts';
import type { TraceName } from '../api/trace-plan.ts';
import type { ScpiSession } from '../scpi/session.ts';
import type { OsziConfiguration } from './configuration.ts';
import type { OsziTrace, Retry } from './dialogue.ts';
import { makeDialogue } from './dialogues.ts';
import type { InitTalk } from './init-talk.ts';
import { RUN_MODE, type RunMode, talkParameters } from './parameters.ts';
import { recordOfRound } from './round-record.ts';
import { Rounds } from './rounds.ts';

export interface OsziDriverOptions {
  readonly clock: Clock;
  readonly configuration: OsziConfiguration;
  readonly talk: InitTalk;
  /** What it does from the start; `run` arms. */
  readonly mode: RunMode;
  /** Called by a dialogue with an instrument only. */
  openSession(): Promise<ScpiSession>;
  /** Resolves when it has been handed over. What was not armed may be the record before, read again. */
  onRecord(names: readonly TraceName[], record: TraceRecord, isArmed: boolean): Promise<void>;
}

export class OsziDriver implements Driver {
  readonly identity: InstrumentIdentity;
  readonly health: StreamHealth = NO_HEALTH;
  readonly busyMs = 0;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: OsziDriverOptions;
  #parameters: readonly Parameter[] = [];
  #talkValues: Readonly<Record<string, ParameterValue>> = {};
  readonly #sets = new Turns();
  #mode: RunMode;
  #notice: string | undefined;
  #session: ScpiSession | undefined;
  #rounds: Rounds | undefined;
  /** What came since it was armed; while nothing is armed, in the round under way. */
  readonly #traces = new Map<string, OsziTrace>();
  /** Why channels brought nothing in the round under way. */
  readonly #retries = new Map<string, Retry>();
  #isClosed = false;
  /** Goes on with the rounds. */
  #wake: () => void = () => undefined;

  constructor(options: OsziDriverOptions) {
    const { prefix, name, dialogue } = options.configuration;
    this.#options = options;
    this.#mode = options.mode;
    this.identity = { vendor: dialogue, model: `${prefix}:${name}`, serialNumber: '', firmware: '' };
  }

  get mode(): RunMode {
    return this.#mode;
  }

  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    return { [RUN_MODE]: this.#mode, ...this.#talkValues };
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  /** Rejects with InitTalkError, or as the dialogue does. */
  async open(): Promise<void> {
    const { clock, configuration, talk, openSession } = this.#options;
    try {
      const dialogue = await makeDialogue(configuration, clock, async () => {
        this.#session = await openSession();
        return this.#session;
      });
      await new Promise<void>((resolve, reject) => {
        const rounds = new Rounds(dialogue, {
          clock,
          onReady: async () => {
            const { parameters, values } = talkParameters(dialogue.parameters);
            this.#parameters = parameters;
            this.#talkValues = values;
            if (this.#mode === 'run') await rounds.arm();
            resolve();
          },
          isWanted: (channel) => this.#mode !== 'stop' && !this.#traces.has(channel),
          onTrace: (channel, trace) => this.#traces.set(channel, trace),
          onRetry: (channel, retry) => this.#retries.set(channel, retry),
          onRound: () => this.#onRound(dialogue.channels),
        });
        this.#rounds = rounds;
        void rounds.run(talk).then(() => {
          if (!rounds.error) return;
          reject(rounds.error);
          this.#fail(rounds.error);
        });
      });
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#session) this.#session.onLost = (error) => this.#fail(error);
  }

  /** It is read as long as it is open. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.#parameters, parameterId, value);
    return this.#sets.take(() => this.#enter(value as RunMode));
  }

  /** Settles within 2 s. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#rounds?.stop();
    this.#wake();
    await this.#session?.close();
  }

  async #enter(mode: RunMode): Promise<void> {
    if (isArmed(mode)) await this.#rounds?.arm();
    else this.#rounds?.endWait();
    // what was fetched before is of an older record
    this.#traces.clear();
    this.#mode = mode;
    this.#tell(undefined);
    this.#wake();
    this.onChanged?.();
  }

  async #onRound(channels: readonly string[]): Promise<void> {
    const notice = noticeOf(this.#retries);
    this.#retries.clear();
    if (this.#mode !== 'stop') {
      this.#tell(notice);
      await this.#takeTraces(channels);
    }
    while (this.#mode === 'stop' && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** A record has all channels, in order. Of an armed instrument the missing ones are fetched in the next rounds. */
  async #takeTraces(channels: readonly string[]): Promise<void> {
    const traces = new Map(
      channels.flatMap((channel) => {
        const trace = this.#traces.get(channel);
        return trace ? [[channel, trace] as const] : [];
      }),
    );
    const isComplete = traces.size === channels.length;
    const wasArmed = isArmed(this.#mode);
    if (isComplete || !wasArmed) this.#traces.clear();
    if (!isComplete) return;
    if (this.#mode === 'single') this.#mode = 'stop';
    await this.#record(traces, wasArmed);
    // there may be a new channel, and a single record is the last one
    this.onChanged?.();
    if (this.#mode === 'run') await this.#rounds?.arm();
  }

  async #record(traces: ReadonlyMap<string, OsziTrace>, wasArmed: boolean): Promise<void> {
    const { clock, onRecord } = this.#options;
    const record = recordOfRound(traces);
    if (!record) return this.#tell('No channel lies along time. Choose one that does in OSZI_CHANNELS.');
    const { names, startS, stepS, samples, leftOut } = record;
    if (leftOut.length > 0) {
      this.#tell(
        `${leftOut.join(', ')} left out: the axis is not that of ${names.map(({ name }) => name).join(', ')}.`,
      );
    }
    const triggerUtc = utcFromUnixMs(clock.unixMs());
    const { name, dialogue } = this.#options.configuration;
    const settings = JSON.stringify({ name, dialogue });
    await onRecord(names, { triggerUtc, startS, stepS, settings, samples }, wasArmed);
  }

  #tell(notice: string | undefined): void {
    if (notice === this.#notice || this.#isClosed) return;
    this.#notice = notice;
    this.onChanged?.();
  }

  #fail(error: Error): void {
    if (this.#isClosed) return;
    void this.close();
    this.onFailed?.(toError(error));
  }
}

/** Each channel is delivered once for each time it is armed; otherwise a read takes what is there. */
function isArmed(mode: RunMode): boolean {
  return mode === 'run' || mode === 'single';
}

/** Words for what is no error; `undefined` where every channel brought something. */
function noticeOf(retries: ReadonlyMap<string, Retry>): string | undefined {
  if (retries.size === 0) return undefined;
  const sentences = [...retries].map(([channel, retry]) =>
    retry.kind === 'timeout-retry'
      ? `${channel}: no trigger yet; it is waited for.`
      : `${channel}: ${retry.reason} It is read again.`,
  );
  return sentences.join(' ');
}

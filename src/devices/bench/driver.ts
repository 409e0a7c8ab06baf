// The driver of an instrument that is spoken to in text: it asks for its name, and lets the part for its kind do the rest.

import { type Clock, delay } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import {
  type ConsoleAnswer,
  type InstrumentIdentity,
  NO_HEALTH,
  type ScreenPicture,
  type StreamHealth,
} from '../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { Driver, SetPointDriver } from '../api/instrument.ts';
import { checkValue } from '../api/parameters.ts';
import { asksOnly } from '../panel/console-guard.ts';
import { panelOf } from '../panel/dialects.ts';
import { dialectOf } from '../scope/dialects.ts';
import { parseIdentity } from '../scpi/identity.ts';
import { PanelPart } from './panel-part.ts';
import type { BenchPart, BenchSink, Values } from './part.ts';
import { ScopePart } from './scope-part.ts';
import type { BenchSession } from './session.ts';

/** After a question that had no answer. */
const PAUSE_AFTER_MISS_MS = 1000;
/** Rounds without an answer, one after the other, after which the instrument counts as gone. */
const MOST_MISSES = 5;
const MOST_IDENTITY_CHARACTERS = 400;
const MOST_REFUSAL_CHARACTERS = 200;

export interface BenchDriverOptions {
  readonly clock: Clock;
  openSession(): Promise<BenchSession>;
  readonly sink: BenchSink;
}

interface Open {
  readonly session: BenchSession;
  readonly part: BenchPart;
}

export class BenchDriver implements Driver {
  readonly health: StreamHealth = NO_HEALTH;
  readonly busyMs = 0;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: BenchDriverOptions;
  #identity: InstrumentIdentity | undefined;
  #values: Values = {};
  #notice: string | undefined;
  #open: Open | undefined;
  #tellsErrors = true;
  #changeCount = 0;
  #missCount = 0;
  /** The notice of a round that brought nothing: it goes when one brings something. */
  #missNotice: string | undefined;
  #parameters: readonly Parameter[] = [];

  constructor(options: BenchDriverOptions) {
    this.#options = options;
  }

  get identity(): InstrumentIdentity | undefined {
    return this.#identity;
  }

  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  get values(): Values {
    return this.#values;
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  async open(): Promise<void> {
    const session = await this.#options.openSession();
    try {
      this.#identity = identityOf(await session.query('*IDN?'));
      const part = this.#partFor(this.#identity, session);
      this.#values = await part.read();
      this.#parameters = part.parameters;
      const open = { session, part };
      this.#open = open;
      session.onLost = (error) => this.#missed(open, error);
      void this.#run(open);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Its questions go on as long as it is open. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    await this.#set(parameterId, value);
  }

  get setPoints(): SetPointDriver | undefined {
    const { session, part } = this.#opened();
    if (!part.checkStep) return undefined;
    return {
      check: (values, before) => part.checkStep?.(values, before),
      forgetRefusals: async () => void (await this.#refusals(session, part)),
      set: (parameterId, value) => this.#set(parameterId, value),
      isQuestion: asksOnly,
    };
  }

  /** Resolves with what the instrument refused. */
  async #set(parameterId: string, value: ParameterValue): Promise<readonly string[]> {
    const parameter = checkValue(this.parameters, parameterId, value);
    const { session, part } = this.#opened();
    this.#changeCount++;
    const changed = await part.set(parameterId, value);
    this.#changeCount++;
    this.#values = { ...this.#values, ...changed };
    const refusals = await this.#refusals(session, part);
    this.#notice = noticeOf(parameter, value, changed[parameterId], refusals);
    this.onChanged?.();
    return refusals;
  }

  get words(): readonly string[] {
    return this.#open?.part.words ?? [];
  }

  /** A line with a question mark is a question. Settings are read again after every line: questions may change them, too. */
  async ask(line: string): Promise<ConsoleAnswer> {
    const { session, part } = this.#opened();
    await part.checkLine?.(line);
    this.#changeCount++;
    const answer = line.includes('?') ? await session.query(line) : undefined;
    if (answer === undefined) await session.command(line);
    this.#values = await part.read();
    this.#changeCount++;
    this.onChanged?.();
    return { answer, errors: await this.#refusals(session, part) };
  }

  async picture(): Promise<ScreenPicture> {
    const { part } = this.#opened();
    if (part.picture) return part.picture();
    throw new LabError('device/unsupported', 'This instrument has no screen that can be fetched.');
  }

  /** An instrument that does not say what it refuses is not asked again. */
  async #refusals(session: BenchSession, part: BenchPart): Promise<readonly string[]> {
    if (!this.#tellsErrors) return [];
    try {
      const refusals = await session.drainErrors(part.errors);
      return refusals.map((text) => text.slice(0, MOST_REFUSAL_CHARACTERS));
    } catch (thrown) {
      if (!(thrown instanceof LabError) || thrown.code !== 'device/timeout') throw thrown;
      this.#tellsErrors = false;
      return [];
    }
  }

  async close(): Promise<void> {
    const { session } = this.#open ?? {};
    this.#open = undefined;
    await session?.close();
  }

  #partFor(identity: InstrumentIdentity, session: BenchSession): BenchPart {
    const { clock, sink } = this.#options;
    const scope = dialectOf(identity);
    if (scope) return new ScopePart({ dialect: scope, identity, port: session, clock, sink });
    const panel = panelOf(identity);
    if (panel) return new PanelPart(panel, session, clock, sink);
    throw new LabError(
      'device/unsupported',
      `There is no table for ${identity.vendor} ${identity.model}: it is none of the oscilloscopes, supplies, meters and generators that are known here.`,
    );
  }

  #opened(): Open {
    if (this.#open) return this.#open;
    throw new LabError('device/lost', 'The instrument is not connected. Connect it again from the list.');
  }

  async #run(open: Open): Promise<void> {
    for (let pauseMs = 0; ; ) {
      await delay(this.#options.clock, pauseMs);
      if (this.#open !== open) return;
      try {
        const changeCount = this.#changeCount;
        const round = await open.part.round();
        if (this.#open !== open) return;
        pauseMs = round.pauseMs;
        // what was read while something was set may be of before
        if (changeCount === this.#changeCount) this.#values = { ...this.#values, ...round.values };
        this.#answered();
      } catch (thrown) {
        this.#missed(open, toError(thrown));
        pauseMs = PAUSE_AFTER_MISS_MS;
      }
      if (this.#open === open) this.onChanged?.();
    }
  }

  #answered(): void {
    this.#missCount = 0;
    if (this.#notice === this.#missNotice) this.#notice = undefined;
    this.#missNotice = undefined;
  }

  /** One answer that is late or none is a round less; a link that is gone, or silence, is the end of the driver. */
  #missed(open: Open, error: Error): void {
    const isCancelled = error instanceof LabError && error.code === 'cancelled';
    if (this.#open !== open || isCancelled) return;
    this.#missNotice = error.message;
    this.#notice = error.message;
    if (error instanceof LabError && error.code !== 'device/lost' && ++this.#missCount < MOST_MISSES) return;
    const { clock, sink } = this.#options;
    sink.onGone(utcFromUnixMs(clock.unixMs()));
    void this.close();
    const isSilent = error instanceof LabError && error.code === 'device/timeout';
    this.onFailed?.(isSilent ? new LabError('device/lost', error.message, { cause: error }) : error);
  }
}

/** What comes from an instrument is shown and sent about often: a name has an end. */
function identityOf(answer: string): InstrumentIdentity {
  const { vendor, model, serial, firmware } = parseIdentity(answer.slice(0, MOST_IDENTITY_CHARACTERS));
  return { vendor, model, serialNumber: serial, firmware };
}

function noticeOf(
  { label }: Parameter,
  wished: ParameterValue,
  chosen: ParameterValue | undefined,
  refusals: readonly string[],
): string | undefined {
  if (refusals.length > 0) return `${label}: the instrument says ${refusals.join('; ')}.`;
  return chosen === undefined || chosen === wished
    ? undefined
    : `${label}: the instrument chose ${chosen} instead of ${wished}.`;
}

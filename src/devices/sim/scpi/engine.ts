// The instrument's side of SCPI: messages in, commands run one after the other, answers out, with the status model of
// IEEE 488.2. What the commands do is a table of the instrument's family.

import type { Clock } from '../../../base/clock.ts';
import { headerPattern } from './header.ts';
import { type CommandUnit, parseMessage } from './message.ts';
import { ScpiError, StatusModel } from './status.ts';
import type { Talker } from './talker.ts';

export interface Call {
  readonly args: readonly string[];
  /** Numbers in the header, in order; 1 where one was left out. */
  readonly suffixes: readonly number[];
}

/** An answer that takes time: `next` runs after `afterMs`, and commands behind it wait. */
export interface Later {
  readonly afterMs: number;
  readonly next: () => Reply;
}

/** What a query answers; nothing from a command. */
export type Reply = string | Uint8Array | Later | undefined;

/** Throws ScpiError for what ends in the error queue. */
export type Handler = (call: Call) => Reply;

/** Keys are headers as documented, see header.ts. */
export type CommandTable = Readonly<Record<string, Handler>>;

/** What an instrument's family brings. */
export interface Instrument {
  readonly identity: string;
  readonly commands: CommandTable;
  /** `*RST`. */
  reset(): void;
  /** `*TRG`. */
  trigger(): void;
  /** Whether an overlapped operation is still under way (IEEE 488.2, 12.5.2), for `*OPC`, `*OPC?` and `*WAI`. */
  isBusy(): boolean;
  /** Ends what is under way; settings stay. */
  abort(): void;
}

export interface EngineOptions {
  readonly clock: Clock;
  /** Errors that the queue holds; default 20. */
  readonly errorQueueLength?: number | undefined;
  /** What is in the queue from the beginning. */
  readonly errors?: readonly number[] | undefined;
  /** An instrument older than SCPI has neither branches nor an error queue. */
  readonly isScpi?: boolean | undefined;
  /** See Talker. */
  readonly lineEnd?: '\r\n' | undefined;
  /** How `SYST:ERR?` tells an error; default `0,"No error"`. */
  readonly formatError?: ((code: number, text: string) => string) | undefined;
}

/** How often an operation is looked at that `*OPC?` or `*WAI` waits for. */
const POLL_MS = 5;

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** Messages that come while one runs wait for it. */
export class ScpiTalker implements Talker {
  onAnswer: ((answer: Uint8Array<ArrayBuffer>) => void) | undefined;
  readonly #instrument: Instrument;
  readonly #options: EngineOptions;
  readonly #status: StatusModel;
  readonly #commands: readonly { readonly pattern: RegExp; readonly handler: Handler }[];
  readonly #waiting: Uint8Array[] = [];
  #isRunning = false;
  #isCompletionAsked = false;
  #cancelTimer: (() => void) | undefined;

  constructor(instrument: Instrument, options: EngineOptions) {
    this.#instrument = instrument;
    this.#options = options;
    this.#status = new StatusModel(options.errorQueueLength ?? 20);
    for (const code of options.errors ?? []) this.#status.add(code);
    const all = { ...this.#commonCommands(), ...instrument.commands };
    this.#commands = Object.entries(all).map(([header, handler]) => ({ pattern: headerPattern(header), handler }));
  }

  get identity(): string {
    return this.#instrument.identity;
  }

  get lineEnd(): '\r\n' | undefined {
    return this.#options.lineEnd;
  }

  get statusByte(): number {
    this.#noteCompletion();
    return this.#status.statusByte;
  }

  tell(message: Uint8Array): void {
    this.#waiting.push(message);
    if (!this.#isRunning) this.#runNext();
  }

  trigger(): void {
    this.#instrument.trigger();
  }

  clear(): void {
    this.#cancelTimer?.();
    this.#waiting.length = 0;
    this.#isRunning = false;
    this.#isCompletionAsked = false;
    this.#instrument.abort();
  }

  /** For links that see it: -410 an answer was interrupted by a message, -420 an answer was asked for that nobody made. */
  reportError(code: number): void {
    this.#status.add(code);
  }

  #runNext(): void {
    const message = this.#waiting.shift();
    this.#isRunning = message !== undefined;
    if (message !== undefined) this.#run(parseMessage(textOf(message)), '', []);
  }

  /** Runs what is left of a message; `branch` is where a header without leading colon begins. */
  #run(units: readonly CommandUnit[], branch: string, answers: readonly Uint8Array[]): void {
    const [unit, ...rest] = units;
    if (unit === undefined) {
      this.#finish(answers);
      return;
    }
    const header = this.#resolve(unit.header, branch);
    const nextBranch = header.startsWith('*') ? branch : header.slice(0, header.lastIndexOf(':') + 1);
    const settle = (attempt: () => Reply): void => {
      let reply: Reply;
      try {
        reply = attempt();
      } catch (error) {
        if (!(error instanceof ScpiError)) throw error;
        this.#status.add(error.code);
        // what follows a command that was not understood is not looked at (IEEE 488.2, 6.1.6)
        this.#run(error.code > -200 && error.code < 0 ? [] : rest, nextBranch, answers);
        return;
      }
      if (typeof reply === 'object' && 'next' in reply) {
        const { afterMs, next } = reply;
        this.#cancelTimer = this.#options.clock.after(afterMs, () => settle(next));
        return;
      }
      const answer = typeof reply === 'string' ? bytesOf(reply) : reply;
      this.#run(rest, nextBranch, answer === undefined ? answers : [...answers, answer]);
    };
    settle(() => this.#call(header, unit.args));
  }

  #finish(answers: readonly Uint8Array[]): void {
    if (answers.length > 0) this.onAnswer?.(joined(answers));
    this.#runNext();
  }

  #resolve(header: string, branch: string): string {
    if (header.startsWith(':')) return header.slice(1);
    return header.startsWith('*') || this.#options.isScpi === false ? header : branch + header;
  }

  #call(header: string, args: readonly string[]): Reply {
    for (const { pattern, handler } of this.#commands) {
      const match = pattern.exec(header);
      if (match) return handler({ args, suffixes: match.slice(1).map((digits) => Number(digits ?? 1)) });
    }
    throw new ScpiError(-113);
  }

  #noteCompletion(): void {
    if (!this.#isCompletionAsked || this.#instrument.isBusy()) return;
    this.#isCompletionAsked = false;
    this.#status.operationComplete();
  }

  #whenDone(reply: string | undefined): Reply {
    return this.#instrument.isBusy() ? { afterMs: POLL_MS, next: () => this.#whenDone(reply) } : reply;
  }

  #commonCommands(): CommandTable {
    const status = this.#status;
    const { formatError = (code, text) => `${code},"${text}"`, isScpi = true } = this.#options;
    const takeError = () => {
      const { code, text } = status.takeError();
      return formatError(code, text);
    };
    return {
      '*IDN?': () => this.#instrument.identity,
      '*RST': () => void this.#instrument.reset(),
      '*CLS': () => void status.clear(),
      '*ESR?': () => {
        this.#noteCompletion();
        return String(status.takeEvents());
      },
      '*ESE': ({ args }) => {
        status.eventEnable = registerValue(args);
      },
      '*ESE?': () => String(status.eventEnable),
      '*SRE': ({ args }) => {
        status.serviceEnable = registerValue(args);
      },
      '*SRE?': () => String(status.serviceEnable),
      '*STB?': () => String(this.statusByte),
      '*OPC': () => {
        this.#isCompletionAsked = true;
      },
      '*OPC?': () => this.#whenDone('1'),
      '*WAI': () => this.#whenDone(undefined),
      '*TRG': () => void this.#instrument.trigger(),
      '*TST?': () => '0',
      ...(isScpi && { ':SYSTem:ERRor[:NEXT]?': takeError, ':SYSTem:VERSion?': () => '1999.0' }),
    };
  }
}

function registerValue([text]: readonly string[]): number {
  if (text === undefined) throw new ScpiError(-109);
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 255) throw new ScpiError(-222);
  return value;
}

/** Answers of one message, joined by `;`. */
function joined(answers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const SEMICOLON = 0x3b;
  const whole = new Uint8Array(answers.reduce((sum, { byteLength }) => sum + byteLength + 1, -1));
  let offset = 0;
  answers.forEach((answer, index) => {
    if (index > 0) whole[offset++] = SEMICOLON;
    whole.set(answer, offset);
    offset += answer.byteLength;
  });
  return whole;
}

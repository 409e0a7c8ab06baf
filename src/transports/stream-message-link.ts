// Messages over a stream of bytes: TCP (directly, or through the bridge), a WebSocket, a serial port.

import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { BytePort } from './byte-port.ts';
import { within } from './limits.ts';
import { withoutLineEnd } from './line-end.ts';
import { type LineEnd, MessageFramer } from './message-framer.ts';
import type { ExchangeLimits, MessageLink } from './message-link.ts';
import { PortConnection } from './port-connection.ts';
import { type Resync, Resynchroniser } from './resync.ts';

export interface StreamLinkOptions {
  readonly clock: Clock;
  /** What ends a message to the instrument; a line feed when left out. */
  readonly sentLineEnd?: LineEnd;
  /** What ends an answer; a line feed, with or without a carriage return, when left out. */
  readonly lineEnd?: LineEnd;
  /** The instrument repeats what it is sent. */
  readonly hasEcho?: boolean;
  /** How to get in step again; `event-enable` when left out. */
  readonly resync?: Resync;
  /** Makes the connection anew, where that makes the other side forget what it was about to say: TCP. */
  readonly reopen?: (() => Promise<BytePort>) | undefined;
  /** A break makes the instrument forget what it was about to say. */
  readonly hasBreak?: boolean;
}

/** An answer that is longer is refused, unless the caller says otherwise. */
const MAX_ANSWER_BYTES = 512 * 2 ** 20;
/** Silence behind a whole block after which its line end counts as left out. */
const BLOCK_PAUSE_MS = 500;
/** Of one that is resynchronised, bytes of a line that are kept. */
const MAX_LINE_CHARACTERS = 1000;

export class StreamMessageLink implements MessageLink {
  readonly label: string;
  onLost: ((error: Error) => void) | undefined;
  readonly #options: StreamLinkOptions;
  readonly #framer: MessageFramer;
  readonly #resynchroniser: Resynchroniser;
  readonly #connection: PortConnection;
  #answers: Uint8Array[] = [];
  /** What came cannot be understood. */
  #fault: Error | undefined;
  /** Lines as they come while in search of a marker, and the beginning of the next. */
  #lines: string[] | undefined;
  #line = '';

  /** A link over `port`, in step with the instrument. Rejects with `device/timeout` when that says nothing. */
  static async open(port: BytePort, options: StreamLinkOptions): Promise<StreamMessageLink> {
    const link = new StreamMessageLink(port, options);
    try {
      await link.#resync();
    } catch (thrown) {
      await link.close();
      throw thrown;
    }
    return link;
  }

  private constructor(port: BytePort, options: StreamLinkOptions) {
    this.label = port.label;
    this.#options = options;
    this.#framer = new MessageFramer({
      label: port.label,
      lineEnd: options.lineEnd ?? '\n',
      onMessage: (message) => this.#answers.push(message),
    });
    this.#resynchroniser = new Resynchroniser({
      clock: options.clock,
      label: port.label,
      say: (text) => this.#say(new TextEncoder().encode(text)),
      takeLines: () => this.#takeLines(),
      arrival: () => this.#connection.arrival(),
    });
    this.#connection = new PortConnection(port, {
      clock: options.clock,
      onBytes: (bytes) => this.#take(bytes),
      onLost: (error) => this.onLost?.(error),
    });
  }

  async send(message: Uint8Array, limits: ExchangeLimits): Promise<void> {
    // What nobody asked for, or asked for before: the two sides do not count alike any more.
    const isOutOfStep = this.#answers.length > 0 || this.#framer.pendingBytes > 0 || this.#fault !== undefined;
    if (isOutOfStep && !limits.isAtOnce) await this.clear();
    const text = withoutLineEnd(message);
    this.#resynchroniser.noteSent(new TextDecoder('latin1').decode(text));
    if (this.#options.hasEcho) this.#framer.expectEcho(text);
    await within(this.#say(text), limits, this.#options.clock, this.label);
  }

  async receive(limits: ExchangeLimits): Promise<Uint8Array> {
    const { clock } = this.#options;
    this.#framer.maxMessageBytes = limits.maxAnswerBytes ?? MAX_ANSWER_BYTES;
    for (;;) {
      this.#connection.markSeen();
      const answer = this.#answers.shift();
      if (answer) return answer;
      if (this.#fault) throw this.#fault;
      const { pendingBytes } = this.#framer;
      if (pendingBytes > 0) limits.onProgress?.(pendingBytes);
      const isWhole = this.#framer.isBlockWhole;
      const timeoutMs = isWhole ? Math.min(BLOCK_PAUSE_MS, limits.timeoutMs) : limits.timeoutMs;
      try {
        await within(this.#connection.arrival(), { ...limits, timeoutMs }, clock, this.label);
      } catch (thrown) {
        const error = toError(thrown);
        if (!isWhole || !(error instanceof LabError && error.code === 'device/timeout')) throw error;
        this.#framer.endBlock();
      }
    }
  }

  /**
   * Makes the connection anew where that can be done, and gets in step by questions whose answers cannot be old ones in
   * any case: an instrument may bring an old answer on the new connection.
   */
  async clear(): Promise<void> {
    const { reopen, hasBreak } = this.#options;
    if (reopen) await this.#connection.reopen(reopen, () => this.#framer.reset());
    else if (hasBreak) await this.#connection.sendBreak();
    await this.#resync();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #resync(): Promise<void> {
    this.#lines = [];
    this.#line = '';
    this.#connection.markSeen();
    try {
      // Ends a command of which only a part has arrived.
      await this.#say(new Uint8Array(0));
      await this.#resynchroniser.run(this.#options.resync ?? { kind: 'event-enable' });
    } finally {
      this.#lines = undefined;
      this.#framer.reset();
      this.#answers = [];
      this.#fault = undefined;
    }
  }

  #take(bytes: Uint8Array): void {
    if (this.#lines) {
      this.#line += new TextDecoder('latin1').decode(bytes);
      const lines = this.#line.split(/[\r\n]+/);
      this.#line = lines.pop()!.slice(-MAX_LINE_CHARACTERS);
      this.#lines.push(...lines);
    } else if (!this.#fault) {
      try {
        this.#framer.push(bytes);
      } catch (thrown) {
        this.#fault = toError(thrown);
      }
    }
  }

  #takeLines(): string[] {
    const lines = this.#lines ?? [];
    this.#lines = [];
    this.#connection.markSeen();
    return lines;
  }

  #say(text: Uint8Array): Promise<void> {
    const end = new TextEncoder().encode(this.#options.sentLineEnd ?? '\n');
    const line = new Uint8Array(text.length + end.length);
    line.set(text);
    line.set(end, text.length);
    return this.#connection.write(line);
  }
}

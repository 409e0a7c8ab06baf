// Finds whole messages in a stream of bytes that has no borders: a line, or blocks of IEEE 488.2 with text around them, up
// to the line end. A line end inside a block is data; the one behind a block belongs to it.

import { blockHeader } from './block-length.ts';
import { protocolError } from './limits.ts';

/** What ends an answer. With `\n` and `\r\n` a line feed ends it and a carriage return before that is dropped. */
export type LineEnd = '\n' | '\r\n' | '\r';

export interface FramerOptions {
  readonly label: string;
  readonly lineEnd: LineEnd;
  readonly onMessage: (message: Uint8Array) => void;
}

const NUL = 0;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const ZERO = 0x30;
/** Longest text before a block, such as an echoed header (`C1:WF DAT1,`): a `#` behind more of it is text. */
const MAX_TEXT_BYTES = 64;

export class MessageFramer {
  /** A message that gets longer is refused. */
  maxMessageBytes = Number.POSITIVE_INFINITY;
  readonly #options: FramerOptions;
  readonly #endByte: number;
  #echo: Uint8Array | undefined;
  /** Of the message that is not whole yet. */
  #parts: Uint8Array[] = [];
  #lengthBytes = 0;
  /** Bytes of a block header that cannot be told yet. */
  #header: number[] = [];
  #blockLeft = 0;
  #hasBlock = false;
  /** Text since the message or its last block began. */
  #textBytes = 0;
  #isItemStart = true;
  #isQuoted = false;
  /** A message ended without its line end: that may still come. */
  #isLineEndOwed = false;

  constructor(options: FramerOptions) {
    this.#options = options;
    this.#endByte = options.lineEnd === '\r' ? CARRIAGE_RETURN : LINE_FEED;
  }

  /** Bytes that belong to no whole message yet. */
  get pendingBytes(): number {
    return this.#lengthBytes;
  }

  /** All that has come is a message that ends with a whole block: only its line end, or more, may follow. */
  get isBlockWhole(): boolean {
    return this.#hasBlock && this.#blockLeft === 0 && this.#textBytes === 0;
  }

  /** The instrument repeats what it is sent: the next line is dropped if it is this one. */
  expectEcho(line: Uint8Array): void {
    this.#echo = line;
  }

  /** Throws `device/protocol` for a message that is too long, or whose end cannot be found. */
  push(bytes: Uint8Array): void {
    let start = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#blockLeft > 0) {
        const taken = Math.min(this.#blockLeft, bytes.length - at);
        this.#blockLeft -= taken;
        at += taken;
      } else if (this.#isBetween && this.#isPadding(bytes[at]!)) {
        at++;
        start = at;
      } else if (bytes[at] === this.#endByte && this.#header.length === 0) {
        this.#keep(bytes.subarray(start, at));
        this.#finish();
        at++;
        start = at;
      } else {
        if (this.#isBetween) start = at;
        at += this.#take(bytes[at]!);
      }
    }
    this.#keep(bytes.subarray(start));
    this.#checkLength(this.#lengthBytes + this.#blockLeft);
  }

  /** Ends a message behind a block whose line end does not come. */
  endBlock(): void {
    this.#finish();
    this.#isLineEndOwed = true;
  }

  /** Forgets what is not whole, and an echo that did not come. */
  reset(): void {
    this.#echo = undefined;
    this.#begin();
  }

  get #isBetween(): boolean {
    return this.#lengthBytes === 0 && this.#textBytes === 0 && !this.#hasBlock && this.#header.length === 0;
  }

  /** Zeros of an adapter that was just opened, and what is left of a line end. */
  #isPadding(byte: number): boolean {
    if (byte === NUL) return true;
    if (byte === LINE_FEED && this.#endByte === CARRIAGE_RETURN) return true;
    if (this.#isLineEndOwed && byte === CARRIAGE_RETURN) return true;
    const isOwed = this.#isLineEndOwed && byte === this.#endByte;
    this.#isLineEndOwed = false;
    return isOwed;
  }

  /** One byte of text or of a block's header; 0 when it has to be looked at again. */
  #take(byte: number): 0 | 1 {
    if (this.#header.length > 0) return this.#takeHeader(byte);
    this.#textBytes++;
    if (byte === HASH && this.#isItemStart && !this.#isQuoted && this.#textBytes <= MAX_TEXT_BYTES) {
      this.#header.push(byte);
      return 1;
    }
    if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
    this.#isItemStart = byte === COMMA || byte === SEMICOLON || byte === BLANK || byte === TAB;
    return 1;
  }

  #takeHeader(byte: number): 0 | 1 {
    const bytes = Uint8Array.of(...this.#header, byte);
    const header = blockHeader(bytes);
    if (header === 'incomplete') {
      this.#header.push(byte);
      return 1;
    }
    this.#header = [];
    this.#isItemStart = false;
    if (!header) {
      if (byte === ZERO && bytes.length === 2) throw this.#endless();
      return 0;
    }
    this.#checkLength(this.#lengthBytes + header.contentBytes);
    this.#blockLeft = header.contentBytes;
    this.#hasBlock = true;
    this.#textBytes = 0;
    return 1;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#lengthBytes += bytes.length;
  }

  #finish(): void {
    let message = joined(this.#parts, this.#lengthBytes);
    const isReturnLast = this.#textBytes > 0 && message.at(-1) === CARRIAGE_RETURN;
    if (isReturnLast && this.#endByte === LINE_FEED) message = message.subarray(0, -1);
    const echo = this.#echo;
    this.#begin();
    if (echo && isSame(message, echo)) this.#echo = undefined;
    else this.#options.onMessage(message);
  }

  #begin(): void {
    this.#parts = [];
    this.#lengthBytes = 0;
    this.#header = [];
    this.#blockLeft = 0;
    this.#hasBlock = false;
    this.#textBytes = 0;
    this.#isItemStart = true;
    this.#isQuoted = false;
    this.#isLineEndOwed = false;
  }

  #checkLength(bytes: number): void {
    if (bytes <= this.maxMessageBytes) return;
    throw protocolError(this.#options.label, `an answer is longer than ${this.maxMessageBytes} bytes`, 'too-long');
  }

  #endless() {
    return protocolError(
      this.#options.label,
      'the instrument sent a block without a length, whose end cannot be told on this connection',
      'endless-block',
    );
  }
}

function joined(parts: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(lengthBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

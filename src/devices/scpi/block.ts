// Arbitrary blocks (IEEE 488.2-1992, 8.7.9 and 8.7.10): `#`, one digit that counts digits, those digits, the data; `#0`
// and data up to the end of the message. Rohde & Schwarz write `#(N)` for blocks of a gigabyte and more.

import { blockHeader } from '../../transports/block-length.ts';
import { AnswerError, answerText } from './text-error.ts';

const HASH = 0x23;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const ZERO = 0x30;
const OPENING = 0x28;

/** Longest header echo in front of a block (`C1:WF ALL,`, `:CURVE `). */
const MAX_ECHO_BYTES = 64;
/** A block that states more than this is refused before anything is made for it. */
const MAX_BLOCK_BYTES = 512 * 2 ** 20;

/**
 * `incomplete`: more bytes are needed, at a stream worth waiting for. `bad-header`: a `#` with a count that is none.
 * `not-a-block`: text or a number. `too-large`: more than the limit.
 */
export type BlockProblem = 'incomplete' | 'bad-header' | 'not-a-block' | 'too-large';

export class BlockError extends AnswerError<BlockProblem> {
  /** Of `incomplete`: bytes that are missing, if the header says it. */
  readonly missingBytes: number | undefined;

  constructor(problem: BlockProblem, message: string, missingBytes?: number) {
    super(problem, message);
    this.name = 'BlockError';
    this.missingBytes = missingBytes;
  }
}

/** Where a block is in an answer. */
interface Place {
  /** Of the `#`. */
  readonly start: number;
  readonly dataStart: number;
  /** `undefined`: up to the end of the message. */
  readonly lengthBytes: number | undefined;
}

export interface Block {
  /** Text in front of the `#`. */
  readonly prefix: string;
  readonly payload: Uint8Array;
  readonly isIndefinite: boolean;
  /** What follows the data: the message's end, or more of the message. */
  readonly rest: Uint8Array;
}

const incomplete = (missingBytes?: number): BlockError => {
  const amount = missingBytes === undefined ? 'its header is cut' : `${missingBytes} bytes are missing`;
  return new BlockError(
    'incomplete',
    `The data block is not whole: ${amount}. Ask the instrument again.`,
    missingBytes,
  );
};

const badHeader = (): BlockError =>
  new BlockError('bad-header', 'The length of the data block is unreadable. Ask the instrument again.');

/** Finds the first block behind at most `MAX_ECHO_BYTES` of printable text. Throws BlockError. */
function findBlock(bytes: Uint8Array, maxBytes: number): Place {
  const end = Math.min(bytes.length, MAX_ECHO_BYTES + 1);
  let unreadable: BlockProblem | undefined;
  for (let start = 0; start < end && isPrintable(bytes[start]!); start++) {
    if (bytes[start] !== HASH) continue;
    const next = bytes[start + 1];
    if (next === undefined) throw incomplete();
    if (next === ZERO) return { start, dataStart: start + 2, lengthBytes: undefined };
    if (isDigit(next) || next === OPENING) return definite(bytes, start, maxBytes);
    const letter = String.fromCharCode(next).toUpperCase();
    // two bytes of length follow, which may be anything: the old form of HP, not of IEEE 488.2
    if (letter === 'A') throw badHeader();
    if (!'HQB'.includes(letter)) unreadable ??= 'bad-header';
  }
  if (unreadable) throw badHeader();
  throw new BlockError('not-a-block', 'The answer has no data block. Ask the instrument again.');
}

/** The first block of a whole answer. Throws BlockError. */
export function readBlock(answer: Uint8Array, maxBytes = MAX_BLOCK_BYTES): Block {
  const { start, dataStart, lengthBytes } = findBlock(answer, maxBytes);
  const prefix = answerText(answer.subarray(0, start));
  if (lengthBytes === undefined) {
    const end = answer.at(-1) === LINE_FEED && answer.length > dataStart ? answer.length - 1 : answer.length;
    return { prefix, payload: answer.subarray(dataStart, end), isIndefinite: true, rest: answer.subarray(end) };
  }
  const end = dataStart + lengthBytes;
  if (answer.length < end) throw incomplete(end - answer.length);
  return { prefix, payload: answer.subarray(dataStart, end), isIndefinite: false, rest: answer.subarray(end) };
}

/** Blocks with commas between them, and what follows the last. Throws BlockError. */
export function readBlocks(
  answer: Uint8Array,
  maxBytes = MAX_BLOCK_BYTES,
): { readonly payloads: readonly Uint8Array[]; readonly rest: Uint8Array } {
  let block = readBlock(answer, maxBytes);
  const payloads = [block.payload];
  while (block.rest[0] === COMMA) {
    block = readBlock(block.rest.subarray(1), maxBytes);
    payloads.push(block.payload);
  }
  return { payloads, rest: block.rest };
}

function definite(bytes: Uint8Array, start: number, maxBytes: number): Place {
  const header = blockHeader(bytes.subarray(start));
  if (header === undefined) throw badHeader();
  if (header === 'incomplete') throw incomplete();
  const { headerBytes, contentBytes } = header;
  if (contentBytes <= maxBytes) return { start, dataStart: start + headerBytes, lengthBytes: contentBytes };
  const message = `The data block states ${contentBytes} bytes; at most ${maxBytes} are taken. Ask for fewer points.`;
  throw new BlockError('too-large', message);
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

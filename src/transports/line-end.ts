// The line end behind an answer whose end is known otherwise.

import { blockHeader } from './block-length.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;
const TAB = 0x09;
const BLANK = 0x20;
/** Longest text before a block, such as an echoed header (`C1:WF DAT1,`). */
const MAX_TEXT_BYTES = 64;
/** Of the beginning and the end of an answer, to tell text from bytes of a file. */
const LOOKED_AT_BYTES = 256;

/** `answer` without one line end behind it. Bytes of blocks, and answers that are no text, are left alone. */
export function withoutLineEnd(answer: Uint8Array): Uint8Array {
  const textStart = blocksEnd(answer);
  const text = answer.subarray(textStart);
  if (!text.subarray(0, LOOKED_AT_BYTES).every(isText) || !text.subarray(-LOOKED_AT_BYTES).every(isText)) return answer;
  let end = answer.length;
  if (end > textStart && answer[end - 1] === LINE_FEED) end--;
  if (end > textStart && answer[end - 1] === CARRIAGE_RETURN) end--;
  return answer.subarray(0, end);
}

/** Where the last block of `answer` ends: behind it is text. */
function blocksEnd(answer: Uint8Array): number {
  let end = 0;
  for (;;) {
    const hash = answer.subarray(end, end + MAX_TEXT_BYTES + 1).indexOf(HASH);
    const header = hash < 0 ? undefined : blockHeader(answer.subarray(end + hash));
    if (typeof header !== 'object') return isIndefinite(answer, end + hash) ? answer.length - 1 : end;
    const blockEnd = end + hash + header.headerBytes + header.contentBytes;
    if (blockEnd > answer.length) return end;
    end = blockEnd;
  }
}

/** `#0` and any bytes: only the last line feed is not of the block. */
function isIndefinite(answer: Uint8Array, at: number): boolean {
  return at >= 0 && answer[at] === HASH && answer[at + 1] === 0x30 && answer.at(-1) === LINE_FEED;
}

const isText = (byte: number): boolean =>
  byte >= BLANK || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;

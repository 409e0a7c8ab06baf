// A file as text: its head as lines, and bytes that rows are read from.

import { FormatError } from '../../base/errors.ts';
import type { RandomAccess } from '../source.ts';
import { SourcePart } from '../source-part.ts';
import { decodeText, type Encoding, NarrowText, type TextKind, textKind } from './encoding.ts';
import { splitLines } from './lines.ts';

/** Bytes from which the form of the table is found. */
const HEAD_BYTES = 1 << 18;
/** Lines of it: enough for the longest head and rows to compare. */
const HEAD_LINES = 2000;
/** Bytes per read while the padding at the end is looked for. */
const TAIL_BYTES = 1 << 16;
/** What may stand behind the last row: blanks, NUL and the end mark of DOS. */
const isPadding = (byte: number): boolean => byte <= 0x20 || byte === 0x1a;

export interface Text {
  /** Letters as bytes: UTF-8 and Latin-1 as they are, others narrowed. */
  readonly bytes: RandomAccess;
  /** How cells among the rows are decoded. */
  readonly encoding: 'utf-8' | 'latin1';
  /** Whole lines at the start of the file, or all of them. */
  readonly lines: readonly string[];
  /** First byte of the first line; of each of `lines`, in `bytes`. */
  readonly lineOffsets: readonly number[];
  /** Behind the last line that holds anything. */
  readonly endOffset: number;
  /** Whether that line ends in a line end. */
  readonly isEnded: boolean;
  /** Lines of the file before the first of these. */
  readonly lineCount: number;
  /** Bytes [offset, endOffset) of `bytes` as a text of their own, before which the file has `lineCount` lines. */
  part(offset: number, endOffset: number, lineCount: number): Promise<Text>;
}

/** Rejects with `format/unknown` when the bytes are no text. `known`: what kind of text they are. */
export async function readText(source: RandomAccess, lineCount = 0, known?: TextKind): Promise<Text> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const kind = known ?? textKind(head);
  if (!kind) throw new FormatError('format/unknown', 'These bytes are no text.', 0);
  const isWide = kind.encoding === 'utf-16le' || kind.encoding === 'utf-16be';
  const bytes = isWide ? new NarrowText(source, kind.encoding) : source;
  const startOffset = isWide ? kind.markBytes / 2 : kind.markBytes;
  const narrow = isWide ? await bytes.read(0, head.length >> 1) : head;
  const lineOffsets = offsetsOf(narrow, startOffset);
  const text = decodeText(head.subarray(kind.markBytes), kind.encoding);
  const all = splitLines(text.slice(0, textEnd(text)));
  if (source.sizeBytes > head.length && all.length > 1) all.pop();
  const { endOffset, isEnded } = await endOf(bytes, startOffset);
  return {
    bytes,
    encoding: isWide ? 'latin1' : (kind.encoding as Exclude<Encoding, 'utf-16le' | 'utf-16be'>),
    lines: all.slice(0, HEAD_LINES),
    lineOffsets,
    endOffset,
    isEnded,
    lineCount,
    part: (offset, end, line) => {
      const letterBytes = isWide ? 2 : 1;
      const part = new SourcePart(source, letterBytes * offset, letterBytes * (end - offset));
      return readText(part, line, isWide ? { encoding: kind.encoding, markBytes: 0 } : undefined);
    },
  };
}

/** Without the padding at the end. */
function textEnd(text: string): number {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0 || text.charCodeAt(end - 1) === 0x1a)) end--;
  return end;
}

/** Where the first lines begin. */
function offsetsOf(bytes: Uint8Array, startOffset: number): number[] {
  const offsets = [startOffset];
  for (let at = startOffset; at < bytes.length && offsets.length <= HEAD_LINES; at++) {
    if (bytes[at] !== 0x0a && bytes[at] !== 0x0d) continue;
    if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at++;
    offsets.push(at + 1);
  }
  return offsets;
}

async function endOf(bytes: RandomAccess, startOffset: number): Promise<{ endOffset: number; isEnded: boolean }> {
  let isEnded = false;
  for (let end = bytes.sizeBytes; end > startOffset; ) {
    const start = Math.max(startOffset, end - TAIL_BYTES);
    const tail = await bytes.read(start, end - start);
    for (let at = tail.length - 1; at >= 0; at--) {
      if (!isPadding(tail[at]!)) return { endOffset: start + at + 1, isEnded };
      isEnded ||= tail[at] === 0x0a || tail[at] === 0x0d;
    }
    end = start;
  }
  return { endOffset: startOffset, isEnded };
}

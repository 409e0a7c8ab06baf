// Texts in the encodings of several systems, read as bytes of which each is a letter: rows need no more than ASCII.

import type { RandomAccess } from '../source.ts';

export type Encoding = 'utf-8' | 'latin1' | 'utf-16le' | 'utf-16be';

export interface TextKind {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark. */
  readonly markBytes: number;
}

/** Bytes that a text does not have: control codes other than tab, line feed, form feed, return and the end mark of DOS. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d && byte !== 0x1a;
}

/** What kind of text the first bytes of a file are; undefined when they are none. NULs may pad its end. */
export function textKind(head: Uint8Array): TextKind | undefined {
  if (head[0] === 0xff && head[1] === 0xfe && head.length % 2 === 0) return wide('utf-16le', head, 2);
  if (head[0] === 0xfe && head[1] === 0xff && head.length % 2 === 0) return wide('utf-16be', head, 2);
  const markBytes = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  let end = head.length;
  while (end > markBytes && head[end - 1] === 0) end--;
  if (end <= markBytes) return undefined;
  const isText = !head.subarray(markBytes, end).some(isControl);
  if (isText) return { encoding: isUtf8(head.subarray(0, end)) ? 'utf-8' : 'latin1', markBytes };
  return wide('utf-16le', head, 0) ?? wide('utf-16be', head, 0);
}

/** A text of 16-bit letters, nearly all of them Latin. */
function wide(encoding: 'utf-16le' | 'utf-16be', head: Uint8Array, markBytes: number): TextKind | undefined {
  const highAt = encoding === 'utf-16le' ? 1 : 0;
  let letters = 0;
  let latin = 0;
  for (let at = markBytes; at + 1 < head.length; at += 2) {
    const high = head[at + highAt]!;
    const low = head[at + 1 - highAt]!;
    if (high === 0 && low === 0) continue;
    letters++;
    if (high === 0 && !isControl(low)) latin++;
  }
  // without a mark only a text that cannot be anything else
  const least = markBytes > 0 ? 0.5 : 0.9;
  return letters > 1 && latin >= least * letters ? { encoding, markBytes } : undefined;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    // Latin-1 reads every byte
    return false;
  }
}

/** The text of bytes in that encoding; what is no letter of it becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes.slice());
}

/** What a letter of 16 bits becomes as a byte: signs that stand in numbers, letters of Latin-1, and else a question mark. */
function narrowLetter(code: number): number {
  if (code < 0x100) return code;
  if (code === 0x2212) return 0x2d;
  if (code === 0x202f || code === 0x2009 || code === 0x2007) return 0x20;
  return code === 0x3bc ? 0xb5 : 0x3f;
}

/** A text of 16-bit letters as one byte for each: byte i is letter i. */
export class NarrowText implements RandomAccess {
  readonly sizeBytes: number;
  readonly #source: RandomAccess;
  readonly #isLittle: boolean;

  constructor(source: RandomAccess, encoding: Encoding) {
    this.#source = source;
    this.#isLittle = encoding === 'utf-16le';
    this.sizeBytes = source.sizeBytes >> 1;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const pairs = await this.#source.read(2 * offsetBytes, 2 * Math.min(lengthBytes, this.sizeBytes - offsetBytes));
    const bytes = new Uint8Array(pairs.length >> 1);
    for (let index = 0; index < bytes.length; index++) {
      const [low, high] = this.#isLittle ? [2 * index, 2 * index + 1] : [2 * index + 1, 2 * index];
      bytes[index] = narrowLetter(pairs[low]! | (pairs[high]! << 8));
    }
    return bytes;
  }
}

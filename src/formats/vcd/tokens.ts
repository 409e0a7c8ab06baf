// The words of a text file, one after the other, without holding the file.

import { FormatError } from '../../base/errors.ts';
import type { RandomAccess } from '../source.ts';

/** Bytes read at a time. */
const CHUNK_BYTES = 2 ** 20;
/** Longest word: a vector of as many bits. */
const MAX_TOKEN_BYTES = 65_536;
const BLANK = 0x20;

/** Calls `take` with each word and where it begins, until that answers false. Rejects with a FormatError. */
export async function forEachToken(
  source: RandomAccess,
  take: (token: string, offsetBytes: number) => boolean,
): Promise<void> {
  const decoder = new TextDecoder('latin1');
  let carried = '';
  for (let offset = 0; offset < source.sizeBytes; offset += CHUNK_BYTES) {
    const bytes = await source.read(offset, Math.min(CHUNK_BYTES, source.sizeBytes - offset));
    const text = carried + decoder.decode(new Uint8Array(bytes));
    const start = offset - carried.length;
    const isLast = offset + bytes.length >= source.sizeBytes;
    let at = 0;
    carried = '';
    while (at < text.length) {
      while (at < text.length && text.charCodeAt(at) <= BLANK) at++;
      let end = at;
      while (end < text.length && text.charCodeAt(end) > BLANK) end++;
      if (end - at > MAX_TOKEN_BYTES) {
        throw new FormatError('format/damaged', `A word is longer than ${MAX_TOKEN_BYTES} bytes.`, start + at);
      }
      if (end === text.length && !isLast) carried = text.slice(at);
      else if (end > at && !take(text.slice(at, end), start + at)) return;
      at = end;
    }
  }
}

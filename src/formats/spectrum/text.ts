// Texts of spectrum files: read whole, since spectra are small, and their lists of numbers.

import { FormatError } from '../../base/errors.ts';
import type { RandomAccess } from '../source.ts';

/** Larger files of one spectrum are refused: 2^17 channels take less than 3 MB as text. */
const MAX_FILE_BYTES = 8 * 2 ** 20;
/** The same for files of many spectra. */
export const MAX_MANY_BYTES = 32 * 2 ** 20;

/** All bytes of a file. `label` is the format's, for the refusal of what is too large. */
export function readWhole(source: RandomAccess, label: string, maxBytes = MAX_FILE_BYTES): Promise<Uint8Array> {
  if (source.sizeBytes <= maxBytes) return source.read(0, source.sizeBytes);
  throw new FormatError(
    'format/unsupported',
    `A ${label} file of more than ${maxBytes / 2 ** 20} MiB is not read. Save the spectra in several files.`,
    0,
  );
}

/** UTF-16 or UTF-8 by their marks, UTF-8 where the bytes are, else Latin-1. */
export function textOf(bytes: Uint8Array): string {
  const own = bytes.slice();
  if (own[0] === 0xff && own[1] === 0xfe) return new TextDecoder('utf-16le').decode(own);
  if (own[0] === 0xfe && own[1] === 0xff) return new TextDecoder('utf-16be').decode(own);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(own);
  } catch {
    // the older encoding reads every byte
    return new TextDecoder('latin1').decode(own);
  }
}

/** The beginning of a text file in plain letters, whatever its encoding; only to recognise a format. */
export function headText(head: Uint8Array): string {
  const letters = head.filter((byte) => byte !== 0);
  return new TextDecoder('latin1').decode(letters).replace(/^(?:ÿþ|þÿ|ï»¿)?\s*/, '');
}

/** Numbers of a line, apart by blanks, tabs, commas or semicolons; NaN for what is none. */
export function numbersOf(line: string): number[] {
  return line
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map((word) => Number(word));
}

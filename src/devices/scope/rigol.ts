// Rigol: DS1000Z and later families with a preamble, DS1000E/D without one (programming guides).

import { type Preamble, parsePreamble } from './preamble.ts';
import { blockContent, numberList, rawCodes, requirePoints } from './samples.ts';
import { type Waveform, WaveformError } from './waveform.ts';

const BYTE = 0;
const ASCII = 2;

/**
 * DS1000Z, MSO5000, DHO: from `:WAV:PRE?` and the replies of `:WAV:DATA?`, in order when a deep record came in
 * pieces. Throws WaveformError; `empty` when nothing was acquired.
 */
export function decodeRigol(preambleText: string, replies: readonly Uint8Array[]): Waveform {
  const preamble = parsePreamble(preambleText);
  return joinRigolPages(
    preamble,
    replies.map((reply) => rigolPage(preamble, reply)),
  );
}

/** What one reply of `:WAV:DATA?` holds: codes, or volts where they came as text. Throws WaveformError. */
export function rigolPage({ format }: Preamble, reply: Uint8Array): Float64Array {
  if (format === ASCII) return numberList(reply);
  return rawCodes(blockContent(reply), {
    kind: 'unsigned',
    itemBytes: format === BYTE ? 1 : 2,
    isLittleEndian: true,
  });
}

/** Throws `empty`, or `length-mismatch` unless the pages hold what the preamble announced. */
export function joinRigolPages(preamble: Preamble, pages: readonly Float64Array[]): Waveform {
  const { format, points, xIncrement, xOrigin, xReference, yIncrement, yOrigin, yReference } = preamble;
  const y = concatenate(pages);
  if (y.length === 0) throw new WaveformError('empty', 'The instrument has no data yet. Arm it and try again.');
  requirePoints(y.length, points);
  // the origin is in counts here, unlike Keysight's
  if (format !== ASCII) {
    y.forEach((code, index) => {
      y[index] = (code - yOrigin - yReference) * yIncrement;
    });
  }
  return { x0S: -xReference * xIncrement + xOrigin, dxS: xIncrement, y, yUnit: 'V' };
}

export interface RigolScreenSettings {
  /** Volts per division. */
  readonly scaleV: number;
  readonly offsetV: number;
  /** Seconds per division. */
  readonly timeScaleS: number;
  readonly timeOffsetS: number;
}

/** The screen is twelve divisions of 50 points. */
const POINTS_PER_DIVISION = 50;

/** DS1000E/D: the 600 points of the screen, whose codes grow downwards. */
export function decodeRigolScreen(reply: Uint8Array, settings: RigolScreenSettings): Waveform {
  const { scaleV, offsetV, timeScaleS, timeOffsetS } = settings;
  const codes = rawCodes(blockContent(reply), { kind: 'unsigned', itemBytes: 1, isLittleEndian: true });
  const y = codes.map((code) => ((240 - code) * scaleV) / 25 - (offsetV + 4.6 * scaleV));
  return { x0S: timeOffsetS - 6 * timeScaleS, dxS: timeScaleS / POINTS_PER_DIVISION, y, yUnit: 'V' };
}

/** One array from several. */
export function concatenate(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

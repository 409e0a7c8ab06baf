// Reads ORTEC .chn files: 32 bytes, counts of 32 bits, and 512 bytes with calibration and descriptions (ORTEC, "Software
// File Structure Manual", 753800, section "Integer .CHN").

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { SpectrumBytes } from './bytes.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { readWhole } from './text.ts';

const FORMAT = 'ortec-chn';
const LABEL = 'ORTEC CHN spectrum';
const HEAD_BYTES = 32;
/** Times count in 20 ms. */
const TICKS_PER_SECOND = 50;
/** Marks of the part behind the counts: with a third coefficient of the energy, or without. */
const QUADRATIC_TAIL = -102;
const LINEAR_TAIL = -101;

/** Rejects with a FormatError. */
export async function openChn(source: RandomAccess): Promise<FormatReader> {
  const bytes = new SpectrumBytes(await readWhole(source, LABEL), LABEL);
  const diagnostics: Diagnostic[] = [];
  const channelCount = bytes.u16(30);
  if (channelCount < 1 || channelCount > MAX_CHANNELS) {
    throw new FormatError(
      'format/damaged',
      'The head of this CHN file counts no channels. Save the spectrum again.',
      30,
    );
  }
  const tail = HEAD_BYTES + 4 * channelCount;
  const hasTail = bytes.has(tail, 512);
  const kind = hasTail ? bytes.i16(tail) : 0;
  const isKnown = kind === QUADRATIC_TAIL || kind === LINEAR_TAIL;
  if (!isKnown) {
    const message = 'What follows the counts is not known: calibration and descriptions are left out.';
    diagnostics.push({ severity: 'warning', code: `${FORMAT}/tail`, message, offsetBytes: tail });
  }
  const coefficients = Array.from({ length: kind === QUADRATIC_TAIL ? 3 : 2 }, (_, i) =>
    isKnown ? bytes.f32(tail + 4 + 4 * i) : 0,
  );
  const spectrum = {
    title: isKnown ? described(bytes, tail + 320) : '',
    counts: bytes.counts(HEAD_BYTES, channelCount),
    firstChannel: bytes.u16(28),
    liveS: bytes.u32(12) / TICKS_PER_SECOND,
    realS: bytes.u32(8) / TICKS_PER_SECOND,
    ...startOf(startText(bytes), FORMAT, diagnostics),
    coefficients,
    instrument: isKnown ? described(bytes, tail + 256) : '',
  };
  const metadata = { mca: bytes.u16(2), segment: bytes.u16(4) };
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata, diagnostics });
}

/** `26Apr171` and `1105`, seconds apart: the digit behind the year is the century's, from 1900 on. */
function startText(bytes: SpectrumBytes): string {
  const [day, month, year, century] = [bytes.text(16, 2), bytes.text(18, 3), bytes.text(21, 2), bytes.text(23, 1)];
  const clock = `${bytes.text(24, 2)}:${bytes.text(26, 2)}:${bytes.text(6, 2)}`;
  return `${day}-${month}-${century === '1' ? '20' : '19'}${year} ${clock}`;
}

/** A text of up to 63 letters behind its length. */
function described(bytes: SpectrumBytes, offset: number): string {
  return bytes.text(offset + 1, Math.min(63, bytes.u8(offset)));
}

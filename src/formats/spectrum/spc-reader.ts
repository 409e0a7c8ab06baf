// Reads ORTEC .spc files: records of 128 bytes, numbered from 1; the first says which holds what (ORTEC, "Software File
// Structure Manual", 753800, section "Integer and real .SPC").

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { SpectrumBytes } from './bytes.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { readWhole } from './text.ts';

const FORMAT = 'ortec-spc';
const LABEL = 'ORTEC SPC spectrum';
const RECORD_BYTES = 128;
/** FILTYP of counts as IEEE floats; 1 is integers. */
const REAL_COUNTS = 5;
/** Pointers to records, by byte of the first: acquisition, sample, detector, calibration, spectrum. */
const POINTERS = { acquisition: 8, sample: 10, detector: 12, calibration: 34, spectrum: 60 } as const;
/** Energy coefficients in the calibration record. */
const COEFFICIENTS_BYTE = 20;

/** Rejects with a FormatError. */
export async function openSpc(source: RandomAccess): Promise<FormatReader> {
  const bytes = new SpectrumBytes(await readWhole(source, LABEL), LABEL);
  const diagnostics: Diagnostic[] = [];
  const channelCount = bytes.u16(64);
  const spectrumAt = recordAt(bytes, 'spectrum');
  if (channelCount < 1 || channelCount > MAX_CHANNELS || spectrumAt === undefined) {
    throw new FormatError(
      'format/damaged',
      'The head of this SPC file points to no counts. Save the spectrum again.',
      60,
    );
  }
  const acquisitionAt = recordAt(bytes, 'acquisition');
  const calibrationAt = recordAt(bytes, 'calibration');
  const textAt = (name: 'sample' | 'detector') => {
    const at = recordAt(bytes, name);
    return at === undefined ? '' : bytes.text(at, RECORD_BYTES);
  };
  const isReal = bytes.u16(2) === REAL_COUNTS;
  const spectrum = {
    title: textAt('sample'),
    counts: isReal
      ? Float64Array.from({ length: channelCount }, (_, i) => bytes.f32(spectrumAt + 4 * i))
      : bytes.counts(spectrumAt, channelCount),
    firstChannel: bytes.u16(66),
    liveS: bytes.f32(94),
    realS: bytes.f32(90),
    ...startOf(acquisitionAt === undefined ? '' : startText(bytes, acquisitionAt), FORMAT, diagnostics),
    coefficients:
      calibrationAt === undefined ? [] : [0, 4, 8].map((byte) => bytes.f32(calibrationAt + COEFFICIENTS_BYTE + byte)),
    instrument: textAt('detector'),
  };
  const metadata = acquisitionAt === undefined ? {} : { fileName: bytes.text(acquisitionAt, 16) };
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata, diagnostics });
}

/** Byte of a record that the first one points to; undefined when it points to none. */
function recordAt(bytes: SpectrumBytes, name: keyof typeof POINTERS): number | undefined {
  const number = bytes.u16(POINTERS[name]);
  const at = (number - 1) * RECORD_BYTES;
  return number >= 2 && bytes.has(at, RECORD_BYTES) ? at : undefined;
}

/** `17-SEP-121` and `13:41:07`: the digit behind the year is the century's, from 1900 on. */
function startText(bytes: SpectrumBytes, at: number): string {
  const date = /^(\d{1,2}-[A-Z]{3}-)(\d\d)(\d?)/i.exec(bytes.text(at + 16, 12));
  if (!date) return bytes.text(at + 16, 22);
  return `${date[1]}${date[3] === '1' ? '20' : '19'}${date[2]} ${bytes.text(at + 28, 10)}`;
}

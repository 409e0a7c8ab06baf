// Opens a Tektronix .isf file: one trace, read whole (instruments write at most some ten million points).

import { FormatError } from '../../base/errors.ts';
import { decodeIsf } from '../../devices/scope/tektronix.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';

/** Larger files are refused: they would not fit into memory as numbers. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Rejects with a FormatError. */
export async function openIsf(source: RandomAccess): Promise<FormatReader> {
  if (source.sizeBytes > MAX_FILE_BYTES) {
    throw new FormatError(
      'format/unsupported',
      'An ISF file of more than 64 MiB is not read. Save a shorter record.',
      0,
    );
  }
  const { x0S, dxS, y, yUnit } = decodeIsf(await source.read(0, source.sizeBytes));
  if (!(dxS > 0)) throw new FormatError('format/damaged', 'The trace states no time between its points.', 0);
  const info = {
    id: 'trace',
    name: 'trace',
    unit: yUnit,
    source: '',
    dtype: 'f64' as const,
    timing: 'steady' as const,
    sampleRateHz: 1 / dxS,
    startSample: 0,
    endSample: y.length,
    offsetS: x0S,
    firstSampleId: 0n,
  };
  return createPlainReader({
    format: 'tektronix-isf',
    label: 'Tektronix ISF',
    version: '',
    signals: [{ info, read: (start, end) => Promise.resolve(y.slice(start, end)) }],
    diagnostics: [],
  });
}

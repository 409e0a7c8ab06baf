// Opens a session of Nordic's Power Profiler (.ppk2): per sample the current in µA as a float and a word with two bits
// for each of eight logic inputs (pc-nrfconnect-ppk: saveFileHandler.ts, bitConversion.ts). The overview that lies in
// the file, too, is not needed.

import { FormatError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { type FrameColumn, frameSignals } from '../frame-table.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import type { ArchiveFile } from '../zip/archive.ts';

const FRAME_BYTES = 6;
const BITS_OFFSET = 4;
const INPUT_COUNT = 8;
/** The form of the file that is read. */
const FORMAT_VERSION = 2;
const MAX_TEXT_BYTES = 2 ** 20;
/** Last moment of a JavaScript date, in ms. */
const MAX_DATE_MS = 8.64e15;
/** What two bits say of an input: nothing, was 0, was 1, was both within the sample. */
const LEVELS = Float32Array.of(Number.NaN, 0, 1, Number.NaN);

/** Rejects with a FormatError for other versions and for a session without samples. */
export async function openPpk2(files: readonly ArchiveFile[], { choice }: OpenContext): Promise<FormatReader> {
  const { metadata, formatVersion } = await readMetadata(files);
  const frameBytes = metadata['frameSize'] ?? FRAME_BYTES;
  if ((typeof formatVersion === 'number' && formatVersion > FORMAT_VERSION) || frameBytes !== FRAME_BYTES) {
    const message = `This Power Profiler session has the form ${String(formatVersion)}; up to ${FORMAT_VERSION} is read. Export it as CSV there.`;
    throw new FormatError('format/unsupported', message, 0);
  }
  const session = files.find(({ name }) => name === 'session.raw')!;
  await session.ready();
  const frameCount = Math.floor(session.sizeBytes / FRAME_BYTES);
  const rest = session.sizeBytes - frameCount * FRAME_BYTES;
  const diagnostics: Diagnostic[] = [];
  if (rest > 0) {
    const message = `The last ${rest} bytes of session.raw are no whole sample and are left out.`;
    diagnostics.push({ severity: 'warning', code: 'ppk2/trailing-bytes', message });
  }
  const { samplesPerSecond, startSystemTime } = metadata;
  const stated = typeof samplesPerSecond === 'number' && samplesPerSecond > 0 ? samplesPerSecond : undefined;
  const rateHz = stated ?? choice.rateHz;
  if (rateHz === undefined) {
    const message = 'The session states no sample rate: samples are counted. Say the rate.';
    diagnostics.push({ severity: 'info', code: 'ppk2/counted', message });
  }
  const isDated = typeof startSystemTime === 'number' && Math.abs(startSystemTime) <= MAX_DATE_MS;
  const columns = [CURRENT, ...Array.from({ length: INPUT_COUNT }, (_, input) => laneOf(input))];
  const grid = { offsetBytes: 0, frameBytes: FRAME_BYTES, frameCount };
  const offsetS = choice.startS ?? 0;
  const axis =
    rateHz === undefined ? { sampleRateHz: 1, offsetS, axis: COUNTED_AXIS } : { sampleRateHz: rateHz, offsetS };
  return createPlainReader({
    format: 'ppk2',
    label: 'Power Profiler session',
    version: formatVersion === undefined ? '' : String(formatVersion),
    signals: frameSignals(session.content, grid, columns, axis),
    originUtc: isDated ? utcFromUnixMs(startSystemTime) : undefined,
    diagnostics,
    metadata,
    hasMissing: true,
  });
}

async function readMetadata(
  files: readonly ArchiveFile[],
): Promise<{ readonly metadata: Readonly<Record<string, unknown>>; readonly formatVersion: unknown }> {
  const file = files.find(({ name }) => name === 'metadata.json')!;
  const bytes = await file.content.read(0, Math.min(MAX_TEXT_BYTES, file.sizeBytes));
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes)));
  } catch (cause) {
    throw new FormatError('format/damaged', 'The metadata.json of this Power Profiler session is no JSON.', 0, {
      cause,
    });
  }
  const whole = isRecord(parsed) ? parsed : {};
  const { metadata, formatVersion } = whole;
  return { metadata: isRecord(metadata) ? metadata : {}, formatVersion };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const CURRENT: FrameColumn = {
  name: 'current',
  unit: 'µA',
  dtype: 'f32',
  decode: (view, first, count, frameBytes) => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = view.getFloat32((first + i) * frameBytes, true);
    return values;
  },
};

function laneOf(input: number): FrameColumn {
  return {
    name: `D${input}`,
    unit: '',
    dtype: 'u1',
    decode: (view, first, count, frameBytes) => {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const bits = view.getUint16((first + i) * frameBytes + BITS_OFFSET, true);
        values[i] = LEVELS[(bits >> (2 * input)) & 3]!;
      }
      return values;
    },
  };
}

// Opens a sound file as it is used for measuring: a signal per channel, values as parts of the full scale.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { frameSignals } from '../frame-table.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { type Chunk, readChunks, text } from './chunks.ts';
import { decodeSamples, parseFormat, sampleTypeOf } from './sample-format.ts';

/** Bytes of a chunk of texts that are looked at. */
const MAX_TEXT_BYTES = 65_536;
const MAX_FORMAT_BYTES = 40;
/** Texts of the Broadcast Wave chunk (EBU Tech 3285): name, where it begins and its length. */
const BEXT_TEXTS = [
  ['description', 0, 256],
  ['originator', 256, 32],
  ['originatorReference', 288, 32],
  ['originationDate', 320, 10],
  ['originationTime', 330, 8],
] as const;
/** Where Broadcast Wave states the samples since midnight. */
const BEXT_TIME_OFFSET = 338;

/** Rejects with a FormatError. A file that was still being written gives the samples that are there. */
export async function openWav(source: RandomAccess, { choice }: OpenContext = NO_CONTEXT): Promise<FormatReader> {
  const { kind, isLittleEndian, list } = await readChunks(source);
  const formatChunk = list.find(({ id }) => id === 'fmt ');
  const data = list.find(({ id }) => id === 'data');
  if (!formatChunk || !data) {
    const missing = formatChunk ? 'samples ("data")' : 'description ("fmt ")';
    throw new FormatError('format/damaged', `The sound file has no ${missing}.`, source.sizeBytes);
  }
  const formatBytes = await source.read(formatChunk.offsetBytes, Math.min(MAX_FORMAT_BYTES, formatChunk.sizeBytes));
  const format = parseFormat(formatBytes, isLittleEndian, formatChunk.offsetBytes);
  const frameCount = Math.floor(data.sizeBytes / format.frameBytes);
  const columns = Array.from({ length: format.channelCount }, (_, channel) => ({
    name: format.channelCount > 1 ? `channel[${channel}]` : 'value',
    unit: '',
    dtype: sampleTypeOf(format),
    decode: (view: DataView, first: number, count: number) =>
      decodeSamples(view, format, isLittleEndian, channel, first, count),
  }));
  const grid = { offsetBytes: data.offsetBytes, frameBytes: format.frameBytes, frameCount };
  const axis = { sampleRateHz: format.sampleRateHz, offsetS: choice.startS ?? 0 };
  return createPlainReader({
    format: 'wav',
    label: 'WAV sound',
    version: kind,
    signals: frameSignals(source, grid, columns, axis),
    diagnostics: [...fullScaleNote(format.isFloat), ...lengthNotes(data, frameCount * format.frameBytes)],
    metadata: {
      bitsPerSample: format.bits,
      coding: format.isFloat ? 'float' : 'PCM',
      ...(await infoTexts(source, list, isLittleEndian)),
      ...(await broadcastTexts(source, list)),
    },
    isRecovered: data.statedBytes === undefined || data.statedBytes > data.sizeBytes,
  });
}

function fullScaleNote(isFloat: boolean): readonly Diagnostic[] {
  const integers = 'The samples are integers; values are parts of the full scale, which is 1. The file states no unit.';
  const floats = 'Values are as stored; full scale is 1 by custom. The file states no unit.';
  return [{ severity: 'info', code: 'wav/full-scale', message: isFloat ? floats : integers }];
}

function lengthNotes({ statedBytes, sizeBytes, offsetBytes }: Chunk, usedBytes: number): readonly Diagnostic[] {
  const warn = (code: string, message: string): Diagnostic => ({
    severity: 'warning',
    code,
    message,
    offsetBytes: offsetBytes + usedBytes,
  });
  if (statedBytes === undefined) {
    return [warn('wav/not-closed', 'The file does not state its length: it was not closed. What is there is shown.')];
  }
  if (statedBytes > sizeBytes) {
    return [
      warn('wav/truncated', `The file states ${statedBytes} bytes of samples and holds ${sizeBytes}; those are shown.`),
    ];
  }
  const rest = sizeBytes - usedBytes;
  return rest === 0 ? [] : [warn('wav/trailing-bytes', `The last ${rest} bytes are no whole frame and are left out.`)];
}

/** Texts of `LIST` `INFO`: four letters each, such as `IART`, `ICMT`, `ICRD`, `ISFT`. */
async function infoTexts(
  source: RandomAccess,
  list: readonly Chunk[],
  isLittleEndian: boolean,
): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const { offsetBytes, sizeBytes } of list.filter(({ id }) => id === 'LIST')) {
    const bytes = await source.read(offsetBytes, Math.min(MAX_TEXT_BYTES, sizeBytes));
    if (text(bytes.subarray(0, 4)) !== 'INFO') continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 4; at + 8 <= bytes.length; ) {
      const size = view.getUint32(at + 4, isLittleEndian);
      texts[text(bytes.subarray(at, at + 4))] = readable(bytes.subarray(at + 8, at + 8 + size));
      at += 8 + size + (size % 2);
    }
  }
  return texts;
}

async function broadcastTexts(
  source: RandomAccess,
  list: readonly Chunk[],
): Promise<Readonly<Record<string, unknown>>> {
  const chunk = list.find(({ id }) => id === 'bext');
  if (!chunk || chunk.sizeBytes < BEXT_TIME_OFFSET + 8) return {};
  const bytes = await source.read(chunk.offsetBytes, BEXT_TIME_OFFSET + 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = BEXT_TEXTS.map(
    ([name, start, length]) => [name, readable(bytes.subarray(start, start + length))] as const,
  );
  return {
    ...Object.fromEntries(texts.filter(([, value]) => value !== '')),
    samplesSinceMidnight: String(view.getBigUint64(BEXT_TIME_OFFSET, true)),
  };
}

/** Up to the first NUL; UTF-8, or Latin-1 where it is not. */
function readable(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const own = bytes.slice(0, end < 0 ? bytes.length : end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(own).trim();
  } catch {
    // not UTF-8: the older encoding reads every byte
    return new TextDecoder('latin1').decode(own).trim();
  }
}

// The heads of a .bin file: "Binary data (.bin)" in Keysight's user's guides of InfiniiVision, "Binary Data Format" in
// Rigol's of MSO5000 to MSO8000 and DHO. A file is a list of waveforms, each of one or more buffers.

import { FormatError } from '../../../base/errors.ts';
import type { RandomAccess } from '../../source.ts';
import { Fields } from '../fields.ts';

/** Sizes of this version are of 64 bits. */
const LONG_VERSION = '03';
/** Least size of the head of a waveform, and the largest that is believed. */
const MIN_WAVEFORM_BYTES = 128;
const MAX_WAVEFORM_BYTES = 4096;
const MIN_BUFFER_BYTES = 12;
const MAX_BUFFER_BYTES = 1024;
/** Waveforms that are looked at; the largest segmented memories hold some thousand. */
const MAX_WAVEFORMS = 1 << 16;
/** Buffers of a waveform: two of peak detection, few of anything else. */
const MAX_BUFFERS = 16;

export const WAVEFORM_LOGIC = 6;
export const BUFFER = { normal: 1, maximum: 2, minimum: 3, time: 4, counts: 5, digital: 6 } as const;

export interface BufferHead {
  readonly type: number;
  readonly pointBytes: number;
  /** Of all samples. */
  readonly sizeBytes: number;
  /** Where the samples begin. */
  readonly offsetBytes: number;
}

export interface WaveformHead {
  readonly offsetBytes: number;
  readonly headBytes: number;
  readonly type: number;
  readonly points: number;
  readonly xIncrement: number;
  /** As the file has it: Keysight's is the first sample, Rigol's how far that lies before the trigger. */
  readonly xOrigin: number;
  readonly xUnit: number;
  readonly yUnit: number;
  readonly date: string;
  readonly time: string;
  /** Model and serial number with a colon between. */
  readonly frame: string;
  readonly label: string;
  /** Seconds of the segment's trigger after the first. */
  readonly timeTagS: number;
  readonly segmentIndex: number;
  readonly buffers: readonly BufferHead[];
}

export interface WaveList {
  readonly isRigol: boolean;
  readonly version: string;
  readonly waveforms: readonly WaveformHead[];
  /** Waveforms that the file states. */
  readonly statedCount: number;
}

/** Reads all heads, up to the end of the file or a head that is none. */
export async function readWaveList(source: RandomAccess): Promise<WaveList> {
  const head = new Fields(await source.read(0, 20));
  const version = head.text(2, 2);
  const isLong = version === LONG_VERSION;
  const statedCount = head.u32(isLong ? 12 : 8);
  const waveforms: WaveformHead[] = [];
  let offsetBytes = isLong ? 16 : 12;
  while (waveforms.length < Math.min(statedCount, MAX_WAVEFORMS) && offsetBytes < source.sizeBytes) {
    const waveform = await readWaveform(source, offsetBytes, isLong);
    if (!waveform) break;
    waveforms.push(waveform);
    const last = waveform.buffers.at(-1);
    offsetBytes = last ? last.offsetBytes + last.sizeBytes : offsetBytes + waveform.headBytes;
  }
  if (waveforms.length === 0) {
    throw new FormatError('format/damaged', 'The file has no readable head of a waveform. Save it again.', offsetBytes);
  }
  return { isRigol: head.text(0, 2) === 'RG', version, waveforms, statedCount };
}

async function readWaveform(
  source: RandomAccess,
  offsetBytes: number,
  isLong: boolean,
): Promise<WaveformHead | undefined> {
  const bytes = await source.read(offsetBytes, MAX_WAVEFORM_BYTES);
  if (bytes.length < MIN_WAVEFORM_BYTES) return undefined;
  const fields = new Fields(bytes, true, offsetBytes);
  const headBytes = fields.u32(0);
  if (headBytes < MIN_WAVEFORM_BYTES || headBytes > MAX_WAVEFORM_BYTES) return undefined;
  const has = (endBytes: number) => headBytes >= endBytes && bytes.length >= endBytes;
  return {
    offsetBytes,
    headBytes,
    type: fields.u32(4),
    points: fields.u32(12),
    xIncrement: fields.f64(32),
    xOrigin: fields.f64(40),
    xUnit: fields.u32(48),
    yUnit: fields.u32(52),
    date: fields.text(56, 16),
    time: fields.text(72, 16),
    frame: fields.text(88, 24),
    label: fields.text(112, 16),
    timeTagS: has(136) ? fields.f64(128) : 0,
    segmentIndex: has(140) ? fields.u32(136) : 0,
    buffers: await readBuffers(source, offsetBytes + headBytes, Math.min(fields.u32(8), MAX_BUFFERS), isLong),
  };
}

async function readBuffers(
  source: RandomAccess,
  from: number,
  count: number,
  isLong: boolean,
): Promise<readonly BufferHead[]> {
  const buffers: BufferHead[] = [];
  let at = from;
  while (buffers.length < count) {
    const bytes = await source.read(at, 16);
    if (bytes.length < (isLong ? 16 : MIN_BUFFER_BYTES)) break;
    const fields = new Fields(bytes, true, at);
    const headBytes = fields.u32(0);
    if (headBytes < MIN_BUFFER_BYTES || headBytes > MAX_BUFFER_BYTES) break;
    const sizeBytes = isLong ? fields.u64(8) : fields.u32(8);
    const offsetBytes = at + headBytes;
    buffers.push({ type: fields.u16(4), pointBytes: fields.u16(6), sizeBytes, offsetBytes });
    at = offsetBytes + sizeBytes;
  }
  return buffers;
}

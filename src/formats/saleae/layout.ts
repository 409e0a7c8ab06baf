// Where things lie in a binary export of Saleae Logic 2. Every count is checked against the file.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { RandomAccess } from '../source.ts';

export const DIGITAL = 0;
export const ANALOG = 1;
const HEADER_BYTES = 16;
/** Waveforms or stretches of a file, at most. */
const MAX_BLOCKS = 1024;
/** Changes that are held in memory, at most (9 bytes each). */
const MAX_CHANGES = 2 ** 26;

/** Samples at a rate. */
export interface AnalogBlock {
  readonly offsetBytes: number;
  readonly frameCount: number;
  readonly beginS: number;
  readonly sampleRateHz: number;
}

/** A level and when it changed; the next stretch may begin later: what is between is not known. */
export interface DigitalBlock {
  /** 0 or 1, before the first change. */
  readonly initialState: number;
  readonly beginS: number;
  readonly endS: number;
  readonly changesS: Float64Array;
}

/** The waveforms of an analogue channel. */
export async function readBlocks(
  source: RandomAccess,
  version: number,
  diagnostics: Diagnostic[],
): Promise<readonly AnalogBlock[]> {
  const count = await blockCount(source, version, diagnostics);
  const blocks: AnalogBlock[] = [];
  let at = version === 0 ? HEADER_BYTES : HEADER_BYTES + 8;
  for (let index = 0; index < count; index++) {
    // version 0: begin, rate, downsample, count; version 1: begin, trigger, rate, downsample, count
    const headBytes = version === 0 ? 32 : 40;
    const view = await viewOf(source, at, headBytes);
    if (!view) break;
    const rate = version === 0 ? Number(view.getBigUint64(8, true)) : view.getFloat64(16, true);
    const downsample = Number(version === 0 ? view.getBigUint64(16, true) : view.getBigInt64(24, true));
    const stated = Number(view.getBigUint64(headBytes - 8, true));
    const sampleRateHz = rate / Math.max(1, downsample);
    const beginS = view.getFloat64(0, true);
    if (!(sampleRateHz > 0) || !Number.isFinite(sampleRateHz) || !Number.isFinite(beginS)) {
      throw new FormatError('format/damaged', `The Saleae export states a sample rate of ${rate} Hz.`, at);
    }
    const offsetBytes = at + headBytes;
    const present = Math.floor((source.sizeBytes - offsetBytes) / 4);
    const frameCount = Math.min(stated, present);
    blocks.push({ offsetBytes, frameCount, beginS, sampleRateHz });
    if (stated > present) {
      diagnostics.push(cut(`${stated} samples`, `${present}`, source.sizeBytes));
      break;
    }
    at = offsetBytes + 4 * frameCount;
  }
  if (blocks.length === 0) throw new FormatError('format/damaged', 'The Saleae export holds no samples.', at);
  return blocks;
}

/** The stretches of a digital channel. */
export async function readDigital(
  source: RandomAccess,
  version: number,
  diagnostics: Diagnostic[],
): Promise<readonly DigitalBlock[]> {
  const count = await blockCount(source, version, diagnostics);
  const blocks: DigitalBlock[] = [];
  let at = version === 0 ? HEADER_BYTES : HEADER_BYTES + 8;
  let room = MAX_CHANGES;
  for (let index = 0; index < count; index++) {
    // version 0: state, begin, end, count; version 1: state, rate, begin, end, count
    const headBytes = version === 0 ? 28 : 36;
    const view = await viewOf(source, at, headBytes);
    if (!view) break;
    const beginS = view.getFloat64(headBytes - 24, true);
    const endS = view.getFloat64(headBytes - 16, true);
    if (!Number.isFinite(beginS) || !Number.isFinite(endS) || endS < beginS) {
      throw new FormatError('format/damaged', 'The Saleae export states no times of begin and end.', at);
    }
    const stated = Number(view.getBigUint64(headBytes - 8, true));
    const offsetBytes = at + headBytes;
    const present = Math.floor((source.sizeBytes - offsetBytes) / 8);
    const used = Math.min(stated, present, room);
    const changesS = await times(source, offsetBytes, used);
    const isWhole = used === stated;
    blocks.push({
      initialState: view.getUint32(0, true) === 0 ? 0 : 1,
      beginS,
      endS: isWhole ? endS : (changesS.at(-1) ?? beginS),
      changesS,
    });
    if (!isWhole) {
      diagnostics.push(cut(`${stated} changes`, `the first ${used}`, offsetBytes + 8 * used));
      break;
    }
    room -= used;
    at = offsetBytes + 8 * used;
  }
  if (blocks.length === 0) throw new FormatError('format/damaged', 'The Saleae export holds no changes.', at);
  return blocks;
}

async function blockCount(source: RandomAccess, version: number, diagnostics: Diagnostic[]): Promise<number> {
  if (version === 0) return 1;
  const view = await viewOf(source, HEADER_BYTES, 8);
  if (!view) throw new FormatError('format/damaged', 'The Saleae export ends in its first bytes.', HEADER_BYTES);
  const stated = Number(view.getBigUint64(0, true));
  if (stated > MAX_BLOCKS) {
    const message = `The export states ${stated} parts; the first ${MAX_BLOCKS} are shown.`;
    diagnostics.push({ severity: 'warning', code: 'saleae/too-many', message, offsetBytes: HEADER_BYTES });
  }
  return Math.min(stated, MAX_BLOCKS);
}

async function times(source: RandomAccess, offsetBytes: number, count: number): Promise<Float64Array> {
  const bytes = await source.read(offsetBytes, 8 * count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => view.getFloat64(8 * index, true));
}

async function viewOf(source: RandomAccess, offset: number, length: number): Promise<DataView | undefined> {
  const bytes = await source.read(offset, length);
  return bytes.length < length ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function cut(stated: string, present: string, offsetBytes: number): Diagnostic {
  const message = `The export states ${stated} and ${present} can be shown: it was cut, or is too long.`;
  return { severity: 'warning', code: 'saleae/truncated', message, offsetBytes };
}

// Samples as an oscilloscope stores them: numbers of one type at equal distances, to be scaled to the unit of the signal.

import { FormatError } from '../../base/errors.ts';
import type { RandomAccess } from '../source.ts';

export type CodeType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64' | 'u64';

const READ: Readonly<Record<CodeType, (view: DataView, at: number, isLittle: boolean) => number>> = {
  u8: (view, at) => view.getUint8(at),
  i8: (view, at) => view.getInt8(at),
  u16: (view, at, isLittle) => view.getUint16(at, isLittle),
  i16: (view, at, isLittle) => view.getInt16(at, isLittle),
  u32: (view, at, isLittle) => view.getUint32(at, isLittle),
  i32: (view, at, isLittle) => view.getInt32(at, isLittle),
  f32: (view, at, isLittle) => view.getFloat32(at, isLittle),
  f64: (view, at, isLittle) => view.getFloat64(at, isLittle),
  u64: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
};

export function codeBytes(type: CodeType): number {
  return Number(type.slice(1)) / 8;
}

/** Where the codes of a signal stand and what they mean: value = code × scale + offset. */
export interface CodeRun {
  readonly type: CodeType;
  readonly isLittle?: boolean;
  readonly offsetBytes: number;
  /** From one code to the next; the size of a code when left out. */
  readonly strideBytes?: number;
  readonly scale?: number;
  readonly offset?: number;
  /** Where a second run of the same form begins whose codes lie between those of the first. */
  readonly betweenOffsetBytes?: number;
}

/** Reads values of a run. Rejects with a FormatError where the file has become shorter. */
export function codeReader(
  source: RandomAccess,
  run: CodeRun,
): (start: number, end: number) => Promise<Float64Array<ArrayBuffer>> {
  const { betweenOffsetBytes } = run;
  if (betweenOffsetBytes === undefined) return (start, end) => readRun(source, run, start, end);
  const second = { ...run, offsetBytes: betweenOffsetBytes };
  return async (start, end) => {
    const values = new Float64Array(end - start);
    const halves = [run, second].map((half, phase) =>
      readRun(source, half, Math.ceil((start - phase) / 2), Math.max(0, Math.ceil((end - phase) / 2))),
    );
    const [even, odd] = await Promise.all(halves);
    for (let i = start; i < end; i++) {
      const half = i % 2 === 0 ? even! : odd!;
      values[i - start] = half[Math.floor(i / 2) - Math.ceil((start - (i % 2)) / 2)]!;
    }
    return values;
  };
}

async function readRun(
  source: RandomAccess,
  run: CodeRun,
  start: number,
  end: number,
): Promise<Float64Array<ArrayBuffer>> {
  const { type, isLittle = true, offsetBytes, scale = 1, offset = 0 } = run;
  const itemBytes = codeBytes(type);
  const strideBytes = run.strideBytes ?? itemBytes;
  const values = new Float64Array(end - start);
  if (end === start) return values;
  const neededBytes = (end - start - 1) * strideBytes + itemBytes;
  const bytes = await source.read(offsetBytes + start * strideBytes, neededBytes);
  if (bytes.length < neededBytes) {
    throw new FormatError('format/damaged', 'The file became shorter while it was open. Open it again.', offsetBytes);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READ[type];
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * strideBytes, isLittle) * scale + offset;
  return values;
}

/** How many codes of a run of `count` the file holds. */
export function presentCodes(source: RandomAccess, run: CodeRun, count: number): number {
  const itemBytes = codeBytes(run.type);
  const strideBytes = run.strideBytes ?? itemBytes;
  const held = (offsetBytes: number) =>
    Math.max(0, Math.floor((source.sizeBytes - offsetBytes - itemBytes) / strideBytes) + 1);
  if (run.betweenOffsetBytes === undefined) return Math.min(count, held(run.offsetBytes));
  return Math.min(count, 2 * Math.min(held(run.offsetBytes), held(run.betweenOffsetBytes)));
}

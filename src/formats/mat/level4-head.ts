// How a MATLAB file of level 4 begins (MathWorks, "MAT-File Format", chapter 2). Nothing in it says what it is, so the first
// head is looked at closely.

import type { SampleType } from '../../model/signal-store.ts';

export const HEAD_BYTES = 20;
/** MATLAB's own limit is 63. */
const MAX_NAME_BYTES = 256;
/** By the tens digit of the type: doubles, floats, and integers. */
const PRECISIONS: readonly (readonly [kind: string, bytes: number, dtype: SampleType])[] = [
  ['f', 8, 'f64'],
  ['f', 4, 'f32'],
  ['i', 4, 'i32'],
  ['i', 2, 'i16'],
  ['u', 2, 'u16'],
  ['u', 1, 'u8'],
];

export interface Level4Head {
  readonly isLittle: boolean;
  /** Kind and bytes of a number. */
  readonly number: readonly [kind: string, bytes: number];
  readonly dtype: SampleType;
  /** 0 numbers, 1 text, 2 sparse. */
  readonly content: number;
  readonly rowCount: number;
  readonly columnCount: number;
  readonly isComplex: boolean;
  readonly nameBytes: number;
  /** Of the numbers. */
  readonly dataBytes: number;
}

/** Undefined when the bytes are no such head, or one of machines that are no more (VAX, Cray). */
export function level4Head(bytes: Uint8Array): Level4Head | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const isLittle of [true, false]) {
    const [type, rowCount, columnCount, imaginary, nameBytes] = [0, 4, 8, 12, 16].map((at) =>
      view.getUint32(at, isLittle),
    );
    const precision = PRECISIONS[Math.floor((type! % 100) / 10)];
    const machine = Math.floor(type! / 1000);
    const isType = machine === (isLittle ? 0 : 1) && Math.floor((type! % 1000) / 100) === 0 && type! % 10 <= 2;
    if (!isType || !precision || imaginary! > 1 || nameBytes! < 1 || nameBytes! > MAX_NAME_BYTES) continue;
    const [kind, numberBytes] = precision;
    const dataBytes = rowCount! * columnCount! * numberBytes * (imaginary! + 1);
    return {
      isLittle,
      number: [kind, numberBytes],
      dtype: precision[2],
      content: type! % 10,
      rowCount: rowCount!,
      columnCount: columnCount!,
      isComplex: imaginary === 1,
      nameBytes: nameBytes!,
      dataBytes,
    };
  }
  return undefined;
}

/** True for the start of such a file: a head that fits into it, and a name as MATLAB has them. */
export function isLevel4(head: Uint8Array, sizeBytes: number): boolean {
  const first = level4Head(head);
  if (!first || HEAD_BYTES + first.nameBytes + first.dataBytes > sizeBytes) return false;
  const name = head.subarray(HEAD_BYTES, HEAD_BYTES + first.nameBytes);
  return /^[A-Za-z]\w*\0$/.test(String.fromCharCode(...name));
}

// MATLAB files of level 5, written by hand (MathWorks, "MAT-File Format", chapter 1): rows of doubles.

export interface MatRow {
  readonly name: string;
  readonly values: readonly number[];
  /** Values that the dimensions state, where that is not how many there are. */
  readonly claimedCount?: number;
}

/** miINT8, miINT32, miUINT32, miDOUBLE, miMATRIX, and the class of doubles. */
const [INT8, INT32, UINT32, DOUBLE, MATRIX, DOUBLE_CLASS] = [1, 5, 6, 9, 14, 6];

export function level5File(rows: readonly MatRow[], isLittle = true): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(128).fill(0x20);
  head.set(isLittle ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49], 124);
  return joined([head, ...rows.map((row) => matrix(row, isLittle))]);
}

function matrix({ name, values, claimedCount = values.length }: MatRow, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const doubles = new DataView(new ArrayBuffer(8 * values.length));
  for (const [index, value] of values.entries()) doubles.setFloat64(8 * index, value, isLittle);
  const parts = [
    element(UINT32, words([DOUBLE_CLASS, 0], isLittle), isLittle),
    element(INT32, words([1, claimedCount], isLittle), isLittle),
    element(INT8, new TextEncoder().encode(name), isLittle),
    element(DOUBLE, new Uint8Array(doubles.buffer), isLittle),
  ];
  return element(MATRIX, joined(parts), isLittle);
}

function element(type: number, data: Uint8Array, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + Math.ceil(data.length / 8) * 8);
  bytes.set(words([type, data.length], isLittle));
  bytes.set(data, 8);
  return bytes;
}

function words(numbers: readonly number[], isLittle: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [index, number] of numbers.entries()) view.setInt32(4 * index, number, isLittle);
  return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

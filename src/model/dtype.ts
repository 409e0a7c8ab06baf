// NumPy's structured types, as far as a setup or an event file can name them.

/** One field: NumPy's canonical type text (`<f4`, `|u1`, `>i2`, `|S10`) at a byte offset of the record. */
export interface DtypeField {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  /** Bytes of the whole field, shape included. */
  readonly size: number;
  /** Shape of one value; empty for a scalar. */
  readonly shape: readonly number[];
}

export interface StructDtype {
  readonly itemsize: number;
  readonly fields: readonly DtypeField[];
}

export interface ScalarDtype {
  readonly type: string;
  readonly itemsize: number;
  readonly shape: readonly number[];
}

// Names that NumPy gives to types, on a 64-bit little-endian machine (numpy.org, "Data type objects").
const NAMED: Readonly<Record<string, string>> = {
  float16: '<f2',
  half: '<f2',
  e: '<f2',
  f2: '<f2',
  float32: '<f4',
  single: '<f4',
  f: '<f4',
  f4: '<f4',
  float64: '<f8',
  float: '<f8',
  double: '<f8',
  d: '<f8',
  f8: '<f8',
  longdouble: '<f16',
  longfloat: '<f16',
  float128: '<f16',
  g: '<f16',
  f16: '<f16',
  int8: '|i1',
  byte: '|i1',
  b: '|i1',
  i1: '|i1',
  int16: '<i2',
  short: '<i2',
  h: '<i2',
  i2: '<i2',
  int32: '<i4',
  intc: '<i4',
  i: '<i4',
  i4: '<i4',
  int64: '<i8',
  int: '<i8',
  int_: '<i8',
  intp: '<i8',
  long: '<i8',
  longlong: '<i8',
  l: '<i8',
  q: '<i8',
  p: '<i8',
  i8: '<i8',
  uint8: '|u1',
  ubyte: '|u1',
  B: '|u1',
  u1: '|u1',
  uint16: '<u2',
  ushort: '<u2',
  H: '<u2',
  u2: '<u2',
  uint32: '<u4',
  uintc: '<u4',
  I: '<u4',
  u4: '<u4',
  uint64: '<u8',
  uint: '<u8',
  uintp: '<u8',
  ulong: '<u8',
  ulonglong: '<u8',
  L: '<u8',
  Q: '<u8',
  P: '<u8',
  u8: '<u8',
  bool: '|b1',
  bool8: '|b1',
  '?': '|b1',
  b1: '|b1',
  complex64: '<c8',
  csingle: '<c8',
  F: '<c8',
  c8: '<c8',
  complex128: '<c16',
  complex: '<c16',
  cdouble: '<c16',
  D: '<c16',
  c16: '<c16',
  object: '|O',
  O: '|O',
  O8: '|O',
};

const SINGLE_BYTE = new Set(['i1', 'u1', 'b1']);
const TIME_UNITS = new Set(['Y', 'M', 'W', 'D', 'h', 'm', 's', 'ms', 'us', 'ns', 'ps', 'fs', 'as']);

/**
 * Reads one NumPy type text as `numpy.dtype(text)` does: names, letters, byte order prefix, `S10`, `U4`, `V5`,
 * `M8[ns]` and a leading shape (`3f4`, `(2,2)i2`). `undefined` when NumPy would refuse it. Comma-separated texts
 * (several fields in one) are not taken: a setup names its fields.
 */
export function parseDtype(text: string): ScalarDtype | undefined {
  const shaped = /^(?:\((\d+(?:,\d+)*),?\)|(\d+))(.+)$/.exec(text);
  if (shaped) {
    const base = parseDtype(shaped[3]!);
    if (!base || base.shape.length > 0) return undefined;
    const shape = (shaped[1] ?? shaped[2]!).split(',').map(Number);
    const count = shape.reduce((product, n) => product * n, 1);
    return { type: base.type, itemsize: base.itemsize * count, shape };
  }
  const order = /^[<>=|]/.exec(text)?.[0];
  const name = order ? text.slice(1) : text;
  const canonical = (Object.hasOwn(NAMED, name) ? NAMED[name] : undefined) ?? sizedType(name);
  if (!canonical) return undefined;
  const kindAndSize = canonical.slice(1);
  const type = order === '>' && canonical[0] === '<' ? `>${kindAndSize}` : canonical;
  return { type, itemsize: itemsizeOf(kindAndSize), shape: [] };
}

function sizedType(name: string): string | undefined {
  const text = /^([SUVa])(\d+)$/.exec(name);
  if (text) return `${text[1] === 'U' ? '<' : '|'}${text[1] === 'a' ? 'S' : text[1]}${text[2]}`;
  const time = /^([Mm])8\[(\d*)([A-Za-z]+)\]$/.exec(name);
  if (time && TIME_UNITS.has(time[3]!)) return `<${name}`;
  return undefined;
}

function itemsizeOf(kindAndSize: string): number {
  if (SINGLE_BYTE.has(kindAndSize)) return 1;
  if (kindAndSize === 'O' || /^[Mm]8\[/.test(kindAndSize)) return 8;
  const size = Number(kindAndSize.slice(1));
  return kindAndSize[0] === 'U' ? 4 * size : size;
}

/** Packs named fields one behind the other, in the order given. */
export function packStruct(fields: readonly { readonly name: string; readonly dtype: ScalarDtype }[]): StructDtype {
  let offset = 0;
  const placed = fields.map(({ name, dtype }) => {
    const field: DtypeField = { name, type: dtype.type, offset, size: dtype.itemsize, shape: dtype.shape };
    offset += dtype.itemsize;
    return field;
  });
  return { itemsize: offset, fields: placed };
}

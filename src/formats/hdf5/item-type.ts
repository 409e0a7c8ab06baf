// HDF5's types as the types of records that all array readers share, as far as the library hands out their bytes.

import type { Dtype, ScalarDtype, StructField } from '../numpy/dtype.ts';
import { arrayDtype, scalarDtype } from '../numpy/dtype.ts';
import type { TypeMetadata } from './library.ts';

/** Classes of H5T_class_t (H5Tpublic.h). */
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const BITFIELD = 4;
const COMPOUND = 6;
const REFERENCE = 7;
const ENUM = 8;
const VLEN = 9;
const ARRAY = 10;
const COMPLEX = 11;
/** Types inside of types. */
const MAX_DEPTH = 16;
/** Names that programs give to the two parts of a complex number: h5py, MATLAB, others. */
const COMPLEX_PARTS = [
  ['r', 'i'],
  ['real', 'imag'],
  ['re', 'im'],
] as const;

const CLASS_NAMES: Readonly<Record<number, string>> = {
  2: 'times',
  5: 'raw bytes',
  [REFERENCE]: 'references',
  [VLEN]: 'lists of different lengths',
};

/** The type of an item as it lies in memory when the library has read it. */
export function itemDtype(type: TypeMetadata): Dtype {
  const orders = new Set(numberOrders(type, 0));
  // the library turns an order of high bytes first round, but leaves types of mixed order alone
  return dtypeOf(type, orders.size > 1, 0);
}

/** True for texts, fixed or of any length. */
export function isText({ type }: TypeMetadata): boolean {
  return type === STRING;
}

/** True when reading allocates memory of any length for each item. */
export function hasAnyLength(type: TypeMetadata, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  if (type.vlen || type.type === VLEN) return true;
  if (type.array_type) return hasAnyLength(type.array_type, depth + 1);
  return type.compound_type?.members.some((member) => hasAnyLength(member, depth + 1)) ?? false;
}

/** What a type that is no number is called, for people. */
export function typeName({ type, size }: TypeMetadata): string {
  return CLASS_NAMES[type] ?? (type === FLOAT ? `floats of ${8 * size} bits` : `class ${type}`);
}

/** Such as `float64` or `compound of 3`. */
export function typeText(type: TypeMetadata): string {
  const dtype = itemDtype(type);
  if (dtype.type === 'struct') return `compound of ${dtype.fields.length}`;
  if (dtype.type === 'array') return `arrays of ${dtype.shape.join(' × ')}`;
  const names: Partial<Record<ScalarDtype['kind'], string>> = { i: 'int', u: 'uint', f: 'float', c: 'complex' };
  const name = names[dtype.kind];
  return dtype.kind === 'b' ? 'bool' : name ? `${name}${8 * dtype.itemBytes}` : typeName(type);
}

function* numberOrders(type: TypeMetadata, depth: number): Generator<boolean> {
  if (depth > MAX_DEPTH) return;
  const inner = type.array_type ?? type.vlen_type;
  if (inner) yield* numberOrders(inner, depth + 1);
  else if (type.compound_type) for (const member of type.compound_type.members) yield* numberOrders(member, depth + 1);
  else if ([INTEGER, FLOAT, BITFIELD, ENUM, COMPLEX].includes(type.type)) yield type.littleEndian;
}

function dtypeOf(type: TypeMetadata, isMixed: boolean, depth: number): Dtype {
  const bytes: ScalarDtype = { type: 'scalar', kind: 'V', byteOrder: '|', itemBytes: Math.max(1, type.size), unit: '' };
  if (depth > MAX_DEPTH) return bytes;
  const order = isMixed && !type.littleEndian ? '>' : '<';
  switch (type.type) {
    case INTEGER:
      return scalarDtype(type.signed ? 'i' : 'u', type.size, order) ?? bytes;
    case BITFIELD:
      return scalarDtype('u', type.size, order) ?? bytes;
    case FLOAT:
      return scalarDtype('f', type.size, order) ?? bytes;
    case COMPLEX:
      return scalarDtype('c', type.size, order) ?? bytes;
    case STRING:
      return type.vlen ? bytes : (scalarDtype('S', type.size, '|') ?? bytes);
    case ENUM:
      if (isBoolean(type)) return scalarDtype('b', 1, '|')!;
      return scalarDtype(type.signed ? 'i' : 'u', type.size, order) ?? bytes;
    case ARRAY: {
      const { shape } = type.array_type!;
      return shape && shape.length > 0 && shape.every((size) => size >= 1)
        ? arrayDtype(dtypeOf(type.array_type!, isMixed, depth + 1), shape)
        : bytes;
    }
    case COMPOUND:
      return compound(type, isMixed, depth) ?? bytes;
    default:
      return bytes;
  }
}

function compound(type: TypeMetadata, isMixed: boolean, depth: number): Dtype | undefined {
  const { members } = type.compound_type!;
  const fields: StructField[] = members.map((member) => ({
    name: member.name,
    offsetBytes: member.offset,
    dtype: dtypeOf(member, isMixed, depth + 1),
  }));
  if (fields.some(({ offsetBytes, dtype }) => offsetBytes < 0 || offsetBytes + dtype.itemBytes > type.size)) {
    return undefined;
  }
  return complex(fields, type.size) ?? { type: 'struct', fields, itemBytes: type.size };
}

function complex(fields: readonly StructField[], itemBytes: number): Dtype | undefined {
  const [re, im] = fields;
  if (fields.length !== 2 || re?.dtype.type !== 'scalar' || im?.dtype.type !== 'scalar') return undefined;
  const isNamed = COMPLEX_PARTS.some(([first, second]) => re.name === first && im.name === second);
  const isPacked = re.offsetBytes === 0 && im.offsetBytes === re.dtype.itemBytes && itemBytes === 2 * im.offsetBytes;
  if (!isNamed || !isPacked || re.dtype.kind !== 'f' || im.dtype.kind !== 'f') return undefined;
  return scalarDtype('c', itemBytes, re.dtype.byteOrder);
}

/** As h5py writes truth values. */
function isBoolean({ size, enum_type: named }: TypeMetadata): boolean {
  return size === 1 && named?.nmembers === 2 && named.members['FALSE'] === 0 && named.members['TRUE'] === 1;
}

// NumPy's data types as far as files use them: scalars, packed or padded structs, sub-arrays. Nothing that
// holds Python objects exists here. Also the flattening of a type into scalar leaves with offsets.

import { FormatError } from '../../base/errors.ts';

export type ByteOrder = '<' | '>' | '|';

/** b boolean, i/u integers, f floats, c complex, S bytes, U UTF-32 text, V raw bytes, M date, m time span. */
export type ScalarKind = 'b' | 'i' | 'u' | 'f' | 'c' | 'S' | 'U' | 'V' | 'M' | 'm';

export interface ScalarDtype {
  readonly type: 'scalar';
  readonly kind: ScalarKind;
  /** `|` where order has no meaning. */
  readonly byteOrder: ByteOrder;
  readonly itemBytes: number;
  /** Unit of dates and spans as NumPy writes it, such as `ns` or `25s`; empty otherwise. */
  readonly unit: string;
}

export interface StructField {
  readonly name: string;
  readonly offsetBytes: number;
  readonly dtype: Dtype;
}

export interface StructDtype {
  readonly type: 'struct';
  readonly fields: readonly StructField[];
  readonly itemBytes: number;
}

export interface ArrayDtype {
  readonly type: 'array';
  readonly base: Dtype;
  readonly shape: readonly number[];
  readonly itemBytes: number;
}

export type Dtype = ScalarDtype | StructDtype | ArrayDtype;

/** A scalar inside an item: where it is and how often it repeats. */
export interface Leaf {
  /** Field names joined with a dot; empty for a plain scalar. */
  readonly name: string;
  readonly scalar: ScalarDtype;
  readonly offsetBytes: number;
  readonly shape: readonly number[];
  /** Bytes from one index to the next, per dimension of `shape`. */
  readonly stridesBytes: readonly number[];
}

/** More leaves than this in one item are refused: no instrument has them, a hostile file may. */
export const MAX_LEAVES = 65_536;
/** Deepest nesting of structs and arrays that is followed. */
export const MAX_DEPTH = 32;

const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
  c: [8, 16],
  M: [8],
  m: [8],
};

/**
 * A scalar from NumPy's kind letter and the number behind it (characters for U, bytes for all others).
 * Undefined when NumPy has no such type or it cannot be read here.
 */
export function scalarDtype(kind: string, size: number, byteOrder: ByteOrder, unit = ''): ScalarDtype | undefined {
  const sizes = SIZES[kind];
  if (sizes ? !sizes.includes(size) : !'SUV'.includes(kind) || kind.length !== 1) return undefined;
  const itemBytes = kind === 'U' ? size * 4 : size;
  if (!Number.isSafeInteger(itemBytes) || itemBytes < 1) return undefined;
  const hasOrder = kind === 'U' || (itemBytes > 1 && kind !== 'S' && kind !== 'V');
  const order: ByteOrder = !hasOrder ? '|' : byteOrder === '|' ? '<' : byteOrder;
  return { type: 'scalar', kind: kind as ScalarKind, byteOrder: order, itemBytes, unit };
}

/** A packed struct in declaration order. */
export function packedStruct(fields: readonly { readonly name: string; readonly dtype: Dtype }[]): StructDtype {
  let offsetBytes = 0;
  const placed = fields.map(({ name, dtype }) => {
    const field: StructField = { name, dtype, offsetBytes };
    offsetBytes += dtype.itemBytes;
    return field;
  });
  return { type: 'struct', fields: placed, itemBytes: offsetBytes };
}

/** A sub-array; `shape` must have at least one dimension, all ≥ 1. */
export function arrayDtype(base: Dtype, shape: readonly number[]): ArrayDtype {
  return { type: 'array', base, shape, itemBytes: shape.reduce((product, size) => product * size, base.itemBytes) };
}

/** The text NumPy prints for a type: `<f4`, `|S10`, `<M8[ns]`; structs and arrays as `|V<bytes>`. */
export function dtypeText(dtype: Dtype): string {
  if (dtype.type !== 'scalar') return `|V${dtype.itemBytes}`;
  const size = dtype.kind === 'U' ? dtype.itemBytes / 4 : dtype.itemBytes;
  return `${dtype.byteOrder}${dtype.kind}${size}${dtype.unit === '' ? '' : `[${dtype.unit}]`}`;
}

/** All scalars of one item in declaration order. Rejects types with absurd nesting with `format/unsupported`. */
export function leavesOf(dtype: Dtype): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: Dtype, name: string, offset: number, shape: number[], strides: number[], depth: number) => {
    if (leaves.length >= MAX_LEAVES || depth > MAX_DEPTH) {
      throw new FormatError(
        'format/unsupported',
        `The type of one item has more than ${MAX_LEAVES} values or ${MAX_DEPTH} levels.`,
      );
    }
    if (part.type === 'scalar') {
      leaves.push({ name, scalar: part, offsetBytes: offset, shape, stridesBytes: strides });
    } else if (part.type === 'array') {
      const inner = part.shape.map((_, index) =>
        part.shape.slice(index + 1).reduce((product, size) => product * size, part.base.itemBytes),
      );
      visit(part.base, name, offset, [...shape, ...part.shape], [...strides, ...inner], depth + 1);
    } else {
      for (const field of part.fields) {
        const path = name === '' ? field.name : `${name}.${field.name}`;
        visit(field.dtype, path, offset + field.offsetBytes, shape, strides, depth + 1);
      }
    }
  };
  visit(dtype, '', 0, [], [], 0);
  return leaves;
}

/** Same layout and same meaning. */
export function isSameDtype(a: Dtype, b: Dtype): boolean {
  if (a.type !== b.type || a.itemBytes !== b.itemBytes) return false;
  if (a.type === 'scalar') return b.type === 'scalar' && dtypeText(a) === dtypeText(b);
  if (a.type === 'array') {
    return b.type === 'array' && a.shape.join() === b.shape.join() && isSameDtype(a.base, b.base);
  }
  return (
    b.type === 'struct' &&
    a.fields.length === b.fields.length &&
    a.fields.every((field, index) => {
      const other = b.fields[index]!;
      return (
        field.name === other.name && field.offsetBytes === other.offsetBytes && isSameDtype(field.dtype, other.dtype)
      );
    })
  );
}

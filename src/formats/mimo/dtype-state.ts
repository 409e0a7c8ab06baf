// numpy.dtype as it lies in a pickle: a type string, then a state tuple (numpy's dtype.__reduce__). Everything
// is checked, because NumPy itself would believe offsets outside the item.

import { FormatError } from '../../base/errors.ts';
import {
  arrayDtype,
  type ByteOrder,
  type Dtype,
  MAX_DEPTH,
  type ScalarDtype,
  type StructField,
  scalarDtype,
} from '../numpy/dtype.ts';
import { PickleDict, PickleDtype, PickleTuple, type PickleValue } from './pickle-values.ts';

/** The type that a bare type string names: `f4`, `U4`, `V16`. Its order is this machine's (little) until set. */
export function dtypeFromTypeString(typeString: string, offset: number): ScalarDtype {
  const match = /^([a-zA-Z])(\d{1,10})$/.exec(typeString);
  const kind = match?.[1] ?? '';
  const size = Number(match?.[2] ?? '0');
  if (kind === 'O') throw refuse('a field holds Python objects, so the records are memory addresses', offset);
  if (kind === 'f' && size === 16) throw refuse('a field is an 80-bit long double; store it as f8', offset);
  const dtype = scalarDtype(kind, size, '<');
  if (!dtype) throw refuse(`the data type "${typeString.slice(0, 20)}" is unknown`, offset);
  return dtype;
}

/** The type after BUILD with its state tuple. Rejects with a FormatError at `offset`. */
export function dtypeFromState(target: PickleDtype, state: PickleValue, offset: number): Dtype {
  const base = dtypeFromTypeString(target.typeString, offset);
  if (!(state instanceof PickleTuple)) throw refuse('the state of a data type is no tuple', offset);
  const [version, order, subarray, names, fields, itemsize, , , metadata] = state.items;
  const isDate = base.kind === 'M' || base.kind === 'm';
  const isKnown = isDate
    ? version === 4n && state.items.length === 9
    : (version === 3n || version === 4n) && state.items.length === (version === 3n ? 8 : 9);
  if (!isKnown) throw refuse('the state of a data type has an unknown version or length', offset);
  if (typeof order !== 'string' || !'<>|='.includes(order) || order.length !== 1) {
    throw refuse('a byte order is not one of < > | =', offset);
  }
  if (typeof itemsize !== 'bigint' || (itemsize !== -1n && itemsize !== BigInt(base.itemBytes))) {
    throw refuse('the two sizes given for a data type disagree', offset);
  }
  if (subarray !== null) return subarrayDtype(base, subarray, offset);
  if (names !== null) return structDtype(base, names, fields, offset);
  const unit = isDate ? dateUnit(metadata, offset) : '';
  const byteOrder: ByteOrder = order === '>' ? '>' : '<';
  return scalarDtype(base.kind, sizeNumber(base), byteOrder, unit) ?? base;
}

function subarrayDtype(base: ScalarDtype, subarray: PickleValue | undefined, offset: number): Dtype {
  const [element, shapeValue] = subarray instanceof PickleTuple ? subarray.items : [];
  if (!(element instanceof PickleDtype) || base.kind !== 'V') throw refuse('a sub-array has no element type', offset);
  const sizes = shapeValue instanceof PickleTuple ? shapeValue.items : [shapeValue];
  const shape = sizes.map((size) => {
    if (typeof size !== 'bigint' || size < 1n || size > 0x7fffffffn) throw refuse('a sub-array has no shape', offset);
    return Number(size);
  });
  const dtype = arrayDtype(element.dtype, shape);
  if (shape.length === 0 || shape.length > MAX_DEPTH || dtype.itemBytes !== base.itemBytes) {
    throw refuse('the shape of a sub-array disagrees with its size', offset);
  }
  return dtype;
}

function structDtype(
  base: ScalarDtype,
  names: PickleValue | undefined,
  fields: PickleValue | undefined,
  offset: number,
): Dtype {
  if (!(names instanceof PickleTuple) || !(fields instanceof PickleDict) || base.kind !== 'V') {
    throw refuse('a struct has no list of fields', offset);
  }
  const seen = new Set<string>();
  const result = names.items.map((name): StructField => {
    if (typeof name !== 'string' || seen.has(name)) throw refuse('a field has no name of its own', offset);
    seen.add(name);
    const entry = fields.get(name);
    const [element, position] = entry instanceof PickleTuple ? entry.items : [];
    if (!(element instanceof PickleDtype) || typeof position !== 'bigint') {
      throw refuse(`the field "${name.slice(0, 40)}" has no type or place`, offset);
    }
    if (position < 0n || position + BigInt(element.dtype.itemBytes) > BigInt(base.itemBytes)) {
      throw refuse(`the field "${name.slice(0, 40)}" lies outside its record`, offset);
    }
    return { name, dtype: element.dtype, offsetBytes: Number(position) };
  });
  if (result.length === 0) throw refuse('a struct has no fields', offset);
  return { type: 'struct', fields: result, itemBytes: base.itemBytes };
}

/** The ninth item of a date's state: ({}, (unit, count, 1, 1)). */
function dateUnit(metadata: PickleValue | undefined, offset: number): string {
  const description = metadata instanceof PickleTuple ? metadata.items[1] : undefined;
  const [unit, count] = description instanceof PickleTuple ? description.items : [];
  const name = unit instanceof Uint8Array ? String.fromCharCode(...unit.subarray(0, 16)) : unit;
  if (typeof name !== 'string' || !/^[A-Za-z]{1,7}$/.test(name) || typeof count !== 'bigint') {
    throw refuse('a date has no unit', offset);
  }
  if (name === 'generic') return '';
  return count === 1n ? name : `${count}${name}`;
}

function sizeNumber(dtype: ScalarDtype): number {
  return dtype.kind === 'U' ? dtype.itemBytes / 4 : dtype.itemBytes;
}

function refuse(reason: string, offset: number): FormatError {
  return new FormatError(
    'format/unsupported',
    `The header of this .mimo file cannot be used: ${reason}. Nothing of it was executed.`,
    offset,
  );
}

// The names under which people write NumPy types in setup files (`float32`, `f4`, `>i2`, `(2,3)f4`, `S10`,
// `M8[ns]`, `f4,i2`), as NumPy 1.24 reads them on 64-bit Linux.

import { LabError } from '../../base/errors.ts';
import { arrayDtype, type ByteOrder, type Dtype, packedStruct, scalarDtype } from './dtype.ts';

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['float16', 'f2'],
  ['half', 'f2'],
  ['e', 'f2'],
  ['float32', 'f4'],
  ['single', 'f4'],
  ['f', 'f4'],
  ['float64', 'f8'],
  ['float', 'f8'],
  ['double', 'f8'],
  ['d', 'f8'],
  ['int8', 'i1'],
  ['byte', 'i1'],
  ['b', 'i1'],
  ['int16', 'i2'],
  ['short', 'i2'],
  ['h', 'i2'],
  ['int32', 'i4'],
  ['intc', 'i4'],
  ['i', 'i4'],
  ['int64', 'i8'],
  ['int', 'i8'],
  ['int_', 'i8'],
  ['intp', 'i8'],
  ['p', 'i8'],
  ['long', 'i8'],
  ['longlong', 'i8'],
  ['l', 'i8'],
  ['q', 'i8'],
  ['uint8', 'u1'],
  ['ubyte', 'u1'],
  ['B', 'u1'],
  ['uint16', 'u2'],
  ['ushort', 'u2'],
  ['H', 'u2'],
  ['uint32', 'u4'],
  ['uintc', 'u4'],
  ['I', 'u4'],
  ['uint64', 'u8'],
  ['uint', 'u8'],
  ['uintp', 'u8'],
  ['P', 'u8'],
  ['ulonglong', 'u8'],
  ['L', 'u8'],
  ['Q', 'u8'],
  ['bool', 'b1'],
  ['bool_', 'b1'],
  ['?', 'b1'],
  ['complex64', 'c8'],
  ['csingle', 'c8'],
  ['F', 'c8'],
  ['complex128', 'c16'],
  ['complex', 'c16'],
  ['cdouble', 'c16'],
  ['D', 'c16'],
  ['datetime64', 'M8'],
  ['timedelta64', 'm8'],
]);

/** Names that NumPy knows and that cannot be stored in a file of ours. */
const UNSTORABLE = new Set(['O', 'object', 'g', 'f16', 'longdouble', 'float128', 'longfloat', 'G', 'c32']);

/** Reads a type name. Rejects with `setup/invalid` for a name that NumPy does not know or that cannot be stored. */
export function dtypeFromName(name: string): Dtype {
  const parts = splitTopLevel(name);
  if (parts.length > 1) {
    return packedStruct(parts.map((part, index) => ({ name: `f${index}`, dtype: dtypeFromName(part) })));
  }
  const match = /^([<>|=]?)(\(\s*\d+(?:\s*,\s*\d+)*\s*,?\s*\)|\d+)?([<>|=]?)([A-Za-z?_].*)$/.exec(name);
  if (!match) throw unknown(name);
  const [, orderBefore, shapeText, orderAfter, body] = match;
  const order: ByteOrder = (orderBefore || orderAfter) === '>' ? '>' : '<';
  const scalar = scalarFromName(body!, order, name);
  if (shapeText === undefined) return scalar;
  const shape = [...shapeText.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const array = arrayDtype(scalar, shape);
  if (shape.some((size) => size < 1) || !Number.isSafeInteger(array.itemBytes)) throw unknown(name);
  return array;
}

function scalarFromName(body: string, order: ByteOrder, whole: string): Dtype {
  if (UNSTORABLE.has(body)) {
    throw new LabError(
      'setup/invalid',
      `The type "${whole}" cannot be stored in a file. Use f8, i8 or another plain type.`,
    );
  }
  const spelled = ALIASES.get(body) ?? body;
  const match = /^([a-zA-Z])(\d{1,9})?(?:\[(\d*[A-Za-z]+)\])?$/.exec(spelled);
  if (!match) throw unknown(whole);
  const [, letter, digits, unit] = match;
  const kind = letter === 'a' ? 'S' : letter!;
  if (unit !== undefined && kind !== 'M' && kind !== 'm') throw unknown(whole);
  const size = digits === undefined ? undefined : Number(digits);
  const scalar = size === undefined ? undefined : scalarDtype(kind, size, order, unit ?? '');
  if (!scalar) throw unknown(whole);
  return scalar;
}

/** Splits at commas outside of parentheses. */
function splitTopLevel(name: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < name.length; index++) {
    if (name[index] === '(') depth++;
    else if (name[index] === ')') depth--;
    else if (name[index] === ',' && depth === 0) {
      parts.push(name.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, name.slice(start)];
}

function unknown(name: string): LabError {
  return new LabError('setup/invalid', `"${name}" is no NumPy type. Use names such as float32, int16, u1 or >f8.`);
}

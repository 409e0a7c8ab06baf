// An opened HDF5 file with what was noticed in it, and its attributes.

import type { Diagnostic } from '../../model/signal-store.ts';
import type { Hdf5 } from './library.ts';
import type { Mounted } from './mounted.ts';

export type Dataset = InstanceType<Hdf5['Dataset']>;
export type Group = InstanceType<Hdf5['Group']>;
type Attributes = Group['attrs'];

/** What an opened file is read with. */
export interface Content {
  readonly hdf5: Hdf5;
  readonly file: Group;
  /** Other files that it points to and that are at hand, by the names that it gives them. */
  readonly neighbours: ReadonlyMap<string, Group>;
  /** The file and its neighbours, as they are read. */
  readonly mounted: Mounted;
  readonly diagnostics: Diagnostic[];
  /** Of each object that was looked at, by its path. */
  readonly attributes: Map<string, Attributes>;
}

/** Bytes of an attribute's value. */
const MAX_ATTRIBUTE_BYTES = 4096;
/** Of the library, whose memory has 32-bit addresses. */
const POINTER_BYTES = 4;
/** Integers, floats, texts and truth values (H5T_INTEGER, H5T_FLOAT, H5T_STRING, H5T_ENUM). */
const ATTRIBUTE_CLASSES: readonly number[] = [0, 1, 3, 8];
/** How units are called. */
const UNIT_NAMES: readonly string[] = ['units', 'unit', 'Units', 'Unit', 'UNITS', 'UNIT', 'Yunits', 'YUnits'];

function attributesOf({ attributes }: Content, of: Dataset | Group): Attributes {
  const known = attributes.get(of.path);
  if (known) return known;
  const { attrs } = of;
  attributes.set(of.path, attrs);
  return attrs;
}

export function attributeNames(content: Content, of: Dataset | Group): readonly string[] {
  return Object.keys(attributesOf(content, of));
}

/**
 * A short text or number, or a few of them as an array; whatever else an attribute claims to be is not read. An array of
 * one is its element, texts are trimmed.
 */
export function attribute(content: Content, of: Dataset | Group, name: string): unknown {
  const attrs = attributesOf(content, of);
  const found = Object.hasOwn(attrs, name) ? attrs[name] : undefined;
  if (!found) return undefined;
  const { type, size, total_size: count, vlen, cset } = found.metadata;
  const isShort = size >= 1 && count >= 1 && size * count <= MAX_ATTRIBUTE_BYTES;
  if (!isShort || !ATTRIBUTE_CLASSES.includes(type) || (type === 1 && size !== 4 && size !== 8)) return undefined;
  return plainValue(vlen ? textsOf(content, of, name, { count, isUtf8: cset === 1 }) : found.value);
}

/** Texts of any length; none where one of them is damaged, in whose place the library has what was in memory before. */
function textsOf(
  { hdf5: { module }, file, mounted }: Content,
  { path }: Dataset | Group,
  name: string,
  { count, isUtf8 }: { readonly count: number; readonly isUtf8: boolean },
): readonly string[] | undefined {
  if (!mounted.canReadTexts) return undefined;
  const at = module._malloc(POINTER_BYTES * count);
  if (at === 0) return undefined;
  try {
    module.HEAPU8.fill(0, at, at + POINTER_BYTES * count);
    if (module.get_attribute_data(file.file_id, path, name, BigInt(at)) < 0) return undefined;
    const pointers = new Uint32Array(module.HEAPU8.buffer, at, count);
    return Array.from(pointers, (pointer) =>
      pointer === 0 ? '' : (isUtf8 ? module.UTF8ToString : module.AsciiToString)(pointer),
    );
  } finally {
    module.reclaim_vlen_memory(file.file_id, path, name, BigInt(at));
    module._free(at);
  }
}

/** A text attribute; undefined when it is none. */
export function textAttribute(content: Content, of: Dataset | Group, name: string): string | undefined {
  const value = attribute(content, of, name);
  return typeof value === 'string' ? value : undefined;
}

/** Empty when the object has none. */
export function unitOf(content: Content, of: Dataset | Group): string {
  for (const name of UNIT_NAMES) {
    const unit = textAttribute(content, of, name);
    if (unit !== undefined) return unit;
  }
  return '';
}

/** An array of one is its element, a long integer that a double holds is a number, blanks around a text are padding. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const values = Array.from(value as ArrayLike<unknown>, plainValue);
    return values.length === 1 ? values[0] : values;
  }
  return value;
}

// An opened HDF5 file with what was noticed in it, and its attributes.

import type { Diagnostic } from '../../model/signal-store.ts';
import type { Hdf5 } from './library.ts';

export type Dataset = InstanceType<Hdf5['Dataset']>;
export type Group = InstanceType<Hdf5['Group']>;
type Attributes = Group['attrs'];

/** What an opened file is read with. */
export interface Content {
  readonly hdf5: Hdf5;
  readonly file: Group;
  /** Other files that it points to and that are at hand, by the names that it gives them. */
  readonly neighbours: ReadonlyMap<string, Group>;
  /** Of the file and its neighbours. */
  readonly sizeBytes: number;
  /** False when texts of any length could send the library round in circles. */
  readonly canReadTexts: boolean;
  readonly diagnostics: Diagnostic[];
  /** Of each object that was looked at, by its path. */
  readonly attributes: Map<string, Attributes>;
}

/** Bytes of an attribute's value. */
const MAX_ATTRIBUTE_BYTES = 4096;
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
  const { type, size, total_size: count, vlen } = found.metadata;
  if (vlen && !content.canReadTexts) return undefined;
  const isShort = size >= 1 && count >= 1 && size * count <= MAX_ATTRIBUTE_BYTES;
  if (!isShort || !ATTRIBUTE_CLASSES.includes(type) || (type === 1 && size !== 4 && size !== 8)) return undefined;
  return plainValue(found.value);
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

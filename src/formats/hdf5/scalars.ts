// Single values and texts of a file: what it says of its making.

import { FormatError, toError } from '../../base/errors.ts';
import type { Utc } from '../../base/time.ts';
import { sampleColumns } from '../numpy/columns.ts';
import { isoUtc } from '../unix-times.ts';
import { attribute, attributeNames, type Content, type Dataset, type Group, plainValue, unitOf } from './content.ts';
import { hasAnyLength, isText, itemDtype } from './item-type.ts';
import type { DatasetNode, Tree } from './tree.ts';
import { lineTexts, lineValues } from './values.ts';

/** Entries that are told. */
const MAX_ENTRIES = 2000;
/** Bytes of a text, or of all texts of an array. */
const MAX_TEXT_BYTES = 16_384;
/** Attributes that say how a file is built, not how it was made. */
const STRUCTURE = new Set([
  ...['NX_class', 'default', 'signal', 'axes', 'axis', 'primary', 'auxiliary_signals', 'target', 'units', 'unit'],
  ...['CLASS', 'NAME', 'VERSION', 'TITLE', 'DIMENSION_LIST', 'REFERENCE_LIST', 'DIMENSION_LABELS'],
  ...['long_name', 'source', 'first_sample', 'scale_factor', 'scaling_factor', 'add_offset', '_FillValue'],
  ...['MATLAB_class', 'MATLAB_fields', 'MATLAB_int_decode', 'MATLAB_empty', 'H5PATH'],
]);
/** MATLAB's classes whose numbers are no samples. */
const MATLAB_TEXT = 'char';

/** True for one number or for text: a fact and no samples. */
export function isFact(content: Content, node: DatasetNode): boolean {
  return node.count === 1 || isText(node.type) || isMatlabText(content, node) || isEmpty(content, node);
}

function isMatlabText(content: Content, { dataset }: DatasetNode): boolean {
  return attribute(content, dataset, 'MATLAB_class') === MATLAB_TEXT;
}

/** MATLAB writes the dimensions of an empty array in place of its values. */
function isEmpty(content: Content, { dataset, count }: DatasetNode): boolean {
  return count === 0 || attribute(content, dataset, 'MATLAB_empty') === 1;
}

/** As `factValue`; undefined where it is damaged, which `metadataOf` tells. */
export function factOrNone(content: Content, node: DatasetNode): unknown {
  try {
    return factValue(content, node);
  } catch (thrown) {
    if (thrown instanceof FormatError) return undefined;
    throw thrown;
  }
}

/**
 * A number, a text or a list of texts, or the word `empty`; undefined when it cannot be told in a line. Throws a
 * FormatError where the file is damaged.
 */
function factValue(content: Content, node: DatasetNode): unknown {
  if (isEmpty(content, node)) return 'empty';
  const { dataset, type, count } = node;
  if (isText(type)) {
    if (type.vlen && !content.mounted.canReadTexts) return undefined;
    if (count * type.size > MAX_TEXT_BYTES) return undefined;
    const shape = node.shape ?? [];
    const isLine = shape.length === 0 || Math.max(...shape) === count;
    const line = { place: shape.map(() => 0), dimension: Math.max(0, shape.indexOf(count)) };
    return plainValue(isLine ? lineTexts(content, node, line) : dataset.value);
  }
  if (hasAnyLength(type)) return undefined;
  const { columns } = sampleColumns(itemDtype(type), '');
  if (columns.length === 0 || count * type.size > MAX_TEXT_BYTES) return undefined;
  if (isMatlabText(content, node)) {
    return plainLetters(content, node);
  }
  const line = { place: (node.shape ?? []).map(() => 0), dimension: 0 };
  const numbers = columns.slice(0, 8).map((column) => plainValue(lineValues(content, node, column, line, 0, 1)[0]));
  return numbers.length === 1 ? named(node, numbers[0]) : numbers;
}

/** The name of a value of an enumeration. */
function named({ type }: DatasetNode, value: unknown): unknown {
  const names = type.enum_type?.members;
  if (!names) return value;
  return Object.keys(names).find((name) => names[name] === value) ?? value;
}

/** Letters of MATLAB lie column by column, which HDF5 has as rows. */
function plainLetters(content: Content, node: DatasetNode): string {
  const shape = node.shape ?? [];
  const { columns } = sampleColumns(itemDtype(node.type), '');
  const rows = shape.length === 2 ? shape[1]! : 1;
  const dimension = 0;
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = { place: shape.map((_size, index) => (index === 1 ? row : 0)), dimension };
    const codes = lineValues(content, node, columns[0]!, line, 0, shape[0] ?? 1);
    return String.fromCharCode(...Array.from(codes as ArrayLike<number>));
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Attributes, single values and texts, by their paths. */
export function metadataOf(content: Content, { datasets, groups }: Tree): Readonly<Record<string, unknown>> {
  const entries = new Map<string, unknown>();
  const add = (name: string, read: () => unknown) => {
    if (entries.size >= MAX_ENTRIES) return;
    try {
      const value = read();
      if (value !== undefined && value !== '') entries.set(name, value);
    } catch (thrown) {
      const message = `"${name}" is damaged and left out: ${toError(thrown).message}`;
      content.diagnostics.push({ severity: 'warning', code: 'hdf5/damaged', message });
    }
  };
  const addAttributes = (path: string, of: Dataset | Group) => {
    const prefix = path === '/' ? '' : `${path.slice(1)}@`;
    for (const name of attributeNames(content, of)) {
      if (!STRUCTURE.has(name) && !name.endsWith('_indices')) add(prefix + name, () => attribute(content, of, name));
    }
  };
  for (const { group, path } of groups) addAttributes(path, group);
  for (const { dataset, path } of datasets) addAttributes(path, dataset);
  for (const node of datasets) {
    if (!isFact(content, node)) continue;
    add(node.path.replace(/^\//, ''), () => {
      const value = factValue(content, node);
      const unit = unitOf(content, node.dataset);
      return typeof value === 'number' && unit !== '' ? `${value} ${unit}` : value;
    });
  }
  if (entries.size >= MAX_ENTRIES) {
    const message = `The file has more than ${MAX_ENTRIES} single values; the others are not listed.`;
    content.diagnostics.push({ severity: 'info', code: 'hdf5/many-values', message });
  }
  return Object.fromEntries(entries);
}

/** When the data begin: the `start_time` of an entry, or of the file. Undefined when none is a date. */
export function startOf(content: Content, { datasets, groups }: Tree): Utc | undefined {
  const entry = datasets.find(
    (node) =>
      isText(node.type) &&
      node.groups.some(
        ({ nxClass, members }) => (nxClass === 'NXentry' || nxClass === 'NXroot') && members.get('start_time') === node,
      ),
  );
  const texts = [
    entry && factOrNone(content, entry),
    ...groups.slice(0, 2).map(({ group }) => attribute(content, group, 'start_time')),
  ];
  for (const text of texts) {
    const utc = typeof text === 'string' ? isoUtc(text) : undefined;
    if (utc !== undefined) return utc;
  }
  return undefined;
}

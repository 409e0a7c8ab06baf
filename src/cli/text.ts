// The same answers as text for people: one line per value, tables for equal-length lists.

import { hexText } from './json.ts';

/** Readable text of any answer, ending without a line break. */
export function toText(value: unknown, indent = ''): string {
  if (isList(value)) return listText(value, indent);
  if (value !== null && typeof value === 'object') return objectText(value, indent);
  return indent + scalarText(value);
}

function objectText(value: object, indent: string): string {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const lists = entries.filter(([, item]) => isList(item)) as [string, ArrayLike<unknown>][];
  const length = lists[0]?.[1].length ?? 0;
  const isTable =
    lists.length > 1 && length > 0 && lists.every(([, list]) => list.length === length && isScalar(list[0]));
  const lines = entries
    .filter(([, item]) => !(isTable && isList(item)))
    .map(([key, item]) =>
      isScalar(item) ? `${indent}${key}: ${scalarText(item)}` : `${indent}${key}:\n${toText(item, `${indent}  `)}`,
    );
  if (isTable) {
    lines.push(indent + lists.map(([key]) => key).join('\t'));
    for (let row = 0; row < length; row++) {
      lines.push(indent + lists.map(([, list]) => scalarText(list[row])).join('\t'));
    }
  }
  return lines.join('\n');
}

function listText(list: ArrayLike<unknown>, indent: string): string {
  if (list.length === 0) return `${indent}(none)`;
  return Array.from(list, (item) => {
    if (isScalar(item)) return indent + scalarText(item);
    if (isList(item)) return indent + Array.from(item, (part) => scalarText(part)).join('\t');
    const parts = item instanceof Map ? [...item] : Object.entries(item as object);
    const isFlat = parts.every(([, part]) => isScalar(part));
    return isFlat
      ? indent + parts.map(([key, part]) => `${key} ${scalarText(part)}`).join(', ')
      : `${indent}-\n${toText(item, `${indent}  `)}`;
  }).join('\n');
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array));
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object' || value instanceof Uint8Array;
}

function scalarText(value: unknown): string {
  if (value instanceof Uint8Array) return hexText(value);
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  return value === '' ? '""' : String(value);
}

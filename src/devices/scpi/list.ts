// Lists in answers: numbers and strings with commas between them (IEEE 488.2, 8.4.2 and 8.7.8).

import { parseNumber } from './number.ts';
import { AnswerError, excerpt } from './text-error.ts';

/**
 * Numbers with commas between them; braces around them (Red Pitaya) and a stray comma behind them (Infiniium) are left
 * out. Throws AnswerError.
 */
export function parseNumbers(text: string): Float64Array {
  const items = itemsOf(text.trim().replace(/^\{(.*)\}$/s, '$1'));
  return Float64Array.from(items, (item) => parseNumber(item).value);
}

/** Strings in `"` or `'`, a doubled quote inside for one of it; an item without quotes is taken as it is. Throws AnswerError. */
export function parseStrings(text: string): readonly string[] {
  const items: string[] = [];
  const item = /\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|([^,"']*))\s*(,|$)/y;
  const trimmed = text.trim();
  while (item.lastIndex < trimmed.length) {
    const start = item.lastIndex;
    const [, double, single, bare, end] = item.exec(trimmed) ?? [];
    if (end === undefined) {
      const message = `The quotes in "${excerpt(trimmed.slice(start))}" do not close. Ask the instrument again.`;
      throw new AnswerError<'bad-string'>('bad-string', message);
    }
    items.push(double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? bare!.trim());
    if (end === '') break;
  }
  return items;
}

function itemsOf(text: string): string[] {
  const items = text.split(',');
  if (items.at(-1)!.trim() === '') items.pop();
  return items;
}

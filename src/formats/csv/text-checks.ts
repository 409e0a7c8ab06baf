// Texts that are no tables, tables without rows, and a last line that is not finished.

import { FormatError } from '../../base/errors.ts';
import { secondsPerTimeUnit, timeName } from '../time-names.ts';
import { cleanCell } from './cells.ts';
import { namedColumn } from './column-names.ts';
import { decodeText } from './encoding.ts';
import type { Layout } from './layout.ts';
import { isComment, SEPARATORS, splitLine, trimCells } from './lines.ts';
import type { Text } from './text.ts';

/** Bytes at the end in which the last line is looked for. */
const TAIL_BYTES = 1 << 16;
/** What texts begin with that are something else. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\s*[[{]/, 'It begins as JSON, which is not read as a table. Save it as CSV.'],
  [/^\s*<[?!a-z]/i, 'It begins as XML or HTML, which is not read as a table. Save it as CSV.'],
];

/** A head without rows: one line that begins with a time and its unit, as no sentence does. */
export function beginsWithTime(lines: readonly string[]): Layout | undefined {
  const present = lines.filter((line) => line.trim() !== '' && !isComment(line, ','));
  const [line] = present;
  if (line === undefined || present.length > 1) return undefined;
  for (const separator of SEPARATORS) {
    const cells = splitLine(line, separator).map(cleanCell);
    const { unit } = namedColumn(cells[0]!);
    if (cells.length > 1 && unit !== '' && timeName(cells[0]!) && secondsPerTimeUnit(unit) !== undefined) {
      const kinds = cells.map(() => 'number' as const);
      const style = { decimal: '.', hasThousands: false } as const;
      return { separator, style, headLineCount: lines.length, kinds, rows: [], guesses: [] };
    }
  }
  return undefined;
}

/** The error for a text that is no table: where reading ends, and what stands there. */
export function refuse({ lines, lineCount }: Text): FormatError {
  const index = lines.findIndex((line) => line.trim() !== '' && !isComment(line, ','));
  const line = (lines[index] ?? '').trim();
  const other = OTHERS.find(([pattern]) => pattern.test(line))?.[1];
  const where =
    index < 0 ? 'The text is empty' : `Line ${lineCount + index + 1}, column 1: "${cellText(line)}" is no number`;
  const rest = other ?? 'no line holds columns of numbers. Check the separator in an editor.';
  return new FormatError('format/unknown', `${where}, and ${other ? 'this is no table. ' : ''}${rest}`, 0);
}

function cellText(line: string): string {
  const separator = SEPARATORS.find((candidate) => candidate !== ' ' && line.includes(candidate));
  return cleanCell(separator === undefined ? line : splitLine(line, separator)[0]!).slice(0, 60);
}

/** Where rows end, without a last line that has fewer cells than all rows before and no line end. */
export async function cutLine(text: Text, { separator, rows }: Layout): Promise<{ endOffset: number; line?: string }> {
  const { endOffset, bytes, isEnded, encoding } = text;
  if (isEnded || rows.length < 2) return { endOffset };
  const start = Math.max(0, endOffset - TAIL_BYTES);
  const tail = await bytes.read(start, endOffset - start);
  let at = tail.length;
  while (at > 0 && tail[at - 1] !== 0x0a && tail[at - 1] !== 0x0d) at--;
  const line = decodeText(tail.subarray(at), encoding);
  // the last row may be one of those that were seen
  const width = Math.min(...rows.slice(0, -1).map((row) => trimCells(row).length));
  if (at === 0 || trimCells(splitLine(line, separator)).length >= width) return { endOffset };
  return { endOffset: start + at, line: line.slice(0, 60) };
}

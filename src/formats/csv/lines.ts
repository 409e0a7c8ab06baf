// Lines of a text, and the cells in them.

export const SEPARATORS = ['\t', ';', ',', '|', ' '] as const;
export type Separator = (typeof SEPARATORS)[number];

const COMMENT = /^\s*(?:#+|%+|\/\/+|!+)/;

export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Whether a line is a comment; where `;` does not separate, it makes one, too. */
export function isComment(line: string, separator: Separator): boolean {
  return COMMENT.test(line) || (separator !== ';' && /^\s*;/.test(line));
}

/** The text of a comment without its mark. */
export function commentText(line: string): string {
  return line.replace(/^\s*(?:#+|%+|\/\/+|!+|;+)/, '').trim();
}

/** Cells of a line. Quotes protect separators; doubled quotes inside are one. */
export function splitLine(line: string, separator: Separator): string[] {
  if (separator === ' ') return line.trim().split(/\s+/);
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const letter = line[index]!;
    if (letter === '"') {
      if (isQuoted && line[index + 1] === '"') {
        cell += '"';
        index++;
      } else isQuoted = !isQuoted;
    } else if (letter === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  cells.push(cell);
  return cells;
}

/** Without the blank cells at the end. */
export function trimCells(cells: readonly string[]): readonly string[] {
  let end = cells.length;
  while (end > 0 && cells[end - 1]!.trim() === '') end--;
  return cells.slice(0, end);
}

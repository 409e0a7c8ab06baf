// A cell of text in a table: quoted where that is needed, and never a formula. Names in files come from anybody, and a
// spreadsheet runs a cell that begins like one.

/** What spreadsheets take for the beginning of a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(inf|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;

/** A name that begins like a formula gets the spreadsheets' mark of text, `'`, before it; numbers stay as they are. */
export function textCell(text: string): string {
  const guarded = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

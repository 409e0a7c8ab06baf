// Tables with names that a spreadsheet would run.

import { expect, test } from 'vitest';
import { textCell } from '../../../../src/formats/csv/text-cell.ts';
import { csvLine } from '../../../../src/pipeline/functions/csv-text.ts';

test.each([
  ['=HYPERLINK("http://evil.example";A1)', `"'=HYPERLINK(""http://evil.example"";A1)"`],
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+1+cmd', "'+1+cmd"],
  ['-2+3+cmd', "'-2+3+cmd"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
])('%j becomes text', (name, cell) => {
  expect(textCell(name)).toBe(cell);
});

test.each(['current (A)', '-1.5', '-1e-05', '+3', '-inf', '', 'a=b', "it's"])('%j stays as it is', (name) => {
  expect(textCell(name)).toBe(name);
});

test('tables of a run are guarded, too', () => {
  expect(csvLine(['=1+1', '-0.5', 'plain'])).toBe("'=1+1,-0.5,plain\n");
});

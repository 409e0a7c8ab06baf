// What stands around the rows: encodings, comments, long heads, footers, heads that come again, lines that are cut.

import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/base/errors.ts';
import { codesOf, openTable, rowLines, signalsOf, valuesOf } from '../../../support/tables.ts';

const ROWS = rowLines(50, (row) => `${(row / 10).toFixed(1)},${row}`);
const TABLE = `t [s],U [V]\n${ROWS}`;
const RIGHT = [['U', 'V', 10, 0, 50]];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const wide = (text: string, isLittle: boolean): Uint8Array => {
  const letters = Buffer.from(text, 'utf16le');
  return new Uint8Array(isLittle ? letters : letters.swap16());
};

describe('encodings', () => {
  it.each<[string, Uint8Array]>([
    ['UTF-8 with a mark', bytes(`\ufeff${TABLE}`)],
    ['UTF-16, low byte first', wide(`\ufeff${TABLE}`, true)],
    ['UTF-16, high byte first', wide(`\ufeff${TABLE}`, false)],
    ['UTF-16 without a mark', wide(TABLE, true)],
    ['returns alone', bytes(TABLE.replaceAll('\n', '\r'))],
    ['returns and feeds', bytes(TABLE.replaceAll('\n', '\r\n'))],
    ['NULs behind the text', joined(bytes(TABLE), new Uint8Array(5000))],
    ['the end mark of DOS', joined(bytes(TABLE), Uint8Array.of(0x1a))],
  ])('%s', async (_name, content) => {
    const reader = await openTable(content);
    expect(signalsOf(reader)).toEqual(RIGHT);
    expect(await valuesOf(reader, 'U')).toEqual(Array.from({ length: 50 }, (_, row) => row));
  });

  it('Latin-1 and letters beyond it', async () => {
    const latin = Uint8Array.from('t [min];T [\xb0C]\n0;1,5\n1;2,5\n', (letter) => letter.charCodeAt(0));
    expect(signalsOf(await openTable(latin))[0]!.slice(0, 2)).toEqual(['T', '°C']);
    const greek = wide('\ufefft [s]\tR [Ω]\n0\t\u22121\n1\t2\n', true);
    const reader = await openTable(greek);
    expect(signalsOf(reader)[0]!.slice(0, 2)).toEqual(['R', 'Ω']);
    expect(await valuesOf(reader, 'R')).toEqual([-1, 2]);
  });
});

describe('heads', () => {
  it.each([
    ['sep=', `sep=,\n${TABLE}`],
    ['a comment of 9000 letters', `# ${'x'.repeat(9000)}\n${TABLE}`],
    ['ten thousand letters of comments', `${rowLines(100, (row) => `# line ${row}: ${'y'.repeat(100)}`)}${TABLE}`],
    ['settings of another width', `${rowLines(200, (row) => `key${row},value,${row},a,b,c`)}${TABLE}`],
    ['a line of strokes below', `t [s],U [V]\n-----,-----\n${ROWS}`],
    ['names in a comment', `% t [s],U [V]\n${ROWS}`],
    ['units below', `t,U\n[s],[V]\n${ROWS}`],
    ['a semicolon for comments', `; made by hand\n${TABLE}`],
  ])('%s', async (_name, text) => {
    expect(signalsOf(await openTable(text))).toEqual(RIGHT);
  });

  it('words that look like units are units only below names', async () => {
    const reader = await openTable(`sec,Volt1,Volt2\n${rowLines(9, (row) => `${row}.5,1,2`)}`);
    expect(signalsOf(reader).map((signal) => signal.slice(0, 2))).toEqual([
      ['Volt1', 'V'],
      ['Volt2', 'V'],
    ]);
  });
});

describe('lines that are no rows', () => {
  it('footers are counted, the first by its line', async () => {
    const reader = await openTable(`${TABLE}End of data\nMean,24.5\n`);
    expect(signalsOf(reader)).toEqual(RIGHT);
    expect(reader.diagnostics.map(({ message }) => message)).toEqual([
      'Line 52 is no row ("End of data"): left out.',
      'One line behind the last time, with numbers and no time: left out.',
    ]);
  });

  it('heads that come again are said', async () => {
    const reader = await openTable(`${TABLE}t [s],U [V]\n5.0,50\n5.1,51\n`);
    expect(signalsOf(reader)).toEqual([['U', 'V', 10, 0, 52]]);
    expect((await valuesOf(reader, 'U')).slice(-2)).toEqual([50, 51]);
    expect(codesOf(reader)).toEqual(['repeated-head']);
  });

  it('a last line that is cut is left out; a whole one without an end is not', async () => {
    const cut = await openTable(`t [s],U [V],I [A]\n${rowLines(20, (row) => `${row / 10},${row},1.25`)}2.0,2`);
    expect(signalsOf(cut)[0]).toEqual(['U', 'V', 10, 0, 20]);
    expect(codesOf(cut)).toEqual(['cut-line']);
    expect(signalsOf(await openTable(TABLE.trimEnd()))).toEqual(RIGHT);
  });

  it('a time that is none costs its row at most', async () => {
    const blank = await openTable(TABLE.replace('2.0,20', ',20'));
    expect(signalsOf(blank)).toEqual(RIGHT);
    expect(blank.diagnostics.map(({ message }) => message)).toEqual([
      'The row in line 22 has no time: the others tell where they stand.',
    ]);
    const word = await openTable(TABLE.replace('2.0,20', 'two,20'));
    expect(signalsOf(word)).toEqual(RIGHT);
    expect(codesOf(word)).toEqual(['no-time']);
  });

  it('a row that is lost is a gap, also where its time could be rounding', async () => {
    const lost = await openTable(TABLE.replace('2.0,20\n', ''));
    expect(signalsOf(lost)).toEqual(RIGHT);
    expect((await valuesOf(lost, 'U'))[20]).toBeNaN();
    expect(codesOf(lost)).toEqual(['time-gap']);
    // a step of 1.003 ms, printed with three digits, skips one in 333
    const drift = rowLines(3000, (row) => `${(row * 1.003e-3).toFixed(3)},${row}`);
    expect(signalsOf(await openTable(`t [s],U [V]\n${drift}`))).toEqual([
      ['U', 'V', expect.closeTo(1 / 1.003e-3, 0), 0, 3000],
    ]);
  });
});

describe('texts that are no tables', () => {
  it.each([
    ['Dear reader,\nthis is a letter.\n', 'Line 1, column 1: "Dear reader" is no number'],
    ['\n\n<html><body>404</body></html>\n', 'Line 3, column 1'],
    ['{"a": [1, 2]}', 'JSON'],
  ])('%j is refused in words', async (text, words) => {
    const error = await openTable(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toContain(words);
  });
});

// Dates that are written as bare numbers, those without a year, and those of spreadsheets.

import { describe, expect, it } from 'vitest';
import { utcToUnixMs } from '../../../../src/base/time.ts';
import { parseClock } from '../../../../src/formats/csv/clock-times.ts';
import { codesOf, openTable, rowLines, signalsOf } from '../../../support/tables.ts';

const START_MS = Date.UTC(2024, 2, 4, 15, 43, 58);
/** Digits of a moment: year, month, day, hour, minute, second, thousandths. */
const digits = (ms: number): string => new Date(ms).toISOString().replace(/\D/g, '');
const LOCAL_MS = new Date(2024, 2, 4, 15, 43, 58).getTime();

describe('dates without marks', () => {
  it.each<[string, string, (row: number) => string, number]>([
    ['seconds', 'time,v', (row) => digits(START_MS + 1000 * row).slice(0, 14), 1],
    ['tenths of a second', 'Timestamp,v', (row) => digits(START_MS + 100 * row), 10],
    ['with a point', 'Date,v', (row) => digits(START_MS + 250 * row).replace(/(\d{3})$/, '.$1'), 4],
    ['two columns', 'Date,Time,v', (row) => digits(START_MS + 1000 * row).replace(/^(\d{8})(\d{6}).*/, '$1,$2'), 1],
    [
      'a clock with marks',
      'DATE,clock,v',
      (row) => `${digits(START_MS).slice(0, 8)},${new Date(START_MS + 1000 * row).toISOString().slice(11, 19)}`,
      1,
    ],
  ])('%s', async (_name, head, cell, rateHz) => {
    const reader = await openTable(`${head}\n${rowLines(60, (row) => `${cell(row)},${row}`)}`);
    expect(signalsOf(reader)).toEqual([['v', '', rateHz, 0, 60]]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(LOCAL_MS);
    expect(codesOf(reader)).toEqual(['local-time']);
  });

  it('minutes, through the night', async () => {
    const night = Date.UTC(2024, 1, 28, 23, 50);
    const table = `Datum,v\n${rowLines(30, (row) => `${digits(night + 60_000 * row).slice(0, 12)},${row}`)}`;
    const reader = await openTable(table);
    expect(signalsOf(reader)).toEqual([['v', '', Number((1 / 60).toPrecision(9)), 0, 30]]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2024, 1, 28, 23, 50).getTime());
  });

  it('a clock that lost the zeros in front', async () => {
    const time = (row: number): string =>
      `${Math.floor(row / 60)}`.replace(/^0$/, '') + String(row % 60).padStart(2, '0');
    const table = `Date,Time,v\n${rowLines(90, (row) => `20240304,${Number(`9${time(row + 60).padStart(4, '0')}`)},${row}`)}`;
    const reader = await openTable(table);
    expect(signalsOf(reader)).toEqual([['v', '', 1, 0, 90]]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2024, 2, 4, 9, 1).getTime());
  });

  it('long counters are no dates', async () => {
    const reader = await openTable(
      `id,t (s),v\n${rowLines(60, (row) => `${20240304154300 + 7 * row},${row / 10},${row}`)}`,
    );
    expect(signalsOf(reader).map(([name, , rate]) => [name, rate])).toEqual([
      ['id', 10],
      ['v', 10],
    ]);
  });
});

describe('dates without a year', () => {
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  /** As RFC 3164 has it: the day is padded with a blank. */
  const syslog = (ms: number): string => {
    const date = new Date(ms);
    return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
  };

  it.each<[string, number, number, number]>([
    ['an hour', Date.UTC(2023, 10, 30, 11, 2, 3), 60, 60],
    ['the new year', Date.UTC(2023, 11, 31, 23, 30), 60, 60],
    ['a leap day', Date.UTC(2024, 1, 28, 12), 3600, 48],
    ['the end of February', Date.UTC(2023, 1, 28, 12), 3600, 48],
  ])('through %s', async (_name, startMs, stepS, count) => {
    const reader = await openTable(
      `when,v\n${rowLines(count, (row) => `${syslog(startMs + 1000 * stepS * row)},${row}`)}`,
    );
    const start = (startMs % 86_400_000) / 1000;
    expect(signalsOf(reader)).toEqual([['v', '', Number((1 / stepS).toPrecision(9)), start, count]]);
    expect(reader.store.originUtc).toBeUndefined();
    expect(codesOf(reader)).toEqual(['no-year']);
  });

  it('between blanks, beside a name and a value', async () => {
    const lines = rowLines(
      40,
      (row) => `${syslog(Date.UTC(2023, 10, 30, 11, 2, 3) + 1000 * row)} bench probe: ${row / 4}`,
    );
    const reader = await openTable(lines);
    expect(signalsOf(reader).map(([, , rate, start, length]) => [rate, start, length])).toEqual([[1, 39_723, 40]]);
    expect(codesOf(reader)).toContain('no-year');
    expect(reader.diagnostics.find(({ code }) => code === 'csv/no-year')!.message).toContain('30 November');
  });

  it('a month and a day alone are no time', () => {
    expect(parseClock('Nov 30', true)).toBeUndefined();
  });
});

describe('dates of a spreadsheet', () => {
  it('are days since 1899-12-30, which is said', async () => {
    // 45355.5 is 2024-03-04 12:00 (LibreOffice: =VALUE("2024-03-04 12:00"))
    const table = `Date,T (°C)\n${rowLines(60, (row) => `${(45_355.5 + row / 1440).toFixed(6)},${row}`)}`;
    const reader = await openTable(table);
    expect(signalsOf(reader)).toEqual([['T', '°C', Number((1 / 60).toPrecision(9)), 0, 60]]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2024, 2, 4, 12).getTime());
    expect(codesOf(reader)).toEqual(['guess', 'local-time']);
  });

  it.each([
    ['in the column that is chosen', 'when,T (°C)', { time: 'when' }],
    ['in the column that is marked', 'when,T (°C)', { table: { columns: { 0: { role: 'time' } } } }],
    ['chosen in days', 'Date,T (°C)', { time: 'Date', timeUnit: 'd' }],
    ['in days by the head', 'Time (d),T (°C)', {}],
  ] as const)('%s', async (_name, head, choice) => {
    const table = `${head}\n${rowLines(60, (row) => `${(45_355.5 + row / 1440).toFixed(6)},${row}`)}`;
    const reader = await openTable(table, choice);
    expect(signalsOf(reader)).toEqual([['T', '°C', Number((1 / 60).toPrecision(9)), 0, 60]]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2024, 2, 4, 12).getTime());
    expect(codesOf(reader)).toEqual(['guess', 'local-time']);
  });

  it('are what the user says they are', async () => {
    const table = `Date,T (°C)\n${rowLines(60, (row) => `${(45_355.5 + row / 1440).toFixed(6)},${row}`)}`;
    const reader = await openTable(table, { time: 'Date', timeUnit: 's' });
    expect(reader.store.originUtc).toBeUndefined();
  });

  it('are not taken from seconds of such a size', async () => {
    const reader = await openTable(`Time,v\n${rowLines(60, (row) => `${(45_355.5 + row / 1000).toFixed(3)},${row}`)}`);
    expect(signalsOf(reader)).toEqual([['v', '', 1000, 45_355.5, 60]]);
  });
});

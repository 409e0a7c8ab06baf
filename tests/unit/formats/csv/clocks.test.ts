// Dates, clocks and Unix times in tables.

import { describe, expect, it } from 'vitest';
import { utcToIsoText, utcToUnixMs } from '../../../../src/base/time.ts';
import { parseClock, secondsBetween } from '../../../../src/formats/csv/clock-times.ts';
import { codesOf, openTable, rowLines, signalsOf } from '../../../support/tables.ts';

/** A table with a clock: row i is i seconds later. */
const table = (head: string, cell: (date: Date, row: number) => string, separator = ';', count = 50): string =>
  `${head}\n${rowLines(count, (row) => `${cell(new Date(Date.UTC(2026, 4, 13, 10, 0, row)), row)}${separator}${row % 5}`)}`;
const two = (value: number): string => String(value).padStart(2, '0');
const clock = (date: Date): string => date.toISOString().slice(11, 19);
const LOCAL_MS = new Date(2026, 4, 13, 10).getTime();

describe('a date and a clock', () => {
  it.each<[string, string, (date: Date) => string]>([
    ['ISO 8601', 'Time;v', (date) => date.toISOString().slice(0, 19)],
    ['with a blank', 'Time;v', (date) => date.toISOString().slice(0, 19).replace('T', ' ')],
    ['German', 'Zeitstempel;v', (date) => `${date.getUTCDate()}.05.2026 ${clock(date)}`],
    ['two columns', 'Datum;Uhrzeit;v', (date) => `${date.getUTCDate()}.05.2026;${clock(date)}`],
    ['American with AM', 'Date Time;v', (date) => `05/13/2026 ${clock(date)} AM`],
    ['British', 'Date;Time;v', (date) => `13/05/2026;${clock(date)}`],
    ['years first with strokes', 'Date;v', (date) => `2026/05/13 ${clock(date)}`],
    ['the name of the month', 'Date;v', (date) => `13-May-2026 ${clock(date)}`],
    ['asctime of C', 'Date;v', (date) => `Wed May 13 ${clock(date)} 2026`],
    ['compact', 'Date;v', (date) => `20260513T${clock(date).replaceAll(':', '')}`],
    ['clock before date', 'Date;v', (date) => `${clock(date)} 13.05.2026`],
  ])('%s', async (_name, head, cell) => {
    const reader = await openTable(table(head, cell));
    expect(signalsOf(reader)).toEqual([['v', '', 1, 0, 50]]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(LOCAL_MS);
    expect(codesOf(reader)).toEqual(['local-time']);
  });

  it.each([
    ['Z', (date: Date) => `${date.toISOString().slice(0, 19)}Z`, '2026-05-13T10:00:00Z'],
    ['east', (date: Date) => `${date.toISOString().slice(0, 19)}+02:00`, '2026-05-13T08:00:00Z'],
    [
      'west, with thousandths',
      (date: Date) => `${date.toISOString().slice(0, 19)}.250-0430`,
      '2026-05-13T14:30:00.25Z',
    ],
  ])('a zone is the moment: %s', async (_name, cell, start) => {
    const reader = await openTable(table('Time;v', cell));
    expect(utcToIsoText(reader.store.originUtc!)).toBe(start);
    expect(codesOf(reader)).toEqual([]);
  });
});

describe('the order of day and month', () => {
  it('is decided by a date far down', async () => {
    const day = (row: number) => new Date(Date.UTC(2026, 4, 3) + row * 3_600_000);
    const lines = rowLines(6000, (row) => {
      const date = day(row);
      return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()} ${clock(date)},${row}`;
    });
    const reader = await openTable(`Date,v\n${lines}`);
    expect(signalsOf(reader)[0]!.slice(3)).toEqual([0, 6000]);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2026, 4, 3).getTime());
  });

  it('is seen from days that follow each other', async () => {
    const reader = await openTable(`Date,v\n${rowLines(12, (row) => `05/${two(row + 1)}/2026,${row}`)}`);
    expect(signalsOf(reader)[0]![2]).toBeCloseTo(1 / 86_400, 12);
    expect(reader.reading!.guesses).toEqual([]);
  });

  it('is asked for when nothing tells, and taken from the answer', async () => {
    const text = `Date,Time,v\n${rowLines(30, (row) => `03/04/2026,10:00:${two(row)},${row}`)}`;
    const reader = await openTable(text);
    expect(reader.reading!.guesses).toEqual(['In dates like "03/04/2026" the month is taken to come first.']);
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2026, 2, 4, 10).getTime());
    const answered = await openTable(text, { table: { isDayFirst: true } });
    expect(answered.reading!.guesses).toEqual([]);
    expect(utcToUnixMs(answered.store.originUtc!)).toBe(new Date(2026, 3, 3, 10).getTime());
  });
});

describe('a clock alone', () => {
  it('goes on past midnight', async () => {
    const text = `Time,v\n${rowLines(40, (row) => {
      const date = new Date(Date.UTC(2026, 0, 1, 23, 59, 40) + row * 1000);
      return `${date.toISOString().slice(11, 23)},${row}`;
    })}`;
    const reader = await openTable(text);
    expect(signalsOf(reader)).toEqual([['v', '', 1, 86_380, 40]]);
    expect(reader.store.originUtc).toBeUndefined();
  });

  it.each([
    ['hours', (row: number) => `${row}:00:00`, 1 / 3600],
    ['minutes and seconds', (row: number) => `00:${two(row)}.5`, 1],
    ['days of pandas', (row: number) => `0 days 00:00:${two(row)}.500000`, 1],
  ])('elapsed: %s', async (_name, cell, rateHz) => {
    const reader = await openTable(`elapsed,v\n${rowLines(50, (row) => `${cell(row)},1.5`)}`);
    expect(signalsOf(reader)[0]![2]).toBeCloseTo(rateHz, 9);
  });
});

describe('Unix times', () => {
  it.each([
    ['seconds', (row: number) => String(1_777_629_600 + row), 1],
    ['seconds with a fraction', (row: number) => (1_777_629_600 + row / 8).toFixed(6), 8],
    ['milliseconds', (row: number) => String(1_777_629_600_000 + 20 * row), 50],
    ['microseconds', (row: number) => String(1_777_629_600_000_000 + 500 * row), 2000],
    ['nanoseconds', (row: number) => String(1_777_629_600_000_000_000n + 7n * BigInt(row)), 1e9 / 7],
  ])('%s are known by their size; the axis starts at 0', async (_name, cell, rateHz) => {
    const reader = await openTable(`timestamp,v\n${rowLines(50, (row) => `${cell(row)},1.5`)}`);
    const [, , rate, start] = signalsOf(reader)[0]!;
    expect([Number(rate) / rateHz, start]).toEqual([expect.closeTo(1, 8), 0]);
    expect(utcToIsoText(reader.store.originUtc!)).toBe('2026-05-01T10:00:00Z');
    expect(codesOf(reader)).toEqual([]);
  });

  it('keep every nanosecond, also where they are uneven', async () => {
    const steps = [0n, 1n, 3n, 1000n, 1001n, 5_000_000_007n];
    const lines = steps.map((step) => `${1_777_629_600_123_456_789n + step},1`).join('\n');
    const reader = await openTable(`time_ns,v\n${lines}\n`);
    const { timesS } = await reader.store.samples('v', 0, steps.length);
    expect(Array.from(timesS!)).toEqual(steps.map((step) => Number(step) / 1e9));
  });
});

it('a column of seconds beside a date is no clock', async () => {
  const reader = await openTable(
    `Date,Time (s),V\n${rowLines(40, (row) => `20240304,${(row / 4).toFixed(3)},${row}`)}`,
  );
  expect(signalsOf(reader).find(([name]) => name === 'V')).toEqual(['V', '', 4, 0, 40]);
  expect(reader.store.originUtc).toBeUndefined();
});

describe('a column beside the clock', () => {
  const seconds = (row: number) => `10:00:${two(row)}`;

  it('that says how long something took is a signal', async () => {
    const text = `Time,Scan time (ms),V\n${rowLines(40, (row) => `${seconds(row)},${103 + (row % 3)},${row}`)}`;
    const reader = await openTable(text);
    expect(signalsOf(reader)).toEqual([
      ['Scan time', 'ms', 1, 36_000, 40],
      ['V', '', 1, 36_000, 40],
    ]);
  });

  it.each([
    ['falls', (row: number) => 105 - (row % 2)],
    ['stays', () => 103],
    ['stays in most', (row: number) => (row < 30 ? 103 : 104)],
  ])('that %s in rows of the same second is a signal', async (_name, took) => {
    const lines = rowLines(40, (row) => `${seconds(Math.floor(row / 2))},${took(row)},${row}`);
    const reader = await openTable(`Time,Scan time (ms),V\n${lines}`);
    expect(reader.store.signals().map(({ name }) => name)).toEqual(['Scan time', 'V']);
  });

  it.each([
    ['by its name', 'Millis', (row: number) => `${seconds(row)},250`, 1, 36_000.25],
    [
      'as rows share a second',
      'Time (ms)',
      (row: number) => `${seconds(Math.floor(row / 2))},${(row % 2) * 500}`,
      2,
      36_000,
    ],
  ] as const)('completes it: %s, which is said', async (_name, name, cells, rateHz, startS) => {
    const reader = await openTable(`Clock,${name},V\n${rowLines(40, (row) => `${cells(row)},${row}`)}`);
    expect(signalsOf(reader)).toEqual([['V', '', rateHz, startS, 40]]);
    expect(reader.diagnostics.map(({ message }) => message).join()).toContain('completes the clock');
  });
});

it('times of the calendar only', () => {
  for (const text of ['2026-02-30', '13/13/2026', '2026-05-01 25:00:00', '10:61:00', '1.2.3', '12:30:00:00:00']) {
    expect([text, parseClock(text, true) ?? parseClock(text, false)]).toEqual([text, undefined]);
  }
  const leap = parseClock('2024-02-29T23:59:59.5Z', true)!;
  expect(secondsBetween(leap, parseClock('2024-03-01T00:00:00Z', true)!)).toBe(0.5);
});

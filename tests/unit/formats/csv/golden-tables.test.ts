// The golden tables: what their READMEs say is right.

import { describe, expect, it } from 'vitest';
import { goldenBytes } from '../../../support/golden.ts';
import { codesOf, openTable, signalsOf, valuesOf } from '../../../support/tables.ts';

const open = (path: string) => openTable(goldenBytes(`tables/${path}`));
/** Cells of a column, read by splitting lines: for files of plain numbers. */
const cells = (path: string, column: number, separator: string): number[] =>
  new TextDecoder()
    .decode(goldenBytes(`tables/${path}`))
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => Number(line.split(separator)[column]));

describe('axis and signals', () => {
  it.each<[string, (readonly (string | number)[])[]]>([
    ['01-comment-header/a02_savetxt.csv', [['voltage', 'V', 1000, 0, 200]]],
    ['01-comment-header/b03_savetxt_space.txt', [['U', 'V', 1000, 0, 200]]],
    ['01-comment-header/b04_percent_header.txt', [['voltage', 'V', 1000, 0, 200]]],
    ['02-trailing-separator/a11_trailing.csv', [['CH1', 'V', 1000, 0, 200]]],
    ['02-trailing-separator/a12_trailing_both.csv', [['CH1', 'V', 1000, 0, 200]]],
    ['02-trailing-separator/c15_tabtrail.txt', [['U', 'V', 1000, 0, 200]]],
    ['04-time-unit-in-name/a21_msec.csv', [['CH1', 'V', 1000, 0, 200]]],
    ['04-time-unit-in-name/a22_slash.csv', [['U', 'V', 1000, 0, 200]]],
    ['04-time-unit-in-name/a23_underscore.csv', [['voltage', 'V', 1000, 0, 200]]],
    ['04-time-unit-in-name/a24_in.csv', [['Spannung', 'V', 1000, 0, 200]]],
    ['04-time-unit-in-name/c09_time_space_ms.csv', [['Current', 'µA', 100_000, 0, 200]]],
    ['06-jitter-and-rounding/a03_jitter.csv', [['current', 'A', 100, -0.000106, 1000]]],
    ['06-jitter-and-rounding/a25_60hz.csv', [['v', 'V', 60, 0, 600]]],
    ['06-jitter-and-rounding/b18_equal_times.csv', [['v', '', 100, 0, 200]]],
    ['06-jitter-and-rounding/b20_3digits_1khz_ms.csv', [['v', 'V', 3000, 0, 3000]]],
    ['06-jitter-and-rounding/b21_relative_5digits.csv', [['CH1', 'V', 10_000, 1000, 3000]]],
    ['08-iso-time/a06_date_time.csv', [['Temperature', '', 1, 0, 60]]],
    ['08-iso-time/c11_localtime.csv', [['U', 'V', 1, 0, 200]]],
    ['08-iso-time/a42_clock.csv', [['V', '', 1, 43_200, 200]]],
    ['08-iso-time/c10_elapsed_hms.csv', [['v', '', 1, 0, 200]]],
    ['09-text-column/c13_text_last_const.csv', [['v', 'V', 10, 0, 200]]],
    ['09-text-column/a43_unitcells.csv', [['v', 'V', 10, 0, 200]]],
    ['10-utf16/a10_utf16.csv', [['U', 'V', 10, 0, 200]]],
    ['10-utf16/c07_utf16be.txt', [['U', 'V', 10, 0, 200]]],
    ['12-start-increment/a14_start_increment.csv', [['CH1', 'V', 1e6, -1e-3, 200]]],
    ['12-start-increment/a15_tek.csv', [['CH1', 'V', 1e6, -1e-4, 200]]],
    ['40-logger/logger_one_gap.csv', [['Current', 'A', 10, 0, 3300]]],
    ['05-late-time-break/a28_gap.csv', [['v', 'V', 100, 0, 12_000]]],
    ['05-late-time-break/a27_back.csv', [['v', 'V', 'stamped', 0, 5000]]],
    ['05-late-time-break/b23_late_break.csv', [['v', 'V', 'stamped', 0, 2500]]],
  ])('%s', async (path, signals) => {
    expect(signalsOf(await open(path))).toEqual(signals);
  });

  it('more than one signal', async () => {
    expect(signalsOf(await open('02-trailing-separator/c14_semicolon_trailing.csv'))).toEqual([
      ['CH1', 'V', 1000, 0, 200],
      ['CH2', 'V', 1000, 0, 200],
    ]);
    expect(signalsOf(await open('04-time-unit-in-name/c12_usec.csv')).map((signal) => signal[2])).toEqual([2000, 2000]);
    const named = signalsOf(await open('23-names/a31_names.csv'));
    expect(named.map((signal) => signal.slice(1))).toEqual([
      ['N·m', 10, 0, 200],
      ['N·m', 10, 0, 200],
      ['°C', 10, 0, 200],
      ['V', 10, 0, 200],
    ]);
    expect(new Set(named.map(([name]) => name)).size).toBe(4);
  });
});

describe('values', () => {
  it.each([
    ['01-comment-header/a02_savetxt.csv', ',', 'voltage'],
    ['02-trailing-separator/a11_trailing.csv', ',', 'CH1'],
    ['06-jitter-and-rounding/b22_rounded_e.csv', ',', 'CH1'],
  ])('%s are those of its cells', async (path, separator, id) => {
    expect(await valuesOf(await open(path), id)).toEqual(cells(path, 1, separator));
  });

  it('8-digit words are eight lanes, in the order of the head', async () => {
    const reader = await open('15-digital-word/a18_ppk.csv');
    const lanes = ['D0', 'D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7'];
    expect(reader.store.signals().map(({ id, dtype }) => [id, dtype])).toEqual([
      ['Current', 'f64'],
      ...lanes.map((lane) => [lane, 'u1']),
    ]);
    // 00000000, 00000001, 00000010, 00000011
    expect((await valuesOf(reader, 'D7')).slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect((await valuesOf(reader, 'D6')).slice(0, 4)).toEqual([0, 0, 1, 1]);
    expect((await valuesOf(reader, 'D0')).some(Boolean)).toBe(false);
  });

  it('words are switches, missing samples, or left out by name', async () => {
    const state = await open('09-text-column/a07_text_col.csv');
    expect((await valuesOf(state, 'state')).slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect((await valuesOf(await open('09-text-column/a51_bool.csv'), 'on')).slice(0, 4)).toEqual([0, 1, 0, 1]);
    for (const path of ['09-text-column/a41_overload_many.csv', '09-text-column/c05_status_late.csv']) {
      const reader = await open(path);
      expect(signalsOf(reader)).toEqual([['v', 'V', 10, 0, 200]]);
      const numbers = cells(path, 1, ',');
      expect(await valuesOf(reader, 'v')).toEqual(numbers);
      expect(reader.diagnostics.at(-1)!.message).toContain(`${numbers.filter(Number.isNaN).length} cells of "v"`);
    }
    expect((await open('09-text-column/c13_text_last_const.csv')).diagnostics[0]!.message).toBe(
      '"comment" holds text and is left out.',
    );
  });
});

describe('times', () => {
  it('a gap is as many missing samples as its length says, and its line is named', async () => {
    const reader = await open('05-late-time-break/a28_gap.csv');
    const values = await valuesOf(reader, 'v');
    expect(values.slice(2999, 3002).map(Number.isNaN)).toEqual([false, true, true]);
    expect(values.filter(Number.isNaN).length).toBe(6000);
    expect(values.filter((value) => !Number.isNaN(value))).toEqual(cells('05-late-time-break/a28_gap.csv', 1, ','));
    expect(reader.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('a gap before line 3002: 6000 samples'),
    ]);
  });

  it('steps back end the signal at the line where it stands; row 2001 stays at 32 s', async () => {
    const reader = await open('05-late-time-break/b23_late_break.csv');
    expect((await reader.store.samples('v', 2000, 2001)).timesS).toEqual(Float64Array.of(32));
    expect(codesOf(reader)).toEqual(['uneven-time', 'time-steps-back']);
    expect(reader.diagnostics[1]!.message).toContain('line 2502');
  });

  it('jitter is said with its size; rounding is not jitter', async () => {
    expect(codesOf(await open('06-jitter-and-rounding/a03_jitter.csv'))).toEqual(['time-jitter']);
    for (const name of ['a25_60hz', 'b18_equal_times', 'b20_3digits_1khz_ms', 'b21_relative_5digits']) {
      expect(codesOf(await open(`06-jitter-and-rounding/${name}.csv`))).toEqual([]);
    }
    expect(signalsOf(await open('40-logger/jitter_after_1024.csv'))[0]![2]).toBe('stamped');
  });

  it('a charge is the current times the time', async () => {
    const { store } = await open('06-jitter-and-rounding/a03_jitter.csv');
    expect((await store.statistics('current', 0, 1000)).integral).toBeCloseTo(20, 9);
  });

  it('a date is the start, in local time where no zone is said', async () => {
    const reader = await open('08-iso-time/a05_iso.csv');
    expect(signalsOf(reader).map((signal) => signal[2])).toEqual([10, 10]);
    const { utcToUnixMs } = await import('../../../../src/base/time.ts');
    expect(utcToUnixMs(reader.store.originUtc!)).toBe(new Date(2026, 4, 1, 12).getTime());
    expect(codesOf(reader)).toEqual(['local-time']);
  });
});

// The command line on a table whose times are not even: its times, figures weighed by them, and every way out.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pulsebench, pulsebenchJson } from '../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const TIMES = [-1, 0, 0.5, 0.5, 4, 10];
const LEVELS = [1, 2, Number.NaN, 3, 5, 7];
const COUNTS = [10, 20, 30, 40, 50, 60];

const table = join(folder, 'log.csv');
writeFileSync(
  table,
  `# a meter on the bench\ntime (s),level (V),count\n${TIMES.map((time, i) => `${time},${Number.isNaN(LEVELS[i]) ? '' : LEVELS[i]},${COUNTS[i]}`).join('\n')}\n`,
);

interface Info {
  readonly signals: readonly Record<string, unknown>[];
  readonly startUtc: string | null;
  readonly durationS: number;
  readonly metadata: unknown;
  readonly diagnostics: readonly { readonly severity: string; readonly code: string }[];
}

test('info says how time is kept', () => {
  const info = pulsebenchJson<Info>('info', table);
  expect(info.signals).toEqual([
    {
      id: 'level',
      name: 'level',
      unit: 'V',
      dtype: 'f64',
      timing: 'stamped',
      sampleRateHz: null,
      startS: -1,
      length: 6,
      firstSampleId: '0',
    },
    {
      id: 'count',
      name: 'count',
      unit: '',
      dtype: 'f64',
      timing: 'stamped',
      sampleRateHz: null,
      startS: -1,
      length: 6,
      firstSampleId: '0',
    },
  ]);
  expect(info).toMatchObject({ startUtc: null, durationS: 11, metadata: { comments: ['a meter on the bench'] } });
  // a blank cell is a missing sample, and counted
  expect(info.diagnostics).toMatchObject([
    { severity: 'info', code: 'csv/uneven-time' },
    { severity: 'info', code: 'csv/blank' },
  ]);
});

test('samples come with their times', () => {
  expect(pulsebenchJson('samples', table, '--signal', 'level', '--start', '1', '--count', '4')).toEqual({
    start: 1,
    times: [0, 0.5, 0.5, 4],
    values: [2, null, 3, 5],
  });
});

test('statistics weigh by the time that a value holds', () => {
  // 1 V for 1 s, 2 V for 0.5 s, 3 V for 3.5 s, 5 V for 6 s; the missing value and the last hold no time
  const measured = 1 + 1 + 10.5 + 30;
  const mean = measured / 11;
  const squares = 1 * (1 - mean) ** 2 + 0.5 * (2 - mean) ** 2 + 3.5 * (3 - mean) ** 2 + 6 * (5 - mean) ** 2;
  const found = pulsebenchJson<Record<string, number>>('statistics', table, '--signal', 'level');
  expect(found['count']).toBe(5);
  expect([found['min'], found['max'], found['coverage']]).toEqual([1, 7, 1]);
  expect(found['mean']).toBeCloseTo(mean, 12);
  expect(found['std']).toBeCloseTo(Math.sqrt(squares / 11), 12);
  expect(found['integral']).toBeCloseTo(measured, 12);
  expect(found['measured']).toBeCloseTo(measured, 12);
  const summary = pulsebenchJson<Record<string, number[]>>(
    'summary',
    table,
    '--signal',
    'count',
    '--start',
    '0',
    '--increment',
    '2',
    '--count',
    '3',
  );
  expect(summary['mean']![0]).toBeCloseTo((10 * 1 + 20 * 0.5) / 1.5, 12);
  expect(summary['mean']!.slice(1)).toEqual([40, 50]);
});

test.each(['csv', 'h5'])('convert to .%s and back keeps every time', (kind) => {
  const out = join(folder, `copy.${kind}`);
  expect(pulsebench('convert', table, out).code).toBe(0);
  const info = pulsebenchJson<Info>('info', out);
  expect(info.signals).toMatchObject([{ timing: 'stamped', startS: -1, length: 6 }, { timing: 'stamped' }]);
  const samples = pulsebenchJson('samples', out, '--signal', 'level', '--start', '0', '--count', '6');
  expect(samples).toEqual({
    start: 0,
    times: TIMES,
    values: LEVELS.map((value) => (Number.isNaN(value) ? null : value)),
  });
});

test('convert to .npy gives the times a field', () => {
  const out = join(folder, 'copy.npy');
  expect(pulsebench('convert', table, out).code).toBe(0);
  const bytes = readFileSync(out);
  const header = bytes.toString('latin1', 10, 10 + bytes.readUInt16LE(8));
  expect(header).toContain("[('time', '<f8'), ('level', '<f8'), ('count', '<f8')]");
  const first = 10 + bytes.readUInt16LE(8);
  expect(TIMES.map((_, i) => bytes.readDoubleLE(first + 24 * i))).toEqual(TIMES);
  expect(COUNTS.map((_, i) => bytes.readDoubleLE(first + 24 * i + 16))).toEqual(COUNTS);
});

test('convert to .mimo is one event with the times in it', () => {
  const out = join(folder, 'copy.mimo');
  expect(pulsebench('convert', table, out, '--signal', 'count').code).toBe(0);
  const { events } = pulsebenchJson<{ events: { data: Record<string, number[]> }[] }>('events', out);
  expect(events).toMatchObject([{ data: { time: TIMES, count: COUNTS } }]);
});

test('convert to .jls keeps every time, and that no clock was there', () => {
  const out = join(folder, 'copy.jls');
  const { code, stderr, stdout } = pulsebench('convert', table, out);
  expect(code).toBe(0);
  expect(stderr + stdout).toMatch(/Nothing says when/);
  const info = pulsebenchJson<Info>('info', out);
  expect(info).toMatchObject({ startUtc: null, durationS: 11 });
  expect(info.signals[1]).toMatchObject({
    name: 'count',
    timing: 'stamped',
    sampleRateHz: null,
    startS: -1,
    length: 6,
  });
  const id = info.signals[1]!['id'] as string;
  const count = pulsebenchJson('samples', out, '--signal', id, '--start', '0', '--count', '6');
  expect(count).toMatchObject({ times: TIMES, values: COUNTS });
});

test('convert to .v1.jls is refused with a way out', () => {
  const { code, stderr } = pulsebench('convert', table, join(folder, 'copy.v1.jls'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/time for each sample.*\.csv, \.npy or \.h5/);
});

test('a part of the rows is cut by the first signal', () => {
  const out = join(folder, 'part.csv');
  expect(pulsebench('convert', table, out, '--start', '2', '--end', '6').code).toBe(0);
  expect(readFileSync(out, 'utf8')).toBe(
    'time (s),level (V),count\n0.5,,30.0\n0.5,3.0,40.0\n4.0,5.0,50.0\n10.0,7.0,60.0\n',
  );
});

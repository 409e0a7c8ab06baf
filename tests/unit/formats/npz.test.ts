// Several arrays in one file, and arrays with times: which array is the axis of which, and what is only said.

import { expect, test } from 'vitest';
import { utcToIsoText } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import { COUNTED_AXIS } from '../../../src/formats/time-axis.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import type { SignalInfo } from '../../../src/model/signal-store.ts';
import { f8Of, npyOf, packed, zipOf } from '../../support/container-files.ts';
import { createTestCore } from '../../support/core.ts';

const openBytes = (bytes: Uint8Array, choice: ReadChoice = {}): Promise<FormatReader> =>
  openFile(new MemoryFile(new Uint8Array(bytes)), createTestCore(), { ...NO_CONTEXT, choice });
const open = async (arrays: Record<string, Uint8Array>, choice: ReadChoice = {}, level = 0): Promise<FormatReader> =>
  openBytes(
    await zipOf(Object.fromEntries(Object.entries(arrays).map(([name, data]) => [`${name}.npy`, data])), level),
    choice,
  );
const ids = (reader: FormatReader): readonly string[] => reader.store.signals().map(({ id }) => id);
const codes = (reader: FormatReader): readonly string[] => reader.diagnostics.map(({ code }) => code);
const signal = (reader: FormatReader, id: string): SignalInfo => reader.store.signals().find((one) => one.id === id)!;
const steady = (reader: FormatReader, id: string) => {
  const info = signal(reader, id);
  return info.timing === 'steady' ? [info.sampleRateHz, info.offsetS, info.axis] : 'stamped';
};
const numbers = async (reader: FormatReader, id: string): Promise<number[]> =>
  Array.from((await reader.store.samples(id, 0, signal(reader, id).endSample)).values, Number);

test.each([0, 6])('all arrays of numbers are signals, the times are the axis (packed: %i)', async (level) => {
  const reader = await open({ time_ms: f8Of([10, 12, 14, 16]), u: f8Of([1, 2, 3, 5]), short: f8Of([7, 8]) }, {}, level);
  expect(ids(reader)).toEqual(['u', 'short', 'time_ms']);
  expect(steady(reader, 'u')).toEqual([500, 0.01, undefined]);
  expect(steady(reader, 'short')).toEqual([1, 0, COUNTED_AXIS]);
  expect([await numbers(reader, 'u'), await numbers(reader, 'time_ms')]).toEqual([
    [1, 2, 3, 5],
    [10, 12, 14, 16],
  ]);
  expect([signal(reader, 'time_ms').unit, codes(reader)]).toEqual(['ms', ['npz/counted']]);
  expect(reader.reading!.columns!.map(({ id, role }) => [id, role])).toEqual([
    ['time_ms', 'time'],
    ['u', 'signal'],
    ['short', 'signal'],
  ]);
  expect(reader.reading!.choice).toEqual({ time: 'time_ms', timeUnit: 'ms' });
});

test('opening it with what was found gives the same', async () => {
  const arrays = { t: f8Of([0, 0.5, 1]), u: f8Of([1, 2, 3]) };
  const first = await open(arrays);
  const again = await open(arrays, first.reading!.choice);
  expect(again.store.signals()).toEqual(first.store.signals());
  expect(first.reading!.guesses).toHaveLength(1);
});

test('uneven times are kept', async () => {
  const reader = await open({ t: f8Of([0, 1, 5, 6]), u: f8Of([1, 2, 3, 4]) });
  const block = await reader.store.samples('u', 0, 4);
  expect([signal(reader, 'u').timing, block.timesS]).toEqual(['stamped', Float64Array.of(0, 1, 5, 6)]);
  expect(codes(reader)).toContain('npz/uneven-time');
});

test('what is called a time and does not rise is a signal, and that is said', async () => {
  const reader = await open({ t: f8Of([3, 1, 2]), u: f8Of([1, 2, 3]) });
  expect([steady(reader, 'u'), codes(reader)]).toEqual([
    [1, 0, COUNTED_AXIS],
    ['npz/axis-goes-back', 'npz/counted'],
  ]);
});

test('the user says which array holds the times, in which unit, or none', async () => {
  const arrays = { t: f8Of([0, 1, 2]), clock: f8Of([0, 20, 40]), u: f8Of([1, 2, 3]) };
  expect(steady(await open(arrays, { time: 'clock', timeUnit: 'ms' }), 'u')).toEqual([50, 0, undefined]);
  expect(steady(await open(arrays, { time: null }), 'u')).toEqual([1, 0, COUNTED_AXIS]);
  expect(steady(await open(arrays, { time: null, rateHz: 8, startS: -2 }), 'u')).toEqual([8, -2, undefined]);
  expect(steady(await open(arrays, { startS: 7 }), 'u')).toEqual([1, 7, undefined]);
  await expect(open(arrays, { time: 'no' })).rejects.toMatchObject({ code: 'format/not-found' });
});

test.each([
  ['fs', 250, 250, '250\u202fHz'],
  ['sample_rate_hz', 48_000, 48_000, '48\u202fkHz'],
  ['dt', 0.25, 4, '4\u202fHz'],
])('a single number called %s says how far samples are apart', async (name, value, rate, told) => {
  const reader = await open({ [name]: npyOf("'<f8'", [], packed('d', value)), v: f8Of([1, 2, 3]) });
  expect([ids(reader), steady(reader, 'v'), reader.metadata]).toEqual([['v'], [rate, 0, undefined], { [name]: value }]);
  expect(reader.diagnostics.map(({ message }) => message)).toEqual([
    `"${name}" says how far samples are apart: ${told}.`,
  ]);
});

test('dates begin the axis, to the nanosecond', async () => {
  const from = 1_777_636_800_250_000_125n;
  const dates = npyOf("'<M8[ns]'", [3], packed('qqq', from, from + 1000n, from + 2000n));
  const reader = await open({ time: dates, v: f8Of([1, 2, 3]) });
  expect(steady(reader, 'v')).toEqual([1_000_000, 0, undefined]);
  expect(utcToIsoText(reader.store.originUtc!)).toBe('2026-05-01T12:00:00.250000125Z');
});

test.each([
  ['s, as floats', "'<f8'", packed('ddd', 1.75e9, 1.75e9 + 0.5, 1.75e9 + 1), 2, '2025-06-15T15:06:40Z'],
  [
    'ms',
    "'<i8'",
    packed('qqq', 1_750_000_000_250n, 1_750_000_000_260n, 1_750_000_000_270n),
    100,
    '2025-06-15T15:06:40.25Z',
  ],
])('counts since 1970 in %s are known by their size', async (_what, descr, data, rate, start) => {
  const reader = await open({ timestamp: npyOf(descr, [3], data), v: f8Of([1, 2, 3]) });
  expect([steady(reader, 'v'), utcToIsoText(reader.store.originUtc!)]).toEqual([[rate, 0, undefined], start]);
});

test('short floats are even within what they can hold', async () => {
  const times = Float32Array.from({ length: 1000 }, (_, index) => index * 1e-3);
  const reader = await open({
    t: npyOf("'<f4'", [1000], new Uint8Array(times.buffer)),
    v: f8Of(new Array<number>(1000).fill(1)),
  });
  const info = signal(reader, 'v');
  expect([info.timing === 'steady' && Math.round(info.sampleRateHz * 1000), codes(reader)]).toEqual([
    1_000_000,
    ['npz/guess'],
  ]);
});

test('kinds of numbers as NumPy gives them', async () => {
  const reader = await open({
    half: npyOf("'<f2'", [2], packed('hh', 0x3c00, 0xc100)),
    big: npyOf("'>f4'", [2], Uint8Array.of(0x3f, 0x80, 0, 0, 0xbf, 0, 0, 0)),
    both: npyOf("'<c8'", [2], packed('ffff', 1, 2, 3, 4)),
    on: npyOf("'|b1'", [2], Uint8Array.of(1, 0)),
    wide: npyOf("'<u8'", [2], packed('qq', 0, 2n ** 64n - 1n)),
    grid: npyOf("'<i2'", [3, 2], packed('hhhhhh', 1, 2, 3, 10, 20, 30), true),
  });
  expect(await numbers(reader, 'half')).toEqual([1, -2.5]);
  expect(await numbers(reader, 'big')).toEqual([1, -0.5]);
  expect([await numbers(reader, 'both.real'), await numbers(reader, 'both.imag')]).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(await numbers(reader, 'on')).toEqual([1, 0]);
  expect((await reader.store.samples('wide', 0, 2)).values).toEqual(BigUint64Array.of(0n, 2n ** 64n - 1n));
  expect([await numbers(reader, 'grid[0]'), await numbers(reader, 'grid[1]')]).toEqual([
    [1, 2, 3],
    [10, 20, 30],
  ]);
});

test('objects and texts are left out by name; alone they are refused', async () => {
  const objects = npyOf("'|O'", [2], new Uint8Array(8));
  const texts = npyOf("'<U2'", [2], new Uint8Array(16));
  const reader = await open({ things: objects, names: texts, v: f8Of([1, 2]) });
  expect(ids(reader)).toEqual(['v']);
  const said = reader.diagnostics.map(({ message }) => message).join('\n');
  expect(said).toMatch(/"things" is left out: .*Python objects/);
  expect(said).toContain('"names" holds texts');
  await expect(open({ things: objects })).rejects.toThrow('"things" is left out: The array holds Python objects');
});

test('many large arrays share the room in the core', async () => {
  const large = f8Of(Array.from({ length: 200_000 }, (_, index) => index % 10));
  const arrays = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`a${index}`, large]));
  const reader = await open(arrays);
  for (const id of ids(reader)) expect((await reader.store.statistics(id, 0, 200_000)).mean).toBeCloseTo(4.5, 12);
  reader.close();
});

test('a field of times in a structured array likewise', async () => {
  const reader = await openBytes(
    npyOf("[('time', '<f8'), ('u', '<i4')]", [3], packed('dididi', 0, 5, 0.01, 6, 0.02, 7)),
  );
  expect([ids(reader), steady(reader, 'u'), await numbers(reader, 'u')]).toEqual([
    ['u', 'time'],
    [100, 0, undefined],
    [5, 6, 7],
  ]);
});

test('a plain array is counted until the user says a rate', async () => {
  expect(steady(await openBytes(f8Of([1, 2])), 'value')).toEqual([1, 0, COUNTED_AXIS]);
  expect(steady(await openBytes(f8Of([1, 2]), { rateHz: 44_100 }), 'value')).toEqual([44_100, 0, undefined]);
});

// Parquet files of other programs, with the values that these programs read from them, and ours read by us.

import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/base/errors.ts';
import { utcToIsoText } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { openParquet } from '../../../src/formats/parquet/reader.ts';
import { writeParquet } from '../../../src/formats/parquet/writer.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';

type Columns = Readonly<Record<string, readonly (number | string | null)[]>>;
const expected =
  goldenJson<Readonly<Record<'clock' | 'split' | 'uneven' | 'counted', Columns>>>('parquet/expected.json');

const open = (name: string, choice: ReadChoice = {}): Promise<FormatReader> =>
  openParquet(new MemoryFile(goldenBytes(`parquet/${name}.parquet`)), { ...NO_CONTEXT, choice });

/** As `expected.json` has them. */
async function valuesOf(reader: FormatReader, id: string): Promise<(number | string | null)[]> {
  const { endSample } = reader.store.signals().find((signal) => signal.id === id)!;
  const { values } = await reader.store.samples(id, 0, endSample);
  return Array.from(values as ArrayLike<number | bigint>, (value) => {
    if (typeof value === 'bigint') return String(value);
    return Number.isNaN(value) ? null : value;
  });
}

describe.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('rows with a clock, packed by %s', (codec) => {
  it('lie at their rate from the first time on, to the nanosecond', async () => {
    const reader = await open(`clock_${codec}`);
    const names = ['volt', 'low', 'count', 'big', 'on', 'i16', 'hole'];
    expect(reader.store.signals().map(({ id }) => id)).toEqual(names);
    for (const signal of reader.store.signals()) {
      expect(signal).toMatchObject({ timing: 'steady', sampleRateHz: 4000, offsetS: 0, endSample: 100 });
      expect(await valuesOf(reader, signal.id), signal.id).toEqual(expected.clock[signal.id]);
    }
    // 1 750 000 000.123456789 s of Unix time
    expect(utcToIsoText(reader.store.originUtc!).slice(0, 29)).toBe('2025-06-15T15:06:40.123456789');
    expect(reader.diagnostics.map(({ message }) => message).join()).toContain('left out: word.');
  });
});

it('a missing 64-bit integer is missing, not 0', async () => {
  const reader = await open('clock_snappy');
  const { count } = await reader.store.statistics('hole', 0, 100);
  expect(count).toBe(expected.clock['hole']!.filter((value) => value !== null).length);
});

it('pages of version 2, with a unit of time in the name', async () => {
  const reader = await open('split');
  expect(reader.store.signals()).toMatchObject([{ id: 'v', timing: 'steady', sampleRateHz: 2000 }]);
  expect(await valuesOf(reader, 'v')).toEqual(expected.split['v']);
  expect(reader.diagnostics).toEqual([]);
});

it('uneven times are kept', async () => {
  const reader = await open('uneven');
  const { timesS } = await reader.store.samples('v', 0, 100);
  expect([...timesS!]).toEqual(expected.uneven['time']);
  // its name says no unit
  expect(reader.diagnostics.map(({ code }) => code)).toContain('parquet/guess');
});

describe('rows without times', () => {
  it('are counted, and that is said', async () => {
    const reader = await open('counted');
    expect(reader.store.signals().map(({ axis }) => axis?.name)).toEqual(['sample', 'sample', 'sample']);
    for (const id of ['d', 'k', 'b']) expect(await valuesOf(reader, id)).toEqual(expected.counted[id]);
    expect(reader.diagnostics.map(({ code }) => code)).toContain('parquet/counted');
  });

  it('lie where the user says', async () => {
    const reader = await open('counted', { rateHz: 50, startS: -1 });
    expect(reader.store.signals()[0]).toMatchObject({ sampleRateHz: 50, offsetS: -1 });
    expect(reader.store.signals()[0]!.axis).toBeUndefined();
    const timed = await open('counted', { time: 'k', timeUnit: 'ms' });
    expect(timed.store.signals()).toMatchObject([{ id: 'd', sampleRateHz: 1000 }, { id: 'b' }]);
    await expect(open('counted', { time: 'x' })).rejects.toThrow('Nothing is called "x" here. There is "d", "k", "b".');
    await expect(open('counted', { time: 'k', timeUnit: 'V' })).rejects.toThrow('no unit of time');
  });
});

it('ours opens with its clock, rate, start and units', async () => {
  const source = await open('clock_none');
  const file = new MemoryFile();
  await writeParquet(source, file, { start: 10, end: 90 });
  const reader = await openParquet(file, NO_CONTEXT);
  const [first] = reader.store.signals();
  expect(first).toMatchObject({ id: 'volt', sampleRateHz: 4000, offsetS: 10 / 4000, endSample: 80 });
  // nanoseconds are not our ticks of 2⁻³⁰ s
  expect(Math.abs(Number(reader.store.originUtc! - source.store.originUtc!))).toBeLessThanOrEqual(1);
  expect(await valuesOf(reader, 'count')).toEqual(expected.clock['count']!.slice(10, 90));
});

it.each(['packed_types', 'wide_types'])('ours of %s.jls has every value of every type', async (name) => {
  const source = await openFile(new MemoryFile(goldenBytes(`jls-v2/${name}.jls`)), jlsWorkspace());
  const file = new MemoryFile();
  await writeParquet(source, file, { start: 0, end: 9000 });
  const reader = await openParquet(file, NO_CONTEXT);
  const read = async (from: FormatReader, id: string) => [...(await from.store.samples(id, 0, 9000)).values];
  expect(reader.store.signals()).toHaveLength(source.store.signals().length);
  for (const { id, name: column } of source.store.signals()) {
    expect(await read(reader, column), column).toEqual(await read(source, id));
  }
});

it.each([
  ['cut', (bytes: Uint8Array) => bytes.slice(0, -20), 'it is cut'],
  ['encrypted', (bytes: Uint8Array) => Uint8Array.from([...bytes.slice(0, -1), 0x45]), 'encrypted'],
  ['with a false footer', (bytes: Uint8Array) => bytes.fill(0xff, -8, -4), 'footer states'],
])('%s: refused with the reason', async (_name, change, reason) => {
  const bytes = change(goldenBytes('parquet/split.parquet').slice());
  const opening = openParquet(new MemoryFile(new Uint8Array(bytes)), NO_CONTEXT);
  await expect(opening).rejects.toThrow(FormatError);
  await expect(opening).rejects.toThrow(reason);
});

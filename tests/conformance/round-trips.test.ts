// Every kind of file that can be opened, written as every kind that can be exported and opened again: the same numbers
// under the same names, and units, rates and times where the format has a place for them.

import { beforeAll, expect, test } from 'vitest';
import { createWorkspace, type Workspace } from '../../src/core/workspace.ts';
import { openFile } from '../../src/formats/detect.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { EventStore, FormatReader } from '../../src/formats/reader.ts';
import { packSamples } from '../../src/formats/stored.ts';
import { exportFile } from '../../src/formats/writers.ts';
import { writeZip } from '../../src/formats/zip/writer.ts';
import type { SampleType } from '../../src/model/signal-store.ts';
import { coreBytes } from '../support/core.ts';
import { goldenBytes } from '../support/golden.ts';
import { steadySignals } from '../support/steady.ts';

const COUNT = 999;
const KINDS = ['jls', 'csv', 'npy', 'h5', 'parquet', 'mimo'] as const;

let module: WebAssembly.Module;
beforeAll(() => {
  module = new WebAssembly.Module(coreBytes());
});
const workspace = (): Workspace => createWorkspace(module, 32 * 2 ** 20);
const open = (bytes: Uint8Array<ArrayBuffer>) => openFile(new MemoryFile(bytes), workspace());

interface Column {
  readonly name: string;
  readonly unit: string;
  readonly dtype: SampleType;
  readonly value: (index: number) => number | bigint;
}

const SPECIAL = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  5e-324,
  1.7976931348623157e308,
  0.1,
];
const WIDE = [-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 9007199254740993n];

const COLUMNS: readonly Column[] = [
  { name: 'Strom µ', unit: 'µA', dtype: 'f32', value: (i) => (i % 11 === 3 ? Number.NaN : Math.fround(Math.sin(i))) },
  { name: 'spezial', unit: 'Ω', dtype: 'f64', value: (i) => (i % 3 ? SPECIAL[i % SPECIAL.length]! : 1 / (i + 1)) },
  { name: '電圧, "x"', unit: '°C', dtype: 'i64', value: (i) => WIDE[i % WIDE.length]! },
  { name: 'wide', unit: '', dtype: 'u64', value: (i) => (i % 2 ? 2n ** 64n - 1n : BigInt(i)) },
  { name: 'bit', unit: '', dtype: 'u1', value: (i) => Number(i % 5 === 0) },
  { name: 'nibble', unit: '', dtype: 'u4', value: (i) => i % 16 },
  { name: 'short', unit: 'V', dtype: 'i16', value: (i) => ((i * 7919) % 65_536) - 32_768 },
];

/** One JLS v2 file of all columns at one rate, from a sample on that is not 0. */
function recording(columns: readonly Column[], rateOf: (index: number) => number): Uint8Array<ArrayBuffer> {
  const file = new MemoryFile();
  const writer = new JlsWriter(workspace(), file);
  writer.defineSource({ sourceId: 1, name: 'Gerät Ü' });
  columns.forEach(({ name, unit, dtype, value }, index) => {
    const signalId = index + 1;
    writer.defineSignal({ signalId, sourceId: 1, dtype, sampleRateHz: rateOf(index), name, unit });
    const values = Array.from({ length: COUNT }, (_, i) => value(i));
    const wide = dtype === 'i64' ? BigInt64Array : BigUint64Array;
    const samples =
      dtype === 'i64' || dtype === 'u64' ? wide.from(values as bigint[]) : Float64Array.from(values as number[]);
    writer.writeSamples(signalId, 1000, packSamples(samples, dtype), COUNT);
  });
  writer.close();
  return file.bytes.slice();
}

async function convert(reader: FormatReader, kind: string) {
  const file = new MemoryFile();
  const { notes } = await exportFile(reader, kind, file, workspace());
  return { reader: await openFile(file, workspace()), notes };
}

/** An array of a single signal has no place for its name. */
const ARRAY_NAME = 'value';

const valuesOf = async (reader: FormatReader, name: string): Promise<readonly (number | bigint)[]> => {
  const signals = reader.store.signals();
  const info = signals.find((signal) => signal.name === name) ?? signals.find((signal) => signal.name === ARRAY_NAME);
  if (!info) throw new Error(`no ${name} among ${reader.store.signals().map((signal) => signal.name)}`);
  return [...(await reader.store.samples(info.id, 0, info.endSample)).values];
};

/** Text has numbers as doubles, those of single precision in as many digits as they need to come back. */
const asNumbers = (values: readonly (number | bigint)[], dtype: SampleType, kind: string) => {
  if (kind !== 'csv') return values;
  return values.map((value) => (dtype === 'f32' ? Math.fround(Number(value)) : Number(value)));
};

const KEEPS_UNITS: readonly string[] = ['jls', 'csv', 'npy', 'h5', 'parquet'];

test.each(KINDS)('a recording of every kind of number as .%s', async (kind) => {
  const source = await open(recording(COLUMNS, () => 2000));
  const { reader } = await convert(source, kind);
  expect(reader.isRecovered).toBe(false);
  for (const { name, unit, dtype, value } of COLUMNS) {
    const expected = Array.from({ length: COUNT }, (_, i) => value(i));
    const actual = await valuesOf(reader, name);
    expect(asNumbers(actual, dtype, kind)).toEqual(asNumbers(expected, dtype, kind));
    const info = steadySignals(reader.store).find((signal) => signal.name === name)!;
    if (!KEEPS_UNITS.includes(kind)) continue;
    expect(info.unit).toBe(unit);
    expect(info.sampleRateHz).toBeCloseTo(2000, 6);
  }
});

test.each(KINDS)('two rates as .%s: each at its own, or a refusal that names both', async (kind) => {
  const source = await open(recording(COLUMNS.slice(0, 2), (index) => [2000, 500][index]!));
  if (kind === 'jls' || kind === 'h5') {
    const { reader } = await convert(source, kind);
    for (const [index, { name, value }] of COLUMNS.slice(0, 2).entries()) {
      expect(await valuesOf(reader, name)).toEqual(Array.from({ length: COUNT }, (_, i) => value(i)));
      const info = steadySignals(reader.store).find((signal) => signal.name === name)!;
      expect(info.sampleRateHz).toBeCloseTo([2000, 500][index]!, 6);
    }
  } else {
    await expect(convert(source, kind)).rejects.toMatchObject({
      code: 'format/unsupported',
      message: expect.stringMatching(/2000 per second.*500 per second/),
    });
  }
});

const FILES: readonly [string, () => Uint8Array<ArrayBuffer>][] = [
  ['JLS v1', () => goldenBytes('jls-v1/recordings/raw_short.jls')],
  ['.mimo', () => goldenBytes('mimo/files/redpitaya_2ch_i2.mimo')],
  ['.mimo, one item per event', () => goldenBytes('mimo/files/extreme_metadata.mimo')],
  ['LeCroy', () => goldenBytes('scope-waveforms/lecroy-trc-file.data.bin')],
  ['LeCroy sequence', () => goldenBytes('scope-waveforms/lecroy-sequence-3.data.bin')],
  ['ISF', () => goldenBytes('scope-waveforms/tek-isf-ri2.data.bin')],
  ['CSV', () => new TextEncoder().encode('time (s);a (V);b\n0,5;1;2\n0,75;;-3,5\n1,0;inf;4e-300\n')],
];

/** Events that are signals of their own come back as the same events. */
async function expectSameEvents(before: EventStore, after: EventStore): Promise<void> {
  expect(after.eventCount).toBe(before.eventCount);
  const blocks = [await before.read(0, before.eventCount), await after.read(0, before.eventCount)];
  const [written, read] = blocks.map(({ data }) => Array.from(data[0]!.values, Number));
  expect(read).toEqual(written);
}

test.each(FILES.flatMap(([name, bytes]) => KINDS.map((kind) => [name, kind, bytes] as const)))(
  '%s as .%s',
  async (_name, kind, bytes) => {
    const source = await open(bytes());
    const { reader } = await convert(source, kind);
    if (kind === 'mimo' && source.events?.spans) return expectSameEvents(source.events, reader.events!);
    const columns = steadySignals(source.store).filter(
      ({ endSample, offsetS }, _, [first]) =>
        kind === 'jls' || kind === 'h5' || (endSample === first!.endSample && offsetS === first!.offsetS),
    );
    expect(columns.length).toBeGreaterThan(0);
    for (const { name, unit, dtype, sampleRateHz, offsetS, endSample } of columns) {
      const before = await valuesOf(source, name);
      expect(before.length).toBe(endSample);
      const after = await valuesOf(reader, name);
      expect(asNumbers(after, dtype, kind)).toEqual(asNumbers(before, dtype, kind));
      const info = steadySignals(reader.store).find((signal) => signal.name === name)!;
      if (!KEEPS_UNITS.includes(kind)) continue;
      expect(info.unit).toBe(unit);
      expect(Math.abs(info.sampleRateHz / sampleRateHz - 1)).toBeLessThan(1e-6);
      if (kind !== 'jls') expect(Math.abs(info.offsetS - offsetS) * sampleRateHz).toBeLessThan(1e-3);
    }
  },
);

test('a table of events holds the waveforms, and says what it leaves out', async () => {
  const source = await open(goldenBytes('mimo/files/redpitaya_2ch_i2.mimo'));
  for (const kind of ['csv', 'npy'] as const) {
    const { reader, notes } = await convert(source, kind);
    expect(reader.store.signals().map(({ name }) => name)).toEqual(['IN1', 'IN2']);
    expect(notes.join(' ')).toContain('metadata.counter, metadata.timestamp, metadata.deadtime');
  }
  const chosen = { signalIds: ['IN1', 'metadata.counter'] };
  await expect(exportFile(source, 'csv', new MemoryFile(), workspace(), chosen)).rejects.toThrow('metadata.counter');
});

test.each(KINDS)('nothing at all as .%s', async (kind) => {
  const source = await open(recording(COLUMNS.slice(0, 3), () => 2000));
  const file = new MemoryFile();
  const writing = exportFile(source, kind, file, workspace(), { start: 10, end: 10 });
  if (kind === 'mimo') {
    await expect(writing).rejects.toMatchObject({ code: 'format/range' });
    return;
  }
  await writing;
  const reader = await openFile(file, workspace());
  expect(reader.store.signals().map(({ name, endSample }) => [name, endSample])).toEqual(
    COLUMNS.slice(0, 3).map(({ name }) => [name, 0]),
  );
});

test('a bundle gives what is in it', async () => {
  const bytes = recording(COLUMNS, () => 2000);
  const file = new MemoryFile();
  const content = new MemoryFile(bytes);
  await writeZip([{ name: 'Ordner/ä.jls', content, isStored: false, modifiedUnixMs: 0 }], file);
  const reader = await openFile(file, workspace());
  for (const { name, value } of COLUMNS) {
    expect(await valuesOf(reader, name)).toEqual(Array.from({ length: COUNT }, (_, i) => value(i)));
  }
});

// Every export opens again with the same numbers.

import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.ts';
import { createWorkspace, type Workspace } from '../../src/core/workspace.ts';
import { openFile } from '../../src/formats/detect.ts';
import type { ExportOptions } from '../../src/formats/export/selection.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import { exportFile } from '../../src/formats/writers.ts';
import { writeZip } from '../../src/formats/zip/writer.ts';
import type { Annotation, SteadySignal } from '../../src/model/signal-store.ts';
import { coreBytes } from '../support/core.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { steadySignals } from '../support/steady.ts';

let module: WebAssembly.Module;
beforeAll(() => {
  module = new WebAssembly.Module(coreBytes());
});

const workspace = (): Workspace => createWorkspace(module, 32 * 2 ** 20);
const open = (path: string): Promise<FormatReader> => openFile(new MemoryFile(goldenBytes(path)), workspace());

async function roundTrip(reader: FormatReader, kind: string, options?: ExportOptions) {
  const file = new MemoryFile();
  const report = await exportFile(reader, kind, file, workspace(), options);
  return { reader: await openFile(file, workspace()), notes: report.notes, file };
}

async function numbers(reader: FormatReader, id: string, start = 0, end?: number): Promise<(number | bigint)[]> {
  const last = end ?? reader.store.signals().find((signal) => signal.id === id)!.endSample;
  return [...(await reader.store.samples(id, start, last)).values];
}

/** The same of numbers of single precision, which text has in as many digits as they need to come back. */
async function singles(reader: FormatReader, id: string, start = 0, end?: number): Promise<number[]> {
  return (await numbers(reader, id, start, end)).map((value) => Math.fround(Number(value)));
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const JLS_FILES = [
  'f32_two_signals',
  'f32_levels',
  'packed_types',
  'wide_types',
  'gaps',
  'annotations_utc',
  'js220_ui',
  'js220_ui.anno',
];

test.each(JLS_FILES)('%s.jls as JLS v2: samples bit by bit, times, notes and user data', async (name) => {
  const source = await open(`jls-v2/${name}.jls`);
  const { reader } = await roundTrip(source, 'jls');
  expect(reader.isRecovered).toBe(false);
  expect(reader.store.signals()).toEqual(source.store.signals());
  for (const { id, endSample } of source.store.signals()) {
    expect(sha256(await reader.storedSamples(id, 0, endSample))).toBe(
      sha256(await source.storedSamples(id, 0, endSample)),
    );
    const map = await source.timeMap(id);
    if (map) {
      const copied = await reader.timeMap(id);
      for (const sample of [0n, BigInt(endSample >> 1)]) expect(copied?.toUtc(sample)).toBe(map.toUtc(sample));
    }
    const pairs = await source.utcEntries(id);
    if (pairs.length > 1) expect(await reader.utcEntries(id)).toEqual(pairs);
  }
  const inOrder = (list: readonly Annotation[]) =>
    [...list].sort((a, b) => Number(a.signalId) - Number(b.signalId) || Number(a.timestamp - b.timestamp));
  expect(inOrder(await reader.store.annotations())).toEqual(inOrder(await source.store.annotations()));
  expect(await reader.userData()).toEqual(await source.userData());
});

test('a slice of a JLS file keeps ids, times and the annotations inside it', async () => {
  const source = await open('jls-v2/annotations_utc.jls');
  const { reader } = await roundTrip(source, 'jls', { signalIds: ['1'], start: 1000, end: 1500 });
  const [before] = source.store.signals();
  const [after] = reader.store.signals();
  expect([after!.endSample, after!.firstSampleId]).toEqual([500, before!.firstSampleId + 1000n]);
  expect(await numbers(reader, '1')).toEqual(await numbers(source, '1', 1000, 1500));
  const [mapBefore, mapAfter] = [await source.timeMap('1'), await reader.timeMap('1')];
  for (const sample of [0n, 250n, 499n]) {
    const shift = mapAfter!.toUtc(sample) - mapBefore!.toUtc(sample + 1000n);
    expect(shift <= 1n && shift >= -1n).toBe(true);
  }
  const inside = (await source.store.annotations()).filter(
    ({ signalId, timestamp }) => signalId === '1' && timestamp >= 1000n && timestamp < 1500n,
  );
  const kept = (await reader.store.annotations()).filter(({ signalId }) => signalId === '1');
  expect(inside.length).toBeGreaterThan(0);
  expect(kept).toEqual(inside.map((annotation) => ({ ...annotation, timestamp: annotation.timestamp - 1000n })));
});

test('packed signals of a slice begin at a multiple of 8, where the reference library finds their bits', async () => {
  const source = await open('jls-v2/packed_types.jls');
  const { reader } = await roundTrip(source, 'jls', { start: 1003, end: 2006 });
  for (const { id, dtype, endSample, firstSampleId } of reader.store.signals()) {
    expect([id, dtype, endSample, firstSampleId]).toEqual([id, dtype, 1003, 1000n]);
    expect(await numbers(reader, id)).toEqual(await numbers(source, id, 1003, 2006));
  }
  const { reader: wide } = await roundTrip(source, 'jls', { signalIds: ['4'], start: 1003, end: 2006 });
  expect(wide.store.signals()[0]!.firstSampleId).toBe(1003n);
});

test.each(['csv', 'npy', 'h5', 'mimo', 'parquet'] as const)('a span of a recording as .%s', async (kind) => {
  const source = await open('jls-v2/gaps.jls');
  const [signal] = steadySignals(source.store);
  const options = { signalIds: [signal!.id], start: 10, end: Math.min(3000, signal!.endSample) };
  const { reader, notes } = await roundTrip(source, kind, options);
  expect(notes.length).toBeGreaterThan(0);
  const copied = await singles(reader, reader.store.signals()[0]!.id);
  expect(copied).toEqual(await numbers(source, signal!.id, options.start, options.end));
  if (kind === 'csv' || kind === 'h5' || kind === 'parquet') {
    const [copy] = steadySignals(reader.store);
    expect([copy!.sampleRateHz, copy!.unit]).toEqual([signal!.sampleRateHz, signal!.unit]);
    expect(copy!.offsetS).toBeCloseTo(signal!.offsetS + 10 / signal!.sampleRateHz, 12);
  }
});

test.each(['npy', 'h5', 'mimo', 'parquet'] as const)('64-bit integers keep all digits in .%s', async (kind) => {
  const source = await open('jls-v2/wide_types.jls');
  for (const { id } of source.store.signals().filter(({ dtype }) => dtype === 'i64' || dtype === 'u64')) {
    const { reader } = await roundTrip(source, kind, { signalIds: [id] });
    expect(await numbers(reader, reader.store.signals()[0]!.id)).toEqual(await numbers(source, id));
  }
});

test.each(['npy', 'h5', 'mimo', 'csv', 'jls'] as const)(
  'fixed-point numbers keep their fractions in .%s',
  async (kind) => {
    const source = await open('jls-v2/fixed_point.jls');
    const { reader } = await roundTrip(source, kind);
    expect(await numbers(reader, reader.store.signals()[0]!.id)).toEqual(await numbers(source, '1'));
    expect((await numbers(source, '1')).some((value) => !Number.isInteger(value))).toBe(true);
  },
);

test.each(['npy', 'h5', 'mimo', 'jls'] as const)(
  'lost samples of an integer signal are counted in .%s',
  async (kind) => {
    const { file, lostFrom, lostEnd } = damagedIntegers();
    const source = await openFile(file, workspace());
    const whole = await roundTrip(source, kind, { start: 0, end: lostFrom });
    expect(whole.notes.join()).not.toContain('lost');
    const { notes, reader } = await roundTrip(source, kind, { start: lostFrom + 10, end: lostEnd + 10 });
    expect(notes).toContain(`${lostEnd - lostFrom - 10} samples of "n" are lost in the source and are 0 here.`);
    const [signal] = reader.store.signals();
    expect(await numbers(reader, signal!.id, lostEnd - lostFrom - 10)).toEqual(new Array(10).fill(7));
  },
);

/** Sevens in chunks of 128 samples, of which the second does not fit its checksum. */
function damagedIntegers(): { file: MemoryFile; lostFrom: number; lostEnd: number } {
  const file = new MemoryFile();
  const writer = new JlsWriter(workspace(), file);
  const sizes = { samplesPerData: 128, sampleDecimateFactor: 32, entriesPerSummary: 80, summaryDecimateFactor: 20 };
  writer.defineSource({ sourceId: 1, name: 's' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'u8', sampleRateHz: 100, name: 'n', unit: '', sizes });
  writer.writeSamples(1, 0, new Uint8Array(1000).fill(7));
  writer.close();
  const sevens = (at: number) => file.bytes.subarray(at, at + 128).every((byte) => byte === 7);
  const starts = Array.from({ length: file.bytes.length }, (_, at) => at).filter((at) => at % 8 === 0 && sevens(at));
  file.bytes[starts[1]! + 5] = 0x55;
  return { file, lostFrom: 128, lostEnd: 256 };
}

test('several signals of one rate share a table, an array, a group and an event', async () => {
  const source = await open('mimo/files/redpitaya_2ch_i2.mimo');
  const options = { signalIds: ['IN1', 'IN2'], start: 500, end: 2500 };
  for (const kind of ['csv', 'npy', 'h5'] as const) {
    const { reader } = await roundTrip(source, kind, options);
    expect(
      reader.store
        .signals()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['IN1', 'IN2']);
    for (const id of options.signalIds) {
      expect(await numbers(reader, id)).toEqual(await numbers(source, id, options.start, options.end));
    }
  }
});

test('signals of samples and of events are refused for one table, with what to do', async () => {
  const source = await open('mimo/files/redpitaya_2ch_i2.mimo');
  const written = roundTrip(source, 'npy', { signalIds: ['IN1', 'metadata.counter'] });
  await expect(written).rejects.toThrow(FormatError);
  await expect(written).rejects.toThrow('one by one');
});

test('the segments of an oscilloscope are exported as events', async () => {
  const { expected } = goldenJson<{ expected: { segments: readonly { triggerTime: number; y: readonly number[] }[] } }>(
    'scope-waveforms/lecroy-sequence-3.json',
  );
  const source = await open('scope-waveforms/lecroy-sequence-3.data.bin');
  const { reader } = await roundTrip(source, 'mimo', { start: 1, end: 3 });
  expect(reader.events).toMatchObject({ eventCount: 2, dataLength: 120, trailingBytes: 0 });
  const { data, metadata } = await reader.events!.read(0, 2);
  const segments = expected.segments.slice(1);
  for (const [index, y] of segments.flatMap((segment) => segment.y).entries()) {
    expect(Number(data[0]!.values[index])).toBeCloseTo(y, 9);
  }
  const [counter, timestamp] = metadata.map(({ values }) => Array.from(values));
  expect(counter).toEqual([1n, 2n]);
  expect(timestamp).toEqual(segments.map(({ triggerTime }) => triggerTime));
});

test('a selection of events is the original records behind the original header', async () => {
  const path = 'mimo/files/mixed_types.mimo';
  const bytes = goldenBytes(path);
  const { file, reader } = await roundTrip(await open(path), 'mimo', { start: 2, end: 5 });
  const payload = bytes.length - 7 * 309;
  const expected = [...bytes.subarray(0, payload), ...bytes.subarray(payload + 2 * 309, payload + 5 * 309)];
  expect(Array.from(file.bytes)).toEqual(expected);
  expect(reader.events?.eventCount).toBe(3);
});

test('a selection of fields keeps the events and their metadata', async () => {
  const source = await open('mimo/files/mixed_types.mimo');
  const { reader } = await roundTrip(source, 'mimo', { signalIds: ['f8', 'c8.imag', 'i2'], start: 1, end: 4 });
  const [before, after] = [await source.events!.read(1, 3), await reader.events!.read(0, 3)];
  expect(reader.events!.dataFields.map(({ name }) => name)).toEqual(['i2', 'f8', 'c8']);
  for (const { field, values } of after.data) {
    const original = before.data.find((column) => column.field.name === field.name)!;
    expect(Array.from(values)).toEqual(Array.from(original.values));
  }
  expect(after.metadata).toEqual(before.metadata);
  await expect(roundTrip(source, 'mimo', { signalIds: ['metadata.counter'] })).rejects.toThrow(FormatError);
});

test('a table over its row budget has one row per block and says so', async () => {
  const source = await open('jls-v2/f32_levels.jls');
  const { writeCsv } = await import('../../src/formats/csv/writer.ts');
  const file = new MemoryFile();
  const { notes } = await writeCsv(source, file, { rowBudget: 1000, reduction: 'all' });
  const reader = await openFile(file, workspace());
  const [signal] = source.store.signals();
  const increment = Math.ceil(signal!.endSample / 1000);
  const count = Math.floor(signal!.endSample / increment);
  const { values } = await source.store.samples(signal!.id, 0, count * increment);
  const rows = Array.from({ length: count }, (_, row) => {
    const block = Array.from(values.slice(row * increment, (row + 1) * increment), Number);
    const mean = block.reduce((sum, value) => sum + value, 0) / increment;
    const std = Math.sqrt(block.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (increment - 1));
    return { mean, std, min: Math.min(...block), max: Math.max(...block) };
  });
  for (const part of ['mean', 'std', 'min', 'max'] as const) {
    const found = await numbers(reader, `${signal!.name} ${part}`);
    expect(found).toHaveLength(count);
    for (const [row, value] of found.entries()) expect(value).toBeCloseTo(rows[row]![part], 12);
  }
  expect(notes[0]).toContain(`${count} rows`);
  expect(notes[0]).toContain(`${increment} samples`);
});

test('a table of a JS110 recording keeps the code of missing samples; rows of blocks leave them out', async () => {
  const { writeCsv } = await import('../../src/formats/csv/writer.ts');
  const source = await open('jls-v1/recordings/raw_missing_heavy.jls');
  const signalIds = ['current', 'current_range'];
  const { reader } = await roundTrip(source, 'csv', { signalIds });
  const [current, range] = [await numbers(reader, 'current'), await numbers(reader, 'current_range')];
  expect(range.map((value) => value === 8)).toEqual(current.map((value) => Number.isNaN(value)));
  expect(range).toContain(8);
  const file = new MemoryFile();
  await writeCsv(source, file, { signalIds, rowBudget: 100, reduction: 'all' });
  const table = await openFile(file, workspace());
  const { endSample } = source.store.signals()[0]!;
  const increment = Math.ceil(endSample / 100);
  const maxima = await numbers(table, 'current_range max');
  const wanted = maxima.map((_, row) => {
    const valid = range.slice(row * increment, (row + 1) * increment).filter((value) => value !== 8);
    return valid.length > 0 ? Math.max(...valid.map(Number)) : Number.NaN;
  });
  expect(maxima).toEqual(wanted);
});

test('a cancelled export stops with `cancelled`', async () => {
  const abort = AbortSignal.abort();
  const source = await open('jls-v2/f32_levels.jls');
  for (const kind of ['jls', 'csv', 'npy', 'h5', 'mimo'] as const) {
    await expect(roundTrip(source, kind, { abort })).rejects.toMatchObject({ code: 'cancelled' });
  }
});

test('a bundle opens as the data inside it, stored or packed', async () => {
  const data = goldenBytes('jls-v2/f32_two_signals.jls');
  for (const isStored of [true, false]) {
    const file = new MemoryFile();
    let done = 0;
    await writeZip(
      [
        { name: 'run/settings.yaml', content: text('a: 1\n'), isStored: false, modifiedUnixMs: 1.76e12 },
        { name: 'run/data.jls', content: new MemoryFile(data.slice()), isStored, modifiedUnixMs: 1.76e12 },
      ],
      file,
      { onProgress: (doneBytes) => (done = doneBytes) },
    );
    expect(done).toBe(data.length + 5);
    const reader = await openFile(file, workspace());
    expect(reader.format).toBe('jls-v2');
    const plain = await open('jls-v2/f32_two_signals.jls');
    const [copied, original] = [
      await reader.storedSamples('1', 0, 100_000),
      await plain.storedSamples('1', 0, 100_000),
    ];
    expect(sha256(copied)).toBe(sha256(original));
  }
});

function text(content: string): MemoryFile {
  return new MemoryFile(new TextEncoder().encode(content));
}

test('signals of one rate that begin and end apart are cut to what all of them have', async () => {
  const source = await open('jls-v2/f32_two_signals.jls');
  const [current, voltage] = source.store.signals() as readonly SteadySignal[];
  // the voltage begins 500 samples later and has 100 000
  const shift = Number(voltage!.firstSampleId - current!.firstSampleId);
  const count = Math.min(current!.endSample - shift, voltage!.endSample);
  for (const kind of ['csv', 'npy', 'parquet'] as const) {
    const { reader, notes } = await roundTrip(source, kind, {});
    expect(notes.join(' ')).toContain(`${count} rows that all have are written`);
    const [first, second] = reader.store.signals();
    expect([first!.endSample, second!.endSample], kind).toEqual([count, count]);
    expect(await singles(reader, first!.id, 0, 3)).toEqual(await numbers(source, current!.id, shift, shift + 3));
    expect(await singles(reader, second!.id, count - 3, count)).toEqual(
      await numbers(source, voltage!.id, count - 3, count),
    );
  }
});

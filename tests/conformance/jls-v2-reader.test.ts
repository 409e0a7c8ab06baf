// The JLS v2 reader against what the reference library reads from the same files (tests/golden/jls-v2/README.md).

import { expect, test } from 'vitest';
import { utcFromTicks } from '../../src/base/time.ts';
import { type JlsV2Reader, openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { ANNOTATION_KINDS, bitsOf, STORAGES } from '../../src/formats/jls/v2/spec.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { SignalInfo } from '../../src/model/signal-store.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';
import { steadySignals } from '../support/steady.ts';
import { twoPass } from '../support/two-pass.ts';

type Figure = number | 'NaN' | 'DBL_MAX' | '-DBL_MAX';
type Data = { text?: string; hex?: string; size: number };

interface Expected {
  sources: { source_id: number; name: string; vendor: string; model: string; version: string; serial_number: string }[];
  signals: {
    signal_id: number;
    signal_type: number;
    name: string;
    units: string;
    dtype: SignalInfo['dtype'];
    q: number;
    sample_rate: number;
    sample_id_offset: number;
    length?: number;
    true_length?: number;
  }[];
  samples: {
    signal_id: number;
    start: number;
    count: number;
    values?: (number | string)[];
    sha256_packed_full_bytes?: string;
    packed_full_bytes?: number;
    error?: string;
  }[];
  statistics: {
    signal_id: number;
    start: number;
    increment: number;
    length: number;
    data?: Figure[][];
    approximate_internal_bins?: boolean;
  }[];
  annotations: Record<
    string,
    {
      timestamp: number | string;
      annotation_type: number;
      storage_type: number;
      group_id: number;
      y: Figure;
      data: Data;
    }[]
  >;
  utc: Record<string, [number, number | string][]>;
  time_map: Record<
    string,
    Record<'sample_id_to_timestamp' | 'timestamp_to_sample_id', [number | string, number | string][]>
  >;
  user_data: { chunk_meta: number; storage_type: number; data: Data }[];
  bad_samples?: [number, number];
}

const CLOSED = [
  'empty',
  'short',
  'f32_two_signals',
  'f32_levels',
  'packed_types',
  'wide_types',
  'fixed_point',
  'annotations_utc',
  'omit',
  'gaps',
  'tail_lost',
  'js220_ui',
  'js220_ui.anno',
  'writer_tail_fixed',
  'writer_wide_fixed',
];

function open(name: string): Promise<JlsV2Reader> {
  return openJlsV2(new MemoryFile(goldenBytes(`jls-v2/${name}.jls`)), jlsWorkspace());
}

function load(name: string): Expected {
  return goldenBigJson<Expected>(`jls-v2/${name}.json`);
}

function info(reader: FormatReader, signalId: number): SignalInfo {
  return reader.store.signals().find((signal) => signal.id === String(signalId))!;
}

/** Files keep values × 2^q; the golden numbers are the stored ones. */
function scaleOf(expected: Expected, signalId: number): number {
  return 2 ** (expected.signals.find((signal) => signal.signal_id === signalId)?.q ?? 0);
}

function dataOf(data: Data, storageType: number): string | Uint8Array {
  if (storageType === 1 && data.text !== undefined) return new TextEncoder().encode(data.text);
  return data.text ?? Uint8Array.from(Buffer.from(data.hex ?? '', 'hex'));
}

test.each([...CLOSED, 'unclosed'])('%s: sources, signals, user data', async (name) => {
  const expected = load(name);
  const reader = await open(name);
  expect(reader.isRecovered).toBe(name === 'unclosed');
  expect(reader.version).toBe('1.0.0');
  expect(reader.sources).toEqual(
    expected.sources.map((source) => ({
      id: source.source_id,
      name: source.name,
      vendor: source.vendor,
      model: source.model,
      version: source.version,
      serialNumber: source.serial_number,
    })),
  );
  const fsr = expected.signals.filter((signal) => signal.signal_type === 0);
  expect(
    steadySignals(reader.store).map((signal) => ({
      id: signal.id,
      name: signal.name,
      unit: signal.unit,
      dtype: signal.dtype,
      sampleRateHz: signal.sampleRateHz,
      length: signal.endSample,
      firstSampleId: signal.firstSampleId,
    })),
  ).toEqual(
    fsr.map((signal) => ({
      id: String(signal.signal_id),
      name: signal.name,
      unit: signal.units,
      dtype: signal.dtype,
      sampleRateHz: signal.sample_rate,
      length: signal.true_length ?? signal.length ?? 0,
      firstSampleId: BigInt(signal.sample_id_offset),
    })),
  );
  expect(await reader.userData()).toEqual(
    expected.user_data.map((entry) => ({
      meta: entry.chunk_meta,
      storage: STORAGES[entry.storage_type],
      data: dataOf(entry.data, entry.storage_type),
    })),
  );
});

test.each([...CLOSED, 'unclosed'])('%s: every sample', async (name) => {
  const expected = load(name);
  const reader = await open(name);
  for (const { signal_id, start, count, values, sha256_packed_full_bytes, packed_full_bytes } of expected.samples) {
    const id = String(signal_id);
    const { dtype } = info(reader, signal_id);
    if (sha256_packed_full_bytes) {
      const length = Math.floor((packed_full_bytes! * 8) / bitsOf(dtype));
      expect(sha256(await reader.storedSamples(id, 0, length))).toBe(sha256_packed_full_bytes);
    }
    if (values) {
      const block = await reader.store.samples(id, start, start + count);
      const found = Array.from(block.values as ArrayLike<number | bigint>, (value) =>
        typeof value === 'bigint' ? value : value * scaleOf(expected, signal_id),
      );
      expect(found).toEqual(values.map((value) => (typeof found[0] === 'bigint' ? BigInt(value) : Number(value))));
    }
  }
});

function close(found: number, wanted: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(found);
  return Math.abs(found - wanted) <= 1e-9 * Math.max(1e-3, Math.abs(found), Math.abs(wanted));
}

test.each([...CLOSED, 'unclosed'])('%s: statistics at every increment', async (name) => {
  const expected = load(name);
  const reader = await open(name);
  const wrong: unknown[] = [];
  for (const request of expected.statistics) {
    const { signal_id, start, increment, length, data } = request;
    if (!data) continue;
    if (request.approximate_internal_bins && length > 1) continue;
    const scale = scaleOf(expected, signal_id);
    const summary = await reader.store.summary({ signalId: String(signal_id), start, increment, count: length });
    data.forEach((row, i) => {
      const [mean, std, low, high] = row.map(Number) as [number, number, number, number];
      const columns = [summary.mean[i]!, summary.std[i]!, summary.min[i]!, summary.max[i]!].map(
        (value) => value * scale,
      );
      if (Number.isNaN(mean)) return; // The library gives up on a missing sample: see the next test.
      const isStdComparable = !Number.isNaN(std) && !request.approximate_internal_bins;
      const isRight =
        close(columns[0]!, mean) &&
        (isStdComparable ? close(columns[1]!, std) : Number.isFinite(columns[1]!)) &&
        close(columns[2]!, low) &&
        close(columns[3]!, high);
      if (!isRight) wrong.push({ request: { ...request, data: undefined }, i, row, columns });
    });
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

// Rule: a bin with missing samples has the figures of the valid ones. The library gives NaN for its mean and std. Its min
// and max are of valid samples, but from summaries only of those behind the last missing entry: ours are never narrower.
test('gaps: min and max of bins in which samples are missing', async () => {
  const expected = load('gaps');
  const reader = await open('gaps');
  const rows = { asLibrary: 0, wider: 0 };
  for (const { signal_id, start, increment, length, data } of expected.statistics) {
    const id = String(signal_id);
    const summary = await reader.store.summary({ signalId: id, start, increment, count: length });
    for (const [i, row] of data!.entries()) {
      const [mean, std, min, max] = row.map(Number) as [number, number, number, number];
      if (!Number.isNaN(mean) && !Number.isNaN(std)) continue;
      const at = start + i * increment;
      const valid = twoPass((await reader.store.samples(id, at, at + increment)).values as Float32Array);
      const found = [summary.mean[i]!, summary.std[i]!, summary.min[i]!, summary.max[i]!] as const;
      if (found[2] === min && found[3] === max) rows.asLibrary++;
      else if (!Number.isNaN(min)) {
        rows.wider++;
        expect(found[2]).toBeLessThan(min);
        expect(found[3]).toBeGreaterThanOrEqual(max);
      }
      if (valid.count === 0) continue;
      // A bin inside a picture shares the entries at its ends with its neighbours; a bin alone has exact ends.
      if (length === 1) expect(found.slice(2)).toEqual([valid.min, valid.max]);
      expect(found[2]).toBeLessThanOrEqual(valid.min);
      expect(found[3]).toBeGreaterThanOrEqual(valid.max);
      expect(found[0]).toBeGreaterThanOrEqual(found[2]);
      expect(found[0]).toBeLessThanOrEqual(found[3]);
      expect(found[1]).toBeGreaterThanOrEqual(0);
    }
  }
  // As the golden file has them; the seven were looked at one by one.
  expect(rows.wider).toBe(7);
  expect(rows.asLibrary).toBeGreaterThan(60);
});

test.each([1, 3, 7, 15, 100, 390])(
  'gaps: figures of %i samples that are read are of the valid ones',
  async (increment) => {
    const reader = await open('gaps');
    const { id, endSample } = info(reader, 1);
    // An entry of this signal is 16 samples; the library reads samples below that, or for less than 25 entries in all.
    const count = increment < 16 ? Math.floor(endSample / increment) : Math.floor(399 / increment);
    let missingCount = 0;
    for (let start = 0; start + increment * count <= endSample; start += increment * count) {
      const summary = await reader.store.summary({ signalId: id, start, increment, count });
      for (let i = 0; i < count; i++) {
        const at = start + i * increment;
        const wanted = twoPass((await reader.store.samples(id, at, at + increment)).values as Float32Array);
        if (wanted.count < increment) missingCount++;
        const exact = await reader.store.statistics(id, at, at + increment);
        expect(exact.count).toBe(wanted.count);
        for (const column of ['mean', 'std', 'min', 'max'] as const) {
          expect(close(summary[column][i]!, wanted[column]), `${column} of ${at} + ${increment}`).toBe(true);
          expect(close(exact[column], wanted[column]), `${column} of ${at} + ${increment}`).toBe(true);
        }
      }
    }
    expect(missingCount).toBeGreaterThan(0);
  },
);

// Rule: a value of a fixed-point signal is what is stored × 2^-q, as the format says; the library leaves out the factor.
// It is a power of two, so nothing is rounded. Digests are of what is stored.
test('fixed point: every number is the library’s × 2^-q', async () => {
  const expected = load('fixed_point');
  const reader = await open('fixed_point');
  const q = expected.signals.find(({ signal_id }) => signal_id === 1)!.q;
  expect(q).toBe(4);
  let valueCount = 0;
  for (const { start, count, values, sha256_packed_full_bytes, packed_full_bytes } of expected.samples) {
    if (sha256_packed_full_bytes) {
      const stored = await reader.storedSamples('1', 0, packed_full_bytes! / 2);
      expect(sha256(stored)).toBe(sha256_packed_full_bytes);
    }
    const found = (await reader.store.samples('1', start, start + (values ? count : 0))).values;
    expect(Array.from(found as Float64Array)).toEqual((values ?? []).map((value) => Number(value) * 2 ** -q));
    valueCount += found.length;
  }
  for (const { start, increment, length, data } of expected.statistics) {
    const { mean, std, min, max } = await reader.store.summary({ signalId: '1', start, increment, count: length });
    const wanted = (column: number) => data!.map((row) => Number(row[column]) * 2 ** -q);
    expect([Array.from(min), Array.from(max)]).toEqual([wanted(2), wanted(3)]);
    expect(mean.every((value, i) => close(value, wanted(0)[i]!))).toBe(true);
    expect(std.every((value, i) => close(value, wanted(1)[i]!))).toBe(true);
  }
  expect(valueCount + expected.statistics.length).toBeGreaterThan(50);
});

test('the golden files hold thousands of statistics requests to compare', () => {
  const requests = [...CLOSED, 'unclosed'].flatMap((name) => load(name).statistics);
  expect(requests.length).toBeGreaterThan(2000);
});

test.each([...CLOSED, 'unclosed'])('%s: annotations, UTC pairs and the time map', async (name) => {
  const expected = load(name);
  const reader = await open(name);
  const found = await reader.store.annotations();
  const wanted = Object.entries(expected.annotations).flatMap(([signalId, list]) =>
    list.map((item) => ({
      signalId,
      kind: ANNOTATION_KINDS[item.annotation_type],
      storage: STORAGES[item.storage_type],
      timestamp: BigInt(item.timestamp),
      groupId: item.group_id,
      y: Number(item.y),
      data: dataOf(item.data, item.storage_type),
    })),
  );
  const order = (a: { signalId: string }, b: { signalId: string }) => Number(a.signalId) - Number(b.signalId);
  expect([...found].sort(order)).toEqual(wanted.sort(order));
  for (const [id, pairs] of Object.entries(expected.utc)) {
    expect((await reader.utcEntries(id)).map(({ sample, utc }) => [sample, utc])).toEqual(
      pairs.map(([sample, utc]) => [BigInt(sample), BigInt(utc)]),
    );
  }
  for (const [id, conversions] of Object.entries(expected.time_map)) {
    const map = (await reader.timeMap(id))!;
    for (const [sample, utc] of conversions.sample_id_to_timestamp) {
      expect([sample, map.toUtc(BigInt(sample))]).toEqual([sample, BigInt(utc)]);
    }
    for (const [utc, sample] of conversions.timestamp_to_sample_id) {
      expect([utc, map.toSample(utcFromTicks(BigInt(utc)))]).toEqual([utc, BigInt(sample)]);
    }
  }
});

test('the end of a signal is found behind omitted chunks that close the index', async () => {
  const reader = await openJlsV2(new MemoryFile(goldenBytes('jls-v2/omit_tail_lost.jls')), jlsWorkspace());
  const [signal] = reader.store.signals();
  expect(signal!.endSample).toBe(2760);
  expect(reader.diagnostics.map(({ code, message }) => [code, message.match(/\d+ samples/)?.[0]])).toEqual([
    ['tail-recovered', '200 samples'],
  ]);
  const { values } = await reader.store.samples('1', 0, 2760);
  const expected = (i: number) => (i < 256 ? i % 3 === 0 : i < 2560 || i % 5 === 0);
  expect(Array.from(values, Number)).toEqual(Array.from({ length: 2760 }, (_, i) => Number(expected(i))));
});

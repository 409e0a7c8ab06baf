// The JLS v2 reader against what the reference library reads from the same files (tests/golden/jls-v2/README.md).

import { expect, test } from 'vitest';
import { utcFromTicks } from '../../src/base/time.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { ANNOTATION_KINDS, bitsOf, STORAGES } from '../../src/formats/jls/v2/spec.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { SignalInfo } from '../../src/model/signal-store.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';

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

function open(name: string): Promise<FormatReader> {
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
    reader.store.signals().map((signal) => ({
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
  const gaps: { signalId: string; start: number; increment: number; columns: number[] }[] = [];
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
      if (Number.isNaN(mean)) {
        gaps.push({ signalId: String(signal_id), start: start + i * increment, increment, columns });
        return;
      }
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
  // The library gives NaN as soon as one sample or summary entry is missing; the store skips what is missing.
  for (const { signalId, start, increment, columns } of gaps) {
    const { values } = await reader.store.samples(signalId, start, start + increment);
    const valid = Array.from(values as Float32Array).filter((value) => !Number.isNaN(value));
    const [mean, std, low, high] = columns as [number, number, number, number];
    if (valid.length > 0) {
      expect(Math.min(...valid)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...valid)).toBeLessThanOrEqual(high);
      expect(mean).toBeGreaterThanOrEqual(low);
      expect(mean).toBeLessThanOrEqual(high);
      expect(std).toBeGreaterThanOrEqual(0);
    } else if (increment < 16) expect(columns).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  }
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

// The JLS v1 reader against what the reference software reads from the same recordings (tests/golden/jls-v1/README.md).

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';

type Figure = number | 'NaN' | 'Infinity' | '-Infinity';
type SignalStatistics = { mean: Figure; variance: Figure; min: Figure; max: Figure; integral?: Figure };

interface Expected {
  config: {
    sampling_frequency: number;
    samples_per_reduction: number;
    data_format: string;
    data_recorder_format_version: string;
  };
  sampling_frequency: number;
  sample_id_range: [number, number];
  user_data: unknown;
  footer_user_data: unknown;
  full_samples?: { count: number; sha256: Record<string, string>; bin?: string };
  corrected_full_samples?: { count: number; sha256: Record<string, string> };
  quirk_voltage_range?: string;
  quirk_reduction_v1?: string;
  statistics_get: {
    args: [number | null, number | null, string?];
    result?: { valid_samples: number; signals: Record<string, SignalStatistics> };
  }[];
  corrected_statistics?: {
    sample_range: [number, number];
    valid_samples: number;
    signals: Record<string, SignalStatistics>;
  }[];
  data_get: { args: [number, number, number?]; result?: Figure[][][] }[];
  get_reduction: { args: [number | null, number | null]; result?: Figure[][][] }[];
  recommended_salvage?: { complete_tlv_samples: number; with_partial_last_tlv_samples: number };
}

const FIELDS = ['current', 'voltage', 'power', 'current_range', 'current_lsb', 'voltage_lsb'];
const names = (folder: string) =>
  readdirSync(new URL(`../golden/jls-v1/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5));
const RECORDINGS = names('recordings');

/** The arrays of a samples.bin as numbers, by field: three of f32, then three of u8 (raw) or f32 (float recordings). */
function readArrays(bin: string, count: number): ReadonlyMap<string, Float32Array | Float64Array> {
  const bytes = goldenBytes(`jls-v1/recordings/${bin}`);
  const isRaw = bytes.byteLength === count * 15;
  return new Map<string, Float32Array | Float64Array>(
    FIELDS.map((field, index) => {
      if (index < 3 || !isRaw) return [field, new Float32Array(bytes.slice(index * 4 * count).buffer, 0, count)];
      const at = (12 + index - 3) * count;
      return [field, Float64Array.from(bytes.subarray(at, at + count))];
    }),
  );
}

const load = (name: string) => goldenBigJson<Expected>(`jls-v1/${name}.json`);
const open = (name: string): Promise<FormatReader> =>
  openJlsV1(new MemoryFile(goldenBytes(`jls-v1/${name}.jls`)), jlsWorkspace());

/** Largest magnitude in a range, the yardstick of what f32 sums in the reference can resolve. */
async function largest(reader: FormatReader, id: string, start: number, end: number): Promise<number> {
  let result = 0;
  for (const value of (await reader.store.samples(id, start, end)).values as Float32Array) {
    if (!Number.isNaN(value)) result = Math.max(result, Math.abs(value));
  }
  return result;
}

function isClose(found: number, wanted: Figure, relative: number, floor: number): boolean {
  const number = Number(wanted);
  if (Number.isNaN(number)) return Number.isNaN(found);
  return Math.abs(found - number) <= Math.max(relative * Math.abs(number), floor);
}

async function compare(
  reader: FormatReader,
  start: number,
  end: number,
  signals: Record<string, SignalStatistics>,
  validCount: number,
) {
  const wrong: unknown[] = [];
  for (const id of FIELDS) {
    const wanted = signals[id]!;
    const found = await reader.store.statistics(id, start, end);
    const isMissingInside = validCount < end - start;
    // the reference counts missing samples as range 8 when it reads samples directly
    if (id === 'current_range' && isMissingInside) continue;
    // fields without stored reductions are NaN in the reference; they are computed here
    if (Number.isNaN(Number(wanted.mean)) && found.count > 0 && validCount > 0) continue;
    const scale = await largest(reader, id, start, end);
    const durationS = (end - start) / reader.store.signals()[0]!.sampleRateHz;
    const isRight =
      isClose(found.mean, wanted.mean, 1e-6, 3e-7 * scale) &&
      isClose(found.std ** 2, wanted.variance, 1e-4, (3e-7 * scale) ** 2) &&
      isClose(found.min, wanted.min, 1e-12, 0) &&
      isClose(found.max, wanted.max, 1e-12, 0) &&
      (wanted.integral === undefined || isClose(found.integral, wanted.integral, 1e-6, 3e-7 * scale * durationS)) &&
      (id !== 'current' || found.count === validCount);
    if (!isRight) wrong.push({ id, start, end, wanted, found, validCount });
  }
  return wrong;
}

describe.each(RECORDINGS)('%s', (name) => {
  const expected = load(`recordings/${name}`);

  test('opens as a whole recording with its signals and user data', async () => {
    const reader = await open(`recordings/${name}`);
    expect(reader.isRecovered).toBe(false);
    expect(reader.version).toBe(expected.config.data_recorder_format_version);
    const signals = reader.store.signals();
    expect(signals.map((signal) => signal.id)).toEqual(expected.config.data_format === 'none' ? [] : FIELDS);
    for (const signal of signals) {
      expect(signal.endSample).toBe(expected.sample_id_range[1]);
      expect(signal.sampleRateHz).toBe(expected.sampling_frequency);
    }
    const userData = (await reader.userData()).map((entry) => JSON.parse(entry.data as string) as unknown);
    expect(userData).toEqual(
      [expected.user_data, expected.footer_user_data].filter((value) => value !== null && value !== undefined),
    );
  });

  test('every sample of every field', async () => {
    const reader = await open(`recordings/${name}`);
    const full = expected.full_samples;
    const hashes = { ...full?.sha256, ...expected.corrected_full_samples?.sha256 };
    const arrays = full?.bin === undefined ? undefined : readArrays(full.bin, full.count);
    for (const id of full ? FIELDS : []) {
      const stored = await reader.storedSamples(id, 0, full!.count);
      expect([id, sha256(stored)]).toEqual([id, hashes[id]]);
      const { values } = await reader.store.samples(id, 0, full!.count);
      const bytes = values instanceof Float32Array ? values.slice() : Uint8Array.from(values, Number);
      expect([id, sha256(new Uint8Array(bytes.buffer))]).toEqual([id, hashes[id]]);
      if (arrays && !expected.corrected_full_samples?.sha256[id]) expect(values).toEqual(arrays.get(id));
    }
  });

  test('statistics of spans', async () => {
    const reader = await open(`recordings/${name}`);
    const size = expected.sample_id_range[1];
    for (const { args, result } of expected.statistics_get) {
      if (!result || args[2] === 'seconds' || expected.quirk_voltage_range || expected.quirk_reduction_v1) continue;
      const place = (value: number | null, absent: number) =>
        value === null ? absent : value < 0 ? value + size : value;
      const start = place(args[0], 0);
      if (place(args[1], size) < start) continue;
      const end = Math.max(place(args[1], size), start + 1);
      expect(await compare(reader, start, end, result.signals, result.valid_samples)).toEqual([]);
    }
    for (const { sample_range, signals, valid_samples } of expected.corrected_statistics ?? []) {
      expect(await compare(reader, sample_range[0], sample_range[1], signals, valid_samples)).toEqual([]);
    }
  });

  test('bins at small and at whole-row increments', async () => {
    const reader = await open(`recordings/${name}`);
    if (expected.quirk_voltage_range || expected.quirk_reduction_v1) return;
    const rowSamples = expected.config.samples_per_reduction;
    for (const { args, result } of expected.data_get) {
      const [from, , wantedIncrement = 1] = args;
      if (!result || result.length === 0 || !(wantedIncrement > 1.5)) continue;
      const isRows = wantedIncrement >= rowSamples;
      const half = Math.round(wantedIncrement);
      const increment = isRows
        ? Math.floor(wantedIncrement / rowSamples) * rowSamples
        : Math.abs(wantedIncrement % 1) === 0.5 && half % 2 === 1
          ? half - 1
          : half;
      const start = isRows ? Math.floor(from / rowSamples) * rowSamples : from;
      for (const [field, id] of FIELDS.entries()) {
        const summary = await reader.store.summary({ signalId: id, start, increment, count: result.length });
        for (const [i, row] of result.entries()) {
          const [length, mean, deviation, low, high] = row[field]!.map(Number) as [
            number,
            number,
            number,
            number,
            number,
          ];
          const a = start + i * increment;
          if (id === 'current_range' && length < increment) continue;
          const scale = await largest(reader, id, a, a + increment);
          const std = summary.std[i]!;
          expect({
            id,
            a,
            increment,
            mean: isClose(summary.mean[i]!, length === 0 ? (Number.NaN as Figure) : mean, 1e-6, 3e-7 * scale),
            deviation:
              length === 0 ||
              isClose(length > 1 ? std ** 2 * (length - 1) : 0, deviation, 1e-4, length * (3e-7 * scale) ** 2),
            range:
              length === 0 || (isClose(summary.min[i]!, low, 1e-12, 0) && isClose(summary.max[i]!, high, 1e-12, 0)),
          }).toEqual({ id, a, increment, mean: true, deviation: true, range: true });
        }
      }
    }
  });
});

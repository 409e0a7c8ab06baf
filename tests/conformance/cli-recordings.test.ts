// The command line on recordings: every number that the reference library gives for the golden JLS v2 files, and
// conversions and repairs as processes of their own.

import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));

type Value = number | string;
interface Golden {
  readonly sources: readonly { source_id: number; name: string; serial_number: string }[];
  readonly signals: readonly {
    signal_id: number;
    name: string;
    units: string;
    signal_type: number;
    sample_rate: number;
    dtype: string;
    q: number;
    sample_id_offset: Value;
    true_length?: number;
    length: number;
  }[];
  readonly samples: readonly {
    signal_id: number;
    start: number;
    count: number;
    values?: readonly Value[];
    sha256_packed_full_bytes?: string;
    packed_full_bytes?: number;
  }[];
  readonly statistics: readonly {
    signal_id: number;
    start: number;
    increment: number;
    length: number;
    data?: readonly (readonly Value[])[];
    approximate_internal_bins?: boolean;
  }[];
  readonly annotations: Readonly<
    Record<
      string,
      readonly {
        timestamp: Value;
        annotation_type: number;
        storage_type: number;
        group_id: number;
        y: Value;
        data: { text?: string; hex?: string; size: number };
      }[]
    >
  >;
  readonly utc: Readonly<Record<string, readonly (readonly [number, Value])[]>>;
  readonly time_map: Readonly<
    Record<string, { sample_id_to_timestamp: [number, Value][]; timestamp_to_sample_id: [Value, number][] }>
  >;
  readonly user_data: readonly {
    chunk_meta: number;
    storage_type: number;
    data: { text?: string; hex?: string; size: number };
  }[];
}

interface Line {
  readonly ok: boolean;
  readonly result: unknown;
}

/** 64-bit integers in the golden files are bare numbers beyond 2^53: they become texts before parsing. */
function readGolden(name: string): Golden {
  const text = new TextDecoder().decode(goldenBytes(`jls-v2/${name}.json`));
  return JSON.parse(text.replace(/(?<=[[:,]\s*)-?\d{16,}(?=\s*[,\]}])/g, '"$&"')) as Golden;
}

function ask(file: string, requests: readonly object[]): Line[] {
  if (requests.length === 0) return [];
  const path = join(folder, 'requests.json');
  writeFileSync(path, JSON.stringify(requests));
  const { code, stdout, stderr } = pulsebench('query', file, '--requests', path);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const BITS: Readonly<Record<string, number>> = { u1: 1, u4: 4, i4: 4, u8: 8, i8: 8, u16: 16, i16: 16 };
const bitsOf = (dtype: string): number => BITS[dtype] ?? Number(dtype.slice(1));
const KINDS = ['user', 'text', 'vertical-marker', 'horizontal-marker'];
const STORAGES = ['invalid', 'binary', 'string', 'json'];
const spell = (value: Value): unknown => (value === 'NaN' ? null : value);
/** Text as it is; bytes as hex, also where the golden file spells them as text. */
const content = (storage: number, { text, hex, size }: { text?: string; hex?: string; size: number }): unknown => {
  if (STORAGES[storage] !== 'binary') return text;
  return { hex: hex ?? Buffer.from(text!, 'latin1').toString('hex'), size };
};

function expectNear(actual: unknown, expected: Value): void {
  if (typeof expected === 'string') {
    expect(actual).toBe(null);
    return;
  }
  const tolerance = 1e-9 * Math.max(1e-3, Math.abs(expected), Math.abs(Number(actual)));
  expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(tolerance);
}

const FILES = [
  'annotations_utc',
  'f32_two_signals',
  'packed_types',
  'short',
  'fixed_point',
  'omit',
  'gaps',
  'js220_ui',
];

test.each(FILES)('%s.jls: info', (name) => {
  const golden = readGolden(name);
  const info = pulsebenchJson<Record<string, unknown>>('info', goldenPath(`jls-v2/${name}.jls`));
  expect(info).toMatchObject({ format: 'jls-v2', version: '1.0.0', recovered: false });
  expect((info['sources'] as { id: number }[]).map(({ id }) => id)).toEqual(
    golden.sources.map(({ source_id }) => source_id),
  );
  const signals = golden.signals.filter(({ signal_type }) => signal_type === 0);
  expect(info['signals']).toEqual(
    signals.map((signal) => ({
      id: String(signal.signal_id),
      name: signal.name,
      unit: signal.units,
      dtype: signal.dtype,
      timing: 'steady',
      sampleRateHz: signal.sample_rate,
      startS: expect.any(Number),
      length: signal.true_length ?? signal.length,
      firstSampleId: String(signal.sample_id_offset),
    })),
  );
  const longestS = Math.max(...signals.map((signal) => (signal.true_length ?? signal.length) / signal.sample_rate), 0);
  expect(info['durationS']).toBeCloseTo(longestS, 9);
  expect(info['annotationCount']).toBe(Object.values(golden.annotations).reduce((sum, list) => sum + list.length, 0));
  expect(info['userDataCount']).toBe(golden.user_data.length);
});

test.each([...FILES, 'wide_types'])('%s.jls: samples, digests, summaries', (name) => {
  const golden = readGolden(name);
  const bits = new Map(golden.signals.map(({ signal_id, dtype }) => [signal_id, bitsOf(dtype)]));
  // the reference leaves the scaling of fixed-point numbers to the application
  const scales = new Map(golden.signals.map(({ signal_id, q }) => [signal_id, 2 ** -q]));
  const scaled = (signal: number, value: Value): Value =>
    typeof value === 'number' ? value * scales.get(signal)! : value;
  const requests: object[] = [];
  const checks: ((result: unknown) => void)[] = [];
  for (const { signal_id: signal, start, count, values, sha256_packed_full_bytes: sha256, ...rest } of golden.samples) {
    if (values) {
      requests.push({ op: 'samples', signal, start, count });
      const isWide = /^[iu]64$/.test(golden.signals.find(({ signal_id }) => signal_id === signal)!.dtype);
      const expected = values.map((value) => (isWide ? String(value) : spell(scaled(signal, value))));
      checks.push((result) => expect(result).toEqual({ start, values: expected }));
    }
    if (sha256 !== undefined) {
      const bytes = rest.packed_full_bytes!;
      const fullCount = Math.floor((bytes * 8) / bits.get(signal)!);
      requests.push({ op: 'digest', signal, start, count: fullCount });
      checks.push((result) => expect(result).toEqual({ count: fullCount, bytes, sha256 }));
    }
  }
  for (const { signal_id: signal, start, increment, length, data, approximate_internal_bins } of golden.statistics) {
    if (!data || (approximate_internal_bins && length > 1)) continue;
    requests.push({ op: 'summary', signal, start, increment, count: length });
    checks.push((result) => {
      const { mean, std, min, max } = result as Record<'mean' | 'std' | 'min' | 'max', unknown[]>;
      data.forEach((row, bin) => {
        // the reference lets one missing sample spoil a bin; we count the valid ones (the reader's tests check those)
        if (row.some((value) => typeof value === 'string')) return;
        [mean[bin], std[bin], min[bin], max[bin]].forEach((value, column) => {
          if (column === 1 && approximate_internal_bins) return;
          expectNear(value, scaled(signal, row[column]!));
        });
      });
    });
  }
  const lines = ask(goldenPath(`jls-v2/${name}.jls`), requests);
  expect(lines.length).toBe(requests.length);
  lines.forEach((line, index) => {
    expect(line.ok, JSON.stringify([requests[index], line])).toBe(true);
    checks[index]!(line.result);
  });
});

test.each(['annotations_utc', 'js220_ui'])('%s.jls: annotations, UTC, time map and user data', (name) => {
  const golden = readGolden(name);
  const file = goldenPath(`jls-v2/${name}.jls`);
  const annotated = Object.entries(golden.annotations);
  const notes = ask(
    file,
    annotated.map(([signal]) => ({ op: 'annotations', signal })),
  );
  for (const [index, [signal, list]] of annotated.entries()) {
    expect(notes[index]!.result).toEqual(
      list.map((annotation) => ({
        signal,
        timestamp: String(annotation.timestamp),
        type: KINDS[annotation.annotation_type],
        storage: STORAGES[annotation.storage_type],
        groupId: annotation.group_id,
        y: spell(annotation.y),
        data: content(annotation.storage_type, annotation.data),
      })),
    );
  }
  const timed = Object.entries(golden.utc);
  const tracks = ask(
    file,
    timed.map(([signal]) => ({ op: 'utc', signal })),
  );
  for (const [index, [, pairs]] of timed.entries()) {
    expect(tracks[index]!.result).toEqual(pairs.map(([sample, utc]) => [sample, String(utc)]));
  }
  for (const [signal, map] of Object.entries(golden.time_map)) {
    const toUtc = map.sample_id_to_timestamp.map(([sampleId]) => ({ op: 'time', signal, sampleId }));
    const toSample = map.timestamp_to_sample_id.map(([utc]) => ({ op: 'time', signal, utc: String(utc) }));
    const results = ask(file, [...toUtc, ...toSample]).map((line) => line.result);
    expect(results).toEqual([
      ...map.sample_id_to_timestamp.map(([, utc]) => String(utc)),
      ...map.timestamp_to_sample_id.map(([, sample]) => sample),
    ]);
  }
  expect(pulsebenchJson('userdata', file)).toEqual(
    golden.user_data.map(({ chunk_meta, storage_type, data }) => ({
      meta: chunk_meta,
      storage: STORAGES[storage_type],
      data: content(storage_type, data),
    })),
  );
});

test('a question with flags gives the same answer as one from a list', () => {
  const file = goldenPath('jls-v2/gaps.jls');
  const { signals } = pulsebenchJson<{ signals: { id: string; name: string; length: number }[] }>('info', file);
  const { id, name } = signals[0]!;
  const flags = ['--signal', name, '--start', '0', '--increment', '10', '--count', '20'];
  const [line] = ask(file, [{ op: 'summary', signal: id, start: 0, increment: 10, count: 20 }]);
  expect(pulsebenchJson('summary', file, ...flags)).toEqual(line!.result);
});

test('convert writes what the extension says; the copy answers the same', () => {
  const file = goldenPath('jls-v2/f32_levels.jls');
  const digest = pulsebenchJson<{ sha256: string }>(
    'digest',
    file,
    '--signal',
    '3',
    '--start',
    '100',
    '--count',
    '900',
  );
  for (const extension of ['jls', 'npy', 'h5', 'mimo', 'zip']) {
    const output = join(folder, `copy.${extension}`);
    const { code, stderr } = pulsebench('convert', file, output, '--start', '100', '--end', '1000', '--signal', '3');
    expect([code, stderr]).toEqual([0, '']);
    const { signals } = pulsebenchJson<{ signals: { id: string }[] }>('info', output);
    expect(pulsebenchJson('digest', output, '--signal', signals[0]!.id)).toEqual(digest);
  }
  expect(pulsebench('convert', file, join(folder, 'copy.docx')).code).toBe(2);
  expect(pulsebench('convert', file, join(folder, 'no.csv'), '--signal', 'none').code).toBe(1);
  expect(readdirSync(folder).filter((name) => name.startsWith('no.csv') || name.endsWith('.part'))).toEqual([]);
});

test('what is read is never replaced, also not through another name', () => {
  const bytes = goldenBytes('jls-v2/short.jls');
  const file = join(folder, 'original.jls');
  const link = join(folder, 'link.jls');
  writeFileSync(file, bytes);
  symlinkSync(file, link);
  for (const output of [file, link]) {
    expect(pulsebench('convert', file, output).code).toBe(2);
    expect(pulsebench('repair', file, output).code).toBe(2);
  }
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('an answer that no text can hold is refused at once', () => {
  const file = goldenPath('jls-v2/f32_levels.jls');
  const [samples, bins] = ask(file, [
    { op: 'samples', signal: 3, start: 0, count: 125_000_000 },
    { op: 'summary', signal: 3, start: 0, increment: 1, count: 125_000_000 },
  ]);
  expect(samples).toMatchObject({ ok: false, error: { code: 'format/range' } });
  expect(bins).toMatchObject({ ok: false, error: { code: 'format/range' } });
});

test('a bin has at least one sample', () => {
  const file = goldenPath('jls-v2/gaps.jls');
  const bin = ['--signal', '1', '--start', '0', '--count', '5', '--increment', '0'];
  expect(pulsebench('summary', file, ...bin).code).toBe(2);
});

test.each(['unclosed', 'truncated_mid_chunk', 'bad_data_payload_crc'])(
  'repair makes a whole file of %s.jls',
  (name) => {
    const input = goldenPath(`jls-v2/${name}.jls`);
    const output = join(folder, `${name}.jls`);
    const before = pulsebenchJson<{ signals: { id: string; length: number }[] }>('info', input);
    const report = pulsebenchJson<{ diagnostics: unknown[] }>('repair', input, output);
    const after = pulsebenchJson<{ recovered: boolean; signals: unknown[] }>('info', output);
    expect(report.diagnostics.length).toBeGreaterThan(0);
    expect(after.recovered).toBe(false);
    expect(after.signals).toEqual(before.signals);
    for (const { id } of before.signals) {
      expect(pulsebenchJson('digest', output, '--signal', id)).toEqual(pulsebenchJson('digest', input, '--signal', id));
    }
  },
);

test.each(['bad_magic', 'bad_file_header_crc'])('%s.jls is refused in one line', (name) => {
  const output = join(folder, 'never.jls');
  for (const args of [['info'], ['repair'], ['convert']]) {
    const more = args[0] === 'info' ? [] : [output];
    const { code, stdout, stderr } = pulsebench(args[0]!, goldenPath(`jls-v2/${name}.jls`), ...more);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd()).toMatch(/^pulsebench: [^\n]+$/);
  }
  expect(existsSync(output)).toBe(false);
});

interface FullSamples {
  readonly count: number;
  readonly sha256: Readonly<Record<string, string>>;
}
interface GoldenV1 {
  readonly duration: number;
  readonly full_samples: FullSamples;
  /** Where the reference has a known defect. */
  readonly corrected_full_samples?: FullSamples;
}

test.each(['raw_multi_block', 'raw_vrange_change', 'float_js220_style', 'format1_v070_a'])(
  'JLS v1 %s: the samples of the reference, also after conversion to v2 and back to v1',
  (name) => {
    const input = goldenPath(`jls-v1/recordings/${name}.jls`);
    const { duration, ...golden } = goldenJson<GoldenV1>(`jls-v1/recordings/${name}.json`);
    const full = golden.corrected_full_samples ?? golden.full_samples;
    const info = pulsebenchJson<{ format: string; durationS: number }>('info', input);
    expect([info.format, info.durationS.toFixed(9)]).toEqual(['jls-v1', duration.toFixed(9)]);
    const signals = ['current', 'voltage', 'power'];
    const expected = signals.map((signal) => ({
      ok: true,
      result: { count: full.count, bytes: 4 * full.count, sha256: full.sha256[signal] },
    }));
    const requests = signals.map((signal) => ({ op: 'digest', signal }));
    expect(ask(input, requests)).toEqual(expected);
    for (const output of [join(folder, `${name}.jls`), join(folder, `${name}.v1.jls`)]) {
      expect(pulsebench('convert', input, output).code).toBe(0);
      expect(ask(output, requests)).toEqual(expected);
    }
  },
);

test('a JLS v1 recording that was never finished becomes a whole file', () => {
  const input = goldenPath('jls-v1/damaged/d_unfinalized.jls');
  const output = join(folder, 'repaired-v1.jls');
  const report = pulsebenchJson<{ damaged: boolean }>('repair', input, output);
  expect(report.damaged).toBe(true);
  expect(pulsebenchJson('info', output)).toMatchObject({ format: 'jls-v2', recovered: false });
  const requests = [{ op: 'digest', signal: 'current' }];
  expect(ask(output, requests)).toEqual(ask(input, requests));
});

test('a finished JLS v1 recording is converted to itself, byte for byte', () => {
  const input = goldenPath('jls-v1/recordings/raw_multi_block.jls');
  const output = join(folder, 'same.v1.jls');
  expect(pulsebench('convert', input, output).code).toBe(0);
  expect(readFileSync(output).equals(readFileSync(input))).toBe(true);
});

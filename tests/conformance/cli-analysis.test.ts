// The command line on bare samples and captured packets: SciPy's peaks, the reference driver's samples.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));

interface PeakCase {
  readonly id: string;
  readonly signal: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly peaks?: readonly number[];
  readonly properties?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly warnings?: readonly string[];
  readonly error?: { readonly message: string };
  readonly tieSensitive?: boolean;
}

/** As JSON has it: NaN is null, zero has no sign. */
const spelled = (value: number | string): unknown => (value === 'NaN' ? null : value === 0 ? 0 : value);

test('peaks: every case of SciPy, as one list of requests', () => {
  const { cases } = goldenJson<{ cases: readonly PeakCase[] }>('find-peaks/cases.json');
  const { signals } = goldenJson<{ signals: readonly { name: string; file: string; dtype: string }[] }>(
    'find-peaks/signals.json',
  );
  const signal = (name: string) => signals.find((candidate) => candidate.name === name)!;
  const chosen = cases.filter(({ tieSensitive }) => !tieSensitive);
  const requests = chosen.map(({ signal: name, args }) => ({
    file: goldenPath(`find-peaks/${signal(name).file}`),
    dtype: { float64: 'f64', float32: 'f32', int16: 'i16' }[signal(name).dtype],
    args,
  }));
  const path = join(folder, 'peaks.json');
  writeFileSync(path, JSON.stringify(requests));
  const { code, stdout } = pulsebench('peaks', '--requests', path);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { ok: boolean; result: Omit<PeakCase, 'id'>; error?: { message: string } });
  expect(lines.length).toBe(chosen.length);
  chosen.forEach((expected, index) => {
    const { ok, result, error } = lines[index]!;
    expect(ok, expected.id).toBe(expected.error === undefined);
    if (expected.error) {
      expect(error!.message).toContain(expected.error.message);
      return;
    }
    expect(result.peaks).toEqual(expected.peaks);
    expect(result.warnings).toEqual(expected.warnings ?? []);
    expect(Object.keys(result.properties!).sort()).toEqual(Object.keys(expected.properties!).sort());
    for (const [name, values] of Object.entries(expected.properties!)) {
      expect(result.properties![name], `${expected.id} ${name}`).toEqual(values.map(spelled));
    }
  });
});

test('peaks of one file with flags, and wrong usage', () => {
  const file = goldenPath('find-peaks/signals/sine2.f64');
  const { peaks } = pulsebenchJson<PeakCase>('peaks', file, '--dtype', 'f64', '--args', '{}');
  expect(peaks!.slice(0, 3)).toEqual([14, 54, 95]);
  expect(pulsebench('peaks', file, '--dtype', 'i3', '--args', '{}').code).toBe(2);
  expect(pulsebench('peaks', file, '--dtype', 'f64', '--args', '{"height":').code).toBe(2);
  expect(pulsebench('peaks', file, '--dtype', 'f64', '--args', '{"colour": 1}').code).toBe(2);
});

interface StreamCase {
  readonly v0: readonly {
    readonly mode: string;
    readonly file: string;
    readonly samples_in_file: number;
    readonly elided_missing?: unknown;
    readonly counters: { readonly sample_missing_count: number; readonly device_sample_id: number };
  }[];
}

test.each([
  ['s01_ble_beacon', ['off', 'normal', 'nan_0_12_0']],
  ['s04_overlapping_switches', ['mean_8_m_8']],
])('replay of %s records the samples of the reference in the mode asked for', (name, modes) => {
  const { v0 } = goldenJson<StreamCase>(`js110/stream/${name}/case.json`);
  for (const mode of modes) {
    const { file, samples_in_file: count, counters } = v0.find((entry) => entry.mode === mode)!;
    const output = join(folder, `${name}_${mode}.jls`);
    const report = pulsebenchJson<{ sampleCount: number; missingSampleCount: number }>(
      ...['replay', 'js110', goldenPath(`js110/stream/${name}/packets.bin`), output],
      ...['--calibration', goldenPath('js110/cal/cal_a.bin'), '--suppress', mode],
    );
    expect([report.sampleCount, report.missingSampleCount]).toEqual([count, counters.sample_missing_count]);
    const planes = goldenBytes(`js110/stream/${name}/${file}`);
    const expected = new Float32Array(planes.buffer, 0, 2 * count);
    for (const [index, signal] of ['current', 'voltage'].entries()) {
      const { values } = pulsebenchJson<{ values: (number | null)[] }>(
        ...['samples', output, '--signal', signal, '--start', '0', '--count', String(count)],
      );
      const plane = expected.subarray(index * count, (index + 1) * count);
      const wrong = values.findIndex((value, sample) => {
        const reference = plane[sample]!;
        if (value === null) return !Number.isNaN(reference);
        return !(Math.abs(value - reference) <= 2 ** -22 * Math.abs(reference));
      });
      expect(wrong, `${mode} ${signal}`).toBe(-1);
    }
  }
});

test('what was lost is missing in every signal of a replay', () => {
  const output = join(folder, 'dropped.jls');
  const { sampleCount, missingSampleCount } = pulsebenchJson<{ sampleCount: number; missingSampleCount: number }>(
    ...['replay', 'js110', goldenPath('js110/stream/s02_dropped_packets/packets.bin'), output],
    ...['--calibration', goldenPath('js110/cal/cal_a.bin')],
  );
  expect(missingSampleCount).toBeGreaterThan(0);
  const valuesOf = (signal: string) =>
    pulsebenchJson<{ values: (number | null)[] }>(
      ...['samples', output, '--signal', signal, '--start', '0', '--count', String(sampleCount)],
    ).values;
  const current = valuesOf('current');
  for (const signal of ['current', 'voltage', 'power', 'current_range', 'gpi[0]', 'gpi[1]']) {
    expect(valuesOf(signal).map((value) => value === null)).toEqual(current.map((value) => value === null));
    expect(pulsebenchJson('statistics', output, '--signal', signal)).toMatchObject({
      count: sampleCount - missingSampleCount,
      coverage: (sampleCount - missingSampleCount) / sampleCount,
    });
  }
});

test('replay twice gives the same file', () => {
  const capture = goldenPath('js110/stream/s02_dropped_packets/packets.bin');
  const digests = ['a', 'b'].map((name) => {
    const output = join(folder, `${name}.jls`);
    const args = ['replay', 'js110', capture, output, '--calibration', goldenPath('js110/cal/cal_a.bin')];
    expect(pulsebench(...args).code).toBe(0);
    return ['current', 'voltage', 'power', 'current_range'].map((signal) =>
      pulsebenchJson('digest', output, '--signal', signal),
    );
  });
  expect(digests[0]).toEqual(digests[1]);
});

test('replay refuses what it cannot play', () => {
  const capture = goldenPath('js110/stream/s01_ble_beacon/packets.bin');
  const calibration = goldenPath('js110/cal/cal_a.bin');
  const output = join(folder, 'never.jls');
  expect(pulsebench('replay', 'js120', capture, output, '--calibration', calibration).code).toBe(2);
  expect(pulsebench('replay', 'js110', capture, output).code).toBe(2);
  const mode = ['--suppress', 'median_1_2_3'];
  expect(pulsebench('replay', 'js110', capture, output, '--calibration', calibration, ...mode).code).toBe(1);
  const damaged = goldenPath('js110/cal/cal_bad_header_crc_flip.bin');
  expect(pulsebench('replay', 'js110', capture, output, '--calibration', damaged).code).toBe(1);
});

test('replay keeps the longest gap that packets can show, and what came before it', () => {
  const { v0 } = goldenJson<StreamCase>('js110/stream/s05_index_wrap/case.json');
  const { counters, elided_missing, file } = v0.find(({ mode }) => mode === 'off')!;
  const gap = elided_missing as { first_sample: number; count: number };
  const output = join(folder, 's05.jls');
  const report = pulsebenchJson<{ sampleCount: number; missingSampleCount: number }>(
    ...['replay', 'js110', goldenPath('js110/stream/s05_index_wrap/packets.bin'), output],
    ...['--calibration', goldenPath('js110/cal/cal_a.bin'), '--suppress', 'off'],
  );
  expect(report).toMatchObject({
    sampleCount: counters.device_sample_id,
    missingSampleCount: counters.sample_missing_count,
  });
  const current = new Float32Array(goldenBytes(`js110/stream/s05_index_wrap/${file}`).buffer, 0, 1512);
  const read = (start: number, count: number) =>
    pulsebenchJson<{ values: (number | null)[] }>(
      ...['samples', output, '--signal', 'current', '--start', String(start), '--count', String(count)],
    ).values;
  const before = read(0, gap.first_sample + 1);
  expect(before.pop()).toBeNull();
  const after = read(gap.first_sample + gap.count - 1, current.length - gap.first_sample + 1);
  expect(after.shift()).toBeNull();
  expect(Float32Array.from([...before, ...after] as number[])).toEqual(current);
});

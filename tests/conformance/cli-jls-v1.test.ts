// The command line on JLS v1 recordings: every number that the reference software gives for the golden files, asked
// for as a user would (tests/golden/jls-v1/README.md).

import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const FIELDS = ['current', 'voltage', 'power', 'current_range', 'current_lsb', 'voltage_lsb'];
const RECORDINGS = readdirSync(goldenPath('jls-v1/recordings'))
  .filter((file) => file.endsWith('.jls'))
  .map((file) => file.slice(0, -4));

type Figure = number | 'NaN' | 'Infinity' | '-Infinity';
/** length, mean, sum of squared deviations, min, max. */
type Row = readonly [Figure, Figure, Figure, Figure, Figure];
type Figures = Readonly<Record<'mean' | 'variance' | 'min' | 'max', Figure>> & { readonly integral?: Figure };

interface Golden {
  readonly config: { readonly samples_per_reduction: number; readonly data_format: string };
  readonly sample_id_range: readonly [number, number];
  readonly sampling_frequency: number;
  readonly user_data: unknown;
  readonly footer_user_data: unknown;
  readonly quirk_voltage_range?: string;
  readonly quirk_reduction_v1?: string;
  readonly samples_get: readonly {
    readonly result?: {
      readonly time: { readonly sample_id_range: readonly [number, number] };
      readonly signals: Record<string, { readonly value: readonly Figure[] }>;
    } | null;
  }[];
  readonly statistics_get: readonly {
    readonly result?: {
      readonly t_range: readonly [number, number];
      readonly valid_samples: number;
      readonly signals: Record<string, Figures>;
    };
  }[];
  readonly corrected_statistics?: readonly {
    readonly sample_range: readonly [number, number];
    readonly valid_samples: number;
    readonly signals: Record<string, Figures>;
  }[];
  readonly data_get: readonly {
    readonly args: readonly [number, number, number?];
    readonly result?: readonly Row[][];
  }[];
  readonly get_reduction: readonly {
    readonly args: readonly [number | null, number | null];
    readonly result?: readonly Row[][];
  }[];
  /** Per row and field: mean, population variance, min, max. */
  readonly true_reductions?: readonly (readonly [Figure, Figure, Figure, Figure])[][];
  readonly full_samples?: { readonly count: number; readonly bin?: string; readonly sha256: Record<string, string> };
  /** Where the reference has a known defect. */
  readonly corrected_full_samples?: { readonly sha256: Record<string, string> };
}

const load = (name: string) => goldenJson<Golden>(`jls-v1/recordings/${name}.json`);

interface Line<T> {
  readonly ok: boolean;
  readonly result: T;
  readonly error?: { readonly message: string };
}

function ask<T>(file: string, requests: readonly object[]): Line<T>[] {
  const path = join(folder, 'requests.json');
  if (requests.length === 0) return [];
  writeFileSync(path, JSON.stringify(requests));
  const { code, stdout, stderr } = pulsebench('query', file, '--requests', path);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line<T>);
}

/** The arrays of a samples.bin as JSON has them: NaN is null, zero has no sign. */
function readArrays(bin: string, count: number): (number | null)[][] {
  const bytes = goldenBytes(`jls-v1/recordings/${bin}`);
  const isRaw = bytes.byteLength === count * 15;
  return FIELDS.map((_, index) => {
    const at = (12 + index - 3) * count;
    const isByte = isRaw && index >= 3;
    const values = isByte
      ? bytes.subarray(at, at + count)
      : new Float32Array(bytes.slice(index * 4 * count).buffer, 0, count);
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value === 0 ? 0 : value));
  });
}

test.each(RECORDINGS)('%s: every sample of every signal', (name) => {
  const { full_samples: full, corrected_full_samples: corrected } = load(name);
  if (!full) return;
  const hashes = { ...full.sha256, ...corrected?.sha256 };
  const lines = ask<{ sha256?: string; values?: unknown }>(goldenPath(`jls-v1/recordings/${name}.jls`), [
    ...FIELDS.map((signal) => ({ op: 'digest', signal })),
    ...(full.bin ? FIELDS.map((signal) => ({ op: 'samples', signal, start: 0, count: full.count })) : []),
  ]);
  expect(lines.slice(0, FIELDS.length).map(({ result }) => result.sha256)).toEqual(
    FIELDS.map((field) => hashes[field]),
  );
  const arrays = full.bin ? readArrays(full.bin, full.count) : [];
  arrays.forEach((values, index) => {
    if (corrected?.sha256[FIELDS[index]!]) return;
    expect(lines[FIELDS.length + index]!.result.values).toEqual(values);
  });
});

test.each(['jls', 'npy', 'h5', 'mimo'])('missing samples keep their code and NaN in .%s', (extension) => {
  const name = 'raw_missing_heavy';
  const { bin, count } = load(name).full_samples!;
  const wanted = readArrays(bin!, count);
  expect(wanted[0]).toContain(null);
  const output = join(folder, `${name}.${extension}`);
  const { code, stderr } = pulsebench('convert', goldenPath(`jls-v1/recordings/${name}.jls`), output);
  expect([code, stderr]).toEqual([0, '']);
  const answers = ask<{ values: unknown[] }>(
    output,
    FIELDS.map((signal) => ({ op: 'samples', signal, start: 0, count })),
  );
  FIELDS.forEach((field, index) => {
    expect([field, answers[index]!.result.values]).toEqual([field, wanted[index]]);
  });
});

type Answer = Readonly<Record<string, unknown>>;
/** A question and what is to be true of its answer; a text says what is wrong. */
interface Check {
  readonly request: object;
  readonly verdict: (answer: Answer) => string | undefined;
}

const RATIO = { mean: 1e-6, variance: 1e-4, exact: 1e-12 };

/** Tolerances of the golden data: `floor` is what f32 sums in the reference cannot resolve. */
function isNear(found: unknown, wanted: Figure, relative: number, floor = 0): boolean {
  const number = Number(wanted);
  if (Number.isNaN(number)) return found === null;
  return typeof found === 'number' && Math.abs(found - number) <= Math.max(relative * Math.abs(number), floor);
}

/** Largest magnitude among figures, in units of what f32 resolves. */
const resolution = ({ min, max }: Pick<Figures, 'min' | 'max'>): number =>
  3e-7 * Math.max(Math.abs(Number(min)), Math.abs(Number(max)), 0);

function statisticsCheck(signal: string, start: number, end: number, wanted: Figures, durationS: number): Check {
  const floor = resolution(wanted);
  return {
    request: { op: 'statistics', signal, start, end },
    verdict: (found) => {
      const std = found['std'] as number | null;
      const isRight =
        isNear(found['mean'], wanted.mean, RATIO.mean, floor) &&
        isNear(std === null ? null : std ** 2, wanted.variance, RATIO.variance, floor ** 2) &&
        isNear(found['min'], wanted.min, RATIO.exact) &&
        isNear(found['max'], wanted.max, RATIO.exact) &&
        (wanted.integral === undefined || isNear(found['integral'], wanted.integral, RATIO.mean, floor * durationS));
      return isRight ? undefined : JSON.stringify({ found, wanted });
    },
  };
}

/** Rows of a reduction or of `data_get`, from sample `start` on. */
function rowsCheck(signal: string, start: number, increment: number, rows: readonly Row[], isStored: boolean): Check {
  return {
    request: { op: 'summary', signal, start, increment, count: rows.length },
    verdict: (answer) => {
      const found = answer as Record<'mean' | 'std' | 'min' | 'max', (number | null)[]>;
      const wrong = rows.flatMap(([length, mean, m2, min, max], i) => {
        const count = Number(length);
        // the reference counts missing samples as range 8 when it reads samples themselves
        if (signal === 'current_range' && !isStored && count < increment) return [];
        if (count === 0) return found.mean[i] === null ? [] : [{ i, found: [found.mean[i]], wanted: rows[i] }];
        const floor = isStored ? 0 : resolution({ min, max });
        const foundM2 = (found.std[i] ?? Number.NaN) ** 2 * (count - 1);
        const isRight =
          isNear(found.mean[i], mean, isStored ? RATIO.exact : RATIO.mean, floor) &&
          isNear(foundM2, m2, isStored ? 1e-9 : RATIO.variance, count * floor ** 2) &&
          isNear(found.min[i], min, RATIO.exact) &&
          isNear(found.max[i], max, RATIO.exact);
        return isRight ? [] : [{ i, found: [found.mean[i], foundM2, found.min[i], found.max[i]], wanted: rows[i] }];
      });
      return wrong.length === 0 ? undefined : JSON.stringify(wrong.slice(0, 3));
    },
  };
}

/** Python's arguments as positions: absent ones are the ends, negative ones count from the end. */
function positions(golden: Golden, [start, end]: readonly [number | null, number | null]) {
  const size = golden.sample_id_range[1];
  const place = (value: number | null, absent: number): number =>
    value === null ? absent : value < 0 ? value + size : value;
  return { start: place(start, 0), end: place(end, size) };
}

/** Where the reference is known to be right: it takes one voltage range per read. */
function signalsToCheck(golden: Golden, start: number, end: number): readonly string[] {
  const changeAt = 1512;
  if (!golden.quirk_voltage_range || start - 64 >= changeAt || end + 64 <= changeAt) return FIELDS;
  return FIELDS.filter((field) => field !== 'voltage' && field !== 'power');
}

function statisticsChecks(golden: Golden): Check[] {
  const rowSamples = golden.config.samples_per_reduction;
  const checks: Check[] = [];
  const add = (start: number, end: number, valid: number, signals: Record<string, Figures>) => {
    const { request } = statisticsCheck('current', start, end, signals['current']!, 0);
    checks.push({
      request,
      verdict: ({ count }) => (count === valid ? undefined : `${String(count)} valid samples, not ${valid}`),
    });
    for (const signal of signalsToCheck(golden, start, end)) {
      const wanted = signals[signal]!;
      if (signal === 'current_range' && valid < end - start) continue;
      // the reference has no figures where the file has no rows of a field; here they come from the samples
      if (wanted.mean === 'NaN' && valid > 0) continue;
      checks.push(statisticsCheck(signal, start, end, wanted, (end - start) / golden.sampling_frequency));
    }
  };
  for (const { result } of golden.statistics_get) {
    const [start, end] = (result?.t_range ?? []).map((timeS) => Math.round(timeS * golden.sampling_frequency));
    if (!result || start === undefined || end === undefined || start > end) continue;
    const hasRow = Math.ceil(start / rowSamples) < Math.floor(end / rowSamples);
    if (!golden.quirk_reduction_v1 || !hasRow) add(start, end, result.valid_samples, result.signals);
  }
  for (const { sample_range, valid_samples, signals } of golden.corrected_statistics ?? []) {
    add(sample_range[0], sample_range[1], valid_samples, signals);
  }
  return checks;
}

function rowChecks(golden: Golden): Check[] {
  const rowSamples = golden.config.samples_per_reduction;
  const checks: Check[] = [];
  const add = (start: number, increment: number, rows: readonly Row[][]) => {
    const isStored = increment === rowSamples;
    for (const signal of signalsToCheck(golden, start, start + increment * rows.length)) {
      const column = rows.map((row) => row[FIELDS.indexOf(signal)]!);
      checks.push(rowsCheck(signal, start, increment, column, isStored));
    }
  };
  const rowStart = (start: number) => Math.floor(start / rowSamples) * rowSamples;
  for (const { args, result } of golden.get_reduction) {
    if (!result || result.length === 0 || golden.quirk_reduction_v1) continue;
    add(rowStart(positions(golden, args).start), rowSamples, result);
  }
  for (const { args, result } of golden.data_get) {
    const increment = Math.max(1, roundHalfEven(args[2] ?? 1));
    if (!result || result.length === 0) continue;
    if (increment === 1) checks.push(...sampleRowChecks(golden, args[0], result));
    else if (increment < rowSamples) add(args[0], increment, result);
    else if (!golden.quirk_reduction_v1) {
      add(rowStart(args[0]), Math.floor(increment / rowSamples) * rowSamples, result);
    }
  }
  const trueRows = golden.true_reductions ?? [];
  FIELDS.slice(0, trueRows[0]?.length ?? 0).forEach((signal, field) => {
    const rows = trueRows.map((row): Row => {
      // nine digits name an f32 exactly
      const [mean, variance, min, max] = row[field]!.map((value) => Math.fround(Number(value)));
      return [Number.isNaN(mean) ? 0 : rowSamples, mean!, variance! * rowSamples, min!, max!];
    });
    checks.push(rowsCheck(signal, 0, rowSamples, rows, true));
  });
  return checks;
}

/** `data_get` at increment 1 gives the samples as means. */
function sampleRowChecks(golden: Golden, start: number, rows: readonly Row[][]): Check[] {
  return signalsToCheck(golden, start, start + rows.length).map((signal) =>
    samplesCheck(
      signal,
      start,
      rows.map((row) => row[FIELDS.indexOf(signal)]![1]),
    ),
  );
}

function samplesCheck(signal: string, start: number, wanted: readonly Figure[]): Check {
  return {
    request: { op: 'samples', signal, start, count: wanted.length },
    verdict: (answer) => {
      const values = answer['values'] as (number | null)[];
      const isRight = wanted.every((value, i) => isNear(values[i], value, 6e-8));
      return isRight ? undefined : JSON.stringify({ values, wanted });
    },
  };
}

function samplesChecks(golden: Golden): Check[] {
  return golden.samples_get.flatMap(({ result }) => {
    if (!result) return [];
    const [start, end] = result.time.sample_id_range;
    const known = signalsToCheck(golden, start, end);
    return Object.entries(result.signals).flatMap(([signal, { value }]) =>
      known.includes(signal) && value.length > 0 ? [samplesCheck(signal, start, value)] : [],
    );
  });
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

test.each(RECORDINGS)(
  '%s: samples, statistics, rows and bins as the reference or, where that errs, the truth',
  (name) => {
    const golden = load(name);
    const checks = [...samplesChecks(golden), ...statisticsChecks(golden), ...rowChecks(golden)];
    if (golden.sample_id_range[1] > 0) expect(checks.length).toBeGreaterThan(50);
    const requests = checks.map(({ request }) => request);
    const lines = ask<Answer>(goldenPath(`jls-v1/recordings/${name}.jls`), requests);
    const wrong = lines.flatMap(({ ok, result, error }, i) => {
      const verdict = ok ? checks[i]!.verdict(result) : error!.message;
      return verdict === undefined ? [] : [[requests[i], verdict]];
    });
    expect(wrong).toEqual([]);
  },
);

test.each(RECORDINGS)('%s: info, user data, and what is outside is refused', (name) => {
  const golden = load(name);
  const file = goldenPath(`jls-v1/recordings/${name}.jls`);
  const [first, size] = golden.sample_id_range;
  expect(first).toBe(0);
  const info = pulsebenchJson<{ signals: { id: string; length: number; sampleRateHz: number }[] }>('info', file);
  const ids = golden.config.data_format === 'none' ? [] : FIELDS;
  expect(info.signals.map(({ id, length, sampleRateHz }) => [id, length, sampleRateHz])).toEqual(
    ids.map((id) => [id, size, golden.sampling_frequency]),
  );
  const wanted = [golden.user_data, golden.footer_user_data].filter((value) => value !== null && value !== undefined);
  const [userData, ...outside] = ask<{ data: string }[]>(file, [
    { op: 'userdata' },
    { op: 'statistics', signal: 'current', start: 0, end: size + 1 },
    { op: 'summary', signal: 'current', start: 0, increment: 10, count: Math.floor(size / 10) + 1 },
    { op: 'samples', signal: 'current', start: size, count: 1 },
  ]);
  expect(userData!.result.map(({ data }) => JSON.parse(data) as unknown)).toEqual(wanted);
  expect(outside.map(({ ok }) => ok)).toEqual([false, false, false]);
});

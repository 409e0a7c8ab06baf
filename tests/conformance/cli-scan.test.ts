// Scans on the command line: alignment of given data, and dry runs.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { goldenJson } from '../support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));

interface GoldenCase {
  readonly name: string;
  readonly x: readonly unknown[];
  readonly y: readonly unknown[];
  readonly expected: Readonly<Record<string, unknown>>;
}

interface AlignAnswer {
  readonly definitions: Readonly<Record<string, unknown>>;
  readonly fits: readonly { readonly model: string; readonly chi2: number; readonly ndf: number }[];
  readonly warnings: readonly string[];
}

const { cases } = goldenJson<{ cases: readonly GoldenCase[] }>('scans/alignment.json');

describe('align', () => {
  test('answers every golden case in the golden spelling', () => {
    const { code, stdout } = pulsebench('align', '--requests', requestsFile('golden', cases));
    expect(code).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; result: AlignAnswer });
    expect(answers).toHaveLength(38);
    cases.forEach(({ name, expected }, i) => {
      expect(answers[i]!.ok, name).toBe(true);
      const { bliss2018, bliss2021, bluesky } = expected;
      expectAlike(answers[i]!.result.definitions, { bliss2018, bliss2021, bluesky }, name);
    });
    const warned = (name: string) => answers[cases.findIndex((row) => row.name === name)]!.result.warnings.join();
    expect(warned('two_peaks')).toMatch(/2 regions/);
    expect(warned('gauss_coarse')).toMatch(/Only \d points? l/);
    expect(warned('truncated_right')).toMatch(/cut off/);
    expect(warned('constant')).toMatch(/No signal/);
    expect(warned('gauss_51')).toBe('');
  });

  test('takes a straight background away before bluesky’s statistics', () => {
    const withEdges = cases.flatMap(({ name, x, y, expected }) =>
      Object.entries(expected).flatMap(([key, wanted]) => {
        const [, edgeCount] = /^bluesky_edge_count_(\d+)$/.exec(key) ?? [];
        return edgeCount === undefined ? [] : [{ name, x, y, edgeCount: Number(edgeCount), wanted }];
      }),
    );
    expect(withEdges).toHaveLength(3);
    const { stdout } = pulsebench('align', '--requests', requestsFile('edges', withEdges));
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { result: AlignAnswer });
    withEdges.forEach(({ name, wanted }, i) => {
      expectAlike(lines[i]!.result.definitions['bluesky'], wanted, name);
    });
  });

  test('takes two columns of a table, and fits them', () => {
    const { x, y, expected } = cases.find(({ name }) => name === 'gauss_poisson')!;
    const table = join(folder, 'scan.csv');
    writeFileSync(table, `robz,diode\n${x.map((value, i) => `${String(value)},${String(y[i])}`).join('\n')}\n`);
    const { fits, definitions } = pulsebenchJson<AlignAnswer>('align', table, '--x', 'robz', '--y', 'diode');
    expectAlike(definitions['bliss2021'], expected['bliss2021'], 'gauss_poisson');
    expect(fits.map(({ model }) => model)).toContain('gaussian');
    expect(fits[0]!.chi2).toBeLessThanOrEqual(fits.at(-1)!.chi2);
  });

  test('says what is wrong with a request', () => {
    const requests = [{ x: [1], y: [1, 2] }, { x: [1] }, { x: ['one'], y: [1] }, { x: [1], y: [1], edgeCount: 0 }];
    const { stdout } = pulsebench('align', '--requests', requestsFile('wrong', requests));
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { error: { message: string } });
    expect(lines.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/as many/),
      expect.stringMatching(/"y" must be a list/),
      expect.stringMatching(/"one"/),
      expect.stringMatching(/edgeCount/),
    ]);
    expect(pulsebench('align', goldenPath('scans/README.md')).code).toBe(2);
  });
});

interface GoldenScan {
  readonly scan: string;
  readonly motors: readonly {
    readonly name: string;
    readonly start: number;
    readonly stop: number;
    readonly position_before: number;
    readonly tolerance: number;
  }[];
  readonly intervals: number;
  readonly count_time: number;
  readonly expected: { readonly npoints: number; readonly positions: unknown; readonly title: string };
}

interface PlanAnswer {
  readonly npoints: number | string;
  readonly positions: unknown;
  readonly title: string;
  readonly durationS: number | string;
  readonly bytes: number | string;
}

describe('scan plan', () => {
  test('answers the golden scans', () => {
    const { step_scans } = goldenJson<{ step_scans: readonly GoldenScan[] }>('scans/trajectories.json');
    const requests = step_scans.map(({ scan, motors, intervals, count_time }) => ({
      command: `${scan} ${motors.map(({ name, start, stop }) => `${name} ${start} ${stop}`).join(' ')} ${intervals} ${count_time}`,
      axes: Object.fromEntries(
        motors.map(({ name, position_before: position, tolerance }) => [name, { position, tolerance }]),
      ),
    }));
    const { stdout } = pulsebench('scan', 'plan', '--requests', requestsFile('plans', requests));
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { result: PlanAnswer });
    lines.forEach(({ result }, i) => {
      const { npoints, positions, title } = result;
      expect({ npoints, positions, title }).toEqual({
        npoints: step_scans[i]!.expected.npoints,
        positions: step_scans[i]!.expected.positions,
        title: step_scans[i]!.expected.title,
      });
    });
    expect(lines).toHaveLength(step_scans.length);
  });

  test('tells time and room, and for a scan without end that it has none', () => {
    const axes = '{"th": {"position": 1, "tolerance": 0.001, "speedPerS": 0.5, "settlingS": 0.1, "limits": [0, 2]}}';
    const plan = pulsebenchJson<PlanAnswer>('scan', 'plan', 'ascan th 0 1 4 0.25 diode', '--axes', axes);
    // 2 s to the start, four steps of 0.5 s, five times 0.1 s to settle and 0.25 s to count
    expect(plan.durationS).toBeCloseTo(2 + 2 + 0.5 + 1.25, 9);
    // an axis, two of the clock, a counter; 8 bytes each
    expect(plan.bytes).toBe(5 * 4 * 8);
    const endless = pulsebenchJson<PlanAnswer>('scan', 'plan', 'timescan 1');
    expect([endless.npoints, endless.durationS, endless.bytes]).toEqual(['Infinity', 'Infinity', 'Infinity']);
    const refused = pulsebench('scan', 'plan', 'ascan th 0 4 4 0.25', '--axes', axes);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Point 3 .* th 3, above its upper limit 2/);
    expect(pulsebench('scan', 'plan', 'ct 1', '--axes', '{"th": {"position": 1}}').code).toBe(2);
  });
});

function requestsFile(name: string, requests: readonly object[]): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(requests));
  return path;
}

/** Same structure and texts; numbers within what two ways of summing up differ by. */
function expectAlike(actual: unknown, expected: unknown, place: string): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected), place).toBeLessThanOrEqual(1e-8 * (1 + Math.abs(expected)));
  } else if (expected !== null && typeof expected === 'object') {
    expect(Object.keys(actual as object).sort(), place).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      expectAlike((actual as Record<string, unknown>)[key], value, `${place}.${key}`);
    }
  } else expect(actual, place).toBe(expected);
}

// Scans on the command line: alignment of given data, dry runs, and scans of simulated axes.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson, SCRIPT } from '../support/command-line.ts';
import { goldenJson } from '../support/golden.ts';
import { scanEntries } from '../support/scan-entries.ts';

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

describe('scan run', () => {
  const entriesIn = (name: string) => scanEntries(readFileSync(join(folder, name, 'data.h5')));

  test('prints the table of 2019 and keeps what it prints; the next scan goes on in the same file', async () => {
    const out = join(folder, 'two');
    const { code, stdout } = pulsebench('scan', 'run', 'ascan robz 0 1 9 0.01 diode', '--out', out);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^Scan 1 \w{3} \w{3} \d\d \d\d:\d\d \S+data\.h5 simulated user = /);
    expect(lines.slice(1, 4)).toEqual([
      'ascan robz 0 1 9 0.01',
      '',
      '           #         dt[s]          robz         diode',
    ]);
    // the documentation's positions and values
    const { tables } = goldenJson<{ tables: readonly { readonly rows: readonly (readonly number[])[] }[] }>(
      'scans/table.json',
    );
    const wanted = tables[0]!.rows.map(([point, , robz, diode]) => [point, robz, diode]);
    const shown = lines.slice(4, 14).map((line) => line.trim().split(/ +/).map(Number));
    expect(shown.map(([point, , robz, diode]) => [point, robz, diode])).toEqual(wanted);
    expect(lines[14]).toBe('');
    expect(lines[15]).toMatch(/^Took 0:00:0\d(\.\d{6})?$/);
    expect(lines[16]).toBe('Done after 10 of 10 points, robz stays at 1, data saved as 1.1.');

    const second = pulsebench('scan', 'run', 'loopscan 3 0.01', '--out', out, '--style', '2021');
    expect(second.stdout).toMatch(
      /^ {3}\w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4}: Scan\(number=2, name=loopscan, path=\S+data\.h5\)\n/,
    );
    expect(second.stdout).toContain('\n        #      |   dt[s]    |   diode    \n');
    expect(second.stdout).toContain('Done after 3 of 3 points, data saved as 2.1.');
    const entries = await entriesIn('two');
    expect([entries['1.1']!.title, entries['2.1']!.title]).toEqual(['ascan robz 0 1 9 0.01', 'loopscan 3 0.01']);
    expect(entries['1.1']!.columns['diode']).toEqual(wanted.map(([, , diode]) => diode));
    expect(entries['2.1']!.columns['diode']).toHaveLength(3);
    expect(readdirSync(out)).toEqual(['data.h5']);
  });

  test('a single count leaves no file, and needs no folder', () => {
    const { code, stdout } = pulsebench('scan', 'run', 'ct 0.01 diode', '--out', join(folder, 'none'));
    expect([code, existsSync(join(folder, 'none'))]).toEqual([0, false]);
    expect(stdout).toMatch(/ diode {2}= +0\.0526115 +\( +5\.26115 +\/s\) {2}sim\n/);
    expect(stdout).toContain('data not saved');
    expect(pulsebench('scan', 'run', 'ct 0.01').code).toBe(0);
  });

  test('lineup says where it went', () => {
    const { stdout } = pulsebench('scan', 'run', 'lineup robz 0 1 9 0.01 diode', '--out', join(folder, 'lineup'));
    expect(stdout).toMatch(/robz back at 0, data saved as 1\.1\.\nrobz went from 0 to 0\.4444, where/);
  });

  test('what cannot be run is refused before anything is made', () => {
    const out = join(folder, 'refused');
    const refused = (...args: string[]) => {
      const { code, stderr } = pulsebench('scan', 'run', ...args);
      return [code, stderr];
    };
    expect(refused('ct 0.01', '--style', '2020')).toEqual([2, expect.stringMatching(/--style is 2019 or 2021/)]);
    expect(refused('ascan robz 0 1 2 0.01')).toEqual([2, expect.stringMatching(/--out is missing/)]);
    expect(refused('ascan robx 0 1 2 0.01', '--out', out)).toEqual([1, expect.stringMatching(/robx.*robz, roby/)]);
    expect(refused('ct 0.01 dio', '--out', out)).toEqual([1, expect.stringMatching(/no channel "dio"/)]);
    expect(existsSync(out)).toBe(false);
  });

  test('a file that is no file of scans stays as it is', () => {
    const out = mkdtempSync(join(tmpdir(), 'pulsebench-scan-'));
    writeFileSync(join(out, 'data.h5'), 'my notes');
    const { code, stderr } = pulsebench('scan', 'run', 'loopscan 2 0.01', '--out', out);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/data\.h5 is no whole HDF5 file/)]);
    expect(readFileSync(join(out, 'data.h5'), 'utf8')).toBe('my notes');
    expect(readdirSync(out)).toEqual(['data.h5']);
  });

  test('Ctrl-C stops in order, and says what happened', async () => {
    const run = startScan('dscan robz 0 1 1000 0.02', 'stopped');
    await run.printed(/^ +3 /m);
    // while it runs nobody else writes there
    const other = pulsebench('scan', 'run', 'loopscan 2 0.01', '--out', join(folder, 'stopped'));
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/Process \d+ writes to/)]);
    run.child.kill('SIGINT');
    expect(await run.code()).toBe(1);
    const [, count] = /^pulsebench: Stopped after (\d+) of 1001 points, robz back at 0, data saved as 1\.1\.\n$/.exec(
      run.stderr(),
    )!;
    expect(run.stdout()).toMatch(/\nTook 0:00:/);
    const { columns, hasEnded } = (await entriesIn('stopped'))['1.1']!;
    expect(columns['diode']).toHaveLength(Number(count));
    expect(hasEnded).toBe(true);
  });

  test('a second Ctrl-C ends at once: the axis does not go all the way back', async () => {
    const run = startScan('dscan robz 0 9 6 0.01', 'twice');
    await run.printed(/^ +2 /m);
    run.child.kill('SIGINT');
    await new Promise((wake) => setTimeout(wake, 300));
    run.child.kill('SIGINT');
    expect(await run.code()).toBe(1);
    const [, place] = /Stopped after \d of 7 points, robz stays at ([\d.]+), data saved as 1\.1\./.exec(run.stderr())!;
    expect(Number(place)).toBeGreaterThan(0.1);
    expect((await entriesIn('twice'))['1.1']!.hasEnded).toBe(true);
  });

  test('what was taken by a scan that was killed can be read, and the next one goes on', async () => {
    const run = startScan('loopscan 100000 0.02', 'killed');
    await run.printed(/^ +20 /m);
    run.child.kill('SIGKILL');
    await run.code();
    const killed = (await entriesIn('killed'))['1.1']!;
    expect(killed.hasEnded).toBe(false);
    expect((killed.columns['diode'] as readonly number[]).length).toBeGreaterThan(0);
    const next = pulsebench('scan', 'run', 'loopscan 2 0.01', '--out', join(folder, 'killed'));
    expect(next.stdout).toContain('data saved as 2.1.');
    const entries = await entriesIn('killed');
    expect(entries['1.1']).toEqual(killed);
    expect(entries['2.1']!.columns['diode']).toHaveLength(2);
  });
});

interface RunningScan {
  readonly child: ChildProcess;
  /** Resolves when what was printed matches. */
  printed(pattern: RegExp): Promise<void>;
  code(): Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

function startScan(command: string, name: string): RunningScan {
  const child = spawn(process.execPath, [SCRIPT, 'scan', 'run', command, '--out', join(folder, name)]);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (bytes: Buffer) => {
      texts[name] += bytes.toString();
    });
  }
  return {
    child,
    printed: async (pattern) => {
      while (!pattern.test(texts.stdout)) await once(child.stdout, 'data');
    },
    code: async () => (await closed)[0],
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
  };
}

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

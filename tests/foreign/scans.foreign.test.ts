// Files of scans, as h5py of Debian reads them: after the scans, in the middle of one, and after one that was killed.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { pulsebench, SCRIPT } from '../support/command-line.ts';
import { goldenJson } from '../support/golden.ts';

interface Seen {
  readonly tree: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly links: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly shown: { readonly path: string; readonly signal: readonly number[]; readonly axes: readonly unknown[] };
}

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-h5py-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileIn = (name: string) => join(folder, name, 'data.h5');

async function readBy<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['tests/foreign/scans.py', ...args]);
  return JSON.parse(stdout) as T;
}

function startScan(command: string, name: string) {
  const child = spawn(process.execPath, [SCRIPT, 'scan', 'run', command, '--out', join(folder, name)]);
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  return {
    child,
    printed: async (pattern: RegExp) => {
      while (!pattern.test(text)) await once(child.stdout, 'data');
    },
    /** The last column of the lines that are whole. */
    counted: () => [...text.matchAll(/^ +\d+ .* (\S+)\n/gm)].map(([, value]) => Number(value)),
  };
}

test('three scans have the tree, the links and the numbers that they should have', async () => {
  const printed = ['ascan robz 0 1 10 0.02 diode', 'loopscan 5 0.02', 'ascan robz 0 1 10 0.02'].map((command) => {
    const { code, stdout } = pulsebench('scan', 'run', command, '--out', join(folder, 'three'));
    expect(code).toBe(0);
    return [...stdout.matchAll(/^ +\d+ .* (\S+)$/gm)].map(([, value]) => Number(value));
  });
  const { tree, attributes, links, values, shown } = await readBy<Seen>('tree', fileIn('three'));
  const golden = goldenJson<{ tree: object; titles: readonly string[] }>('scans/nexus_example.json');
  const withPlots = Object.fromEntries(['1.1', '2.1', '3.1'].map((entry) => [`${entry}/plot`, { class: 'NXdata' }]));
  expect(tree).toEqual({ ...golden.tree, ...withPlots });
  for (const [index, entry] of ['1.1', '2.1', '3.1'].entries()) {
    expect(values[`${entry}/title`]).toBe(golden.titles[index]!.replace(/0\.1$/, '0.02'));
    expect(values[`${entry}/start_time`]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
    const tookMs =
      Date.parse(values[`${entry}/end_time`] as string) - Date.parse(values[`${entry}/start_time`] as string);
    const dtS = values[`${entry}/instrument/elapsed_time/value`] as readonly number[];
    const epochS = values[`${entry}/instrument/epoch/value`] as readonly number[];
    expect(tookMs / 1000).toBeGreaterThan(dtS.at(-1)!);
    expect(epochS.at(-1)! - epochS[0]!).toBeCloseTo(dtS.at(-1)!, 1);
    expect(epochS[0]! * 1000).toBeGreaterThan(Date.parse(values[`${entry}/start_time`] as string) - 1);
    expect(links[`${entry}/measurement/diode`]).toBe(`/${entry}/instrument/diode/data`);
    const diode = values[`${entry}/instrument/diode/data`] as readonly number[];
    expect(diode.map((value) => Number(value.toPrecision(6)))).toEqual(printed[index]);
  }
  expect(values['1.1/instrument/robz/value']).toEqual(
    [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((place) => expect.closeTo(place, 9)),
  );
  expect(values['1.1/instrument/positioners_end/robz']).toBe(1);
  expect(attributes['1.1/instrument/elapsed_time/value']).toEqual({ units: 's' });
  expect(attributes['/']).toMatchObject({ NX_class: 'NXroot', file_name: 'data.h5', default: '3.1' });
  expect(shown).toEqual({
    path: '/3.1/plot',
    signal: values['3.1/instrument/diode/data'],
    axes: [values['3.1/instrument/robz/value']],
  });
});

test('a grid is shown over both of its axes', async () => {
  pulsebench('scan', 'run', 'amesh robz 0 0.2 2 roby 0 0.1 1 0.01', '--out', join(folder, 'grid'));
  const { shown, values } = await readBy<Seen>('tree', fileIn('grid'));
  expect(shown.axes).toEqual([values['1.1/instrument/robz/value'], values['1.1/instrument/roby/value']]);
  expect(shown.signal).toHaveLength(6);
});

test('200 openings in the middle of a scan see a whole file that grows', async () => {
  const scan = startScan('loopscan 100000 0.02', 'middle');
  await scan.printed(/^ +2 /m);
  const counts = await readBy<readonly number[]>('follow', fileIn('middle'), '1.1', '200');
  scan.child.kill('SIGINT');
  await once(scan.child, 'close');
  expect(counts).toHaveLength(200);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.at(-1)! - counts[0]!).toBeGreaterThan(10);
});

test('20 scans that were killed are read as far as they were kept, each as it was printed', async () => {
  for (let run = 1; run <= 20; run++) {
    const scan = startScan('ascan robz 0 0.2 2000 0.005 diode', 'killed');
    await scan.printed(new RegExp(`^ +${run} `, 'm'));
    scan.child.kill('SIGKILL');
    await once(scan.child, 'close');
    const { tree, values } = await readBy<Seen>('tree', fileIn('killed'));
    const kept = (values[`${run}.1/instrument/diode/data`] as readonly number[]).map((value) =>
      Number(value.toPrecision(6)),
    );
    const printed = scan.counted();
    expect(kept.length).toBeGreaterThan(0);
    expect(tree).not.toHaveProperty([`${run}.1/end_time`]);
    // a point is kept before it is printed
    const count = Math.min(kept.length, printed.length);
    expect(kept.slice(0, count)).toEqual(printed.slice(0, count));
    expect(Object.keys(tree).filter((path) => /^\d+\.1$/.test(path))).toHaveLength(run);
  }
});

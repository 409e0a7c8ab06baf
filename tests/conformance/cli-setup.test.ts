// `setup` and `run`: exit codes, and what goes to which stream.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-cli-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface SetupAnswer {
  readonly ok: boolean;
  readonly setup: { readonly roots: readonly string[] } | null;
  readonly diagnostics: readonly { readonly severity: string; readonly line: number; readonly column: number }[];
}

test('a good setup is shown whole, without keys that it does not have', () => {
  const { ok, setup, diagnostics } = pulsebenchJson<SetupAnswer>('setup', goldenPath('mimo/setups/valid/minimal.yaml'));
  expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
  expect(setup).toMatchObject({
    roots: ['wave'],
    workers: {
      end: {
        function: 'exporters.drain',
        number_of_processes: 1,
        sources: ['wave'],
        sinks: [],
        observes: [],
        config: {},
      },
    },
  });
  expect(JSON.stringify(setup)).not.toContain('"file"');
});

test('a setup with mistakes lists them, and fails with one line', () => {
  const path = goldenPath('mimo/setups/invalid/unknown_sink.yaml');
  const { code, stdout, stderr } = pulsebench('setup', path, '--json');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^pulsebench: .*line 5, column 53: [^\n]+\n$/);
  const answer = JSON.parse(stdout) as SetupAnswer;
  expect(answer).toMatchObject({ ok: false, setup: null, diagnostics: [{ severity: 'error', line: 5, column: 53 }] });
  const run = pulsebench('run', path, '--out', folder);
  expect([run.code, run.stdout]).toEqual([1, '']);
  expect(run.stderr).toBe(stderr);
});

test('a run whose thread fails answers in JSON all the same, and fails with one line', () => {
  const path = join(folder, 'setup.yaml');
  const lines = [
    'Buffers:',
    '  In: {slot_count: 8, data_length: 600, data_dtype: {IN1: int16, IN2: float32}}',
    'Workers:',
    `  import: {function: data.clocked_importer, sinks: [In], config: {filename: missing.mimo, rate: 100}}`,
    '  drain: {function: exporters.drain, sources: [In]}',
  ];
  writeFileSync(path, lines.join('\n'));
  const { code, stdout, stderr } = pulsebench('run', path, '--out', join(folder, 'runs'), '--json');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^pulsebench: import: [^\n]+\n$/);
  expect(JSON.parse(stdout)).toMatchObject({ events: { In: 0 }, messages: [expect.stringMatching(/^import: /)] });
});

test('a run tells the dead share of the time of its sources, and stats.csv has it beside the average', () => {
  const path = join(folder, 'blocked.yaml');
  const lines = [
    'Buffers:',
    '  In: {slot_count: 2, data_length: 1000, data_dtype: {ch1: f4}}',
    'Workers:',
    '  source: {function: simulate_osc, file: functions.py, sinks: [In]}',
    '  nobody: {function: exporters.drain, sources: [In], number_of_processes: 0}',
  ];
  writeFileSync(path, lines.join('\n'));
  const { code, stdout } = pulsebench('run', path, '--out', join(folder, 'runs'), '--duration', '1.5', '--json');
  expect(code).toBe(0);
  const answer = JSON.parse(stdout) as { runDirectory: string; deadShare: { In: number } };
  // Two events fill the buffer within milliseconds; from then on the source is held up.
  expect(answer.deadShare.In).toBeGreaterThan(0.9);
  expect(answer.deadShare.In).toBeLessThanOrEqual(1);
  const [header, , row] = readFileSync(join(answer.runDirectory, 'stats.csv'), 'utf8').split('\n');
  const cell = (name: string) => row!.split(',')[header!.split(',').indexOf(`buffers.In.${name}`)];
  expect(Number(cell('dead_share'))).toBeGreaterThan(0.9);
  expect(Number(cell('average_deadtime'))).toBeLessThan(0.9);
});

test('a run without a place for its files is wrong usage', () => {
  expect(pulsebench('run', goldenPath('mimo/setups/valid/minimal.yaml')).code).toBe(2);
});

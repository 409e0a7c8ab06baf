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
  expect(ok).toBe(true);
  // The recording that it plays back is not there.
  expect(diagnostics).toEqual([expect.objectContaining({ severity: 'warning', path: 'Workers.imp' })]);
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

test('the example with a function of its own runs, and measures what the formula says', () => {
  const example = join(import.meta.dirname, '..', '..', 'public', 'examples', 'own-function', 'setup.yaml');
  const { runDirectory, events } = pulsebenchJson<{
    readonly runDirectory: string;
    readonly events: Readonly<Record<string, number>>;
  }>('run', example, '--out', join(folder, 'own'), '--duration', '1', '--trust');
  const [, ...rows] = readFileSync(join(runDirectory, 'Widths_Export.csv'), 'utf8').trim().split('\n');
  expect(rows.length).toBe(events['Widths']);
  expect(rows.length).toBeGreaterThan(100);
  // A sine of period T stays above h for T (1/2 - asin(h / A) / pi): 100 points from 0 to 10, amplitude 1 +- 0.1.
  const periodSamples = (2 * Math.PI * 99) / 10;
  const width = (amplitude: number) => periodSamples * (1 / 2 - Math.asin(0.5 / amplitude) / Math.PI);
  const widths = rows.map((row) => Number(row.split(',')[3]));
  const inSigma = widths.filter((value) => value > width(0.9) && value < width(1.1)).length / widths.length;
  // 68.3 % of normal numbers lie within one standard deviation; 0.2 is four times the spread of 100 of them
  expect(Math.abs(inSigma - 0.683)).toBeLessThan(0.2);
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
  expect(JSON.parse(stdout)).toMatchObject({
    events: { In: 0 },
    messages: [expect.stringContaining('There is no file missing.mimo'), expect.stringMatching(/^import: /)],
  });
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

test('a run whose reader fails says by name what was lost', () => {
  const path = join(folder, 'fails.yaml');
  const source = 'file: own.js, function: count, sinks: [In]';
  const lines = [
    'Buffers: {In: {slot_count: 4, data_length: 1, data_dtype: {x: f4}}}',
    `Workers: {source: {${source}}, table: {file: own.js, function: fail, sources: [In]}}`,
  ];
  writeFileSync(path, lines.join('\n'));
  const code = [
    "export const count = () => { let n = 0; return { template: 'Importer', next: () => n++ < 50, write: () => {} }; };",
    "export const fail = () => ({ template: 'Exporter', consume: () => { throw new Error('no luck'); } });",
  ];
  writeFileSync(join(folder, 'own.js'), code.join('\n'));
  const run = pulsebench('run', path, '--out', join(folder, 'runs'), '--trust', '--json');
  expect(run.code).toBe(1);
  expect(run.stderr).toBe(
    'pulsebench: table: no luck. Lost: 49 events of the 50 of In, which nobody read any more; 1 event of In that a thread had taken.\n',
  );
});

test('what would only show in a run is said by `setup`: words, files, recordings, bytes', () => {
  const write = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const buffers = 'Buffers: {In: {slot_count: 4, data_length: 10, data_dtype: {x: f4}}}';
  const setup = (fileName: string) =>
    `${buffers}\nWorkers:\n  play: {function: data.simulate_importer, sinks: [In], config: {filename: ${fileName}, rte: 1}}\n  end: {function: exporters.drain, sources: [In]}\n`;
  const messages = (path: string) =>
    pulsebenchJson<{ diagnostics: { severity: string; path: string; message: string }[] }>(
      'setup',
      path,
    ).diagnostics.map(({ severity, path: place, message }) => `${severity} ${place}: ${message}`);
  const unknown = 'warning Workers.play.config.rte: rte has no effect: no such key is read. Keys: filename.';
  expect(messages(write('missing.yaml', setup('gone.mimo')))).toEqual([
    unknown,
    'warning Workers.play: There is no file gone.mimo beside the setup. It will stop when the run starts.',
  ]);
  const recording = goldenPath('mimo/files/simple_f4_1ch.mimo');
  expect(messages(write('other.yaml', setup(recording)))).toEqual([
    unknown,
    `warning Workers.play: Data type mismatch: ${recording} does not hold what In expects. It will stop when the run starts.`,
  ]);
  const latin = pulsebench(
    'setup',
    write(
      'latin.yaml',
      Uint8Array.from('# f\xfcr\n', (char) => char.charCodeAt(0)),
    ),
  );
  expect([latin.code, latin.stderr]).toEqual([1, expect.stringContaining('not UTF-8: line 1')]);
});

// Everything that would fail, or do nothing, when a setup runs is said when it is loaded: a test for each kind, with the
// place and, where a word is nearly right, the right one. All of a setup at once.

import { expect, test } from 'vitest';
import { loadSetup } from '../../../src/pipeline/setup/load.ts';

const WAVE = '{slot_count: 4, data_length: 100, data_dtype: {ch1: f4, ch2: f4}}';
const ONE = '{slot_count: 4, data_length: 1, data_dtype: {peak_heights: f4}}';
const PLAY = 'play: {function: data.simulate_importer, sinks: [Wave], config: {filename: a.mimo}}';
const PHA = 'pha: {function: analyzers.pha, sources: [Wave], sinks: [One], config: {height: 1}}';
const END = 'end: {function: exporters.drain, sources: [One]}';

interface Given {
  readonly buffers?: readonly string[];
  readonly workers?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly more?: string;
  readonly memoryBytes?: number;
  readonly coreCount?: number;
}

const BUFFERS = [`Wave: ${WAVE}`, `One: ${ONE}`];

async function load({
  buffers = BUFFERS,
  workers = [PLAY, PHA, END],
  files = {},
  more = '',
  memoryBytes,
  coreCount,
}: Given) {
  const list = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join('');
  const text = `Buffers:\n${list(buffers)}Workers:\n${list(workers)}${more}`;
  const readText = async (path: string) => files[path];
  return loadSetup(text, { readText }, { memoryBytes, coreCount });
}

const said = async (given: Given) => (await load(given)).diagnostics.map(({ path, message }) => `${path}: ${message}`);

/** A pipeline whose pulse-height analysis has this configuration. */
const withPha = (config: string): Given => ({ workers: [PLAY, PHA.replace('{height: 1}', config), END] });
/** A pipeline with another worker in it. */
const withWorker = (worker: string, given: Given = {}): Given => ({ ...given, workers: [PLAY, PHA, END, worker] });
const scope = (config: string) =>
  withWorker(`scope: {function: observers.oscilloscope, observes: [Wave], config: ${config}}`);
const histogram = (bins: string) => ({
  workers: [PLAY, PHA, `end: {function: exporters.histogram, sources: [One], config: {bins: ${bins}}}`],
});

test('a good setup has no problems', async () => {
  expect(await said({})).toEqual([]);
  expect(await said(scope('{ylim: [-1, 1], t_scaling: [4, 0, time], channels: [ch2], trigger_level: null}'))).toEqual(
    [],
  );
  expect(await said(histogram('{peak_heights: [0, 10, 11]}'))).toEqual([]);
});

test.each<[kind: string, given: Given, path: string, words: readonly string[]]>([
  [
    'an unknown key of a function',
    withPha('{height: 1, widht: 2}'),
    'Workers.pha.config.widht',
    ['widht has no effect', 'Did you mean width?'],
  ],
  [
    'an unknown key that nothing is like',
    withPha('{height: 1, colour: 2}'),
    'Workers.pha.config.colour',
    ['Keys: channel, height'],
  ],
  [
    'a key for a function without any',
    withWorker('more: {function: exporters.drain, sources: [One], config: {rate: 1}}'),
    'Workers.more.config.rate',
    ['nothing to configure'],
  ],
  ['ylims', scope('{ylims: [0, 1]}'), 'Workers.scope.config.ylims', ['Did you mean ylim?']],
  [
    'number_of_process',
    { workers: [PLAY, PHA.replace('config', 'number_of_process: 2, config'), END] },
    'Workers.pha.number_of_process',
    ['Did you mean number_of_processes?'],
  ],
  [
    'an unknown key of a buffer',
    { buffers: [BUFFERS[0]!, `One: ${ONE.replace('slot_count: 4', 'slot_count: 4, slotcount: 8')}`] },
    'Buffers.One.slotcount',
    ['Did you mean slot_count?'],
  ],
  ['a slip at the top', { more: 'base_cofnig: {height: 1}\n' }, 'base_cofnig', ['Did you mean base_config?']],
  [
    'a missing key',
    withWorker('more: {function: data.clocked_importer, sinks: [Wave], config: {filename: a.mimo}}'),
    'Workers.more.config',
    ['needs the key rate'],
  ],
  [
    'a text for a number',
    withPha('{height: high}'),
    'Workers.pha.config.height',
    ['height is a number or [min, max], not high'],
  ],
  ['a decimal comma in a block', withPha('{height: "0,5"}'), 'Workers.pha.config.height', ['Write 0.5.']],
  [
    'a decimal comma between braces',
    withPha('{height: 0,5}'),
    'Workers.pha.config.5',
    ['A comma separates items: 0,5 are two. Write 0.5.'],
  ],
  [
    'a decimal comma in a list',
    scope('{ylim: [-0,5, 0,5]}'),
    'Workers.scope.config.ylim',
    ['[0, 5, 0, 5]', 'Write 0.5.'],
  ],
  [
    'a decimal comma in bins',
    histogram('{peak_heights: [0,5, 10, 11]}'),
    'Workers.end.config.bins.peak_heights',
    ['[0, 5, 10, 11]', 'Write 0.5.'],
  ],
  [
    'a wrong choice',
    withPha('{height: 1, peak: higest}'),
    'Workers.pha.config.peak',
    ['one of first, highest, all', 'Did you mean highest?'],
  ],
  [
    'a rate of nothing',
    withWorker('more: {function: data.clocked_importer, sinks: [Wave], config: {filename: a.mimo, rate: 0}}'),
    'Workers.more.config.rate',
    ['above 0'],
  ],
  [
    'bins that run backwards',
    histogram('{peak_heights: [10, 0, 11]}'),
    'Workers.end.config.bins.peak_heights',
    ['run backwards, from 10 to 0'],
  ],
  [
    'bins of an absent field',
    histogram('{peak_hights: [0, 10, 11]}'),
    'Workers.end.config.bins.peak_hights',
    ['Did you mean peak_heights?'],
  ],
  [
    'bins with one edge',
    histogram('{peak_heights: [0, 10, 1]}'),
    'Workers.end.config.bins.peak_heights',
    ['nothing is counted', 'no effect'],
  ],
  [
    'bins without a number of edges',
    histogram('{peak_heights: [0, 10]}'),
    'Workers.end.config.bins.peak_heights',
    ['[min, max, number of edges]'],
  ],
  [
    'a channel that the source lacks',
    withPha('{height: 1, channel: ch3}'),
    'Workers.pha.config.channel',
    ['Did you mean ch1?'],
  ],
  [
    'channels that the buffer lacks',
    scope('{channels: [ch1, IN9]}'),
    'Workers.scope.config.channels.1',
    ['There is no field IN9. Fields: ch1, ch2.'],
  ],
  [
    'a property without its condition',
    withPha('{prominence: 1}'),
    'Workers.pha',
    ['peak_heights of One needs the key height'],
  ],
  [
    'a property that no peak has',
    { buffers: [BUFFERS[0]!, `One: ${ONE.replace('peak_heights', 'peak_height')}`] },
    'Workers.pha',
    ['Did you mean peak_heights?'],
  ],
  [
    'a sink of another length',
    withWorker('more: {function: misc.copy, sources: [Wave], sinks: [One]}'),
    'Workers.more',
    ['Wave has 100 items an event, One 1'],
  ],
  [
    'a sink of other fields',
    withWorker('more: {function: misc.copy, sources: [Wave], sinks: [Other]}', {
      buffers: [...BUFFERS, `Other: ${WAVE.replace('ch2: f4', 'ch2: i2')}`],
    }),
    'Workers.more',
    ['the same data_dtype: {ch1: <f4, ch2: <f4}, not {ch1: <f4, ch2: <i2}'],
  ],
  [
    'an exporter of tables behind waveforms',
    withWorker('more: {function: exporters.csv, sources: [Wave]}'),
    'Workers.more',
    ['takes events of one item; Wave has 100'],
  ],
  [
    'a missing sink',
    withWorker('more: {function: misc.copy, sources: [Wave]}'),
    'Workers.more',
    ['at least 1 sink, not 0'],
  ],
  [
    'two processes for one file',
    withWorker('more: {function: data.export, sources: [Wave], number_of_processes: 2}'),
    'Workers.more',
    ['one file, which 2 processes cannot'],
  ],
  [
    'a display without counts',
    withWorker('show: {function: visualizers.histogram, observes: [One]}'),
    'Workers.show',
    ['no exporters.histogram counts One'],
  ],
  [
    'a display of no table',
    withWorker('show: {function: visualizers.csv, observes: [One], config: {bins: {peak_heights: [0, 1, 2]}}}'),
    'Workers.show',
    ['no exporters.csv writes the table One'],
  ],
  [
    'fields that an example’s function needs',
    withWorker('more: {file: functions.py, function: filter_data, sources: [One], sinks: [Other]}', {
      buffers: [...BUFFERS, `Other: ${ONE}`],
    }),
    'Workers.more',
    ['One lacks ch1; it has peak_heights'],
  ],
  [
    'a source for other fields',
    withWorker(
      'more: {function: importers.redpitaya.waveform, sinks: [Wave], config: {ip: a, sample_rate: 1, trigger_level: 1, number_of_samples_before_trigger: 1}}',
    ),
    'Workers.more',
    ['IN1 and IN2 as int16'],
  ],
])('%s is said', async (_kind, given, path, words) => {
  const { setup, diagnostics } = await load(given);
  const about = diagnostics.filter((diagnostic) => diagnostic.path === path).map(({ message }) => message);
  for (const word of words) expect(about.join('\n')).toContain(word);
  // mimoCoRB2 loads them; they are warnings, with a place.
  expect(setup).toBeDefined();
  for (const { severity, line } of diagnostics) expect([severity, line > 1]).toEqual(['warning', true]);
});

test.each<[kind: string, given: Given, path: string, words: readonly string[]]>([
  [
    'an unknown buffer',
    { workers: [PLAY, PHA.replace('[Wave]', '[Wav]'), END] },
    'Workers.pha.sources.0',
    ['There is no buffer Wav. Did you mean Wave?'],
  ],
  [
    'an unknown function',
    { workers: [PLAY, PHA, END.replace('drain', 'drian')] },
    'Workers.end.function',
    ['Did you mean exporters.drain?'],
  ],
  [
    'an unknown module',
    { workers: [PLAY, PHA, END.replace('exporters', 'exporter')] },
    'Workers.end.function',
    ['Did you mean exporters.drain?'],
  ],
  [
    'an unknown function of an example’s file',
    { workers: [PLAY, PHA, 'f: {file: functions.py, function: filter_dta, sources: [Wave], sinks: [Wave]}'] },
    'Workers.f.function',
    ['There is no function filter_dta in functions.py. Did you mean filter_data?'],
  ],
  [
    'a function that cannot run here',
    { workers: [PHA, END, 'pico: {function: importers.picoscope.source, sinks: [Wave]}'] },
    'Workers.pico.function',
    ["needs its maker's desktop software"],
  ],
  [
    'a Python file',
    withWorker('own: {file: own.py, function: f, sources: [One]}', { files: { 'own.py': 'def f(): pass' } }),
    'Workers.own.file',
    ['own.py is Python, which does not run here. Put own.js'],
  ],
  [
    'a module without the function',
    withWorker('own: {file: own.js, function: filter, sources: [One]}', {
      files: { 'own.js': 'export const filtre = () => 1;' },
    }),
    'Workers.own.function',
    ['own.js exports no function filter. Did you mean filtre?'],
  ],
  [
    'a missing module',
    withWorker('own: {file: own.js, function: f, sources: [One]}'),
    'Workers.own.file',
    ['There is no file own.js beside the setup.'],
  ],
  ['more memory than there is', { memoryBytes: 1000 }, 'Buffers.Wave.slot_count', ['Wave is the largest']],
  [
    'more processes than a buffer tells apart',
    { workers: [PLAY, PHA, END.replace('}', ', number_of_processes: 1_000_000_000}')] },
    'Workers.end.number_of_processes',
    ['The workers take 1000000002 threads, and there is room for 1024', 'end has the most'],
  ],
  [
    'more processes than there is memory for',
    { workers: [PLAY, PHA, END.replace('}', ', number_of_processes: 50}')], memoryBytes: 500e6 },
    'Workers.end.number_of_processes',
    ['The workers take 52 threads, and there is room for 50'],
  ],
  [
    'more memory than can be',
    { buffers: [`Wave: ${WAVE.replace('slot_count: 4', 'slot_count: 100_000_000')}`, BUFFERS[1]!] },
    'Buffers.Wave.slot_count',
    ['The buffers take 82.4'],
  ],
])('%s is an error', async (_kind, given, path, words) => {
  const { setup, diagnostics } = await load(given);
  expect(setup).toBeUndefined();
  const about = diagnostics.filter((diagnostic) => diagnostic.path === path);
  expect(about.map(({ severity }) => severity)).toEqual(['error']);
  for (const word of words) expect(about[0]!.message).toContain(word);
});

test('more processes than cores are told', async () => {
  const workers = [PLAY, PHA, END.replace('}', ', number_of_processes: 3}')];
  expect(await said({ workers, coreCount: 3 })).toEqual([]);
  expect(await said({ workers, coreCount: 2 })).toEqual([
    'Workers.end.number_of_processes: end has 3 processes, and this computer 2 processor cores. More processes than cores make it slower.',
  ]);
});

test('all are said at once, errors and what would only show in a run', async () => {
  const found = await said({
    workers: [
      PLAY.replace('[Wave]', '[Wav]'),
      PHA.replace('height', 'heigth'),
      'scope: {function: observers.oscilloscope, observes: [Wave], config: {ylims: [0, 1]}}',
    ],
  });
  const paths = ['Workers.play.sinks.0', 'Workers.pha.config.heigth', 'Workers.pha', 'Workers.scope.config.ylims'];
  expect(found.map((text) => text.split(': ')[0]).sort()).toEqual(paths.sort());
});

test('a key of a shared file is told only when none of the workers that take it knows it', async () => {
  const files = { 'shared.yaml': 'height: 1\nupdate_interval: 2\nheigth: 3\n' };
  const workers = [
    PLAY,
    PHA.replace('{height: 1}', 'shared.yaml'),
    'end: {function: exporters.drain, sources: [One]}',
    'scope: {function: observers.oscilloscope, observes: [Wave], config: shared.yaml}',
  ];
  const { diagnostics } = await load({ workers, files });
  expect(diagnostics.map(({ path, line }) => [path, line])).toEqual([['shared.yaml:heigth', 3]]);
  // Code of the setup's own may read any key.
  const own = 'own: {file: own.js, function: f, sources: [One], config: shared.yaml}';
  const withOwn = await said({ workers: [...workers, own], files: { ...files, 'own.js': 'export function f() {}' } });
  expect(withOwn).toEqual([]);
});

test('text that is not UTF-8 is refused, in the setup and beside it', async () => {
  const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const nothing = { readText: async () => undefined };
  const { setup, diagnostics } = await loadSetup(bytes('# Setup\n# f\xfcr\nBuffers: {}\nWorkers: {}\n'), nothing);
  expect(setup).toBeUndefined();
  expect(diagnostics).toEqual([expect.objectContaining({ severity: 'error', line: 2 })]);
  expect(diagnostics[0]!.message).toContain('not UTF-8');
});

test.each([
  ['export function make() {}', ['make']],
  ['export async function* make() {}\nexport const other = 1, more = 2;', ['make', 'other']],
  ['const a = 1;\nexport { a as make, a };', ['make', 'a']],
  ['// export function gone() {}\n/* export const gone = 1; */\nexport let make = 1;', ['make']],
  ["export * from './other.js';", undefined],
  ['export const { make } = tools;', undefined],
])('the exports of %j', async (source, names) => {
  const { exportedNames } = await import('../../../src/pipeline/setup/module-exports.ts');
  expect(exportedNames(source)).toEqual(names);
});

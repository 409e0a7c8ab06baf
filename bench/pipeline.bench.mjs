// Whole pipelines on real threads, beside mimoCoRB2 (importer process → buffer → drain, 128 slots): events per second at
// three event sizes with one and two readers, export to disk, and the muon chain. Without mimoCoRB2 its version 0.0.3 on a
// two-core machine stands in.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';
import { mimoRate } from './mimocorb2.mjs';

const REPEATS = 3;
const { Engine, createNodeEngineHost, loadSetup } = await import(
  pathToFileURL(await bundleForNode('bench/pipeline-entry.ts', 'pipeline-entry'))
);
const threadUrl = pathToFileURL(await bundleForNode('src/cli/thread.ts', 'pipeline-thread'));
const hooksUrl = pathToFileURL(await bundleForNode('src/cli/module-hooks.ts', 'module-hooks'));
const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const setupDirectory = join(ROOT, 'bench');

/** Runs a setup to its end; events per second between the first and the last event of the first buffer. */
async function run(text) {
  const { setup, diagnostics } = await loadSetup(text, {
    readText: async (path) => readFileSync(join(setupDirectory, path), 'utf8'),
  });
  if (!setup) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const runDirectory = mkdtempSync(join(tmpdir(), 'pulsebench-bench-'));
  const engine = new Engine(setup, createNodeEngineHost({ module, threadUrl, hooksUrl, runDirectory, setupDirectory }));
  engine.onLog.on(({ workerName, text: line }) => console.error(`${workerName}: ${line}`));
  let firstS;
  const timer = setInterval(() => {
    if (firstS === undefined && engine.status.buffers[0].eventCount > 0) firstS = engine.status.activeS;
  }, 1);
  await engine.finished;
  clearInterval(timer);
  const { buffers, activeS } = engine.status;
  rmSync(runDirectory, { recursive: true });
  return buffers[0].eventCount / (activeS - (firstS ?? 0));
}

async function medianRate(text) {
  const rates = [];
  for (let i = 0; i < REPEATS; i++) rates.push(await run(text));
  return median(rates);
}

/** Events of a rival's run: one to five seconds. */
const RIVAL_EVENTS = 100_000;

function chain({ fields, length, count, readers, exporter = 'exporters.drain', file = 'pipeline-functions.js' }) {
  return `
Buffers: {In: {slot_count: 128, data_length: ${length}, data_dtype: ${fields}}}
Workers:
  burst: {file: ${file}, function: burst, sinks: [In], config: {count: ${count}}}
  out: {function: ${exporter}, sources: [In], number_of_processes: ${readers}}
`;
}

function rivalOf(shape, published) {
  return mimoRate(published, chain({ ...shape, count: RIVAL_EVENTS, file: 'mimocorb2_functions.py' }));
}

const FOUR = '{chA: f4, chB: f4, chC: f4, chD: f4}';
// Published: events per second of mimoCoRB2 with 1 and with 2 readers.
const CASES = [
  {
    what: '26 B slots',
    fields: '{a: i2}',
    length: 1,
    count: 4_000_000,
    published: { 1: 65_700, 2: 68_200 },
    aim: '≥ 30 ×',
  },
  {
    what: '16 kB slots',
    fields: FOUR,
    length: 1000,
    count: 300_000,
    published: { 1: 42_100, 2: 38_800 },
    aim: '≥ 5 ×',
  },
  { what: '68 kB slots', fields: FOUR, length: 4250, count: 100_000, published: { 1: 24_200, 2: 24_200 } },
];

const rows = [];
for (const { what, published, aim, ...shape } of CASES) {
  for (const readers of [1, 2]) {
    const rate = await medianRate(chain({ ...shape, readers }));
    const bytes = shape.length * (shape.fields === FOUR ? 16 : 2) + 24;
    const rival = rivalOf({ ...shape, readers }, published[readers]);
    const note = `${round(rate / 1e6, 3)} M events/s, ${round((rate * bytes) / 1e9)} GB/s; mimoCoRB2 ${round(rival.rate, 0)}/s, ${rival.origin}`;
    rows.push({
      what: `importer → buffer → drain, ${what}, ${readers} reader(s)`,
      value: round(rate / rival.rate, 1),
      unit: '× mimoCoRB2',
      aim,
      note,
    });
  }
}
for (const { what, published, ...shape } of [
  { what: '16 kB slots', fields: FOUR, length: 1000, count: 30_000, published: 31_900 },
  { what: '68 kB slots', fields: FOUR, length: 4250, count: 8_000, published: 17_800 },
]) {
  const exporting = { ...shape, readers: 1, exporter: 'data.export' };
  const rate = await medianRate(chain(exporting));
  const rival = rivalOf(exporting, published);
  rows.push({
    what: `data.export to disk, ${what}`,
    value: round(rate / rival.rate),
    unit: '× mimoCoRB2',
    note: `${round(rate)} events/s; mimoCoRB2 ${round(rival.rate, 0)}/s, ${rival.origin}`,
  });
}

const PARAMETERS = ['1st', '2nd']
  .flatMap((pulse) =>
    ['chA', 'chB', 'chC', 'chD'].flatMap((c) => [
      `${pulse}_${c}_h: f4`,
      `${pulse}_${c}_p: i4`,
      `${pulse}_${c}_int: f4`,
    ]),
  )
  .join(', ');
const MUON_CONFIG = `{analogue_offset: -0.48, sample_time_ns: 4, pre_trigger_samples: 500, eventcount: 8000, sleeptime: 0, peak_minimal_prominence_initial: 90, peak_minimal_prominence_secondary: 35, peak_minimal_distance: 10, peak_minimal_width: 10, trigger_position_tolerance: 20, signatures: [[[+, +, '-', '-'], ['0', +, '-', '-']], [[+, +, '-', '-'], ['-', '-', +, '0']]], chA_scaling: 1, chB_scaling: 1, chC_scaling: 1, chD_scaling: 1}`;
const MUON = `
wave: &wave {slot_count: 128, data_length: 4250, data_dtype: ${FOUR}}
parameters: &parameters {slot_count: 32, data_length: 1, data_dtype: {decay_time: int32, ${PARAMETERS}}}
Buffers: {In: *wave, Out: *wave, Up: *parameters, Down: *parameters}
Workers:
  input: {file: simulate_source.py, function: simulate_source, sinks: [In], config: &c ${MUON_CONFIG}}
  filter: {file: lifetime_filter.py, function: calculate_decay_time, number_of_processes: 3, sources: [In], sinks: [Out, Up, Down], config: *c}
  save: {function: data.export, sources: [Out]}
  up: {function: exporters.csv, sources: [Up]}
  down: {function: exporters.csv, sources: [Down]}
`;
/** Published events per second of the reference's whole muon chain on two cores; and where it has the chain's modules. */
const MIMO_MUON_PER_S = 1200;
const MIMO_MUON_FOLDER = 'examples/muon/modules';
const muon = await medianRate(MUON);
const rivalMuon = mimoRate(MIMO_MUON_PER_S, MUON, MIMO_MUON_FOLDER);
rows.push({
  what: 'muon chain, 3 filter threads',
  value: round(muon / rivalMuon.rate),
  unit: '× mimoCoRB2',
  note: `${round(muon)} events/s, simulation included; mimoCoRB2 ${round(rivalMuon.rate, 0)}/s, ${rivalMuon.origin}`,
});

report('pipeline', 'pipelines (Node)', rows);

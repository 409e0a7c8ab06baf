// find_peaks beside SciPy on the same signals: noise (sigma 5) with exponential pulses of 50 to 500, one per 1000
// samples, and a ramp with a peak at every other sample. SciPy is measured in the same run where Python has it,
// otherwise the published figures of SciPy 1.10.1 stand in.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';

const { createWorkspace, PeakFinder } = await import(
  pathToFileURL(await bundleForNode('bench/core-entry.ts', 'core-entry'))
);
const LONG = 1_000_000;
const SHORT = 4096;
const RAMP = 100_001;

/** mulberry32, and normal deviates by Box and Muller. */
let state = 20_180_101;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const pulses = Float64Array.from({ length: LONG }, () => 5 * normal());
for (let start = 500; start < LONG; start += 1000) {
  const height = 50 + 450 * random();
  for (let i = 0; i < 400 && start + i < LONG; i++) pulses[start + i] += height * Math.exp(-i / 25);
}
const signals = {
  'long.f64': pulses,
  'long.i16': Int16Array.from(pulses, Math.round),
  'short.f64': pulses.slice(0, SHORT),
  'ramp.f64': Float64Array.from({ length: RAMP }, (_, i) => i + (i % 2) * 3),
};

/** aim: how many times faster; published: seconds of SciPy 1.10.1 (on another machine). */
const CASES = [
  { name: 'none, 1e6', signal: 'long.f64', args: {}, published: 3.5e-3 },
  { name: 'height, 1e6', signal: 'long.f64', args: { height: 30 }, aim: 2, published: 4.1e-3 },
  { name: 'height, 1e6 int16', signal: 'long.i16', args: { height: 30 }, published: 8.2e-3 },
  { name: 'distance, 1e6', signal: 'long.f64', args: { distance: 20 }, aim: 3, published: 35e-3 },
  { name: 'prominence, 1e6', signal: 'long.f64', args: { prominence: 30 }, published: 43e-3 },
  { name: 'prominence + width, 1e6', signal: 'long.f64', args: { prominence: 30, width: 3 }, aim: 4, published: 36e-3 },
  {
    name: 'prominence + width + wlen 300, 1e6',
    signal: 'long.f64',
    args: { prominence: 30, width: 3, wlen: 300 },
    published: 21e-3,
  },
  {
    name: 'height + prominence + width, 1e6',
    signal: 'long.f64',
    args: { height: 30, prominence: 30, width: 3 },
    published: 19e-3,
  },
  {
    name: 'prominence + distance 10 + width, 1e6',
    signal: 'long.f64',
    args: { prominence: 30, distance: 10, width: 3 },
    published: 49e-3,
  },
  { name: 'ramp, prominence, 1e5', signal: 'ramp.f64', args: { prominence: 1 }, aim: 100, published: 1.3 },
  { name: 'height, 4096', signal: 'short.f64', args: { height: 30 }, aim: 1, published: 10.1e-6 },
  {
    name: 'prominence + width, 4096',
    signal: 'short.f64',
    args: { prominence: 30, width: 3 },
    aim: 1,
    published: 74e-6,
  },
  {
    name: 'prominence + distance 10 + width, 4096',
    signal: 'short.f64',
    args: { prominence: 30, distance: 10, width: 3 },
    published: 63e-6,
  },
].map((entry) => ({
  ...entry,
  dtype: entry.signal.endsWith('i16') ? 'int16' : 'float64',
  repeats: entry.signal.startsWith('ramp') ? 3 : 15,
  calls: entry.signal.startsWith('short') ? 500 : 1,
}));

const folder = join(ROOT, 'build', 'bench', 'find-peaks');
mkdirSync(folder, { recursive: true });
for (const [name, samples] of Object.entries(signals)) writeFileSync(join(folder, name), samples);
writeFileSync(join(folder, 'cases.json'), JSON.stringify(CASES));

const python = spawnSync('python3', [join(ROOT, 'bench', 'find-peaks.py'), folder], { encoding: 'utf8' });
const scipy = python.status === 0 ? JSON.parse(python.stdout) : undefined;

const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const workspace = createWorkspace(module, PeakFinder.reservedBytes(LONG) + 64 * 2 ** 20);
const finder = new PeakFinder(workspace, LONG);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function measure({ args, calls, repeats }, samples) {
  let found = finder.find(samples, args);
  for (let i = 0; i < 5 * calls; i++) found = finder.find(samples, args);
  const times = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    for (let call = 0; call < calls; call++) finder.find(samples, args);
    times.push((performance.now() - start) / 1000 / calls);
  }
  return { seconds: median(times), peakCount: found.peaks.length };
}

const show = (seconds) => (seconds < 1e-3 ? `${(seconds * 1e6).toFixed(1)} µs` : `${(seconds * 1e3).toFixed(2)} ms`);
const rows = [];
for (const entry of CASES) {
  const copied = signals[entry.signal];
  const own = measure(entry, copied);
  const rival = scipy?.results[entry.name];
  if (rival && rival.peakCount !== own.peakCount)
    throw new Error(`${entry.name}: ${own.peakCount} peaks, SciPy finds ${rival.peakCount}`);
  let inPlace = '';
  if (entry.dtype === 'float64') {
    const region = workspace.arena.reserve('signal', copied.byteLength);
    const samples = new Float64Array(workspace.core.memory.buffer, region.address, copied.length);
    samples.set(copied);
    inPlace = `; ${show(measure(entry, samples).seconds)} on samples already in the core's memory`;
    workspace.arena.release(region);
  }
  const rivalSeconds = rival?.seconds ?? entry.published;
  const rivalName = scipy ? `SciPy ${scipy.version}` : 'SciPy 1.10.1, published figure';
  rows.push({
    what: entry.name,
    value: Number((rivalSeconds / own.seconds).toPrecision(3)),
    unit: '× SciPy',
    aim: entry.aim ? `≥ ${entry.aim}` : undefined,
    note: `${show(own.seconds)} beside ${show(rivalSeconds)} (${rivalName})${inPlace}`,
  });
}
for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit} (${note})`);
writeFileSync(join(ROOT, 'build', 'bench', 'find-peaks.json'), JSON.stringify({ name: 'find_peaks', rows }, null, 1));

// Filling a spectrum of 4095 bins with 1e7 int16 values, beside numpy.histogram with the same edges (measured in the
// same run where Python has NumPy, otherwise the published figure); and one value at a time, beside mimoCoRB2.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';

const { createWorkspace, Histogram } = await import(
  pathToFileURL(await bundleForNode('bench/core-entry.ts', 'core-entry'))
);
const COUNT = 10_000_000;
const SINGLE_COUNT = 1_000_000;
const REPEATS = 9;
/** Seconds of NumPy 1.24 on a two-core machine, and of mimoCoRB2's histogram exporter per value. */
const NUMPY_SECONDS = 0.4;
const MIMO_SECONDS_PER_VALUE = 11e-6;

let state = 20_180_101;
const values = Int16Array.from({ length: COUNT }, () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state >>> 20;
});
const folder = join(ROOT, 'build', 'bench');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'histogram.i16'), values);
const python = spawnSync('python3', [join(ROOT, 'bench', 'histogram.py'), join(folder, 'histogram.i16')], {
  encoding: 'utf8',
});
const numpy = python.status === 0 ? JSON.parse(python.stdout) : undefined;

const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const histogram = new Histogram(createWorkspace(module, 2 ** 20), { min: 0, max: 4095, edgeCount: 4096 });
function seconds(work) {
  work();
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return times.toSorted((a, b) => a - b)[REPEATS >> 1];
}
const filled = seconds(() => histogram.fill(values));
const single = seconds(() => {
  for (let i = 0; i < SINGLE_COUNT; i++) histogram.add(values[i]);
});
const rival = numpy?.seconds ?? NUMPY_SECONDS;
const rows = [
  {
    what: '1e7 int16 into 4095 bins',
    value: Math.round(COUNT / filled / 1e6),
    unit: 'M fills/s',
    note: `${(rival / filled).toFixed(1)} × numpy.histogram (${numpy ? `NumPy ${numpy.version}` : 'published figure'})`,
  },
  {
    what: 'one value per call into 4095 bins',
    value: Math.round(SINGLE_COUNT / single / 1e6),
    unit: 'M fills/s',
    note: `${Math.round((SINGLE_COUNT * MIMO_SECONDS_PER_VALUE) / single)} × mimoCoRB2's exporter (11 µs, published figure)`,
  },
];
for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit} (${note})`);
writeFileSync(join(folder, 'histogram.json'), JSON.stringify({ name: 'histogram', rows }, null, 1));

// One-pass mean, variance, minimum and maximum over 10^7 samples. Rivals in the same run: a plain JavaScript loop
// that does the same (Welford), and NumPy's four passes where python3 has it.
import { spawnSync } from 'node:child_process';
import { createInstance, loadCore, medianSeconds, report, round } from './measure.mjs';

const COUNT = 10_000_000;
const REPEATS = 11;
/** GS/s of NumPy's four passes over f32, on the two-core machine of the reference figures. */
const NUMPY_REFERENCE = 0.8;

const core = await loadCore();
const { instance, arena } = createInstance(core, 128 * 2 ** 20);
const { exports, memory } = instance;
const { address } = arena.reserve('samples', COUNT * 8);
const record = arena.reserve('record', core.STATS_BYTES).address;

const floats = new Float32Array(memory.buffer, address, COUNT);
const fillFloats = () => {
  for (let i = 0; i < COUNT; i++) floats[i] = 3 + Math.sin(i * 0.001) + ((i * 7919) % 1000) / 1e5;
};

function plainLoop(samples) {
  let [count, mean, m2, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i];
    if (Number.isNaN(x)) continue;
    count++;
    const deviation = x - mean;
    mean += deviation / count;
    m2 += deviation * (x - mean);
    if (x < min) min = x;
    if (x > max) max = x;
  }
  return { count, mean, m2, min, max };
}

const gsPerS = (run) => COUNT / medianSeconds(REPEATS, run) / 1e9;
const reduce = (run) => () => {
  exports.statsClear(record);
  run();
};

fillFloats();
const f32 = gsPerS(reduce(() => exports.statsF32(record, address, COUNT)));
const plain = gsPerS(() => plainLoop(floats));
for (let i = 0; i < COUNT; i += 101) floats[i] = NaN;
const f32Missing = gsPerS(reduce(() => exports.statsF32(record, address, COUNT)));
new Float64Array(memory.buffer, address, COUNT).fill(1.5);
const f64 = gsPerS(reduce(() => exports.statsF64(record, address, COUNT)));
const bytes = new Uint8Array(memory.buffer, address, COUNT * 2);
for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7919) >> 3;
const i16 = gsPerS(reduce(() => exports.statsI16(record, address, COUNT)));
const u8 = gsPerS(reduce(() => exports.statsU8(record, address, COUNT)));
const u4 = gsPerS(reduce(() => exports.statsU4(record, address, 0, COUNT)));
const u1 = gsPerS(reduce(() => exports.statsU1(record, address, 0, COUNT)));

const numpyProgram = `
import time, numpy
x = (3 + numpy.sin(numpy.arange(${COUNT}) * 0.001)).astype(numpy.float32)
runs = []
for _ in range(${REPEATS}):
    start = time.perf_counter()
    x.mean(); x.var(); x.min(); x.max()
    runs.append(time.perf_counter() - start)
print(${COUNT} / sorted(runs)[${REPEATS} // 2] / 1e9)
`;
const numpy = spawnSync('python3', ['-c', numpyProgram], { encoding: 'utf8' });
const numpyRate = numpy.status === 0 ? Number(numpy.stdout) : undefined;
const rival = numpyRate
  ? `${round(f32 / numpyRate, 1)} × NumPy's four passes in the same run (${round(numpyRate)} GS/s)`
  : `${round(f32 / NUMPY_REFERENCE, 1)} × NumPy's published 0.8 GS/s (no NumPy here)`;

const row = (what, value, note, aim) => ({ what, value: round(value), unit: 'GS/s', note, ...(aim ? { aim } : {}) });
report('reductions', 'reductions: mean, variance, min, max in one pass over 10^7 samples', [
  row('f32', f32, `${rival}; ${round(f32 / plain, 1)} × a plain JavaScript loop (${round(plain)})`, '≥ 1'),
  row('f32, 1 % missing', f32Missing, 'NaN left out'),
  row('f64', f64),
  row('i16', i16),
  row('u8', u8),
  row('u4, packed', u4),
  row('u1, packed', u1),
]);

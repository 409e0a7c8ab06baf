// The stream ring: latency of a summary of 1000 columns at several zooms over a full history, and of exact statistics.
import { createInstance, loadCore, medianSeconds, report, round } from './measure.mjs';

const CAPACITY = 60_000_000;
const COLUMNS = 1000;
const REPEATS = 101;
const CHUNK = 1_000_000;

const core = await loadCore();
const { instance, arena } = createInstance(core, 512 * 2 ** 20);
const signals = [
  { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: 2e6 },
  { id: 'gpi', name: 'gpi', unit: '', dtype: 'u1', sampleRateHz: 2e6 },
];
const ring = core.StreamRing.create(instance, arena, { signals, capacitySamples: CAPACITY });
const source = arena.reserve('source', CHUNK * 4).address;
const floats = new Float32Array(instance.memory.buffer, source, CHUNK);
for (let i = 0; i < CHUNK; i++) floats[i] = Math.sin(i * 0.001) + ((i * 7919) % 1000) / 1e5;
for (let done = 0; done < CAPACITY * 1.3; done += CHUNK) ring.append([source, source], CHUNK);

const rows = [];
const length = ring.endSample - ring.startSample;
for (const [zoom, increment, signal] of [
  ['full history', Math.floor(length / COLUMNS), 0],
  ['full history, u1', Math.floor(length / COLUMNS), 1],
  ['1/10', Math.floor(length / COLUMNS / 10), 0],
  ['1/100', Math.floor(length / COLUMNS / 100), 0],
  ['100 samples per column', 100, 0],
  ['3 samples per column', 3, 0],
]) {
  let shift = 0;
  const seconds = medianSeconds(REPEATS, () => {
    // A new place each time, as while panning.
    shift = (shift + 7919) % Math.max(1, length - increment * COLUMNS);
    ring.summary(signal, { start: ring.startSample + shift, increment, count: COLUMNS });
  });
  rows.push({
    what: `summary, 1000 columns, ${zoom} (${increment} samples each)`,
    value: round(seconds * 1e3, 3),
    unit: 'ms',
    aim: '≤ 0.2',
    note: `history of ${round(length / 1e6, 0)} M samples per signal`,
  });
}
const { startSample, endSample } = ring;
rows.push({
  what: 'exact statistics over the full history',
  value: round(medianSeconds(REPEATS, () => ring.statistics(0, startSample + 1, endSample - 1)) * 1e6, 1),
  unit: 'µs',
});
report('stream-ring', 'stream ring: 1000 columns from a live history', rows);

// JLS readers in Node over files on disk: opening, 1000 columns at full, mid and deep zoom, the figures of a long span
// (from stored summaries, and exactly from all samples), and the small increments of JLS v1. Cold = a reader that was just opened (the operating system may have the
// file in its cache); warm = the same request again.
import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';
import { librarySeconds } from './jls-c-library.mjs';

const V2_SAMPLES = 125_000_000;
const V1_SAMPLES = 250_000_000;
const COLUMNS = 1000;
const REPEATS = 7;
/** Samples per question where every sample is read. */
const CALL_SAMPLES = 2 ** 20;
/** pyjoulescope 1.5.0 on a two-core machine, points per second below its row size. */
const V1_REFERENCE_POINTS_PER_S = 10_000;

const jls = await import(pathToFileURL(await bundleForNode('bench/jls-read.ts', 'jls-read')));
const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const folder = join(ROOT, 'build', 'bench');
mkdirSync(folder, { recursive: true });

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const round = (value) => Number(value.toPrecision(3));

function writeV2(path) {
  const sink = new jls.WriteFile(path);
  const writer = new jls.JlsWriter(jls.createWorkspace(module, 8 * 2 ** 20), sink);
  writer.defineSource({ sourceId: 1, name: 'bench' });
  const call = Float32Array.from({ length: 50_000 }, (_, i) => Math.sin(i * 0.01) + (i % 17) * 0.001);
  for (const signalId of [1, 2]) {
    writer.defineSignal({
      signalId,
      sourceId: 1,
      dtype: 'f32',
      sampleRateHz: 2_000_000,
      name: `s${signalId}`,
      unit: 'A',
    });
  }
  for (let at = 0; at < V2_SAMPLES; at += call.length)
    for (const signalId of [1, 2]) writer.writeSamples(signalId, at, call);
  writer.close();
  sink.close();
}

function writeV1(path) {
  const sink = new jls.WriteFile(path);
  const writer = new jls.JlsV1Writer(jls.createWorkspace(module, 8 * 2 ** 20), sink, {
    dataFormat: 'raw',
    sampleRateHz: 2_000_000,
  });
  const words = new Uint16Array(200_000);
  for (let i = 0; i < words.length; i += 2) {
    words[i] = ((4000 + (i % 997)) << 2) | ((i / 20_000) & 1);
    words[i + 1] = ((8000 + (i % 101)) << 2) | (i & 2 ? 2 : 0);
  }
  const bytes = new Uint8Array(words.buffer);
  for (let at = 0; at < V1_SAMPLES; at += words.length / 2) writer.writeWords(bytes, 0);
  writer.close();
  sink.close();
}

/** Milliseconds of `request` on a fresh reader and, after that, again. */
async function measure(path, open, request) {
  const cold = [];
  const warm = [];
  const opened = [];
  let reads = 0;
  for (let i = 0; i < REPEATS; i++) {
    const file = new jls.ReadFile(path);
    const workspace = jls.createWorkspace(module, 4 * 2 ** 20);
    const start = performance.now();
    const reader = await open(file, workspace);
    opened.push(performance.now() - start);
    reads = file.readCount;
    for (const times of [cold, warm]) {
      const before = performance.now();
      await request(reader.store);
      times.push(performance.now() - before);
    }
    reader.close();
    file.close();
  }
  return { open: median(opened), cold: median(cold), warm: median(warm), reads };
}

/** Milliseconds to read the file from start to end, a megabyte at a time, and do nothing with it. */
function plainReadMs(path) {
  const file = openSync(path, 'r');
  const buffer = new Uint8Array(2 ** 20);
  const start = performance.now();
  while (readSync(file, buffer) > 0);
  const ms = performance.now() - start;
  closeSync(file);
  return ms;
}

/** Every sample of both signals, beside the C library on the same file, in turn. */
async function compareReading() {
  const own = [];
  const library = [];
  for (let i = 0; i < REPEATS; i++) {
    library.push(librarySeconds('read', v2));
    const file = new jls.ReadFile(v2);
    const start = performance.now();
    const reader = await jls.openJlsV2(file, jls.createWorkspace(module, 4 * 2 ** 20));
    for (const signalId of ['1', '2'])
      for (let at = 0; at < V2_SAMPLES; at += CALL_SAMPLES)
        await reader.store.samples(signalId, at, Math.min(V2_SAMPLES, at + CALL_SAMPLES));
    own.push((performance.now() - start) / 1000);
    reader.close();
    file.close();
  }
  const rate = (2 * V2_SAMPLES) / median(own) / 1e6;
  const what = 'JLS v2, 1.04 GB: every sample of both signals';
  if (library[0] === undefined) {
    rows.push({
      what,
      value: round(rate),
      unit: 'M samples/s',
      note: 'JLS_LIBRARY names no C library to compare with',
    });
    return;
  }
  const rival = (2 * V2_SAMPLES) / median(library) / 1e6;
  const note = `${round(rate)} M samples/s beside ${round(rival)} in the same run, checksums tested by both`;
  rows.push({ what, value: round(rate / rival), unit: '× the C library', aim: '≥ 0.5', note });
}

const rows = [];
const zooms = (signalId, samples, increments) =>
  increments.map(([what, increment]) => [
    what,
    (store) =>
      store.summary({ signalId, start: Math.min(12_345, samples - increment * COLUMNS), increment, count: COLUMNS }),
  ]);

async function bench(what, path, open, requests) {
  for (const [index, [name, request]] of requests.entries()) {
    const { open: openMs, cold, warm, reads } = await measure(path, open, request);
    if (index === 0) rows.push({ what: `${what}: open`, value: round(openMs), unit: 'ms', note: `${reads} reads` });
    rows.push({ what: `${what}: ${name}, cold`, value: round(cold), unit: 'ms', aim: '≤ 50' });
    rows.push({ what: `${what}: ${name}, warm`, value: round(warm), unit: 'ms', aim: '≤ 10' });
  }
}

const v2 = join(folder, 'bench-v2.jls');
writeV2(v2);
await bench('JLS v2, 1.04 GB', v2, jls.openJlsV2, [
  ...zooms('1', V2_SAMPLES, [
    ['1000 columns, full', V2_SAMPLES / COLUMNS],
    ['1000 columns, mid (12 500 per column)', 12_500],
    ['1000 columns, deep (1250)', 1250],
    ['1000 columns, samples (127)', 127],
  ]),
  [
    'quick figures of an unaligned long span',
    (store) => store.summary({ signalId: '1', start: 12_345, increment: V2_SAMPLES - 12_345 - 6789, count: 1 }),
  ],
]);
{
  const request = (store) => store.statistics('1', 12_345, V2_SAMPLES - 6789);
  const { cold, warm } = await measure(v2, jls.openJlsV2, request);
  const plain = median(Array.from({ length: REPEATS }, () => plainReadMs(v2)));
  await compareReading();
  rows.push({
    what: 'JLS v2, 1.04 GB: statistics of an unaligned long span, cold',
    value: round(V2_SAMPLES / cold / 1000),
    unit: 'M samples/s',
    note: `${round(cold)} ms for one of two signals; a plain read of the whole file takes ${round(plain)} ms`,
  });
  rows.push({
    what: 'JLS v2, 1.04 GB: statistics of an unaligned long span, warm',
    value: round(warm),
    unit: 'ms',
    aim: '≤ 10',
  });
}
rmSync(v2);

const v1 = join(folder, 'bench-v1.jls');
writeV1(v1);
await bench('JLS v1 raw, 1 GB', v1, jls.openJlsV1, [
  ...zooms('current', V1_SAMPLES, [
    ['1000 columns, full', V1_SAMPLES / COLUMNS],
    ['1000 columns, mid (5000 per column)', 5000],
    ['1000 columns, deep (12)', 12],
  ]),
  ['statistics of an unaligned long span', (store) => store.statistics('current', 12_345, V1_SAMPLES - 6789)],
]);
for (const increment of [200, 2000]) {
  const count = 2_000_000 / increment;
  const request = (store) => store.summary({ signalId: 'current', start: 1_000_001, increment, count });
  const { cold, warm } = await measure(v1, jls.openJlsV1, request);
  for (const [how, ms] of [
    ['cold', cold],
    ['warm', warm],
  ]) {
    const rate = count / (ms / 1000);
    rows.push({
      what: `JLS v1: 1 s at increment ${increment}, ${how}`,
      value: round(rate / 1e6),
      unit: 'M points/s',
      aim: '≥ 1',
      note: `${Math.round(rate / V1_REFERENCE_POINTS_PER_S)} × the reference (10 000/s, published figure); ${round(ms)} ms`,
    });
  }
}
rmSync(v1);

rows.push({
  what: 'peak memory of this process, writing included',
  value: Math.round(process.resourceUsage().maxRSS / 1024),
  unit: 'MiB',
  note: 'files of 1 GB',
});
for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit}${note ? ` (${note})` : ''}`);
writeFileSync(join(folder, 'jls-read.json'), JSON.stringify({ name: 'JLS read', rows }, null, 1));

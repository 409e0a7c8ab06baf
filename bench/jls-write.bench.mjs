// JLS v2 writer: samples per second to memory in Node and in Chromium, beside a plain copy of the same bytes; and to a
// file, beside the C library writing the same file in the same run (jls-c-library.mjs).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT } from '../scripts/run.mjs';
import { LIBRARY_SAMPLES, librarySeconds } from './jls-c-library.mjs';
import { median } from './measure.mjs';

/** jetperch/jls 0.17.0 on a two-core machine, two f32 signals in calls of 20 000 samples, one thread. */
const C_LIBRARY_SAMPLES_PER_S = 262e6;

/** Samples per call, as in jls-c-library.c. */
const FILE_CALL_SAMPLES = 50_000;
const FILE_REPEATS = 3;

const bundle = await bundleForNode('bench/jls-write.ts', 'jls-write');
const wasm = readFileSync(join(ROOT, 'build', 'core.wasm'));

async function inChromium() {
  const files = {
    '/': ['text/html', '<!doctype html><title>bench</title>'],
    '/bench.mjs': ['text/javascript', readFileSync(bundle)],
    '/core.wasm': ['application/wasm', wasm],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? ['text/plain', ''];
    response.writeHead(200, {
      'content-type': type,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(async () => {
      const { measureWrite } = await import('/bench.mjs');
      return measureWrite(await WebAssembly.compileStreaming(fetch('/core.wasm')));
    });
  } finally {
    await browser.close();
    server.close();
  }
}

const { measureWrite } = await import(pathToFileURL(bundle));
const results = { Node: measureWrite(new WebAssembly.Module(wasm)), Chromium: await inChromium() };
const rows = Object.entries(results).map(([where, { samplesPerS, copyBytesPerS }]) => ({
  what: `two f32 signals to memory, ${where}`,
  value: Math.round(samplesPerS / 1e6),
  unit: 'M samples/s',
  aim: '≥ 131',
  note: `to memory, so not beside the C library, which writes files; a plain copy: ${Math.round(copyBytesPerS / 4e6)}`,
}));

const jls = await import(pathToFileURL(await bundleForNode('bench/jls-read.ts', 'jls-read')));
mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
const path = join(ROOT, 'build', 'bench', 'bench-write.jls');

/** Seconds to write the file that jls-c-library.c writes. */
function writeFileSeconds() {
  const startMs = performance.now();
  const sink = new jls.WriteFile(path);
  const writer = new jls.JlsWriter(jls.createWorkspace(new WebAssembly.Module(wasm), 8 * 2 ** 20), sink);
  const wave = Float32Array.from({ length: FILE_CALL_SAMPLES }, (_, i) => Math.sin(i * 0.01) + (i % 17) * 0.001);
  writer.defineSource({ sourceId: 1, name: 'bench' });
  for (const signalId of [1, 2])
    writer.defineSignal({ signalId, sourceId: 1, dtype: 'f32', sampleRateHz: 2e6, name: `s${signalId}`, unit: 'A' });
  for (let at = 0; at < LIBRARY_SAMPLES; at += wave.length)
    for (const signalId of [1, 2]) writer.writeSamples(signalId, at, wave);
  writer.close();
  sink.close();
  return (performance.now() - startMs) / 1000;
}

const own = [];
const library = [];
for (let i = 0; i < FILE_REPEATS; i++) {
  library.push(librarySeconds('write', path));
  own.push(writeFileSeconds());
}
rmSync(path);
const samplesPerS = (2 * LIBRARY_SAMPLES) / median(own);
const isMeasured = library[0] !== undefined;
const rivalPerS = isMeasured ? (2 * LIBRARY_SAMPLES) / median(library) : C_LIBRARY_SAMPLES_PER_S;
rows.push({
  what: 'two f32 signals to a file of 1.04 GB, Node',
  value: Number((samplesPerS / rivalPerS).toPrecision(3)),
  unit: '× the C library',
  aim: '≥ 0.5',
  note: `${Math.round(samplesPerS / 1e6)} M samples/s beside ${Math.round(rivalPerS / 1e6)} (${isMeasured ? 'in the same run' : 'published figure'})`,
});
for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit} (${note})`);
mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
writeFileSync(join(ROOT, 'build', 'bench', 'jls-write.json'), JSON.stringify({ name: 'JLS v2 write', rows }, null, 1));

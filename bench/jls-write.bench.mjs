// JLS v2 writer: samples per second to memory in Node and in Chromium, beside the C library's published figure and
// a plain copy of the same bytes in the same run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT } from '../scripts/run.mjs';

/** jetperch/jls 0.17.0 on a two-core machine, two f32 signals in calls of 20 000 samples, one thread. */
const C_LIBRARY_SAMPLES_PER_S = 262e6;

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
  note: `${(samplesPerS / C_LIBRARY_SAMPLES_PER_S).toFixed(2)} × the C library (262, published figure); a plain copy: ${Math.round(copyBytesPerS / 4e6)}`,
}));
for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit} (${note})`);
mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
writeFileSync(join(ROOT, 'build', 'bench', 'jls-write.json'), JSON.stringify({ name: 'JLS v2 write', rows }, null, 1));

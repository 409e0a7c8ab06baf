// A 1 GB JLS v2 file on the private file system of Chromium: writing, opening, and 1000 columns at full, mid and deep
// zoom, with a reader that was just opened and again. The limits are what a viewer may take.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT } from '../scripts/run.mjs';
import { report, round } from './measure.mjs';

const WORKER = `
import { measureOpfs } from '/bench.mjs';
WebAssembly.compileStreaming(fetch('/core.wasm')).then(measureOpfs).then(
  (times) => postMessage({ times }),
  (error) => postMessage({ error: String(error) }),
);`;
const files = {
  '/': ['text/html', '<!doctype html><title>bench</title>'],
  '/worker.mjs': ['text/javascript', WORKER],
  '/bench.mjs': ['text/javascript', readFileSync(await bundleForNode('bench/jls-opfs.ts', 'jls-opfs'))],
  '/core.wasm': ['application/wasm', readFileSync(join(ROOT, 'build', 'core.wasm'))],
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
// A profile on the disk: a private window keeps its files in memory.
const profile = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: findChromium(),
  args: CHROMIUM_ARGS,
});
try {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const { times, error } = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker('/worker.mjs', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
      }),
  );
  if (error) throw new Error(error);
  const size = `${round(times.fileBytes / 1e9)} GB`;
  report('jls-opfs', 'JLS v2 on OPFS (Chromium)', [
    {
      what: `write ${size}`,
      value: Math.round(times.writeMBPerS),
      unit: 'MB/s',
      note: 'through the disk, closed and flushed',
    },
    { what: `open ${size}`, value: round(times.openMs), unit: 'ms' },
    ...times.zooms.flatMap(({ name, coldMs, warmMs }) => [
      {
        what: `1000 columns, ${name}, cold`,
        value: round(coldMs),
        unit: 'ms',
        aim: '≤ 50',
        note: 'reader just opened',
      },
      { what: `1000 columns, ${name}, warm`, value: round(warmMs), unit: 'ms', aim: '≤ 10' },
    ]),
  ]);
} finally {
  await context.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}

// Files of 1 GB on the private file system of Chromium: writing, opening, 1000 columns at full, mid and deep zoom, and
// the figures of nearly everything, quick and exact, with a reader that was just opened and again. The limits are what
// a viewer may take; exact figures of a file that was not looked at before read all of it.
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
const REQUESTS = {
  draft: '1000 columns, full, as a view asks: what is there first',
  quick: 'quick figures of an unaligned long span',
  exact: 'statistics of an unaligned long span',
};
const files = {
  '/': ['text/html', '<!doctype html><title>bench</title>'],
  '/worker.mjs': ['text/javascript', WORKER],
  '/bench.mjs': ['text/javascript', readFileSync(await bundleForNode('bench/opfs.ts', 'opfs'))],
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
        worker.onerror = (event) => resolve({ error: event.message || 'the worker did not load' });
      }),
  );
  if (error) throw new Error(error);
  report(
    'opfs',
    'files of 1 GB on OPFS (Chromium)',
    times.flatMap(({ name, writeMBPerS, openMs, plainReadMs, sampleCount, requests }) => [
      { what: `${name}: write`, value: Math.round(writeMBPerS), unit: 'MB/s', note: 'to the disk, flushed' },
      { what: `${name}: open`, value: round(openMs), unit: 'ms' },
      {
        what: `${name}: all bytes read and thrown away`,
        value: round(plainReadMs),
        unit: 'ms',
        note: '8 MB at a time',
      },
      ...requests.flatMap(({ what, coldMs, warmMs }) => {
        // JLS v1 answers from its stored rows; the others read every sample.
        const isExact = what === 'exact' && !name.startsWith('JLS v1');
        const request = REQUESTS[what] ?? `1000 columns, ${what}`;
        const cold = isExact
          ? {
              value: round(sampleCount / coldMs / 1000),
              unit: 'M samples/s',
              note: `${round(coldMs)} ms; a plain read of the whole file takes ${round(plainReadMs)} ms`,
            }
          : { value: round(coldMs), unit: 'ms', aim: '≤ 50', note: 'reader just opened' };
        return [
          { what: `${name}: ${request}, cold`, ...cold },
          { what: `${name}: ${request}, warm`, value: round(warmMs), unit: 'ms', aim: '≤ 10' },
        ];
      }),
    ]),
  );
} finally {
  await context.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}

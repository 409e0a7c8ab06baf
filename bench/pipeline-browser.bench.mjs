// data.export in the built page: an importer that is never short of events, a buffer, and the file on the private file
// system of Chromium. Beside mimoCoRB2 (without it, its version 0.0.3 on a two-core machine) writing to a disk, and beside a plain write of the same bytes in the same run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT, runBin } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';
import { mimoRate } from './mimocorb2.mjs';

const REPEATS = 3;
const DURATION_S = 2;
const FLUSH_INTERVAL_S = 1;
const BLOCK_BYTES = 2 ** 20;
// Published: events per second of mimoCoRB2 with data.export.
const CASES = [
  { what: '16 kB slots', length: 1000, published: 31_900 },
  { what: '68 kB slots', length: 4250, published: 17_800 },
];

/**
 * Runs in a worker: so many bytes in blocks of a megabyte through a synchronous handle, flushed every second as
 * data.export does, and at the end. Answers with bytes per second, the last flush included.
 */
const PLAIN = `onmessage = async ({ data: { byteCount, flushS, blockBytes } }) => {
  const root = await navigator.storage.getDirectory();
  const handle = await (await root.getFileHandle('plain', { create: true })).createSyncAccessHandle();
  const block = new Uint8Array(blockBytes).fill(7);
  const start = performance.now();
  let at = 0, flushed = start, now = start;
  while (at < byteCount) {
    at += handle.write(block, { at });
    now = performance.now();
    if (now - flushed < 1000 * flushS) continue;
    handle.flush();
    flushed = now;
  }
  handle.flush();
  const seconds = (performance.now() - start) / 1000;
  handle.close();
  await root.removeEntry('plain');
  postMessage(at / seconds);
};`;

/** Events of a rival's run: some seconds. */
const RIVAL_EVENTS = 50_000;

const OURS = `file: pipeline-functions.js, function: timedBurst, config: {seconds: ${DURATION_S}}`;
const RIVALS = `file: mimocorb2_functions.py, function: burst, config: {count: ${RIVAL_EVENTS}}`;
const setup = ({ length }, source = OURS) => `
Buffers: {In: {slot_count: 128, data_length: ${length}, data_dtype: {chA: f4, chB: f4, chC: f4, chD: f4}}}
Workers:
  burst: {${source}, sinks: [In]}
  save: {function: data.export, sources: [In]}
`;

runBin('vite', ['build', '--logLevel', 'warn']);
const app = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const plain = createServer((request, response) => {
  response.writeHead(200, { 'content-type': request.url === '/plain.js' ? 'text/javascript' : 'text/html' });
  response.end(request.url === '/plain.js' ? PLAIN : '<!doctype html><title>bench</title>');
});
await new Promise((resolve) => plain.listen(0, '127.0.0.1', resolve));
// A profile on the disk: a private window keeps its files in memory.
const profile = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: findChromium(),
  args: CHROMIUM_ARGS,
});

/** Bytes per second of the plain write. */
async function writePlainly(byteCount) {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${plain.address().port}/`);
  const bytesPerS = await page.evaluate(
    (options) =>
      new Promise((resolve, reject) => {
        const worker = new Worker('/plain.js');
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = () => reject(new Error('the worker did not load'));
        worker.postMessage(options);
      }),
    { byteCount, flushS: FLUSH_INTERVAL_S, blockBytes: BLOCK_BYTES },
  );
  await page.close();
  return bytesPerS;
}

/** Events through the page: how many, and seconds from the first until the run has ended and its file is closed. */
async function runPipeline(shape) {
  const page = await context.newPage();
  await page.goto(app.resolvedUrls.local[0]);
  await page.locator('lab-app nav').waitFor();
  await page.evaluate(
    ([text, code]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'setup.yaml'));
      transfer.items.add(new File([code], 'pipeline-functions.js'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [setup(shape), readFileSync(join(ROOT, 'bench', 'pipeline-functions.js'), 'utf8')],
  );
  const bar = page.locator('lab-pipeline-bar');
  await bar.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  await bar.getByText('Ended').waitFor();
  const endedAtMs = Date.now();
  await page.getByRole('tab', { name: 'Logs' }).click();
  const line = await page.getByText(/^burst: \{/).textContent();
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('runs', { recursive: true }));
  await page.close();
  const { count, startedAtMs } = JSON.parse(line.slice(line.indexOf('{')));
  return { count, seconds: (endedAtMs - startedAtMs) / 1000 };
}

try {
  const rows = [];
  for (const { what, published, ...shape } of CASES) {
    const recordBytes = 16 * shape.length + 24;
    const rates = [];
    const plainRates = [];
    for (let i = 0; i < REPEATS; i++) {
      const { count, seconds } = await runPipeline(shape);
      rates.push(count / seconds);
      plainRates.push((await writePlainly(count * recordBytes)) / recordBytes);
    }
    const rival = mimoRate(published, setup(shape, RIVALS));
    const [rate, plainRate] = [median(rates), median(plainRates)];
    rows.push({
      what: `data.export to OPFS, ${what}`,
      value: round(rate / rival.rate),
      unit: '× mimoCoRB2',
      note: `${round(rate, 0)} events/s, ${round((rate * recordBytes) / 1e6, 0)} MB/s; mimoCoRB2 to disk ${round(rival.rate, 0)}/s, ${rival.origin}; a plain OPFS write of these bytes ${round(plainRate, 0)}/s`,
    });
    rows.push({
      what: `the same, beside a plain OPFS write`,
      value: round((100 * rate) / plainRate, 0),
      unit: '%',
      note: what,
    });
  }
  report('pipeline-browser', 'pipelines (Chromium)', rows);
} finally {
  await context.close();
  plain.close();
  await app.close();
  rmSync(profile, { recursive: true, force: true });
}

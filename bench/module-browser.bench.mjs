// A user's module in its box, in the built page: a source in a box into a built-in reader; a built-in source into a reader
// in a box, which begins when the buffer is full, so that it alone sets the pace; and a source in a box into a reader in
// a box. Beside them the limit of any such way, in the same run: bare buffers out of a frame like the module's, and into it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT, runBin } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const REPEATS = 3;
const DURATION_S = 2;
/** The built-in source has filled its buffer by then. */
const FILL_S = 5;
const METADATA_BYTES = 24;
const CASES = [
  { what: '26 B slots', slots: 4096, many: 2 ** 20, kind: 'i', itemBytes: 2, length: 1, aim: '≥ 300000' },
  // 500 MB/s of 16 024 bytes.
  { what: '16 kB slots', slots: 128, many: 8192, kind: 'f', itemBytes: 4, length: 4000, aim: '≥ 31203' },
];

const sourceInBox = `file: module-functions.js, function: burst, config: {seconds: ${DURATION_S}}`;
const sourceOfFile = 'function: data.clocked_importer, config: {filename: events.mimo, rate: 1.0e+9}';
const readerInBox = (waitS) => `file: module-functions.js, function: look, config: {waitS: ${waitS}}`;
const setup = ({ kind, itemBytes, length }, slots, source, reader) => `
Buffers: {In: {slot_count: ${slots}, data_length: ${length}, data_dtype: {x: ${kind}${itemBytes}}}}
Workers:
  source: {${source}, sinks: [In]}
  reader: {${reader}, sources: [In]}
`;

/** Bytes of such a frame's way, as the product posts a full batch. */
const PLAIN_BYTES = 2 ** 20;
const PLAIN_IN_FLIGHT = 4;

/** Runs in the page: bytes per second of buffers that a frame's worker makes (`out`), or looks at (`into`). */
async function postPlainly({ direction, byteCount, inFlight, seconds }) {
  const far = `onmessage = ({ ports: [port] }) => {
    port.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) return port.postMessage(new Uint8Array(data)[0]);
      const buffer = new ArrayBuffer(data);
      new Uint8Array(buffer).fill(7);
      port.postMessage(buffer, [buffer]);
    };
    port.postMessage('ready');
  };`;
  const near = `onmessage = ({ data: { direction, byteCount, inFlight, seconds }, ports: [port] }) => {
    const memory = new Uint8Array(new SharedArrayBuffer(byteCount)).fill(7);
    const ask = () => {
      if (direction === 'out') return port.postMessage(byteCount);
      const buffer = new ArrayBuffer(byteCount);
      new Uint8Array(buffer).set(memory);
      port.postMessage(buffer, [buffer]);
    };
    let start, answers = 0;
    port.onmessage = ({ data }) => {
      if (data === 'ready') {
        start = performance.now();
        for (let i = 0; i < inFlight; i++) ask();
        return;
      }
      if (data instanceof ArrayBuffer) memory.set(new Uint8Array(data));
      answers++;
      const passed = (performance.now() - start) / 1000;
      if (passed < seconds) ask();
      else postMessage((answers * byteCount) / passed);
    };
  };`;
  const script = `addEventListener('message', ({ data, ports }) => {
    new Worker(URL.createObjectURL(new Blob([data]))).postMessage(0, ports);
  });`;
  const policy = "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:";
  const frame = document.createElement('iframe');
  frame.sandbox.add('allow-scripts');
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${script}</script>`;
  document.body.append(frame);
  await new Promise((resolve) => frame.addEventListener('load', resolve));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(URL.createObjectURL(new Blob([near])));
  worker.postMessage({ direction, byteCount, inFlight, seconds }, [port1]);
  frame.contentWindow.postMessage(far, '*', [port2]);
  return new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data), { once: true }));
}

const { encodeMimoHeader, packedStruct, scalarDtype, STANDARD_METADATA } = await import(
  pathToFileURL(await bundleForNode('bench/mimo-entry.ts', 'mimo-entry'))
);
const moduleText = readFileSync(join(ROOT, 'bench', 'module-functions.js'), 'utf8');
runBin('vite', ['build', '--logLevel', 'warn']);
const app = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const plain = createServer((_request, response) => {
  response.writeHead(200, {
    'content-type': 'text/html',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  response.end('<!doctype html><title>bench</title><body>');
});
await new Promise((resolve) => plain.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });

/** Events per second that the module called `worker` saw. `file` is the recording that the setup plays back. */
async function rateOf(text, worker, file) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(app.resolvedUrls.local[0]);
  await page.locator('lab-app nav').waitFor();
  await page.evaluate(
    ([yaml, code, recording]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([yaml], 'setup.yaml'));
      transfer.items.add(new File([code], 'module-functions.js'));
      if (recording) {
        const { header, recordBytes, dataBytes, count } = recording;
        const records = new Uint8Array(recordBytes * count);
        for (let at = 0; at < records.length; at += recordBytes) records.fill(7, at, at + dataBytes);
        transfer.items.add(new File([Uint8Array.from(header), records], 'events.mimo'));
      }
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [text, moduleText, file],
  );
  const bar = page.locator('lab-pipeline-bar');
  await bar.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  await bar.getByText('Ended').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  const line = await page.getByText(new RegExp(`^${worker}: \\{`)).textContent();
  await page.context().close();
  const { count, seconds } = JSON.parse(line.slice(line.indexOf('{')));
  return count / seconds;
}

/** As many events as the buffer takes. */
function recordingOf({ kind, itemBytes, length, many }) {
  const dataDtype = packedStruct([{ name: 'x', dtype: scalarDtype(kind, itemBytes, '<') }]);
  const header = encodeMimoHeader({
    dataDtype,
    dataLength: length,
    metadataDtype: STANDARD_METADATA,
    metadataLength: 1,
  });
  const dataBytes = itemBytes * length;
  return { header: [...header], dataBytes, recordBytes: dataBytes + METADATA_BYTES, count: many };
}

async function plainRate(direction) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${plain.address().port}/`);
  const options = { direction, byteCount: PLAIN_BYTES, inFlight: PLAIN_IN_FLIGHT, seconds: DURATION_S };
  const bytesPerS = await page.evaluate(postPlainly, options);
  await page.context().close();
  return bytesPerS;
}

try {
  const rows = [];
  const plainRates = { out: [], into: [] };
  for (const shape of CASES) {
    const { what, slots, many, aim } = shape;
    const rates = { out: [], into: [], both: [] };
    for (let i = 0; i < REPEATS; i++) {
      rates.out.push(await rateOf(setup(shape, slots, sourceInBox, 'function: exporters.drain'), 'source'));
      const filled = setup(shape, many, sourceOfFile, readerInBox(FILL_S));
      rates.into.push(await rateOf(filled, 'reader', recordingOf(shape)));
      rates.both.push(await rateOf(setup(shape, slots, sourceInBox, readerInBox(0)), 'reader'));
      for (const direction of ['out', 'into']) plainRates[direction].push(await plainRate(direction));
    }
    const bytes = shape.itemBytes * shape.length + METADATA_BYTES;
    const row = (name, values, note) => {
      const rate = median(values);
      const bytesPerS = `${round((rate * bytes) / 1e6, 0)} MB/s`;
      return { what: `${name}, ${what}`, value: round(rate, 0), unit: 'events/s', note: `${bytesPerS}, ${note}` };
    };
    rows.push(
      { ...row('source in a box → exporters.drain', rates.out, `${slots} slots`), aim },
      { ...row('full buffer → reader in a box', rates.into, `${many} slots`), aim },
      row('source in a box → reader in a box', rates.both, `${slots} slots, each event through two walls`),
    );
  }
  for (const [direction, what] of [
    ['out', 'the limit: bare buffers of 1 MiB out of such a frame'],
    ['into', 'the limit: bare buffers of 1 MiB into such a frame'],
  ]) {
    rows.push({ what, value: round(median(plainRates[direction]) / 1e6, 0), unit: 'MB/s' });
  }
  report('module-browser', 'modules in their box (Chromium)', rows);
} finally {
  await browser.close();
  plain.close();
  await app.close();
}

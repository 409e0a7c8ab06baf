// Files of some 300 MB in the built page, from the drop on: until anything of them is drawn, until all of it is, and until
// the exact figures stand beside it; beside a plain read of all their bytes in the same page. The same table of text with
// its figures in Node beside pandas. In turns; the files are in the system's cache.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT, runBin } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const ROUNDS = Number(process.env.OPEN_BENCH_ROUNDS ?? 3);
const TABLE_ROWS = 8_600_000;
const ROWS_PER_WRITE = 20_000;
const MIMO_BYTES = 300e6;
const MIMO_SAMPLES = 4250;
const READ_BYTES = 8 * 2 ** 20;

runBin('vite', ['build', '--logLevel', 'warn']);
const ours = await import(pathToFileURL(await bundleForNode('bench/open-files-entry.ts', 'open-files-entry')));
const core = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const paths = Object.fromEntries(['CSV', 'HDF5', '.mimo'].map((kind) => [kind, join(folder, `file-${kind}`)]));
const python = (...args) => spawnSync('python3', [join(ROOT, 'bench', 'open_files.py'), ...args], { encoding: 'utf8' });

/** A time every 2 µs, a current and a voltage with noise: nine decimals each. */
function writeTable(path) {
  const file = openSync(path, 'w');
  writeSync(file, 'time (s),current (A),voltage (V)\n');
  let seed = 1;
  const noise = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  for (let row = 0; row < TABLE_ROWS; row += ROWS_PER_WRITE) {
    const lines = Array.from({ length: ROWS_PER_WRITE }, (_, i) => {
      const current = 1e-3 * Math.sin((row + i) * 1e-5) + 1e-4 * noise();
      return `${((row + i) * 2e-6).toFixed(9)},${current.toFixed(9)},${(3.3 + 0.01 * noise()).toFixed(9)}\n`;
    });
    writeSync(file, lines.join(''));
  }
  closeSync(file);
}

/** Four channels of f32. */
function writeMimo(path) {
  const f4 = ours.scalarDtype('f', 4, '<');
  const dataDtype = ours.packedStruct(['chA', 'chB', 'chC', 'chD'].map((name) => ({ name, dtype: f4 })));
  const metadataDtype = ours.STANDARD_METADATA;
  const layout = { dataDtype, dataLength: MIMO_SAMPLES, metadataDtype, metadataLength: 1 };
  const samples = Float32Array.from({ length: 4 * MIMO_SAMPLES }, (_, i) => Math.sin(i * 0.01));
  const file = openSync(path, 'w');
  writeSync(file, ours.encodeMimoHeader(layout));
  for (let record = 0; record < MIMO_BYTES / samples.byteLength; record++) {
    writeSync(file, samples);
    writeSync(file, ours.encodeMetadata(BigInt(record), 1.76e9 + record, 0));
  }
  closeSync(file);
}

/** Runs on the page: an element by its name, in whatever shadow it is. */
function installFindElement() {
  globalThis.findElement = (root, name) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === name) return element;
      const found = element.shadowRoot && globalThis.findElement(element.shadowRoot, name);
      if (found) return found;
    }
    return undefined;
  };
  const input = document.createElement('input');
  input.type = 'file';
  input.id = 'bench-file';
  document.body.append(input);
}

/**
 * Runs on the page: waits until the service worker has kept all files of the build. That it does at the first visit only, and
 * it takes both processors for seconds.
 */
async function untilKept() {
  let count = 0;
  for (let stillSince = performance.now(); count === 0 || performance.now() - stillSince < 2000; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const caches = await globalThis.caches.keys();
    const kept = await Promise.all(
      caches.map(async (name) => (await (await globalThis.caches.open(name)).keys()).length),
    );
    const now = kept.reduce((sum, size) => sum + size, 0);
    if (now !== count) stillSince = performance.now();
    count = now;
  }
}

/** Runs on the page: reads all bytes in a worker and throws them away. */
function plainRead(pieceBytes) {
  const read = async ({ data: [file, bytes] }) => {
    const startMs = performance.now();
    for (let at = 0; at < file.size; at += bytes) await file.slice(at, at + bytes).arrayBuffer();
    postMessage(performance.now() - startMs);
  };
  const worker = new Worker(URL.createObjectURL(new Blob([`onmessage = ${read}`])));
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.postMessage([document.querySelector('#bench-file').files[0], pieceBytes]);
  });
}

/** Runs on the page: hands the chosen file on as a drop and waits for its pictures and figures. */
async function openDropped() {
  const transfer = new DataTransfer();
  transfer.items.add(document.querySelector('#bench-file').files[0]);
  const startMs = performance.now();
  window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
  const times = {};
  const drawn = async (name) => {
    if (times[name] !== undefined) return;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times[name] = performance.now() - startMs;
  };
  while (times.figuresMs === undefined) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const plot = globalThis.findElement(document, 'lab-waveform-plot');
    const traces = (plot?.lanes ?? []).flatMap((lane) => (lane.isOptional ? [] : lane.traces));
    if (traces.some(({ detail }) => detail.picture)) await drawn('firstMs');
    if (traces.length === 0 || plot.isPart) continue;
    if (!traces.every(({ detail }) => detail.picture?.isDraft === false)) continue;
    await drawn('fullMs');
    const figures = [...(plot.scene?.figures.values() ?? [])];
    if (figures.length > 0 && figures.every(({ isApproximate }) => !isApproximate)) await drawn('figuresMs');
  }
  return times;
}

/** MB of memory that are the share of the page's process; NaN where the system does not tell. */
async function processMb(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const files = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => `/proc/${id}/smaps_rollup`);
  const sizes = files.filter(existsSync).map((path) => Number(/^Pss: +(\d+) kB/m.exec(readFileSync(path, 'utf8'))[1]));
  return sizes.length > 0 ? (Math.max(...sizes) * 1024) / 1e6 : Number.NaN;
}

async function measureInPage(address, path) {
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    await page.goto(address);
    await page.locator('lab-app nav').waitFor();
    await page.evaluate(untilKept);
    await page.evaluate(installFindElement);
    await page.locator('#bench-file').setInputFiles(path);
    const plainMs = await page.evaluate(plainRead, READ_BYTES);
    const beforeMb = await processMb(browser);
    const times = await page.evaluate(openDropped);
    return { ...times, plainMs, grownMb: (await processMb(browser)) - beforeMb };
  } finally {
    await browser.close();
  }
}

async function measureInNode(path) {
  const file = new ours.NodeFile(path);
  const read = await ours.readWithFigures(file, core);
  file.close();
  return read;
}

const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
try {
  writeTable(paths.CSV);
  writeMimo(paths['.mimo']);
  const hasHdf5 = python('hdf5', paths.HDF5).status === 0;
  if (!hasHdf5) console.error('No h5py: there is no HDF5 file to open.');
  const kinds = Object.keys(paths).filter((kind) => kind !== 'HDF5' || hasHdf5);
  const inPage = Object.fromEntries(kinds.map((kind) => [kind, []]));
  const inNode = [];
  for (let i = 0; i < ROUNDS; i++) {
    for (const kind of kinds) inPage[kind].push(await measureInPage(server.resolvedUrls.local[0], paths[kind]));
    const read = await measureInNode(paths.CSV);
    const { status, stdout } = python('csv', paths.CSV);
    const rival = status === 0 ? JSON.parse(stdout) : undefined;
    if (rival && (read.count !== rival.count || Math.abs(read.mean / rival.mean - 1) > 1e-6)) {
      throw new Error(`The figures differ: ${read.count} ${read.mean}, ${rival.count} ${rival.mean}`);
    }
    inNode.push({ read, rival });
  }
  const rows = kinds.flatMap((kind) => {
    const middle = (name) => median(inPage[kind].map((times) => times[name]));
    const best = (name) => round(Math.min(...inPage[kind].map((times) => times[name])), 0);
    const what = `${kind} of ${round(statSync(paths[kind]).size / 1e6, 0)} MB`;
    const plain = `a plain read of it takes ${round(middle('plainMs'), 0)} ms in the same page`;
    const firstNote =
      kind === 'CSV'
        ? 'its beginning, which says that it is no more, in a page whose files are all kept'
        : 'what is there first';
    const row = (end, name, aim, note) => ({
      what: `${what}: ${end}`,
      value: round(middle(name), 0),
      unit: 'ms',
      aim,
      note,
    });
    return [
      row('first picture', 'firstMs', '≤ 500', `${firstNote}; ${plain}, best of ${ROUNDS}: ${best('firstMs')} ms`),
      row('full picture', 'fullMs', '', `${round(middle('fullMs') / middle('plainMs'), 1)} × the plain read`),
      row(
        'exact figures beside it',
        'figuresMs',
        '',
        `${round(middle('figuresMs') / middle('plainMs'), 1)} × the plain read`,
      ),
      ...(Number.isNaN(middle('grownMb'))
        ? []
        : [
            {
              what: `${what}: growth of the page’s memory`,
              value: round(middle('grownMb'), 0),
              unit: 'MB',
              aim: '',
              note: 'proportional share of its process, after the figures',
            },
          ]),
    ];
  });
  if (inNode.every(({ rival }) => rival)) {
    const middle = (of) => median(inNode.map(of));
    rows.push({
      what: `CSV of ${round(statSync(paths.CSV).size / 1e6, 0)} MB in Node: read with the exact figures of both signals`,
      value: round(middle(({ read, rival }) => rival.seconds / read.seconds)),
      unit: '× pandas',
      aim: '≥ 1',
      note: `${round(middle(({ read }) => read.seconds))} s beside ${round(middle(({ rival }) => rival.seconds))} s of pandas ${inNode[0].rival.version}, C engine, with the same figures, in turns`,
    });
  }
  report('open-files', 'opening files in the page (Chromium)', rows);
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

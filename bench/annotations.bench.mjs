// A file with 100 000 annotations on the built page: from the drop to the picture with its marks, and the time between
// frames while the wheel zooms. The same file without annotations stands beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT, runBin } from '../scripts/run.mjs';
import { report, round } from './measure.mjs';

const COUNT = 100_000;
const ZOOM_STEPS = 300;
const OPEN_LIMIT_MS = 1000;
const FRAME_MS = 1000 / 60;

runBin('vite', ['build', '--logLevel', 'warn']);
const { annotatedFile } = await import(
  pathToFileURL(await bundleForNode('bench/annotations-entry.ts', 'annotations-entry'))
);
const core = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });

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
}

/** Runs on the page: hands the chosen file on as a drop and waits until its marks are there and drawn. */
async function openDropped(markCount) {
  const input = document.querySelector('#bench-file');
  const transfer = new DataTransfer();
  transfer.items.add(input.files[0]);
  const startMs = performance.now();
  window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const plot = globalThis.findElement(document, 'lab-waveform-plot');
    const { markers = [], notes = [] } = plot?.scene?.state ?? {};
    const isDrawn = plot?.lanes[0]?.traces[0]?.detail.picture !== undefined;
    if (isDrawn && markers.length + notes.length >= markCount) break;
  }
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - startMs;
}

/** Runs on the page: one wheel step in every frame, in and out again; milliseconds between the frames. */
async function zoomFrames(steps) {
  const plot = globalThis.findElement(document, 'lab-waveform-plot').shadowRoot.querySelector('.plot');
  const { left, top, width, height } = plot.getBoundingClientRect();
  const frames = [];
  let last = await new Promise((resolve) => requestAnimationFrame(resolve));
  for (let i = 0; i < steps; i++) {
    const deltaY = Math.floor(i / 50) % 2 === 0 ? -25 : 25;
    plot.dispatchEvent(
      new WheelEvent('wheel', { deltaY, clientX: left + width / 2, clientY: top + height / 2, cancelable: true }),
    );
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    frames.push(now - last);
    last = now;
  }
  return frames;
}

const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];

async function measure(kind) {
  const path = join(folder, `${kind}.jls`);
  writeFileSync(path, annotatedFile(core, kind, COUNT));
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.goto(server.resolvedUrls.local[0]);
  await page.locator('lab-app nav').waitFor();
  await page.evaluate(installFindElement);
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = 'bench-file';
    document.body.append(input);
  });
  await page.locator('#bench-file').setInputFiles(path);
  const openMs = await page.evaluate(openDropped, { none: 0, notes: COUNT, pairs: COUNT / 2 }[kind]);
  const frames = await page.evaluate(zoomFrames, ZOOM_STEPS);
  await context.close();
  return { openMs, frames };
}

try {
  const plain = await measure('none');
  const rows = [];
  for (const [kind, name] of [
    ['notes', '100 000 notes'],
    ['pairs', '50 000 pairs of markers'],
  ]) {
    const { openMs, frames } = await measure(kind);
    rows.push(
      {
        what: `${name}: open`,
        value: round(openMs, 0),
        unit: 'ms',
        aim: `≤ ${OPEN_LIMIT_MS}`,
        note: `${round(openMs / OPEN_LIMIT_MS)} of the limit; ${round(plain.openMs, 0)} ms without any`,
      },
      {
        what: `${name}: time between frames while zooming, 95 %`,
        value: round(quantile(frames, 0.95), 1),
        unit: 'ms',
        aim: `≤ ${round(FRAME_MS, 1)}`,
        note: `worst ${round(Math.max(...frames), 1)} ms; without any ${round(quantile(plain.frames, 0.95), 1)} and ${round(Math.max(...plain.frames), 1)} ms`,
      },
    );
  }
  report('annotations', 'annotations', rows);
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

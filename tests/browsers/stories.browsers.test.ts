// The stories of the built page in browsers other than Chromium. `npm run test:browsers` installs them.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { BRIDGE_URL } from '../../src/base/bridge-address.ts';
import { DIST, keptFiles } from '../support/built-files.ts';
import { FILE_KINDS, type FileKind } from '../support/file-kinds.ts';
import { nextBuild } from '../support/next-build.ts';
import { StaticHost } from '../support/static-host.ts';
import { FIREFOX, FIREFOX_PRIVATE, WEBKIT_LIKE_SAFARI, WEBKIT_STOCK } from './browsers.ts';
import type { DrivenBrowser } from './driven-browser.ts';
import { expectCurrent, expectDigits, openFile, startOwnModule, startSimulator } from './stories.ts';
import { StoryPage } from './story-page.ts';

/** Threads on shared memory, without a file. */
const FILELESS_SETUP = `
Buffers:
  Traces: {slot_count: 500, data_length: 100, data_dtype: {ch1: f4}}
  Heights: {slot_count: 500, data_length: 1, data_dtype: {pulse_height: f4}}
Workers:
  source: {file: functions.py, function: simulate_osc, sinks: [Traces]}
  heights: {file: functions.py, function: calculate_pulse_heights, sources: [Traces], sinks: [Heights], number_of_processes: 2}
  drain: {function: exporters.drain, sources: [Heights]}
  scope: {function: observers.oscilloscope, observes: [Traces]}
`;

/** A worker that tries to reach each address, and says whether it may make code of text. */
const PROBE = `
onmessage = async ({ data: urls }) => {
  for (const url of urls) {
    try {
      if (url.startsWith('http')) await fetch(url, { mode: 'no-cors' });
      else await new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onerror = socket.onclose = resolve;
        setTimeout(resolve, 3000);
      });
    } catch {}
  }
  let evaluated = 'shut';
  try { evaluated = new Function('return "open"')(); } catch {}
  postMessage(evaluated);
};`;

const kindNamed = (name: string): FileKind => FILE_KINDS.find((kind) => kind.name === name)!;

describe.each([FIREFOX, FIREFOX_PRIVATE, WEBKIT_LIKE_SAFARI, WEBKIT_STOCK])('$name', (kind) => {
  const { hasSharedMemory, hasPrivateFiles, canRecord, hasBoxes } = kind;
  let browser: DrivenBrowser;
  let page: StoryPage;

  beforeAll(async () => {
    browser = await kind.open();
    page = new StoryPage(browser);
  });

  afterAll(() => browser?.close());

  test('each thing that it cannot do is said in one sentence', async () => {
    await page.visit(inject('baseUrl'));
    const notices = await page.texts('lab-banners li');
    const wanted = [
      ...(hasSharedMemory
        ? []
        : [/^This browser has no shared memory for threads, so instruments, recording and runs/]),
      /^This browser has no WebUSB, so real instruments cannot be connected/,
      ...(hasPrivateFiles ? [] : [/^This browser has no private file system, .* so nothing can be recorded/]),
    ];
    expect(notices).toEqual(wanted.map((words) => expect.stringMatching(words)));
    expect(await page.problems()).toEqual([]);
  });

  test.skipIf(hasSharedMemory)('there is no instrument to start', async () => {
    await page.visit(inject('baseUrl'));
    expect(await page.texts('lab-live-view button')).not.toContain('Start');
    expect(await page.problems()).toEqual([]);
  });

  test.skipIf(hasSharedMemory && hasPrivateFiles)('the pipeline says why nothing can run', async () => {
    await page.visit(inject('baseUrl'));
    await page.show('pipeline');
    const reason = hasSharedMemory ? 'no private file system' : 'no shared memory for threads';
    await expect.poll(() => page.text('lab-pipeline-view [role=status]')).toContain(reason);
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(hasSharedMemory)('a simulated JS110: start, zoom, mark', async () => {
    await page.visit(inject('baseUrl'));
    await startSimulator(page);
    const span = () => page.value('Span of the view');
    const whole = await span();
    await page.zoomIn('lab-waveform-plot', 4);
    await expect.poll(span, { timeout: 20_000 }).not.toBe(whole);
    await page.press('d');
    await page.untilNamed('lab-marker-panel [role=group]', '^Figures at marker');
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(canRecord)('a recording: made, listed, opened', async () => {
    await page.visit(inject('baseUrl'));
    await startSimulator(page);
    await page.click('button', '^Record$');
    await expect.poll(() => page.text('lab-record-control .time'), { timeout: 30_000 }).toMatch(/00:0[2-9]|0:0[2-9]/);
    await page.click('button', '^Stop recording');
    await page.show('files');
    await expect.poll(() => page.text('lab-recording-list'), { timeout: 20_000 }).toContain('Finished');
    await page.click('lab-recording-list button', '^Open ');
    await page.untilNamed('lab-file-panel lab-waveform-plot [role=img]', '.');
    await expectCurrent(page);
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(hasPrivateFiles && !canRecord)('a recording that cannot be made says why', async () => {
    await page.visit(inject('baseUrl'));
    await startSimulator(page);
    await page.click('button', '^Record$');
    await expect.poll(() => page.text('lab-toasts')).toContain('lets no thread write into them');
    expect(await page.problems()).toEqual([]);
  });

  test.each(FILE_KINDS)('$name has digits in its lanes', async (file) => {
    await page.visit(inject('baseUrl'));
    await openFile(page, file, await file.bytes());
    await expectDigits(page, file);
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(hasSharedMemory && hasPrivateFiles)('a setup that writes no file: started, seen, ended', async () => {
    await page.visit(inject('baseUrl'));
    await page.drop({ 'setup.yaml': new TextEncoder().encode(FILELESS_SETUP) });
    await page.click('lab-pipeline-bar button', '^Start$');
    await page.untilNamed('[role=img]', '^scope: event [0-9]', 30_000);
    await page.click('button', 'Shut down roots');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 30_000 }).toContain('Ended');
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(hasBoxes && hasPrivateFiles)("a module of one's own: agreed to, seen, ended", async () => {
    await page.visit(inject('baseUrl'));
    await startOwnModule(page);
    // The filter lets every other event through.
    await page.untilNamed('[role=img]', '^scope: event [0-9]*[02468]$', 30_000);
    await page.click('button', 'Shut down roots');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 30_000 }).toContain('Ended');
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(!hasBoxes && hasPrivateFiles)("a module of one's own that cannot run is told why", async () => {
    await page.visit(inject('baseUrl'));
    await startOwnModule(page);
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 30_000 }).toContain('Failed');
    expect(await page.text('lab-pipeline-view')).toContain('this browser starts no thread in the box of a module');
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(canRecord)('muons: started, seen, ended', async () => {
    await page.visit(inject('baseUrl'));
    await page.show('pipeline');
    await page.click('lab-pipeline-view button', 'Muon lifetime');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 20_000 }).toContain('Running');
    await page.untilNamed('[role=img]', '^scope_input: event [0-9]', 60_000);
    await page.untilNamed('[role=img]', '^Histogram histogram_up.* [1-9][0-9]* entries', 60_000);
    await page.click('button', 'Shut down roots');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 60_000 }).toContain('Ended');
    expect(await page.problems()).toEqual([]);
  });

  test.runIf(hasPrivateFiles && !canRecord)('muons: seen, and why no file of the run can be written', async () => {
    await page.visit(inject('baseUrl'));
    await page.show('pipeline');
    await page.click('lab-pipeline-view button', 'Muon lifetime');
    await page.untilNamed('[role=img]', '^scope_input: event [0-9]', 60_000);
    await expect.poll(() => page.text('lab-pipeline-view')).toContain('lets no thread write into them');
    await page.click('button', 'Shut down roots');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 60_000 }).toContain('Failed');
    expect(await page.problems()).toEqual([]);
  });

  test('an export is downloaded, and opens with the same digits', async () => {
    const file = kindNamed('JLS v2');
    await page.visit(inject('baseUrl'));
    await openFile(page, file, await file.bytes());
    await page.click('lab-file-panel button', '^Export');
    await page.click('lab-export-dialog button', '^Download$');
    await expect.poll(() => page.text('lab-export-dialog'), { timeout: 20_000 }).toContain('is written.');
    const downloaded = () => readdirSync(browser.downloads).filter((name) => name.endsWith('.jls'));
    await expect.poll(downloaded).toHaveLength(1);
    await page.visit(inject('baseUrl'));
    await openFile(page, file, readFileSync(join(browser.downloads, downloaded()[0]!)));
    await expectDigits(page, file);
    expect(await page.problems()).toEqual([]);
  });

  test('offline after one visit, HDF5 included', async () => {
    const host = new StaticHost(DIST);
    const address = await host.start();
    await page.visit(address);
    const missing = () =>
      browser.run(async (files) => {
        const kept = await Promise.all(files.map((file) => caches.match(`./${file}`)));
        return files.filter((_, index) => !kept[index]);
      }, keptFiles());
    await expect.poll(() => missing().catch(String), { timeout: 60_000 }).toEqual([]);
    await host.stop();
    await page.visit(address);
    expect(await browser.run(() => crossOriginIsolated)).toBe(true);
    const file = kindNamed('HDF5');
    await openFile(page, file, await file.bytes());
    await expectDigits(page, file);
    expect(await page.problems()).toEqual([]);
  });

  test('a worker reaches the bridge and nothing else elsewhere, on a host without headers', async () => {
    const heard: string[] = [];
    const listen = async (port: number, name: string) => {
      const server = createServer((request, response) => {
        heard.push(`${name} ${request.url}`);
        response.end();
      });
      server.on('upgrade', (request, socket) => {
        heard.push(`${name} ${request.url}`);
        socket.destroy();
      });
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
      return server;
    };
    const bridge = await listen(Number(new URL(BRIDGE_URL).port), 'bridge');
    const spy = await listen(0, 'spy');
    const host = new StaticHost(DIST);
    host.overrides.set('probe.js', PROBE);
    try {
      await page.visit(await host.start());
      const evaluated = await browser.run(
        (spyHost, bridgeUrl) =>
          new Promise<string>((resolve) => {
            const worker = new Worker('./probe.js');
            worker.onmessage = ({ data }) => resolve(data as string);
            worker.postMessage([`ws://${spyHost}/socket`, `http://${spyHost}/fetch`, `${bridgeUrl}/tcp`]);
          }),
        `127.0.0.1:${(spy.address() as AddressInfo).port}`,
        BRIDGE_URL,
      );
      expect(evaluated).toBe('shut');
      expect(heard).toEqual(['bridge /tcp']);
    } finally {
      await host.stop();
      bridge.close();
      spy.close();
    }
  });

  test('a new version is taken, and the files of the old one go', async () => {
    const next = nextBuild('feedfacefeedface');
    const host = new StaticHost(DIST);
    try {
      await page.visit(await host.start());
      const cacheNames = () => browser.run(() => caches.keys()).catch(() => []);
      await expect.poll(cacheNames).toHaveLength(1);
      host.folder = next;
      await browser.run(async () => void (await (await navigator.serviceWorker.ready).update()));
      await page.click('lab-toasts button', '^Reload$');
      await expect.poll(cacheNames, { timeout: 30_000 }).toEqual([expect.stringContaining('feedfacefeedface')]);
    } finally {
      await host.stop();
      rmSync(next, { recursive: true, force: true });
    }
  });
});

// A module that tries every door by name, in the built page. Each door is a piece of code in the module that says what
// it got; whatever is not shut is named by the test.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { BlobAccess } from '../../src/storage/blob-access.ts';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { eventCounts, runState, saveZip } from '../support/pipeline-page.ts';

/** Hears whether anything came through; its address stands for the whole network. */
let spy: Server;
let spyUrl: string;
const heard: string[] = [];
let app: BuiltApp;

beforeAll(async () => {
  spy = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.writeHead(200, {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'content-type': 'text/javascript',
    });
    response.end('self.loaded = true; export const loaded = true;');
  });
  spy.on('upgrade', (request, socket) => {
    heard.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
  spyUrl = `http://127.0.0.1:${(spy.address() as AddressInfo).port}`;
});

afterAll(() => spy.close());

beforeEach(async () => {
  heard.length = 0;
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow' });
});

afterEach(() => app.close());

/**
 * Code of a door: its value, or what it resolves with, is what it got; nothing (`undefined`, `null`, an empty list), a
 * throw, a rejection or five seconds without an answer mean that it is shut. SPY and HOME are addresses.
 */
const DOORS: Readonly<Record<string, string>> = {
  'the USB bus through its prototype': byPrototype('WorkerNavigator', 'usb'),
  'serial ports through their prototype': byPrototype('WorkerNavigator', 'serial'),
  'HID devices through their prototype': byPrototype('WorkerNavigator', 'hid'),
  'Bluetooth through its prototype': byPrototype('WorkerNavigator', 'bluetooth'),
  'storage through its prototype': byPrototype('WorkerNavigator', 'storage'),
  'locks through their prototype': byPrototype('WorkerNavigator', 'locks'),
  'storage buckets through their prototype': byPrototype('WorkerNavigator', 'storageBuckets'),
  'the service worker through its prototype': byPrototype('WorkerNavigator', 'serviceWorker'),
  'IndexedDB through its prototype': `
    const get = Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'indexedDB')?.get;
    const factory = get ? get.call(self) : self.indexedDB;
    return factory && opened(factory.open('door'));`,
  'the caches through their prototype': `
    const get = Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'caches')?.get;
    const caches = get?.call(self);
    return caches && (await caches.keys(), caches);`,
  IndexedDB: `return opened(indexedDB.open('door'));`,
  'the list of databases': `return indexedDB.databases();`,
  'the caches': `await self.caches.open('door'); return self.caches;`,
  'the private file system': `return navigator.storage.getDirectory();`,
  localStorage: `return self.localStorage;`,
  sessionStorage: `return self.sessionStorage;`,
  cookies: `return self.cookieStore ?? self.document?.cookie;`,
  'a lock': `return navigator.locks.request('door', () => 'held');`,
  'fetch from elsewhere': `return fetch('SPY/fetch', { mode: 'no-cors' });`,
  'fetch from home': `return fetch('HOMEindex.html');`,
  'fetch of a blob URL': `return fetch(URL.createObjectURL(new Blob(['x'])));`,
  'fetch of a data URL': `return fetch('data:text/plain,x');`,
  'fetch that outlives the page': `return self.fetchLater?.('SPY/later');`,
  XMLHttpRequest: `
    const request = new XMLHttpRequest();
    request.open('GET', 'SPY/xhr', false);
    request.send();
    return request.status;`,
  sendBeacon: `return navigator.sendBeacon('SPY/beacon', 'x') || undefined;`,
  'a WebSocket': `return event(new WebSocket('SPY/socket'.replace('http', 'ws')), 'open');`,
  'a WebSocketStream': `const stream = new WebSocketStream('SPY/stream'.replace('http', 'ws')); stream.closed.catch(() => {}); return stream.opened;`,
  'an EventSource': `return event(new EventSource('SPY/events'), 'open');`,
  WebTransport: `const transport = new WebTransport('https://127.0.0.1:1/door'); transport.closed.catch(() => {}); return transport.ready;`,
  WebRTC: `return new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:1' }] });`,
  'a font from elsewhere': `const face = new FontFace('door', 'url(SPY/font)'); face.loaded.catch(() => {}); return face.load();`,
  'import() from elsewhere': `return import('SPY/import.js');`,
  'import() from home': `return import('HOMEsw.js');`,
  'import() of a data URL': `return import('data:text/javascript,export default 1');`,
  'importScripts from elsewhere': `importScripts('SPY/scripts.js'); return self.loaded;`,
  'importScripts of a data URL': `importScripts('data:text/javascript,self.got = 1'); return self.got;`,
  eval: `return eval('1 + 1');`,
  'an indirect eval': `return (0, eval)('1 + 1');`,
  'new Function': `return new Function('return 1')();`,
  'Function of a prototype': `return (async () => {}).constructor('return 1')();`,
  'a timer with text': `setTimeout('self.timed = 1'); await pause(50); return self.timed;`,
  WebAssembly: `return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));`,
  'WebAssembly, compiled later': `return WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));`,
  'a nested worker from elsewhere': `return told(new Worker('SPY/worker.js'));`,
  'a nested worker from home': `return told(new Worker('HOMEsw.js'));`,
  'a nested worker of a data URL': `return told(new Worker('data:text/javascript,postMessage(1)'));`,
  'a nested module worker': `return told(new Worker(blob('import "SPY/nested.js"; postMessage(1)'), { type: 'module' }));`,
  'the network of a nested worker': `
    return told(new Worker(blob("fetch('SPY/nested', { mode: 'no-cors' }).then(() => postMessage(1), () => {})")));`,
  'the storage of a nested worker': `
    return told(new Worker(blob("navigator.storage.getDirectory().then(() => postMessage(1), () => {})")));`,
  'the databases of a nested worker': `
    return told(new Worker(blob("indexedDB.open('door').onsuccess = () => postMessage(1)")));`,
  'the bus of a nested worker': `
    return told(new Worker(blob("if (Object.getOwnPropertyDescriptor(WorkerNavigator.prototype, 'usb')?.get.call(navigator)) postMessage(1)")));`,
  'eval of a nested worker': `return told(new Worker(blob("postMessage(eval('1'))")));`,
  'a shared worker': `return new SharedWorker('HOMEsw.js');`,
  'a service worker': `return navigator.serviceWorker.register('HOMEsw.js');`,
  'a broadcast to the page': `
    const channel = new BroadcastChannel('door');
    channel.postMessage('from the module');
    return event(channel, 'message');`,
  'window.opener': `return self.opener;`,
  top: `return self.top;`,
  parent: `return self.parent;`,
  'the document': `return self.document;`,
  'a window': `return self.open?.('SPY/window');`,
  'the place of the frame': `self.location = 'SPY/location'; await pause(200); return undefined;`,
  'a link to elsewhere': `self.location.assign?.('SPY/assign'); self.location.href = 'SPY/href'; return undefined;`,
  SharedArrayBuffer: `return self.SharedArrayBuffer;`,
  'shared memory for others': `
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return told(new Worker(blob('onmessage = ({ data }) => postMessage(String(data))')), buffer);`,
  'Atomics on memory of others': `return found(context).find((value) => String(value) === '[object SharedArrayBuffer]');`,
  'the core and its memory': `return found(context).find((value) => value instanceof WebAssembly.Memory);`,
  'a port among what it was given': `return found(context).find((value) => value instanceof MessagePort);`,
  'isolation, and with it sharp clocks': `return self.crossOriginIsolated || undefined;`,
  'a notification': `
    new Notification('door');
    return Notification.permission === 'granted' ? Notification : undefined;`,
  permissions: `
    const { state } = await navigator.permissions.query({ name: 'notifications' });
    return state === 'granted' ? state : undefined;`,
  'the graphics card': `return navigator.gpu?.requestAdapter();`,
  'the file system by its old name': `return self.webkitRequestFileSystemSync?.(0, 1024);`,
  'a file of the run': `return context.files.create('door.txt');`,
  'a file of the setup': `return context.files.open('setup.yaml');`,
  'a connection through the page': `return context.connect('127.0.0.1', 1);`,
  'an instrument of the page': `return context.instruments;`,
  'the workspace of the thread': `return context.workspace;`,
  'the idle detector': `return new IdleDetector();`,
  'a dialog': `return self.alert ?? self.confirm ?? self.prompt ?? self.print;`,
  'an element that loads, submits, downloads or moves the frame': `
    const kinds = ['Link', 'Image', 'Anchor', 'Form', 'Meta', 'IFrame', 'Object', 'Embed', 'Script', 'Style', 'Media', ''];
    return kinds.map((kind) => self['HTML' + kind + 'Element']).filter(Boolean);`,
  'an image by its constructor': `return self.Image ?? self.Audio ?? self.Option;`,
  'a document to parse': `return self.DOMParser ?? self.XSLTProcessor ?? self.Range ?? self.Document;`,
  'a style sheet that loads': `
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('@import "SPY/style.css"; * { background: url(SPY/style) }');
    return sheet;`,
  'a picture that loads another': `
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="SPY/svg"/></svg>';
    return createImageBitmap(new Blob([svg], { type: 'image/svg+xml' }));`,
  'a script by a speculation': `return self.HTMLScriptElement ?? self.Speculation;`,
  'JSON from elsewhere': `return import('SPY/data.json', { with: { type: 'json' } });`,
  'a style sheet from elsewhere': `return import('SPY/style.css', { with: { type: 'css' } });`,
  'importScripts of a nested worker': `return told(new Worker(blob("importScripts('SPY/nested-scripts'); postMessage(1)")));`,
  'import() of a nested worker': `
    return told(new Worker(blob("import('SPY/nested-import').then(() => postMessage(1), () => {})")));`,
  'XMLHttpRequest of a nested worker': `
    return told(new Worker(blob("const r = new XMLHttpRequest(); r.open('GET', 'SPY/nested-xhr', false); r.send(); postMessage(1)")));`,
  'a WebSocket of a nested worker': `
    return told(new Worker(blob("new WebSocket('SPY/nested'.replace('http', 'ws')).onopen = () => postMessage(1)")));`,
  'a nested worker that names its own policy': `
    return told(new Worker(URL.createObjectURL(new Blob(["postMessage(eval('1'))"], { type: 'text/javascript; content-security-policy=*' }))));`,
  'the focus': `return self.focus ?? self.clients ?? self.WindowClient;`,
  'the screen or the pointer': `return self.screen ?? Object.getOwnPropertyDescriptor(self, 'fullscreenElement');`,
  'the clipboard through its prototype': byPrototype('WorkerNavigator', 'clipboard'),
  'the camera through its prototype': byPrototype('WorkerNavigator', 'mediaDevices'),
  'a wake lock through its prototype': byPrototype('WorkerNavigator', 'wakeLock'),
  'passwords and passkeys': `return navigator.credentials ?? self.PasswordCredential;`,
  payments: `return self.PaymentRequest;`,
  'pickers of files': `return self.showSaveFilePicker ?? self.showOpenFilePicker ?? self.showDirectoryPicker;`,
  'pushed messages': `return self.registration?.pushManager;`,
  'the load of the processor': `
    const observer = new PressureObserver(() => {});
    await observer.observe('cpu');
    return observer;`,
  'a message to the frame or the page': `self.postMessage('from the module'); return undefined;`,
  'the prototypes of the page': `Object.prototype.polluted = 'from the module'; return undefined;`,
  sensors: `const sensor = new Accelerometer(); sensor.start(); return event(sensor, 'reading');`,
};

function byPrototype(prototype: string, name: string): string {
  return `return Object.getOwnPropertyDescriptor(${prototype}.prototype, '${name}')?.get?.call(navigator);`;
}

const HELPERS = `
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const blob = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
const event = (target, name) => new Promise((resolve, reject) => {
  target.addEventListener(name, resolve);
  target.addEventListener('error', () => reject(new Error('error')));
});
const opened = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const told = (worker, message) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (error) => { error.preventDefault(); reject(new Error('error')); };
  if (message !== undefined) worker.postMessage(message);
});
/** Everything that can be reached from a value by its properties and those of its prototypes. */
function found(start) {
  const values = new Set([start]);
  for (const value of values) {
    if (Object(value) !== value || values.size > 5000) continue;
    for (const key of Reflect.ownKeys(value)) {
      try { values.add(value[key]); } catch {}
    }
    values.add(Object.getPrototypeOf(value));
  }
  return [...values];
}
`;

/** A module whose source goes through all doors while it is made, and prints what it got. */
function hostileModule(): string {
  const doors = Object.entries(DOORS).map(
    ([name, code]) => `[${JSON.stringify(name)}, async (context) => { ${code} }],`,
  );
  return `${HELPERS}
const PATIENCE_MS = 5000;
// Some doors leave rejections behind that nobody handles. The module keeps that to itself: the way out is in its hands.
const send = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (message, transfer) {
  if (message.type !== 'crashed') send.call(this, message, transfer);
};
const doors = [${doors.join('\n')}];
const isNothing = (got) => got === undefined || got === null || (Array.isArray(got) && got.length === 0);
export async function source(context) {
  const attempts = doors.map(async ([name, open]) => {
    try {
      const got = await Promise.race([open(context), pause(PATIENCE_MS)]);
      context.print((isNothing(got) ? 'shut: ' : 'OPEN: ') + name);
    } catch {
      context.print('shut: ' + name);
    }
  });
  await Promise.all(attempts);
  context.print('tried');
  return { template: 'Importer', next: () => false, write: () => {} };
}
`
    .replaceAll('SPY', spyUrl)
    .replaceAll('HOME', inject('baseUrl'));
}

const SETUP = `
Buffers:
  In: {slot_count: 16, data_length: 1, data_dtype: {x: f8}}
Workers:
  source: {file: own.js, function: source, sinks: [In]}
  rest: {function: exporters.drain, sources: [In]}
`;

async function run(page: Page, setup: string, module: string): Promise<void> {
  await page.evaluate(
    ([text, code]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'setup.yaml'));
      transfer.items.add(new File([code], 'own.js'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [setup, module] as const,
  );
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
}

const logLines = (page: Page): Promise<string[]> =>
  page
    .getByText(/^source: /)
    .locator('..')
    .allTextContents();

test('every door is shut', async () => {
  const page = await app.visit();
  await page.evaluate((name) => {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => channel.postMessage(`heard ${data}`);
    const messages: unknown[] = [];
    window.addEventListener('message', ({ data }) => messages.push(data));
    Object.assign(window, { channel, messages });
  }, 'door');
  await run(page, SETUP, hostileModule());
  await page.getByRole('tab', { name: 'Logs' }).click();
  await runState(page)
    .getByText(/Ended|Failed/)
    .waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  const lines = await logLines(page);
  expect(lines.filter((line) => line.includes('OPEN'))).toEqual([]);
  const shut = lines.filter((line) => line.includes('shut: ')).map((line) => line.replace(/^.*shut: /, ''));
  expect(shut.sort()).toEqual(Object.keys(DOORS).sort());
  expect(shut.length).toBeGreaterThanOrEqual(80);
  // What was sent without waiting for an answer came nowhere, either.
  expect(heard).toEqual([]);
  expect(new URL(page.url()).pathname).toBe('/');
  expect(app.context.pages()).toHaveLength(1);
  // A frame says that it lives, and nothing else.
  const messages = await page.evaluate(() => (window as unknown as { messages: unknown[] }).messages);
  expect(messages.filter((message) => message !== 'pong')).toEqual([]);
  expect(await page.evaluate(() => 'polluted' in Object.prototype)).toBe(false);
});

/** A source that first takes the way out of the sandbox into its own hands, and then says what it likes. */
const forger = (code: string): string => `${HELPERS}
let port;
const send = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (...parts) { port = this; send.apply(this, parts); };
export async function source(context) {
  context.print('hello');
  ${code}
  await pause(1e9);
}`;

const made = `send.call(port, { type: 'made', template: 'Importer', intervalS: 0, isSimulated: false });`;
const FORGERIES: Readonly<Record<string, string>> = {
  'a word that does not exist': `send.call(port, { type: 'open', path: '../..' });`,
  nothing: `send.call(port, null);`,
  'an answer to no batch': `send.call(port, { type: 'done', buffer: new ArrayBuffer(8), doneCount: 1 });`,
  'events that nobody gave room for': `send.call(port, { type: 'filled', buffer: new ArrayBuffer(64), count: 1 });`,
  'more events than its buffer holds': `${made} send.call(port, { type: 'filled', buffer: new ArrayBuffer(64), count: 1e9 });`,
  'a part of an event': `${made} send.call(port, { type: 'filled', buffer: new ArrayBuffer(64), count: 0.5 });`,
  'no buffer': `${made} send.call(port, { type: 'filled', buffer: 7, count: 1 });`,
  'a function made twice': `${made} ${made}`,
  'a template of its own': `send.call(port, { type: 'made', template: '__proto__', intervalS: 0, isSimulated: false });`,
  'a picture that is none': `context.publish({ kind: 'trace', channels: 7, counter: 0n });`,
  'a table of the run': `context.publish({ kind: 'table', path: '../x', edges: new Map(), intervalS: 0 });`,
  'more memory than it had room for': `${made} send.call(port, { type: 'filled', buffer: new ArrayBuffer(2 ** 26), count: 1 });`,
  'a start again': `send.call(port, { type: 'ready' });`,
  'a line that is no text': `send.call(port, { type: 'print', text: [[[]]] });`,
  'a picture as large as a second may bring': `context.publish({ kind: 'trace', channels: [{ name: 'x', values: new Float32Array(2 ** 25) }], counter: 0n });`,
  'lines without an end': `for (;;) context.print('x'.repeat(1000));`,
};

test.each(Object.entries(FORGERIES))('a module that forges an answer ends alone: %s', async (_name, code) => {
  const page = await app.visit();
  await run(page, SETUP, forger(code));
  await runState(page).getByText('Failed', { exact: true }).waitFor({ timeout: 60_000 });
  const text = await page.locator('lab-pipeline-view').getByRole('alert').textContent();
  expect(text).toMatch(
    /^.*source: (its module answered|its function printed|its function published|The function of source returns no template)/,
  );
  expect(app.problems).toEqual([]);
});

const LOOP = `
export const source = () => ({ template: 'Importer', next: () => { for (;;); }, write: () => {} });
`;

test.each([
  ['Kill', 'Kill workers', 'Killed'],
  ['Shut down roots', undefined, 'Failed'],
])('an endless loop ends with %s', async (button, confirm, state) => {
  const page = await app.visit();
  await run(page, SETUP, LOOP);
  await runState(page).getByText('Running').waitFor();
  await page.waitForTimeout(1000);
  expect(page.workers().length).toBeGreaterThan(0);
  await page.locator('lab-pipeline-bar').getByRole('button', { name: button }).click();
  if (confirm) await page.getByRole('button', { name: confirm }).click();
  await runState(page).getByText(state, { exact: true }).waitFor();
  expect(page.frames()).toHaveLength(1);
});

/** The first process of the filter never comes back from its third event; the second goes on. */
const STUCK = `
export const source = () => ({
  template: 'Importer',
  next: () => new Promise((resolve) => setTimeout(() => resolve(true), 5)),
  write: (event) => event.set('x', 1),
});
export function pass({ processIndex }) {
  let count = 0;
  return {
    template: 'Filter',
    accept: () => {
      if (processIndex === 0 && ++count === 3) for (;;);
      return true;
    },
  };
}
`;
const STUCK_SETUP = `
Buffers:
  In: {slot_count: 16, data_length: 1, data_dtype: {x: f8}}
  Out: {slot_count: 16, data_length: 1, data_dtype: {x: f8}}
Workers:
  source: {file: own.js, function: source, sinks: [In]}
  pass: {file: own.js, function: pass, sources: [In], sinks: [Out], number_of_processes: 2}
  save: {function: data.export, sources: [Out]}
`;

test('an endless loop ends alone: the others keep what they have, and the end is told', async () => {
  await app.context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  const page = await app.visit();
  await run(page, STUCK_SETUP, STUCK);
  await runState(page).getByText('Running').waitFor();
  await page.waitForTimeout(3000);
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await runState(page).getByText('Failed', { exact: true }).waitFor({ timeout: 30_000 });
  const alert = await page.locator('lab-pipeline-view').getByRole('alert').textContent();
  const told =
    /pass: its function did not come back within 10 s of the end\. Lost: (\d+) events? of In that a thread had taken\./;
  const lost = Number(told.exec(alert!)?.[1]);
  const files = await saveZip(page);
  const counts = eventCounts(files);
  // The brother took what came for three seconds, and all that it passed on is saved.
  expect(counts.get('Out')!).toBeGreaterThan(100);
  expect(counts.get('In')! - counts.get('Out')!).toBe(lost);
  expect(await countOf(files.get('Out.mimo')!)).toBe(counts.get('Out'));
});

/** Number of events in a recording. */
async function countOf(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const source = new BlobAccess(new Blob([bytes]));
  return new MimoEvents(source, await readMimoHeader(source)).eventCount;
}

const TIMER = `
export function source(context) {
  const nested = "setInterval(() => fetch('SPY/after').catch(() => {}), 10)";
  new Worker(URL.createObjectURL(new Blob([nested])));
  setInterval(() => context.print('still here'), 10);
  let count = 0;
  return { template: 'Importer', next: () => new Promise((resolve) => setTimeout(() => resolve(count++ < 20), 20)), write: () => {} };
}
`;

test('nothing of a module runs on after the end', async () => {
  const page = await app.visit();
  await run(page, SETUP, TIMER.replace('SPY', spyUrl));
  await runState(page).getByText('Ended').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  const { length } = await logLines(page);
  expect(length).toBeGreaterThan(0);
  await page.waitForTimeout(1000);
  expect(await logLines(page)).toHaveLength(length);
  expect(page.frames()).toHaveLength(1);
  expect(heard).toEqual([]);
});

const HOARD = `
export function source() {
  const hoard = [];
  return { template: 'Importer', next: () => { for (;;) hoard.push(new Array(100000).fill(Math.random())); }, write: () => {} };
}
`;

test('endless memory ends with that worker alone', { timeout: 180_000 }, async () => {
  // Playwright takes the end of a frame's process for the page's own, and asks it nothing more: the page tells another.
  const watcher = await app.visit();
  await watcher.evaluate(() => {
    const channel = new BroadcastChannel('told');
    channel.onmessage = ({ data }) => Object.assign(window, { told: data as string });
  });
  const page = await app.visit();
  await page.evaluate(() => {
    const textOf = (node: Node): string => {
      if (node.nodeType === Node.TEXT_NODE) return node.textContent!;
      const shadow = node instanceof Element && node.shadowRoot ? [node.shadowRoot] : [];
      return [...shadow, ...node.childNodes].map(textOf).join('');
    };
    const channel = new BroadcastChannel('told');
    setInterval(() => channel.postMessage(textOf(document.body)), 500);
  });
  await run(page, SETUP, HOARD);
  const told = () => watcher.evaluate(() => (window as unknown as { told: string }).told);
  await expect
    .poll(told, { timeout: 120_000, interval: 1000 })
    .toContain('source stopped unexpectedly: the browser ended its process');
  await expect.poll(told).toContain('Failed');
  // The page goes on: it tells the same a while later.
  await watcher.evaluate(() => Object.assign(window, { told: '' }));
  await expect.poll(told).toContain('the browser ended its process');
});

// The relay of the bridge beside websockify and a bare TCP socket, in one run: megabytes a second to a page, and the time
// of a short question and its answer. The page is a WebSocket of Node; instrument, relay and page are a process each.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { median, report, round } from './measure.mjs';

const HOST = '127.0.0.1';
/** What the instrument sends on a line that says how many bytes. */
const BLOCK_BYTES = 256 * 2 ** 20;
const QUESTION = Buffer.from('1\n');
const QUESTIONS = 5000;
const REPEATS = 5;
const START_TIMEOUT_MS = 10_000;
const PIECE = Buffer.alloc(2 ** 16, 7);
const isInstrument = process.argv[2] === 'instrument';

/** An instrument in a process of its own: to a line with a number it answers with so many bytes. Says its port. */
function runInstrument() {
  const server = createServer((socket) => {
    socket.setNoDelay(true).on('error', () => socket.destroy());
    createInterface(socket).on('line', async (line) => {
      for (let left = Number(line); left > 0; left -= PIECE.length) {
        if (!socket.write(PIECE.subarray(0, left))) await once(socket, 'drain');
      }
    });
  });
  server.listen(0, HOST, () => console.log(server.address().port));
}

/** Questions over an open link: `ask` resolves when so many bytes have come. */
function asker({ send, listen }) {
  let left = 0;
  let wake;
  listen((byteCount) => {
    left -= byteCount;
    if (left === 0) wake();
  });
  return (line, byteCount) =>
    new Promise((resolve) => {
      left = byteCount;
      wake = resolve;
      send(line);
    });
}

/** Medians of each link by its name. The links take turns, so that a busy machine is busy for all of them. */
async function measure(links) {
  const contestants = Object.entries(links).map(([name, link]) => ({
    name,
    ask: asker(link),
    blockSeconds: [],
    questionSeconds: [],
  }));
  for (let repeat = -1; repeat < REPEATS; repeat++) {
    for (const { ask, blockSeconds, questionSeconds } of contestants) {
      const start = performance.now();
      await ask(Buffer.from(`${BLOCK_BYTES}\n`), BLOCK_BYTES);
      const middle = performance.now();
      for (let i = 0; i < QUESTIONS; i++) await ask(QUESTION, 1);
      // the first one warms up
      if (repeat < 0) continue;
      blockSeconds.push((middle - start) / 1000);
      questionSeconds.push((performance.now() - middle) / 1000 / QUESTIONS);
    }
  }
  return Object.fromEntries(
    contestants.map(({ name, blockSeconds, questionSeconds }) => [
      name,
      { megabytesPerS: BLOCK_BYTES / 1e6 / median(blockSeconds), roundTripUs: 1e6 * median(questionSeconds) },
    ]),
  );
}

async function openBare(port) {
  const socket = connect({ host: HOST, port, noDelay: true });
  await once(socket, 'connect');
  return {
    send: (line) => socket.write(line),
    listen: (onBytes) => socket.on('data', (bytes) => onBytes(bytes.length)),
  };
}

async function openRelayed(url) {
  const socket = new WebSocket(url, 'binary', { origin: 'http://localhost:4173', perMessageDeflate: false });
  await once(socket, 'open');
  return {
    send: (line) => socket.send(line),
    listen: (onBytes) => socket.on('message', (bytes) => onBytes(bytes.length)),
  };
}

/** First line that a program of ours says, which is that it listens. */
async function firstLine(child) {
  const [line] = await once(createInterface(child.stdout), 'line');
  return line;
}

/** A free port, for programs that cannot take one themselves. */
async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** `undefined` where websockify is not installed. */
async function startWebsockify(instrumentPort) {
  if (spawnSync('websockify', ['--help']).status !== 0) return undefined;
  const port = await freePort();
  const child = spawn('websockify', [`${HOST}:${port}`, `${HOST}:${instrumentPort}`], { stdio: 'ignore' });
  const end = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const socket = connect({ host: HOST, port });
      await once(socket, 'connect');
      socket.destroy();
      return { child, url: `ws://${HOST}:${port}/` };
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(100);
    }
  }
}

async function main() {
  const children = [];
  const start = (command, args) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };
  try {
    const instrument = start(process.execPath, [fileURLToPath(import.meta.url), 'instrument']);
    const port = Number(await firstLine(instrument));
    const bridge = start(process.execPath, [
      'bridge/server.mjs',
      '--port',
      '0',
      '--json',
      '--allow',
      `${HOST}:${port}`,
    ]);
    const { url } = JSON.parse(await firstLine(bridge));
    const websockify = await startWebsockify(port);
    if (websockify) children.push(websockify.child);

    const links = {
      bare: await openBare(port),
      ours: await openRelayed(`${url}/tcp?host=${HOST}&port=${port}`),
      ...(websockify && { theirs: await openRelayed(websockify.url) }),
    };
    report('relay', 'relay of the bridge', rowsOf(await measure(links)));
  } finally {
    for (const child of children) child.kill();
  }
}

function rowsOf({ bare, ours, theirs }) {
  const besideThem = (value) => (theirs ? `, ${value(theirs)} through websockify` : '; websockify is not installed');
  const speed = ({ megabytesPerS }) => `${round(megabytesPerS, 0)} MB/s`;
  const time = ({ roundTripUs }) => `${round(roundTripUs, 0)} µs`;
  const rows = [
    {
      what: 'bytes of an instrument to a page',
      value: round((100 * ours.megabytesPerS) / bare.megabytesPerS, 0),
      unit: '% of a bare socket’s rate',
      note: `${speed(ours)} beside ${speed(bare)} by a socket${besideThem(speed)}`,
    },
    {
      what: 'a short question and its answer',
      value: round(ours.roundTripUs / bare.roundTripUs),
      unit: '× a bare socket’s time',
      note: `${time(ours)} beside ${time(bare)} by a socket${besideThem(time)}`,
    },
  ];
  if (!theirs) return rows;
  return [
    ...rows,
    {
      what: 'bytes of an instrument to a page, beside websockify',
      value: round(ours.megabytesPerS / theirs.megabytesPerS),
      unit: '× websockify',
      note: 'the rival, in the same run',
    },
    {
      what: 'questions a second, beside websockify',
      value: round(theirs.roundTripUs / ours.roundTripUs),
      unit: '× websockify',
      note: 'the rival, in the same run',
    },
  ];
}

if (isInstrument) runInstrument();
else {
  await main();
  process.exit(0);
}

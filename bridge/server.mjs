// The bridge: lets the page in a browser talk TCP to instruments. WebSocket in, TCP out, bytes as they are.
//   npm run bridge [-- --port 8900] [--listen ADDRESS] [--origin URL …] [--allow HOST:PORT …]
// It listens on this computer only unless told otherwise, and then wants a token. It relays only for pages of known
// origins, and only to Red Pitaya servers on private addresses and to targets named with --allow.
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:http';
import { connect, isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

const DEFAULT_PORT = 8900;
/** MCPHA server of the Red Pitaya. */
const DEFAULT_TARGET_PORTS = [1001];
const CONNECT_TIMEOUT_MS = 5000;
/** WebSocket close codes: policy violation and internal error (RFC 6455, 7.4.1). */
const REFUSED = 1008;
const FAILED = 1011;
/** Stop reading the instrument while the page is this far behind. */
const MAX_BUFFERED_BYTES = 8 * 2 ** 20;

const isLoopback = (host) => host === 'localhost' || host === '[::1]' || host === '::1' || /^127\./.test(host);

/** RFC 1918, link-local and loopback: where instruments live. */
function isPrivateAddress(address) {
  if (!isIPv4(address)) return address === '::1' || /^f[cd]|^fe80/i.test(address);
  const [a, b] = address.split('.').map(Number);
  return (
    a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  );
}

/** Pages of this computer, and those named with --origin. */
function isKnownOrigin(origin, extra) {
  if (extra.includes(origin)) return true;
  try {
    return isLoopback(new URL(origin).hostname);
  } catch {
    return false;
  }
}

/**
 * Starts the bridge; resolves with its address, its token (if it wants one) and a way to end it.
 * @param {{ port?: number, listen?: string, origins?: string[], allow?: string[] }} [options]
 */
export async function startBridge({ port = DEFAULT_PORT, listen = '127.0.0.1', origins = [], allow = [] } = {}) {
  const token = isLoopback(listen) ? undefined : randomBytes(16).toString('hex');
  const server = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' });
    response.end('This is the Pulsebench bridge. The page talks to it over WebSocket.\n');
  });
  const sockets = new WebSocketServer({ server, path: '/tcp' });
  sockets.on('connection', (socket, request) => {
    const { searchParams } = new URL(request.url, 'ws://bridge');
    const host = searchParams.get('host') ?? '';
    const target = { host, port: Number(searchParams.get('port')) };
    if (!isKnownOrigin(request.headers.origin ?? '', origins))
      return socket.close(REFUSED, 'This page is not allowed.');
    if (token && searchParams.get('token') !== token) return socket.close(REFUSED, 'The token is missing or wrong.');
    relay(socket, target, allow).catch((error) => socket.close(FAILED, error.message.slice(0, 120)));
  });
  await new Promise((resolve) => server.listen(port, listen, resolve));
  return {
    url: `ws://${listen}:${server.address().port}`,
    token,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(resolve);
      }),
  };
}

async function relay(socket, { host, port }, allow) {
  // What the page sends before the instrument answers must not get lost.
  const early = [];
  const keep = (data) => early.push(data);
  socket.on('message', keep);
  const { address } = await lookup(host);
  const isNamed = allow.includes(`${host}:${port}`);
  if (!isNamed && !(DEFAULT_TARGET_PORTS.includes(port) && isPrivateAddress(address))) {
    socket.close(REFUSED, `${host}:${port} is not allowed. Start the bridge with --allow ${host}:${port}.`);
    return;
  }
  const instrument = connect({ host: address, port, timeout: CONNECT_TIMEOUT_MS });
  instrument.on('connect', () => {
    instrument.setTimeout(0);
    for (const data of early) instrument.write(data);
    socket.off('message', keep);
    socket.on('message', (data) => instrument.write(data));
  });
  instrument.on('data', (bytes) => {
    socket.send(bytes, () => {
      if (instrument.isPaused() && socket.bufferedAmount < MAX_BUFFERED_BYTES) instrument.resume();
    });
    if (socket.bufferedAmount >= MAX_BUFFERED_BYTES) instrument.pause();
  });
  instrument.on('timeout', () => instrument.destroy(new Error('it did not answer')));
  instrument.on('error', (error) => socket.close(FAILED, `${host}:${port}: ${error.message}`.slice(0, 120)));
  instrument.on('end', () => socket.close(1000));
  socket.on('close', () => instrument.destroy());
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      listen: { type: 'string', default: '127.0.0.1' },
      origin: { type: 'string', multiple: true, default: [] },
      allow: { type: 'string', multiple: true, default: [] },
    },
  });
  const { url, token } = await startBridge({
    port: Number(values.port),
    listen: values.listen,
    origins: values.origin,
    allow: values.allow,
  });
  console.log(`The bridge listens at ${url}${token ? `, token ${token}` : ''}. Ctrl-C ends it.`);
}

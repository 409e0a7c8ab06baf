// The bridge: lets the page in a browser talk TCP to instruments. WebSocket in, TCP out, bytes as they are.
//   npm run bridge [-- --port 8900] [--listen ADDRESS] [--origin URL …] [--allow HOST:PORT …] [--serve-simulators] [--json]
//     [--epics [--epics-port 5064] [--epics-listen ADDRESS] [--epics-put NAME …]]
// It listens on this computer only unless told otherwise, and then wants a token. It relays only for pages of known
// origins, and only to Red Pitaya servers on private addresses and to targets named with --allow.
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { isLoopback, originOf, refusalOf } from './access.mjs';
import { searchAddresses, startEpics } from './epics/epics.mjs';
import { EPICS_PROTOCOL, MAX_PAGE_FRAME_BYTES } from './epics/page-session.mjs';
import { PROTOCOL, relay } from './relay.mjs';
import { serveSimulators } from './simulators.mjs';

const DEFAULT_PORT = 8900;
const DEFAULT_EPICS_PORT = 5064;
const MAX_PORT = 65_535;
/** Commands to instruments are short; a longer frame is not held for anybody. */
const MAX_FRAME_BYTES = 2 ** 20;
const TCP_PATH = '/tcp';
const EPICS_PATH = '/epics';

/**
 * Starts the bridge; resolves with its address, its token (if it wants one) and a way to end it. Rejects with a sentence
 * when it cannot listen.
 * @param {{ port?: number, listen?: string, origins?: string[], allow?: string[],
 *   epics?: Awaited<ReturnType<typeof startEpics>> }} [options]
 */
export async function startBridge({ port = DEFAULT_PORT, listen = '127.0.0.1', origins = [], allow = [], epics } = {}) {
  const token = isLoopback(listen) ? undefined : randomBytes(16).toString('hex');
  const server = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' });
    response.end('This is the Pulsebench bridge. The page talks to it over WebSocket.\n');
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    // Others, such as `binary` of websockify, are taken as they come.
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : offered.values().next().value),
  });
  const pages = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAGE_FRAME_BYTES,
    handleProtocols: (offered) => offered.has(EPICS_PROTOCOL) && EPICS_PROTOCOL,
  });
  const paths = epics ? [TCP_PATH, EPICS_PATH] : [TCP_PATH];
  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    const refusal = refusalOf(request, { listen, origins, token, paths });
    if (refusal !== undefined) {
      connection.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${refusal}\n`);
      return;
    }
    if (epics && request.url.split('?', 1)[0] === EPICS_PATH) {
      pages.handleUpgrade(request, connection, head, (socket) => epics.accept(socket, request.headers.origin));
      return;
    }
    // Answered at once: a browser opens one socket to an address after the other (RFC 6455, 4.1), and would let all others
    // wait for an instrument that is silent.
    sockets.handleUpgrade(request, connection, head, (socket) => {
      const { searchParams } = new URL(request.url, 'ws://bridge');
      const target = { host: searchParams.get('host') ?? '', port: Number(searchParams.get('port')) };
      void relay(socket, target, allow);
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(cannotListen(error, listen, port), { cause: error })));
    server.listen(port, listen, resolve);
  });
  return {
    url: `ws://${isIPv6(listen) ? `[${listen}]` : listen}:${server.address().port}`,
    token,
    close: () =>
      new Promise((resolve) => {
        for (const socket of [...sockets.clients, ...pages.clients]) socket.terminate();
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function cannotListen({ code, message }, listen, port) {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use, maybe by another bridge. End that one, or choose another port with --port.`;
    case 'EACCES':
      return `Port ${port} needs rights that this user does not have. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${listen} is no address of this computer. Choose one that is with --listen.`;
    default:
      return `The bridge cannot listen at ${listen}, port ${port}: ${message}.`;
  }
}

/** Options of the command line; throws with a sentence for wrong ones. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      listen: { type: 'string', default: '127.0.0.1' },
      origin: { type: 'string', multiple: true, default: [] },
      allow: { type: 'string', multiple: true, default: [] },
      'serve-simulators': { type: 'boolean', default: false },
      epics: { type: 'boolean', default: false },
      'epics-port': { type: 'string', default: String(DEFAULT_EPICS_PORT) },
      'epics-listen': { type: 'string', default: '127.0.0.1' },
      'epics-put': { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const port = readPort('--port', values.port);
  const origins = values.origin.map((text) => {
    const origin = originOf(text);
    if (origin === undefined) throw new Error(`--origin needs an address such as https://lab.example, not "${text}".`);
    return origin;
  });
  const { listen, allow, json, 'serve-simulators': hasSimulators } = values;
  return { port, listen, origins, allow, json, hasSimulators, epics: readEpicsOptions(values) };
}

/** `undefined` without --epics. */
function readEpicsOptions(values) {
  const port = readPort('--epics-port', values['epics-port']);
  const listen = values['epics-listen'];
  if (!isIPv4(listen)) throw new Error(`--epics-listen needs an IPv4 address of this computer, not "${listen}".`);
  if (!values.epics) return undefined;
  return { port, listen, puts: values['epics-put'], addresses: searchAddresses(process.env) };
}

function readPort(option, text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port;
  throw new Error(`${option} needs a number from 0 to ${MAX_PORT}, not "${text}".`);
}

async function main() {
  let options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`bridge: ${error.message}`);
    process.exitCode = 2;
    return;
  }
  const closings = [];
  const closeAll = () => {
    for (const close of closings.splice(0)) void close();
  };
  try {
    const { json, hasSimulators, allow } = options;
    const simulators = hasSimulators ? await serveSimulators() : undefined;
    if (simulators) closings.push(simulators.close);
    const served = Object.values(simulators?.ports ?? {}).flatMap((port) => [`127.0.0.1:${port}`, `localhost:${port}`]);
    const log = (line) => console.error(`epics: ${line}`);
    const epics = options.epics && (await startEpics({ ...options.epics, log }));
    if (epics) closings.push(epics.close);
    const { url, token, close } = await startBridge({ ...options, allow: [...allow, ...served], epics });
    closings.push(close);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, closeAll);
    const ports = epics && { tcp: epics.tcp, udp: epics.udp };
    if (json) console.log(JSON.stringify({ url, token, epics: ports, simulators: simulators?.ports }));
    else {
      console.log(`The bridge listens at ${url}${token ? `, token ${token}` : ''}. Ctrl-C ends it.`);
      for (const [name, port] of Object.entries(simulators?.ports ?? {})) console.log(`${name}: 127.0.0.1:${port}`);
      if (epics) console.log(`Channel Access: ${options.epics.listen}, TCP port ${epics.tcp}, UDP port ${epics.udp}`);
    }
  } catch (error) {
    console.error(`bridge: ${error.message}`);
    process.exitCode = 1;
    closeAll();
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();

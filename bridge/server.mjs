// The bridge: lets the page in a browser talk TCP to instruments. WebSocket in, TCP out, bytes as they are.
// It serves the built page, too, which then has its bridge at its own address.
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
import { isLoopback, isOwnHost, NOT_ITS_NAME, originOf, refusalOf } from './access.mjs';
import { DISCOVERY_PROTOCOL, makeDiscovery } from './discovery.mjs';
import { searchAddresses, startEpics } from './epics/epics.mjs';
import { EPICS_PROTOCOL, MAX_PAGE_FRAME_BYTES } from './epics/page-session.mjs';
import { listenAt, readPort } from './listening.mjs';
import { answerWithPage, findPage, refuse } from './page.mjs';
import { PROTOCOL, relay } from './relay.mjs';
import { serveSimulators } from './simulators.mjs';

export { runServer } from './serve.mjs';

const DEFAULT_PORT = 8900;
const DEFAULT_EPICS_PORT = 5064;
/** Commands to instruments are short; a longer frame is not held for anybody. */
const MAX_FRAME_BYTES = 2 ** 20;
const TCP_PATH = '/tcp';
const EPICS_PATH = '/epics';
const DISCOVERY_PATH = '/discovery';
/** Who asks what is found says nothing more. */
const MAX_ASKING_BYTES = 125;
/** Below this path the page knows that its own host is its bridge (src/base/bridge-address.ts). */
const PAGE_PATH = '/bridged/';
const NO_PAGE = 'This is the Pulsebench bridge. A page talks to it over WebSocket; it has none to show.';

/**
 * Starts the bridge; resolves with its address, that of the page (if it has one), its token (if it wants one) and a way to end it. Rejects with a sentence
 * when it cannot listen.
 * @param {{ port?: number, listen?: string, origins?: string[], allow?: string[],
 *   epics?: Awaited<ReturnType<typeof startEpics>> }} [options]
 */
export async function startBridge({ port = DEFAULT_PORT, listen = '127.0.0.1', origins = [], allow = [], epics } = {}) {
  const token = isLoopback(listen) ? undefined : randomBytes(16).toString('hex');
  const folder = isLoopback(listen) ? findPage() : undefined;
  const server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host ?? '', listen)) refuse(response, 403, NOT_ITS_NAME);
    else if (folder === undefined) refuse(response, 426, NO_PAGE);
    else if (request.url === '/') response.writeHead(302, { location: PAGE_PATH }).end();
    else answerWithPage(request, response, { folder, base: PAGE_PATH });
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
  const askers = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_ASKING_BYTES,
    handleProtocols: (offered) => offered.has(DISCOVERY_PROTOCOL) && DISCOVERY_PROTOCOL,
  });
  const discovery = makeDiscovery({ allow });
  const paths = [TCP_PATH, DISCOVERY_PATH, ...(epics ? [EPICS_PATH] : [])];
  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    const refusal = refusalOf(request, { listen, origins, token, paths });
    if (refusal !== undefined) {
      connection.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${refusal}\n`);
      return;
    }
    const [path] = request.url.split('?', 1);
    if (path === DISCOVERY_PATH) {
      askers.handleUpgrade(request, connection, head, discovery.accept);
      return;
    }
    if (epics && path === EPICS_PATH) {
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
  const host = `${isIPv6(listen) ? `[${listen}]` : listen}:${await listenAt(server, { port, listen })}`;
  return {
    url: `ws://${host}`,
    page: folder === undefined ? undefined : `http://${host}${PAGE_PATH}`,
    token,
    close: () =>
      new Promise((resolve) => {
        for (const socket of [...sockets.clients, ...pages.clients, ...askers.clients]) socket.terminate();
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Options of the command line; throws with a sentence for wrong ones. */
function readOptions(args) {
  const { values } = parseArgs({
    args,
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

/** Runs the bridge until SIGINT or SIGTERM; resolves when it listens, or cannot, with an exit code. */
export async function runBridge(args) {
  let options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`bridge: ${error.message}`);
    return 2;
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
    const { url, page, token, close } = await startBridge({ ...options, allow: [...allow, ...served], epics });
    closings.push(close);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, closeAll);
    const ports = epics && { tcp: epics.tcp, udp: epics.udp };
    if (json) console.log(JSON.stringify({ url, page, token, epics: ports, simulators: simulators?.ports }));
    else {
      console.log(`The bridge listens at ${url}${token ? `, token ${token}` : ''}. Ctrl-C ends it.`);
      if (page) console.log(`The page is at ${page}`);
      for (const [name, port] of Object.entries(simulators?.ports ?? {})) console.log(`${name}: 127.0.0.1:${port}`);
      if (epics) console.log(`Channel Access: ${options.epics.listen}, TCP port ${epics.tcp}, UDP port ${epics.udp}`);
    }
    return 0;
  } catch (error) {
    console.error(`bridge: ${error.message}`);
    closeAll();
    return 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await runBridge(process.argv.slice(2));
}

// The Channel Access server: searches over UDP, one circuit for each client over TCP, beacons. What it serves is in the
// table of variables.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { startBeacons } from './beacons.mjs';
import { Circuit } from './circuit.mjs';
import { COMMAND, DEFAULT_PORT, MINOR_VERSION, SEQUENCE_IS_VALID } from './codes.mjs';
import { decodeDatagram, encodeMessage } from './message.mjs';
import { answerSearch } from './search-answer.mjs';

const MAX_CLIENTS = 100;
/** So often a client that loses updates is named, while it goes on. */
const LOSS_REPORT_MS = 10_000;
const LOOPBACK = '127.0.0.1';
const ALL_ADDRESSES = '0.0.0.0';

/**
 * Starts it; rejects with a sentence when it cannot listen. The UDP port may be shared with other servers of this
 * computer; where the TCP port of the same number is taken, another one is used, of which searches are told.
 * @param {{ table: import('./pv-table.mjs').PvTable, port?: number, listen?: string, log?: (line: string) => void,
 *   beaconPort?: number, lossReportMs?: number }} options
 */
export async function startCaServer({
  table,
  port = DEFAULT_PORT,
  listen = LOOPBACK,
  log = () => {},
  beaconPort,
  lossReportMs = LOSS_REPORT_MS,
}) {
  const circuits = new Set();
  /** Updates that each client was too slow for, as the log has it. @type {WeakMap<Circuit, number>} */
  const loggedCounts = new WeakMap();
  const logLoss = (circuit) => {
    const { from, droppedCount } = circuit.summary;
    if (droppedCount === (loggedCounts.get(circuit) ?? 0)) return;
    loggedCounts.set(circuit, droppedCount);
    log(`${from} was too slow for ${droppedCount} updates`);
  };
  const udp = await listenUdp(port, listen);
  const server = createServer((socket) => {
    if (circuits.size >= MAX_CLIENTS) {
      socket.on('error', () => socket.destroy());
      socket.destroy();
      log(`a client at ${socket.remoteAddress} was turned away: ${MAX_CLIENTS} are connected`);
      return;
    }
    const circuit = new Circuit(socket, { table, log, tcpPort: server.address().port });
    circuits.add(circuit);
    socket.on('close', () => {
      circuits.delete(circuit);
      logLoss(circuit);
    });
  });
  try {
    await listenTcp(server, udp.address().port, listen);
  } catch (error) {
    udp.close();
    throw new Error(`Channel Access cannot listen at ${listen}: ${error.message}.`, { cause: error });
  }
  const tcpPort = server.address().port;
  // what cannot be sent to somebody else is sent to the next one
  udp.on('error', (error) => log(`searches: ${error.message}`));
  udp.on('message', (bytes, { address, port: from }) => {
    const answer = answerDatagram(bytes, table, tcpPort);
    // nobody listens at port 0, and nothing can be sent there
    if (answer && from > 0) udp.send(answer, from, address, ignoreUnreachable);
  });
  const endBeacons = startBeacons({
    tcpPort,
    port: beaconPort,
    send: (message, to) => {
      for (const address of beaconAddresses(listen)) udp.send(message, to, address, ignoreUnreachable);
    },
  });
  const lossReports = setInterval(() => circuits.forEach(logLoss), lossReportMs);
  return {
    tcp: tcpPort,
    udp: udp.address().port,
    /** Who is connected: `from`, `channelCount`, `subscriptionCount`, `droppedCount`. */
    clients: () => [...circuits].map(({ summary }) => summary),
    close: () =>
      new Promise((resolve) => {
        endBeacons();
        clearInterval(lossReports);
        udp.close();
        server.close(resolve);
        for (const circuit of circuits) circuit.destroy();
      }),
  };
}

/** A datagram is told to nobody twice: who did not hear it asks again, and beacons come again. */
function ignoreUnreachable() {}

/** The answer to a datagram with searches, or `undefined` when none of the names is served here. */
function answerDatagram(bytes, table, tcpPort) {
  const messages = decodeDatagram(bytes);
  const answers = messages
    .filter(({ command }) => command === COMMAND.SEARCH)
    .flatMap((message) => answerSearch(message, table, tcpPort))
    .map(({ fields, payload }) => encodeMessage(fields, payload));
  if (answers.length === 0) return undefined;
  const asked = messages.find(({ command }) => command === COMMAND.VERSION);
  const version = { command: COMMAND.VERSION, dataCount: MINOR_VERSION };
  if (asked) Object.assign(version, { dataType: SEQUENCE_IS_VALID, p1: asked.p1 });
  return Buffer.concat([encodeMessage(version), ...answers]);
}

async function listenUdp(port, listen) {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise((resolve, reject) => {
    const refuse = (error) =>
      reject(
        new Error(`Channel Access cannot listen for searches at ${listen}, UDP port ${port}: ${error.message}.`, {
          cause: error,
        }),
      );
    socket.once('error', refuse);
    socket.bind(port, listen, () => {
      socket.off('error', refuse);
      resolve();
    });
  });
  if (listen !== LOOPBACK) socket.setBroadcast(true);
  return socket;
}

async function listenTcp(server, port, listen) {
  const tryPort = (wanted) =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, listen, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await tryPort(port);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    await tryPort(0);
  }
}

/** The clients of this computer, or those of every network that is listened to. */
function beaconAddresses(listen) {
  if (listen === LOOPBACK) return [LOOPBACK];
  return Object.values(networkInterfaces())
    .flatMap((networks) => networks ?? [])
    .filter(({ family, address }) => family === 'IPv4' && (listen === ALL_ADDRESSES || listen === address))
    .map(broadcastOf);
}

function broadcastOf({ address, netmask }) {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((part, index) => Number(part) | (~mask[index] & 0xff))
    .join('.');
}

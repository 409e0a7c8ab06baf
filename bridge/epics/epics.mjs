// Channel Access in the bridge, both ways: pages serve variables to the laboratory, and read those of the laboratory.
import { CaClient } from './ca-client.mjs';
import { startCaServer } from './ca-server.mjs';
import { DEFAULT_PORT } from './codes.mjs';
import { EPICS_PROTOCOL, startPageSession } from './page-session.mjs';
import { PvTable } from './pv-table.mjs';

const POLICY_VIOLATION = 1008;
const MAX_PORT = 65_535;
const LOOPBACK = '127.0.0.1';

/**
 * Where variables are searched, as EPICS' own programs are told: HOST or HOST:PORT, with spaces between; this computer
 * when nothing is said. Throws with a sentence for a port that is none.
 * @param {Record<string, string | undefined>} environment
 * @returns {{ host: string, port: number }[]}
 */
export function searchAddresses({ EPICS_CA_ADDR_LIST: list = '', EPICS_CA_SERVER_PORT: port }) {
  const defaultPort = portOf(port ?? DEFAULT_PORT, 'EPICS_CA_SERVER_PORT');
  const entries = list.split(/\s+/).filter((entry) => entry !== '');
  return (entries.length === 0 ? [LOOPBACK] : entries).map((entry) => {
    const [host, ownPort] = entry.split(':');
    return { host, port: ownPort === undefined ? defaultPort : portOf(ownPort, 'EPICS_CA_ADDR_LIST') };
  });
}

function portOf(text, where) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= MAX_PORT) return port;
  throw new Error(`${where} needs a port from 1 to ${MAX_PORT}, not "${text}".`);
}

/** What others said stands in the log, too: no sign of it ends a line or moves a terminal's cursor. */
const printable = (line) =>
  line.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * @param {{ port?: number, listen?: string, addresses?: { host: string, port: number }[], puts?: string[],
 *   log?: (line: string) => void, graceMs?: number }} options `puts`: what pages may write in the laboratory
 */
export async function startEpics({ port, listen, addresses, puts = [], log: say = () => {}, graceMs }) {
  const log = (line) => say(printable(line));
  const table = new PvTable();
  const server = await startCaServer({ table, port, listen, log });
  const client = new CaClient({ addresses: addresses ?? searchAddresses({}), log });
  return {
    tcp: server.tcp,
    udp: server.udp,
    clients: server.clients,
    /** Takes over an accepted WebSocket of a page. */
    accept(socket, origin) {
      if (socket.protocol !== EPICS_PROTOCOL) {
        socket.on('error', () => {});
        socket.close(POLICY_VIOLATION, `Offer the protocol ${EPICS_PROTOCOL}.`);
        return;
      }
      startPageSession(socket, { table, client, origin, mayPut: (name) => puts.includes(name), log, graceMs });
    },
    async close() {
      client.close();
      await server.close();
    },
  };
}

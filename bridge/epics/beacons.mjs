// Beacons: a datagram that says that the server is there, in quick succession at the start and whenever a network came
// up, then every 15 s. Clients that search in vain take the quick ones as a reason to search again at once.
import { networkInterfaces } from 'node:os';
import { BEACON_PORT, COMMAND, MINOR_VERSION } from './codes.mjs';
import { encodeHeader } from './message.mjs';

const FIRST_INTERVAL_MS = 20;
const LAST_INTERVAL_MS = 15_000;

/**
 * Starts them; ended by what is returned.
 * @param {{ send: (message: Buffer, port: number) => void, tcpPort: number, port?: number }} options
 */
export function startBeacons({ send, tcpPort, port = BEACON_PORT }) {
  let timer;
  let number = 0;
  let intervalMs = FIRST_INTERVAL_MS;
  let networks = networkNames();
  const beat = () => {
    const fields = { command: COMMAND.RSRV_IS_UP, dataType: MINOR_VERSION, dataCount: tcpPort, p1: number++ };
    send(encodeHeader(fields), port);
    const now = networkNames();
    intervalMs = now === networks ? Math.min(2 * intervalMs, LAST_INTERVAL_MS) : FIRST_INTERVAL_MS;
    networks = now;
    timer = setTimeout(beat, intervalMs);
  };
  timer = setTimeout(beat, 0);
  return () => clearTimeout(timer);
}

const networkNames = () =>
  JSON.stringify(
    Object.values(networkInterfaces())
      .flat()
      .map((network) => network?.address)
      .sort(),
  );

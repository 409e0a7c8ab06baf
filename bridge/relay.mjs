// One connection: what comes from the page goes to the instrument and back, bytes as they are. Whoever is slow holds the
// other one up, so that nothing piles up here.
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { isTargetAllowed } from './access.mjs';

/** Who offers this WebSocket protocol is told with a first message of text that the instrument is there. */
export const PROTOCOL = 'pulsebench';
const CONNECTED = 'connected';
const LOOKUP_TIMEOUT_MS = 5000;
/** Also what an instrument has to take the last bytes after the page has closed. */
const CONNECT_TIMEOUT_MS = 5000;
/** Stop reading the instrument while the page is this far behind. */
const MAX_BUFFERED_BYTES = 8 * 2 ** 20;
/** WebSocket close codes: normal, policy violation, internal error; and the longest reason (RFC 6455, 7.4.1 and 5.5). */
const NORMAL = 1000;
const REFUSED = 1008;
const FAILED = 1011;
const MAX_REASON_BYTES = 123;

/** Reasons may hold names that somebody else chose, in any characters. */
function closeWith(socket, code, reason) {
  const ascii = reason.replace(/[^\x20-\x7e]/g, '?');
  // A paused one would not see the other side's answer.
  socket.resume();
  socket.close(code, ascii.slice(0, MAX_REASON_BYTES));
}

/**
 * Takes over an accepted WebSocket. Where the target is not reached, it closes with the reason.
 * @param {import('ws').WebSocket} socket
 * @param {{ host: string, port: number }} target
 * @param {string[]} allow targets named with --allow, as HOST:PORT
 */
export async function relay(socket, target, allow) {
  // A frame that is none, or one too long: ws closes this socket by itself.
  socket.on('error', () => {});
  // What the page sends before the instrument answers waits on its side.
  socket.pause();
  try {
    const instrument = await reach(target, allow);
    if (socket.readyState === socket.OPEN) join(socket, instrument, nameOf(target));
    else instrument.destroy();
  } catch (error) {
    closeWith(socket, error instanceof Refusal ? REFUSED : FAILED, error.message);
  }
}

const nameOf = ({ host, port }) => `${host}:${port}`;

class Refusal extends Error {}

/** The connection to a target, once it is there; nothing is taken from it yet. Rejects with a sentence for the page. */
async function reach(target, allow) {
  const name = nameOf(target);
  const refusal = () => new Refusal(`Start the bridge with --allow ${name} to reach that.`);
  if (!isTargetAllowed(target, allow)) throw refusal();
  try {
    const address = await addressOf(target.host);
    if (!isTargetAllowed(target, allow, address)) throw refusal();
    return await connected({ host: address, port: target.port, timeout: CONNECT_TIMEOUT_MS });
  } catch (error) {
    throw error instanceof Refusal ? error : new Error(`${name}: ${error.message}`, { cause: error });
  }
}

/** A lookup cannot be broken off. One that takes too long is not waited for. */
function addressOf(host) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('its name was not looked up in time')), LOOKUP_TIMEOUT_MS);
    lookup(host)
      .then(({ address }) => resolve(address), reject)
      .finally(() => clearTimeout(timer));
  });
}

function connected(options) {
  return new Promise((resolve, reject) => {
    const instrument = connect(options);
    instrument.once('error', reject);
    instrument.once('timeout', () => instrument.destroy(new Error('it did not answer')));
    instrument.once('connect', () => {
      instrument.removeAllListeners('timeout').setTimeout(0);
      // nothing is taken from it before somebody listens
      instrument.off('error', reject).pause();
      resolve(instrument);
    });
  });
}

function join(socket, instrument, name) {
  if (socket.protocol === PROTOCOL) socket.send(CONNECTED);
  socket.on('message', (bytes) => {
    if (!instrument.write(bytes)) socket.pause();
  });
  instrument.on('drain', () => socket.resume());
  const toPage = (bytes) => {
    socket.send(bytes, () => {
      if (instrument.isPaused() && socket.bufferedAmount < MAX_BUFFERED_BYTES) instrument.resume();
    });
    if (socket.bufferedAmount >= MAX_BUFFERED_BYTES) instrument.pause();
  };
  instrument.on('data', toPage);
  instrument.on('timeout', () => instrument.destroy(new Error('it did not take the last bytes')));
  instrument.on('error', (error) => closeWith(socket, FAILED, `${name}: ${error.message}`));
  instrument.on('end', () => socket.close(NORMAL));
  socket.on('close', () => {
    // The page's last command still goes out.
    instrument.off('data', toPage);
    instrument.setTimeout(CONNECT_TIMEOUT_MS);
    instrument.resume().end();
  });
  instrument.resume();
  socket.resume();
}

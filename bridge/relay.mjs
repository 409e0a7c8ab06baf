// One connection: what comes from the page goes to the instrument and back, bytes as they are. Whoever is slow holds the
// other one up, so that nothing piles up here.
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { isTargetAllowed } from './access.mjs';

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
 * The connection to a target, once it is there. Rejects with what the page is told: a sentence, and a close code.
 * @param {{ host: string, port: number }} target
 * @param {string[]} allow targets named with --allow, as HOST:PORT
 */
export async function reach(target, allow) {
  const { host, port } = target;
  const name = `${host}:${port}`;
  const refusal = () => new Refusal(`Start the bridge with --allow ${name} to reach that.`, REFUSED);
  if (!isTargetAllowed(target, allow)) throw refusal();
  try {
    const { address } = await lookup(host);
    if (!isTargetAllowed(target, allow, address)) throw refusal();
    return await connected({ host: address, port, timeout: CONNECT_TIMEOUT_MS });
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(`${name}: ${error.message}`, FAILED);
  }
}

export class Refusal extends Error {
  constructor(reason, code) {
    super(reason);
    this.code = code;
  }
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

/** Tells an accepted WebSocket why there is no instrument behind it. */
export function refuse(socket, { message, code }) {
  socket.on('error', () => {});
  closeWith(socket, code, message);
}

/**
 * Takes over an accepted WebSocket and the connection to its instrument.
 * @param {import('ws').WebSocket} socket
 * @param {import('node:net').Socket} instrument
 * @param {string} name for messages
 */
export function relay(socket, instrument, name) {
  // A frame that is none, or one too long: ws closes this socket by itself.
  socket.on('error', () => {});
  join(socket, instrument, name);
  instrument.resume();
}

function join(socket, instrument, name) {
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
}

// A page at the bridge's door to Channel Access: what it says goes to one of two sides, what it serves and what it reads.
import { decodeFrame, encodeFrame } from './frame.mjs';
import { PagePublisher } from './page-publisher.mjs';
import { PageSubscriber } from './page-subscriber.mjs';

/** The WebSocket protocol that a page must offer. */
export const EPICS_PROTOCOL = 'pulsebench-epics';
/** Two arrays of four million values. */
export const MAX_PAGE_FRAME_BYTES = 2 ** 26;
const MAX_BUFFERED_BYTES = 2 ** 23;
/** A page that takes so little is ended: it does not hear what is written, either. */
const MAX_BEHIND_BYTES = 2 ** 27;
const POLICY_VIOLATION = 1008;
const MAX_REASON_BYTES = 123;

/** Of the two sides. */
const PUBLISHING = new Set(['define', 'update', 'rights', 'remove', 'put-done']);
const SUBSCRIBING = new Set(['subscribe', 'unsubscribe', 'write']);

/**
 * Takes over an accepted WebSocket.
 * @param {import('ws').WebSocket} socket
 * @param {{ table: import('./pv-table.mjs').PvTable, client: import('./ca-client.mjs').CaClient, origin: string,
 *   mayPut: (name: string) => boolean, log: (line: string) => void, graceMs?: number }} context
 */
export function startPageSession(socket, { table, client, origin, mayPut, log, graceMs }) {
  const outlet = {
    get isFull() {
      return socket.bufferedAmount >= MAX_BUFFERED_BYTES;
    },
    tell(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BEHIND_BYTES) socket.terminate();
      else socket.send(encodeFrame(message), () => subscriber.drained());
    },
  };
  const publisher = new PagePublisher(table, outlet.tell, graceMs);
  const subscriber = new PageSubscriber(client, { mayPut, outlet, log, from: origin });
  socket.on('error', (error) => log(`a page of ${origin}: ${error.message}`));
  socket.on('close', () => {
    publisher.close();
    subscriber.close();
  });
  socket.on('message', (bytes, isBinary) => {
    try {
      const message = decodeFrame(bytes, isBinary);
      if (PUBLISHING.has(message.op)) publisher[message.op](message);
      else if (SUBSCRIBING.has(message.op)) void subscriber[message.op](message);
      else throw new Error(`There is no "${message.op}" here.`);
    } catch (error) {
      const reason = error.message.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_REASON_BYTES);
      log(`a page of ${origin} was ended: ${reason}`);
      socket.close(POLICY_VIOLATION, reason);
    }
  });
}

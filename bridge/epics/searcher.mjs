// Finds servers by the names of their variables: asks the given addresses over UDP, again and again, more and more slowly.
import { createSocket } from 'node:dgram';
import { COMMAND, DONT_REPLY, MINOR_VERSION, SENDER_ADDRESS, SEQUENCE_IS_VALID } from './codes.mjs';
import { decodeDatagram, encodeMessage, encodeText } from './message.mjs';

const FIRST_INTERVAL_MS = 30;
const LAST_INTERVAL_MS = 10_000;
/** Names that are due so soon are asked for together. */
const TOGETHER_MS = 10;
/** What passes every network in one piece. */
const MAX_DATAGRAM_BYTES = 1400;

export class Searcher {
  /** @type {Map<number, { name: string, dueMs: number, intervalMs: number }>} */
  #wanted = new Map();
  #addresses;
  #onFound;
  #log;
  #socket;
  #timer;
  #sequence = 0;

  /**
   * @param {{ addresses: { host: string, port: number }[], log: (line: string) => void,
   *   onFound: (cid: number, server: { host: string, port: number }) => void }} options
   */
  constructor({ addresses, onFound, log }) {
    this.#addresses = addresses;
    this.#onFound = onFound;
    this.#log = log;
  }

  /** Looks for a name until it is found or forgotten. */
  add(cid, name, waitMs = 0) {
    this.#wanted.set(cid, { name, dueMs: performance.now() + waitMs, intervalMs: FIRST_INTERVAL_MS });
    this.#schedule();
  }

  forget(cid) {
    this.#wanted.delete(cid);
  }

  close() {
    clearTimeout(this.#timer);
    this.#wanted.clear();
    this.#socket?.close();
    this.#socket = undefined;
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (this.#wanted.size === 0) return;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const wanted of this.#wanted.values()) dueMs = Math.min(dueMs, wanted.dueMs);
    this.#timer = setTimeout(() => this.#ask(), Math.max(0, dueMs - performance.now()));
  }

  #ask() {
    const until = performance.now() + TOGETHER_MS;
    const searches = [];
    for (const [cid, wanted] of this.#wanted) {
      if (wanted.dueMs > until) continue;
      wanted.dueMs = performance.now() + wanted.intervalMs;
      wanted.intervalMs = Math.min(2 * wanted.intervalMs, LAST_INTERVAL_MS);
      const fields = { command: COMMAND.SEARCH, dataType: DONT_REPLY, dataCount: MINOR_VERSION, p1: cid, p2: cid };
      searches.push(encodeMessage(fields, encodeText(wanted.name)));
    }
    for (const datagram of this.#datagramsOf(searches)) {
      for (const { host, port } of this.#addresses) this.#open().send(datagram, port, host, this.#sent);
    }
    this.#schedule();
  }

  #sent = (error) => {
    if (error) this.#log(`searching: ${error.message}`);
  };

  #datagramsOf(searches) {
    const datagrams = [];
    let pieces = [];
    let bytes = 0;
    for (const search of searches) {
      if (pieces.length === 0 || bytes + search.length > MAX_DATAGRAM_BYTES) {
        const fields = { dataType: SEQUENCE_IS_VALID, dataCount: MINOR_VERSION, p1: ++this.#sequence };
        const version = encodeMessage({ command: COMMAND.VERSION, ...fields });
        pieces = [version];
        bytes = version.length;
        datagrams.push(pieces);
      }
      pieces.push(search);
      bytes += search.length;
    }
    return datagrams.map((parts) => Buffer.concat(parts));
  }

  #open() {
    if (this.#socket) return this.#socket;
    this.#socket = createSocket('udp4');
    this.#socket.bind(0, () => this.#socket?.setBroadcast(true));
    this.#socket.on('error', (error) => this.#log(`searching: ${error.message}`));
    this.#socket.on('message', (bytes, { address }) => {
      for (const message of decodeDatagram(bytes)) this.#heard(message, address);
    });
    return this.#socket;
  }

  #heard({ command, dataType: port, p1, p2: cid }, host) {
    if (command !== COMMAND.SEARCH || !this.#wanted.has(cid) || port === 0) return;
    // Connections go to who has answered, not to whom an answer names.
    if (p1 !== SENDER_ADDRESS && p1 !== numberOf(host)) return;
    this.#wanted.delete(cid);
    this.#onFound(cid, { host, port });
  }
}

const numberOf = (address) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

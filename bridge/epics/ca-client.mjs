// The Channel Access client: finds variables by name, tells their values as they change, writes them, and finds them
// again when their server went away.

import { ClientCircuit } from './client-circuit.mjs';
import { BASE_TYPES } from './convert.mjs';
import { dbrType, encodeDbr } from './dbr.mjs';
import { Searcher } from './searcher.mjs';

/** After a loss; a server that lets go at once is not asked without a pause. */
const SEARCH_AGAIN_MS = 500;

/**
 * @typedef {object} ChannelListener
 * @property {(about: { type: string, maxCount: number, isWritable: boolean, from: string,
 *   meta: import('./dbr.mjs').Meta }) => void} onConnected
 * @property {(reason: string) => void} onDisconnected
 * @property {(reading: import('./dbr.mjs').Reading) => void} onValue
 * @property {(isWritable: boolean) => void} onRights
 * @property {(reason: string) => void} onFault
 */

/** A variable somewhere else; searched for until it is closed. */
export class ClientChannel {
  sid;
  type;
  /** Where it was found. @type {ClientCircuit | undefined} */
  circuit;
  #client;
  #listener;
  #isConnected = false;
  #isWritable = false;
  #maxCount = 0;
  #isClosed = false;

  /** @param {ChannelListener} listener */
  constructor(client, cid, name, listener) {
    this.#client = client;
    this.cid = cid;
    this.name = name;
    this.#listener = listener;
  }

  /** Resolves when the server says that it is done. @param {ArrayLike<number> | string[]} values of its own type */
  async put(values) {
    if (!this.#isConnected) throw new Error(`${this.name} is not connected.`);
    if (!this.#isWritable) throw new Error(`The server does not allow to write ${this.name}.`);
    if (values.length < 1 || values.length > this.#maxCount) {
      throw new Error(`${this.name} has at most ${this.#maxCount} values.`);
    }
    const dataType = BASE_TYPES.indexOf(this.type);
    const payload = encodeDbr(dataType, values.length, { values, status: 0, severity: 0 }, this.type, {});
    await this.circuit.write(this, dataType, values.length, payload);
  }

  close() {
    this.#isClosed = true;
    this.#client.forget(this);
    this.circuit?.clear(this);
    this.#isConnected = false;
    this.sid = undefined;
  }

  /** The circuit tells what its server says; nobody else calls what follows. */
  async created(sid, type, maxCount) {
    const { circuit } = this;
    this.sid = sid;
    this.type = type;
    this.#maxCount = maxCount;
    let meta = {};
    try {
      ({ meta } = await circuit.read(this, dbrType('CTRL', type), 1));
    } catch (error) {
      if (this.sid === sid) this.#listener.onFault(`${this.name} says no unit and no limits: ${error.message}`);
    }
    if (this.#isClosed || this.circuit !== circuit || this.sid !== sid) return;
    this.#isConnected = true;
    const from = circuit.name;
    this.#listener.onConnected({ type, maxCount, isWritable: this.#isWritable, from, meta });
    circuit.monitor(this);
  }

  rightsChanged(isWritable) {
    this.#isWritable = isWritable;
    if (this.#isConnected) this.#listener.onRights(isWritable);
  }

  changed(reading) {
    if (this.#isConnected && reading.base === this.type) this.#listener.onValue(reading);
  }

  failed(reason) {
    this.#listener.onFault(reason);
  }

  lost(reason) {
    const wasConnected = this.#isConnected;
    this.#isConnected = false;
    this.sid = undefined;
    this.circuit = undefined;
    if (this.#isClosed) return;
    if (wasConnected) this.#listener.onDisconnected(reason);
    this.#client.searchAgain(this);
  }
}

export class CaClient {
  #searcher;
  /** @type {Map<number, ClientChannel>} */
  #channels = new Map();
  /** @type {Map<string, ClientCircuit>} */
  #circuits = new Map();
  #nextCid = 1;
  #idleMs;
  #log;

  /**
   * @param {{ addresses: { host: string, port: number }[], log?: (line: string) => void, idleMs?: number }} options
   */
  constructor({ addresses, log = () => {}, idleMs }) {
    this.#idleMs = idleMs;
    this.#log = log;
    this.#searcher = new Searcher({ addresses, log, onFound: (cid, server) => this.#found(cid, server) });
  }

  /** @param {ChannelListener} listener @returns {ClientChannel} */
  channel(name, listener) {
    const channel = new ClientChannel(this, this.#nextCid++, name, listener);
    this.#channels.set(channel.cid, channel);
    this.#searcher.add(channel.cid, name);
    return channel;
  }

  close() {
    for (const channel of [...this.#channels.values()]) channel.close();
    this.#searcher.close();
    for (const circuit of this.#circuits.values()) circuit.close();
  }

  forget({ cid }) {
    this.#channels.delete(cid);
    this.#searcher.forget(cid);
  }

  searchAgain({ cid, name }) {
    this.#searcher.add(cid, name, SEARCH_AGAIN_MS);
  }

  #found(cid, server) {
    const channel = this.#channels.get(cid);
    if (!channel) return;
    const key = `${server.host}:${server.port}`;
    let circuit = this.#circuits.get(key);
    if (!circuit) {
      circuit = new ClientCircuit(server, { idleMs: this.#idleMs, onClosed: (reason) => this.#closed(key, reason) });
      this.#circuits.set(key, circuit);
    }
    circuit.create(channel);
  }

  #closed(key, reason) {
    const circuit = this.#circuits.get(key);
    this.#circuits.delete(key);
    if (circuit.channels.size > 0) this.#log(`the server at ${key} was lost: ${reason}`);
    for (const channel of circuit.channels.values()) channel.lost(reason);
  }
}

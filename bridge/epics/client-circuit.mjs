// One connection to one server, shared by all channels that were found there.
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { COMMAND, ECA, MASK, MINOR_VERSION, RIGHTS } from './codes.mjs';
import { BASE_TYPES } from './convert.mjs';
import { dbrType, decodeDbr } from './dbr.mjs';
import { decodeText, encodeMessage, encodeText, MessageParser, MessageTooLong } from './message.mjs';

const MAX_MESSAGE_BYTES = 2 ** 26;
const CONNECT_TIMEOUT_MS = 5000;
const IDLE_MS = 30_000;
const ECHO_TIMEOUT_MS = 5000;
const HEADER_BYTES = 16;
const CLIENT_NAME = 'pulsebench';

const FAULTS = {
  [ECA.NOWTACCESS]: 'the server does not allow it',
  [ECA.PUTFAIL]: 'the server did not take the value',
  [ECA.BADTYPE]: 'the server does not know the type',
  [ECA.BADCOUNT]: 'the server has not so many values',
  [ECA.TOLARGE]: 'the server has no room for so many values',
};

const faultOf = (code) => FAULTS[code] ?? `the server says ${code >> 3} (ECA ${code})`;

export class ClientCircuit {
  /** By the client's number for them. @type {Map<number, import('./ca-client.mjs').ClientChannel>} */
  channels = new Map();
  #socket;
  #parser = new MessageParser(MAX_MESSAGE_BYTES);
  #requests = new Map();
  #nextRequest = 1;
  #echoTimer;
  #idleMs;
  #isSilent = false;

  /**
   * @param {{ host: string, port: number }} server
   * @param {{ onClosed: (reason: string) => void, idleMs?: number }} options
   */
  constructor({ host, port }, { onClosed, idleMs = IDLE_MS }) {
    this.name = `${host}:${port}`;
    this.#idleMs = idleMs;
    this.#socket = connect({ host, port, noDelay: true, timeout: CONNECT_TIMEOUT_MS });
    let reason = 'the server closed the connection';
    this.#socket.once('timeout', () => this.#socket.destroy(new Error('the server does not answer')));
    this.#socket.once('connect', () => this.#socket.setTimeout(0));
    this.#socket.on('error', (error) => {
      reason = error.message;
      this.#socket.destroy();
    });
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('close', () => {
      clearTimeout(this.#echoTimer);
      for (const { reject } of this.#requests.values()) reject(new Error(reason));
      this.#requests.clear();
      onClosed(reason);
    });
    this.#send({ command: COMMAND.VERSION, dataCount: MINOR_VERSION });
    this.#send({ command: COMMAND.CLIENT_NAME }, encodeText(CLIENT_NAME));
    this.#send({ command: COMMAND.HOST_NAME }, encodeText(hostname()));
    this.#watch();
  }

  create(channel) {
    this.channels.set(channel.cid, channel);
    channel.circuit = this;
    this.#send({ command: COMMAND.CREATE_CHAN, p1: channel.cid, p2: MINOR_VERSION }, encodeText(channel.name));
  }

  /** Gives a channel back; the connection ends with its last one. */
  clear({ cid, sid }) {
    if (!this.channels.delete(cid)) return;
    if (sid !== undefined) this.#send({ command: COMMAND.CLEAR_CHANNEL, p1: sid, p2: cid });
    if (this.channels.size === 0) this.close();
  }

  /** @returns {Promise<ReturnType<typeof decodeDbr>>} */
  read({ sid }, dataType, dataCount) {
    return this.#request({ command: COMMAND.READ_NOTIFY, dataType, dataCount, p1: sid });
  }

  /** Resolves when the server has done it. @returns {Promise<void>} */
  write({ sid }, dataType, dataCount, payload) {
    return this.#request({ command: COMMAND.WRITE_NOTIFY, dataType, dataCount, p1: sid }, payload);
  }

  /** Values and alarms, with their times, as many values as there are; told under the channel's own number. */
  monitor({ sid, cid, type }) {
    const wish = Buffer.alloc(HEADER_BYTES);
    wish.writeUInt16BE(MASK.VALUE | MASK.ALARM, 12);
    this.#send({ command: COMMAND.EVENT_ADD, dataType: dbrType('TIME', type), dataCount: 0, p1: sid, p2: cid }, wish);
  }

  close() {
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #request(fields, payload) {
    const id = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve, reject });
      this.#send({ ...fields, p2: id }, payload);
    });
  }

  #send(fields, payload) {
    if (this.#socket.writable) this.#socket.write(encodeMessage(fields, payload));
  }

  /** A server that says nothing for long is asked for an echo; one that is silent then has gone. */
  #watch() {
    clearTimeout(this.#echoTimer);
    this.#echoTimer = setTimeout(
      () => {
        if (this.#isSilent) {
          this.#socket.destroy(new Error('the server does not answer'));
          return;
        }
        this.#isSilent = true;
        this.#send({ command: COMMAND.ECHO });
        this.#watch();
      },
      this.#isSilent ? Math.min(ECHO_TIMEOUT_MS, this.#idleMs) : this.#idleMs,
    );
  }

  #take(bytes) {
    this.#isSilent = false;
    this.#watch();
    this.#parser.push(bytes);
    try {
      for (let message = this.#parser.next(); message; message = this.#parser.next()) this.#handle(message);
    } catch (error) {
      // what a server sends is not ours to trust: it ends this connection, and nothing else
      if (!(error instanceof MessageTooLong) && !(error instanceof RangeError)) throw error;
      this.#socket.destroy(error);
    }
  }

  #handle({ command, dataType, dataCount, p1, p2, payload }) {
    switch (command) {
      case COMMAND.CREATE_CHAN:
        return this.#created({ cid: p1, sid: p2, type: BASE_TYPES[dataType], maxCount: dataCount });
      case COMMAND.ACCESS_RIGHTS:
        this.channels.get(p1)?.rightsChanged((p2 & RIGHTS.WRITE) !== 0);
        return;
      case COMMAND.CREATE_CH_FAIL:
      case COMMAND.SERVER_DISCONN:
        return this.#lose(p1);
      case COMMAND.READ_NOTIFY:
        return this.#settle(p2, p1, () => decodeDbr(dataType, dataCount, payload));
      case COMMAND.WRITE_NOTIFY:
        return this.#settle(p2, p1, () => undefined);
      case COMMAND.EVENT_ADD:
        // an empty one confirms the end of a monitor
        if (payload.length > 0 && p1 === ECA.NORMAL) {
          this.channels.get(p2)?.changed(decodeDbr(dataType, dataCount, payload));
        }
        return;
      case COMMAND.ERROR:
        return this.#failed(p2, payload);
      default:
        // VERSION, ECHO and whatever a newer server adds
        return;
    }
  }

  #created({ cid, sid, type, maxCount }) {
    const channel = this.channels.get(cid);
    if (channel && type !== undefined) channel.created(sid, type, maxCount);
    // nobody waits for it any more
    else this.#send({ command: COMMAND.CLEAR_CHANNEL, p1: sid, p2: cid });
  }

  #lose(cid) {
    const channel = this.channels.get(cid);
    if (!channel) return;
    this.channels.delete(cid);
    channel.lost('the server has it no more');
    if (this.channels.size === 0) this.close();
  }

  #settle(id, code, answerOf) {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (code !== ECA.NORMAL) {
      request?.reject(new Error(faultOf(code)));
      return;
    }
    try {
      request?.resolve(answerOf());
    } catch (error) {
      request?.reject(error);
    }
  }

  /** An ERROR carries the header of the request that it is about, and a text. */
  #failed(code, payload) {
    if (payload.length < HEADER_BYTES) return;
    const id = payload.readUInt32BE(12);
    const command = payload.readUInt16BE(0);
    if (command === COMMAND.EVENT_ADD) {
      this.channels.get(id)?.failed(`${faultOf(code)}: ${decodeText(payload.subarray(HEADER_BYTES))}`);
    } else if (command === COMMAND.READ_NOTIFY || command === COMMAND.WRITE_NOTIFY) {
      this.#settle(id, code, () => undefined);
    }
  }
}

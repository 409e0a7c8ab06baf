// One client of the server: its requests, in order. A request that Base would answer with an end of the connection ends
// it here, too.
import { Channel, isMask } from './channel.mjs';
import { COMMAND, ECA, LONG_HEADER_MINOR, MINOR_VERSION, SENDER_ADDRESS } from './codes.mjs';
import { BASE_TYPES } from './convert.mjs';
import { CLASS_NAME_TYPE, encodeClassName, layoutOf, payloadBytesOf } from './dbr.mjs';
import {
  decodeText,
  encodeHeader,
  encodeText,
  MessageParser,
  MessageTooLong,
  needsLongHeader,
  padded,
} from './message.mjs';
import { Outlet } from './outlet.mjs';
import { answerSearch } from './search-answer.mjs';
import { REFUSALS, shortText, writtenValues } from './written.mjs';

const MAX_REQUEST_BYTES = 2 ** 22;
const MAX_CHANNELS = 10_000;
const MAX_SUBSCRIPTIONS = 10_000;
const MAX_PUTS_UNDER_WAY = 100;
/** A client may ask for more values than there are, for arrays that it has already; not for any number. */
const MIN_COUNT_LIMIT = 16_384;
const MAX_NAME_LENGTH = 60;
const KEEP_ALIVE_MS = 30_000;

export class Circuit {
  #socket;
  #table;
  #log;
  #tcpPort;
  #address;
  #outlet;
  #parser = new MessageParser(MAX_REQUEST_BYTES);
  #minor = 0;
  #user = '';
  #host = '';
  /** @type {Map<number, Channel>} */
  #channels = new Map();
  #nextSid = 1;
  #subscriptionCount = 0;
  #putsUnderWay = 0;
  #isEnding = false;

  /**
   * @param {import('node:net').Socket} socket
   * @param {{ table: import('./pv-table.mjs').PvTable, log: (line: string) => void, tcpPort: number }} context
   */
  constructor(socket, { table, log, tcpPort }) {
    this.#socket = socket;
    this.#table = table;
    this.#log = log;
    this.#tcpPort = tcpPort;
    this.#address = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#outlet = new Outlet(socket, () => {
      socket.resume();
      this.#work();
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (bytes) => {
      this.#parser.push(bytes);
      this.#work();
    });
    // A reset is how some clients say goodbye.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#leave());
    socket.on('close', () => this.#leave());
    this.reply({ command: COMMAND.VERSION, dataCount: MINOR_VERSION });
  }

  /** Who it is, by its own words, and how it does. */
  get summary() {
    return {
      from: this.#from,
      channelCount: this.#channels.size,
      subscriptionCount: this.#subscriptionCount,
      droppedCount: this.#outlet.droppedCount,
    };
  }

  get #from() {
    return `${JSON.stringify(this.#user)} on ${JSON.stringify(this.#host)} at ${this.#address}`;
  }

  reply(fields, payload) {
    this.#outlet.answer(fields, payload);
  }

  offer(subscription, update) {
    this.#outlet.offer(subscription, update);
  }

  forget(subscription) {
    this.#subscriptionCount--;
    this.#outlet.forget(subscription);
  }

  /** @param {Channel} channel */
  drop(channel) {
    this.#channels.delete(channel.sid);
    channel.close();
  }

  destroy() {
    this.#socket.destroy();
  }

  #leave() {
    this.#isEnding = true;
    for (const channel of [...this.#channels.values()]) this.drop(channel);
  }

  #work() {
    try {
      while (!this.#isEnding && !this.#outlet.isFull) {
        const message = this.#parser.next();
        if (message === undefined) return;
        this.#handle(message);
      }
      if (this.#outlet.isFull) this.#socket.pause();
    } catch (error) {
      if (!(error instanceof MessageTooLong)) throw error;
      this.#sendError(ECA.TOLARGE, 'A request of this size is not taken', error.header);
      this.#end();
    }
  }

  #handle(message) {
    switch (message.command) {
      case COMMAND.VERSION:
        this.#minor = message.dataCount;
        return;
      case COMMAND.CLIENT_NAME:
        this.#user = decodeText(message.payload).slice(0, MAX_NAME_LENGTH);
        return;
      case COMMAND.HOST_NAME:
        this.#host = decodeText(message.payload).slice(0, MAX_NAME_LENGTH);
        return;
      case COMMAND.ECHO:
        return this.reply(message);
      case COMMAND.SEARCH:
        for (const { fields, payload } of answerSearch(message, this.#table, this.#tcpPort))
          this.reply(fields, payload);
        return;
      case COMMAND.CREATE_CHAN:
        return this.#create(message);
      case COMMAND.EVENTS_OFF:
        return this.#outlet.setEvents(false);
      case COMMAND.EVENTS_ON:
        return this.#outlet.setEvents(true);
      case COMMAND.READ_NOTIFY:
      case COMMAND.WRITE:
      case COMMAND.WRITE_NOTIFY:
      case COMMAND.EVENT_ADD:
      case COMMAND.EVENT_CANCEL:
      case COMMAND.CLEAR_CHANNEL:
        return this.#handleChannel(message);
      default:
        this.#sendError(ECA.INTERNAL, 'invalid (damaged?) request code from TCP', headerOf(message));
        return this.#end();
    }
  }

  #handleChannel(message) {
    const channel = this.#channels.get(message.p1);
    if (!channel) return this.#badResource(message);
    switch (message.command) {
      case COMMAND.READ_NOTIFY:
        return this.#read(channel, message);
      case COMMAND.EVENT_ADD:
        return this.#subscribe(channel, message);
      case COMMAND.EVENT_CANCEL: {
        if (!channel.unsubscribe(message.p2)) return this.#badResource(message);
        const { dataType, dataCount, p1, p2 } = message;
        return this.reply({ command: COMMAND.EVENT_ADD, dataType, dataCount, p1, p2 });
      }
      case COMMAND.CLEAR_CHANNEL:
        this.drop(channel);
        return this.reply({ command: COMMAND.CLEAR_CHANNEL, p1: message.p1, p2: message.p2 });
      default:
        return this.#write(channel, message);
    }
  }

  #create({ p1: cid, p2: minor, payload }) {
    // said here, too, and by some clients only here
    this.#minor = minor;
    const pv = this.#table.get(decodeText(payload));
    if (!pv || this.#channels.size >= MAX_CHANNELS) return this.reply({ command: COMMAND.CREATE_CH_FAIL, p1: cid });
    const channel = new Channel(pv, { sid: this.#nextSid++, cid }, this);
    this.#channels.set(channel.sid, channel);
    channel.onRights();
    const dataType = BASE_TYPES.indexOf(pv.type);
    this.reply({ command: COMMAND.CREATE_CHAN, dataType, dataCount: pv.maxCount, p1: cid, p2: channel.sid });
  }

  #read({ pv }, { dataType, dataCount: wantedCount, p2 }) {
    if (dataType !== CLASS_NAME_TYPE && !layoutOf(dataType)) return this.#end();
    const code = this.#countFault(pv, dataType, wantedCount);
    const answer = { command: COMMAND.READ_NOTIFY, dataType, dataCount: wantedCount, p2 };
    if (code !== undefined) return this.reply({ ...answer, p1: code });
    const isClassName = dataType === CLASS_NAME_TYPE;
    const { count, payload } = isClassName
      ? { count: 1, payload: encodeClassName(pv.className) }
      : pv.update.encode(dataType, wantedCount);
    this.reply({ ...answer, dataCount: count, p1: ECA.NORMAL }, payload);
  }

  #subscribe(channel, message) {
    const { dataType, dataCount: wantedCount, p2: id, payload } = message;
    const isComplete = payload.length >= 14;
    if (!layoutOf(dataType) || !isComplete || channel.subscriptions.has(id)) return this.#end();
    const mask = payload.readUInt16BE(12);
    const isFull = this.#subscriptionCount >= MAX_SUBSCRIPTIONS;
    const code = isFull ? ECA.TOLARGE : this.#countFault(channel.pv, dataType, wantedCount);
    if (code !== undefined || !isMask(mask)) {
      return this.#sendError(code ?? ECA.BADMASK, 'This subscription is not taken', headerOf(message), channel.cid);
    }
    this.#subscriptionCount++;
    channel.subscribe({ id, type: dataType, count: wantedCount, mask });
  }

  /** Why so many values cannot be had, as a code. */
  #countFault(pv, dataType, wantedCount) {
    if (dataType === CLASS_NAME_TYPE) return undefined;
    if (wantedCount > Math.max(pv.maxCount, MIN_COUNT_LIMIT)) return ECA.BADCOUNT;
    const count = wantedCount === 0 ? pv.maxCount : wantedCount;
    const isTooNew = this.#minor < LONG_HEADER_MINOR && needsLongHeader(payloadBytesOf(dataType, count), count);
    return isTooNew ? ECA.TOLARGE : undefined;
  }

  async #write(channel, message) {
    const { pv, cid } = channel;
    const { command, dataType, dataCount, p2 } = message;
    const wantsAnswer = command === COMMAND.WRITE_NOTIFY;
    const values = writtenValues(message, pv);
    let code = typeof values === 'number' ? values : undefined;
    if (!pv.isWritable || !pv.onPut) code = ECA.NOWTACCESS;
    let outcome = code === undefined ? 'done' : REFUSALS[code];
    if (code === undefined) {
      this.#putsUnderWay++;
      try {
        if (this.#putsUnderWay > MAX_PUTS_UNDER_WAY) throw new Error('too many writes are under way');
        await pv.onPut({ values, from: this.#from, wantsAnswer });
        code = ECA.NORMAL;
      } catch (error) {
        code = ECA.PUTFAIL;
        outcome = `refused: ${error.message}`;
      }
      this.#putsUnderWay--;
    }
    this.#log(`put ${shortText(values)} into ${pv.name} by ${this.#from}: ${outcome}`);
    if (wantsAnswer) this.reply({ command, dataType, dataCount, p1: code, p2 });
    else if (code !== ECA.NORMAL) this.#sendError(code, 'This value is not taken', headerOf(message), cid);
  }

  #badResource(message) {
    this.#sendError(ECA.INTERNAL, 'Bad Resource ID: nothing has this number', headerOf(message));
    this.#end();
  }

  #sendError(code, text, header, cid = SENDER_ADDRESS) {
    const payload = padded(Buffer.concat([header, encodeText(text)]));
    this.reply({ command: COMMAND.ERROR, p1: cid, p2: code }, payload);
  }

  #end() {
    this.#leave();
    this.#socket.end();
  }
}

const headerOf = (message) => encodeHeader(message, message.payload.length).subarray(0, 16);

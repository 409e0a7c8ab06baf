// The way out to one client. Answers queue up to a bound, from which on no more requests are taken; updates never queue:
// while the client is behind, the newest of each subscription waits, and the others are counted as dropped.
import { COMMAND, ECA } from './codes.mjs';
import { encodeHeader } from './message.mjs';

/** Answers that may wait for a client before it is not listened to. */
const MAX_WAITING_ANSWER_BYTES = 2 ** 18;
/** A client that takes nothing for so long has gone, whatever its TCP says. */
const STALLED_MS = 120_000;

export class Outlet {
  droppedCount = 0;
  #socket;
  #onReady;
  #areEventsOn = true;
  #waitingAnswerBytes = 0;
  #waiting = new Set();
  #stallTimer;

  /**
   * @param {import('node:net').Socket} socket
   * @param {() => void} onReady requests may be answered again
   */
  constructor(socket, onReady) {
    this.#socket = socket;
    this.#onReady = onReady;
    socket.on('drain', () => this.#drained());
    socket.on('close', () => clearTimeout(this.#stallTimer));
  }

  /** Whether the client has more answers to take than may wait. */
  get isFull() {
    return this.#waitingAnswerBytes > MAX_WAITING_ANSWER_BYTES;
  }

  /** An answer, always sent. */
  answer(fields, payload) {
    const bytes = this.#send(fields, payload);
    if (this.#socket.writableNeedDrain) this.#waitingAnswerBytes += bytes;
  }

  /** The newest update of a subscription, now or when the client can take it. */
  offer(subscription, update) {
    if (this.#areEventsOn && !this.#socket.writableNeedDrain) {
      this.#sendUpdate(subscription, update);
      return;
    }
    if (subscription.waiting !== undefined) this.droppedCount++;
    subscription.waiting = update;
    this.#waiting.add(subscription);
  }

  forget(subscription) {
    this.#waiting.delete(subscription);
  }

  /** What the client asks for when it cannot follow (EVENTS_OFF), and takes back (EVENTS_ON). */
  setEvents(areOn) {
    this.#areEventsOn = areOn;
    this.#sendWaiting();
  }

  #drained() {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
    this.#waitingAnswerBytes = 0;
    // requests first: one of them may say that updates are too many
    this.#onReady();
    this.#sendWaiting();
  }

  #sendWaiting() {
    for (const subscription of this.#waiting) {
      if (!this.#areEventsOn || this.#socket.writableNeedDrain) return;
      this.#waiting.delete(subscription);
      const update = subscription.waiting;
      subscription.waiting = undefined;
      this.#sendUpdate(subscription, update);
    }
  }

  #sendUpdate({ id, type, count: wantedCount }, update) {
    const { count, payload } = update.encode(type, wantedCount);
    this.#send({ command: COMMAND.EVENT_ADD, dataType: type, dataCount: count, p1: ECA.NORMAL, p2: id }, payload);
  }

  #send(fields, payload) {
    const header = encodeHeader(fields, payload?.length);
    if (!this.#socket.writable) return 0;
    this.#socket.cork();
    this.#socket.write(header);
    if (payload?.length > 0) this.#socket.write(payload);
    this.#socket.uncork();
    if (this.#socket.writableNeedDrain) {
      this.#stallTimer ??= setTimeout(() => this.#socket.destroy(new Error('it took nothing any more')), STALLED_MS);
    }
    return header.length + (payload?.length ?? 0);
  }
}

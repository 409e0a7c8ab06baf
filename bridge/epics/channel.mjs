// What one client has of one variable: a channel, and subscriptions to it. Of a subscription only the newest update
// waits while the client does not take more.
import { COMMAND, MASK } from './codes.mjs';

/** A client's wish to be told of changes. `waiting` is the newest update that could not be sent. */
class Subscription {
  waiting;

  constructor(channel, { id, type, count, mask }) {
    this.channel = channel;
    this.id = id;
    this.type = type;
    this.count = count;
    this.mask = mask;
  }
}

export class Channel {
  /** @type {Map<number, Subscription>} */
  subscriptions = new Map();
  #link;

  /**
   * @param {import('./pv.mjs').Pv} pv
   * @param {{ sid: number, cid: number }} ids of the server and of the client
   * @param {{ offer(subscription: Subscription, update: object): void, forget(subscription: Subscription): void,
   *   reply(fields: object): void, drop(channel: Channel): void }} link the client
   */
  constructor(pv, { sid, cid }, link) {
    this.pv = pv;
    this.sid = sid;
    this.cid = cid;
    this.#link = link;
    pv.listen(this);
  }

  onUpdate(update, mask) {
    for (const subscription of this.subscriptions.values()) {
      if ((subscription.mask & mask) !== 0) this.#link.offer(subscription, update);
    }
  }

  onRights() {
    this.#link.reply({ command: COMMAND.ACCESS_RIGHTS, p1: this.cid, p2: this.pv.rights });
  }

  onGone() {
    this.#link.reply({ command: COMMAND.SERVER_DISCONN, p1: this.cid });
    this.#link.drop(this);
  }

  /** The value now is its first update. */
  subscribe({ id, type, count, mask }) {
    const subscription = new Subscription(this, { id, type, count, mask });
    this.subscriptions.set(id, subscription);
    this.#link.offer(subscription, this.pv.update);
  }

  unsubscribe(id) {
    const subscription = this.subscriptions.get(id);
    if (!subscription) return false;
    this.subscriptions.delete(id);
    this.#link.forget(subscription);
    return true;
  }

  close() {
    this.pv.leave(this);
    for (const id of [...this.subscriptions.keys()]) this.unsubscribe(id);
  }
}

/** What a client may ask to be told of. */
export const isMask = (mask) => (mask & (MASK.VALUE | MASK.LOG | MASK.ALARM | MASK.PROPERTY)) !== 0;

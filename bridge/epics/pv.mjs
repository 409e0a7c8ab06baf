// A process variable: what it is, its value now, and who listens. Knows no sockets.
import { RIGHTS, SEVERITY, STATUS } from './codes.mjs';
import { arrayOf } from './convert.mjs';
import { encodeDbr } from './dbr.mjs';

/** A variable is asked for in few types and counts; who asks for others has them encoded each time. */
const MAX_KEPT_PAYLOADS = 8;
const SCALAR_CLASSES = {
  STRING: 'stringin',
  SHORT: 'longin',
  FLOAT: 'ai',
  ENUM: 'mbbi',
  CHAR: 'longin',
  LONG: 'longin',
  DOUBLE: 'ai',
};

/** A value and what was said with it; encoded once for all who want the same type and count. */
class Update {
  #pv;
  #payloads = new Map();

  constructor(pv, reading) {
    this.#pv = pv;
    this.reading = reading;
  }

  /** The payload for a wanted count; 0 stands for as many as there are. */
  encode(type, wantedCount) {
    const count = wantedCount === 0 ? this.reading.values.length : wantedCount;
    const key = `${type}/${count}`;
    let payload = this.#payloads.get(key);
    if (payload === undefined) {
      payload = encodeDbr(type, count, this.reading, this.#pv.type, this.#pv.meta);
      if (this.#payloads.size < MAX_KEPT_PAYLOADS) this.#payloads.set(key, payload);
    }
    return { count, payload };
  }
}

/**
 * @typedef {object} PvListener
 * @property {(update: Update, mask: number) => void} onUpdate
 * @property {() => void} onRights
 * @property {() => void} onGone
 *
 * @typedef {object} PvDefinition
 * @property {string} name
 * @property {string} type one of the base types
 * @property {number} [maxCount]
 * @property {boolean} [isWritable]
 * @property {string} [className] name of a record type
 * @property {import('./dbr.mjs').Meta} [meta]
 *
 * @typedef {object} Put
 * @property {ArrayLike<number> | string[]} values of the variable's own type
 * @property {string} from who wrote, for people
 * @property {boolean} wantsAnswer
 */

export class Pv {
  #listeners = new Set();
  #isWritable;

  /**
   * @param {PvDefinition} definition
   * @param {(put: Put) => void | Promise<void>} [onPut] rejects with a sentence when the value was not
   *   taken; must come to an end
   */
  constructor({ name, type, maxCount = 1, isWritable = false, className, meta = {} }, onPut) {
    this.name = name;
    this.type = type;
    this.maxCount = maxCount;
    this.meta = meta;
    this.className = className ?? (maxCount > 1 ? 'waveform' : SCALAR_CLASSES[type]);
    this.#isWritable = isWritable;
    this.onPut = onPut;
    const values = arrayOf(type, maxCount > 1 ? 0 : 1);
    this.update = new Update(this, { values, status: STATUS.UDF, severity: SEVERITY.INVALID });
  }

  get isWritable() {
    return this.#isWritable;
  }

  set isWritable(isWritable) {
    if (isWritable === this.#isWritable) return;
    this.#isWritable = isWritable;
    for (const listener of this.#listeners) listener.onRights();
  }

  get rights() {
    return this.#isWritable ? RIGHTS.READ | RIGHTS.WRITE : RIGHTS.READ;
  }

  /** A new value for everybody. @param {import('./dbr.mjs').Reading} reading @param {number} mask what changed */
  post(reading, mask) {
    this.update = new Update(this, reading);
    for (const listener of this.#listeners) listener.onUpdate(this.update, mask);
  }

  listen(listener) {
    this.#listeners.add(listener);
  }

  leave(listener) {
    this.#listeners.delete(listener);
  }

  /** Tells everybody that it is no more. */
  end() {
    for (const listener of [...this.#listeners]) listener.onGone();
    this.#listeners.clear();
  }
}

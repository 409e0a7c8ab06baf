// The variables that a page serves to the laboratory: it defines them, brings values, and hears what others write.
import { MASK, SEVERITY, STATUS } from './codes.mjs';

/** So long a page that went away may come back, as after a reload, before its variables are disconnected. */
const GRACE_MS = 10_000;
const MAX_PUTS_UNDER_WAY = 100;
const PUT_TIMEOUT_MS = 10_000;
const MAX_STATUS = 0xffff;
const SEVERITIES = Object.values(SEVERITY);

export class PagePublisher {
  isGone = false;
  #table;
  #tell;
  #graceMs;
  #nextPut = 1;
  /** @type {Map<number, { resolve: () => void, reject: (error: Error) => void }>} */
  #puts = new Map();

  /**
   * @param {import('./pv-table.mjs').PvTable} table
   * @param {(message: object) => void} tell to the page
   */
  constructor(table, tell, graceMs = GRACE_MS) {
    this.#table = table;
    this.#tell = tell;
    this.#graceMs = graceMs;
  }

  define({ pvs }) {
    const refused = [];
    for (const definition of pvs) {
      try {
        this.#table.define(this, definition, (put) => this.#put(definition.name, put));
      } catch (error) {
        refused.push({ name: definition?.name, reason: error.message });
      }
    }
    this.#tell({ op: 'defined', refused });
  }

  /** In the order of the list: who listens to the last one finds the others. */
  update({ values }) {
    for (const value of values) {
      const reason = this.#post(value);
      if (reason !== undefined) this.#tell({ op: 'refused', name: value.name, reason });
    }
  }

  rights({ name, isWritable }) {
    const pv = this.#table.ownedBy(this, name);
    if (pv) pv.isWritable = isWritable === true;
  }

  remove({ names }) {
    for (const name of names) if (this.#table.ownedBy(this, name)) this.#table.remove(name);
  }

  'put-done'({ put, reason }) {
    const waiting = this.#puts.get(put);
    if (reason === undefined) waiting?.resolve();
    else waiting?.reject(new Error(String(reason)));
  }

  /** The page is gone: its values are not to be trusted any more, and nobody answers for them. */
  close() {
    this.isGone = true;
    for (const { reject } of this.#puts.values()) reject(new Error('the page is gone'));
    for (const pv of this.#table.of(this)) {
      const alarm = { status: STATUS.COMM, severity: SEVERITY.INVALID };
      pv.post({ ...pv.update.reading, ...alarm }, MASK.ALARM);
    }
    setTimeout(() => {
      for (const { name } of this.#table.of(this)) this.#table.remove(name);
    }, this.#graceMs).unref();
  }

  /** Why a value is not served, or `undefined`. */
  #post({ name, type, data, utcNs, status = STATUS.NONE, severity = SEVERITY.NONE }) {
    const pv = this.#table.ownedBy(this, name);
    if (!pv) return 'It was not defined by this page.';
    if (data !== undefined && (type !== pv.type || data.length > pv.maxCount)) {
      return `It is ${pv.type}, with at most ${pv.maxCount} values.`;
    }
    if (data?.length === 0 && pv.maxCount === 1) return 'It has one value.';
    const isAlarm = Number.isInteger(status) && status >= 0 && status <= MAX_STATUS && SEVERITIES.includes(severity);
    if (!isAlarm) return 'Its alarm is none.';
    if (utcNs !== undefined && !/^\d{1,20}$/.test(utcNs)) return 'Its time is none.';
    const before = pv.update.reading;
    const reading = {
      values: data ?? before.values,
      utcNs: utcNs === undefined ? before.utcNs : BigInt(utcNs),
      status,
      severity,
    };
    const isNewAlarm = status !== before.status || severity !== before.severity;
    pv.post(reading, (data ? MASK.VALUE | MASK.LOG : 0) | (isNewAlarm ? MASK.ALARM : 0));
    return undefined;
  }

  async #put(name, { values, from, wantsAnswer }) {
    if (this.isGone) throw new Error('the page is gone');
    if (this.#puts.size >= MAX_PUTS_UNDER_WAY) throw new Error('the page does not answer');
    const put = this.#nextPut++;
    const { type } = this.#table.get(name);
    const answered = new Promise((resolve, reject) => this.#puts.set(put, { resolve, reject }));
    this.#tell({ op: 'put', put, name, from, wantsAnswer, values: [{ type, data: values }] });
    const forget = setTimeout(() => this.#puts.get(put)?.reject(new Error('no answer in time')), PUT_TIMEOUT_MS);
    try {
      await answered;
    } finally {
      clearTimeout(forget);
      this.#puts.delete(put);
    }
  }
}

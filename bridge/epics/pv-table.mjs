// The variables that are served, by name, each with the one who brought it.
import { MASK } from './codes.mjs';
import { BASE_TYPES, bytesOf } from './convert.mjs';
import { Pv } from './pv.mjs';

const MAX_PVS = 10_000;
/** All values of all variables at their full length, once. */
const MAX_VALUE_BYTES = 2 ** 28;
const NAME = /^[\x21-\x7e]{1,60}$/;
const MAX_CHOICES = 16;
const LIMITS = ['display', 'control', 'warning', 'alarm'];

/** Why a definition cannot be served, or `undefined`. Definitions come from pages. */
function faultOf(definition) {
  if (typeof definition !== 'object' || definition === null) return 'The description of a variable is none.';
  const { name, type, maxCount = 1, isWritable = false, className = '', meta = {} } = definition;
  if (typeof name !== 'string' || !NAME.test(name)) {
    return 'A name has 1 to 60 letters, digits and signs, without spaces.';
  }
  if (!BASE_TYPES.includes(type)) return `The type of ${name} must be one of ${BASE_TYPES.join(', ')}.`;
  if (!Number.isInteger(maxCount) || maxCount < 1) return `The largest count of ${name} must be a whole number from 1.`;
  if (typeof isWritable !== 'boolean' || typeof className !== 'string' || typeof meta !== 'object' || meta === null) {
    return `The description of ${name} is none.`;
  }
  const { unit = '', precision = 0, choices = [] } = meta;
  if (typeof unit !== 'string') return `The unit of ${name} must be a text.`;
  if (!Number.isInteger(precision) || precision < 0 || precision > 17) {
    return `The precision of ${name} must be a whole number from 0 to 17.`;
  }
  if (!Array.isArray(choices) || choices.length > MAX_CHOICES || choices.some((text) => typeof text !== 'string')) {
    return `The choices of ${name} must be at most ${MAX_CHOICES} texts.`;
  }
  for (const limit of LIMITS) {
    const range = meta[limit];
    if (range !== undefined && !(Array.isArray(range) && range.length === 2 && range.every(Number.isFinite))) {
      return `The limits "${limit}" of ${name} must be two numbers.`;
    }
  }
  return undefined;
}

const valueBytes = ({ type, maxCount = 1 }) => maxCount * bytesOf(type);

export class PvTable {
  /** @type {Map<string, { pv: Pv, owner: { isGone?: boolean } }>} */
  #entries = new Map();
  #valueBytes = 0;

  /** @returns {Pv | undefined} */
  get(name) {
    return this.#entries.get(name)?.pv;
  }

  /**
   * Serves a variable. One whose owner is gone is taken over; if type and largest count are the same, its clients do
   * not notice. Throws with a sentence where it cannot.
   * @param {{ isGone?: boolean }} owner
   * @param {import('./pv.mjs').PvDefinition} definition
   * @param {(put: import('./pv.mjs').Put) => void | Promise<void>} [onPut]
   */
  define(owner, definition, onPut) {
    const fault = faultOf(definition);
    if (fault !== undefined) throw new Error(fault);
    const { name, type, maxCount = 1, isWritable = false, meta = {} } = definition;
    const known = this.#entries.get(name);
    if (known && known.owner !== owner && !known.owner.isGone) throw new Error(`${name} is served by somebody else.`);
    if (known && known.pv.type === type && known.pv.maxCount === maxCount) {
      const { pv } = known;
      known.owner = owner;
      pv.meta = meta;
      pv.isWritable = isWritable;
      pv.onPut = onPut;
      pv.post(pv.update.reading, MASK.PROPERTY);
      return pv;
    }
    if (known) this.remove(name);
    if (this.#entries.size >= MAX_PVS) throw new Error(`There are ${MAX_PVS} variables already.`);
    if (this.#valueBytes + valueBytes(definition) > MAX_VALUE_BYTES) {
      throw new Error(`${name} is too long: all variables together may have ${MAX_VALUE_BYTES / 2 ** 20} MB.`);
    }
    const pv = new Pv(definition, onPut);
    this.#entries.set(name, { pv, owner });
    this.#valueBytes += valueBytes(pv);
    return pv;
  }

  /** The variables of an owner. @returns {Pv[]} */
  of(owner) {
    return [...this.#entries.values()].filter((entry) => entry.owner === owner).map(({ pv }) => pv);
  }

  /** The variable of that name, if it is this owner's. @returns {Pv | undefined} */
  ownedBy(owner, name) {
    const entry = this.#entries.get(name);
    return entry?.owner === owner ? entry.pv : undefined;
  }

  /** Serves it no more; its clients are told. */
  remove(name) {
    const pv = this.get(name);
    if (!pv) return;
    this.#entries.delete(name);
    this.#valueBytes -= valueBytes(pv);
    pv.end();
  }
}

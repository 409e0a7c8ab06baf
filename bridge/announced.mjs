// What instruments announce by multicast DNS (RFC 6762, 6763). Pure. Whoever is on the network may announce anything: all of
// it is bounded, and nothing but a name to show and an address is taken out.
import { isIPv4 } from 'node:net';

/** Registered for instruments (IANA); what they stand for is the page's to say. */
const SERVICES = ['lxi', 'vxi-11', 'hislip', 'scpi-raw'];
/** Boards announce no service of their own, only that they are there; `f0` and so on is the end of their MAC address. */
const RED_PITAYA = /^rp-[\da-f]{6}\.local$/;
/** Where its SCPI server listens. */
const RED_PITAYA_PORT = 5000;
/** Boards answer to one of these, as their system was set up; the answer brings the name and the address. */
const BOARD_SERVICES = ['_workstation._tcp.local', '_http._tcp.local', '_ssh._tcp.local'];
/** More than a laboratory has; others are not kept. */
const MAX_NAMES = 200;
const MAX_NAME_LENGTH = 63;
/** In one packet of 9000 bytes (RFC 6762, 17) that is more than fits. */
const MAX_RECORDS = 1000;
/** What is missing of those that are known is asked for, so much at once. */
const MAX_QUESTIONS = 20;
/** Of a name and its parts on the wire (RFC 1035, 2.3.4). */
const MAX_ASKED_BYTES = 253;
const MAX_LABEL_BYTES = 63;
/** Whoever says that it lives longer is asked again (75 minutes, RFC 6762, 10). */
const MAX_LIFE_S = 4500;

/** Names are compared without regard to the case of Latin letters, of no others (RFC 6762, 16). */
const folded = (name) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const serviceName = (kind) => `_${kind}._tcp.local`;
const kindOf = (name) => SERVICES.find((kind) => folded(name).endsWith(`.${serviceName(kind)}`));

/** Without characters that move or hide others. */
const shown = (text) =>
  [...text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')].slice(0, MAX_NAME_LENGTH).join('').trim();

/** A name that was no text when it came may not fit any more. */
const isAskable = (name) =>
  Buffer.byteLength(name) <= MAX_ASKED_BYTES &&
  name.split('.').every((label) => label !== '' && Buffer.byteLength(label) <= MAX_LABEL_BYTES);

export class Announced {
  /** Services by their whole name, in small letters. */
  #services = new Map();
  /** Addresses by host, in small letters. */
  #hosts = new Map();
  #isFull = false;
  #now;

  /** @param {() => number} now milliseconds */
  constructor(now = Date.now) {
    this.#now = now;
  }

  /**
   * Takes an answer as `dns-packet` reads it.
   * @param {string} from the address that it came from: of several that a host has, the one that leads there
   */
  take({ answers = [], additionals = [] }, from) {
    const records = [...answers, ...additionals].slice(0, MAX_RECORDS);
    for (const record of records) if (record.type === 'PTR') this.#takeName(record);
    for (const record of records) if (record.type === 'SRV') this.#takeService(record);
    // hosts last: only those that somebody has named are kept
    for (const record of records) if (record.type === 'A') this.#takeAddress(record, from);
  }

  /** What to ask next: who is there, and what is missing of those that are known. */
  questions() {
    this.#forget();
    const missing = [];
    for (const [name, { host }] of this.#services) {
      if (host === undefined) missing.push({ name, type: 'SRV' });
      else if (!this.#hosts.has(host)) missing.push({ name: host, type: 'A' });
    }
    const asked = [...SERVICES.map(serviceName), ...BOARD_SERVICES].map((name) => ({ name, type: 'PTR' }));
    return [...asked, ...missing.filter(({ name }) => isAskable(name)).slice(0, MAX_QUESTIONS)];
  }

  /**
   * Instruments whose address is known, in order of their names.
   * @returns {{ instruments: { name: string, address: string, services: { kind: string, port: number }[] }[],
   *   isFull: boolean }} `isFull`: there were more than are kept
   */
  list() {
    this.#forget();
    const found = new Map();
    const add = (name, address, service) => {
      const key = `${name}\n${address}`;
      if (!found.has(key)) found.set(key, { name, address, services: [] });
      found.get(key).services.push(service);
    };
    for (const { name, kind, host, port } of this.#services.values()) {
      const address = this.#hosts.get(host)?.address;
      if (address !== undefined) add(name, address, { kind, port });
    }
    for (const [host, { address }] of this.#hosts) {
      if (RED_PITAYA.test(host)) add(host, address, { kind: 'red-pitaya', port: RED_PITAYA_PORT });
    }
    const instruments = [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
    return { instruments, isFull: this.#isFull };
  }

  #takeName({ name, data, ttl }) {
    const kind = kindOf(data);
    if (kind === undefined || folded(name) !== serviceName(kind)) return;
    const key = folded(data);
    if (ttl === 0) this.#services.delete(key);
    else this.#service(data, kind, ttl);
  }

  #takeService({ name, data: { target, port }, ttl }) {
    const kind = kindOf(name);
    if (kind === undefined) return;
    if (ttl === 0) this.#services.delete(folded(name));
    else if (port > 0) Object.assign(this.#service(name, kind, ttl) ?? {}, { host: folded(target), port });
  }

  #takeAddress({ name, data, ttl }, from) {
    const host = folded(name);
    const isNamed = RED_PITAYA.test(host) || [...this.#services.values()].some((service) => service.host === host);
    if (!isNamed || !isIPv4(data)) return;
    const known = this.#hosts.get(host);
    if (ttl === 0) {
      if (known?.address === data) this.#hosts.delete(host);
    } else if (known === undefined || known.address === data || data === from) {
      if (known === undefined && this.#refusesMore(this.#hosts)) return;
      this.#hosts.set(host, { address: data, until: this.#end(ttl) });
    }
  }

  /** The one of that name, with a new life; `undefined` where there is no room. */
  #service(fullName, kind, ttl) {
    const key = folded(fullName);
    let service = this.#services.get(key);
    if (service === undefined) {
      const name = shown(fullName.slice(0, -serviceName(kind).length - 1));
      if (name === '' || this.#refusesMore(this.#services)) return undefined;
      service = { name, kind, host: undefined, port: undefined };
      this.#services.set(key, service);
    }
    service.until = this.#end(ttl);
    return service;
  }

  #refusesMore(map) {
    if (map.size < MAX_NAMES) return false;
    this.#isFull = true;
    return true;
  }

  #end(ttl) {
    return this.#now() + Math.min(ttl, MAX_LIFE_S) * 1000;
  }

  #forget() {
    const now = this.#now();
    for (const map of [this.#services, this.#hosts]) {
      for (const [key, { until }] of map) if (until <= now) map.delete(key);
    }
  }
}

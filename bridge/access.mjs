// Who may use the bridge, and for what. Pure, and asked before anything is opened.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';

/** Of a Red Pitaya: the server of mcpha, its list mode, and the SCPI server of the system that it comes with. */
const DEFAULT_TARGET_PORTS = [1001, 1002, 5000];

export const NOT_ITS_NAME = 'Nobody here is called by that name.';

/** A name or address of this computer itself, compared whole: `127.evil.example` is none. */
export const isLoopback = (host) =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));

/** RFC 1918, RFC 4193, link-local and loopback: where instruments live. */
function isPrivateAddress(address) {
  if (!isIPv4(address)) return address === '::1' || /^(f[cd][\da-f]{2}|fe[89ab][\da-f]):/i.test(address);
  const [a, b] = address.split('.').map(Number);
  return (
    a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  );
}

/** `https://lab.example` of what was given with --origin; `undefined` where that is no origin. */
export function originOf(text) {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined;
}

/** Pages of this computer, and those named with --origin. */
function isKnownOrigin(origin, origins) {
  return originOf(origin) === origin && (origins.includes(origin) || isLoopback(new URL(origin).hostname));
}

/**
 * A page whose name was made to point here (DNS rebinding) says that name. Addresses cannot be rebound.
 * @param {string} header what the request names as its host
 */
export function isOwnHost(header, listen) {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(header) ?? [];
  return isLoopback(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name.toLowerCase() === listen.toLowerCase();
}

const digest = (text) => createHash('sha256').update(text).digest();

/**
 * Why a request is refused, or `undefined`.
 * @param {{ headers: import('node:http').IncomingHttpHeaders, url?: string }} request
 * @param {{ listen: string, origins: string[], token?: string, paths: string[] }} access
 */
export function refusalOf({ headers, url = '' }, { listen, origins, token, paths }) {
  if (!isOwnHost(headers.host ?? '', listen)) return NOT_ITS_NAME;
  if (!isKnownOrigin(headers.origin ?? '', origins)) {
    return 'This page is not allowed. Start the bridge with --origin and the address of the page.';
  }
  const [path, query = ''] = url.split('?', 2);
  if (!paths.includes(path)) return `There is nothing here but ${paths.join(' and ')}.`;
  const given = new URLSearchParams(query).get('token') ?? '';
  if (token !== undefined && !timingSafeEqual(digest(given), digest(token))) return 'The token is missing or wrong.';
  return undefined;
}

/**
 * Whether a target may be reached: one named with --allow, or a Red Pitaya server on a private address.
 * @param {string} [address] what the host's name stands for; left out before it is looked up
 */
export function isTargetAllowed({ host, port }, allow, address) {
  if (allow.includes(`${host}:${port}`)) return true;
  return DEFAULT_TARGET_PORTS.includes(port) && (address === undefined || isPrivateAddress(address));
}

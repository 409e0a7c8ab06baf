// Which instruments announce themselves, told to pages as long as one asks. Multicast DNS only: nobody is scanned.
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import multicastDns from 'multicast-dns';
import { isTargetAllowed } from './access.mjs';
import { Announced } from './announced.mjs';

/** WebSocket protocol of a page that wants to know. */
export const DISCOVERY_PROTOCOL = 'pulsebench-discovery';
const MDNS_PORT = 5353;
/** When it is asked again, and from then on every minute, as lives are two (RFC 6762, 5.2 and 10). */
const ASK_AFTER_MS = [0, 500, 1500, 4000, 12_000, 30_000];
const ASK_EVERY_MS = 60_000;
/** How often pages are told what changed. */
const TELL_EVERY_MS = 250;
const MAX_PAGES = 16;
const MAX_INTERFACES = 8;
/** WebSocket close codes: internal error, try again later (RFC 6455, 7.4.1; IANA). */
const FAILED = 1011;
const BUSY = 1013;

/**
 * @param {{ allow: string[], openSocket?: () => import('node:dgram').Socket }} options `openSocket` makes the socket of each
 *   network; left out, a real one is made
 */
export function makeDiscovery({ allow, openSocket }) {
  /** Pages, each with what it was told last. */
  const pages = new Map();
  let end;

  const fail = (error) => {
    for (const page of pages.keys())
      page.close(FAILED, `Multicast DNS does not work here (${error.code ?? 'unknown'}).`);
  };

  const browse = () => {
    const announced = new Announced();
    const links = ownAddresses().map((address) => {
      const link = multicastDns({ interface: address, bind: '0.0.0.0', socket: openSocket?.() });
      link.on('error', fail);
      // a packet that is none, or a network that has gone: the others go on
      link.on('warning', () => undefined);
      link.on('response', (packet, { address: from, port }) => {
        // from elsewhere it is no multicast DNS (RFC 6762, 6)
        if (port === MDNS_PORT) announced.take(packet, from);
      });
      return link;
    });
    const ask = () => {
      for (const link of links) link.query(announced.questions());
    };
    const tell = () => {
      const text = textOf(announced.list(), allow);
      for (const [page, told] of pages) {
        if (told === text || page.bufferedAmount > 0) continue;
        pages.set(page, text);
        page.send(text);
      }
    };
    const asking = ASK_AFTER_MS.map((delayMs) => setTimeout(ask, delayMs));
    const timers = [setInterval(ask, ASK_EVERY_MS), setInterval(tell, TELL_EVERY_MS)];
    return () => {
      for (const timer of asking) clearTimeout(timer);
      for (const timer of timers) clearInterval(timer);
      for (const link of links) link.destroy();
    };
  };

  return {
    /** Tells a page what is found, until it goes. */
    accept(page) {
      page.on('error', () => page.terminate());
      if (pages.size >= MAX_PAGES) {
        page.close(BUSY, 'Too many pages ask at once.');
        return;
      }
      pages.set(page, undefined);
      page.on('close', () => {
        pages.delete(page);
        if (pages.size > 0) return;
        end?.();
        end = undefined;
      });
      end ??= browse();
    },
  };
}

function textOf({ instruments, isFull }, allow) {
  const withAccess = instruments.map(({ services, ...instrument }) => ({
    ...instrument,
    services: services.map(({ kind, port }) => ({
      kind,
      port,
      isAllowed: isTargetAllowed({ host: instrument.address, port }, allow, instrument.address),
    })),
  }));
  return JSON.stringify({ instruments: withAccess, isFull });
}

/** One of each network that this computer is in; its own where it is in none. */
function ownAddresses() {
  const addresses = Object.values(networkInterfaces()).flatMap(
    (all) => all.find(({ address, internal }) => isIPv4(address) && !internal)?.address ?? [],
  );
  return addresses.length > 0 ? addresses.slice(0, MAX_INTERFACES) : ['127.0.0.1'];
}

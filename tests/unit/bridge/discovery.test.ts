// Instruments that announce themselves, heard by the bridge: packets on a socket that is none, a page at the other end.

import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeDiscovery } from '../../../bridge/discovery.mjs';
import { addressed, dnsName, label, pointer, record, response, served, service } from '../../support/dns-wire.ts';

/** What a page is told. */
interface Told {
  readonly instruments: readonly {
    readonly name: string;
    readonly address: string;
    readonly services: readonly { readonly kind: string; readonly port: number; readonly isAllowed: boolean }[];
  }[];
  readonly isFull: boolean;
}

/** A socket of datagrams that reaches nobody. */
class FakeSocket extends EventEmitter {
  readonly sent: Buffer[] = [];
  isClosed = false;
  bind(_port: number, _address: string, done: () => void): void {
    setTimeout(() => {
      this.emit('listening');
      done();
    });
  }
  send(bytes: Buffer): void {
    this.sent.push(Buffer.from(bytes));
  }
  address = () => ({ port: 5353 });
  addMembership(): void {}
  dropMembership(): void {}
  setMulticastTTL(): void {}
  setMulticastLoopback(): void {}
  setMulticastInterface(): void {}
  close(): void {
    this.isClosed = true;
  }
  /** From the port of multicast DNS, unless told otherwise. */
  hear(bytes: Buffer, port = 5353, address = '192.168.1.5'): void {
    this.emit('message', bytes, { address, port });
  }
}

class FakePage extends EventEmitter {
  readonly told: Told[] = [];
  bufferedAmount = 0;
  closedWith: number | undefined;
  send(text: string): void {
    this.told.push(JSON.parse(text) as Told);
  }
  close(code: number): void {
    this.closedWith = code;
    this.emit('close');
  }
  terminate(): void {
    this.emit('close');
  }
}

const scope = (name: string | Buffer, port = 5025) =>
  response(pointer(name, 'scpi-raw'), served(name, 'scpi-raw', port, 'scope'), addressed('scope', '192.168.1.5'));

let sockets: FakeSocket[];
let page: FakePage;
let discovery: ReturnType<typeof makeDiscovery>;

beforeEach(async () => {
  vi.useFakeTimers();
  sockets = [];
  discovery = makeDiscovery({
    allow: ['192.168.1.5:5025'],
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as import('node:dgram').Socket;
    },
  });
  page = newPage();
  await pass(1);
});
afterEach(() => {
  page.terminate();
  vi.useRealTimers();
});

function newPage(): FakePage {
  const asking = new FakePage();
  discovery.accept(asking as never);
  return asking;
}

/** Time goes on; what waits for nothing is done, too. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** What the page knows within 3 s of what was heard. */
async function found(...packets: readonly Buffer[]): Promise<Told> {
  for (const packet of packets) sockets[0]!.hear(packet);
  await pass(250);
  return page.told.at(-1)!;
}

test('it asks for every service, more seldom with time, and for nothing when no page looks any more', async () => {
  const [first] = sockets[0]!.sent;
  for (const kind of ['lxi', 'vxi-11', 'hislip', 'scpi-raw']) expect(first!.includes(service(kind))).toBe(true);
  await pass(60_000);
  const count = sockets[0]!.sent.length;
  expect(count).toBeGreaterThan(3);
  expect(count).toBeLessThan(10);
  page.terminate();
  expect(sockets.every(({ isClosed }) => isClosed)).toBe(true);
  await pass(600_000);
  expect(sockets[0]!.sent).toHaveLength(count);
});

test('one instrument with all its services, allowed or not', async () => {
  const services = ['lxi', 'vxi-11', 'hislip', 'scpi-raw'].flatMap((kind, index) => [
    pointer('DSO 1', kind),
    served('DSO 1', kind, [80, 111, 4880, 5025][index]!, 'scope'),
  ]);
  expect(await found(response(...services, addressed('scope', '192.168.1.5')))).toEqual({
    instruments: [
      {
        name: 'DSO 1',
        address: '192.168.1.5',
        services: [
          { kind: 'lxi', port: 80, isAllowed: false },
          { kind: 'vxi-11', port: 111, isAllowed: false },
          { kind: 'hislip', port: 4880, isAllowed: false },
          { kind: 'scpi-raw', port: 5025, isAllowed: true },
        ],
      },
    ],
    isFull: false,
  });
});

test('what is missing is asked for: the port, then the address', async () => {
  expect((await found(response(pointer('DSO 1', 'scpi-raw')))).instruments).toEqual([]);
  await pass(4000);
  expect(sockets[0]!.sent.at(-1)!.includes(label('dso 1'))).toBe(true);
  await found(response(served('DSO 1', 'scpi-raw', 5025, 'scope')));
  await pass(12_000);
  expect(sockets[0]!.sent.at(-1)!.includes(dnsName('scope', 'local'))).toBe(true);
  expect((await found(response(addressed('scope', '192.168.1.5')))).instruments).toHaveLength(1);
});

test('of several addresses, the one that the announcement came from', async () => {
  const told = await found(
    response(
      pointer('DSO 1', 'scpi-raw'),
      served('DSO 1', 'scpi-raw', 5025, 'scope'),
      addressed('scope', '10.9.9.9'),
      addressed('scope', '192.168.1.5'),
    ),
  );
  expect(told.instruments.map(({ address }) => address)).toEqual(['192.168.1.5']);
});

test('a Red Pitaya is told by its name; other hosts that are not named by a service are none', async () => {
  const told = await found(
    response(addressed('rp-f0a1b2', '192.168.1.9'), addressed('rp-nas', '192.168.1.8'), addressed('pc', '192.168.1.7')),
  );
  expect(told.instruments).toEqual([
    {
      name: 'rp-f0a1b2.local',
      address: '192.168.1.9',
      services: [{ kind: 'red-pitaya', port: 5000, isAllowed: true }],
    },
  ]);
});

test('a goodbye takes it out at once, silence after its life', async () => {
  expect((await found(scope('DSO 1'))).instruments).toHaveLength(1);
  expect((await found(response(pointer('DSO 1', 'scpi-raw', 0)))).instruments).toEqual([]);
  expect((await found(scope('DSO 1'))).instruments).toHaveLength(1);
  await pass(121_000);
  expect(page.told.at(-1)!.instruments).toEqual([]);
});

test('a second page is told what is known; more than 16 are turned away', async () => {
  await found(scope('DSO 1'));
  const others = Array.from({ length: 16 }, newPage);
  await pass(250);
  expect(others[0]!.told.at(-1)!.instruments).toHaveLength(1);
  expect(others.map(({ closedWith }) => closedWith)).toEqual([...Array.from({ length: 15 }, () => undefined), 1013]);
  for (const other of others) other.terminate();
});

test('a page that does not read is told the newest when it reads again', async () => {
  page.bufferedAmount = 1;
  for (let port = 1; port <= 50; port++) await found(scope('DSO 1', port));
  expect(page.told).toEqual([]);
  page.bufferedAmount = 0;
  await pass(250);
  expect(page.told.map(({ instruments }) => instruments[0]!.services[0]!.port)).toEqual([50]);
});

test('a computer on which nobody may listen says so', async () => {
  sockets[0]!.emit('error', Object.assign(new Error('bind'), { code: 'EADDRINUSE' }));
  expect(page.closedWith).toBe(1011);
});

describe('hostile announcements', () => {
  test('10 000 services: 200 are kept, and that there are more is said', async () => {
    for (let index = 0; index < 10_000; index++) sockets[0]!.hear(scope(`Fake ${index}`, 1 + index));
    const told = await found();
    expect([told.instruments.length, told.isFull]).toEqual([200, true]);
    await pass(60_000);
    expect(Math.max(...sockets[0]!.sent.map(({ length }) => length))).toBeLessThan(9000);
  });

  test('10 000 services without an address: what is asked stays small', async () => {
    for (let index = 0; index < 10_000; index++) sockets[0]!.hear(response(pointer(`Fake ${index}`, 'lxi')));
    await pass(60_000);
    expect(Math.max(...sockets[0]!.sent.map(({ length }) => length))).toBeLessThan(9000);
  });

  test('names have no characters that hide or move others, and are cut', async () => {
    expect((await found(scope('a\u0000\u001b[2J\n\u202eb\u200b'))).instruments.map(({ name }) => name)).toEqual([
      'a[2Jb',
    ]);
    const long = scope(Buffer.alloc(63, 0xff));
    expect((await found(long)).instruments.every(({ name }) => name.length <= 63)).toBe(true);
    // nor is a name that is no text sent out again in a packet that is none
    sockets[0]!.hear(response(pointer(Buffer.alloc(63, 0xff), 'hislip')));
    await pass(60_000);
    expect(sockets[0]!.sent.at(-1)!.includes(0xef)).toBe(false);
  });

  test('a name of nothing, a port 0 and an answer from another port are nothing', async () => {
    expect((await found(scope('\u200b'))).instruments).toEqual([]);
    expect((await found(scope('DSO 0', 0))).instruments).toEqual([]);
    sockets[0]!.hear(scope('From afar'), 53);
    expect((await found()).instruments).toEqual([]);
  });

  test('packets cut anywhere, changed anywhere and names that point at themselves are passed over', async () => {
    const good = scope('DSO 1');
    for (let end = 0; end < good.length; end++) sockets[0]!.hear(good.subarray(0, end));
    for (let at = 0; at < good.length; at++) {
      for (const value of [0x00, 0x0c, 0x3f, 0xc0, 0xff]) {
        const changed = Buffer.from(good);
        changed[at] = value;
        sockets[0]!.hear(changed);
      }
    }
    const loop = record(Buffer.from([0xc0, 0x0c]), 'PTR', Buffer.from([0xc0, 0x0c]));
    sockets[0]!.hear(response(loop));
    expect((await found(good)).instruments.some(({ name }) => name === 'DSO 1')).toBe(true);
  });
});

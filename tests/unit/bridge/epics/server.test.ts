// The server with many clients, with slow, rude and demanding ones, over bare sockets.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startCaServer } from '../../../../bridge/epics/ca-server.mjs';
import { PvTable } from '../../../../bridge/epics/pv-table.mjs';
import { clientCaptures, serverReplies } from '../../../support/ca-golden.ts';
import { RawCircuit, wire, wireMask, wireName } from '../../../support/ca-wire.ts';
import { seededRandom } from '../../../support/random.ts';

const CMD = { EVENT_ADD: 1, CANCEL: 2, WRITE: 4, OFF: 8, ON: 9, ERROR: 11, READ: 15, CREATE: 18, PUT: 19, RIGHTS: 22 };
const CLIENT_NAME = 20;
const HOST_NAME = 21;
const GONE = 27;
const TIME_DOUBLE = 20;
const DOUBLE = 6;
const LONG = 5;
const VALUE = 1;
const ALARM = 4;
const VALUE_OR_ALARM = 5;
const SILENCE_MS = 60;
const POINTS = 200_000;
const MB = 2 ** 20;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const owner = {};
const reading = (values: ArrayLike<number> | string[], severity = 0, status = 0) => ({
  values,
  status,
  severity,
  utcNs: 1_796_000_000_000_000_000n,
});

async function start(options: { lossReportMs?: number } = {}) {
  const table = new PvTable();
  const lines: string[] = [];
  const server = await startCaServer({ table, port: 0, log: (line: string) => lines.push(line), ...options });
  cleanUps.push(() => server.close());
  const open = async (): Promise<RawCircuit> => {
    const circuit = await RawCircuit.open(server.tcp);
    cleanUps.push(() => circuit.socket.destroy());
    await circuit.take(1);
    circuit.send(wire(0, { dataCount: 13 }));
    return circuit;
  };
  return { table, server, lines, open };
}

/** A monitor of a whole array, from its first value on. */
async function monitor(circuit: RawCircuit, name: string, id = 7, mask = VALUE_OR_ALARM): Promise<number> {
  const { sid } = await circuit.create(name, id);
  circuit.send(wire(CMD.EVENT_ADD, { dataType: TIME_DOUBLE, p1: sid, p2: id, payload: wireMask(mask) }));
  return sid;
}

const firstDouble = (payload: Buffer) => payload.readDoubleBE(16);

describe('many clients', () => {
  test('one that does not read and one that resets take nothing from eighteen others', {
    timeout: 30_000,
  }, async () => {
    const { table, server, open } = await start();
    const pv = table.define(owner, { name: 'T:signal', type: 'DOUBLE', maxCount: POINTS });
    pv.post(reading(new Float64Array(POINTS)), VALUE);
    const slow = await open();
    await monitor(slow, 'T:signal');
    await slow.take(1);
    slow.socket.pause();
    const rude = await open();
    await monitor(rude, 'T:signal');
    const good = await Promise.all(Array.from({ length: 18 }, open));
    for (const circuit of good) await monitor(circuit, 'T:signal');
    for (const circuit of good) await circuit.take(1);
    rude.socket.resetAndDestroy();

    const rounds = 12;
    for (let round = 1; round <= rounds; round++) {
      pv.post(reading(new Float64Array(POINTS).fill(round)), VALUE);
      for (const circuit of good) {
        const [update] = await circuit.take(1);
        expect(update!.dataCount).toBe(POINTS);
        expect(firstDouble(update!.payload)).toBe(round);
      }
    }
    const { droppedCount } = server.clients().find((client) => client.droppedCount > 0)!;
    expect(server.clients().filter((client) => client.droppedCount > 0)).toHaveLength(1);
    expect(server.clients()).toHaveLength(19);

    // read at last: what lay in the buffers of TCP, and then the newest
    slow.socket.resume();
    let last = 0;
    let count = 0;
    while (last < rounds) {
      const [update] = await slow.take(1);
      last = firstDouble(update!.payload);
      count++;
    }
    expect(count + droppedCount).toBe(rounds);
    expect(await slow.take(1, SILENCE_MS)).toEqual([]);
  });

  test('ten updates while nobody is behind are ten updates', async () => {
    const { table, open } = await start();
    const pv = table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const circuit = await open();
    await monitor(circuit, 'T:v');
    await circuit.take(1);
    for (let value = 1; value <= 10; value++) pv.post(reading(Float64Array.of(value)), VALUE);
    expect((await circuit.take(10)).map(({ payload }) => firstDouble(payload))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  test('beside a ramp that a client is too slow for, a steady variable loses nothing', async () => {
    const { table, server, open } = await start();
    const ramp = table.define(owner, { name: 'T:ramp', type: 'DOUBLE', maxCount: POINTS });
    const steady = table.define(owner, { name: 'T:steady', type: 'DOUBLE' });
    const circuit = await open();
    // values from before the first round are taken with their channels
    await monitor(circuit, 'T:ramp', 1);
    await circuit.take(1);
    await monitor(circuit, 'T:steady', 2);
    await circuit.take(1);
    const heard: Record<number, number[]> = { 1: [], 2: [] };
    const rounds = 5;
    /** More than the buffers of TCP take (Linux: 10 MB at most, of both ends together): 64 MB a round. */
    const steps = 40;
    for (let round = 1; round <= rounds; round++) {
      circuit.socket.pause();
      for (let step = 0; step < steps; step++) {
        if (step === steps / 2) steady.post(reading(Float64Array.of(round)), VALUE);
        ramp.post(reading(new Float64Array(POINTS).fill(round * steps + step)), VALUE);
        await new Promise((wake) => setImmediate(wake));
      }
      circuit.socket.resume();
      const newest = round * steps + steps - 1;
      while (heard[1]!.at(-1) !== newest || heard[2]!.at(-1) !== round) {
        for (const { p2, payload } of await circuit.take(1)) heard[p2]!.push(firstDouble(payload));
      }
    }
    expect(heard[2]!).toEqual([1, 2, 3, 4, 5]);
    const { droppedCount } = server.clients()[0]!;
    expect(droppedCount).toBeGreaterThan(0);
    expect(heard[1]!.length + droppedCount).toBe(rounds * steps);
  });

  test('who loses updates is named with their number while that goes on, and when it leaves', async () => {
    const { table, server, lines, open } = await start({ lossReportMs: 20 });
    const pv = table.define(owner, { name: 'T:signal', type: 'DOUBLE', maxCount: POINTS });
    const slow = await open();
    slow.send(wire(CLIENT_NAME, { payload: wireName('slow') }), wire(HOST_NAME, { payload: wireName('there') }));
    await monitor(slow, 'T:signal');
    await slow.take(1);
    slow.socket.pause();
    const post = () => {
      for (let round = 0; round < 20; round++) pv.post(reading(new Float64Array(POINTS).fill(round)), VALUE);
    };
    const report = (count: number) =>
      expect.stringMatching(
        new RegExp(`^"slow" on "there" at 127\\.0\\.0\\.1:\\d+ was too slow for ${count} updates$`),
      );
    post();
    const first = server.clients()[0]!.droppedCount;
    expect(first).toBeGreaterThan(0);
    await vi.waitFor(() => expect(lines).toEqual([report(first)]));
    post();
    const second = server.clients()[0]!.droppedCount;
    slow.socket.resetAndDestroy();
    await vi.waitFor(() => expect(server.clients()).toEqual([]));
    expect(second).toBeGreaterThan(first);
    expect(lines.at(-1)).toEqual(report(second));
  });

  test('a client that asks without reading answers is not listened to until it reads', {
    timeout: 30_000,
  }, async () => {
    const { table, open } = await start();
    const pv = table.define(owner, { name: 'T:signal', type: 'DOUBLE', maxCount: POINTS });
    pv.post(reading(new Float64Array(POINTS).fill(1)), VALUE);
    const greedy = await open();
    const { sid } = await greedy.create('T:signal');
    greedy.socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    const requests = 150;
    // each another count: none of them shares its bytes, 70 MB in all
    for (let id = 0; id < requests; id++) {
      greedy.send(wire(CMD.READ, { dataType: DOUBLE, dataCount: 60_000 - id, p1: sid, p2: id }));
    }
    const other = await open();
    await other.create('T:signal');
    await new Promise((wake) => setTimeout(wake, 300));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MB);
    greedy.socket.resume();
    expect(await greedy.take(requests, 15_000)).toHaveLength(requests);
  });
});

describe('monitors', () => {
  test('EVENTS_OFF holds them, EVENTS_ON brings the newest', async () => {
    const { table, server, open } = await start();
    const pv = table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const circuit = await open();
    await monitor(circuit, 'T:v');
    await circuit.take(1);
    circuit.send(wire(CMD.OFF), wire(23));
    await circuit.take(1);
    for (const value of [1, 2, 3]) pv.post(reading(Float64Array.of(value)), VALUE);
    expect(await circuit.take(1, SILENCE_MS)).toEqual([]);
    circuit.send(wire(CMD.ON));
    expect((await circuit.take(1)).map(({ payload }) => firstDouble(payload))).toEqual([3]);
    expect(await circuit.take(1, SILENCE_MS)).toEqual([]);
    expect(server.clients()[0]!.droppedCount).toBe(2);
  });

  test('only what the mask names is told', async () => {
    const { table, open } = await start();
    const pv = table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const circuit = await open();
    await monitor(circuit, 'T:v', 7, ALARM);
    await circuit.take(1);
    pv.post(reading(Float64Array.of(1)), VALUE);
    expect(await circuit.take(1, SILENCE_MS)).toEqual([]);
    pv.post(reading(Float64Array.of(1), 3, 9), ALARM);
    const [update] = await circuit.take(1);
    expect(update!.payload.subarray(0, 4).toString('hex')).toBe('00090003');
  });

  test('one that was cancelled hears nothing more', async () => {
    const { table, open } = await start();
    const pv = table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const circuit = await open();
    const sid = await monitor(circuit, 'T:v');
    await circuit.take(1);
    circuit.send(wire(CMD.CANCEL, { dataType: TIME_DOUBLE, p1: sid, p2: 7 }));
    expect((await circuit.take(1))[0]!.payloadSize).toBe(0);
    pv.post(reading(Float64Array.of(1)), VALUE);
    expect(await circuit.take(1, SILENCE_MS)).toEqual([]);
  });

  test('a variable that goes away is disconnected, and its number is no channel any more', async () => {
    const { table, open } = await start();
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const circuit = await open();
    const sid = await monitor(circuit, 'T:v', 42);
    await circuit.take(1);
    table.remove('T:v');
    expect(await circuit.take(1)).toMatchObject([{ command: GONE, p1: 42 }]);
    circuit.send(wire(CMD.CREATE, { p1: 43, p2: 13, payload: wireName('T:v') }));
    expect(await circuit.take(1)).toMatchObject([{ command: 26, p1: 43 }]);
    circuit.send(wire(CMD.READ, { dataType: DOUBLE, dataCount: 1, p1: sid }));
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.ERROR, p2: 142 }]);
  });
});

describe('writing', () => {
  const put = (sid: number, value: number, { command = CMD.PUT, id = 1 } = {}): Buffer => {
    const payload = Buffer.alloc(8);
    payload.writeInt32BE(value);
    return wire(command, { dataType: LONG, dataCount: 1, p1: sid, p2: id, payload });
  };

  test('is off until it is allowed, of which clients are told; each write is in the log with who and from where', async () => {
    const { table, lines, open } = await start();
    const taken: unknown[] = [];
    const pv = table.define(owner, { name: 'T:arm', type: 'LONG' }, ({ values }) => {
      taken.push(...Array.from(values as ArrayLike<unknown>));
    });
    const circuit = await open();
    circuit.send(
      wire(CLIENT_NAME, { payload: wireName('eve\n\x1b[31m') }),
      wire(HOST_NAME, { payload: wireName('pc') }),
    );
    const { sid, rights } = await circuit.create('T:arm', 5);
    expect(rights).toBe(1);
    circuit.send(put(sid, 1));
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.PUT, p1: 376, p2: 1 }]);
    circuit.send(put(sid, 1, { command: CMD.WRITE }));
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.ERROR, p1: 5, p2: 376 }]);
    expect(taken).toEqual([]);

    pv.isWritable = true;
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.RIGHTS, p1: 5, p2: 3 }]);
    circuit.send(put(sid, 2), put(sid, 3, { command: CMD.WRITE }));
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.PUT, p1: 1 }]);
    await expect.poll(() => taken).toEqual([2, 3]);
    await expect.poll(() => lines).toHaveLength(4);
    const from = String.raw`"eve\\n\\u001b\[31m" on "pc" at 127\.0\.0\.1:\d+`;
    expect(lines[0]).toMatch(new RegExp(`^put 1 into T:arm by ${from}: refused: it may not be written$`));
    expect(lines[2]).toMatch(new RegExp(`^put 2 into T:arm by ${from}: done$`));
  });

  test('is answered when it is done, or refused with what the owner says', async () => {
    const { table, lines, open } = await start();
    let finish: (error?: Error) => void = () => {};
    const definition = { name: 'T:arm', type: 'LONG', isWritable: true };
    table.define(
      owner,
      definition,
      () =>
        new Promise((resolve, reject) => {
          finish = (error) => (error ? reject(error) : resolve());
        }),
    );
    const circuit = await open();
    const { sid } = await circuit.create('T:arm');
    circuit.send(put(sid, 1, { id: 1 }));
    expect(await circuit.take(1, SILENCE_MS)).toEqual([]);
    finish();
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.PUT, p1: 1, p2: 1 }]);
    circuit.send(put(sid, 1, { id: 2 }));
    await circuit.take(1, SILENCE_MS);
    finish(new Error('the oscilloscope is gone'));
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.PUT, p1: 160, p2: 2 }]);
    expect(lines.at(-1)).toMatch(/: refused: the oscilloscope is gone$/);
  });

  test('a type with an alarm, too many values and a short payload are refused', async () => {
    const { table, open } = await start();
    table.define(owner, { name: 'T:arm', type: 'LONG', isWritable: true }, () => {});
    const circuit = await open();
    const { sid } = await circuit.create('T:arm');
    const payload = Buffer.alloc(16);
    circuit.send(wire(CMD.PUT, { dataType: 12, dataCount: 1, p1: sid, payload }));
    circuit.send(wire(CMD.PUT, { dataType: LONG, dataCount: 2, p1: sid, payload }));
    circuit.send(wire(CMD.PUT, { dataType: LONG, dataCount: 1, p1: sid }));
    expect((await circuit.take(3)).map(({ p1 }) => p1)).toEqual([114, 176, 176]);
  });
});

describe('limits', () => {
  test('a count beyond what there is and could be is refused', async () => {
    const { table, open } = await start();
    table.define(owner, { name: 'T:v', type: 'DOUBLE', maxCount: 5 });
    const circuit = await open();
    const { sid } = await circuit.create('T:v');
    const longCount = Buffer.from('000fffff0006000000000000000000090000000040000000', 'hex');
    longCount.writeUInt32BE(sid, 8);
    circuit.send(longCount, wire(CMD.READ, { dataType: DOUBLE, dataCount: 9, p1: sid }));
    expect(await circuit.take(2)).toMatchObject([
      { command: CMD.READ, p1: 176, p2: 9, payloadSize: 0 },
      { command: CMD.READ, p1: 1, dataCount: 9, payloadSize: 72 },
    ]);
  });

  test('a client of before long headers gets no long message', async () => {
    const { table, server } = await start();
    const pv = table.define(owner, { name: 'T:v', type: 'DOUBLE', maxCount: 10_000 });
    pv.post(reading(new Float64Array(10_000)), VALUE);
    const circuit = await RawCircuit.open(server.tcp);
    await circuit.take(1);
    circuit.send(wire(0, { dataCount: 8 }));
    const { sid } = await circuit.create('T:v', 1, 8);
    circuit.send(wire(CMD.READ, { dataType: DOUBLE, p1: sid }));
    expect(await circuit.take(1)).toMatchObject([{ command: CMD.READ, p1: 72 }]);
    circuit.socket.destroy();
  });

  test('a request that is announced too long ends that client only', async () => {
    const { table, open } = await start();
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const good = await open();
    const bad = await open();
    bad.send(Buffer.from('0013ffff000600000000000100000002ffffffff20000000', 'hex'));
    expect(await bad.take(1)).toMatchObject([{ command: CMD.ERROR, p2: 72 }]);
    await expect.poll(() => bad.socket.closed).toBe(true);
    expect((await good.create('T:v')).type).toBe(DOUBLE);
  });

  test('more than 10 000 channels or subscriptions of one client are refused', { timeout: 30_000 }, async () => {
    const { table, open } = await start();
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const circuit = await open();
    const payload = wireName('T:v');
    circuit.send(...Array.from({ length: 10_001 }, (_, cid) => wire(CMD.CREATE, { p1: cid, p2: 13, payload })));
    const created = await circuit.take(20_001, 20_000);
    expect(created.filter(({ command }) => command === CMD.CREATE)).toHaveLength(10_000);
    expect(created.at(-1)).toMatchObject({ command: 26, p1: 10_000 });
    const sid = created[1]!.p2;
    const wish = { dataType: TIME_DOUBLE, dataCount: 1, p1: sid, payload: wireMask(1) };
    circuit.send(...Array.from({ length: 10_001 }, (_, id) => wire(CMD.EVENT_ADD, { ...wish, p2: id })));
    const told = await circuit.take(10_001, 20_000);
    expect(told.filter(({ command }) => command === CMD.EVENT_ADD)).toHaveLength(10_000);
    expect(told.find(({ command }) => command === CMD.ERROR)).toMatchObject({ p1: 0, p2: 72 });
  });

  test('more than a hundred clients are turned away', async () => {
    const { server, open, lines } = await start();
    await Promise.all(Array.from({ length: 100 }, open));
    const late = await RawCircuit.open(server.tcp);
    expect(await late.take(1)).toEqual([]);
    await expect.poll(() => late.socket.closed).toBe(true);
    expect(lines).toEqual([expect.stringContaining('turned away')]);
  });

  test.each([
    ['a name with a space', { name: 'T v', type: 'DOUBLE' }],
    ['a type that is none', { name: 'T:v', type: 'I64' }],
    ['half a value', { name: 'T:v', type: 'DOUBLE', maxCount: 0.5 }],
    ['more than memory', { name: 'T:v', type: 'DOUBLE', maxCount: 2 ** 40 }],
    ['limits that are none', { name: 'T:v', type: 'DOUBLE', meta: { display: [1] } }],
    ['a precision that is none', { name: 'T:v', type: 'DOUBLE', meta: { precision: -1 } }],
    ['choices that are no texts', { name: 'T:v', type: 'ENUM', meta: { choices: [1] } }],
  ])('a variable with %s is not served', (_what, definition) => {
    expect(() => new PvTable().define(owner, definition as never)).toThrow(/\.$/);
  });

  test('a name belongs to one owner', () => {
    const table = new PvTable();
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    expect(() => table.define({}, { name: 'T:v', type: 'DOUBLE' })).toThrow('served by somebody else');
  });
});

test('it listens at this computer only', async () => {
  const { server } = await start();
  const outside = Object.values(networkInterfaces())
    .flatMap((networks) => networks ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  // another address of the loopback network where there is no other network
  const socket = connect({ host: outside?.address ?? '127.0.0.2', port: server.tcp });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('requests that are damaged at random end their client at most', { timeout: 60_000 }, async () => {
  const { table, server, open } = await start();
  for (const name of ['T:ai', 'T:wf', 'T:enum', 'T:str']) {
    const type = name === 'T:str' ? 'STRING' : name === 'T:enum' ? 'ENUM' : 'DOUBLE';
    table.define(owner, { name, type, maxCount: name === 'T:wf' ? 5 : 1, isWritable: true }, () => {});
  }
  const requests = serverReplies().filter(({ name }) => !name.startsWith('udp'));
  const random = seededRandom(20261130);
  const pick = (count: number) => Math.floor(random() * count);
  const udp = createSocket('udp4');
  for (let round = 0; round < 300; round++) {
    const circuit = await RawCircuit.open(server.tcp);
    const bytes = Buffer.concat(
      Array.from({ length: 12 }, () => {
        const request = Buffer.from(requests[pick(requests.length)]!.request_hex, 'hex');
        // their channels of Base, as numbers that there are here
        if (request.length >= 16 && random() < 0.8) request.writeUInt32BE(1 + pick(4), 8);
        for (let change = pick(3); change > 0 && request.length > 0; change--)
          request[pick(request.length)] = pick(256);
        return request;
      }),
    );
    const names = ['T:ai', 'T:wf', 'T:enum', 'T:str'].map((name) =>
      wire(CMD.CREATE, { p2: 13, payload: wireName(name) }),
    );
    circuit.send(...names, bytes);
    udp.send(bytes, server.udp, '127.0.0.1');
    await circuit.take(8);
    if (round % 2 === 0) circuit.socket.resetAndDestroy();
    else circuit.socket.destroy();
  }
  udp.close();
  const circuit = await open();
  expect((await circuit.create('T:ai')).type).toBe(DOUBLE);
});

test('a client that closes is let go at once', async () => {
  const { server, open } = await start();
  const circuit = await open();
  const before = performance.now();
  circuit.socket.end();
  await once(circuit.socket, 'close');
  expect(performance.now() - before).toBeLessThan(1000);
  await expect.poll(() => server.clients()).toEqual([]);
});

test('where the TCP port is taken, another one is used', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const server = await startCaServer({ table: new PvTable(), port });
  expect(server.udp).toBe(port);
  expect(server.tcp).not.toBe(port);
  await server.close();
  other.close();
});

test('beacons come in quick succession at first, with the port and a growing number', async () => {
  const listener = createSocket('udp4').bind(0, '127.0.0.1');
  await once(listener, 'listening');
  const beacons: Buffer[] = [];
  listener.on('message', (bytes) => beacons.push(bytes));
  const beaconPort = listener.address().port;
  const server = await startCaServer({ table: new PvTable(), port: 0, beaconPort });
  await expect.poll(() => beacons.length).toBeGreaterThanOrEqual(4);
  const [first, second] = beacons;
  expect(first!.toString('hex')).toBe(`000d0000000d${server.tcp.toString(16).padStart(4, '0')}0000000000000000`);
  expect(second!.readUInt32BE(8)).toBe(1);
  await server.close();
  listener.close();
});

describe('what the tools of Base send is answered as they took it', () => {
  test.each(['caget', 'caput', 'camonitor'] as const)('%s', async (tool) => {
    const { table, open } = await start();
    table.define(owner, { name: 'OSZI:sim:ch1:xoffset', type: 'DOUBLE' });
    const signal = table.define(owner, { name: 'OSZI:sim:ch1:signal', type: 'DOUBLE', maxCount: 20 });
    signal.post(reading(Float64Array.from({ length: 20 }, (_, index) => 1 + index / 2)), VALUE);
    const arm = table.define(owner, { name: 'OSZI:sim:arm', type: 'LONG', isWritable: true }, ({ values }) => {
      arm.post(reading(values), VALUE);
    });
    const circuit = await open();
    const sids = new Map<number, number>();
    const steps = clientCaptures()[tool].filter(({ channel }) => channel === 'tcp');
    for (const { from, hex, messages } of steps) {
      if (from === 'client') {
        const bytes = Buffer.from(hex, 'hex');
        const ours = sids.get(messages[0]!.p1);
        if (messages[0]!.id !== CMD.CREATE && ours !== undefined) bytes.writeUInt32BE(ours, 8);
        circuit.send(bytes);
        continue;
      }
      const answers = await circuit.take(messages.length);
      messages.forEach(({ id, p1, p2, dataType, dataCount, payloadSize, payload_hex }, index) => {
        const answer = answers[index]!;
        expect(answer).toMatchObject({ command: id, dataType, dataCount, payloadSize });
        if (id === CMD.CREATE) sids.set(p2, answer.p2);
        else expect(answer.p2).toBe(p2);
        if (id !== 12) expect(answer.p1).toBe(p1);
        // values stand behind alarm and time
        const isValue = dataCount > 1 && payloadSize === 176;
        if (isValue) expect(answer.payload.subarray(16).toString('hex')).toContain(payload_hex.slice(32));
      });
    }
  });
});

// A page at the bridge: it serves variables to bare clients, hears what they write, and goes away.

import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { startEpics } from '../../../../bridge/epics/epics.mjs';
import { startBridge } from '../../../../bridge/server.mjs';
import { RawCircuit, wire, wireMask } from '../../../support/ca-wire.ts';
import { Page } from '../../../support/epics-page.ts';

const READ = 15;
const PUT = 19;
const DISCONNECTED = 27;
const LONG = 5;
const TIME_DOUBLE = 20;
const CTRL_DOUBLE = 34;
const GRACE_MS = 150;
const UTC_NS = '1796000000000000007';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(graceMs = GRACE_MS) {
  const lines: string[] = [];
  const epics = await startEpics({ port: 0, graceMs, log: (line: string) => lines.push(line) });
  const bridge = await startBridge({ port: 0, epics });
  cleanUps.push(epics.close, bridge.close);
  const open = async (): Promise<RawCircuit> => {
    const circuit = await RawCircuit.open(epics.tcp);
    cleanUps.push(() => circuit.socket.destroy());
    await circuit.take(1);
    circuit.send(wire(0, { dataCount: 13 }));
    return circuit;
  };
  return { bridge, epics, lines, open, page: await Page.open(bridge.url) };
}

/** The variables of one trace, in the order in which they are told. */
const TRACE = ['xoffset', 'xdelta', 'xreach', 'xaxis', 'signal'];
const trace = (points: number) =>
  TRACE.map((name) => ({
    name: `OSZI:sim:ch1:${name}`,
    type: 'DOUBLE',
    maxCount: name.startsWith('x') && name !== 'xaxis' ? 1 : points,
  }));

test('a trace of a page is served with its time, unit and limits', async () => {
  const { page, open } = await start();
  const meta = { unit: 'V', precision: 3, display: [-1, 1] };
  page.say({ op: 'define', pvs: trace(5).map((pv) => ({ ...pv, meta })) });
  expect(await page.next('defined')).toEqual({ op: 'defined', refused: [] });
  const [offset, delta, reach, axis, signal] = trace(5);
  const at = { utcNs: UTC_NS };
  page.say({
    op: 'update',
    values: [
      { ...offset!, ...at, data: [10] },
      { ...delta!, ...at, data: [0.5] },
      { ...reach!, ...at, data: [11.5] },
      { ...axis!, ...at, data: [10, 10.5, 11] },
      { ...signal!, ...at, data: [1, 2, 3] },
    ],
  });
  const circuit = await open();
  const { sid, count, rights } = await circuit.create('OSZI:sim:ch1:signal');
  expect([count, rights]).toEqual([5, 1]);
  circuit.send(
    wire(READ, { dataType: TIME_DOUBLE, p1: sid }),
    wire(READ, { dataType: CTRL_DOUBLE, dataCount: 1, p1: sid }),
  );
  const [timed, control] = await circuit.take(2);
  expect(timed!.dataCount).toBe(3);
  expect([timed!.payload.readUInt32BE(4), timed!.payload.readUInt32BE(8)]).toEqual([1_796_000_000 - 631_152_000, 7]);
  expect([0, 1, 2].map((index) => timed!.payload.readDoubleBE(16 + 8 * index))).toEqual([1, 2, 3]);
  expect(control!.payload.toString('latin1', 8, 10)).toBe('V\0');
  expect(control!.payload.readDoubleBE(16)).toBe(1);
});

test('updates reach a monitor in the order of the list', async () => {
  const { page, open } = await start();
  page.say({ op: 'define', pvs: trace(5) });
  await page.next('defined');
  const circuit = await open();
  for (const [index, { name }] of trace(5).entries()) {
    const { sid } = await circuit.create(name, index);
    circuit.send(wire(1, { dataType: TIME_DOUBLE, p1: sid, p2: index, payload: wireMask(1) }));
    await circuit.take(1);
  }
  page.say({ op: 'update', values: trace(5).map((pv, index) => ({ ...pv, data: [index] })) });
  const told = await circuit.take(5);
  expect(told.map(({ p2, payload }) => [p2, payload.readDoubleBE(16)])).toEqual([0, 1, 2, 3, 4].map((n) => [n, n]));
});

test('texts and choices', async () => {
  const { page, open } = await start();
  page.say({
    op: 'define',
    pvs: [
      { name: 'T:text', type: 'STRING' },
      { name: 'T:mode', type: 'ENUM', meta: { choices: ['Off', 'On'] } },
    ],
  });
  page.say({
    op: 'update',
    values: [
      { name: 'T:text', type: 'STRING', data: ['10 µs'] },
      { name: 'T:mode', type: 'ENUM', data: [1] },
    ],
  });
  await page.next('defined');
  const circuit = await open();
  for (const [name, text] of [
    ['T:text', '10 µs'],
    ['T:mode', 'On'],
  ]) {
    const { sid } = await circuit.create(name!);
    circuit.send(wire(READ, { dataType: 0, dataCount: 1, p1: sid }));
    const [answer] = await circuit.take(1);
    expect(answer!.payload.toString('utf8', 0, Buffer.byteLength(text!) + 1)).toBe(`${text}\0`);
  }
});

describe('what is written', () => {
  const put = (sid: number, value: number): Buffer => {
    const payload = Buffer.alloc(8);
    payload.writeInt32BE(value);
    return wire(PUT, { dataType: LONG, dataCount: 1, p1: sid, p2: 9, payload });
  };

  test('reaches the page that allows it, and is answered when the page says so', async () => {
    const { page, open, lines } = await start();
    page.say({ op: 'define', pvs: [{ name: 'T:arm', type: 'LONG' }] });
    await page.next('defined');
    const circuit = await open();
    const { sid } = await circuit.create('T:arm');
    circuit.send(put(sid, 5));
    expect(await circuit.take(1)).toMatchObject([{ p1: 376 }]);
    page.say({ op: 'rights', name: 'T:arm', isWritable: true });
    expect(await circuit.take(1)).toMatchObject([{ command: 22, p2: 3 }]);
    circuit.send(put(sid, 5));
    const heard = await page.next('put');
    expect(heard).toMatchObject({ name: 'T:arm', wantsAnswer: true, values: [{ type: 'LONG', data: [5] }] });
    expect(heard['from']).toMatch(/ at 127\.0\.0\.1:\d+$/);
    expect(await circuit.take(1, 50)).toEqual([]);
    page.say({ op: 'update', values: [{ name: 'T:arm', type: 'LONG', data: [6] }] });
    page.say({ op: 'put-done', put: heard['put'] });
    expect(await circuit.take(1)).toMatchObject([{ command: PUT, p1: 1, p2: 9 }]);
    circuit.send(wire(READ, { dataType: LONG, dataCount: 1, p1: sid }));
    expect((await circuit.take(1))[0]!.payload.readInt32BE(0)).toBe(6);
    circuit.send(put(sid, 7));
    const refused = await page.next('put');
    page.say({ op: 'put-done', put: refused['put'], reason: 'it is running\n\u009b31m' });
    expect(await circuit.take(1)).toMatchObject([{ command: PUT, p1: 160 }]);
    expect(lines.at(-1)).toMatch(/: refused: it is running\\u000a\\u009b31m$/);
  });

  test('into a page that goes away is refused', async () => {
    const { page, open } = await start();
    page.say({ op: 'define', pvs: [{ name: 'T:arm', type: 'LONG', isWritable: true }] });
    await page.next('defined');
    const circuit = await open();
    const { sid } = await circuit.create('T:arm');
    circuit.send(put(sid, 5));
    await page.next('put');
    page.socket.terminate();
    expect(await circuit.take(1)).toMatchObject([{ command: PUT, p1: 160 }]);
  });
});

describe('a page that goes away', () => {
  async function watched(graceMs?: number) {
    const bench = await start(graceMs);
    bench.page.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
    bench.page.say({ op: 'update', values: [{ name: 'T:v', type: 'DOUBLE', data: [3.5], utcNs: UTC_NS }] });
    await bench.page.next('defined');
    const circuit = await bench.open();
    const { sid } = await circuit.create('T:v', 42);
    circuit.send(wire(1, { dataType: TIME_DOUBLE, p1: sid, p2: 7, payload: wireMask(5) }));
    await circuit.take(1);
    bench.page.socket.terminate();
    const [alarm] = await circuit.take(1);
    return { ...bench, circuit, sid, alarm: alarm! };
  }

  test('leaves its values as INVALID and COMM, then its variables are disconnected', async () => {
    const { circuit, alarm } = await watched();
    expect(alarm.payload.subarray(0, 4).toString('hex')).toBe('00090003');
    expect(alarm.payload.readDoubleBE(16)).toBe(3.5);
    expect(await circuit.take(1)).toMatchObject([{ command: DISCONNECTED, p1: 42 }]);
  });

  test('and comes back soon keeps its clients', async () => {
    const { circuit, bridge } = await watched(400);
    const again = await Page.open(bridge.url);
    again.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
    expect((await again.next('defined'))['refused']).toEqual([]);
    again.say({ op: 'update', values: [{ name: 'T:v', type: 'DOUBLE', data: [4.5] }] });
    const [update] = await circuit.take(1);
    expect(update!.payload.subarray(0, 4).toString('hex')).toBe('00000000');
    expect(update!.payload.readDoubleBE(16)).toBe(4.5);
    expect(await circuit.take(1, 600)).toEqual([]);
  });

  test('and comes back with another kind of variable disconnects them', async () => {
    const { circuit, bridge } = await watched(400);
    const again = await Page.open(bridge.url);
    again.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE', maxCount: 10 }] });
    expect(await circuit.take(1)).toMatchObject([{ command: DISCONNECTED, p1: 42 }]);
    expect((await circuit.create('T:v', 43)).count).toBe(10);
  });
});

describe('who may come in', () => {
  const refusalOf = async ({ socket }: Page) =>
    (await new Promise<Error>((resolve) => socket.once('error', resolve))).message;

  test('only pages of known origins, and only where the bridge was started for it', async () => {
    const { bridge } = await start();
    for (const origin of ['https://evil.example', 'null']) {
      expect(await refusalOf(new Page(bridge.url, { origin }))).toContain('403');
    }
    const plain = await startBridge({ port: 0 });
    cleanUps.push(plain.close);
    expect(await refusalOf(new Page(plain.url))).toContain('403');
  });

  test('only who offers the protocol', async () => {
    const { bridge } = await start();
    expect(await refusalOf(new Page(bridge.url, { protocol: 'pulsebench' }))).toContain('subprotocol');
  });

  test('a name of another page is not taken', async () => {
    const { bridge, page } = await start();
    page.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
    await page.next('defined');
    const other = await Page.open(bridge.url);
    other.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }, null] });
    expect((await other.next('defined'))['refused']).toMatchObject([{ name: 'T:v' }, {}]);
    other.say({ op: 'update', values: [{ name: 'T:v', type: 'DOUBLE', data: [666] }] });
    expect(await other.next('refused')).toMatchObject({ name: 'T:v' });
    other.say({ op: 'remove', names: ['T:v'] });
    other.say({ op: 'rights', name: 'T:v', isWritable: true });
    page.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
    expect((await page.next('defined'))['refused']).toEqual([]);
  });
});

test.each([
  ['a value of another type', { name: 'T:v', type: 'LONG', data: [1] }],
  ['too many values', { name: 'T:v', type: 'DOUBLE', data: [1, 2] }],
  ['no value', { name: 'T:v', type: 'DOUBLE', data: [] }],
  ['a severity that is none', { name: 'T:v', type: 'DOUBLE', data: [1], severity: 4 }],
  ['a status that is none', { name: 'T:v', type: 'DOUBLE', data: [1], status: -1 }],
  ['a time that is none', { name: 'T:v', type: 'DOUBLE', data: [1], utcNs: '-1' }],
  ['a name that was not defined', { name: 'T:w', type: 'DOUBLE', data: [1] }],
])('%s is refused', async (_what, value) => {
  const { page } = await start();
  page.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
  page.say({ op: 'update', values: [value] });
  expect(await page.next('refused')).toMatchObject({ name: value.name, reason: expect.stringMatching(/\.$/) });
});

test.each([
  ['no JSON', 'hello'],
  ['no object', 'null'],
  ['an operation that is none', '{"op":"constructor"}'],
  ['a list that is none', '{"op":"define","pvs":7}'],
  ['values that are none', '{"op":"update","values":7}'],
  ['bytes that are no frame', Buffer.from([255, 255, 255, 255, 1])],
  ['numbers that do not come', '{"op":"update","values":[{"name":"T:v","type":"DOUBLE","count":1e9}]}'],
  ['three bytes', Buffer.from([1, 2, 3])],
])('%s ends that page only', async (_what, bytes) => {
  const { page, bridge } = await start();
  const other = await Page.open(bridge.url);
  page.socket.send(bytes);
  const [code] = (await once(page.socket, 'close')) as [number];
  expect(code).toBe(1008);
  other.say({ op: 'define', pvs: [] });
  await other.next('defined');
});

describe('the laboratory, for a page', () => {
  /** One bridge serves; pages of another one, which searches there, listen. */
  async function startBoth(...puts: string[]) {
    const lab = await start();
    const lines: string[] = [];
    const addresses = [{ host: '127.0.0.1', port: lab.epics.udp }];
    const epics = await startEpics({ port: 0, addresses, puts, log: (line: string) => lines.push(line) });
    const bridge = await startBridge({ port: 0, epics });
    cleanUps.push(epics.close, bridge.close);
    return { lab: lab.page, server: lab.epics, lines, reader: await Page.open(bridge.url) };
  }

  test('values come with time, alarm, unit and limits, until the page does not want them', async () => {
    const { lab, reader } = await startBoth();
    const meta = { unit: 'V', precision: 3, display: [-1, 1] };
    lab.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE', maxCount: 3, meta }] });
    lab.say({
      op: 'update',
      values: [{ name: 'T:v', type: 'DOUBLE', data: [1, 2], utcNs: UTC_NS, status: 4, severity: 1 }],
    });
    reader.say({ op: 'subscribe', id: 5, name: 'T:v' });
    expect(await reader.next('connected')).toMatchObject({
      id: 5,
      type: 'DOUBLE',
      maxCount: 3,
      isWritable: false,
      meta,
    });
    const value = { id: 5, type: 'DOUBLE', data: [1, 2], utcNs: UTC_NS, status: 4, severity: 1 };
    expect(await reader.next('value')).toEqual({ op: 'value', values: [value] });
    lab.say({ op: 'remove', names: ['T:v'] });
    expect(await reader.next('disconnected')).toMatchObject({ id: 5 });
    lab.say({ op: 'define', pvs: [{ name: 'T:v', type: 'STRING' }] });
    lab.say({ op: 'update', values: [{ name: 'T:v', type: 'STRING', data: ['new'] }] });
    expect(await reader.next('connected', 10_000)).toMatchObject({ id: 5, type: 'STRING' });
    expect((await reader.next('value')).values![0]).toMatchObject({ data: ['new'] });
    reader.say({ op: 'unsubscribe', id: 5 });
    lab.say({ op: 'update', values: [{ name: 'T:v', type: 'STRING', data: ['newer'] }] });
    await expect(reader.next('value', 100)).rejects.toThrow();
  });

  test('is written only where the bridge was told so', async () => {
    const { lab, reader, lines } = await startBoth('T:open');
    const pvs = ['T:open', 'T:shut'].map((name) => ({ name, type: 'LONG', isWritable: true }));
    lab.say({ op: 'define', pvs });
    reader.say({ op: 'subscribe', id: 1, name: 'T:open' });
    reader.say({ op: 'subscribe', id: 2, name: 'T:shut' });
    await reader.next('connected');
    await reader.next('connected');
    reader.say({ op: 'write', id: 2, put: 20, values: [{ type: 'LONG', data: [1] }] });
    expect(await reader.next('written')).toMatchObject({
      put: 20,
      reason: expect.stringContaining('--epics-put T:shut'),
    });
    reader.say({ op: 'write', id: 1, put: 10, values: [{ type: 'LONG', data: [4] }] });
    const put = await lab.next('put');
    expect(put).toMatchObject({ name: 'T:open', values: [{ data: [4] }] });
    lab.say({ op: 'put-done', put: put['put'] });
    expect(await reader.next('written')).toEqual({ op: 'written', put: 10 });
    expect(lines).toEqual([
      expect.stringMatching(/^put into T:shut refused \(.*\) by a page of http:\/\/localhost:4173$/),
      'put into T:open done by a page of http://localhost:4173',
    ]);
    reader.say({ op: 'write', id: 1, put: 11, values: [{ type: 'DOUBLE', data: [4] }] });
    expect(await reader.next('written')).toMatchObject({ put: 11, reason: 'T:open is LONG.' });
  });

  test('brings a page that does not read the newest, when it reads again, and says how many were before it', async () => {
    const { lab, server, reader } = await startBoth();
    const points = 500_000;
    lab.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE', maxCount: points }] });
    reader.say({ op: 'subscribe', id: 1, name: 'T:v' });
    await reader.next('connected');
    reader.socket.pause();
    const rounds = 20;
    for (let round = 1; round <= rounds; round++) {
      lab.say({ op: 'update', values: [{ name: 'T:v', type: 'DOUBLE', data: new Array(points).fill(round) }] });
      await new Promise((wake) => setTimeout(wake, 30));
    }
    reader.socket.resume();
    let count = 0;
    let passedOverCount = 0;
    for (let last = 0; last < rounds; count++) {
      const { values } = await reader.next('value');
      passedOverCount += values![0]!.passedOverCount ?? 0;
      last = (values![0]!.data![0] as number | undefined) ?? 0;
    }
    expect(count).toBeLessThan(rounds);
    // the value before the first update is one more; what the bridge's client was too slow for the server counts
    const lost = server.clients().reduce((sum, { droppedCount }) => sum + droppedCount, 0);
    expect(count + passedOverCount + lost).toBe(rounds + 1);
  });

  test('a number twice and a name that is none are refused', async () => {
    const { reader } = await startBoth();
    reader.say({ op: 'subscribe', id: 1, name: 'T:v' });
    reader.say({ op: 'subscribe', id: 1, name: 'T:w' });
    expect(await reader.next('fault')).toMatchObject({ id: 1 });
    reader.say({ op: 'subscribe', id: 2, name: 'two words' });
    expect(await reader.next('fault')).toMatchObject({ id: 2 });
  });
});

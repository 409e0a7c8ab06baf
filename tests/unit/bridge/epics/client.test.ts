// The client: byte for byte beside Base's tools where both ask the same, then against our server.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CaClient } from '../../../../bridge/epics/ca-client.mjs';
import { startCaServer } from '../../../../bridge/epics/ca-server.mjs';
import { PvTable } from '../../../../bridge/epics/pv-table.mjs';
import { clientCaptures, serverReplies } from '../../../support/ca-golden.ts';
import { readWire, wire } from '../../../support/ca-wire.ts';

const CMD = { EVENT_ADD: 1, CREATE: 18, READ: 15, NAMES: [20, 21], ECHO: 23, CLEAR: 12 };
const CTRL_DOUBLE = 34;
const VALUE = 1;
const VALUE_AND_ALARM = 5;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Told {
  readonly op: string;
  readonly [field: string]: unknown;
}

/** A channel whose listener writes down what it is told. */
function listen(client: CaClient, name: string) {
  const told: Told[] = [];
  const channel = client.channel(name, {
    onConnected: (about) => told.push({ op: 'connected', ...about }),
    onDisconnected: (reason) => told.push({ op: 'disconnected', reason }),
    onValue: (reading) => told.push({ op: 'value', ...reading }),
    onRights: (isWritable) => told.push({ op: 'rights', isWritable }),
    onFault: (reason) => told.push({ op: 'fault', reason }),
  });
  return { channel, told };
}

function startClient(port: number, idleMs?: number): CaClient {
  const client = new CaClient({ addresses: [{ host: '127.0.0.1', port }], ...(idleMs ? { idleMs } : {}) });
  cleanUps.push(() => client.close());
  return client;
}

/** A server by hand: answers searches with its TCP port, and hands every TCP message over. */
async function startByHand(
  onMessage: (message: ReturnType<typeof readWire>['messages'][number], socket: Socket) => void,
) {
  const searches: string[] = [];
  const sockets: Socket[] = [];
  const tcp = createServer((socket) => {
    sockets.push(socket);
    let rest: Buffer = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const read = readWire(Buffer.concat([rest, bytes]));
      rest = read.rest;
      for (const message of read.messages) onMessage(message, socket);
    });
  }).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const udp = createSocket('udp4').bind(0, '127.0.0.1');
  await once(udp, 'listening');
  udp.on('message', (bytes, { port }) => {
    searches.push(bytes.toString('hex'));
    const answer = Buffer.from(clientCaptures().caget.find(({ from }) => from === 'server')!.hex, 'hex');
    for (const at of [16 + 4, 40 + 4]) answer.writeUInt16BE((tcp.address() as AddressInfo).port, at);
    udp.send(answer, port, '127.0.0.1');
  });
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    tcp.close();
    udp.close();
  });
  return { searches, sockets, port: udp.address().port };
}

const golden = (tool: 'caget' | 'camonitor', id: number, from = 'client', nth = 0) =>
  clientCaptures()[tool].filter(
    (step) => step.from === from && step.channel === 'tcp' && step.messages.at(-1)!.id === id,
  )[nth]!;

describe('beside the tools of Base', () => {
  test('it asks for two names as caget does, and takes what caget took', async () => {
    const control = Buffer.from(
      serverReplies().find(({ name }) => name === 'read-T:ai-type34-count1')!.reply_hex!,
      'hex',
    );
    const messages: string[] = [];
    const { searches, port } = await startByHand((message, socket) => {
      const { command, dataType, dataCount, p1, p2, payload } = message;
      messages.push(wire(command, { dataType, dataCount, p1, p2, payload }).toString('hex'));
      if (command === CMD.CREATE) socket.write(Buffer.from(golden('caget', CMD.CREATE, 'server', p1 - 1).hex, 'hex'));
      if (command === CMD.READ) {
        control.writeUInt32BE(p2, 12);
        socket.write(control);
      }
      // the values that caget read come as an update here: the same payloads
      if (command !== CMD.EVENT_ADD) return;
      const [value] = golden('caget', CMD.READ, 'server', p2 - 1).messages;
      const { dataCount: count, payload_hex } = value!;
      socket.write(
        wire(CMD.EVENT_ADD, { dataType: 20, dataCount: count, p1: 1, p2, payload: Buffer.from(payload_hex, 'hex') }),
      );
    });
    const client = startClient(port);
    const offset = listen(client, 'OSZI:sim:ch1:xoffset');
    const signal = listen(client, 'OSZI:sim:ch1:signal');
    await expect.poll(() => offset.told.length + signal.told.length).toBe(4);
    expect(searches[0]).toBe(clientCaptures().caget[0]!.hex);
    expect(messages[0]).toBe(clientCaptures().caget.find(({ channel }) => channel === 'tcp')!.hex);
    expect(messages).toContain(golden('caget', CMD.CREATE, 'client', 0).hex);
    expect(messages).toContain(golden('caget', CMD.CREATE, 'client', 1).hex);
    const asMonitored = golden('camonitor', CMD.EVENT_ADD).messages[0]!;
    const monitor = messages
      .map((hex) => Buffer.from(hex, 'hex'))
      .find((bytes) => bytes.readUInt16BE(0) === CMD.EVENT_ADD)!;
    const { messages: sent } = readWire(monitor);
    expect(sent[0]).toMatchObject({ dataType: asMonitored.dataType, dataCount: asMonitored.dataCount });
    expect(sent[0]!.payload.toString('hex')).toBe(asMonitored.payload_hex);

    expect(offset.told[0]).toMatchObject({
      op: 'connected',
      type: 'DOUBLE',
      maxCount: 1,
      isWritable: false,
      meta: { unit: 'V', precision: 3, display: [-10, 10], alarm: [-9, 9], warning: [-8, 8], control: [-10, 10] },
    });
    // 0x45613a2b s and 0x0cd90bb3 ns since 1990
    const utcNs = (0x45613a2bn + 631_152_000n) * 1_000_000_000n + 0x0cd90bb3n;
    expect(offset.told[1]).toMatchObject({ op: 'value', values: Float64Array.of(-0.001), severity: 0, utcNs });
    expect(signal.told[1]!['values']).toEqual(Float64Array.from({ length: 20 }, (_, index) => 1 + index / 2));
  });

  test('a silent server is asked for an echo, and left when none comes', async () => {
    let echoes = 0;
    const { port } = await startByHand(({ command, p1, p2 }, socket) => {
      if (command === CMD.ECHO) echoes++;
      if (command === CMD.READ) {
        socket.write(wire(CMD.READ, { dataType: CTRL_DOUBLE, dataCount: 1, p1: 1, p2, payload: Buffer.alloc(88) }));
      }
      if (command !== CMD.CREATE) return;
      socket.write(wire(22, { p1, p2: 1 }));
      socket.write(wire(CMD.CREATE, { dataType: 6, dataCount: 1, p1, p2: 8 }));
    });
    const { told } = listen(startClient(port, 60), 'OSZI:sim:ch1:xoffset');
    await expect
      .poll(() => told.slice(0, 2))
      .toMatchObject([{ op: 'connected' }, { op: 'disconnected', reason: 'the server does not answer' }]);
    expect(echoes).toBeGreaterThanOrEqual(1);
  });

  test('an answer that names another computer is not followed', async () => {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    let reached = 0;
    const elsewhere = createServer(() => reached++).listen(0, '127.0.0.2');
    await once(elsewhere, 'listening');
    const { port: tcpPort } = elsewhere.address() as AddressInfo;
    let asked = 0;
    udp.on('message', (_bytes, { port }) => {
      asked++;
      udp.send(wire(6, { dataType: tcpPort, p1: 0x7f000002, p2: 1, payload: Buffer.alloc(8) }), port, '127.0.0.1');
    });
    listen(startClient(udp.address().port), 'T:v');
    await expect.poll(() => asked).toBeGreaterThan(2);
    expect(reached).toBe(0);
    udp.close();
    elsewhere.close();
  });

  /** Answers every read with that: a channel is made, and its unit asked for. */
  async function startWith(answerTo: (id: string) => string) {
    let circuits = 0;
    const { port } = await startByHand(({ command, p1, p2 }, socket) => {
      if (command === 0) circuits++;
      if (command === CMD.CREATE) {
        socket.write(wire(22, { p1, p2: 1 }));
        socket.write(wire(CMD.CREATE, { dataType: 6, dataCount: 1, p1, p2: 8 }));
      }
      if (command === CMD.READ) socket.write(Buffer.from(answerTo(p2.toString(16).padStart(8, '0')), 'hex'));
    });
    const lines: string[] = [];
    const client = new CaClient({ addresses: [{ host: '127.0.0.1', port }], log: (line) => lines.push(line) });
    cleanUps.push(() => client.close());
    return { ...listen(client, 'OSZI:sim:ch1:xoffset'), lines, circuits: () => circuits };
  }

  test('a message of 2^32 bytes ends that connection, which is said, and there is another one', async () => {
    const { lines, circuits } = await startWith((id) => `000fffff0022000000000001${id}ffffffff00000001`);
    await expect.poll(circuits).toBeGreaterThan(1);
    expect(lines[0]).toMatch(/^the server at 127\.0\.0\.1:\d+ was lost: .*4294967295 bytes/);
  });

  test('unit and limits without their bytes are none, which is said', async () => {
    const { told } = await startWith((id) => `000f00000022000100000001${id}`);
    await expect.poll(() => told).toMatchObject([{ op: 'fault' }, { op: 'connected', meta: {} }]);
  });
});

describe('with our server', () => {
  async function start(port = 0) {
    const table = new PvTable();
    const server = await startCaServer({ table, port });
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) await server.close();
      isOpen = false;
    };
    cleanUps.push(close);
    return { table, server, close };
  }
  const owner = {};
  const reading = (values: ArrayLike<number> | string[], status = 0, severity = 0) => ({
    values,
    status,
    severity,
    utcNs: 1_796_000_000_000_000_001n,
  });

  test('values, alarms and arrays come as they change', async () => {
    const { table, server } = await start();
    const scalar = table.define(owner, { name: 'T:v', type: 'DOUBLE', meta: { unit: 'mA', precision: 2 } });
    const array = table.define(owner, { name: 'T:array', type: 'LONG', maxCount: 200_000 });
    const text = table.define(owner, { name: 'T:text', type: 'STRING' });
    text.post(reading(['ready']), VALUE);
    const client = startClient(server.udp);
    const one = listen(client, 'T:v');
    const many = listen(client, 'T:array');
    const words = listen(client, 'T:text');
    await expect.poll(() => [one, many, words].map(({ told }) => told.length)).toEqual([2, 2, 2]);
    expect(words.told[1]).toMatchObject({ values: ['ready'] });
    // nobody gave it a value yet
    expect(one.told[1]).toMatchObject({ status: 17, severity: 3 });
    expect(one.told[1]!['utcNs']).toBeUndefined();
    scalar.post(reading(Float64Array.of(2.5), 4, 1), VALUE_AND_ALARM);
    const values = Int32Array.from({ length: 200_000 }, (_, index) => index - 100_000);
    array.post(reading(values), VALUE);
    await expect.poll(() => [one.told.length, many.told.length]).toEqual([3, 3]);
    expect(one.told[2]).toMatchObject({ ...reading(Float64Array.of(2.5)), status: 4, severity: 1 });
    expect(many.told[2]!['values']).toEqual(values);
  });

  test('a write is done when it is done, and refused in words', async () => {
    const { table, server } = await start();
    const taken: unknown[] = [];
    const pv = table.define(
      owner,
      { name: 'T:v', type: 'DOUBLE', maxCount: 3, isWritable: true },
      async ({ values }) => {
        if ((values as number[])[0] === 13) throw new Error('not thirteen');
        taken.push(...Array.from(values as ArrayLike<unknown>));
      },
    );
    const { channel, told } = listen(startClient(server.udp), 'T:v');
    await expect(channel.put(Float64Array.of(1))).rejects.toThrow('not connected');
    await expect.poll(() => told.length).toBe(2);
    await channel.put(Float64Array.of(1, 2));
    expect(taken).toEqual([1, 2]);
    await expect(channel.put(Float64Array.of(13))).rejects.toThrow('did not take the value');
    await expect(channel.put(new Float64Array(4))).rejects.toThrow('at most 3 values');
    pv.isWritable = false;
    await expect.poll(() => told.at(-1)).toEqual({ op: 'rights', isWritable: false });
    await expect(channel.put(Float64Array.of(1))).rejects.toThrow('does not allow');
  });

  test('a server that went away and came back is found again', async () => {
    const first = await start();
    first.table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    const { told } = listen(startClient(first.server.udp), 'T:v');
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(1);
    await first.close();
    await expect.poll(() => told.at(-1)!.op).toBe('disconnected');
    const second = await start(first.server.udp);
    second.table.define(owner, { name: 'T:v', type: 'LONG' }).post(reading(Int32Array.of(7)), VALUE);
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toMatchObject({ op: 'value', values: Int32Array.of(7) });
  });

  test('a variable that goes away alone is searched for again', async () => {
    const { table, server } = await start();
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    table.define(owner, { name: 'T:other', type: 'DOUBLE' });
    const client = startClient(server.udp);
    const one = listen(client, 'T:v');
    const other = listen(client, 'T:other');
    await expect.poll(() => one.told.length + other.told.length).toBeGreaterThanOrEqual(4);
    table.remove('T:v');
    await expect.poll(() => one.told.at(-1)!.op).toBe('disconnected');
    expect(other.told.at(-1)!.op).toBe('value');
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    await expect.poll(() => one.told.filter(({ op }) => op === 'connected').length, { timeout: 10_000 }).toBe(2);
  });

  test('a closed channel is given back, and with the last one the connection', async () => {
    const { table, server } = await start();
    table.define(owner, { name: 'T:v', type: 'DOUBLE' });
    table.define(owner, { name: 'T:w', type: 'DOUBLE' });
    const client = startClient(server.udp);
    const one = listen(client, 'T:v');
    const two = listen(client, 'T:w');
    await expect.poll(() => one.told.length + two.told.length).toBeGreaterThanOrEqual(4);
    expect(server.clients()).toMatchObject([{ channelCount: 2, subscriptionCount: 2 }]);
    one.channel.close();
    await expect.poll(() => server.clients()[0]!.channelCount).toBe(1);
    two.channel.close();
    await expect.poll(() => server.clients()).toEqual([]);
    expect(one.told.every(({ op }) => op !== 'disconnected')).toBe(true);
  });
});

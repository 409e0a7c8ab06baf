// The server beside EPICS Base: the same requests, the same answers, but for what each server chooses itself.

import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCaServer } from '../../../../bridge/epics/ca-server.mjs';
import { PvTable } from '../../../../bridge/epics/pv-table.mjs';
import { type GoldenCase, type GoldenMessage, serverReplies } from '../../../support/ca-golden.ts';
import { RawCircuit, readWire, type WireMessage } from '../../../support/ca-wire.ts';

const VALUE = 1;
const CREATE = 18;
const ERROR = 11;
/** TIME types: seconds and nanoseconds stand behind status and severity. */
const isTimed = (dataType: number) => dataType >= 14 && dataType <= 20;
/** GR and CTRL of FLOAT and DOUBLE. */
const PRECISE_TYPES = [23, 27, 30, 34];
const isText = (dataType: number) => dataType % 7 === 0 || dataType === 38;
/** How long an answer that must not come is waited for. */
const SILENCE_MS = 50;
const MAX_SHOWN_BYTES = 1000;
/** Channels that Base's client had made, without a case of their own. */
const FURTHER_CHANNELS: readonly [string, number][] = [
  ['T:wff', 16],
  ['T:chars', 21],
];

const table = new PvTable();
const owner = {};
const utcNs = 1_796_000_000_123_456_789n;

function define(
  name: string,
  type: string,
  values: ArrayLike<number> | string[],
  {
    maxCount = values.length,
    status = 0,
    isTimed = true,
    ...meta
  }: Record<string, unknown> & {
    maxCount?: number;
    status?: number;
    isTimed?: boolean;
  } = {},
): void {
  const time = isTimed ? { utcNs } : {};
  const pv = table.define(owner, { name, type, maxCount, isWritable: true, meta }, (put) => {
    // as a record of Base: the write is done first, its monitors are told by another thread
    setImmediate(() => pv.post({ values: put.values, status: 0, severity: 0, utcNs }, VALUE));
  });
  pv.post({ values, status, severity: 0, ...time }, VALUE);
}

const both = (limit: number): [number, number] => [-limit, limit];
define('T:ai', 'DOUBLE', Float64Array.of(1.5), {
  unit: 'V',
  precision: 3,
  display: both(10),
  control: both(10),
  alarm: both(9),
  warning: both(8),
});
table.get('T:ai')!.className = 'ai';
define('T:ao', 'DOUBLE', Float64Array.of(0), { unit: 'mA', precision: 2, display: both(5), control: both(5) });
const waveform = { unit: 'V', precision: 4, display: both(2), control: both(2) };
define('T:wf', 'DOUBLE', Float64Array.of(1, 2, 3, 4, 5), waveform);
define('T:wff', 'FLOAT', Float32Array.of(0.5, -0.25, 100));
define('T:big', 'DOUBLE', new Float64Array(10_000));
const choices = ['Idle', 'Armed', 'Done'];
define('T:enum', 'ENUM', Uint16Array.of(1), { choices, status: 17, isTimed: false });
define('T:str', 'STRING', ['hello']);
define('T:arm', 'LONG', Int32Array.of(1));
define('T:chars', 'CHAR', Uint8Array.of(1, 2, 3), { maxCount: 8 });

let server: Awaited<ReturnType<typeof startCaServer>>;
let circuit: RawCircuit;
beforeAll(async () => {
  server = await startCaServer({ table, port: 0 });
});
afterAll(async () => {
  circuit.socket.destroy();
  await server.close();
});

/** What the numbers of Base's channels are here. */
const sids = new Map<number, number>();

/** What stands for a field that servers may differ in. */
function comparable(message: WireMessage): object {
  const { command, payloadSize, dataType, dataCount, p1, p2 } = message;
  const payload = Buffer.from(message.payload);
  if (command === ERROR) {
    // the header that was refused, then a text of the server's own
    return { command, payloadSize, p1, p2, refused: payload.subarray(0, 8).toString('hex') };
  }
  if (isTimed(dataType) && payloadSize > 0 && payload.readUInt32BE(4) !== 0) payload.fill(1, 4, 12);
  // beside the precision lies a field that nobody fills; Base sends what was in its memory
  if (PRECISE_TYPES.includes(dataType) && payloadSize > 0) payload.fill(0, 6, 8);
  if (isText(dataType) && payloadSize > 0) {
    const end = payload.indexOf(0, dataType === 14 ? 12 : 0);
    payload.fill(0, end);
  }
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const shown = payloadSize > MAX_SHOWN_BYTES ? { sha256 } : { payload: payload.toString('hex') };
  return { command, payloadSize, dataType, dataCount, p1, p2: command === CREATE ? 'own' : p2, ...shown };
}

/** The golden answer with our numbers for Base's channels. */
function expected(message: GoldenMessage): object {
  const isShort = message.payload_hex.endsWith('...');
  const payload = isShort ? Buffer.alloc(message.payloadSize) : Buffer.from(message.payload_hex, 'hex');
  const { id, payloadSize, dataType, dataCount, p2 } = message;
  // answers to CLEAR_CHANNEL and EVENT_CANCEL name the channel
  const namesChannel = id === 12 || (id === 1 && payloadSize === 0);
  const p1 = namesChannel ? sids.get(message.p1)! : message.p1;
  return comparable({ command: id, payloadSize, dataType, dataCount, p1, p2, payload });
}

/** The request with our number of the channel that it names. */
function translated({ request, request_hex }: GoldenCase): Buffer {
  const bytes = Buffer.from(request_hex, 'hex');
  const ours = request.length === 1 && request[0]!.id !== CREATE ? sids.get(request[0]!.p1) : undefined;
  if (ours !== undefined) bytes.writeUInt32BE(ours, 8);
  return bytes;
}

async function askUdp(bytes: Buffer): Promise<WireMessage[]> {
  const socket = createSocket('udp4');
  const answer = once(socket, 'message').then(([message]) => readWire(message as Buffer).messages);
  socket.send(bytes, server.udp, '127.0.0.1');
  const none = new Promise<WireMessage[]>((resolve) => setTimeout(resolve, 4 * SILENCE_MS, []));
  const messages = await Promise.race([answer, none]);
  socket.close();
  return messages;
}

/** They follow each other on one connection, as they did with Base. */
test.each(serverReplies().map((one) => [one.name, one] as const))('%s', async (name, golden) => {
  if (name.startsWith('udp-')) {
    const answers = await askUdp(Buffer.from(golden.request_hex, 'hex'));
    const wanted = golden.reply.map((message) =>
      expected(message.command === 'SEARCH' ? { ...message, dataType: server.tcp } : message),
    );
    expect(answers.map(comparable)).toEqual(wanted);
    return;
  }
  if (name === 'tcp-on-connect' || name === 'reconnect') circuit = await RawCircuit.open(server.tcp);
  circuit.send(translated(golden));
  const answers = await circuit.take(golden.reply.length);
  golden.reply.forEach((message, index) => {
    if (message.id === CREATE) sids.set(message.p2, answers[index]!.p2);
  });
  expect(answers.map(comparable)).toEqual(golden.reply.map(expected));
  const endsConnection = ['read-bad-sid', 'read-bad-type', 'unknown-command'].includes(name);
  if (name === 'tcp-version-client-host') {
    for (const [pv, sid] of FURTHER_CHANNELS) sids.set(sid, (await circuit.create(pv, 1000 + sid)).sid);
  }
  expect(await circuit.take(1, endsConnection ? 2000 : SILENCE_MS)).toEqual([]);
  expect(circuit.socket.closed).toBe(endsConnection);
});

// What a publisher says over its link, and does when the link is slow or gone. The bridge is a fake in the link's place.

import { expect, test } from 'vitest';
import { LabError } from '../../../../src/base/errors.ts';
import { type Utc, utcFromUnixNs } from '../../../../src/base/time.ts';
import { decodeFrame, encodeFrame, type FrameMessage, numbersOf } from '../../../../src/devices/epics/frame.ts';
import { Publisher } from '../../../../src/devices/epics/publisher.ts';
import type { ServedStatus } from '../../../../src/devices/epics/served.ts';
import type { TraceChannel } from '../../../../src/model/channel.ts';
import type { FrameListener, FrameSocket } from '../../../../src/transports/frame-socket.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

class FakeBridge implements FrameSocket {
  unsentBytes = 0;
  readonly told: FrameMessage[] = [];
  #listener: FrameListener | undefined;

  listen(listener: FrameListener): void {
    this.#listener = listener;
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.told.push(decodeFrame(typeof frame === 'string' ? frame : frame.buffer));
  }

  close(): void {
    this.#listener = undefined;
  }

  say(message: FrameMessage): void {
    const frame = encodeFrame(message);
    this.#listener?.onFrame(typeof frame === 'string' ? frame : frame.buffer);
  }

  end(): void {
    this.#listener?.onClosed(new LabError('device/lost', 'The bridge was ended.'));
  }

  /** Messages of a kind since the last call. */
  take(op: string): readonly FrameMessage[] {
    const found = this.told.filter((message) => message.op === op);
    this.told.length = 0;
    return found;
  }
}

const CHANNEL: TraceChannel = {
  kind: 'trace',
  id: 'traces',
  signals: [{ id: 'ch1', name: 'ch1', unit: 'V' }],
  mostSamples: 4,
};
const STATUS: ServedStatus = {
  state: 'idle',
  parameters: [
    {
      kind: 'number',
      id: 'limit',
      label: 'Limit',
      help: '',
      group: '',
      unit: 'A',
      min: 0,
      max: 5,
      step: 0,
      default: 0,
    },
  ],
  values: { limit: 1 },
  reading: undefined,
};
const UTC_NS = 1_772_256_000_250_000_000n;

async function start(writableIds: readonly string[] = []) {
  const clock = new ManualClock();
  const bridges: FakeBridge[] = [];
  const sets: unknown[] = [];
  const publisher = new Publisher({
    clock,
    plan: { prefix: 'P', name: 'n', writableIds },
    openSocket: async () => {
      const bridge = new FakeBridge();
      bridges.push(bridge);
      return bridge;
    },
    set: async (id, value) => {
      sets.push([id, value]);
      if (value === 4) throw new LabError('setup/invalid', 'The instrument does not take 4 A.');
    },
    onChanged: () => undefined,
  });
  publisher.look(STATUS, [CHANNEL]);
  await clock.advance(0);
  return { clock, bridges, sets, publisher };
}

const record = (startS: number) => ({
  triggerUtc: utcFromUnixNs(UTC_NS) as Utc,
  startS,
  stepS: 0.5,
  settings: '',
  samples: [Float32Array.of(1, 2, 3)],
});

test('only what changed is said again', async () => {
  const { bridges, publisher } = await start();
  const [bridge] = bridges;
  expect(bridge!.told.map(({ op }) => op)).toEqual(['define', 'update']);
  expect(bridge!.told[0]!['pvs']).toMatchObject([
    { name: 'P:n:state', type: 'ENUM', isWritable: false },
    { name: 'P:n:limit', type: 'DOUBLE', isWritable: false, meta: { unit: 'A', control: [0, 5] } },
    { name: 'P:n:ch1:xoffset', maxCount: 1 },
    { name: 'P:n:ch1:xdelta', maxCount: 1 },
    { name: 'P:n:ch1:xreach', maxCount: 1 },
    { name: 'P:n:ch1:xaxis', maxCount: 4 },
    { name: 'P:n:ch1:signal', maxCount: 4, meta: { unit: 'V' } },
  ]);
  // arrays have no value before the first trace
  expect(bridge!.told[1]!.values!.map(({ name }) => name)).toEqual(['P:n:state', 'P:n:limit']);
  bridge!.told.length = 0;
  publisher.look(STATUS, [CHANNEL]);
  expect(bridge!.told).toEqual([]);
  publisher.look({ ...STATUS, values: { limit: 2 } }, [CHANNEL]);
  expect(bridge!.take('update')).toMatchObject([{ values: [{ name: 'P:n:limit', data: Float64Array.of(2) }] }]);
});

test('a trace is told with its axis, the signal last, and is INVALID, COMM when the cable was pulled', async () => {
  const { bridges, publisher } = await start();
  const [bridge] = bridges;
  bridge!.told.length = 0;
  publisher.trace(CHANNEL, record(-0.25));
  const [update] = bridge!.take('update');
  expect(update!.values!.map(({ name, data, utcNs }) => [name, [...data!], utcNs])).toEqual([
    ['P:n:ch1:xoffset', [-0.25], String(UTC_NS)],
    ['P:n:ch1:xdelta', [0.5], String(UTC_NS)],
    ['P:n:ch1:xreach', [1.25], String(UTC_NS)],
    ['P:n:ch1:xaxis', [-0.25, 0.25, 0.75], String(UTC_NS)],
    ['P:n:ch1:signal', [1, 2, 3], String(UTC_NS)],
  ]);
  publisher.look({ ...STATUS, state: 'lost' }, [CHANNEL]);
  const [lost] = bridge!.take('update');
  const alarms = new Map(lost!.values!.map(({ name, status, severity }) => [name, [status, severity]]));
  expect(alarms.get('P:n:state')).toEqual([0, 0]);
  for (const name of ['P:n:limit', 'P:n:ch1:xaxis', 'P:n:ch1:signal']) expect(alarms.get(name)).toEqual([9, 3]);
  expect(lost!.values!.find(({ name }) => name === 'P:n:ch1:signal')!.data).toBeUndefined();
});

test('where the bridge is slow the newest trace waits, and the others are counted', async () => {
  const { clock, bridges, publisher } = await start();
  const [bridge] = bridges;
  bridge!.told.length = 0;
  bridge!.unsentBytes = 2 ** 24;
  for (const startS of [1, 2, 3]) publisher.trace(CHANNEL, record(startS));
  await clock.advance(1000);
  expect(bridge!.told).toEqual([]);
  bridge!.unsentBytes = 0;
  await clock.advance(100);
  const updates = bridge!.take('update');
  expect(updates.map(({ values }) => values![0]!.data![0])).toEqual([3]);
  expect(publisher.publication.passedOverCount).toBe(2);
});

const put = (name: string, value: number, number = 1): FrameMessage => ({
  op: 'put',
  put: number,
  name,
  from: 'ana on lab at 127.0.0.1:4000',
  values: [{ type: 'DOUBLE', data: numbersOf('DOUBLE', [value]) }],
});

test('what was not allowed is refused here, too, and stands in the log', async () => {
  const { clock, bridges, sets, publisher } = await start();
  bridges[0]!.told.length = 0;
  bridges[0]!.say(put('P:n:limit', 3));
  bridges[0]!.say(put('P:n:state', 3, 2));
  await clock.advance(0);
  expect(sets).toEqual([]);
  expect(bridges[0]!.take('put-done')).toMatchObject([
    { put: 1, reason: expect.stringContaining('not allowed') },
    { put: 2, reason: expect.stringContaining('not allowed') },
  ]);
  expect(publisher.publication.writes).toMatchObject([
    { number: 1, name: 'P:n:limit', value: '3', from: 'ana on lab at 127.0.0.1:4000', refusal: expect.any(String) },
    { number: 2, name: 'P:n:state' },
  ]);
});

test('what the instrument does not take is refused in its words', async () => {
  const { clock, bridges, sets, publisher } = await start(['limit']);
  bridges[0]!.told.length = 0;
  bridges[0]!.say(put('P:n:limit', 3));
  bridges[0]!.say(put('P:n:limit', 4, 2));
  await clock.advance(0);
  expect(sets).toEqual([
    ['limit', 3],
    ['limit', 4],
  ]);
  expect(bridges[0]!.take('put-done')).toEqual([
    { op: 'put-done', put: 1 },
    { op: 'put-done', put: 2, reason: 'The instrument does not take 4 A.' },
  ]);
  expect(publisher.publication.writes.map(({ refusal }) => refusal)).toEqual([
    undefined,
    'The instrument does not take 4 A.',
  ]);
});

test('a refused variable says why', async () => {
  const { bridges, publisher } = await start();
  bridges[0]!.say({ op: 'defined', refused: [{ name: 'P:n:ch1:signal', reason: 'It is too long.' }] });
  const refused = publisher.publication.variables.filter(({ refusal }) => refusal !== undefined);
  expect(refused).toMatchObject([{ id: 'ch1:signal', refusal: 'It is too long.' }]);
});

test('a bridge that was ended is looked for, and told everything again', async () => {
  const { clock, bridges, publisher } = await start();
  bridges[0]!.end();
  expect(publisher.publication).toMatchObject({ state: 'away', problem: 'The bridge was ended.' });
  await clock.advance(2000);
  expect(bridges).toHaveLength(2);
  expect(publisher.publication).toMatchObject({ state: 'served', problem: undefined });
  expect(bridges[1]!.told.map(({ op }) => op)).toEqual(['define', 'update']);
  publisher.close();
  expect(bridges[1]!.told.at(-1)).toMatchObject({ op: 'remove', names: expect.arrayContaining(['P:n:limit']) });
});

// The simulated JS220 as a host speaks with it, frame by frame: topics and their codes, versions, time, connections.

import { expect, test } from 'vitest';
import { utcToUnixMs } from '../../../src/base/time.ts';
import { decodeTimeMap, utcOfSampleId } from '../../../src/devices/joulescope/js220/admin.ts';
import { BareHost, connected, vendorRequest } from '../../support/simulated-js220.ts';

const CURRENT = 21;
const NULL = { type: 'null', value: null } as const;

test('descriptions and values are retained and end where the ping comes back', async () => {
  const { host } = await connected('test-dc');
  await host.publish('$', NULL);
  await host.publish('?', NULL);
  await host.publish('c/!ping', { type: 'f64', value: -2.25 });
  const messages = host.publications();
  expect(messages.at(-1)).toEqual({ topic: 'c/!pong', value: { type: 'f64', value: -2.25 }, isRetained: false });
  const described = messages.filter(({ topic }) => topic.endsWith('$'));
  const valued = messages.filter(({ topic }) => topic.endsWith('?'));
  expect(described.length).toBeGreaterThan(30);
  for (const { isRetained, value } of [...described, ...valued]) {
    expect(isRetained).toBe(true);
    if (value.type === 'json') expect(JSON.parse(String(value.value))).toHaveProperty('dtype');
  }
  // Texts of an instrument end with a NUL.
  for (const { port, payload } of host.frames) if (port === 1 && payload[32] === 2) expect(payload.at(-1)).toBe(0);
  expect(valued.map(({ topic }) => topic)).toEqual(
    described.map(({ topic }) => topic.replace('$', '?')).filter((topic) => !topic.includes('/!')),
  );
});

test.each([
  ['s/x/y', 1, 20],
  ['h/fs', 1000, 20],
  ['s/i/range/mode', 1, 0],
  ['s/i/range/mode', 3, 5],
  ['s/i/range/select', 131, 5],
  ['s/i/range/select', 160, 0],
  ['s/v/range/mode', 0, 5],
  ['s/dwnN/N', 0, 0],
  ['s/dwnN/N', 2, 5],
  ['s/dwnN/N', 1000, 0],
  ['s/uart/0/ctrl', 1, 0],
  ['s/adc/0/ctrl', 1, 3],
  ['s/fuse/0/engaged', 1, 5],
] as const)('%s = %i is answered with code %i', async (topic, value, code) => {
  const { host } = await connected('test-dc');
  expect(await host.publish(topic, value)).toBe(code);
});

test('a number of any type is taken, a text or a fraction is not; what is outside is moved to the limit', async () => {
  const { host, bus } = await connected('test-dc');
  expect(await host.publish('s/stats/scnt', { type: 'i64', value: 20_000n })).toBe(0);
  expect(await host.publish('s/i/ctrl', { type: 'u8', value: 1 })).toBe(0);
  expect(await host.publish('s/i/range/mode', { type: 'str', value: 'off' })).toBe(5);
  expect(await host.publish('s/stats/scnt', { type: 'f64', value: 1.5 })).toBe(5);
  expect(await host.publish('s/stats/scnt', NULL)).toBe(5);
  expect(bus.model.topics.get('s/stats/scnt')).toBe(20_000);
  expect(await host.publish('s/i/range/max', 17)).toBe(0);
  expect(bus.model.topics.get('s/i/range/max')).toBe(5);
});

test('old firmware has no decimators, no time map, and the oldest no DISCONNECT', async () => {
  const version = (firmware: number) => ({ model: { versions: { firmware, hardware: 0x0100_0000, fpga: firmware } } });
  const { host, clock } = await connected('test-dc', version(0x0101_0000));
  expect(await host.publish('s/dwnN/N', 10)).toBe(20);
  await clock.advance(3000);
  expect(host.frames.filter(({ port }) => port === 0)).toHaveLength(1);
  const oldest = await connected('test-dc', version(0x0100_0003));
  const answer = await oldest.clock.settle(oldest.bus.device.controlTransferIn(vendorRequest(2), 1));
  expect(answer.status).toBe('stall');
});

test('echoes come back, memory requests are refused, other bytes are passed over', async () => {
  const { host, clock } = await connected('test-dc');
  const before = host.frames.length;
  await host.send(0, Uint8Array.of(2, 0, 7, 0, 1, 2, 3));
  await host.send(3, Uint8Array.of(6, 0x81, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0));
  await host.sendRaw(Uint8Array.of(1, 2));
  await host.sendRaw(new Uint8Array(100));
  await clock.advance(10);
  expect(host.frames.slice(before).map(({ port, payload }) => [port, ...payload.slice(0, 7)])).toEqual([
    [0, 2, 0, 7, 0, 1, 2, 3],
    [3, 1, 0x81, 3, 6, 0, 0, 0],
  ]);
});

test('the time map follows the host, the crystal and a clock that is set', async () => {
  const clockErrorPpm = 100;
  const { host, clock, bus } = await connected('test-dc', { clockErrorPpm });
  const maps = () =>
    host.frames
      .filter(({ port, payload }) => port === 0 && payload[0] === 4)
      .map(({ payload }) => decodeTimeMap(payload.slice())!);
  const offMs = () => utcToUnixMs(utcOfSampleId(maps().at(-1)!, bus.model.sampleId)) - clock.unixMs();
  await clock.advance(5000);
  expect(maps().length).toBeGreaterThanOrEqual(4);
  expect(Math.abs(offMs())).toBeLessThan(1);
  await clock.advance(40_000);
  expect(maps().at(-1)!.rateHz).toBeCloseTo(2e6 * (1 + clockErrorPpm * 1e-6), 0);
  clock.stepUnix(10_000);
  await clock.advance(2100);
  expect(Math.abs(offMs())).toBeLessThan(1);
});

test('without answers there is no time map', async () => {
  const { host, clock } = await connected('test-dc', {}, { isTimeTold: false });
  await clock.advance(5000);
  const operations = host.frames.filter(({ port }) => port === 0).map(({ payload }) => payload[0]);
  expect(operations).toEqual([1, 3, 3, 3, 3, 3]);
});

test('after a power cycle ids start anew, settings are gone and the totals too', async () => {
  const { host, clock, bus } = await connected('test-dc', { model: { firstSampleId: 2 ** 33 - 100_000 } });
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/i/range/max', 2);
  await clock.advance(50);
  const ids = host.stream(CURRENT).map(({ id32 }) => id32);
  expect(ids[0]).toBeGreaterThan(2 ** 32 - 100_000);
  expect(ids.at(-1)).toBeLessThan(150_000);
  bus.unplug();
  await clock.advance(300);
  bus.plug();
  expect(bus.model.poweredSample).toBe(0);
  expect(bus.model.truth()).toEqual({ chargeC: 0, energyJ: 0 });
  expect(bus.model.topics.get('s/i/range/max')).toBe(5);
  const again = new BareHost(clock, bus.device);
  await again.connect();
  await clock.advance(10);
  expect(again.stream(CURRENT)).toEqual([]);
  await again.publish('s/i/ctrl', 1);
  await clock.advance(50);
  expect(again.stream(CURRENT)[0]!.id32).toBeGreaterThan(2 ** 32 - 100_000);
});

test('DISCONNECT ends all streams, CONNECT resets unless it is asked to keep', async () => {
  const { host, clock, bus } = await connected('test-dc');
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/i/range/max', 2);
  await host.request(2);
  await clock.advance(20);
  const count = host.frames.length;
  await clock.advance(100);
  expect(host.frames).toHaveLength(count);
  await host.request(1, 1);
  await clock.advance(5);
  expect(host.frames.at(-1)).toMatchObject({ frameId: 0, port: 0 });
  expect(bus.model.topics.get('s/i/range/max')).toBe(2);
  expect(bus.model.topics.get('s/i/ctrl')).toBe(0);
  await host.request(1, 0);
  expect(bus.model.topics.get('s/i/range/max')).toBe(5);
});

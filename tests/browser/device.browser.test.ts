// The device worker in Chromium: a simulated instrument streams from its own worker into the page's shared memory.

import { afterEach, expect, test } from 'vitest';
import { attachChannels, hasChannelSet } from '../../src/core/channel-set.ts';
import { loadCoreModule } from '../../src/core/load.ts';
import type { InstrumentStatus } from '../../src/model/instrument.ts';
import type { InstrumentHandle } from '../../src/model/ports.ts';
import type { StampedSignal } from '../../src/model/signal-store.ts';
import { endTimeOf } from '../../src/model/timing.ts';
import { InstrumentsClient } from '../../src/workers/device/client.ts';
import { installRpc } from '../../src/workers/rpc.ts';

installRpc();
const HISTORY = { samplesS: 4, overviewS: 4 };
let opened: InstrumentHandle[] = [];

afterEach(async () => {
  for (const handle of opened) await handle.close();
  opened = [];
});

function createClient(): InstrumentsClient {
  return new InstrumentsClient({
    coreModule: loadCoreModule(),
    usb: navigator.usb,
    serial: undefined,
    history: () => HISTORY,
  });
}

async function open(client: InstrumentsClient, id: string): Promise<InstrumentHandle> {
  const choice = (await client.choices()).find((candidate) => candidate.id === id);
  const handle = await client.open(choice!);
  opened.push(handle);
  return handle;
}

function stampedOf({ store }: InstrumentHandle, id: string): StampedSignal {
  const signal = store.signals().find((candidate) => candidate.id === id);
  if (signal?.timing !== 'stamped') throw new Error(`${id} is a signal with times`);
  return signal;
}

function until(handle: InstrumentHandle, isReached: (status: InstrumentStatus) => boolean): Promise<InstrumentStatus> {
  return new Promise((resolve) => {
    const unsubscribe = handle.onStatus((status) => {
      if (!isReached(status)) return;
      unsubscribe();
      resolve(status);
    });
  });
}

test('streams 2 MSPS for two seconds without loss, readable by the page', async () => {
  const client = createClient();
  const handle = await open(client, 'sim-js110:ble-beacon');
  expect(handle.status).toMatchObject({ state: 'idle', identity: { model: 'JS110' } });
  expect(handle.status.parameters.length).toBeGreaterThan(10);
  await handle.streams?.start();
  const status = await until(handle, ({ health }) => health.receivedSampleCount > 4_000_000);
  expect(status.health).toMatchObject({ missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 });
  const streamed = handle.store.signals().filter(({ timing }) => timing === 'steady');
  expect(streamed.map(({ id, unit }) => [id, unit])).toEqual([
    ['current', 'A'],
    ['voltage', 'V'],
    ['power', 'W'],
    ['current_range', ''],
    ['gpi[0]', ''],
    ['gpi[1]', ''],
    ['current_saturated', ''],
    ['voltage_saturated', ''],
  ]);
  const { endSample } = handle.store.signals()[0]!;
  const statistics = await handle.store.statistics('current', 1_000_000, 3_000_000);
  expect(statistics.count).toBe(2_000_000);
  // The mean of the beacon over a second, from its segments: 16.2 µC every 105 ms.
  expect(statistics.mean).toBeGreaterThan(120e-6);
  expect(statistics.mean).toBeLessThan(180e-6);
  const summary = await handle.store.summary({ signalId: 'voltage', start: 0, increment: 4000, count: 100 });
  expect(summary.mean[50]).toBeCloseTo(3, 1);
  expect(handle.store.originUtc).toBeDefined();
  await handle.streams?.stop();
  expect(endSample).toBeGreaterThan(3_900_000);
});

test.each(['sim-js110:test-dc', 'sim-js220:test-dc'])(
  '%s tells its own totals: the page reads them beside the streams, and learns of their end',
  async (id) => {
    const client = createClient();
    const handle = await open(client, id);
    expect(handle.status.channels.map((channel) => channel.kind)).toContain('value');
    await handle.streams?.start();
    await until(handle, () => stampedOf(handle, 'totals.charge').endSample >= 4);
    const signal = stampedOf(handle, 'totals.charge');
    const { values } = await handle.store.samples('totals.charge', 0, 4);
    for (let n = 1; n < 4; n++) expect(Number(values[n]) - Number(values[n - 1])).toBeCloseTo(10e-3 * 0.5, 5);
    // On the axis of the streams: the newest record is about as old as the newest sample.
    const current = handle.store.signals().find(({ id: signalId }) => signalId === 'current')!;
    expect(Math.abs(endTimeOf(current) - signal.endS)).toBeLessThan(1);
    const power = await handle.store.stamped!.statistics('totals.power', signal.startS, signal.endS);
    expect(power.mean).toBeCloseTo(10e-3 * 4.999, 4);
    if (!hasChannelSet(handle)) throw new Error('its channels can be followed');
    const [totals] = attachChannels(handle.channelSet).values;
    expect(totals!.series.state).toBe('live');
    await handle.close();
    expect(totals!.series.state).toBe('ended');
    expect(totals!.series.count).toBeGreaterThanOrEqual(4);
  },
);

test('settings go to the instrument, and wrong ones come back as errors', async () => {
  const client = createClient();
  const handle = await open(client, 'sim-js110:test-dc');
  await handle.set('current.range', '2A');
  const status = await until(handle, ({ values }) => values['current.range'] === '2A');
  expect(status.values['current.lsb']).toBe('adc');
  await expect(handle.set('current.range', '3A')).rejects.toMatchObject({ code: 'setup/invalid' });
});

test('a pulled cable comes back by itself', async () => {
  const client = createClient();
  const handle = await open(client, 'sim-js110:battery-sag');
  await handle.streams?.start();
  await until(handle, ({ health }) => health.receivedSampleCount > 500_000);
  await handle.set('sim.unplug', true);
  await until(handle, ({ state }) => state === 'lost');
  const status = await until(handle, ({ state, health }) => state === 'streaming' && health.missingSampleCount > 0);
  expect(status.health.gapCount).toBe(1);
  expect(status.health.missingSampleCount).toBeGreaterThan(3_800_000);
});

test('a closed instrument says in its memory that nothing more comes; what is there stays readable', async () => {
  const client = createClient();
  const handle = await open(client, 'sim-js110:battery-sag');
  if (!hasChannelSet(handle)) throw new Error('a stream can be followed');
  const [ring] = attachChannels(handle.channelSet).rings;
  await handle.streams?.start();
  await until(handle, ({ health }) => health.receivedSampleCount > 100_000);
  expect(ring!.state).toBe('live');
  const startMs = performance.now();
  await handle.close();
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect(handle.status.state).toBe('closed');
  expect(ring!.state).toBe('ended');
  expect(ring!.statistics(0, 0, 100_000).count).toBe(100_000);
});

test('three instruments of their own memory run beside each other', async () => {
  const client = createClient();
  const handles = [];
  for (const id of ['ble-beacon', 'test-dc', 'battery-sag']) handles.push(await open(client, `sim-js110:${id}`));
  for (const handle of handles) await handle.streams?.start();
  await Promise.all(handles.map((handle) => until(handle, ({ health }) => health.receivedSampleCount > 1_000_000)));
  const memories = new Set(handles.map((handle) => hasChannelSet(handle) && handle.channelSet.seed.memory.buffer));
  expect(memories.size).toBe(3);
  const direct = await handles[1]!.store.statistics('current', 200_000, 1_000_000);
  expect(direct.mean).toBeCloseTo(10e-3, 5);
});

test('a real unit that is not there is an error that says what to do', async () => {
  const client = createClient();
  const choice = {
    id: 'js110:123456',
    kind: 'js110',
    model: 'JS110',
    serialNumber: '123456',
    label: 'Joulescope',
    isSimulated: false,
  };
  await expect(client.open(choice)).rejects.toMatchObject({ code: 'device/lost' });
});

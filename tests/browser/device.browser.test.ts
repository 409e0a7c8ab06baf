// The device worker in Chromium: a simulated instrument streams from its own worker into the page's shared memory.

import { afterEach, expect, test } from 'vitest';
import { hasChannelSet } from '../../src/core/channel-set.ts';
import { instantiateCore } from '../../src/core/core.ts';
import { loadCoreModule } from '../../src/core/load.ts';
import { Arena, createMemory } from '../../src/core/memory.ts';
import type { InstrumentStatus } from '../../src/model/instrument.ts';
import type { InstrumentHandle } from '../../src/model/ports.ts';
import { InstrumentsClient } from '../../src/workers/device/client.ts';
import { installRpc } from '../../src/workers/rpc.ts';

installRpc();
const HISTORY_S = 4;
let opened: InstrumentHandle[] = [];

afterEach(async () => {
  for (const handle of opened) await handle.close();
  opened = [];
});

async function createClient() {
  const module = await loadCoreModule();
  const memory = createMemory(InstrumentsClient.memoryBytes(HISTORY_S) + 2 ** 20);
  const core = instantiateCore({ module, memory });
  const arena = new Arena(memory, core.exports.heapBase());
  const client = new InstrumentsClient({
    shared: () => Promise.resolve({ core, arena }),
    usb: navigator.usb,
    historyS: HISTORY_S,
  });
  return { client, arena };
}

async function open(client: InstrumentsClient, id: string): Promise<InstrumentHandle> {
  const choice = (await client.choices()).find((candidate) => candidate.id === id);
  const handle = await client.open(choice!);
  opened.push(handle);
  return handle;
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
  const { client } = await createClient();
  const handle = await open(client, 'sim-js110:ble-beacon');
  expect(handle.status).toMatchObject({ state: 'idle', identity: { model: 'JS110' } });
  expect(handle.status.parameters.length).toBeGreaterThan(10);
  await handle.start();
  const status = await until(handle, ({ health }) => health.receivedSampleCount > 4_000_000);
  expect(status.health).toMatchObject({ missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 });
  expect(handle.store.signals().map(({ id, unit }) => [id, unit])).toEqual([
    ['current', 'A'],
    ['voltage', 'V'],
    ['power', 'W'],
    ['current_range', ''],
    ['gpi[0]', ''],
    ['gpi[1]', ''],
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
  await handle.stop();
  expect(endSample).toBeGreaterThan(3_900_000);
});

test('settings go to the instrument, and wrong ones come back as errors', async () => {
  const { client } = await createClient();
  const handle = await open(client, 'sim-js110:test-dc');
  await handle.set('current.range', '2A');
  const status = await until(handle, ({ values }) => values['current.range'] === '2A');
  expect(status.values['current.lsb']).toBe('gpi0');
  await expect(handle.set('current.range', '3A')).rejects.toMatchObject({ code: 'setup/invalid' });
});

test('a pulled cable comes back by itself', async () => {
  const { client } = await createClient();
  const handle = await open(client, 'sim-js110:battery-sag');
  await handle.start();
  await until(handle, ({ health }) => health.receivedSampleCount > 500_000);
  await handle.set('sim.unplug', true);
  await until(handle, ({ state }) => state === 'lost');
  const status = await until(handle, ({ state, health }) => state === 'streaming' && health.missingSampleCount > 0);
  expect(status.health.gapCount).toBe(1);
  expect(status.health.missingSampleCount).toBeGreaterThan(3_800_000);
});

test('closing gives the memory back, and the handle can be recorded while it is open', async () => {
  const { client, arena } = await createClient();
  for (let round = 0; round < 3; round++) {
    const handle = await client.open((await client.choices()).at(-1)!);
    expect(hasChannelSet(handle)).toBe(true);
    expect(arena.regions).toHaveLength(2);
    await handle.start();
    const startMs = performance.now();
    await handle.close();
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(handle.status.state).toBe('closed');
    expect(arena.regions).toHaveLength(0);
  }
});

test('a real unit that is not there is an error that says what to do', async () => {
  const { client, arena } = await createClient();
  const choice = {
    id: 'js110:123456',
    model: 'JS110',
    serialNumber: '123456',
    label: 'Joulescope',
    isSimulated: false,
  };
  await expect(client.open(choice)).rejects.toMatchObject({ code: 'device/lost' });
  expect(arena.regions).toHaveLength(0);
});

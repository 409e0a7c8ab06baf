// A device's or a file's worker dies: the page says so at once, keeps what is in memory, and opens it again in place.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { attachChannels, type HasChannelSet } from '../../../src/core/channel-set.ts';
import { loadCoreModule } from '../../../src/core/load.ts';
import type { InstrumentStatus } from '../../../src/model/instrument.ts';
import type { InstrumentHandle } from '../../../src/model/ports.ts';
import { InstrumentsClient } from '../../../src/workers/device/client.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';
import heightsUrl from '../../golden/mimo/pipeline/heights.mimo?url';

installRpc();
const RealWorker = globalThis.Worker;
/** Workers that the page has started. Ending one here is an end that the page does not know of. */
let started: Worker[] = [];

beforeEach(() => {
  started = [];
  globalThis.Worker = class extends RealWorker {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters);
      started.push(this);
    }
  };
});

afterEach(() => {
  globalThis.Worker = RealWorker;
});

function until(handle: InstrumentHandle, isReached: (status: InstrumentStatus) => boolean): Promise<InstrumentStatus> {
  if (isReached(handle.status)) return Promise.resolve(handle.status);
  return new Promise((resolve) => {
    const unsubscribe = handle.onStatus((status) => {
      if (!isReached(status)) return;
      unsubscribe();
      resolve(status);
    });
  });
}

async function openSimulated(id = 'sim-js110:ble-beacon'): Promise<InstrumentHandle & HasChannelSet> {
  const client = new InstrumentsClient({
    coreModule: loadCoreModule(),
    usb: undefined,
    serial: undefined,
    history: () => ({ samplesS: 4, overviewS: 4 }),
  });
  const choice = (await client.choices()).find((candidate) => candidate.id === id);
  return (await client.open(choice!)) as InstrumentHandle & HasChannelSet;
}

const hasSamples = ({ state, health }: InstrumentStatus) =>
  state === 'streaming' && health.receivedSampleCount > 200_000;

test('a device worker that dies leaves a failed instrument whose samples stay; Start opens it again', async () => {
  const handle = await openSimulated();
  await handle.streams!.start();
  await until(handle, hasSamples);
  const { store, channelSet } = handle;
  started[0]!.terminate();
  const failed = await until(handle, ({ state }) => state === 'failed');
  expect(failed.problem).toContain('stopped: its thread ended');
  const { rings, values } = attachChannels(channelSet);
  expect(rings.map(({ state }) => state)).toEqual(['lost']);
  expect(values.map(({ series }) => series.state)).toEqual(['lost']);
  expect((await store.statistics('current', 0, 100_000)).count).toBe(100_000);
  await handle.streams!.start();
  await until(handle, hasSamples);
  expect(started).toHaveLength(2);
  expect(handle.store).not.toBe(store);
  expect(attachChannels(handle.channelSet).rings.map(({ state }) => state)).toEqual(['live']);
  await handle.close();
  expect(handle.status.state).toBe('closed');
});

test('a failed instrument is opened again in place, or closed without complaint', async () => {
  const handle = await openSimulated();
  started[0]!.terminate();
  await until(handle, ({ state }) => state === 'failed');
  await handle.reopen();
  expect(handle.status).toMatchObject({ state: 'idle', problem: undefined, identity: { model: 'JS110' } });
  started[1]!.terminate();
  await until(handle, ({ state }) => state === 'failed');
  await handle.close();
  expect(handle.status.state).toBe('closed');
});

test('the simulated bench dies: its instruments say so without waiting for answers, and open again on a new one', async () => {
  const handle = await openSimulated('sim-scpi:meter-keysight');
  expect(started).toHaveLength(2);
  started[1]!.terminate();
  const failed = await until(handle, ({ state }) => state === 'failed');
  expect(failed.problem).toContain('The simulated bench stopped');
  await handle.reopen();
  expect(handle.status).toMatchObject({ state: 'idle', identity: { model: '34465A' } });
  await handle.close();
});

test('a file whose reader died says so, and every question to it is refused', async () => {
  const content = await (await fetch(heightsUrl)).blob();
  const file = await new FilesClient(loadCoreModule()).open(new File([content], 'heights.mimo'));
  const [signal] = file.store.signals();
  expect((await file.store.samples(signal!.id, 0, 10)).values).toHaveLength(10);
  started[0]!.terminate();
  expect((await file.died).message).toContain('The reader of heights.mimo stopped: its thread ended');
  await expect(file.store.samples(signal!.id, 0, 10)).rejects.toThrow('stopped');
});

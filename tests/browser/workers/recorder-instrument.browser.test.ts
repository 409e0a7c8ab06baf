// The simulated instrument and the recorder, each in its worker, with nothing between them but the ring.

import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { loadCoreModule } from '../../../src/core/load.ts';
import type { InstrumentStatus } from '../../../src/model/instrument.ts';
import type { InstrumentHandle, OpenFile, RecordingEntry } from '../../../src/model/ports.ts';
import { InstrumentsClient } from '../../../src/workers/device/client.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { RecordingsClient } from '../../../src/workers/recorder/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';
import { steadySignals } from '../../support/steady.ts';

const HISTORY = { samplesS: 6, overviewS: 6 };
const RATE_HZ = 2_000_000;

let coreModule: WebAssembly.Module;
let recordings: RecordingsClient;
let instrument: InstrumentHandle;

beforeAll(async () => {
  installRpc();
  coreModule = await loadCoreModule();
  recordings = new RecordingsClient(Promise.resolve(coreModule), systemClock);
});

beforeEach(async () => {
  for (const { id } of await recordings.list()) await recordings.remove(id);
  const instruments = new InstrumentsClient({
    coreModule: Promise.resolve(coreModule),
    usb: undefined,
    serial: undefined,
    history: () => HISTORY,
  });
  instrument = await instruments.open((await instruments.choices())[0]!);
});

afterEach(async () => {
  if (instrument.status.state !== 'closed') await instrument.close();
});

function until(isReached: (status: InstrumentStatus) => boolean): Promise<InstrumentStatus> {
  return new Promise((resolve) => {
    const unsubscribe = instrument.onStatus((status) => {
      if (!isReached(status)) return;
      unsubscribe();
      resolve(status);
    });
  });
}

const received = (count: number) => until(({ health }) => health.receivedSampleCount >= count);

async function openRecording({ id }: RecordingEntry): Promise<OpenFile> {
  return new FilesClient(Promise.resolve(coreModule)).open(await recordings.file(id));
}

/** Samples without a value, counted one by one. */
async function missingIn(file: OpenFile, signalId: string): Promise<number> {
  const { endSample } = file.store.signals().find(({ id }) => id === signalId)!;
  let count = 0;
  for (let start = 0; start < endSample; start += RATE_HZ) {
    const { values } = await file.store.samples(signalId, start, Math.min(endSample, start + RATE_HZ));
    for (const value of values as Float32Array) if (Number.isNaN(value)) count++;
  }
  return count;
}

test('two seconds of all signals at two million samples a second are recorded to the last sample', async () => {
  const recording = await recordings.start({ sources: [{ instrument }] });
  await instrument.streams!.start();
  await received(2 * RATE_HZ);
  await instrument.streams!.stop();
  // What it streams; the values that it tells beside that are no part of a recording.
  const signals = instrument.store.signals().filter(({ timing }) => timing === 'steady');
  expect(signals).toHaveLength(8);
  const stopped = await recordings.stop(recording.id);
  expect(stopped).toMatchObject({ state: 'finished', note: undefined, missingSampleCount: 0 });

  const file = await openRecording(stopped);
  expect(file.diagnostics).toEqual([]);
  expect(
    steadySignals(file.store).map(({ name, dtype, sampleRateHz, endSample }) => [name, dtype, sampleRateHz, endSample]),
  ).toEqual(signals.map(({ name, dtype, endSample }) => [name, dtype, RATE_HZ, endSample]));
  expect(file.store.signals()).toHaveLength(8);
  // The ring still holds the same samples: exact figures of both must agree.
  const { startSample: start, endSample: end } = signals[0]!;
  expect(start).toBe(0);
  for (const { id, name } of signals) {
    const stored = file.store.signals().find((signal) => signal.name === name)!;
    const live = await instrument.store.statistics(id, start, end);
    const recorded = await file.store.statistics(stored.id, start, end);
    expect([recorded.count, recorded.min, recorded.max]).toEqual([live.count, live.min, live.max]);
    // Stored summaries are single precision.
    expect(recorded.mean).toBeCloseTo(live.mean, 6);
  }
  file.close();
});

test('a cable that is pulled and put back leaves a valid file with a gap as long as the absence', async () => {
  await instrument.streams!.start();
  const recording = await recordings.start({ sources: [{ instrument, signalIds: ['current', 'gpi[0]'] }] });
  await received(RATE_HZ / 2);
  const before = instrument.status.health.missingSampleCount;
  await instrument.set('sim.unplug', true);
  await until(({ state }) => state === 'lost');
  const { health } = await until((status) => status.state === 'streaming' && status.health.missingSampleCount > before);
  await received(health.receivedSampleCount + RATE_HZ / 2);
  const stopped = await recordings.stop(recording.id);
  expect(stopped).toMatchObject({ state: 'finished', note: undefined });
  // The simulated cable stays out for two seconds.
  expect(stopped.missingSampleCount).toBeGreaterThan(1.8 * RATE_HZ);

  const file = await openRecording(stopped);
  expect(file.diagnostics).toEqual([]);
  const [current] = file.store.signals();
  const { endSample } = current!;
  expect(endSample / RATE_HZ).toBeCloseTo(stopped.durationS, 6);
  expect(await missingIn(file, current!.id)).toBe(stopped.missingSampleCount);
  const bins = await file.store.summary({ signalId: current!.id, start: 0, increment: RATE_HZ / 100, count: 50 });
  expect(bins.mean[0]).not.toBeNaN();
  const last = await file.store.statistics(current!.id, endSample - RATE_HZ / 10, endSample);
  expect(last.count).toBe(RATE_HZ / 10);
  file.close();
});

test('closing the instrument ends its recording with a whole file', async () => {
  await instrument.streams!.start();
  const recording = await recordings.start({ sources: [{ instrument, signalIds: ['voltage'] }] });
  await received(RATE_HZ);
  const ended = new Promise<RecordingEntry>((resolve, reject) => {
    const look = async (): Promise<void> => {
      const entry = (await recordings.list()).find(({ id }) => id === recording.id);
      if (entry && entry.state !== 'recording') resolve(entry);
    };
    recordings.onChanged(() => void look().catch(reject));
  });
  await instrument.close();
  const entry = await ended;
  expect(entry.state).toBe('finished');
  const file = await openRecording(entry);
  expect(file.diagnostics).toEqual([]);
  expect(file.store.signals()[0]!.endSample / RATE_HZ).toBeCloseTo(entry.durationS, 6);
  file.close();
});

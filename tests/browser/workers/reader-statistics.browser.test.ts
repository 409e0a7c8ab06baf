// Exact statistics of a long recording with gaps in a reader worker: right, interruptible, and shown in the viewer.

import { beforeAll, expect, test } from 'vitest';
import { loadCoreModule } from '../../../src/core/load.ts';
import { createWorkspace } from '../../../src/core/workspace.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';
import { seededRandom } from '../../support/random.ts';
import { twoPass } from '../../support/two-pass.ts';
import { show } from '../waveform/support.ts';

const LENGTH = 2 ** 23 + 4_321;
const RATE_HZ = 1_000_000;

const values = new Float32Array(LENGTH);
let recording: File;
let files: FilesClient;

beforeAll(async () => {
  installRpc();
  files = new FilesClient(loadCoreModule());
  const random = seededRandom(11);
  for (let i = 0; i < LENGTH; i++) values[i] = 0.02 + 0.001 * random();
  for (let at = 500; at < LENGTH; at += 30_000 + Math.floor(random() * 50_000)) {
    values.fill(Number.NaN, at, Math.min(LENGTH, at + 1 + Math.floor(random() * 5_000)));
  }
  const file = new MemoryFile();
  const writer = new JlsWriter(createWorkspace(await loadCoreModule(), 8 * 2 ** 20), file);
  writer.defineSource({ sourceId: 1, name: 'test' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f32', sampleRateHz: RATE_HZ, name: 'current', unit: 'A' });
  writer.writeSamples(1, 0, values);
  writer.close();
  recording = new File([file.bytes], 'long.jls');
});

test('they are exact, and a picture asked for later comes first', async () => {
  const file = await files.open(recording);
  const order: string[] = [];
  const statistics = file.store.statistics('1', 7, LENGTH - 5).then((figures) => {
    order.push('statistics');
    return figures;
  });
  await file.store.summary({ signalId: '1', start: 0, increment: 8000, count: 1000 });
  order.push('picture');
  const found = await statistics;
  const wanted = twoPass(values, 7, LENGTH - 5);
  expect(found.count).toBe(wanted.count);
  expect(found.mean / wanted.mean).toBeCloseTo(1, 10);
  expect(found.std / wanted.std).toBeCloseTo(1, 9);
  expect(order).toEqual(['picture', 'statistics']);
  file.close();
});

test('an abort reaches the worker', async () => {
  const file = await files.open(recording);
  const abort = new AbortController();
  const statistics = file.store.statistics('1', 0, LENGTH, abort.signal);
  abort.abort();
  await expect(statistics).rejects.toMatchObject({ code: 'cancelled' });
  const { count } = await file.store.statistics('1', 0, LENGTH, new AbortController().signal);
  expect(count).toBe(twoPass(values).count);
  file.close();
});

test('a marker pair in the viewer ends with the exact figures', async () => {
  const file = await files.open(recording);
  const { view } = await show(file.store);
  view.model.addMarker({ axis: 'time', first: 0, second: LENGTH / RATE_HZ });
  const count = () => {
    const panel = view.shadowRoot!.querySelector('lab-marker-panel');
    const rows = panel ? [...panel.shadowRoot!.querySelectorAll('tr')] : [];
    const row = rows.find((one) => one.querySelector('th')?.textContent === 'samples');
    return row?.querySelector('td')?.textContent?.replaceAll('\u202f', '');
  };
  await expect.poll(count).toBe(String(twoPass(values).count));
  file.close();
});

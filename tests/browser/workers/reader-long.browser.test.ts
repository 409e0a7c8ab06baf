// A long table in a reader worker: what stands first is there before all of it has been read.

import { beforeAll, expect, test } from 'vitest';
import { loadCoreModule } from '../../../src/core/load.ts';
import { BEGINNING_LETTERS } from '../../../src/formats/csv/beginning.ts';
import type { OpenFile } from '../../../src/model/ports.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';

let files: FilesClient;

beforeAll(() => {
  installRpc();
  files = new FilesClient(loadCoreModule());
  files.keepSpare();
});

const ROW_LETTERS = 16;

/** Rows of so many letters: every 0.5 ms, the value is 0 … 9 over and over. */
function longTable(rowCount: number): File {
  const head = 'time (ms),u (V)\n';
  const pieces: string[] = [head];
  for (let row = 0; row < rowCount; row += 100_000) {
    pieces.push(
      Array.from({ length: 100_000 }, (_, i) => `${((row + i) / 2).toFixed(1).padStart(13, '0')},${i % 10}\n`).join(''),
    );
  }
  return new File(pieces, 'long.csv');
}

test('its first rows can be asked until it is open; then there are all', async () => {
  const rowCount = 4_300_000;
  const shares: number[] = [];
  let beginning: OpenFile | undefined;
  let asked: Promise<unknown> = Promise.resolve();
  const file = await files.open(longTable(rowCount), undefined, {
    onRead: (share) => void shares.push(share),
    onBeginning: (first) => {
      beginning = first;
      asked = first.store.statistics('u', 0, 1000);
    },
  });
  expect(await asked).toMatchObject({ count: 1000, mean: 4.5, min: 0, max: 9 });
  const [first] = beginning!.store.signals();
  // beside the rows there is room for the head of the table, which is shorter than one
  const endSample = BEGINNING_LETTERS / ROW_LETTERS - 1;
  expect(first).toMatchObject({ name: 'u', unit: 'V', sampleRateHz: 2000, endSample });
  expect([beginning!.name, beginning!.sizeBytes]).toEqual(['long.csv', file.sizeBytes]);
  expect(file.store.signals()[0]).toMatchObject({ sampleRateHz: 2000, endSample: rowCount });
  expect(shares.length).toBeGreaterThan(2);
  beginning!.close();
  expect(await file.store.statistics('u', 0, rowCount)).toMatchObject({
    count: rowCount,
    mean: expect.closeTo(4.5, 9),
  });
  file.close();
});

test('a short table, and a long one of another kind, have none', async () => {
  const seen: string[] = [];
  const onBeginning = ({ name }: OpenFile) => void seen.push(name);
  const short = await files.open(new File(['t (s),u\n0,1\n1,2\n'], 'short.csv'), undefined, { onBeginning });
  const zeros = new File([new Uint8Array(70 * 2 ** 20)], 'raw.bin');
  await files.open(zeros, undefined, { onBeginning, choice: {} }).catch(() => undefined);
  expect(seen).toEqual([]);
  const kept = short.died;
  short.close();
  // a reader that was started before is of no other file
  expect(await Promise.race([kept, short.store.samples('u', 0, 1).catch(({ code }) => code)])).toBe('cancelled');
});

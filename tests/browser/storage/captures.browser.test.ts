// Captures in a real database: kept over a reload, bounded, from an earlier version's database on.

import { expect, test } from 'vitest';
import type { WholeCapture } from '../../../src/model/captures.ts';
import { StoredCaptures } from '../../../src/storage/captures.ts';
import { freshStorage } from './support.ts';

function capture(id: string, triggerUnixMs: number, samples = [Float32Array.of(1, Number.NaN, -2.5)]): WholeCapture {
  return {
    id,
    name: id,
    note: '',
    source: 'DHO804',
    triggerUnixMs,
    signals: samples.map((_, index) => ({ id: `CH${index + 1}`, name: `CH${index + 1}`, unit: 'V' })),
    sampleCount: samples[0]!.length,
    startS: -1e-3,
    stepS: 1e-3,
    settings: '{"1.scale":0.5}',
    samples,
  };
}

test('what was kept is there for the next page, newest first, to the sample', async () => {
  const { databaseName } = await freshStorage();
  // a view into a longer array, as records are
  const whole = Float32Array.of(9, 9, 0.1, Number.NaN, 3, 9);
  const kept = [whole.subarray(2, 5), Float32Array.of(4, 5, 6)];
  await new StoredCaptures(databaseName).keep(capture('a', 1000, kept));
  await new StoredCaptures(databaseName).keep(capture('b', 2000));
  const again = new StoredCaptures(databaseName);
  expect((await again.list()).map(({ id }) => id)).toEqual(['b', 'a']);
  expect((await again.list())[1]).toMatchObject({ sampleCount: 3, settings: '{"1.scale":0.5}', stepS: 1e-3 });
  expect(await again.samples('a')).toEqual(kept);
});

test('a long one is kept in pieces, and comes back in memory that other threads see', async () => {
  const { databaseName } = await freshStorage();
  const captures = new StoredCaptures(databaseName);
  const long = [1, 2].map((factor) => Float32Array.from({ length: 2 ** 20 + 3 }, (_, i) => factor * i));
  await captures.keep(capture('a', 1000, long));
  const samples = await captures.samples('a');
  expect(samples.map(({ length }) => length)).toEqual([2 ** 20 + 3, 2 ** 20 + 3]);
  for (const [index, part] of samples.entries()) {
    expect(part.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(part.findIndex((value, i) => value !== long[index]![i])).toBe(-1);
  }
});

test('words are changed, and what was deleted is gone', async () => {
  const { databaseName } = await freshStorage();
  const captures = new StoredCaptures(databaseName);
  await captures.keep(capture('a', 1000));
  await captures.describe('a', { name: 'Before', note: 'R3 = 10 Ω' });
  expect(await captures.list()).toMatchObject([{ name: 'Before', note: 'R3 = 10 Ω' }]);
  expect(await captures.samples('a')).toEqual([Float32Array.of(1, Number.NaN, -2.5)]);
  await captures.remove('a');
  await captures.describe('a', { name: 'x', note: '' });
  expect(await captures.list()).toEqual([]);
  await expect(captures.samples('a')).rejects.toMatchObject({ code: 'storage/gone' });
});

test('a full shelf refuses and keeps what it has', async () => {
  const { databaseName } = await freshStorage();
  const captures = new StoredCaptures(databaseName, 30);
  await captures.keep(capture('a', 1000));
  await captures.keep(capture('b', 2000));
  await expect(captures.keep(capture('c', 3000))).rejects.toMatchObject({ code: 'storage/quota' });
  expect((await captures.list()).map(({ id }) => id)).toEqual(['b', 'a']);
});

test('the database of an earlier version gets a place for them and keeps what it had', async () => {
  const { databaseName } = await freshStorage();
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('recordings', { keyPath: 'id' });
      request.result.createObjectStore('recentFiles', { keyPath: 'id' }).put({ id: 'kept' });
    };
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
  await new StoredCaptures(databaseName).keep(capture('a', 1000));
  const kept = await new Promise<unknown>((resolve, reject) => {
    const request = indexedDB.open(databaseName);
    request.onsuccess = () => {
      const row = request.result.transaction('recentFiles').objectStore('recentFiles').get('kept');
      row.onsuccess = () => {
        request.result.close();
        resolve(row.result);
      };
    };
    request.onerror = () => reject(request.error);
  });
  expect(kept).toEqual({ id: 'kept' });
});

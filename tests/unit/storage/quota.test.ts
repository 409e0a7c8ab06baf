import { expect, test } from 'vitest';
import { estimateOf, estimateStorage, QuotaGuard } from '../../../src/storage/quota.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const MB = 1e6;
const GIB = 2 ** 30;
const ON_DISK = { leftBytes: undefined, isInMemory: false };

function guard(bytesPerSecond: number, leftBytes: number | undefined): QuotaGuard {
  const estimate = () => Promise.resolve({ usedBytes: 1000 * MB, leftBytes });
  return new QuotaGuard({ bytesPerSecond, found: ON_DISK, estimate });
}

test('a recording starts with room for a few seconds, or for its duration if that is less', async () => {
  // WebKit gives 1 GB: less than a minute of one fast instrument, and much more than nothing.
  await expect(guard(27 * MB, 1000 * MB).requireStart()).resolves.toBeUndefined();
  await expect(guard(16 * MB, 80 * MB).requireStart(3600)).resolves.toBeUndefined();
  await expect(guard(16 * MB, 80 * MB - 1).requireStart()).rejects.toMatchObject({
    code: 'storage/quota',
    message: expect.stringContaining("80 MB are left in the browser's storage, and these signals take 16 MB a second"),
  });
  await expect(guard(16 * MB, 8 * MB).requireStart(0.5)).resolves.toBeUndefined();
  await expect(guard(16 * MB, 8 * MB - 1).requireStart(0.5)).rejects.toMatchObject({ code: 'storage/quota' });
});

test('a browser that reports less quota than use has no room', () => {
  expect(estimateOf(9 * MB, 4 * MB)).toEqual({ usedBytes: 9 * MB, leftBytes: 0 });
});

test('what Chromium says whatever is left is not shown as what is left', () => {
  // answers of Chromium 156, on a disk and in a private window, before and after 512 MB were written, and when new
  for (const usedBytes of [0, 186, 512 * 2 ** 20 + 184]) {
    expect(estimateOf(usedBytes, usedBytes + 10 * GIB).leftBytes).toBeUndefined();
  }
  expect(estimateOf(3 * MB, 10 * GIB)).toEqual({ usedBytes: 3 * MB, leftBytes: 10 * GIB - 3 * MB });
});

test('what was found by trying falls as the browser counts more, and stands beside what it says', async () => {
  let usedBytes = 100 * MB;
  let toldBytes: number | undefined;
  const watched = new QuotaGuard({
    bytesPerSecond: 1000,
    found: { leftBytes: 500 * MB, isInMemory: false },
    estimate: () => Promise.resolve({ usedBytes, leftBytes: toldBytes }),
  });
  await watched.requireStart();
  usedBytes = 350 * MB;
  expect(await watched.look()).toEqual({ leftBytes: 250 * MB, reasonToStop: undefined });
  toldBytes = 90 * MB;
  expect((await watched.look()).leftBytes).toBe(90 * MB);
  toldBytes = undefined;
  usedBytes = 599 * MB;
  expect((await watched.look()).reasonToStop).toContain('1 MB left');
});

test('a recording is not refused for room that nobody knows', async () => {
  await expect(guard(16 * MB, undefined).requireStart()).resolves.toBeUndefined();
  expect(await guard(16 * MB, undefined).look()).toEqual({ leftBytes: undefined, reasonToStop: undefined });
});

test('a running recording stops while there is room to close it', async () => {
  expect((await guard(16 * MB, 80 * MB).look()).reasonToStop).toBeUndefined();
  expect((await guard(16 * MB, 79 * MB).look()).reasonToStop).toContain('79 MB left');
  // A slow one keeps room for the claim ahead of the writer.
  expect((await guard(1000, 17 * MB).look()).reasonToStop).toBeUndefined();
  expect((await guard(1000, 16 * MB).look()).reasonToStop).toContain('complete up to there');
});

test('a browser that never answers has said nothing, and what was known stays', async () => {
  const clock = new ManualClock();
  const silent = estimateStorage(() => new Promise(() => undefined), clock);
  await clock.advance(1000);
  expect(await silent).toEqual({ usedBytes: undefined, leftBytes: undefined });

  let usedBytes: number | undefined = 100 * MB;
  const watched = new QuotaGuard({
    bytesPerSecond: 1000,
    found: { leftBytes: 500 * MB, isInMemory: false },
    estimate: () => Promise.resolve({ usedBytes, leftBytes: undefined }),
  });
  await watched.requireStart();
  usedBytes = 350 * MB;
  await watched.look();
  usedBytes = undefined;
  expect(await watched.look()).toEqual({ leftBytes: 250 * MB, reasonToStop: undefined });
});

import { expect, test } from 'vitest';
import { QuotaGuard } from '../../../src/storage/quota.ts';

const MB = 1e6;
const estimate = (freeBytes: number) => () =>
  Promise.resolve({ usedBytes: 1000 * MB, quotaBytes: 1000 * MB + freeBytes });

test('a recording starts only with room for a minute', async () => {
  await expect(new QuotaGuard(16 * MB, estimate(16 * MB * 60)).requireStart()).resolves.toBeUndefined();
  await expect(new QuotaGuard(16 * MB, estimate(16 * MB * 60 - 1)).requireStart()).rejects.toMatchObject({
    code: 'storage/quota',
    message: expect.stringContaining('960 MB'),
  });
});

test('a browser that reports less quota than use has no room', async () => {
  await expect(new QuotaGuard(1, estimate(-5 * MB)).requireStart()).rejects.toMatchObject({ code: 'storage/quota' });
});

test('a running recording stops while there is room to close it', async () => {
  expect(await new QuotaGuard(16 * MB, estimate(80 * MB)).reasonToStop()).toBeUndefined();
  expect(await new QuotaGuard(16 * MB, estimate(79 * MB)).reasonToStop()).toContain('79 MB left');
  // A slow one keeps room for the claim ahead of the writer.
  expect(await new QuotaGuard(1000, estimate(17 * MB)).reasonToStop()).toBeUndefined();
  expect(await new QuotaGuard(1000, estimate(16 * MB)).reasonToStop()).toContain('complete up to there');
});

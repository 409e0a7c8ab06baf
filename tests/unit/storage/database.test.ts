// What is told when the browser's database refuses.

import { expect, test, vi } from 'vitest';
import { withDatabase } from '../../../src/storage/database.ts';

vi.mock('idb', () => ({ openDB: async () => ({ close: () => {} }) }));

const refused = (name: string) => withDatabase(() => Promise.reject(new DOMException('refused', name)));

test('a full disk is no damaged database', async () => {
  await expect(refused('QuotaExceededError')).rejects.toMatchObject({ code: 'storage/quota' });
  await expect(refused('InvalidStateError')).rejects.toMatchObject({ code: 'storage/unavailable' });
});

import { afterEach, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { freshStorage } from './support.ts';
import type { Step } from './sync-file.worker.ts';

const workers: Worker[] = [];

function startWorker(): (step: Step) => Promise<unknown> {
  const worker = new Worker(new URL('./sync-file.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return (step) =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<{ value?: unknown; error?: object }>) => {
        if (event.data.error) reject(Object.assign(new Error(), event.data.error));
        else resolve(event.data.value);
      };
      worker.postMessage(step);
    });
}

interface StorageCommands {
  send(method: 'Storage.overrideQuotaForOrigin', params: { origin: string; quotaSize?: number }): Promise<void>;
}

/** The browser's own quota for this origin; undefined lifts it. */
function setQuota(quotaSize: number | undefined): Promise<void> {
  return (cdp() as unknown as StorageCommands).send('Storage.overrideQuotaForOrigin', {
    origin: location.origin,
    ...(quotaSize === undefined ? {} : { quotaSize }),
  });
}

afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

test('bytes from shared memory are appended, patched and read back; the closed file has no claimed room', async () => {
  const { files } = await freshStorage();
  const call = startWorker();
  expect(await call({ do: 'open', name: 'a.jls' })).toBe(0);
  await call({ do: 'reserve', lengthBytes: 1000 });
  expect(await call({ do: 'append', lengthBytes: 6, value: 7 })).toBe(6);
  await call({ do: 'patch', at: 2, bytes: [1, 2] });
  expect(await call({ do: 'read', at: 0, lengthBytes: 100 })).toEqual([7, 7, 1, 2, 7, 7]);
  await call({ do: 'flush' });
  await call({ do: 'close' });
  await call({ do: 'close' });
  const file = await (await files.get('a.jls')).getFile();
  expect(Array.from(new Uint8Array(await file.arrayBuffer()))).toEqual([7, 7, 1, 2, 7, 7]);
});

test('a file that is open elsewhere is refused in words', async () => {
  await freshStorage();
  await startWorker()({ do: 'open', name: 'a.jls' });
  await expect(startWorker()({ do: 'open', name: 'a.jls' })).rejects.toMatchObject({ code: 'storage/denied' });
});

test('when the browser refuses more room, the content stays whole, writable within its claim, and closes', async () => {
  const { files } = await freshStorage();
  const call = startWorker();
  await call({ do: 'open', name: 'full.jls' });
  const { usage = 0 } = await navigator.storage.estimate();
  await setQuota(usage + 20 * 2 ** 20);
  try {
    await call({ do: 'reserve', lengthBytes: 2 ** 20 });
    await call({ do: 'append', lengthBytes: 2 ** 19, value: 3 });
    await expect(call({ do: 'reserve', lengthBytes: 64 * 2 ** 20 })).rejects.toMatchObject({ code: 'storage/quota' });
    // What was claimed before is still there for the closing of the file.
    expect(await call({ do: 'append', lengthBytes: 2 ** 19, value: 4 })).toBe(2 ** 20);
    await call({ do: 'close' });
  } finally {
    await setQuota(undefined);
  }
  const bytes = new Uint8Array(await (await (await files.get('full.jls')).getFile()).arrayBuffer());
  expect(bytes.length).toBe(2 ** 20);
  expect([bytes[0], bytes[2 ** 19 - 1], bytes[2 ** 19], bytes[2 ** 20 - 1]]).toEqual([3, 3, 4, 4]);
});

// Runs one step on a private file in a worker, where the synchronous handle exists.

import { RecordingFiles } from '../../../src/storage/recording-files.ts';
import { openSyncFile, type SyncFile } from '../../../src/storage/sync-file.ts';
import { encodeError } from '../../../src/workers/rpc.ts';

export type Step =
  | { readonly do: 'open'; readonly name: string }
  | { readonly do: 'append' | 'reserve'; readonly lengthBytes: number; readonly value?: number }
  | { readonly do: 'patch'; readonly at: number; readonly bytes: number[] }
  | { readonly do: 'read'; readonly at: number; readonly lengthBytes: number }
  | { readonly do: 'flush' | 'close' };

let file: SyncFile | undefined;

async function run(step: Step): Promise<unknown> {
  if (step.do === 'open') {
    file = await openSyncFile(await (await RecordingFiles.open()).create(step.name));
    return file.sizeBytes;
  }
  if (!file) throw new Error('open first');
  switch (step.do) {
    case 'append':
      // Shared memory, as the recorder appends from the stream ring.
      file.append(new Uint8Array(new SharedArrayBuffer(step.lengthBytes)).fill(step.value ?? 0));
      return file.sizeBytes;
    case 'reserve':
      file.reserve(step.lengthBytes);
      return file.sizeBytes;
    case 'patch':
      file.patch(step.at, new Uint8Array(step.bytes));
      return file.sizeBytes;
    case 'read':
      return Array.from(await file.read(step.at, step.lengthBytes));
    case 'flush':
      return file.flush();
    case 'close':
      return file.close();
  }
}

addEventListener('message', async (event: MessageEvent<Step>) => {
  try {
    postMessage({ value: await run(event.data) });
  } catch (error) {
    postMessage({ error: encodeError(error) });
  }
});

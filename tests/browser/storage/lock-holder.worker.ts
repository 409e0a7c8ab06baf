// Holds the lock of the recording it is told of until it is terminated, like a recorder.

import { takeRecordingLock } from '../../../src/storage/recording-lock.ts';

addEventListener('message', async (event: MessageEvent<string>) => {
  const release = await takeRecordingLock(event.data);
  postMessage(release !== undefined);
});

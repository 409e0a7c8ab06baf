// Entry of one pipeline thread on Node (worker_threads).

import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { LabError } from '../base/errors.ts';
import type { ThreadMessage } from '../pipeline/engine/job.ts';
import { runThread } from '../pipeline/engine/thread.ts';
import { loadFunction } from '../pipeline/functions/load.ts';
import type { ByteStream } from '../transports/byte-stream.ts';
import { connectTcp } from '../transports/tcp-port.ts';
import { raiseModuleWall } from './module-wall.ts';
import { realFolder } from './real-path.ts';
import { type NodeThreadData, NodeWorkerFiles } from './thread-host.ts';

const { job, runDirectory, setupDirectory, hooksUrl } = workerData as NodeThreadData;
const port = parentPort;
assert(port, 'a pipeline thread has a parent');

function refuseNetwork(): Promise<ByteStream> {
  return Promise.reject(new LabError('device/denied', `${job.workerName} is a setup's own code and has no network.`));
}

const post = (message: ThreadMessage): void => port.postMessage(message);
const isModule = job.source.kind === 'module';
if (isModule) {
  const programUrl = new URL('.', import.meta.url).href;
  const data = { setupDirectory: realFolder(setupDirectory), programUrl };
  raiseModuleWall(hooksUrl, data, (text) => post({ type: 'print', text }));
}
await runThread(job, {
  files: new NodeWorkerFiles(runDirectory, setupDirectory),
  now: () => (performance.timeOrigin + performance.now()) / 1000,
  loadFunction: ({ source }) => loadFunction(source),
  connect: isModule ? refuseNetwork : connectTcp,
  instruments: [],
  post,
});

// Entry of one pipeline thread on Node (worker_threads).

import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { runThread } from '../pipeline/engine/thread.ts';
import { loadFunction } from '../pipeline/functions/load.ts';
import { connectTcp } from '../transports/tcp-stream.ts';
import { type NodeThreadData, NodeWorkerFiles } from './thread-host.ts';

const { job, runDirectory, setupDirectory } = workerData as NodeThreadData;
const port = parentPort;
assert(port, 'a pipeline thread has a parent');

await runThread(job, {
  files: new NodeWorkerFiles(runDirectory, setupDirectory),
  now: () => (performance.timeOrigin + performance.now()) / 1000,
  loadFunction: ({ source }) => loadFunction(source),
  connect: connectTcp,
  instruments: [],
  post: (message) => port.postMessage(message),
});

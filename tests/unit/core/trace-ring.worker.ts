// The triggered instrument of tests/unit/core/trace-ring.test.ts, on a thread of its own. What a record holds follows
// from its number.

import { parentPort, workerData } from 'node:worker_threads';
import { utcFromTicks } from '../../../src/base/time.ts';
import { attachChannels, type ChannelSet } from '../../../src/core/channel-set.ts';
import { EventRing } from '../../../src/core/event-ring.ts';
import type { TraceRecord } from '../../../src/model/live-traces.ts';

export interface TraceTask {
  readonly channelSet: ChannelSet;
  readonly recordCount: number;
  /** With a slot in its hands it dies before it says that it ends. */
  readonly diesAtWork: boolean;
}

export const MOST_SAMPLES = 5000;

/** Lengths run from 1 to the most; the settings change after every 100 records. */
export function recordOf(number: number): TraceRecord {
  const length = 1 + ((number * 1237) % MOST_SAMPLES);
  return {
    triggerUtc: utcFromTicks(2n ** 58n + BigInt(number) * 1_000_003n),
    startS: -number * 1e-6,
    stepS: 2 ** -(number % 30),
    settings: `range ${Math.floor(number / 100)} µV`,
    samples: [0, 0.5].map((more) => Float32Array.from({ length }, (_, index) => number + more - index * 4096)),
  };
}

if (parentPort) {
  const { channelSet, recordCount, diesAtWork } = workerData as TraceTask;
  // A thread of Node that only waits for shared memory would end.
  const awake = setInterval(() => undefined, 1000);
  const { core, traces } = attachChannels(channelSet);
  const trace = traces[0]!;
  let written = 0;
  while (written < recordCount && (await trace.write(recordOf(written)))) {
    written++;
    parentPort.postMessage(written);
  }
  if (diesAtWork) {
    await EventRing.attach(core, trace.descriptor.ring).writer(0).claimAsync();
    // What was posted has to leave first.
    setTimeout(() => process.exit(1), 50);
  } else {
    trace.end('ended');
    clearInterval(awake);
  }
}

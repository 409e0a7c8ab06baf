// The writing thread of tests/unit/core/stamped-series.test.ts. What a record holds follows from its number.

import { parentPort, workerData } from 'node:worker_threads';
import { utcFromTicks } from '../../../src/base/time.ts';
import { type SeriesDescriptor, StampedSeries } from '../../../src/core/stamped-series.ts';

export interface SeriesTask {
  readonly descriptor: SeriesDescriptor;
  readonly recordCount: number;
}

export const ticksOf = (record: number): bigint => 2n ** 58n + BigInt(record) * 1_000_003n;
export const valuesOf = (record: number): readonly [number, number] => [record * 0.5, -record];

if (parentPort) {
  const { descriptor, recordCount } = workerData as SeriesTask;
  const series = StampedSeries.attach(descriptor);
  let written = 0;
  while (written < recordCount && series.append(utcFromTicks(ticksOf(written)), valuesOf(written))) written++;
  series.end('ended');
  parentPort.postMessage(written);
}

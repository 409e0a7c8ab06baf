// The mean of the last records: which of them belong to it.

import { expect, test } from 'vitest';
import { DirectAnalysis } from '../../../../src/model/trace-analysis.ts';
import { Averager } from '../../../../src/ui/views/scope/averager.ts';
import { RecordFollower } from '../../../../src/ui/views/scope/record-follower.ts';
import { FakeTraces, SCOPE_VALUES } from '../../../support/fake-traces.ts';

const traces = new FakeTraces(['CH1']);
const follower = new RecordFollower();
const averager = new Averager(new DirectAnalysis());
const bring = (value: number, change: Readonly<Record<string, string | number>> = {}) => {
  traces.bring([new Float32Array(4).fill(value)], { ...SCOPE_VALUES, ...change });
  follower.look(traces);
};
const mean = async (count: number) => {
  const end = follower.count;
  const window = { start: Math.max(0, end - count), end, record: (i: number) => follower.record(i) };
  const record = await averager.mean(window);
  return record && [record.samples[0]![0], record.meanOf];
};

test('is of as many as are wanted and were taken with the same settings', async () => {
  expect(await mean(4)).toBeUndefined();
  for (const value of [1, 2, 6]) bring(value);
  expect(await mean(4)).toEqual([3, 3]);
  expect(await mean(2)).toEqual([4, 2]);
  // to wait for a single trigger is no other setting of the trace
  bring(10, { run: 'single' });
  expect(await mean(4)).toEqual([4.75, 4]);
  bring(100, { '1.scale': 1 });
  expect(await mean(4)).toEqual([100, 1]);
  bring(200, { '1.scale': 1 });
  expect(await mean(4)).toEqual([150, 2]);
});

test('one at a time', async () => {
  const first = mean(2);
  expect(await mean(2)).toBeUndefined();
  expect(await first).toEqual([150, 2]);
});

// A table with uneven times in a reader worker: what the page asks about it in seconds, and the view over it.

import { expect, test } from 'vitest';
import { loadCoreModule } from '../../../src/core/load.ts';
import { stampedOf } from '../../../src/model/timing.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';
import { show } from '../waveform/support.ts';

test('times, ranges, bins and figures cross the worker, and the view shows them', async () => {
  installRpc();
  const file = new File(['time (s),level (V)\n0,1\n1,2\n5,3\n5.5,4\n20,5\n'], 'log.csv');
  const opened = await new FilesClient(loadCoreModule()).open(file);
  const { store } = opened;
  expect(store.signals()).toMatchObject([{ id: 'level', timing: 'stamped', startS: 0, endS: 20 }]);
  expect(await store.samples('level', 1, 3)).toEqual({
    start: 1,
    timesS: Float64Array.of(1, 5),
    values: Float64Array.of(2, 3),
  });
  const stamped = stampedOf(store);
  expect(await stamped.samplesIn('level', 1, 5.5)).toEqual({ start: 1, end: 3 });
  expect(await stamped.statistics('level', 4, 20)).toMatchObject({ count: 3, min: 2, max: 4, coverage: 1 });
  const { mean } = await stamped.bins({ signalId: 'level', stepS: 5, firstBin: 0, count: 2 });
  expect(mean[0]).toBeCloseTo((1 * 1 + 2 * 4) / 5, 12);
  expect(mean[1]).toBeCloseTo((3 * 0.5 + 4 * 4.5) / 5, 12);
  const { plot } = await show(store);
  expect(plot.model.state.time).toEqual({ startS: 0, endS: 20 });
  expect(plot.problem).toBe('');
  opened.close();
});

// What a paused view shows: the channels as they were, while the instrument writes over them.

import { expect, test } from 'vitest';
import { utcAddSeconds, utcFromTicks } from '../../../src/base/time.ts';
import { attachChannels } from '../../../src/core/channel-set.ts';
import { holdChannels } from '../../../src/core/held-channels.ts';
import { LiveStore } from '../../../src/core/live-store.ts';
import { makeHomes } from '../../../src/devices/api/homes.ts';
import type { SteadySignal } from '../../../src/model/signal-store.ts';
import { coreBytes } from '../../support/core.ts';

const CAPACITY = 1 << 16;
const BLOCK = 4096;
const module = new WebAssembly.Module(coreBytes());

/** Sample k of the current is k, of the input the parity of k / 2; a value of `charge` every 1000 samples. */
function createInstrument(overviewSamples = CAPACITY) {
  const homes = makeHomes(module, {
    streams: [
      {
        channel: {
          kind: 'stream',
          id: 'samples',
          signals: [
            { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: 1000 },
            { id: 'gpi[0]', name: 'gpi[0]', unit: '', dtype: 'u1', sampleRateHz: 1000 },
          ],
        },
        capacitySamples: CAPACITY,
        overviewSamples,
      },
    ],
    values: [
      {
        channel: { kind: 'value', id: 'totals', signals: [{ id: 'charge', name: 'charge', unit: 'C' }] },
        mostRecords: 1000,
      },
    ],
    traces: [],
    scratchBytes: 5 * BLOCK,
  });
  const ring = homes.rings[0]!;
  const { address } = homes.scratch;
  const floats = new Float32Array(homes.core.memory.buffer, address, BLOCK);
  new Uint8Array(homes.core.memory.buffer, address + 4 * BLOCK, BLOCK / 8).fill(0b1100_1100);
  const { series } = homes.values[0]!;
  const origin = utcFromTicks(1_000_000_000_000n);
  const append = (blockCount: number) => {
    for (let block = 0; block < blockCount; block++) {
      const start = ring.endSample;
      for (let i = 0; i < BLOCK; i++) floats[i] = start + i;
      ring.append([address, address + 4 * BLOCK], BLOCK);
      ring.setClock({ sample: 0, utc: origin, sampleRateHz: 1000 });
      series.append(utcAddSeconds(origin, start / 1000), [start]);
    }
  };
  const attached = attachChannels(homes.set);
  return { homes, ring, append, attached, live: new LiveStore(attached, 'SIM-1') };
}

/** Mean of the whole numbers [start, end). */
const meanOf = (start: number, end: number) => (start + end - 1) / 2;

test('what was there stays, with samples, summaries, statistics and values, while the ring comes round', async () => {
  const { homes, append, attached, live } = createInstrument();
  append(20);
  const held = await holdChannels(homes.set, attached, undefined);
  append(40);
  const store = new LiveStore(attachChannels(held), 'SIM-1', live.originUtc);
  const [start, end] = [20 * BLOCK - CAPACITY, 20 * BLOCK];
  expect(store.signals()).toMatchObject([
    { id: 'current', startSample: start, endSample: end },
    { id: 'gpi[0]', startSample: start, endSample: end },
    { id: 'charge', endSample: 20 },
  ]);
  await expect(live.statistics('current', start, end)).rejects.toMatchObject({ code: 'format/range' });
  expect(await store.statistics('current', start + 5, end - 3)).toMatchObject({
    count: CAPACITY - 8,
    mean: meanOf(start + 5, end - 3),
    min: start + 5,
    max: end - 4,
  });
  const { values } = await store.samples('current', start, start + 3);
  expect([...values]).toEqual([start, start + 1, start + 2]);
  expect([...(await store.samples('gpi[0]', end - 4, end)).values]).toEqual([0, 0, 1, 1]);
  const { mean } = await store.summary({ signalId: 'current', start, increment: CAPACITY / 4, count: 4 });
  expect([...mean]).toEqual(
    [0, 1, 2, 3].map((i) => meanOf(start + (i * CAPACITY) / 4, start + ((i + 1) * CAPACITY) / 4)),
  );
  expect((await store.samples('charge', 18, 20)).values).toEqual(new Float64Array([18 * BLOCK, 19 * BLOCK]));
  expect(store.originUtc).toBe(live.originUtc);
});

test('what is overwritten during the copy is left out, and nothing of it is wrong', async () => {
  const { homes, append, attached, live } = createInstrument();
  append(20);
  const copying = holdChannels(homes.set, attached, undefined);
  append(3);
  const held = await copying;
  const store = new LiveStore(attachChannels(held), 'SIM-1', live.originUtc);
  const [start, end] = [23 * BLOCK - CAPACITY, 20 * BLOCK];
  expect(store.signals()[0]).toMatchObject({ startSample: start, endSample: end });
  const { values } = await store.samples('current', start, end);
  expect(values.every((value, i) => value === start + i)).toBe(true);
  expect(await store.statistics('current', start, end)).toMatchObject({ mean: meanOf(start, end), max: end - 1 });
});

test('a new start during the copy is told; the memory of an earlier copy serves again', async () => {
  const { homes, ring, append, attached, live } = createInstrument();
  append(20);
  const first = await holdChannels(homes.set, attached, undefined);
  append(1);
  const second = await holdChannels(homes.set, attached, first.seed.memory);
  expect(second.seed.memory).toBe(first.seed.memory);
  const store = new LiveStore(attachChannels(second), 'SIM-1', live.originUtc);
  expect(store.signals()[0]).toMatchObject({ endSample: 21 * BLOCK });
  expect(await store.statistics('current', 20 * BLOCK, 21 * BLOCK)).toMatchObject({
    mean: meanOf(20 * BLOCK, 21 * BLOCK),
  });
  const copying = holdChannels(homes.set, attached, undefined);
  ring.reset();
  await expect(copying).rejects.toMatchObject({ code: 'run/state' });
});

test('a copy has ended, and its clock is that of the instrument', async () => {
  const { homes, ring, append, attached } = createInstrument();
  append(2);
  const [copy] = attachChannels(await holdChannels(homes.set, attached, undefined)).rings;
  expect(copy!.state).toBe('ended');
  expect(copy!.clock).toEqual(ring.clock);
  expect(ring.state).toBe('live');
});

test('the overview is held, too: what was overwritten during the copy is left out, the rest stays', async () => {
  const OVERVIEW = 1 << 20;
  const { homes, append, attached, live } = createInstrument(OVERVIEW);
  append(400);
  const copying = holdChannels(homes.set, attached, undefined);
  append(10);
  const held = await copying;
  append(400);
  const store = new LiveStore(attachChannels(held), 'SIM-1', live.originUtc);
  const [{ startSample, endSample, overview }] = store.signals() as [SteadySignal];
  // 410 blocks of 4096 less 2^20 is a whole number of stretches of 2048
  expect([endSample, overview]).toEqual([400 * BLOCK, { startSample: 410 * BLOCK - OVERVIEW, stretchSamples: 2048 }]);
  const start = overview!.startSample;
  const increment = 10_000;
  const count = Math.floor((endSample - start) / increment);
  const { mean, min, max } = await store.summary({ signalId: 'current', start, increment, count });
  for (let bin = 0; bin < count; bin++) {
    const [from, to] = [start + bin * increment, start + (bin + 1) * increment];
    // before the samples the stretches that begin in it
    const whole = (at: number) => (at < startSample ? Math.ceil(at / 2048) * 2048 : at);
    expect([mean[bin], min[bin], max[bin]]).toEqual([meanOf(whole(from), whole(to)), whole(from), whole(to) - 1]);
  }
  await expect(live.statistics('current', start, start + 1)).rejects.toMatchObject({ code: 'format/range' });
});

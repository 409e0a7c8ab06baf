// Rings at the edges of a memory: above 2 GiB, where addresses are negative as i32, and at the very end.

import { expect, test } from 'vitest';
import { instantiateCore } from '../../src/core/core.ts';
import { EventRing } from '../../src/core/event-ring.ts';
import { STREAM_SCRATCH_BYTES } from '../../src/core/layout.ts';
import { Arena } from '../../src/core/memory.ts';
import { StreamRing } from '../../src/core/stream-ring.ts';
import { coreSeed } from '../support/core.ts';

const GIB = 2 ** 30;

test('asynchronous waits above 2 GiB wake', async () => {
  const core = instantiateCore(coreSeed(2 * GIB + 2 ** 20));
  const options = { slotCount: 1, metadataBytes: 24, dataBytes: 8, writerCount: 1, observerCount: 1 };
  const ring = EventRing.create(core, new Arena(core.memory, 2 * GIB), options);
  const [read, observed] = [ring.reader(0).readAsync(), ring.observer(0).observeAsync()];
  const writer = ring.writer(0);
  const slot = writer.tryClaim();
  if (typeof slot === 'string') throw new Error(slot);
  writer.commit(slot);
  expect(await read).toBe(slot);
  expect(typeof (await observed)).toBe('object');
});

test('a summary reads nothing behind a ring that is smaller than what is fetched early', () => {
  const signals = [{ id: 'x', name: 'x', unit: '', dtype: 'u1', sampleRateHz: 1 }] as const;
  const lengthBytes = StreamRing.byteLength(signals, { capacitySamples: 1 });
  const memoryBytes = 2 * 2 ** 16;
  const core = instantiateCore(coreSeed(memoryBytes));
  const scratch = memoryBytes - lengthBytes - Math.ceil(STREAM_SCRATCH_BYTES / 128) * 128;
  const ring = StreamRing.create(core, new Arena(core.memory, memoryBytes - lengthBytes), {
    signals,
    capacitySamples: 1,
  });
  ring.append([scratch], ring.capacitySamples / 2);
  ring.append([scratch], ring.capacitySamples / 2);
  core.exports.streamSummary(ring.address, 0, 0, 2048, 2, scratch);
  expect([...new Float64Array(core.memory.buffer, scratch, 2)]).toEqual([0, 0]);
});

test('each thread queries with memory of its own, however many have died before', () => {
  const seed = coreSeed(2 ** 20);
  const owner = instantiateCore(seed);
  const signals = [{ id: 'x', name: 'x', unit: '', dtype: 'f32', sampleRateHz: 1 }] as const;
  const arena = new Arena(owner.memory, owner.exports.heapBase());
  const source = arena.reserve('source', 4096 * 4).address;
  const ring = StreamRing.create(owner, arena, { signals, capacitySamples: 4096 });
  new Float32Array(owner.memory.buffer, source, 4096).fill(3);
  ring.append([source], 4096);
  const before = owner.memory.buffer.byteLength;
  for (let reader = 0; reader < 20; reader++) {
    // A memory that came to another thread is another object there.
    const memory = structuredClone(owner.memory);
    const attached = StreamRing.attach(instantiateCore({ module: seed.module, memory }), ring.descriptor);
    expect(attached.statistics(0, 0, 4096).mean).toBe(3);
    expect(attached.clock).toBeUndefined();
  }
  expect(owner.memory.buffer.byteLength).toBe(before + 20 * 2 ** 16);
  ring.setClock({ sample: 7, utc: 12n as never, sampleRateHz: 2.5 });
  expect(ring.clock).toEqual({ sample: 7, utc: 12n, sampleRateHz: 2.5 });
  ring.reset();
  expect([ring.clock, ring.endSample, ring.generation]).toEqual([undefined, 0, 2]);
});

// Thousands of damaged JLS v2 files, seeded: each is refused with a FormatError or read as far as it goes, without
// large allocations and without going round in circles.

import { expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.ts';
import { utcFromTicks } from '../../src/base/time.ts';
import type { Workspace } from '../../src/core/workspace.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { crcOf, damage, lie, type Random, WatchedFile, watchAllocations } from '../support/fuzz.ts';
import { goldenBytes } from '../support/golden.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { seededRandom } from '../support/random.ts';

const POLYNOMIAL = 0x82f6_3b78;
const ALLOCATION_MAX_BYTES = 64 * 2 ** 20;
const READS_MAX = 5_000;

/** A file of several signals, levels, annotations and pairs, in few bytes. */
function smallFile(): Uint8Array {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  const sizes = {
    samplesPerData: 32,
    sampleDecimateFactor: 8,
    entriesPerSummary: 12,
    summaryDecimateFactor: 10,
    annotationDecimateFactor: 3,
    utcDecimateFactor: 3,
  };
  writer.defineSource({ sourceId: 1, name: 'fuzz' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f64', sampleRateHz: 100, name: 'a', unit: 'V', sizes });
  writer.defineSignal({
    signalId: 2,
    sourceId: 1,
    dtype: 'u4',
    sampleRateHz: 100,
    name: 'b',
    unit: '',
    isConstantOmitted: true,
    sizes,
  });
  writer.userData({ meta: 1, storage: 'json', data: '{"a":1}' });
  for (let i = 0; i < 8; i++) {
    writer.writeSamples(
      1,
      100 + i * 60,
      Float64Array.from({ length: 60 }, (_, k) => Math.sin(k + i)),
    );
    writer.writeSamples(2, i * 300, new Uint8Array(150).fill(i < 4 ? 0x22 : i * 0x11 + 1));
    writer.utc(1, 100 + i * 60, utcFromTicks(BigInt(i) << 30n));
    writer.annotation(1, {
      timestamp: BigInt(100 + i),
      kind: 'text',
      storage: 'string',
      groupId: 0,
      y: 0,
      data: `t${i}`,
    });
  }
  writer.close();
  return file.bytes.slice();
}

/** A lie in a chunk's header or payload, with checksums made right again. */
function lieInChunk(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(original);
  const view = new DataView(bytes.buffer);
  const starts: number[] = [];
  for (let at = 32; at + 32 <= bytes.byteLength; ) {
    starts.push(at);
    const length = view.getUint32(at + 20, true);
    at += 32 + (length > 0 ? Math.ceil((length + 4) / 8) * 8 : 0);
  }
  const at = starts[Math.floor(random() * starts.length)]!;
  const length = view.getUint32(at + 20, true);
  const isHeader = length === 0 || random() < 0.4;
  if (isHeader) lie(bytes, at, at + 28, random);
  else {
    lie(bytes, at + 32, at + 32 + Math.min(length, 160), random);
    view.setUint32(
      at + 28 + Math.ceil((length + 4) / 8) * 8,
      crcOf(bytes.subarray(at + 32, at + 32 + length), POLYNOMIAL),
      true,
    );
  }
  view.setUint32(at + 28, crcOf(bytes.subarray(at, at + 28), POLYNOMIAL), true);
  return bytes;
}

/** Opens the file and asks for everything a viewer asks for. */
async function useFile(bytes: Uint8Array, workspace: Workspace): Promise<'refused' | 'read'> {
  const file = new WatchedFile(bytes, READS_MAX);
  try {
    const reader = await openJlsV2(file, workspace);
    try {
      for (const { id, endSample } of reader.store.signals()) {
        const count = Math.min(20, endSample);
        if (count === 0) continue;
        const increment = Math.floor(endSample / count);
        await reader.store.summary({ signalId: id, start: 0, increment, count });
        await reader.store.summary({ signalId: id, start: endSample - count, increment: 1, count });
        await reader.store.samples(id, 0, Math.min(endSample, 2000));
        await reader.storedSamples(id, Math.max(0, endSample - 2000), endSample);
        await reader.store.statistics(id, 0, Math.min(endSample, 100_000));
        (await reader.timeMap(id))?.toUtc(BigInt(endSample));
      }
      await reader.store.annotations();
      await reader.userData();
      return 'read';
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
}

const FILES: [string, () => Uint8Array, number][] = [
  ['small', smallFile, 7_000],
  ['short', () => goldenBytes('jls-v2/short.jls'), 3_000],
  ['js220_ui.anno', () => goldenBytes('jls-v2/js220_ui.anno.jls'), 3_000],
  ['recipe_minimal', () => goldenBytes('jls-v2/recipe_minimal.jls'), 4_000],
  ['writer_tail_fixed', () => goldenBytes('jls-v2/writer_tail_fixed.jls'), 3_000],
];

test.each(FILES)('%s, damaged in every way', { timeout: 240_000 }, async (_name, make, count) => {
  const original = make();
  const random = seededRandom(0x6a6c73);
  const workspace = jlsWorkspace(8 * 2 ** 20);
  const whole = await watchAllocations(async () => {
    expect(await useFile(original, workspace)).toBe('read');
  });
  expect(whole.total).toBeGreaterThan(0);
  let readCount = 0;
  for (let i = 0; i < count; i++) {
    const bytes = random() < 0.5 ? damage(original, random) : lieInChunk(original, random);
    const allocated = await watchAllocations(async () => {
      if ((await useFile(bytes, workspace)) === 'read') readCount += 1;
    });
    if (allocated.largest > ALLOCATION_MAX_BYTES / 4 || allocated.total > ALLOCATION_MAX_BYTES) {
      expect({ i, ...allocated }).toEqual({ i, largest: 0, total: 0 });
    }
  }
  expect(readCount).toBeGreaterThan(count / 2);
});

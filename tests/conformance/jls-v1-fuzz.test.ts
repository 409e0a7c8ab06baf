// Thousands of damaged JLS v1 recordings, seeded: each is refused with a FormatError or read as far as it goes,
// without large allocations and without going round in circles.

import { expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.ts';
import type { Workspace } from '../../src/core/workspace.ts';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { crcOf, damage, lie, type Random, WatchedFile, watchAllocations } from '../support/fuzz.ts';
import { goldenBytes } from '../support/golden.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { seededRandom } from '../support/random.ts';

const POLYNOMIAL = 0xedb8_8320;
const ALLOCATION_MAX_BYTES = 64 * 2 ** 20;
const READS_MAX = 5_000;

/** A lie in a record's length or payload, with the checksum made right again. */
function lieInRecord(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(original);
  const view = new DataView(bytes.buffer);
  const starts: number[] = [];
  for (let at = 32; at + 8 <= bytes.byteLength; at += Math.ceil((view.getUint32(at + 4, true) + 12) / 8) * 8)
    starts.push(at);
  const at = starts[Math.floor(random() * starts.length)]!;
  const length = view.getUint32(at + 4, true);
  const end = at + Math.ceil((length + 12) / 8) * 8;
  if (length === 0 || random() < 0.3) lie(bytes, at + 4, at + 8, random);
  else lie(bytes, at + 8, at + 8 + Math.min(length, 320), random);
  if (end <= bytes.byteLength) view.setUint32(end - 4, crcOf(bytes.subarray(at, end - 4), POLYNOMIAL), true);
  return bytes;
}

async function useFile(bytes: Uint8Array, workspace: Workspace): Promise<'refused' | 'read'> {
  try {
    const reader = await openJlsV1(new WatchedFile(bytes, READS_MAX), workspace);
    try {
      for (const { id, endSample } of reader.store.signals()) {
        const count = Math.min(20, endSample);
        if (count === 0) continue;
        const increment = Math.floor(endSample / count);
        await reader.store.summary({ signalId: id, start: 0, increment, count });
        await reader.store.samples(id, 0, Math.min(endSample, 2000));
        await reader.storedSamples(id, Math.max(0, endSample - 2000), endSample);
        await reader.store.statistics(id, 0, endSample);
      }
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

test.each([
  ['raw_short', 6_000],
  ['raw_compressed_tlvs', 4_000],
  ['float_js220_style_small', 5_000],
  ['format1_v070_b', 3_000],
  ['empty_user_cal', 3_000],
] as const)('%s, damaged in every way', { timeout: 240_000 }, async (name, count) => {
  const original = goldenBytes(`jls-v1/recordings/${name}.jls`);
  const random = seededRandom(0x4a4c5331);
  const workspace = jlsWorkspace(4 * 2 ** 20);
  let readCount = 0;
  for (let i = 0; i < count; i++) {
    const bytes = random() < 0.5 ? damage(original, random) : lieInRecord(original, random);
    const allocated = await watchAllocations(async () => {
      if ((await useFile(bytes, workspace)) === 'read') readCount += 1;
    });
    if (allocated.largest > ALLOCATION_MAX_BYTES / 2 || allocated.total > ALLOCATION_MAX_BYTES) {
      expect({ i, ...allocated }).toEqual({ i, largest: 0, total: 0 });
    }
  }
  expect(readCount).toBeGreaterThan(count / 4);
});

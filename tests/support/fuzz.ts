// Thousands of damaged files of one format, seeded: each must be refused with a FormatError or read as far as it goes,
// without large allocations and without going round in circles.

import { expect } from 'vitest';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { RandomAccess } from '../../src/formats/source.ts';
import { AllocationWatch, damage, type Random, useFile } from './damage.ts';
import { seededRandom } from './random.ts';

export interface FuzzFormat {
  readonly name: string;
  /** Small whole files of the format; the damaged ones are made from them in turn. */
  readonly originals: readonly Uint8Array[];
  readonly open: (source: RandomAccess) => Promise<FormatReader>;
  /**
   * Half of the files: a lie in a length, an offset or a count, with the checksums over it made right again. Without
   * it, lies come on top of other damage.
   */
  readonly lie?: (original: Uint8Array, random: Random) => Uint8Array;
  /** Part of the damaged files that can still be read, at least: a fuzz that stops at the magic proves nothing. */
  readonly readPart: number;
}

/** Damaged files per format. The suite does a part; all 20 000, in minutes: FUZZ_FILES=20000 before the command. */
export const FUZZ_FILES = Number(process.env['FUZZ_FILES'] ?? 5000);
/** Most bytes of typed arrays for one file, in all and at once. */
const TOTAL_MAX_BYTES = 64 * 2 ** 20;
const LARGEST_MAX_BYTES = 32 * 2 ** 20;

/** Damages `FUZZ_FILES` files of a format and uses each. */
export async function fuzz({ name, originals, open, lie: lieWell, readPart }: FuzzFormat): Promise<void> {
  const random = seededRandom(0x66757a7a);
  const watch = new AllocationWatch();
  let readCount = 0;
  try {
    for (const [i, original] of originals.entries()) {
      expect([name, i, await useFile(original, open)]).toEqual([name, i, 'read']);
    }
    expect(watch.total).toBeGreaterThan(0);
    for (let i = 0; i < FUZZ_FILES; i++) {
      const original = originals[i % originals.length]!;
      const bytes = lieWell && random() < 0.5 ? lieWell(original, random) : damage(original, random, !lieWell);
      watch.reset();
      try {
        if ((await useFile(bytes, open)) === 'read') readCount += 1;
      } catch (cause) {
        throw new Error(`${name}: damaged file ${i} ends in another error than FormatError`, { cause });
      }
      const { largest, total } = watch;
      if (largest > LARGEST_MAX_BYTES || total > TOTAL_MAX_BYTES) {
        expect({ name, i, largest, total }).toEqual({ name, i, largest: 0, total: 0 });
      }
    }
  } finally {
    watch.stop();
  }
  expect(readCount).toBeGreaterThan(readPart * FUZZ_FILES);
  expect(readCount).toBeLessThan(FUZZ_FILES);
}

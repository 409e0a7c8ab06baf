// Thousands of damaged files of every other format, seeded: each is refused with a FormatError or read as far as it
// goes, without large allocations and without going round in circles.

import { expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.ts';
import { openCsv } from '../../src/formats/csv/reader.ts';
import { openMimo } from '../../src/formats/mimo/reader.ts';
import { openNpy } from '../../src/formats/npy/reader.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { RandomAccess } from '../../src/formats/source.ts';
import { openIsf } from '../../src/formats/trace/isf-reader.ts';
import { openLecroy } from '../../src/formats/trace/lecroy-reader.ts';
import { damage, lie, WatchedFile, watchAllocations } from '../support/fuzz.ts';
import { goldenBytes } from '../support/golden.ts';
import { seededRandom } from '../support/random.ts';

const ALLOCATION_MAX_BYTES = 64 * 2 ** 20;
const READS_MAX = 20_000;
/** Signals of one file that are looked at. */
const SIGNALS_MAX = 8;

type Open = (source: RandomAccess) => Promise<FormatReader>;

/** Opens the file and asks for everything a viewer asks for. */
async function useFile(bytes: Uint8Array, open: Open): Promise<'refused' | 'read'> {
  try {
    const reader = await open(new WatchedFile(bytes, READS_MAX));
    for (const { id, endSample } of reader.store.signals().slice(0, SIGNALS_MAX)) {
      const count = Math.min(20, endSample);
      if (count === 0) continue;
      await reader.store.summary({ signalId: id, start: 0, increment: Math.floor(endSample / count), count });
      await reader.store.samples(id, Math.max(0, endSample - 2000), endSample);
      await reader.storedSamples(id, 0, Math.min(endSample, 2000));
      await reader.store.statistics(id, 0, Math.min(endSample, 100_000));
    }
    const { events } = reader;
    if (events && events.eventCount > 0) {
      await events.read(0, 1);
      await events.read(events.eventCount - 1, 1);
    }
    reader.close();
    return 'read';
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const TABLE = text(
  `# run 7\ntime (s);a [V];b\n${Array.from({ length: 40 }, (_, row) => `${row / 10},0;${row % 7},25;-1,5E-${row % 9}`).join('\n')}\n`,
);

const FILES: readonly [string, readonly Uint8Array[], Open][] = [
  [
    'mimo',
    ['simple_f4_1ch', 'mixed_types', 'subarray', 'datetime64', 'protocol0', 'protocol2', 'no_version_reordered'].map(
      (name) => goldenBytes(`mimo/files/${name}.mimo`),
    ),
    openMimo,
  ],
  [
    'LeCroy',
    ['lecroy-sequence-3', 'lecroy-word-hifirst', 'lecroy-raw-no-block', 'lecroy-ris'].map((name) =>
      goldenBytes(`scope-waveforms/${name}.data.bin`),
    ),
    openLecroy,
  ],
  ['ISF', [goldenBytes('scope-waveforms/tek-isf-ri2.data.bin')], openIsf],
  [
    'NumPy',
    [
      goldenBytes('mimo/pipeline/hist_basic/Histograms_In/decay_time.npy'),
      text(
        `\x93NUMPY\x01\x00\x76\x00{'descr': [('a', '<i2'), ('b', '>f8', (2, 2)), ('s', '<U3')], 'fortran_order': False, 'shape': (3,)}`,
      ).slice(1),
    ],
    openNpy,
  ],
  ['CSV', [TABLE, goldenBytes('mimo/pipeline/csv_float_format/In.csv')], openCsv],
];

test.each(FILES)('%s, damaged in every way', { timeout: 240_000 }, async (_name, originals, open) => {
  const random = seededRandom(0x666d74);
  let readCount = 0;
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const original = originals[i % originals.length]!;
    const bytes = damage(original, random);
    if (random() < 0.3) lie(bytes, 0, bytes.length, random);
    const allocated = await watchAllocations(async () => {
      if ((await useFile(bytes, open)) === 'read') readCount += 1;
    });
    if (allocated.largest > ALLOCATION_MAX_BYTES / 4 || allocated.total > ALLOCATION_MAX_BYTES) {
      expect({ i, ...allocated }).toEqual({ i, largest: 0, total: 0 });
    }
  }
  expect(readCount).toBeGreaterThan(count / 20);
  expect(readCount).toBeLessThan(count);
});

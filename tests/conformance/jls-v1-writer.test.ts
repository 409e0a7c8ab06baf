// The JLS v1 writer against the reference recorder: the samples of a golden recording, written again, give the same
// file (tests/golden/jls-v1/README.md).

import { expect, test } from 'vitest';
import { copyJlsV1 } from '../../src/formats/jls/v1/copy.ts';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { jlsWorkspace, sha256 } from '../support/jls.ts';

interface Expected {
  recorder_suppress_mode?: string;
  recommended_salvage?: { with_partial_last_tlv_samples: number };
}

test.each([
  'raw_multi_block',
  'raw_multi_block_b',
  'raw_missing_heavy',
  'raw_short',
  'raw_default_sizes',
  'raw_range_off',
  'raw_recorded_suppress_off',
  'float_js220_style',
  'float_js220_style_small',
])('%s, written again, is the same file', async (name) => {
  const bytes = goldenBytes(`jls-v1/recordings/${name}.jls`);
  const expected = goldenJson<Expected>(`jls-v1/recordings/${name}.json`);
  const reader = await openJlsV1(new MemoryFile(bytes.slice()), jlsWorkspace());
  const file = new MemoryFile();
  await copyJlsV1(reader, file, jlsWorkspace(), { suppression: expected.recorder_suppress_mode ?? 'normal' });
  expect(sha256(file.bytes)).toBe(sha256(bytes));
});

test.each(['d_unfinalized', 'd_unfinalized_mid_tlv', 'd_finalized_cut_mid_tlv'])(
  '%s becomes a whole file',
  async (name) => {
    const { recommended_salvage } = goldenJson<Expected>(`jls-v1/damaged/${name}.json`);
    const count = recommended_salvage!.with_partial_last_tlv_samples;
    const reader = await openJlsV1(new MemoryFile(goldenBytes(`jls-v1/damaged/${name}.jls`)), jlsWorkspace());
    const file = new MemoryFile();
    const { droppedCount } = await copyJlsV1(reader, file, jlsWorkspace());
    const whole = await openJlsV1(new MemoryFile(file.bytes.slice()), jlsWorkspace());
    expect([whole.isRecovered, whole.diagnostics]).toEqual([false, []]);
    expect(droppedCount).toBeLessThan(64);
    expect(whole.store.signals()[0]!.endSample + droppedCount).toBe(count);
    const end = count - droppedCount;
    expect(await whole.storedSamples('current', 0, end)).toEqual(await reader.storedSamples('current', 0, end));
  },
);

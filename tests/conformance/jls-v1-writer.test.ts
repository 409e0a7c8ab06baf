// The JLS v1 writer against the reference recorder: the samples of a golden recording, written again, give the same
// file (tests/golden/jls-v1/README.md).

import { expect, test } from 'vitest';
import { parseArrayTable } from '../../src/formats/jls/v1/arrays.ts';
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
  'raw_vrange_change',
  'raw_all_missing',
  'raw_five_samples',
  'raw_no_samples',
  'float_js220_style',
  'float_js220_style_small',
])('%s, written again, is the same file', async (name) => {
  expect(sha256(await copied(name))).toBe(sha256(goldenBytes(`jls-v1/recordings/${name}.jls`)));
});

test('raw_offset_start, written again, differs in what the filter remembered of the samples before the file', async () => {
  const golden = goldenBytes('jls-v1/recordings/raw_offset_start.jls');
  // the recorder was attached late: its filter was past its first window, ours begins with one, over 8 currents
  const found = differences(golden, await copied('raw_offset_start'));
  expect(found.map(({ block, row, array }) => [block, row, array])).toEqual([
    [0, 0, CURRENT + MEAN],
    [0, 0, CURRENT + M2],
    [0, 0, POWER + MEAN],
    [0, 0, POWER + M2],
  ]);
  const unfiltered = differences(golden, await copied('raw_offset_start', 'off'));
  expect(unfiltered.filter(({ block, row }) => block === 0 && row === 0)).toEqual([]);
});

test('raw_exact_blocks, written again, differs in the last bit of a few reductions', async () => {
  const found = differences(goldenBytes('jls-v1/recordings/raw_exact_blocks.jls'), await copied('raw_exact_blocks'));
  for (const { wanted, written } of found) expect(Math.abs(bitsOf(wanted) - bitsOf(written))).toBe(1);
  expect(found.length).toBeLessThan(5);
});

test.each(['float_downsampled_10k', 'float_downsampled_100k'])(
  '%s, written again, differs in reductions of range and inputs, which its recorder scaled twice',
  async (name) => {
    const found = differences(goldenBytes(`jls-v1/recordings/${name}.jls`), await copied(name));
    expect(found.length).toBeGreaterThan(0);
    for (const { array } of found) expect(array).toBeGreaterThan(RANGE);
  },
);

/** Ids of arrays of reductions: those of a field, plus the statistic. */
const [CURRENT, POWER, RANGE] = [0x00, 0x20, 0x30];
const [MEAN, M2] = [1, 2];

async function copied(name: string, suppression?: string): Promise<Uint8Array> {
  const bytes = goldenBytes(`jls-v1/recordings/${name}.jls`);
  const { recorder_suppress_mode: recorded = 'normal' } = goldenJson<Expected>(`jls-v1/recordings/${name}.json`);
  const reader = await openJlsV1(new MemoryFile(bytes.slice()), jlsWorkspace());
  const file = new MemoryFile();
  await copyJlsV1(reader, file, jlsWorkspace(), { suppression: suppression ?? recorded });
  return file.bytes.slice();
}

interface Difference {
  readonly block: number;
  readonly row: number;
  readonly array: number;
  readonly wanted: number;
  readonly written: number;
}

/** Reductions in which two files differ; everything else must be the same byte for byte. */
function differences(wanted: Uint8Array, written: Uint8Array): Difference[] {
  expect(written.byteLength).toBe(wanted.byteLength);
  const view = new DataView(wanted.buffer, wanted.byteOffset);
  const writtenView = new DataView(written.buffer, written.byteOffset);
  const found: Difference[] = [];
  let block = 0;
  expect(written.slice(0, 32)).toEqual(wanted.slice(0, 32));
  for (let at = 32; at < wanted.byteLength; ) {
    const lengthBytes = view.getUint32(at + 4, true);
    const end = at + Math.ceil((lengthBytes + 12) / 8) * 8;
    const isReductions = String.fromCharCode(...wanted.subarray(at, at + 3)) === 'CLE' && lengthBytes > 0;
    if (!isReductions) expect(sha256(written.slice(at, end))).toBe(sha256(wanted.slice(at, end)));
    else {
      const payload = at + 8;
      const tables = [wanted, written].map((bytes) => parseArrayTable(bytes.slice(payload, end), lengthBytes)!);
      expect(tables[1]).toEqual(tables[0]);
      for (const [array, { offset, lengthBytes: arrayBytes }] of tables[0]!.arrays) {
        for (let item = 0; item * 4 < arrayBytes; item++) {
          const place = payload + offset + item * 4;
          if (view.getUint32(place) === writtenView.getUint32(place)) continue;
          const pair = { wanted: view.getFloat32(place, true), written: writtenView.getFloat32(place, true) };
          found.push({ block, row: array === 0 ? item >> 1 : item, array, ...pair });
        }
      }
      block += 1;
    }
    at = end;
  }
  return found.sort((a, b) => a.block - b.block || a.row - b.row || a.array - b.array);
}

function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

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

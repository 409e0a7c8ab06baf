// Damaged, cut and unfinished JLS v1 recordings (tests/golden/jls-v1/README.md): all complete records count, and a
// cut last one as far as it goes. The damaged files are variants of raw_multi_block.

import { describe, expect, test } from 'vitest';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { jlsWorkspace } from '../support/jls.ts';

/** Samples at the end of a cut file that the range-switch filter may still treat otherwise. */
const GUARD = 64;

interface Expected {
  recommended_salvage?: { complete_tlv_samples: number; with_partial_last_tlv_samples: number };
  flipped_byte?: number;
  affected_sample?: number;
}

const open = (name: string) => openJlsV1(new MemoryFile(goldenBytes(`jls-v1/${name}.jls`)), jlsWorkspace());
const whole = open('recordings/raw_multi_block');

async function current(reader: Awaited<typeof whole>, end: number): Promise<Float32Array> {
  return (await reader.store.samples('current', 0, end)).values as Float32Array;
}

test.each([
  ['d_short31', 'format/damaged'],
  ['d_zero', 'format/unknown'],
  ['d_header_magic', 'format/unknown'],
  ['d_header_version2', 'format/unsupported'],
  ['d_config_version3', 'format/unsupported'],
  ['d_unknown_data_format', 'format/unsupported'],
])('%s is refused', async (name, code) => {
  await expect(open(`damaged/${name}`)).rejects.toMatchObject({ name: 'FormatError', code });
});

describe.each([
  'd_finalized_cut_mid_tlv',
  'd_finalized_mid_footer',
  'd_finalized_missing_end',
  'd_finalized_missing_footer',
  'd_unfinalized',
  'd_unfinalized_after_config',
  'd_unfinalized_first_block',
  'd_unfinalized_in_root_cls',
  'd_unfinalized_mid_cle',
  'd_unfinalized_mid_tlv',
  'd_footer_size_wrong',
  'd_root_end_position0',
])('%s', (name) => {
  test('everything that was recorded is there', async () => {
    const { with_partial_last_tlv_samples: count } = goldenJson<Expected>(`jls-v1/damaged/${name}.json`)
      .recommended_salvage!;
    const reader = await open(`damaged/${name}`);
    const isWhole = name === 'd_footer_size_wrong' || name === 'd_root_end_position0';
    expect(reader.isRecovered).toBe(!isWhole);
    if (name !== 'd_root_end_position0') expect(reader.diagnostics.length).toBeGreaterThan(0);
    for (const signal of reader.store.signals()) expect(signal.endSample).toBe(count);
    const safe = Math.max(0, count - GUARD);
    expect(await current(reader, safe)).toEqual(await current(await whole, safe));
    if (safe === 0) return;
    const found = await reader.store.statistics('voltage', 0, safe);
    const wanted = await (await whole).store.statistics('voltage', 0, safe);
    expect(found.count).toBe(wanted.count);
    expect(found.mean).toBeCloseTo(wanted.mean, 6);
  });
});

test.each(['d_streaming_length0', 'd_trailing_garbage', 'd_config_crc_bad', 'd_header_crc'])(
  '%s opens whole',
  async (name) => {
    const reader = await open(`damaged/${name}`);
    const end = (await whole).store.signals()[0]!.endSample;
    expect(reader.store.signals()[0]!.endSample).toBe(end);
    expect(await current(reader, end)).toEqual(await current(await whole, end));
    expect(reader.isRecovered).toBe(name === 'd_header_crc');
  },
);

test('a flipped bit is reported with the samples that it may have changed', async () => {
  const { affected_sample } = goldenJson<Expected>('jls-v1/damaged/d_payload_bitflip.json');
  const reader = await open('damaged/d_payload_bitflip');
  const end = reader.store.signals()[0]!.endSample;
  const found = await current(reader, end);
  const wanted = await current(await whole, end);
  const differing = [...found.keys()].filter((i) => !Object.is(found[i], wanted[i]));
  expect(differing.every((i) => Math.abs(i - affected_sample!) < GUARD)).toBe(true);
  expect(reader.diagnostics.map((item) => item.code)).toContain('checksum-wrong');
});

test('a calibration of another product leaves counts of the converter, and says so', async () => {
  const reader = await open('damaged/cal_wrong_product');
  expect(reader.diagnostics.map((item) => item.code)).toContain('calibration-unusable');
  const { max } = await reader.store.statistics('voltage', 0, reader.store.signals()[0]!.endSample);
  expect(max).toBeGreaterThan(1000);
});

test.each(['legal_compressed', 'legal_unknown_tags', 'cal_tampered_signature'])(
  '%s opens without complaint',
  async (name) => {
    const reader = await open(`damaged/${name}`);
    expect(reader.isRecovered).toBe(false);
    expect(reader.store.signals()[0]!.endSample).toBe(1300);
  },
);

test('a damaged record header costs its samples and moves no others', async () => {
  const bytes = goldenBytes('jls-v1/recordings/raw_multi_block.jls');
  // the first block: its end unknown; the second data record in it: tag gone
  bytes.fill(0, 1520, 1528);
  const at = 1568 + 8 + 3200 + 8;
  expect(String.fromCharCode(...bytes.subarray(at, at + 3))).toBe('ABN');
  bytes[at] = 0x58;
  const reader = await openJlsV1(new MemoryFile(bytes), jlsWorkspace());
  const end = (await whole).store.signals()[0]!.endSample;
  expect(reader.store.signals()[0]!.endSample).toBe(end);
  const found = await current(reader, end);
  const wanted = await current(await whole, end);
  const differing = [...found.keys()].filter((i) => !Object.is(found[i], wanted[i]));
  expect(found.subarray(800, 1600).every(Number.isNaN)).toBe(true);
  expect(differing.every((i) => i >= 800 - GUARD && i < 1600 + GUARD)).toBe(true);
});

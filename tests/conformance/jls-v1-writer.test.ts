// The JLS v1 writer against the reference recorder: the samples of a golden recording, written again, give the same
// file (tests/golden/jls-v1/README.md).

import { expect, test } from 'vitest';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { type JlsV1Options, JlsV1Writer } from '../../src/formats/jls/v1/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { jlsWorkspace, sha256 } from '../support/jls.ts';

interface Expected {
  config: {
    sampling_frequency: number;
    samples_per_reduction: number;
    samples_per_tlv: number;
    samples_per_block: number;
    data_format: 'raw' | 'float32_v2';
  };
  footer_user_data: unknown;
  recorder_suppress_mode?: string;
  tlv: { pos: number; tag: string; length: number }[];
}

/** The payloads of all records with a tag, straight from the golden file. */
function payloads(bytes: Uint8Array<ArrayBuffer>, expected: Expected, tag: string): Uint8Array[] {
  return expected.tlv
    .filter((item) => item.tag === tag)
    .map(({ pos, length }) => bytes.subarray(pos + 8, pos + 8 + length));
}

async function setUp(name: string) {
  const expected = goldenJson<Expected>(`jls-v1/recordings/${name}.json`);
  const bytes = goldenBytes(`jls-v1/recordings/${name}.jls`);
  const reader = await openJlsV1(new MemoryFile(bytes.slice()), jlsWorkspace());
  const texts = (await reader.userData()).map((entry) => entry.data as string);
  const footer = expected.footer_user_data === null ? undefined : texts.pop();
  const { config } = expected;
  const configText = new TextDecoder().decode(payloads(bytes, expected, 'MJS')[0]);
  const options: JlsV1Options = {
    dataFormat: config.data_format,
    sampleRateHz: config.sampling_frequency,
    isRateFloat: /"sampling_frequency": \d+\.0/.test(configText),
    sizes: {
      samplesPerReduction: config.samples_per_reduction,
      samplesPerTlv: config.samples_per_tlv,
      samplesPerBlock: config.samples_per_block,
    },
    firstSampleId: Number(reader.store.signals()[0]!.firstSampleId),
    suppression: expected.recorder_suppress_mode ?? 'normal',
    ...(reader.calibrationFile ? { calibrationFile: reader.calibrationFile } : {}),
    ...(texts[0] === undefined ? {} : { userData: texts[0] }),
  };
  return { expected, bytes, reader, footer, options };
}

test.each([
  'raw_multi_block',
  'raw_multi_block_b',
  'raw_missing_heavy',
  'raw_short',
  'raw_default_sizes',
  'raw_range_off',
  'raw_recorded_suppress_off',
])('%s, written again, is the same file', async (name) => {
  const { expected, bytes, footer, options } = await setUp(name);
  const file = new MemoryFile();
  const writer = new JlsV1Writer(jlsWorkspace(), file, options);
  // The recorder keeps only what its filter has let go, so a quiet tail pushes the last samples out again.
  const words = payloads(bytes, expected, 'ABN');
  for (const part of words) writer.writeWords(part, 0);
  writer.close(footer);
  expect(sha256(file.bytes)).toBe(sha256(bytes));
});

test.each(['float_js220_style', 'float_js220_style_small'])('%s, written again, is the same file', async (name) => {
  const { bytes, reader, footer, options } = await setUp(name);
  const file = new MemoryFile();
  const writer = new JlsV1Writer(jlsWorkspace(), file, options);
  const end = reader.store.signals()[0]!.endSample;
  const column = async (id: string) => new Float32Array((await reader.storedSamples(id, 0, end)).slice().buffer);
  writer.writeFloats({
    current: await column('current'),
    voltage: await column('voltage'),
    power: await column('power'),
    currentRange: await column('current_range'),
    currentLsb: await column('current_lsb'),
    voltageLsb: await column('voltage_lsb'),
  });
  writer.close(footer);
  expect(sha256(file.bytes)).toBe(sha256(bytes));
});

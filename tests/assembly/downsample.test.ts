// The down-sampler against the instrument's reference driver (tests/golden/js110/README.md), bit for bit.

import { expect, test } from 'vitest';
import { configureDownsample, downsampleFactors } from '../../src/core/downsample.ts';
import { DOWNSAMPLE_BYTES } from '../../src/core/layout.ts';
import { createTestCore } from '../support/core.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

interface Case {
  readonly fs_in: number;
  readonly fs_out: number;
  readonly mode: 'flat_passband' | 'average';
  readonly first_sample_id: number;
  readonly accepted: boolean;
  readonly output_f32?: string;
  readonly output_u8?: string;
}

const FOLDER = 'js110/downsample';
const { cases } = goldenJson<{ readonly cases: readonly Case[] }>(`${FOLDER}/d1.json`);
const nameOf = ({ fs_in, fs_out, mode, first_sample_id }: Case) =>
  `${fs_in} to ${fs_out} ${mode} from ${first_sample_id}`;
const accepted = cases.filter((entry) => entry.accepted).map((entry) => [nameOf(entry), entry] as const);
const refused = cases.filter((entry) => !entry.accepted).map((entry) => [nameOf(entry), entry] as const);

/** Feeds the input in pieces of 1, 2, 3, … samples and collects what comes out. */
function downsample(entry: Case, input: Uint8Array, sampleBytes: 1 | 4): Uint8Array {
  const { core, arena } = createTestCore(4 * 2 ** 20);
  const state = arena.reserve('state', DOWNSAMPLE_BYTES).address;
  const samples = arena.reserve('samples', 4 * 24_000).address;
  const mode = entry.mode === 'average' ? 'mean' : 'flat';
  configureDownsample(core.memory.buffer, state, downsampleFactors(entry.fs_in, entry.fs_out), mode);
  core.exports.downsampleStart(state, entry.first_sample_id);
  const run = sampleBytes === 4 ? core.exports.downsampleF32 : core.exports.downsampleU8;
  const output: number[] = [];
  const count = input.length / sampleBytes;
  for (let at = 0, size = 1; at < count; at += size, size++) {
    const n = Math.min(size, count - at);
    const bytes = new Uint8Array(core.memory.buffer, samples, n * sampleBytes);
    bytes.set(input.subarray(at * sampleBytes, (at + n) * sampleBytes));
    const written = run(state, samples, n, samples);
    output.push(...bytes.subarray(0, written * sampleBytes));
  }
  return new Uint8Array(output);
}

test.each(accepted)('%s', (_name, entry) => {
  const floats = downsample(entry, goldenBytes(`${FOLDER}/d1_in.f32`), 4);
  const wanted = new Float32Array(goldenBytes(`${FOLDER}/${entry.output_f32}`).buffer);
  // Through an array, because NaN has many bit patterns.
  expect([...new Float32Array(floats.buffer)]).toEqual([...wanted]);
  expect(wanted.some((x) => !Number.isNaN(x))).toBe(true);
  expect(downsample(entry, goldenBytes(`${FOLDER}/d1_in.u8`), 1)).toEqual(goldenBytes(`${FOLDER}/${entry.output_u8}`));
});

test.each(refused)('%s is refused', (_name, entry) => {
  expect(() => downsampleFactors(entry.fs_in, entry.fs_out)).toThrow('cannot be made');
});

// JLS v2 files that our writer makes for the conformance tests, and those of the command line, read by the vendor's
// library.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utcFromTicks } from '../../src/base/time.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { adjustSizes, bitsOf } from '../../src/formats/jls/v2/spec.ts';
import { StampedWriter } from '../../src/formats/jls/v2/stamped-writer.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { goldenPath, pulsebench } from '../support/command-line.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace } from '../support/jls.ts';
import { pattern, SAME_AGAIN, SMALL, WRITTEN_TYPES, writeAgain, writeJls } from '../support/jls-files.ts';
import { play, type Recipe } from '../support/jls-recipe.ts';
import { LibraryFile } from './jls-library.ts';
import { expectSameAsLibrary } from './same-as-library.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulsebench-foreign-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Puts a file of ours where the library can read it. */
function onDisk(name: string, file: MemoryFile): string {
  const path = join(folder, `${name}.jls`);
  writeFileSync(path, file.bytes);
  return path;
}

test.each(['recipe_minimal', 'recipe_full', 'recipe_levels'])('%s', async (name) => {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  for (const operation of goldenBigJson<Recipe>(`jls-v2/${name}.json`).operations) play(writer, operation);
  writer.close();
  await expectSameAsLibrary(onDisk(name, file));
});

test.each(SAME_AGAIN)('%s, written again', async (name) => {
  const reader = await openJlsV2(new MemoryFile(goldenBytes(`jls-v2/${name}.jls`)), jlsWorkspace());
  await expectSameAsLibrary(onDisk(name, await writeAgain(reader)));
});

describe.each(WRITTEN_TYPES)('%s', (dtype) => {
  // just past chunk and level borders, on whole bytes: the library fails on parts of one
  test.each([16, 24, 320, 328, 3200, 3208, 33_608])('%i samples', async (count) => {
    const { packed } = pattern(dtype, count);
    const sizes = adjustSizes(dtype, SMALL);
    const file = writeJls({ dtype, sizes }, (writer) => writer.writeSamples(1, 1_000, packed, count));
    await expectSameAsLibrary(onDisk(`${dtype}-${count}`, file));
  });

  test('with a gap', async () => {
    const { packed } = pattern(dtype, 336);
    const file = writeJls({ dtype, sizes: SMALL }, (writer) => {
      writer.writeSamples(1, 48n, packed, 336);
      writer.writeSamples(1, 48n + 336n + 2_008n, packed, 336);
    });
    await expectSameAsLibrary(onDisk(`${dtype}-gap`, file));
  });
});

test.each(['u1', 'u4', 'u8'] as const)('%s with omitted constant chunks', async (dtype) => {
  const sizes = adjustSizes(dtype, SMALL);
  const packed = new Uint8Array((sizes.samplesPerData * 50 * bitsOf(dtype)) / 8);
  packed.fill(0xff, packed.length / 2);
  packed[packed.length - 1] = 0x01;
  const file = writeJls({ dtype, sizes, isConstantOmitted: true }, (writer) => writer.writeSamples(1, 0, packed));
  await expectSameAsLibrary(onDisk(`${dtype}-omitted`, file));
});

test.each([
  ['convert', 'jls-v2/js220_ui.jls'],
  ['convert', 'jls-v2/annotations_utc.jls'],
  ['convert', 'jls-v2/f32_two_signals.jls', '--start', '1000', '--end', '65000'],
  ['convert', 'jls-v1/recordings/raw_short.jls'],
  ['repair', 'jls-v2/tail_lost.jls'],
])('%s %s', async (command, input, ...options) => {
  const output = join(folder, `${command}-${input.replaceAll('/', '-')}`);
  const { code, stderr } = pulsebench(command, goldenPath(input), output, ...options);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  await expectSameAsLibrary(output);
});

test('signals with a time per sample, beside a stream', async () => {
  const written = (isClosed: boolean) => {
    const file = new MemoryFile();
    const writer = new JlsWriter(jlsWorkspace(), file);
    writer.defineSource({ sourceId: 1, name: 'bench' });
    writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f32', sampleRateHz: 1000, name: 'current', unit: 'A' });
    const values = new StampedWriter(writer, [{ signalId: 2, sourceId: 1, dtype: 'f64', name: 'reading', unit: 'V' }]);
    for (let at = 0; at < 3000; at += 7) {
      const indices = Array.from({ length: 7 }, (_, index) => at + index);
      values.write(
        indices.map((index) => utcFromTicks(BigInt(index) * 123_456_789n)),
        [Float64Array.from(indices, (index) => index / 3)],
      );
      values.keep();
      writer.writeSamples(1, at, Float32Array.from(indices));
    }
    writer.utc(1, 0, utcFromTicks(0n));
    if (isClosed) writer.close();
    return file;
  };
  const library = new LibraryFile(onDisk('stamped', written(true)));
  expect(library.floats(1)).toEqual(Float32Array.from({ length: 3003 }, (_, index) => index));
  // of one that was cut the library loses nothing of it either: it mends the file before it reads
  for (const file of [library, new LibraryFile(onDisk('stamped-cut', written(false)))]) {
    const { buffer, byteOffset, byteLength } = file.samples(2);
    const samples = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
    expect(samples).toEqual(Float64Array.from({ length: 3003 }, (_, index) => index / 3));
    expect(file.utc(2, 1000)).toBe(1000n * 123_456_789n);
  }
  expect(library.signals.find(({ id }) => id === 2)!.times).toEqual(
    Array.from({ length: 3003 }, (_, index) => [String(index), String(BigInt(index) * 123_456_789n)]),
  );
});

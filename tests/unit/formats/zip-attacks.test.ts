// Small zips that ask for much time or memory. The time allowed is that of a damaged file of any format (2 s); the memory
// is what one entry may take.

import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import { openZip } from '../../../src/formats/zip/reader.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { forgeZip, packedZeros } from '../../support/zip-forge.ts';

const MAX_MS = 2000;
const MB = 2 ** 20;
const workspace = jlsWorkspace(16 * MB);
const NAMES = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}.bin`);

/** Why it was refused; fails when that took too long. */
async function refusal(zip: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const startMs = performance.now();
  const error: unknown = await openZip(new MemoryFile(zip), workspace, NO_CONTEXT).then(
    () => 'opened',
    (thrown: unknown) => thrown,
  );
  expect(performance.now() - startMs).toBeLessThan(MAX_MS);
  return error;
}

test.each([1900, 9000])(
  '%i entries that lie over one stream are refused before anything is unpacked',
  async (count) => {
    const packed = packedZeros(100 * MB);
    const entries = NAMES(count).map((name) => ({ name, stream: 0, unpackedBytes: 100 * MB }));
    const error = await refusal(forgeZip([{ name: 'x', packed }], entries));
    const said = count > 2000 ? 'holds more than 2000 files' : 'lie over each other';
    expect(error).toMatchObject({ message: expect.stringContaining(said) });
  },
);

test('entries whose packed bytes run into the next one are refused', async () => {
  const packed = packedZeros(MB);
  const streams = NAMES(3).map((name) => ({ name, packed }));
  const entries = NAMES(3).map((name, stream) => ({
    name,
    stream,
    unpackedBytes: MB,
    packedBytes: packed.length * (3 - stream),
  }));
  expect(await refusal(forgeZip(streams, entries))).toMatchObject({ code: 'format/damaged' });
});

test('40 zips in a zip are told by their first bytes', async () => {
  const packed = packedZeros(200 * MB, 'PK\x03\x04');
  const streams = NAMES(40).map((name) => ({ name, packed }));
  const entries = NAMES(40).map((name, stream) => ({ name, stream, unpackedBytes: 200 * MB }));
  expect(await refusal(forgeZip(streams, entries))).toMatchObject({ code: 'format/unknown' });
});

test('400 large files of no known format are told by their first bytes', async () => {
  const packed = packedZeros(20 * MB, '\xff\xfe\xfd');
  const streams = NAMES(400).map((name) => ({ name, packed }));
  const entries = NAMES(400).map((name, stream) => ({ name, stream, unpackedBytes: 20 * MB }));
  expect(await refusal(forgeZip(streams, entries))).toMatchObject({ code: 'format/unknown' });
});

test.each([
  ['less', 4096],
  ['much more', 0xfffffff0],
])('an entry that claims %s than it holds gives no more than it claims', async (_what, unpackedBytes) => {
  const packed = packedZeros(100 * MB, '\x93NUMPY\x01\x00\x76\x00');
  const before = process.memoryUsage().arrayBuffers;
  const error = await refusal(forgeZip([{ name: 'x', packed }], [{ name: 'x.npy', stream: 0, unpackedBytes }]));
  expect(error).toMatchObject({ code: expect.stringMatching(/^format\//) });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MB);
});

test('a packed entry whose bytes are no deflated stream is passed over', async () => {
  const packed = new Uint8Array(64).fill(0xff);
  const good = deflateRawSync(Buffer.from(`a,b\n${'1,2\n'.repeat(20)}`));
  const streams = [
    { name: 'x', packed },
    { name: 'y', packed: good },
  ];
  const zip = forgeZip(streams, [
    { name: 'x.npy', stream: 0, unpackedBytes: 1000 },
    { name: 'y.csv', stream: 1, unpackedBytes: 84 },
  ]);
  expect((await openZip(new MemoryFile(zip), workspace, NO_CONTEXT)).format).toBe('csv');
});

test('a packed entry with another checksum than its bytes is refused by name', async () => {
  const text = Buffer.from(`t (s),v (V)\n${Array.from({ length: 40 }, (_, row) => `${row / 10},${row}\n`).join('')}`);
  const stream = { name: 'x', packed: deflateRawSync(text) };
  const entries = [{ name: 'x.csv', stream: 0, unpackedBytes: text.length }];
  expect((await openZip(new MemoryFile(forgeZip([stream], entries)), workspace, NO_CONTEXT)).format).toBe('csv');
  const damaged = forgeZip([{ ...stream, checksum: 1 }], entries);
  await expect(openZip(new MemoryFile(damaged), workspace, NO_CONTEXT)).rejects.toThrow(
    '"x.csv" in the zip is damaged: its checksum is another.',
  );
});

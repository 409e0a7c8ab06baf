// JLS files in a reader worker: whole, damaged, cut, and with claims that no file can keep.

import { beforeAll, expect, test } from 'vitest';
import { loadCoreModule } from '../../../src/core/load.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';

interface Golden {
  readonly samples: readonly { signal_id: number; start: number; count: number; values?: number[] }[];
}

let files: FilesClient;

beforeAll(() => {
  installRpc();
  files = new FilesClient(loadCoreModule());
});

async function golden(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`../../golden/jls-v2/${name}`, import.meta.url));
  return new Uint8Array(await response.arrayBuffer());
}

const jls = (bytes: Uint8Array<ArrayBuffer>): File => new File([bytes], 'test.jls');

test('samples, summaries and statistics come through the worker as the file has them', async () => {
  const file = await files.open(jls(await golden('f32_two_signals.jls')));
  expect(file).toMatchObject({ name: 'test.jls', format: 'JLS v2', diagnostics: [] });
  const { samples } = JSON.parse(new TextDecoder().decode(await golden('f32_two_signals.json'))) as Golden;
  const pieces = samples.filter(({ values }) => values);
  expect(pieces.length).toBeGreaterThan(5);
  for (const { signal_id, start, count, values } of pieces) {
    const block = await file.store.samples(String(signal_id), start, start + count);
    expect(Array.from(block.values, Number)).toEqual(values);
  }
  const [signal] = file.store.signals();
  const summary = await file.store.summary({ signalId: signal!.id, start: 0, increment: 100, count: 20 });
  const statistics = await file.store.statistics(signal!.id, 0, 2000);
  expect(Math.min(...summary.min)).toBe(statistics.min);
  expect(Math.max(...summary.max)).toBe(statistics.max);
  file.close();
});

test('errors keep their class, code and words across the worker', async () => {
  const file = await files.open(jls(await golden('short.jls')));
  await expect(file.store.samples('99', 0, 1)).rejects.toMatchObject({ name: 'FormatError', code: 'format/not-found' });
  const [signal] = file.store.signals();
  await expect(file.store.statistics(signal!.id, 0, signal!.endSample + 1)).rejects.toMatchObject({
    code: 'format/range',
  });
  file.close();
});

test('closing a file ends what still waits', async () => {
  const file = await files.open(jls(await golden('f32_levels.jls')));
  const [signal] = file.store.signals();
  const waiting = file.store.statistics(signal!.id, 0, signal!.endSample);
  file.close();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(file.store.annotations()).rejects.toMatchObject({ code: 'cancelled' });
});

test('a file that was not closed is read, and says that it is not whole', async () => {
  const file = await files.open(jls(await golden('unclosed.jls')));
  expect(file.diagnostics.length).toBeGreaterThan(0);
  expect(file.store.signals().map(({ endSample }) => endSample)).toEqual([960, 32_768]);
  file.close();
});

test('a flipped bit costs its chunk and is reported when it is met', async () => {
  const file = await files.open(jls(await golden('bad_data_payload_crc.jls')));
  for (const { id, endSample } of file.store.signals()) await file.store.samples(id, 0, endSample);
  expect(file.diagnostics).toContainEqual(
    expect.objectContaining({ severity: expect.stringMatching(/warning|error/) }),
  );
  file.close();
});

test('a truncated file gives what is left of it', async () => {
  const whole = await golden('f32_two_signals.jls');
  const file = await files.open(jls(whole.slice(0, Math.floor(whole.length * 0.6))));
  expect(file.diagnostics.map(({ severity }) => severity)).toContain('error');
  const [signal] = file.store.signals();
  expect(signal!.endSample).toBeGreaterThan(0);
  file.close();
});

test('a header alone, cut in the middle, is an error that says where', async () => {
  await expect(files.open(jls((await golden('short.jls')).slice(0, 20)))).rejects.toMatchObject({
    name: 'FormatError',
    code: 'format/damaged',
    offsetBytes: 20,
  });
});

test('a header that claims ten gigabytes is answered at once with what the file really has', async () => {
  const bytes = await golden('f32_two_signals.jls');
  const view = new DataView(bytes.buffer);
  view.setBigUint64(16, 10_000_000_000n, true);
  await expect(files.open(jls(bytes))).rejects.toMatchObject({ code: 'format/damaged' });

  view.setUint32(28, crc32c(bytes.subarray(0, 28)), true);
  const file = await files.open(jls(bytes));
  expect(file.diagnostics).toContainEqual(expect.objectContaining({ severity: 'error' }));
  const whole = await files.open(jls(await golden('f32_two_signals.jls')));
  expect(file.store.signals().map(({ endSample }) => endSample)).toEqual(
    whole.store.signals().map(({ endSample }) => endSample),
  );
  file.close();
  whole.close();
});

test('a chunk that claims four gigabytes costs itself, not the file and not the memory', async () => {
  const bytes = await golden('f32_two_signals.jls');
  const view = new DataView(bytes.buffer);
  const firstData = findTag(bytes, 0x22);
  view.setUint32(firstData + 20, 0xffff_fff0, true);
  view.setUint32(firstData + 28, crc32c(bytes.subarray(firstData, firstData + 28)), true);
  const file = await files.open(jls(bytes));
  for (const { id, endSample } of file.store.signals()) {
    expect(endSample).toBeLessThan(bytes.length);
    await file.store.samples(id, 0, endSample);
  }
  expect(file.diagnostics.length).toBeGreaterThan(0);
  file.close();
});

/** CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), bit by bit. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** Offset of the first chunk with `tag`; chunks start at multiples of 8 from byte 32 on. */
function findTag(bytes: Uint8Array, tag: number): number {
  const view = new DataView(bytes.buffer);
  for (let offset = 32; offset < bytes.length; ) {
    if (bytes[offset + 16] === tag) return offset;
    const payload = view.getUint32(offset + 20, true);
    offset += 32 + (payload === 0 ? 0 : Math.ceil((payload + 4) / 8) * 8);
  }
  throw new Error(`no chunk ${tag}`);
}

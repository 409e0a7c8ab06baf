// MATLAB files of level 4 and 5: what SciPy reads from files that it wrote, and forms that it does not write.

import { expect, test } from 'vitest';
import { utcToIsoText } from '../../../src/base/time.ts';
import { detectFormat, openFile } from '../../../src/formats/detect.ts';
import { openMat } from '../../../src/formats/mat/reader.ts';
import { writeMat } from '../../../src/formats/mat/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { level5File } from '../../support/mat-files.ts';

type Expected = Record<string, Record<string, readonly (number | string)[] | string | number>>;
const EXPECTED = goldenJson<Expected>('mat/expected.json');
const workspace = jlsWorkspace(16 * 2 ** 20);

async function samplesOf({ store }: FormatReader, id: string): Promise<(number | string)[]> {
  const { endSample } = store.signals().find((signal) => signal.id === id)!;
  const { values } = await store.samples(id, 0, endSample);
  return Array.from(values as ArrayLike<number | bigint>, (value) =>
    typeof value === 'number' || Number.isSafeInteger(Number(value)) ? Number(value) : String(value),
  );
}

function axisOf({ store }: FormatReader, id: string): readonly unknown[] {
  const info = store.signals().find((signal) => signal.id === id)!;
  return info.timing === 'steady' ? [info.axis?.name ?? 's', info.offsetS, info.sampleRateHz] : [info.timing];
}

test.each([
  ['packed', 'MATLAB 5', ['t']],
  ['plain', 'MATLAB 5', ['t']],
  ['pico', 'MATLAB 5', []],
  ['level4', 'MATLAB 4', ['time_ms']],
])('%s: everything that SciPy reads', async (name, label, times) => {
  const file = new MemoryFile(goldenBytes(`mat/${name}.mat`));
  expect((await detectFormat(file)).id).toBe('mat');
  const reader = await openFile(file, workspace);
  expect(reader.label).toBe(label);
  const isSeries = (value: unknown): boolean => Array.isArray(value);
  const { header: _, ...metadata } = reader.metadata!;
  for (const [id, value] of Object.entries(EXPECTED[name]!)) {
    if (times.includes(id)) continue;
    if (isSeries(value)) expect([id, await samplesOf(reader, id)]).toEqual([id, value]);
    else expect([id, metadata[id]]).toEqual([id, value]);
  }
  const series = Object.entries(EXPECTED[name]!).filter(([id, value]) => isSeries(value) && !times.includes(id));
  expect(reader.store.signals()).toHaveLength(series.length);
  expect(reader.isRecovered).toBe(false);
  reader.close();
});

test('axes: a time of the same length, a rate in the same struct, start and interval of Pico', async () => {
  const workspaceFile = await openMat(new MemoryFile(goldenBytes('mat/packed.mat')));
  expect(axisOf(workspaceFile, 'y')).toEqual(['s', 0, 4]);
  expect(axisOf(workspaceFile, 'm[2]')).toEqual(['s', 0, 4]);
  expect(axisOf(workspaceFile, 's.u')).toEqual(['s', 0, 50]);
  expect(axisOf(workspaceFile, 's.inner.w')).toEqual(['s', 0, 50]);
  expect(axisOf(workspaceFile, 'c{1}')).toEqual(['sample', 0, 1]);
  expect(workspaceFile.reading!.guesses[0]).toBe('"t" has no unit: it is taken for seconds.');
  const pico = await openMat(new MemoryFile(goldenBytes('mat/pico.mat')));
  expect(axisOf(pico, 'A')).toEqual(['s', -0.001, 500_000]);
  expect(pico.reading!.guesses).toEqual([]);
  const level4 = await openMat(new MemoryFile(goldenBytes('mat/level4.mat')));
  expect(axisOf(level4, 'v')).toEqual(['s', 0, 200]);
});

test('what the user says counts', async () => {
  const open = (choice: ReadChoice) =>
    openMat(new MemoryFile(goldenBytes('mat/packed.mat')), { ...NO_CONTEXT, choice });
  const inMs = await open({ time: 't', timeUnit: 'ms', rateHz: 10, startS: 3 });
  expect(axisOf(inMs, 'y')).toEqual(['s', 3, 4000]);
  expect(axisOf(inMs, 'c{1}')).toEqual(['s', 3, 10]);
  const without = await open({ time: null });
  expect(axisOf(without, 'y')).toEqual(['sample', 0, 1]);
  expect(await samplesOf(without, 't')).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
  const parts = await open({ parts: ['long', 's.u'] });
  expect(parts.store.signals().map(({ id }) => id)).toEqual(['long', 's.u']);
  await expect(open({ parts: ['none'] })).rejects.toMatchObject({ code: 'format/not-found' });
});

test.each([true, false])('either byte order (low byte first: %s)', async (isLittle) => {
  const reader = await openFile(
    new MemoryFile(level5File([{ name: 'abc', values: [1, -2.5, 3] }], isLittle)),
    workspace,
  );
  expect(await samplesOf(reader, 'abc')).toEqual([1, -2.5, 3]);
});

test('a vector that was cut shows what is there, a matrix of nothing but claims is refused', async () => {
  const reader = await openMat(new MemoryFile(level5File([{ name: 'a', values: [1, 2, 3, 4] }]).slice(0, -16)));
  expect(await samplesOf(reader, 'a')).toEqual([1, 2]);
  expect(reader.isRecovered).toBe(true);
  expect(reader.diagnostics[0]!.message).toBe('"a" has 2 numbers where 4 are claimed: those are shown.');
  const claims = openMat(new MemoryFile(level5File([{ name: 'a', values: [], claimedCount: 2 ** 30 }])));
  await expect(claims).rejects.toMatchObject({ code: 'format/damaged' });
});

test('functions and objects of MATLAB are named', async () => {
  const bytes = level5File([{ name: 'f', values: [1] }]);
  // the class of the array, in its flags
  bytes[128 + 8 + 8] = 16;
  await expect(openMat(new MemoryFile(bytes))).rejects.toMatchObject({
    code: 'format/unsupported',
    message: expect.stringContaining('"f" is a function'),
  });
});

test('level 4 with the high byte first, and what only looks like it', async () => {
  const bytes = new Uint8Array(20 + 2 + 16);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of [1000, 2, 1, 0, 2].entries()) view.setUint32(4 * index, word);
  bytes[20] = 0x61;
  view.setFloat64(22, 0.5);
  view.setFloat64(30, -7);
  const reader = await openFile(new MemoryFile(bytes), workspace);
  expect([reader.label, await samplesOf(reader, 'a')]).toEqual(['MATLAB 4', [0.5, -7]]);
  bytes[20] = 0x31;
  await expect(detectFormat(new MemoryFile(bytes))).rejects.toMatchObject({ code: 'format/unknown' });
});

test('a file of single values opens with what it says', async () => {
  const reader = await openMat(new MemoryFile(level5File([{ name: 'gain', values: [2.5] }])));
  expect(reader.store.signals()).toEqual([]);
  expect(reader.metadata).toMatchObject({ gain: 2.5 });
  expect(reader.diagnostics[0]!.message).toContain('no series of numbers');
});

test('what we write for MATLAB comes back with unit, rate, start and clock', async () => {
  const source = new MemoryFile(goldenBytes('hdf5/nexus.h5'));
  const original = await openFile(source, workspace, { ...NO_CONTEXT, choice: { parts: ['scan/milli/u'] } });
  const file = new MemoryFile();
  await writeMat(original, file);
  const reader = await openFile(new MemoryFile(file.bytes.slice()), workspace);
  expect(reader.store.signals().map(({ name, unit }) => [name, unit])).toEqual([['u', 'mV']]);
  expect(axisOf(reader, 'u')).toEqual(['s', 0.01, 200]);
  expect(await samplesOf(reader, 'u')).toEqual([0, 1, 2, 3]);
  expect(utcToIsoText(reader.store.originUtc!)).toBe('2024-03-05T09:11:12Z');
  original.close();
});

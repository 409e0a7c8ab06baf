// Datasets of every kind, and the axes that belong to them. Files and expected numbers were written with h5py.

import { expect, test } from 'vitest';
import { utcToIsoText } from '../../../src/base/time.ts';
import { HDF5_ROW } from '../../../src/formats/hdf5/row.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { HEAD_BYTES, NO_CONTEXT } from '../../../src/formats/row.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';

const workspace = jlsWorkspace(16 * 2 ** 20);

function open(name: string, choice: ReadChoice = {}): Promise<FormatReader> {
  const bytes = goldenBytes(`hdf5/${name}.h5`);
  expect(HDF5_ROW.matches(bytes.subarray(0, HEAD_BYTES), bytes.length)).toBe(true);
  return HDF5_ROW.open(new MemoryFile(bytes), workspace, { ...NO_CONTEXT, choice });
}

async function samplesOf(reader: FormatReader, id: string): Promise<(number | string)[]> {
  const { endSample } = reader.store.signals().find((signal) => signal.id === id)!;
  const { values } = await reader.store.samples(id, 0, endSample);
  return Array.from(values as ArrayLike<number | bigint>, (value) =>
    typeof value === 'number' || Number.isSafeInteger(Number(value)) ? Number(value) : String(value),
  );
}

/** What a signal's axis is, in a few words. */
function axisOf(reader: FormatReader, id: string): readonly unknown[] {
  const { store } = reader;
  const info = store.signals().find((signal) => signal.id === id)!;
  const axis = info.axis ? `${info.axis.name} ${info.axis.unit}`.trim() : 's';
  return info.timing === 'steady' ? [axis, info.offsetS, info.sampleRateHz] : [axis, info.startS, info.endS, 'stamped'];
}

test('numbers of every type, compounds and arrays of several dimensions', async () => {
  const reader = await open('types');
  const { 'types.h5': expected } =
    goldenJson<Record<string, Record<string, (number | string)[]>>>('hdf5/expected.json');
  for (const [id, values] of Object.entries(expected!)) expect([id, await samplesOf(reader, id)]).toEqual([id, values]);
  expect(await samplesOf(reader, 'packed')).toEqual([10.5, Number.NaN, 11.5]);
  const ids = reader.store.signals().map(({ id }) => id);
  expect(ids.toSorted()).toEqual([...Object.keys(expected!), 'packed'].toSorted());
  expect(axisOf(reader, 'table.u')).toEqual(['s', 0, 0.5]);
  expect(axisOf(reader, 'big')).toEqual(['sample', 0, 1]);
  expect(reader.metadata).toEqual({ maker: 'us', single: '4.5 K', switch: 'ON', names: ['eins', 'zwei'] });
  expect(reader.reading!.guesses.join()).toContain('"table.time" has no unit: it is taken for seconds.');
  expect(reader.diagnostics.map(({ message }) => message).join()).toContain('1 members of "table" are texts');
  reader.close();
});

test('axes of NeXus, with their own unit and their own evenness', async () => {
  const reader = await open('nexus');
  const axis = (id: string) => axisOf(reader, `scan/${id}`);
  expect(axis('even/counts')).toEqual(['energy eV', 7000, 0.4]);
  expect(axis('milli/u')).toEqual(['s', 0.01, 200]);
  expect(axis('uneven/y')).toEqual(['pressure mbar', 1, 8, 'stamped']);
  expect(axis('loop/m')).toEqual(['sample', 0, 1]);
  expect(await samplesOf(reader, 'scan/loop/field')).toEqual([0, 1, 2, 1, 0]);
  expect(axis('falling/r')).toEqual(['temperature K', 270, 0.1]);
  expect(await samplesOf(reader, 'scan/falling/r')).toEqual([40, 30, 20, 10]);
  expect(axis('edges/hits')).toEqual(['s', 5e-6, 1e5]);
  expect(axis('old/intensity')).toEqual(['angle °', 10, 2]);
  expect(axis('named/i')).toEqual(['x mm', 1, 1]);
  expect(axis('image/map[3]')).toEqual(['s', 0, 2]);
  expect(await samplesOf(reader, 'scan/image/map[3]')).toEqual([9, 10, 11]);
  const units = reader.store.signals().filter(({ id }) => /milli|falling/.test(id));
  expect(units.map(({ unit }) => unit)).toEqual(['Ω', 'mV']);
  const codes = reader.diagnostics.map(({ code }) => code);
  expect(codes).toEqual(
    expect.arrayContaining(['hdf5/axis-goes-back', 'hdf5/falling-axis', 'hdf5/bin-edges', 'hdf5/uneven-axis']),
  );
  expect(reader.isRecovered).toBe(false);
  reader.close();
});

test('a dataset with two names is shown once, and the times of a log lie where they are in the run', async () => {
  const reader = await open('nexus');
  expect(reader.store.signals().filter(({ name }) => name === 'same')).toEqual([]);
  expect(utcToIsoText(reader.store.originUtc!)).toBe('2024-03-05T09:11:12Z');
  const { timesS, values } = await reader.store.samples('scan/log/value', 0, 3);
  expect([...timesS!]).toEqual([10, 11, 15]);
  expect([...values]).toEqual([0, 1, 2]);
  expect(reader.metadata).toMatchObject({ 'scan/title': 'a scan' });
  reader.close();
});

test('dimension scales, names that mean time, and stated rates', async () => {
  const reader = await open('scales');
  expect(axisOf(reader, 'power[1]')).toEqual(['f Hz', 0, 0.01]);
  // 1 700 000 000 s after 1970, on an axis that begins with 2020: 1 577 836 800 s after 1970
  expect(axisOf(reader, 'clock/v')).toEqual(['s', 122_163_200, 4]);
  expect(axisOf(reader, 'outer/inner/a')).toEqual(['s', 0, 8]);
  expect(axisOf(reader, 'since/b')).toEqual(['s', 0, 1 / 60]);
  expect(axisOf(reader, 'dt/c')).toEqual(['s', -0.5, 500]);
  expect(axisOf(reader, 'rate/d')).toEqual(['s', 0, 4000]);
  expect(axisOf(reader, 'fs/e')).toEqual(['s', 0, 50]);
  expect(axisOf(reader, 'nothing/g')).toEqual(['sample', 0, 1]);
  expect(utcToIsoText(reader.store.originUtc!)).toBe('2020-01-01T00:00:00Z');
  expect(reader.metadata).toMatchObject({ 'fs/Fs': 50, 'dt/c@dt': 0.002 });
  expect(reader.reading!.guesses).toEqual(['"clock/timestamp" has no unit: by its size it is Unix time in ns.']);
  const told = reader.diagnostics.map(({ message }) => message).join('\n');
  expect(told).toContain('Nothing says how far the samples of "nothing/g" are apart: they are counted.');
  expect(told).toContain('"Fs" says how far samples are apart: 50\u202fHz.');
  reader.close();
});

test('what the user says of the axis counts', async () => {
  const reader = await open('types', { time: 'big', timeUnit: 'ms', rateHz: 8, startS: -1 });
  expect(axisOf(reader, 'flag').slice(0, 2)).toEqual(['s', -1]);
  expect(axisOf(reader, 'row')).toEqual(['s', -1, 8]);
  reader.close();
  const without = await open('nexus', { time: null, parts: ['scan/even/energy', 'scan/even/counts'] });
  expect(without.store.signals().map(({ id }) => axisOf(without, id))).toEqual([
    ['sample', 0, 1],
    ['sample', 0, 1],
  ]);
  without.close();
});

test.each([512, 8192])('a file behind %d bytes of the user', async (size) => {
  const reader = await open(`user-block-${size}`);
  expect(await samplesOf(reader, 'a')).toEqual([0, 1, 2]);
  expect(reader.label).toBe('HDF5');
  reader.close();
});

test('MATLAB 7.3: rows and columns, texts, cells, structs', async () => {
  const reader = await open('matlab');
  expect(reader.label).toBe('MATLAB 7.3');
  expect(reader.store.signals().map(({ id }) => id)).toEqual(['c{1}', 'm[0]', 'm[1]', 'on', 's/w', 'y']);
  expect(await samplesOf(reader, 'm[1]')).toEqual([1, 3, 5, 7]);
  expect(await samplesOf(reader, 'c{1}')).toEqual([8, 9]);
  expect(axisOf(reader, 'y')).toEqual(['s', 0, 4]);
  expect(axisOf(reader, 's/w')).toEqual(['sample', 0, 1]);
  expect(reader.metadata).toEqual({ 'c{2}': 'x', gain: 2.5, none: 'empty', note: 'abc\nde' });
  reader.close();
});

test('of many datasets the default plot is open, and the others are listed', async () => {
  const reader = await open('many');
  expect(reader.store.signals().map(({ id }) => id)).toEqual(['entry/plot/s']);
  const parts = reader.reading!.parts!;
  expect(parts).toHaveLength(40);
  expect(parts.filter(({ isOpen }) => isOpen)).toEqual([{ id: 'entry/plot/s', detail: '3 float64', isOpen: true }]);
  reader.close();
  const chosen = await open('many', { parts: ['all/d39', 'all/d03'] });
  expect(chosen.store.signals().map(({ id }) => id)).toEqual(['all/d03', 'all/d39']);
  expect(chosen.reading!.parts!.filter(({ isOpen }) => isOpen).map(({ id }) => id)).toEqual(['all/d03', 'all/d39']);
  chosen.close();
});

test('what is not here and what cannot be unpacked is named', async () => {
  const links = await open('links');
  expect(links.store.signals().map(({ id }) => id)).toEqual(['a', 'gzip']);
  expect(await samplesOf(links, 'gzip')).toEqual(Array.from({ length: 100 }, (_, index) => index));
  const told = links.diagnostics.map(({ message }) => message).join('\n');
  expect(told).toContain('"/lost" (to /nowhere), "/outside" (in other.h5)');
  expect(told).toContain('"lzf": it is packed with LZF, which is not read here. Repack it: h5repack -f GZIP=4 IN OUT.');
  expect(told).toContain('"any": lists of different lengths are not shown.');
  links.close();
  const virtual = await open('virtual');
  expect(virtual.store.signals().map(({ id }) => id)).toEqual(['a', 'here']);
  expect(await samplesOf(virtual, 'here')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(virtual.diagnostics[0]!.message).toContain('"away": its samples lie elsewhere (missing.h5)');
  virtual.close();
});

test('files beside it are followed', async () => {
  const asked: string[] = [];
  const neighbour = (name: string) => {
    asked.push(name);
    return Promise.resolve(name === 'beside.h5' ? new MemoryFile(goldenBytes('hdf5/beside.h5')) : undefined);
  };
  const main = () => new MemoryFile(goldenBytes('hdf5/beside-main.h5'));
  const reader = await HDF5_ROW.open(main(), workspace, { ...NO_CONTEXT, neighbour });
  expect(asked).toEqual(['beside.h5']);
  expect(reader.store.signals().map(({ id }) => id)).toEqual(['a', 'group/y', 'link', 'virtual']);
  const hundreds = [100, 101, 102, 103, 104, 105, 106, 107, 108, 109];
  expect(await samplesOf(reader, 'link')).toEqual(hundreds);
  expect(await samplesOf(reader, 'virtual')).toEqual(hundreds);
  expect(await samplesOf(reader, 'a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  reader.close();
  const alone = await HDF5_ROW.open(main(), workspace, NO_CONTEXT);
  expect(alone.store.signals().map(({ id }) => id)).toEqual(['a']);
  alone.close();
});

test('damaged samples are an error, not what lay in memory', async () => {
  const bytes = goldenBytes('hdf5/links.h5').slice();
  // the checksum of the packed values of "gzip", which are the last chunk before the heap of lists
  const { offset } = findChunk(bytes);
  bytes[offset]! ^= 0xff;
  const reader = await HDF5_ROW.open(new MemoryFile(bytes), workspace, NO_CONTEXT);
  await expect(reader.store.samples('gzip', 0, 100)).rejects.toMatchObject({
    code: 'format/damaged',
    message: expect.stringContaining('"/gzip" cannot be read'),
  });
  reader.close();
});

/** A byte inside of what zlib wrote: its header is 78 5e at level 4 (RFC 1950). */
function findChunk(bytes: Uint8Array): { offset: number } {
  const start = bytes.findIndex((byte, index) => byte === 0x78 && bytes[index + 1] === 0x5e);
  expect(start).toBeGreaterThan(0);
  return { offset: start + 20 };
}

test('HDF4 is recognised and told how to be converted', async () => {
  const source = new MemoryFile(Uint8Array.of(0x0e, 0x03, 0x13, 0x01, 0, 0, 0, 0));
  await expect(HDF5_ROW.open(source, workspace, NO_CONTEXT)).rejects.toMatchObject({
    code: 'format/unsupported',
    message: expect.stringContaining('h4toh5'),
  });
});

test('what beamlines write: images are named, links and edges followed, times may be texts', async () => {
  const reader = await open('detectors');
  const axis = (id: string) => axisOf(reader, `scan/${id}`);
  expect(axis('plot/diode')).toEqual(['motor mm', 0, 20]);
  expect(axis('histogram/counts[2]')).toEqual(['s', 0.125e-6, 4e6]);
  expect((await samplesOf(reader, 'scan/histogram/counts[2]')).slice(0, 3)).toEqual([100, 101, 102]);
  expect(axis('flight/hits[3,2]')).toEqual(['s', 0.5e-6, 1e6]);
  expect((await samplesOf(reader, 'scan/flight/hits[3,2]')).slice(0, 2)).toEqual([1000, 1001]);
  expect(axis('waves/samples[1,0]')).toEqual(['sample', 0, 1]);
  expect((await samplesOf(reader, 'scan/waves/samples[1,0]'))[0]).toBe(400);
  expect(axis('log/level').slice(2)).toEqual([4]);
  const ids = reader.store.signals().map(({ id }) => id);
  expect(ids.filter((id) => /camera|single|motor/.test(id))).toEqual([]);
  // the one time lies along the other
  expect(ids.filter((id) => /elapsed_time|epoch/.test(id))).toEqual(['scan/instrument/epoch/data']);
  expect(axis('instrument/epoch/data')).toEqual(['s', 0, 2]);
  const message = reader.diagnostics.map((note) => note.message).find((text) => text.includes('images'));
  expect(message).toContain('"scan/instrument/camera/data", "scan/instrument/single/data"');
  reader.close();
});

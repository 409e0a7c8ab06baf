// Times as texts, and running numbers beside times. Files and expected numbers were written with h5py (make.py).

import { expect, it } from 'vitest';
import { utcToIsoText } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import { isoUtc } from '../../../src/formats/unix-times.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import { goldenBytes } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';

const workspace = jlsWorkspace(16 * 2 ** 20);

const openBytes = (bytes: Uint8Array<ArrayBuffer>, choice: ReadChoice = {}) =>
  openFile(new MemoryFile(bytes), workspace, { ...NO_CONTEXT, choice });
const open = (name: string, choice: ReadChoice = {}) => openBytes(goldenBytes(name).slice(), choice);
const ids = ({ store }: FormatReader) => store.signals().map(({ id }) => id);
const messages = ({ diagnostics }: FormatReader) => diagnostics.map(({ message }) => message).join('\n');

/** The axis' name, the first place and the rate, or that there is none. */
function axisOf({ store }: FormatReader, id: string): readonly unknown[] {
  const info = store.signals().find((one) => one.id === id)!;
  const name = info.axis?.name ?? 's';
  return info.timing === 'steady' ? [name, info.offsetS, info.sampleRateHz] : [name, 'stamped'];
}

it('damaged texts are told, refuse no file and take nothing from other datasets', async () => {
  const whole = await open('hdf5/texts-packed.h5');
  expect(axisOf(whole, 'packed/level')).toEqual(['s', 0, 4]);
  whole.close();
  const bytes = goldenBytes('hdf5/texts-packed.h5').slice();
  // what zlib wrote begins with 78 5e at level 4 (RFC 1950)
  const start = bytes.findIndex((byte, at) => byte === 0x78 && bytes[at + 1] === 0x5e);
  expect(start).toBeGreaterThan(0);
  bytes[start + 20]! ^= 0xff;
  const reader = await openBytes(bytes);
  expect(ids(reader)).toEqual(['packed/level', 'plain/v']);
  expect(axisOf(reader, 'packed/level')).toEqual(['sample', 0, 1]);
  expect(reader.diagnostics).toContainEqual({
    severity: 'warning',
    code: 'hdf5/damaged',
    message: expect.stringContaining('The times in "packed/time" cannot be read'),
  });
  expect(Object.keys(reader.metadata ?? {})).not.toContain('packed/time');
  reader.close();
});

it('texts are an axis where they say more than the numbers beside them', async () => {
  const reader = await open('hdf5/texts.h5');
  // whole seconds of four samples each, beside quarters of a second
  expect(axisOf(reader, 'coarse/level')).toEqual(['s', 0, 4]);
  // alone they are all there is: 1 s from the first to the last of 8
  expect(axisOf(reader, 'coarse_alone/level')[2]).toBe(7);
  // one moment for all is no axis: the stated rate and the times beside count
  expect(axisOf(reader, 'same/level')).toEqual(['s', 0, 50]);
  expect(axisOf(reader, 'same_beside/level')).toEqual(['s', 0, 4]);
  reader.close();
});

it('texts that the user names are the axis', async () => {
  const reader = await open('hdf5/texts.h5', { time: 'coarse/timestamp', parts: ['coarse/level'] });
  expect(axisOf(reader, 'coarse/level')).toEqual(['s', 0, 7]);
  expect(utcToIsoText(reader.store.originUtc!)).toBe('2024-03-04T10:00:00Z');
  reader.close();
});

it('texts keep their nanoseconds, say whether they have a zone, and are days of the calendar', async () => {
  const nano = await open('hdf5/texts.h5', { parts: ['nano/level'] });
  // 4 ns apart
  expect(axisOf(nano, 'nano/level').slice(0, 2)).toEqual(['s', 0]);
  expect(axisOf(nano, 'nano/level')[2]).toBeCloseTo(250e6, 0);
  expect(utcToIsoText(nano.store.originUtc!)).toBe('2024-03-04T10:00:00.000000001Z');
  expect(messages(nano)).toContain('"nano/timestamp" say no zone: they are taken as UTC');
  nano.close();
  const zoned = await open('hdf5/texts.h5', { parts: ['zoned/level'] });
  expect(utcToIsoText(zoned.store.originUtc!)).toBe('2024-03-04T09:00:00.5Z');
  expect(messages(zoned)).toContain('"zoned/timestamp" are in UTC');
  zoned.close();
  const noDay = await open('hdf5/texts.h5', { parts: ['no_day/level'] });
  expect(axisOf(noDay, 'no_day/level')).toEqual(['sample', 0, 1]);
  noDay.close();
});

it.each([
  '2024-02-31',
  '2023-02-29',
  '2024-13-01',
  '2024-00-10',
  '2024-03-00',
  '2024-03-04T99:00:00',
  '2024-03-04T10:60:00',
  '2024-03-04T10:00:61',
  '2024-03-04T10:00:00+10:75',
])('%s is no moment', (text) => expect(isoUtc(text)).toBeUndefined());

it.each([
  ['2024-02-29', '2024-02-29T00:00:00Z'],
  ['2024-03-04T10:00:00.123456789', '2024-03-04T10:00:00.123456789Z'],
  ['2024-03-04 10:00:00.000000001+01:30', '2024-03-04T08:30:00.000000001Z'],
  ['1969-12-31T23:59:59.25Z', '1969-12-31T23:59:59.25Z'],
  ['0099-06-07 08:09', '0099-06-07T08:09:00Z'],
])('%s is %s', (text, utc) => expect(utcToIsoText(isoUtc(text)!)).toBe(utc));

it('a running number hides no axis', async () => {
  const reader = await open('hdf5/numbered.h5');
  expect(axisOf(reader, 'beside/table.u')).toEqual(['s', 0, 2]);
  expect(axisOf(reader, 'outer/inner/v')).toEqual(['s', 0, 4]);
  expect(axisOf(reader, 'alone/table.u')).toEqual(['sample', 0, 1]);
  expect(ids(reader).filter((id) => /table\.index|inner\/index/.test(id))).toEqual([]);
  reader.close();
});

it.each(['alone/table', 'beside/table'])('the times that the user names count, whatever numbers %s', async (part) => {
  const reader = await open('hdf5/numbered.h5', { time: 'other/when', parts: [part] });
  expect(ids(reader)).toEqual([`${part}.u`]);
  expect(axisOf(reader, `${part}.u`)).toEqual(['s', 10, 5]);
  reader.close();
});

it('of nothing but times and a running number, the number is shown', async () => {
  const reader = await open('hdf5/numbered.h5');
  expect(axisOf(reader, 'bare/index')).toEqual(['s', 0, 2]);
  expect(axisOf(reader, 'times.index')).toEqual(['s', 0, 2]);
  expect(messages(reader)).not.toMatch(/"(bare\/|times\.)index" only numbers/);
  reader.close();
  for (const name of ['npz', 'mat']) {
    const other = await open(`arrays/times_and_index.${name}`);
    expect(axisOf(other, 'index'), name).toEqual(['s', 0, 2]);
    expect(messages(other)).not.toContain('only numbers');
    other.close();
  }
});

it('a running number in a struct hides no times around it', async () => {
  const reader = await open('arrays/outer.mat');
  expect([ids(reader), axisOf(reader, 's.v')]).toEqual([['s.v'], ['s', 0, 4]]);
  reader.close();
});

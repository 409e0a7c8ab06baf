import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import type { OpenFile } from '../../../src/model/ports.ts';
import { factsOf, factsText, foundRows, rowsOf } from '../../../src/ui/views/files/facts.ts';
import { rampStore } from '../../support/axis-store.ts';

const METADATA = {
  Model: 'MSO5074',
  'Serial Number': 'X1',
  'Firmware Version': '00.01.03',
  channels: [
    { name: 'CH1', coupling: 'DC' },
    { name: 'CH2', coupling: 'AC' },
  ],
  'Trigger Level': 0.5,
  table: Float64Array.from({ length: 100 }, (_, i) => i),
  raw: new Uint8Array(2000),
};

function fileOf(change: Partial<OpenFile> = {}): OpenFile {
  return {
    name: 'a.wfm',
    sizeBytes: 12_345,
    format: 'Waveform',
    version: '3',
    store: rampStore([{ name: 'u', unit: 'V', sampleCount: 1000, rate: 2000, first: -0.25 }]),
    diagnostics: [],
    isRecovered: false,
    metadata: METADATA,
    died: new Promise(() => {}),
    close: () => {},
    ...change,
  };
}

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const short = (file: OpenFile) => Object.fromEntries(factsOf(file).map(({ name, value }) => [name, plain(value)]));

test('in short: format, version, length, rate and what is known of the instrument', () => {
  expect(short(fileOf())).toEqual({
    Format: 'Waveform, version 3',
    Size: '12.3 kB',
    Signals: '1',
    'Along time': '500.0 ms',
    Rate: '2.00000 kHz',
    Instrument: 'MSO5074',
    'Serial number': 'X1',
    Firmware: '00.01.03',
    Trigger: '0.5',
  });
});

test('the start is that of the first sample, in local time and UTC', () => {
  const originUtc = utcFromUnixMs(Date.UTC(2026, 10, 30, 12, 0, 1));
  const store = { ...fileOf().store, originUtc };
  expect(short(fileOf({ store }))['Start, UTC']).toBe('2026-11-30 12:00:00.750');
  expect(short(fileOf({ store }))['Start, local time']).not.toBe('');
});

test('counted samples have no rate, and other axes one in their unit', () => {
  const store = rampStore([
    { name: 'n', unit: '', axis: { name: 'sample', unit: '' }, sampleCount: 10, rate: 1 },
    { name: 'x', unit: '', axis: { name: 'place', unit: 'mm' }, sampleCount: 10, rate: 4 },
  ]);
  expect(short(fileOf({ store }))).toMatchObject({ 'Along sample': '10 samples', Rate: '4.00000 per mm' });
  const counted = rampStore([{ name: 'n', unit: '', axis: { name: 'sample', unit: '' }, sampleCount: 10, rate: 1 }]);
  expect(short(fileOf({ store: counted }))['Rate']).toBeUndefined();
});

test('all of it is a tree of names and values, with long lists cut', () => {
  const rows = rowsOf(METADATA);
  expect(rows.map(({ name, depth }) => `${' '.repeat(depth)}${name}`)).toEqual([
    'Model',
    'Serial Number',
    'Firmware Version',
    'channels',
    ' 1',
    '  name',
    '  coupling',
    ' 2',
    '  name',
    '  coupling',
    'Trigger Level',
    'table',
    'raw',
  ]);
  expect(rows.at(-2)!.value).toMatch(/^0, 1, 2.*15, … \(100 values\)$/);
  expect(plain(rows.at(-1)!.value)).toBe('2.00 kB');
});

test('a search keeps the heads over what it finds', () => {
  expect(foundRows(rowsOf(METADATA), 'coupling ac').map(({ name }) => name)).toEqual(['channels', '2', 'coupling']);
  expect(foundRows(rowsOf(METADATA), '')).toHaveLength(13);
  expect(foundRows(rowsOf(METADATA), 'nowhere')).toEqual([]);
});

test('copied rows carry their paths', () => {
  expect(factsText(rowsOf({ a: { b: 'x\ny' }, c: 2 }))).toBe('a/b\tx y\nc\t2');
});

test('metadata without an end are cut', () => {
  const deep: Record<string, unknown> = {};
  deep['self'] = deep;
  expect(rowsOf({ many: Array.from({ length: 5000 }, (_, i) => ({ i })) }).length).toBeLessThanOrEqual(2001);
  expect(() => rowsOf({ a: Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [i, i])) })).not.toThrow();
});

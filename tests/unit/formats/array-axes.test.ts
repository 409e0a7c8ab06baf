// One decision for the axis of arrays and columns: the same kinds of times in files of NumPy, SciPy, h5py, pandas and
// DuckDB lie where these programs read them, and the user's word counts in all of them.

import { describe, expect, it } from 'vitest';
import { utcToIsoText } from '../../../src/base/time.ts';
import { AxisSearch } from '../../../src/formats/arrays/axis-search.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import type { SignalInfo } from '../../../src/model/signal-store.ts';
import { timeOfSample } from '../../../src/model/timing.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';

interface Expected {
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** Null where a row has no time. */
  readonly offsetsS?: readonly (number | null)[];
}
const EXPECTED = goldenJson<Readonly<Record<string, Expected>>>('arrays/expected.json');
const NAMES = Object.keys(EXPECTED);
const workspace = jlsWorkspace(16 * 2 ** 20);
/** Unix time of the first row of all that have one (make.py). */
const START = '2026-03-04T05:06:07.25Z';

const open = (name: string, choice: ReadChoice = {}): Promise<FormatReader> =>
  openFile(new MemoryFile(goldenBytes(`arrays/${name}`)), workspace, { ...NO_CONTEXT, choice });
const signal = (reader: FormatReader, id: string): SignalInfo => reader.store.signals().find((one) => one.id === id)!;
const messages = (reader: FormatReader): string => reader.diagnostics.map(({ message }) => message).join('\n');

async function placesOf(reader: FormatReader, id: string): Promise<readonly number[]> {
  const info = signal(reader, id);
  if (info.timing === 'steady') return Array.from({ length: info.endSample }, (_, i) => timeOfSample(info, i));
  return [...(await reader.store.samples(id, 0, info.endSample)).timesS!];
}

describe.each(NAMES)('%s', (name) => {
  const { values, offsetsS } = EXPECTED[name]!;
  const [id] = Object.keys(values);

  it('has the values and the places that its own program reads', async () => {
    const reader = await open(name);
    for (const [key, expected] of Object.entries(values)) {
      const read = await reader.store.samples(key, 0, expected.length);
      expect([...(read.values as Float64Array)].map(Number), key).toEqual(expected);
    }
    if (offsetsS) {
      const places = await placesOf(reader, id!);
      for (const [row, offsetS] of offsetsS.entries()) {
        if (offsetS !== null) expect(places[row]! - places[0]!).toBeCloseTo(offsetS, 6);
      }
    }
    reader.close();
  });

  it('opens the same with what was found', async () => {
    const first = await open(name);
    const again = await open(name, first.reading!.choice);
    expect(again.store.signals()).toEqual(first.store.signals());
    expect(again.store.originUtc).toBe(first.store.originUtc);
    first.close();
    again.close();
  });

  it('lists its columns, and takes rate, start and time as the user says', async () => {
    const rated = await open(name, { time: null, rateHz: 8, startS: -1 });
    expect(signal(rated, id!)).toMatchObject({ timing: 'steady', sampleRateHz: 8, offsetS: -1 });
    expect(signal(rated, id!).axis).toBeUndefined();
    const columns = rated.reading!.columns!.map((column) => column.id);
    rated.close();
    await expect(open(name, { time: 'nowhere' })).rejects.toThrow(/^Nothing is called "nowhere" here\. There is "/);
    const isAxis = (column: string) => !Object.keys(values).some((key) => key.startsWith(column));
    const time = columns.find(isAxis);
    if (time === undefined) return;
    await expect(open(name, { time, timeUnit: 'V' })).rejects.toThrow('"V" is no unit of time. Take one such as');
  });

  it('never counts seconds that nobody stated', async () => {
    const reader = await open(name, { time: null });
    expect(signal(reader, id!).axis).toEqual({ name: 'sample', unit: '' });
    reader.close();
  });
});

it.each(['stamp.npz', 'records.npy', 'stamp.parquet', 'groups.h5', 'table.h5', 'dates.npz', 'zoned.parquet'])(
  'Unix times and dates begin the axis: %s',
  async (name) => {
    const reader = await open(name);
    expect(utcToIsoText(reader.store.originUtc!)).toBe(START);
    reader.close();
  },
);

it.each(['stamp.npz', 'records.npy', 'stamp.parquet', 'groups.h5', 'table.h5', 'stamp.mat', 'seconds.parquet'])(
  'a Unix time that only its size gives away is a guess, in the same words: %s',
  async (name) => {
    const reader = await open(name);
    const [guess] = reader.reading!.guesses;
    expect(guess).toMatch(/^"[\w/.]+" has no unit: by its size it is Unix time in (?:s|ms|ns)\.$/);
    expect(messages(reader)).toContain(guess);
    reader.close();
  },
);

it('dates say their zone, or that they say none', async () => {
  expect(messages(await open('zoned.parquet'))).toContain('The times in "ts" are in UTC.');
  const none = 'say no zone: they are taken as UTC.';
  expect(messages(await open('unzoned.parquet'))).toContain(`The times in "ts" ${none}`);
  expect(messages(await open('dates.npz'))).toContain(`The times in "when" ${none}`);
});

it.each([
  ['index.npz', 'v', 'index', 0],
  ['index.parquet', 'v', 'index', 0],
  ['pandas.parquet', 'v', '__index_level_0__', 5],
  ['groups.h5', 'numbered/v', 'numbered/index', 0],
  ['index.mat', 'v', 'index', 0],
])('a running number is the counted axis and no signal: %s', async (name, id, number, first) => {
  const reader = await open(name);
  expect(signal(reader, id)).toMatchObject({ axis: { name: 'sample', unit: '' }, sampleRateHz: 1, offsetS: first });
  expect(signal(reader, number)).toBeUndefined();
  expect(messages(reader)).toContain(`"${number}" numbers the samples: it is their axis and no signal.`);
  reader.close();
});

it.each([
  ['index_and_time.npz', 'index'],
  ['elapsed.parquet', '#'],
  ['records.npy', 'sample'],
  ['groups.h5', 'both/n'],
])('a running number beside a time is left out, which is said: %s', async (name, number) => {
  const reader = await open(name);
  expect(signal(reader, number)).toBeUndefined();
  expect(messages(reader)).toContain(`"${number}" only numbers the samples: it is left out.`);
  reader.close();
});

it('of two times one is the axis, and that the other is a signal is said', async () => {
  const arrays = await open('two_times.npz');
  expect(messages(arrays)).toContain('"start_time" holds times, too: it is shown as a signal.');
  const groups = await open('groups.h5');
  expect(signal(groups, 'twice/v')).toMatchObject({ sampleRateHz: 50 });
  expect(signal(groups, 'twice/t')).toBeUndefined();
  expect(signal(groups, 'twice/time')).toBeDefined();
  groups.close();
});

it('one row has its time, and no rate', async () => {
  expect(signal(await open('one_row.parquet'), 'v')).toMatchObject({ timing: 'stamped', startS: 0, endSample: 1 });
  const moment = await open('one_moment.parquet');
  expect(signal(moment, 'v').timing).toBe('stamped');
  expect(utcToIsoText(moment.store.originUtc!)).toBe(START);
});

it('whole seconds that lost a row are not even', async () => {
  const reader = await open('groups.h5');
  expect((await placesOf(reader, 'lost/v')).slice(7, 11)).toEqual([7, 8, 10, 11]);
  reader.close();
});

it('a frequency stays one', async () => {
  const reader = await open('frequency.npz');
  expect(signal(reader, 'level')).toMatchObject({ axis: { name: 'frequency' }, offsetS: 1e9, sampleRateHz: 1e-6 });
});

it('the unit and the start that the user states hold for the times that were found', async () => {
  const inMs = await open('two_times.npz', { timeUnit: 'ms', startS: 7 });
  expect(signal(inMs, 'v')).toMatchObject({ sampleRateHz: 2000, offsetS: 7 });
  const dated = await open('zoned.parquet', { startS: 7 });
  expect(signal(dated, 'v')).toMatchObject({ sampleRateHz: 50, offsetS: 7 });
  expect(utcToIsoText(dated.store.originUtc!)).toBe('2026-03-04T05:06:00.25Z');
});

it('a long column that falls at once is not read to find out that it is no axis', async () => {
  const values = () => Promise.reject(new Error('read'));
  const valueAt = async (index: number) => 0.5 - index;
  const columns = ['0', '1'].map((id) => ({
    id,
    name: id,
    unit: '',
    length: 2 ** 20,
    isUnnamed: true,
    values,
    valueAt,
  }));
  const found = await new AxisSearch({}, 'npy', []).among(columns, { isRated: false, isInOrder: true });
  expect(found).toBeUndefined();
});

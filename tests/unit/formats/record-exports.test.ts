// Records of an oscilloscope, written in each format and opened again: the same samples, the same axis, the settings.

import { expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { openRecords } from '../../../src/formats/records/open-records.ts';
import { exportFile } from '../../../src/formats/writers.ts';
import type { TraceRecord } from '../../../src/model/live-traces.ts';
import { overlapProblem, type RecordSet } from '../../../src/model/record-set.ts';
import { timeOfSample } from '../../../src/model/timing.ts';
import { jlsWorkspace } from '../../support/jls.ts';

const STEP_S = 4e-9;
const START_S = -1.2e-6;
const COUNT = 1000;
const SETTINGS = { '1.scale': 0.5, '1.probe': 10, '1.coupling': 'ac', '2.scale': 2, '2.probe': 1, timeScale: 5e-7 };
const TRIGGER_MS = Date.UTC(2024, 1, 29, 23, 59, 58, 250);

/** As an oscilloscope of eight bits has them. */
const codes = (seed: number) => Int8Array.from({ length: COUNT }, (_, i) => Math.round(100 * Math.sin(i / 37 + seed)));
const volts = (raw: Int8Array, perCode: number, offset: number) =>
  Float32Array.from(raw, (code) => code * perCode - offset);

function record(seed: number, afterMs = 0): TraceRecord {
  return {
    triggerUtc: utcFromUnixMs(TRIGGER_MS + afterMs),
    startS: START_S,
    stepS: STEP_S,
    settings: JSON.stringify(SETTINGS),
    samples: [volts(codes(seed), 0.02, 0.35), volts(codes(seed + 1), 0.08, 0)],
  };
}

const setOf = (...records: TraceRecord[]): RecordSet => ({
  source: 'RIGOL DS1054Z',
  signals: [
    { id: 'CH1', name: 'CH1', unit: 'V' },
    { id: 'CH2', name: 'CH2', unit: 'A' },
  ],
  records,
  words: { name: 'Capture 3', note: 'cold start, second try' },
});

async function reopened(set: RecordSet, extension: string, signalIds?: readonly string[]) {
  const file = new MemoryFile();
  const { notes } = await exportFile(openRecords(set), extension, file, jlsWorkspace(), signalIds ? { signalIds } : {});
  return {
    reader: await openFile(file, jlsWorkspace()),
    notes: notes.join(' '),
    bytes: file.bytes.slice(0, file.sizeBytes),
  };
}

const valuesOf = async ({ store }: FormatReader, name: string): Promise<number[]> => {
  const info = store.signals().find((signal) => signal.name === name)!;
  // single precision is what they had: text is the shortest that gives the same
  return Array.from((await store.samples(info.id, 0, info.endSample)).values as Float64Array, Math.fround);
};

const said = ({ metadata }: FormatReader, name: string) =>
  Object.entries(metadata ?? {}).find(([key]) => key === name || key.endsWith(`/${name}`))?.[1];

test.each(['csv', 'npy', 'h5', 'parquet', 'mat'])('a record as .%s', async (extension) => {
  const one = record(0);
  const { reader } = await reopened(setOf(one), extension);
  for (const [index, name] of ['CH1', 'CH2'].entries()) {
    expect(await valuesOf(reader, name)).toEqual([...one.samples[index]!]);
    const info = reader.store.signals().find((signal) => signal.name === name)!;
    if (info.timing !== 'steady') throw new Error(`${name} is not steady`);
    expect(info.unit).toBe(['V', 'A'][index]);
    expect(info.sampleRateHz).toBe(250e6);
    expect(timeOfSample(info, 0)).toBeCloseTo(START_S, 18);
    expect(timeOfSample(info, COUNT - 1)).toBeCloseTo(START_S + (COUNT - 1) * STEP_S, 18);
  }
  expect(JSON.parse(String(said(reader, 'settings')))).toEqual(SETTINGS);
  expect(said(reader, 'trigger')).toBe('2024-02-29T23:59:58.25Z');
  expect(said(reader, 'instrument')).toBe('RIGOL DS1054Z');
  expect(Number(said(reader, 'step_s'))).toBe(STEP_S);
  expect(said(reader, 'note')).toBe('cold start, second try');
});

test.each(['csv', 'npy', 'h5', 'parquet', 'mat'])(
  'several records as .%s lie at the times of their triggers',
  async (extension) => {
    const three = [record(0), record(1, 20), record(2, 55)];
    const { reader } = await reopened(setOf(...three), extension);
    expect(await valuesOf(reader, 'CH2')).toEqual(three.flatMap(({ samples }) => [...samples[1]!]));
    expect(await valuesOf(reader, 'segment')).toEqual(
      Array.from({ length: 3 * COUNT }, (_, i) => 1 + Math.floor(i / COUNT)),
    );
    const info = reader.store.signals().find(({ name }) => name === 'CH1')!;
    const { timesS } = await reader.store.samples(info.id, 0, info.endSample);
    for (const [index, triggerS] of [0, 0.02, 0.055].entries()) {
      // a moment has 2^-30 s
      expect(timesS![index * COUNT]).toBeCloseTo(triggerS + START_S, 8);
      expect(timesS![(index + 1) * COUNT - 1]! - timesS![index * COUNT]!).toBeCloseTo((COUNT - 1) * STEP_S, 12);
    }
    expect(String(said(reader, 'records'))).toBe('3');
  },
);

test('several records as .mimo are events with the Unix times of their triggers', async () => {
  const { reader } = await reopened(setOf(record(0), record(1, 20)), 'mimo');
  const block = await reader.events!.read(0, 2);
  expect(reader.events!.dataFields.map(({ name }) => name)).toEqual(['CH1', 'CH2']);
  expect(Array.from(block.data[0]!.values as Float64Array)).toEqual([
    ...record(0).samples[0]!,
    ...record(1).samples[0]!,
  ]);
  const times = block.metadata.find(({ field }) => field.name === 'timestamp')!.values;
  expect(Array.from(times)).toEqual([TRIGGER_MS / 1000, TRIGGER_MS / 1000 + 0.02]);
});

test('records that overlap are events, and nothing else', async () => {
  const set = setOf({ ...record(1, 0), stepS: 1 }, record(0, 1));
  expect(overlapProblem(set)).toContain('record 2 begins before the one before it ends');
  const { reader } = await reopened(set, 'mimo');
  expect(reader.events!.eventCount).toBe(2);
  for (const extension of ['csv', 'npy', 'h5', 'parquet', 'mat', 'trc']) {
    await expect(reopened(set, extension), extension).rejects.toThrow(LabError);
  }
});

const changed = (index: number, change: object) => ({
  ...record(index, 20 * index),
  settings: JSON.stringify({ ...SETTINGS, ...change }),
});

test('of later settings those that changed are told', async () => {
  const { probe, ...rest } = { ...SETTINGS, probe: 1 };
  const set = setOf(changed(0, { probe }), changed(1, { probe, '1.scale': 1 }), {
    ...record(2, 40),
    settings: JSON.stringify(rest),
  });
  const { reader } = await reopened(set, 'csv');
  expect(said(reader, 'settings_changed')).toBe(
    'from record 2: {"1.scale":1} from record 3: {"1.scale":0.5,"probe":null}',
  );
});

test('no .npy has a header that NumPy refuses', async () => {
  const many = Array.from({ length: 500 }, (_, index) => changed(index, { '1.scale': index }));
  const { reader, notes, bytes } = await reopened(setOf(...many), 'npy');
  expect(new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true)).toBeLessThan(10_000);
  expect(said(reader, 'settings_changed')).toBeUndefined();
  expect(JSON.parse(String(said(reader, 'settings')))).toMatchObject({ '1.scale': 0 });
  expect(notes).toContain('How settings changed from record to record is left out');
});

// Oscilloscope files of Keysight, Rigol, Tektronix and Rohde & Schwarz: values and places from the makers' manuals.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import { createTestCore } from '../../support/core.ts';
import { joinBytes } from '../../support/scope-bytes.ts';
import { rohdeSchwarz, tektronixWfm, waveList } from '../../support/scope-files.ts';
import { steadySignals } from '../../support/steady.ts';

const WORKSPACE = createTestCore();
const open = (bytes: Uint8Array<ArrayBuffer>, choice: ReadChoice = {}) =>
  openFile(new MemoryFile(bytes), WORKSPACE, { ...NO_CONTEXT, choice });

async function valuesOf({ store }: FormatReader, name: string): Promise<number[]> {
  const signal = steadySignals(store).find((each) => each.name === name)!;
  return Array.from((await store.samples(signal.id, 0, signal.endSample)).values, Number);
}
const places = ({ store }: FormatReader) =>
  steadySignals(store).map(({ name, unit, offsetS, sampleRateHz }) => [name, unit, offsetS, sampleRateHz]);

const normal = (...values: number[]) => ({ type: 1, pointBytes: 4, values }) as const;

test.each(['AG01', 'AG03', 'AG10'])(
  'Keysight %s: several waveforms, the first sample at the origin',
  async (signature) => {
    const reader = await open(
      waveList(signature, [
        { label: '1', buffers: [normal(0.5, -1.5, 2)] },
        { label: 'math', buffers: [normal(3, 4)], yUnit: 4, xIncrement: 5e-7 },
      ]),
    );
    expect(places(reader)).toEqual([
      ['CH1', 'V', -0.002, 10_000],
      ['math', 'A', -0.002, 2e6],
    ]);
    expect(await valuesOf(reader, 'CH1')).toEqual([0.5, -1.5, 2]);
    expect(await valuesOf(reader, 'math')).toEqual([3, 4]);
    expect(reader.sources[0]).toMatchObject({ vendor: 'Keysight', model: 'MSO-X 1', serialNumber: 'MY00000001' });
    expect(reader.metadata).toMatchObject({ date: '30 NOV 2026', time: '12:34:56' });
  },
);

test('Keysight: extremes of peak detection are two signals; logic is a line per bit; a spectrum has its axis', async () => {
  const reader = await open(
    waveList('AG10', [
      {
        label: '2',
        type: 2,
        buffers: [
          { type: 2, pointBytes: 4, values: [5, 6] },
          { type: 3, pointBytes: 4, values: [-5, -6] },
        ],
      },
      { label: 'D7-D0', type: 6, buffers: [{ type: 6, pointBytes: 1, values: [0b101, 0b110] }] },
      { label: 'D15-D8', type: 6, buffers: [{ type: 6, pointBytes: 1, values: [0, 1] }] },
      { label: 'FFT', xUnit: 6, yUnit: 5, xOrigin: 0, xIncrement: 100, buffers: [normal(-30, -20)] },
      { label: 'odd', buffers: [{ type: 9, pointBytes: 4, values: [1] }] },
    ]),
  );
  expect(await valuesOf(reader, 'CH2 max')).toEqual([5, 6]);
  expect(await valuesOf(reader, 'CH2 min')).toEqual([-5, -6]);
  expect(await valuesOf(reader, 'D0')).toEqual([1, 0]);
  expect(await valuesOf(reader, 'D2')).toEqual([1, 1]);
  expect(await valuesOf(reader, 'D8')).toEqual([0, 1]);
  const spectrum = steadySignals(reader.store).find(({ name }) => name === 'FFT')!;
  expect(spectrum).toMatchObject({ unit: 'dB', sampleRateHz: 0.01, axis: { name: 'frequency', unit: 'Hz' } });
  expect(reader.diagnostics.map(({ code }) => code)).toEqual(['scope/buffer-left-out']);
});

test('Keysight: segments are signals at the times of their triggers, and events', async () => {
  const segments = Array.from({ length: 70 }, (_, index) => ({
    label: '1',
    segmentIndex: index + 1,
    timeTagS: 0.5 * index,
    buffers: [normal(index, -index)],
  }));
  const reader = await open(waveList('AG10', segments));
  expect(steadySignals(reader.store)).toHaveLength(64);
  expect(places(reader)[3]).toEqual(['CH1 #4', 'V', 1.5 - 0.002, 10_000]);
  expect(await valuesOf(reader, 'CH1 #4')).toEqual([3, -3]);
  expect(reader.diagnostics.map(({ code }) => code)).toEqual(['scope/segments']);
  expect(reader.events).toMatchObject({ eventCount: 70, dataLength: 2 });
  const { data, metadata } = await reader.events!.read(68, 2);
  expect(Array.from(data[0]!.values, Number)).toEqual([68, -68, 69, -69]);
  expect(Array.from(metadata[0]!.values)).toEqual([34, 34.5]);
  expect(reader.events!.spans![1]).toEqual({ startS: 0.498, endS: 0.498 + 2e-4 });
  await expect(reader.events!.read(69, 2)).rejects.toMatchObject({ code: 'format/range' });
});

test.each(['RG01', 'RG03'])(
  'Rigol %s: the origin is how far the first sample lies before the trigger',
  async (signature) => {
    const reader = await open(
      waveList(signature, [
        { label: 'CH2', xOrigin: 0.002, buffers: [normal(1, 2, 3)] },
        { label: 'LA', type: 6, xOrigin: 0.002, buffers: [{ type: 5, pointBytes: 4, values: [4, 12] }] },
      ]),
    );
    expect(places(reader)[0]).toEqual(['CH2', 'V', -0.002, 10_000]);
    expect(await valuesOf(reader, 'CH2')).toEqual([1, 2, 3]);
    expect(await valuesOf(reader, 'D3')).toEqual([0, 1]);
  },
);

test('Rigol: channels without a label count, and a cut file shows what it has', async () => {
  const whole = waveList('RG01', [
    { label: '', buffers: [normal(1, 2)] },
    { label: '', buffers: [normal(3, 4)] },
    { label: '', buffers: [normal(5, 6)] },
  ]);
  expect(places(await open(whole)).map(([name]) => name)).toEqual(['CH1', 'CH2', 'CH3']);
  const cut = await open(whole.slice(0, whole.length - 160 - 4));
  expect(steadySignals(cut.store).map(({ endSample }) => endSample)).toEqual([2, 1]);
  expect(cut.isRecovered).toBe(true);
});

test('Rigol: codes without scale and time are shown as codes, counted, unless a rate is typed in', async () => {
  const part = (...values: number[]) => {
    const file = waveList('RG01', [
      { label: '', xIncrement: 1e-12, buffers: [normal(...Array<number>(1000).fill(0))] },
    ]);
    const heads = joinBytes(file.slice(0, 12), file.slice(12, 152), new Uint8Array(4), file.slice(152, 164));
    heads[12] = 144;
    return joinBytes(heads, Uint8Array.from(values));
  };
  const bytes = joinBytes(part(7, 8, 9, 10), part(17, 18, 19, 20));
  const reader = await open(bytes);
  expect(steadySignals(reader.store)[1]).toMatchObject({
    name: 'CH2',
    unit: '',
    sampleRateHz: 1,
    axis: { name: 'sample', unit: '' },
  });
  expect(await valuesOf(reader, 'CH2')).toEqual([17, 18, 19, 20]);
  expect(reader.diagnostics[0]?.message).toMatch(/neither scale nor time/);
  const [timed] = steadySignals((await open(bytes, { rateHz: 1e6, startS: -1 })).store);
  expect([timed!.sampleRateHz, timed!.offsetS, timed!.axis]).toEqual([1e6, -1, undefined]);
});

test.each([
  [1, true],
  [1, false],
  [2, true],
  [2, false],
  [3, true],
  [3, false],
] as const)('Tektronix WFM#00%d, low byte first: %s', async (version, isLittle) => {
  const reader = await open(tektronixWfm({ version, isLittle, frames: [[100, -200, 300]] }));
  expect(places(reader)).toEqual([['Ch 2', 'V', -4e-9, 500e6]]);
  const values = await valuesOf(reader, 'Ch 2');
  for (const [index, value] of [0.4, -1.1, 1.4].entries()) expect(values[index]).toBeCloseTo(value, 12);
  expect(reader.store.originUtc).toBe(utcFromUnixMs(1_700_000_000_500));
});

test('Tektronix: frames at the times of their triggers, pairs as edges, and an axis in Hz', async () => {
  const frames = [
    [1, 2, 3, 4],
    [10, 20, 30, 40],
    [100, 200, 300, 400],
  ];
  const reader = await open(tektronixWfm({ version: 3, isLittle: false, frames }));
  expect(places(reader)[2]).toEqual(['Ch 2 #3', 'V', 20.25 - 4e-9, 500e6]);
  expect((await valuesOf(reader, 'Ch 2 #3'))[1]).toBeCloseTo(0.9, 12);
  const { metadata } = await reader.events!.read(0, 3);
  expect(Array.from(metadata[0]!.values)).toEqual([0, 10.25, 20.25]);
  const pairs = await open(tektronixWfm({ version: 2, isLittle: true, frames: [[-20, 20, -40, 40]], storage: 1 }));
  expect(places(pairs).map(([name, , , rate]) => [name, rate])).toEqual([
    ['Ch 2 min', 250e6],
    ['Ch 2 max', 250e6],
  ]);
  const upper = await valuesOf(pairs, 'Ch 2 max');
  for (const [index, value] of [0, 0.1].entries()) expect(upper[index]).toBeCloseTo(value, 12);
  const [spectrum] = steadySignals(
    (await open(tektronixWfm({ version: 3, isLittle: true, frames, xUnit: 'Hz' }))).store,
  );
  expect(spectrum!.axis).toEqual({ name: 'frequency', unit: 'Hz' });
});

function openPair(parts: { head: Uint8Array<ArrayBuffer>; samples: Uint8Array<ArrayBuffer> }, name: string) {
  const files: Record<string, Uint8Array<ArrayBuffer>> = { 'a.bin': parts.head, 'a.Wfm.bin': parts.samples };
  return openFile(new MemoryFile(files[name]!), WORKSPACE, {
    name,
    choice: {},
    neighbour: (other) => Promise.resolve(files[other] && new MemoryFile(files[other])),
  });
}

test.each(['INT8BIT', 'FLOAT', 'XYDOUBLEFLOAT'] as const)(
  'Rohde & Schwarz %s: either file opens both',
  async (format) => {
    const parts = rohdeSchwarz({ format });
    for (const name of ['a.bin', 'a.Wfm.bin']) {
      const reader = await openPair(parts, name);
      expect(places(reader)).toEqual([
        ['CH2', 'V', -1.8e-6, 5e6],
        ['CH3', 'V', -1.8e-6, 5e6],
      ]);
      const rows = Array.from({ length: 18 }, (_, row) => parts.codesOf(row + 2));
      // a code is 10 divisions over 250 levels; a position of −1 division is 2 V up
      const scaled = (code: number, scale: number, offset: number) =>
        format === 'INT8BIT' ? (code * 10 * scale) / 250 + offset : code;
      const [second, third] = [await valuesOf(reader, 'CH2'), await valuesOf(reader, 'CH3')];
      rows.forEach(([first, other], row) => {
        expect(second[row]).toBeCloseTo(scaled(first, 0.5, 0.1), 9);
        expect(third[row]).toBeCloseTo(scaled(other, 2, 2), 9);
      });
      expect(reader.sources[0]).toMatchObject({ vendor: 'Rohde & Schwarz', version: '4.80.1.0' });
    }
  },
);

test('Rohde & Schwarz: a file alone says what is missing; a history is segments without trigger times', async () => {
  const parts = rohdeSchwarz({ format: 'FLOAT' });
  const alone = (bytes: Uint8Array<ArrayBuffer>, name: string) =>
    openFile(new MemoryFile(bytes), WORKSPACE, { ...NO_CONTEXT, name });
  await expect(alone(parts.head, 'a.bin')).rejects.toThrow('a.Wfm.bin');
  await expect(alone(parts.samples, 'a.Wfm.bin')).rejects.toThrow('a.bin');
  const history = await openPair(rohdeSchwarz({ format: 'INT8BIT', acquisitions: 3 }), 'a.bin');
  expect(places(history).map(([name]) => name)).toEqual(['CH2 #1', 'CH2 #2', 'CH2 #3', 'CH3 #1', 'CH3 #2', 'CH3 #3']);
  expect((await valuesOf(history, 'CH2 #3'))[0]).toBeCloseTo(((42 - 60) * 5) / 250 + 0.1, 9);
  expect(history.events?.eventCount).toBe(3);
  expect(history.diagnostics.map(({ code }) => code)).toContain('scope/no-trigger-times');
});

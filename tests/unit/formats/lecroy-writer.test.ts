// What is written as .trc, judged by the layout of LECROY_2_3 as the format's description has it, read here field by field,
// and by real and made captures, whose codes have to come out again.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { createPlainReader } from '../../../src/formats/plain-reader.ts';
import { openRecords } from '../../../src/formats/records/open-records.ts';
import { exportFile } from '../../../src/formats/writers.ts';
import type { TraceRecord } from '../../../src/model/live-traces.ts';
import { recordSignals } from '../../../src/model/record-set.ts';
import { goldenBytes } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';

/** Fields of a little-endian file: place behind WAVEDESC, and how to read it. */
function fieldsOf(bytes: Uint8Array) {
  const text = new TextDecoder('latin1').decode(bytes);
  const start = text.indexOf('WAVEDESC');
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const word = (offset: number, length: number) => text.slice(start + offset, start + offset + length).split('\0')[0];
  const i32 = (offset: number) => view.getInt32(offset, true);
  const dataStart = i32(36) + i32(40) + i32(44) + i32(48) + i32(52) + i32(56);
  return {
    head: text.slice(0, start),
    restBytes: bytes.length - start,
    template: word(16, 16),
    commType: view.getUint16(32, true),
    commOrder: view.getUint16(34, true),
    userText: text.slice(start + i32(36), start + i32(36) + i32(40)),
    instrument: word(76, 16),
    label: word(96, 16),
    dataBytes: i32(60),
    count: i32(116),
    firstValid: i32(124),
    lastValid: i32(128),
    sparsing: i32(136),
    segments: i32(144),
    gain: view.getFloat32(156, true),
    offset: view.getFloat32(160, true),
    interval: view.getFloat32(176, true),
    horizontalOffset: view.getFloat64(180, true),
    verticalUnit: word(196, 48),
    horizontalUnit: word(244, 48),
    trigger: [
      view.getFloat64(296, true),
      ...[304, 305, 306, 307].map((at) => view.getUint8(at)),
      view.getInt16(308, true),
    ],
    recordType: view.getUint16(316, true),
    timeBase: view.getUint16(324, true),
    coupling: view.getUint16(326, true),
    probe: view.getFloat32(328, true),
    fixedGain: view.getUint16(332, true),
    source: view.getUint16(344, true),
    triggerTimes: Array.from({ length: i32(48) / 8 }, (_, i) => view.getFloat64(i32(36) + i32(40) + 8 * i, true)),
    codes: Array.from({ length: i32(60) / 2 }, (_, i) => view.getInt16(dataStart + 2 * i, true)),
    endBytes: dataStart + i32(60),
  };
}

const codes = (seed: number) => Array.from({ length: 600 }, (_, i) => Math.round(90 * Math.sin(i / 41 + seed)));
const record = (seed: number, afterMs = 0, startS = -1e-6): TraceRecord => ({
  triggerUtc: utcFromUnixMs(Date.UTC(2023, 10, 7, 16, 34, 12, 500) + afterMs),
  startS,
  stepS: 2e-9,
  settings: JSON.stringify({ '2.scale': 0.2, '2.probe': 10, '2.coupling': 'ac', timeScale: 2e-7 }),
  samples: [Float32Array.from(codes(seed), (code) => code * 0.008 - 0.13)],
});
const setOf = (records: readonly TraceRecord[]) => ({
  source: 'Siglent SDS1104X-E',
  signals: [{ id: 'C2', name: 'C2', unit: 'V' }],
  records,
  words: {},
});

async function written(source: Parameters<typeof exportFile>[0], options = {}) {
  const file = new MemoryFile();
  const { notes } = await exportFile(source, 'trc', file, jlsWorkspace(), options);
  return { bytes: file.bytes.slice(0, file.sizeBytes), notes: notes.join(' ') };
}

test('a record is a WAVEDESC with axis, units, probe and settings, and the codes of the converter', async () => {
  const { bytes, notes } = await written(openRecords(setOf([record(0)])));
  const fields = fieldsOf(bytes);
  expect(fields).toMatchObject({
    head: `#9${String(fields.restBytes).padStart(9, '0')}`,
    template: 'LECROY_2_3',
    commType: 1,
    commOrder: 1,
    // sixteen bytes with the end
    instrument: 'Siglent SDS1104',
    label: 'C2',
    count: 600,
    firstValid: 0,
    lastValid: 599,
    sparsing: 1,
    segments: 1,
    dataBytes: 1200,
    interval: Math.fround(2e-9),
    horizontalOffset: -1e-6,
    verticalUnit: 'V',
    horizontalUnit: 'S',
    trigger: [12.5, 34, 16, 7, 11, 2023],
    recordType: 0,
    // 200 ns/div: 1, 2, 5 from 1 ps
    timeBase: 16,
    coupling: 4,
    probe: 10,
    // 200 mV/div: 1, 2, 5 from 1 uV
    fixedGain: 16,
    source: 1,
    endBytes: fields.restBytes,
  });
  expect(fields.gain).toBeCloseTo(0.008, 9);
  const distances = codes(0).map((code, i) => fields.codes[i]! - code);
  expect(new Set(distances).size).toBe(1);
  expect(fields.gain * fields.codes[0]! - fields.offset).toBeCloseTo(-0.13, 6);
  expect(fields.userText).toContain('"2.probe":10');
  expect(notes).not.toMatch(/rounded/);
});

test('several records are a sequence with the times of their triggers, and open as such', async () => {
  const { bytes } = await written(openRecords(setOf([record(0), record(1, 20), record(2, 50, -1.0004e-6)])));
  const fields = fieldsOf(bytes);
  expect(fields).toMatchObject({ segments: 3, count: 1800, dataBytes: 3600, endBytes: fields.restBytes });
  const times = [0, -1e-6, 0.02, -1e-6, 0.05, -1.0004e-6];
  // a moment has 2^-30 s
  for (const [index, time] of times.entries()) expect(fields.triggerTimes[index]).toBeCloseTo(time, index % 2 ? 15 : 8);
  const reader = await openFile(new MemoryFile(bytes), jlsWorkspace());
  expect(reader.events?.eventCount).toBe(3);
  const { values } = (await reader.events!.read(2, 1)).data[0]!;
  for (const [index, code] of codes(2).entries()) expect(values[index]).toBeCloseTo(code * 0.008 - 0.13, 6);
});

test.each(['lecroy-trc-file', 'lecroy-real-wr64xi', 'lecroy-byte-hifirst'])(
  '%s, opened and written again, has the same values at the same places',
  async (name) => {
    const source = await openFile(new MemoryFile(goldenBytes(`scope-waveforms/${name}.data.bin`)), jlsWorkspace());
    const [info] = source.store.signals();
    const { values: before } = await source.store.samples(info!.id, 0, info!.endSample);
    const { bytes, notes } = await written(source);
    expect(notes).not.toMatch(/rounded/);
    const again = await openFile(new MemoryFile(bytes), jlsWorkspace());
    const [copy] = again.store.signals();
    expect(copy).toMatchObject({ name: info!.name, unit: info!.unit, endSample: info!.endSample });
    if (copy?.timing !== 'steady' || info?.timing !== 'steady') throw new Error('not steady');
    expect(copy.sampleRateHz).toBe(info.sampleRateHz);
    expect(copy.offsetS).toBeCloseTo(info.offsetS, 15);
    const { values } = await again.store.samples(copy.id, 0, copy.endSample);
    const most = Math.max(...Array.from(before as Float64Array, Math.abs));
    // single precision, as the description of the golden data allows for stored floats
    const errors = Array.from(values as Float64Array, (value, index) => Math.abs(value - Number(before[index])));
    expect(Math.max(...errors)).toBeLessThan(1e-6 * most);
  },
);

/** Seconds, minutes, hours, day, month and year at 296, in the order of bytes that the trace states at 34. */
function triggerIn(bytes: Uint8Array): readonly number[] {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4096)).indexOf('WAVEDESC');
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const isLittle = view.getUint8(34) === 1;
  return [
    view.getFloat64(296, isLittle),
    ...[304, 305, 306, 307].map((at) => view.getUint8(at)),
    view.getInt16(308, isLittle),
  ];
}

test.each(['lecroy-real-wr64xi', 'lecroy-byte-hifirst'])('%s keeps the date of its trigger', async (name) => {
  const original = goldenBytes(`scope-waveforms/${name}.data.bin`);
  const { bytes } = await written(await openFile(new MemoryFile(original), jlsWorkspace()));
  const expected = triggerIn(original);
  expect(expected[5]).toBeGreaterThan(2000);
  expect(triggerIn(bytes)[0]).toBeCloseTo(expected[0]!, 8);
  expect(triggerIn(bytes).slice(1)).toEqual(expected.slice(1));
});

test('a file with a time of its own has it as the time of its second 0; one without has no date', async () => {
  const [info] = recordSignals(setOf([record(0)]));
  if (info?.timing !== 'steady') throw new Error('not steady');
  const read = (start: number, end: number) => Promise.resolve(record(0).samples[0]!.slice(start, end));
  const parts = { format: 'any', label: 'Any', version: '', diagnostics: [], signals: [{ info, read }] };
  const originUtc = utcFromUnixMs(Date.UTC(2024, 1, 29, 23, 59, 58, 250));
  const { bytes } = await written(createPlainReader({ ...parts, originUtc }));
  expect(triggerIn(bytes)).toEqual([58.25, 59, 23, 29, 2, 2024]);
  expect(triggerIn((await written(createPlainReader(parts))).bytes)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('samples that lie on no steps are rounded, and how far is said', async () => {
  const noise = {
    ...record(0),
    samples: [Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i * 0.7) * Math.SQRT2)],
  };
  const { bytes, notes } = await written(openRecords(setOf([noise])));
  const { codes: raw, gain, offset } = fieldsOf(bytes);
  const worst = Math.max(...raw.map((code, i) => Math.abs(gain * code - offset - noise.samples[0]![i]!)));
  expect(worst).toBeLessThan((2 * Math.SQRT2) / 2 ** 16);
  expect(notes).toMatch(/rounded to codes of 16 bits: up to 2\d\.\d*\s.V off/);
});

test('holes, several channels and other axes are refused with what to do', async () => {
  const holey = { ...record(0), samples: [Float32Array.of(0, Number.NaN, 1)] };
  await expect(written(openRecords(setOf([holey])))).rejects.toThrow(/1 holes, and a .trc file has no mark/);
  const two = {
    ...setOf([{ ...record(0), samples: [...record(0).samples, ...record(1).samples] }]),
    signals: ['C1', 'C2'].map((id) => ({ id, name: id, unit: 'V' })),
  };
  await expect(written(openRecords(two))).rejects.toThrow(/holds one channel. Choose one of the 2/);
  expect(fieldsOf((await written(openRecords(two), { signalIds: ['C1'] })).bytes)).toMatchObject({
    label: 'C1',
    source: 0,
  });
});

// Oscilloscope files and bare numbers as signal stores.

import { expect, test } from 'vitest';
import { FormatError } from '../../../src/base/errors.ts';
import { detectFormat } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { openRaw } from '../../../src/formats/raw/reader.ts';
import { openIsf } from '../../../src/formats/trace/isf-reader.ts';
import { openLecroy } from '../../../src/formats/trace/lecroy-reader.ts';
import { createTestCore } from '../../support/core.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { steadySignals } from '../../support/steady.ts';

const WORKSPACE = createTestCore();

interface Trace {
  readonly expected: {
    readonly n: number;
    readonly x0: number;
    readonly dx: number;
    readonly y: readonly number[];
    readonly segments: readonly { triggerTime: number; x0: number; n: number; y: readonly number[] }[];
  };
}

const bytes = (name: string) => goldenBytes(`scope-waveforms/${name}.data.bin`);
const golden = (name: string) => goldenJson<Trace>(`scope-waveforms/${name}.json`).expected;

test('a .trc file is one signal on the time axis of its trigger', async () => {
  const source = new MemoryFile(bytes('lecroy-trc-file'));
  expect((await detectFormat(source)).id).toBe('lecroy-trc');
  const { store, events } = await openLecroy(source);
  const expected = golden('lecroy-trc-file');
  const [signal] = steadySignals(store);
  expect(events).toBeUndefined();
  expect([signal!.unit, signal!.endSample, signal!.offsetS]).toEqual(['V', expected.n, expected.x0]);
  // the interval is stored in single precision
  expect(signal!.sampleRateHz * expected.dx).toBeCloseTo(1, 7);
  const { values } = await store.samples(signal!.id, 0, expected.n);
  const largest = Math.max(...expected.y.map(Math.abs));
  for (let index = 0; index < expected.n; index++) {
    expect(Math.abs(Number(values[index]) - expected.y[index]!)).toBeLessThanOrEqual(1e-9 * largest);
  }
});

test('a sequence is one event per trigger, and one signal at its time', async () => {
  const reader = await openLecroy(new MemoryFile(bytes('lecroy-sequence-3')));
  const { segments } = golden('lecroy-sequence-3');
  expect(steadySignals(reader.store).map(({ name, offsetS, endSample }) => [name, offsetS, endSample])).toEqual(
    segments.map(({ triggerTime, x0 }, index) => [`C1 #${index + 1}`, triggerTime + x0, 120]),
  );
  expect([reader.events?.eventCount, reader.events?.dataLength]).toEqual([3, 120]);
  const block = await reader.events!.read(1, 2);
  expect(Array.from(block.metadata[0]!.values)).toEqual(segments.slice(1).map(({ triggerTime }) => triggerTime));
  expect(Array.from(block.metadata[1]!.values)).toEqual(segments.slice(1).map(({ x0 }) => x0));
  expect(Number(block.data[0]!.values[120])).toBeCloseTo(segments[2]!.y[0]!, 9);
});

test('a trace of the older template has its numbers elsewhere', async () => {
  const codes = [0, 5, -7, 127, -128];
  const file = new Uint8Array(320 + 12 + 32 + codes.length);
  const view = new DataView(file.buffer);
  const text = (offset: number, letters: string) => file.set(new TextEncoder().encode(letters), offset);
  text(0, 'WAVEDESC');
  text(16, 'LECROY_1_0');
  view.setUint16(34, 1, true);
  view.setInt32(36, 320, true);
  view.setInt32(40, 12, true); // user text
  view.setInt32(44, 32, true); // trigger times
  view.setInt32(48, codes.length, true);
  text(56, 'LECROY9450');
  view.setInt32(92, codes.length, true);
  view.setInt32(108, 1, true);
  view.setFloat32(120, 0.25, true);
  view.setFloat32(124, 99, true);
  view.setFloat32(134, 0.5, true);
  view.setFloat64(138, -3, true);
  text(154, 'V');
  text(202, 'S');
  view.setInt16(262, 1991, true);
  view.setFloat32(290, 1.5, true);
  view.setUint16(296, 2, true);
  file.set(
    codes.map((code) => code & 0xff),
    364,
  );
  const source = new MemoryFile(file);
  const { store, sources, version } = await openLecroy(source);
  expect((await detectFormat(source)).id).toBe('lecroy-trc');
  expect([version, sources[0]!.model]).toEqual(['LECROY_1_0', 'LECROY9450']);
  expect(store.signals()).toMatchObject([{ id: 'C2', unit: 'V', sampleRateHz: 2, offsetS: -3, endSample: 5 }]);
  expect((await store.samples('C2', 0, 5)).values).toEqual(Float64Array.from(codes, (code) => code * 0.25 - 1.5));
  text(16, 'LECROY_0_9');
  await expect(openLecroy(source)).rejects.toThrow('LECROY_0_9');
});

test('a cut trace shows the points it has and says so', async () => {
  const whole = bytes('lecroy-trc-file');
  const reader = await openLecroy(new MemoryFile(whole.slice(0, whole.length - 11)));
  expect(reader.store.signals()[0]!.endSample).toBe(golden('lecroy-trc-file').n - 6);
  expect([reader.isRecovered, reader.diagnostics[0]?.code]).toEqual([true, 'scope/truncated']);
});

test('an .isf file opens by its content', async () => {
  const source = new MemoryFile(bytes('tek-isf-ri2'));
  expect((await detectFormat(source)).id).toBe('tektronix-isf');
  const { store } = await openIsf(source);
  const expected = golden('tek-isf-ri2');
  expect(steadySignals(store)[0]!.offsetS).toBeCloseTo(expected.x0, 15);
  const { values } = await store.samples('Ch1', 0, expected.n);
  expect(Number(values[17])).toBeCloseTo(expected.y[17]!, 12);
});

test('bare numbers become channels of the chosen type', async () => {
  const source = new MemoryFile(Uint8Array.from([9, 0xff, 0xfe, 0, 1, 0, 2, 0, 3, 7]));
  const choice = { dtypeName: '>i2', channelCount: 2, sampleRateHz: 50, skipBytes: 1 };
  const { store, diagnostics } = openRaw(source, choice, WORKSPACE);
  expect(steadySignals(store).map(({ endSample, sampleRateHz }) => [endSample, sampleRateHz])).toEqual([
    [2, 50],
    [2, 50],
  ]);
  expect((await store.samples('channel[0]', 0, 2)).values).toEqual(Float64Array.of(-2, 2));
  expect((await store.samples('channel[1]', 0, 2)).values).toEqual(Float64Array.of(1, 3));
  expect(diagnostics.map(({ code }) => code)).toEqual(['raw/trailing-bytes']);
  expect(() => openRaw(source, { ...choice, channelCount: 0 }, WORKSPACE)).toThrow(FormatError);
  expect(() => openRaw(source, { ...choice, dtypeName: 'S3' }, WORKSPACE)).toThrow(FormatError);
});

test.each(['l01_ok', 'l02_22', 'l11_21', 'l14_longecho'])(
  '%s.trc: template 2_1 to 2_3, and a long echo',
  async (name) => {
    const source = new MemoryFile(goldenBytes(`tables/22-lecroy-2_2/${name}.trc`));
    expect((await detectFormat(source)).id).toBe('lecroy-trc');
    const { store } = await openLecroy(source);
    expect(steadySignals(store)).toMatchObject([{ name: 'C1', unit: 'V', endSample: 1000, sampleRateHz: 1e9 }]);
  },
);

/** A preamble as instruments write it, and bytes behind it. */
function isf(fields: string, ...codes: readonly number[]): MemoryFile {
  const preamble = `:WFMP:BYT_NR 1;BIT_NR 8;ENCDG BINARY;BN_FMT RI;BYT_OR MSB;NR_PT ${codes.length};${fields}`;
  const text = new TextEncoder().encode(`${preamble};PT_OFF 1;YMULT 0.5;YOFF 2;YZERO 1;:CURVE #1${codes.length}`);
  return new MemoryFile(Uint8Array.from([...text, ...codes.map((code) => code & 0xff)]));
}

test('an envelope in an .isf file is two signals, whichever edge comes first', async () => {
  const file = isf(
    'WFID "Ch3, DC coupling, Envelope";PT_FMT ENV;XUNIT "s";XINCR 1e-3;XZERO 5e-3;YUNIT "V"',
    4,
    0,
    -2,
    6,
  );
  const { store, metadata } = await openIsf(file);
  expect(steadySignals(store)).toMatchObject([
    { name: 'Ch3 min', sampleRateHz: 500, offsetS: 4e-3, endSample: 2 },
    { name: 'Ch3 max', sampleRateHz: 500, offsetS: 4e-3, endSample: 2 },
  ]);
  expect((await store.samples('Ch3 min', 0, 2)).values).toEqual(Float64Array.of(0, -1));
  expect((await store.samples('Ch3 max', 0, 2)).values).toEqual(Float64Array.of(2, 3));
  expect(metadata).toEqual({ waveform: 'Ch3, DC coupling, Envelope' });
});

test('an .isf file of a spectrum has hertz along its axis', async () => {
  const { store } = await openIsf(isf('WFID "RF";PT_FMT Y;XUNIT "Hz";XINCR 1e3;XZERO 9e7;YUNIT "W"', 2, 3));
  expect(steadySignals(store)).toMatchObject([
    { name: 'RF', unit: 'W', offsetS: 9e7 - 1e3, sampleRateHz: 1e-3, axis: { name: 'frequency', unit: 'Hz' } },
  ]);
});

// The .wfm files of Rigol's oscilloscopes, family by family: values and places from the papers on the families.

import { expect, test } from 'vitest';
import { FormatError } from '../../../src/base/errors.ts';
import { detectFormat } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { openRigolWfm } from '../../../src/formats/scope/rigol/reader.ts';
import type { SteadySignal } from '../../../src/model/signal-store.ts';
import { codes, dho, ds1000b, ds1000e, ds1000z, ds2000 } from '../../support/rigol-files.ts';
import { steadySignals } from '../../support/steady.ts';

async function open(bytes: Uint8Array<ArrayBuffer>) {
  const source = new MemoryFile(bytes);
  expect((await detectFormat(source)).id).toBe('rigol-wfm');
  return openRigolWfm(source);
}

type Reader = Awaited<ReturnType<typeof open>>;

/** All values of a signal are `expected`, to a millionth of the largest. */
async function expectValues({ store }: Reader, name: string, expected: readonly number[]): Promise<SteadySignal> {
  const signal = steadySignals(store).find((each) => each.name === name)!;
  expect(signal.endSample).toBe(expected.length);
  const { values } = await store.samples(signal.id, 0, expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(Number(values[index]) - value), `${name}[${index}]`).toBeLessThanOrEqual(1e-6 * largest);
  }
  return signal;
}

const names = ({ store }: Reader) => steadySignals(store).map(({ name }) => name);

test('DS1000E: codes fall with the voltage, from 125; the memory lies around the offset', async () => {
  const reader = await open(ds1000e());
  expect(names(reader)).toEqual(['CH1', 'CH2']);
  // 2 V/div at the tip of the probe
  const first = await expectValues(
    reader,
    'CH1',
    codes(40, 3).map((code) => (125 - code - 5) * (2 / 25)),
  );
  await expectValues(
    reader,
    'CH2',
    codes(40, 100).map((code) => (125 - code + 12) * (0.5 / 25)),
  );
  expect([first.unit, first.sampleRateHz]).toEqual(['V', 250_000]);
  // the screen lies one sample behind the memory
  expect(first.offsetS).toBeCloseTo(3e-6 - 19 / 250_000, 12);
  expect(reader.metadata).toMatchObject({ CH1: { scalePerDivision: 2, probeFactor: 10 } });
});

test('DS1000D: lines of logic behind the channels, and the middle of its own program', async () => {
  const reader = await open(ds1000e({ hasLogic: true }));
  expect(names(reader)).toEqual(['CH1', 'CH2', ...Array.from({ length: 16 }, (_, bit) => `D${bit}`)]);
  await expectValues(
    reader,
    'CH1',
    codes(40, 3).map((code) => (127 - code - 5) * (2 / 25)),
  );
  await expectValues(
    reader,
    'D5',
    Array.from({ length: 40 }, (_, index) => (index >> 1) & 1),
  );
});

test('DS1000C: the same channels behind a shorter head', async () => {
  const bytes = ds1000e({ headBytes: 256 });
  bytes[0] = 0xa1;
  const reader = await open(bytes);
  const signal = await expectValues(
    reader,
    'CH2',
    codes(40, 100).map((code) => (125 - code + 12) * (0.5 / 25)),
  );
  expect(signal.offsetS).toBeCloseTo(3e-6 - 20 / 250_000, 12);
  await expectValues(
    await open(ds1000e({ headBytes: 272 })),
    'CH1',
    codes(40, 3).map((code) => (125 - code - 5) * (2 / 25)),
  );
});

test('DS1000B: each channel in its place, whatever the others do', async () => {
  const reader = await open(ds1000b());
  expect(names(reader)).toEqual(['CH1', 'CH3']);
  await expectValues(
    reader,
    'CH1',
    codes(32, 9).map((code) => (99 - code - 7) * (1 / 25)),
  );
  const third = await expectValues(
    reader,
    'CH3',
    codes(32, 50).map((code) => (99 - code + 20) * (5 / 25)),
  );
  expect(third.offsetS).toBeCloseTo(-1e-6 - 16e-6, 12);
  expect(reader.sources[0]).toMatchObject({ vendor: 'Rigol', model: 'DS1204B' });
});

test('DS1000Z: channels by turns, the gain of its range, and where its screen begins in the memory', async () => {
  const reader = await open(ds1000z());
  expect(names(reader)).toEqual(['CH1', 'CH4']);
  const every = (factor: number, modulus: number) =>
    Array.from({ length: 600 }, (_, index) => (factor * index) % modulus);
  // 0.1 V/div at the input, two lanes, a trim of 40: 1 + 40/512 steps of the screen per code, and half a step was cut off
  const first = await expectValues(
    reader,
    'CH1',
    every(3, 241).map((code) => ((1 + 40 / 512) * code - 127.5) * (1 / 25) - 0.5),
  );
  // 0.5 V/div at the input: not known with two lanes
  await expectValues(
    reader,
    'CH4',
    every(7, 251).map((code) => (1.25 * code - 127.5) * (5 / 25) + 2),
  );
  // the middle of the 600 − 256 samples of the screen is 2 µs behind the trigger; 14 + 10.2 + 5.55 samples lie before them
  expect(first.offsetS).toBeCloseTo(2e-6 - (344 / 2 + 14 + 10.2 + 5.55) / 50e6, 9);
  // what is not in the file is said, of each channel: 127 steps of 40 mV by 0.2 %, 127 of 0.2 V by 25 %
  const [one, four, times] = reader.diagnostics.map(({ message }) => message.replace(/\s/g, ' '));
  expect(one).toMatch(/^CH1: .*known to ±10 mV\. A CSV/);
  expect(four).toMatch(/^CH4: .*known to ±6\.\d+ V\. A CSV/);
  expect(times).toMatch(/^Times .* some samples/);
});

test('DS1000Z since 00.04.04.SP4: volts are counted from the step below the zero', async () => {
  const reader = await open(ds1000z({ version: '00.04.04.SP4' }));
  // 0.5 V of 40 mV a step is 12.5 steps: 12
  await expectValues(
    reader,
    'CH1',
    Array.from({ length: 600 }, (_, index) => ((1 + 40 / 512) * ((3 * index) % 241) - 127.5) * 0.04 - 12 * 0.04),
  );
});

test.each([2, 4, 6] as const)('DS%d000: codes rise with the voltage, from 127', async (family) => {
  const reader = await open(ds2000(family));
  const steps = family === 4 ? 32 : 25;
  // 0.25 V at 0.5 V/div is 12.5 steps of the screen: the zero is drawn at 12, which is 15.36 of the 32 of DS4000: at 15
  const zero = family === 4 ? 15 : 12;
  const first = await expectValues(
    reader,
    'CH1',
    codes(50, 11).map((code) => (code - 127 + zero) * (0.5 / steps)),
  );
  // 3 V at 2 V/div are 37.5 steps: 37, which is 47.36 of 32: 47
  const second = family === 4 ? 47 : 37;
  await expectValues(
    reader,
    'CH2',
    codes(50, 90).map((code) => (code - 127 - second) * (2 / steps)),
  );
  const middle = family === 4 ? 25 : 30 - 10;
  const late = family === 2 ? 25e-9 : 0;
  expect(first.offsetS).toBeCloseTo(5e-6 - middle / 4e6 + late, 12);
  expect(reader.diagnostics).toEqual([]);
  expect(reader.sources[0]).toMatchObject({ serialNumber: `DS${family}A0000001`, version: '00.01.02' });
});

test.each([2, 4] as const)(
  'DS%d000: times are from the trigger where the screen was moved after the capture',
  async (family) => {
    const reader = await open(ds2000(family, { movedPs: -88_000_000 }));
    const first = family === 4 ? 5e-6 - 25 / 4e6 : 5e-6 - 20 / 4e6 + 25e-9;
    expect(steadySignals(reader.store)[0]!.offsetS).toBeCloseTo(first, 12);
    expect(reader.diagnostics.map(({ message }) => message.replace(/\s/g, ' '))).toEqual([
      expect.stringMatching(/^The screen was moved by −88\.\d* µs after/),
    ]);
  },
);

test('a zero at a whole step stays there although 32 bits cannot tell it', async () => {
  const bytes = ds2000(2);
  const view = new DataView(bytes.buffer);
  view.setFloat32(128, 2, true);
  view.setFloat32(132, -3.6, true);
  // 3.6 V of 80 mV a step are 45
  await expectValues(
    await open(bytes),
    'CH1',
    codes(50, 11).map((code) => (code - 127 + 45) * 0.08),
  );
});

test('DS2000: one channel in the memory of two, and the older make', async () => {
  const woven = await open(ds2000(2, { isInterwoven: true }));
  expect(names(woven)).toEqual(['CH2']);
  const [even, odd] = [codes(50, 11), codes(50, 90)];
  const both = Array.from({ length: 100 }, (_, index) => (index % 2 ? odd : even)[index >> 1]!);
  await expectValues(
    woven,
    'CH2',
    both.map((code) => (code - 127 - 37) * (2 / 25)),
  );
  const signal = steadySignals(woven.store)[0]!;
  const part = await woven.store.samples(signal.id, 33, 36);
  const expected = both.slice(33, 36).map((code) => (code - 127 - 37) * 0.08);
  for (const [i, value] of expected.entries()) expect(Number(part.values[i])).toBeCloseTo(value, 9);
  const older = steadySignals((await open(ds2000(2, { isOlder: true }))).store)[0]!;
  expect(older.offsetS).toBeCloseTo(-20 / 4e6 + 25e-9, 12);
});

test('DHO: samples of 16 bits, settings in packed blocks', async () => {
  const reader = await open(dho());
  expect(names(reader)).toEqual(['CH2', 'CH3']);
  const every = (first: number) => Array.from({ length: 20 }, (_, index) => 30_000 + 100 * (2 * index + first));
  const second = await expectValues(
    reader,
    'CH2',
    every(0).map((code) => (code - 32_768) * 1e-5 - 0.25),
  );
  await expectValues(
    reader,
    'CH3',
    every(1).map((code) => (code - 32_768) * 2e-5 + 1),
  );
  expect(second.sampleRateHz).toBeCloseTo(1 / 1.6e-9, -2);
  expect(second.offsetS).toBeCloseTo(-16e-9, 15);
  expect(reader.sources[0]?.model).toBe('DHO824');
});

test('a file that was cut shows what it has; one of an unknown family says what to do', async () => {
  const whole = ds2000(4);
  const cut = await open(whole.slice(0, 760 + 20));
  expect(steadySignals(cut.store).map(({ endSample }) => endSample)).toEqual([50, 20]);
  expect([cut.isRecovered, cut.diagnostics[0]?.code]).toEqual([true, 'scope/truncated']);
  const unknown = whole.slice();
  unknown[6] = 0x39;
  await expect(open(unknown)).rejects.toThrow(/DS9A0000001.*CSV/);
  await expect(open(whole.slice(0, 80))).rejects.toThrow(FormatError);
});

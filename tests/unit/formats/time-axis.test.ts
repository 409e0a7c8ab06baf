// How the times of a table are kept: the cases that loggers produce, decided over all rows.

import { expect, test } from 'vitest';
import { openCsv } from '../../../src/formats/csv/reader.ts';
import { loadHdf5, temporaryName } from '../../../src/formats/hdf5/library.ts';
import { openHdf5 } from '../../../src/formats/hdf5/reader.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { timeAxisOf } from '../../../src/formats/time-axis.ts';
import { createTestCore } from '../../support/core.ts';

const rows = (count: number, timeAt: (row: number) => number) => Array.from({ length: count }, (_, row) => timeAt(row));

test('three digits of a millisecond at 3 kHz are even: rounding explains them', () => {
  const times = rows(5000, (row) => Math.round((row / 3000) * 1000) / 1000);
  expect(timeAxisOf(times, 1e-3)).toMatchObject({ timing: 'steady', jitterS: 0 });
  expect((timeAxisOf(times, 1e-3) as { sampleRateHz: number }).sampleRateHz).toBeCloseTo(3000, -1);
});

test('jitter below half a step is even at the mean rate, and is named', () => {
  const times = rows(1001, (row) => row * 0.1 + (row % 7 === 3 ? 0.02 : 0));
  expect(timeAxisOf(times, 1e-6)).toMatchObject({ timing: 'steady', sampleRateHz: 10, offsetS: 0 });
  expect((timeAxisOf(times, 1e-6) as { jitterS: number }).jitterS).toBeCloseTo(0.02, 9);
});

test('an even beginning does not make an even column', () => {
  const times = rows(5000, (row) => (row < 4000 ? row : 2 * row - 4000));
  expect(timeAxisOf(times, 1)).toMatchObject({ timing: 'stamped', untimedRows: [], stepBackRow: undefined });
});

test('changes only, repeated times and bursts are kept as they are', () => {
  const times = [0, 0.001, 0.001, 5, 5.5, 60];
  expect(timeAxisOf(times, 1e-3)).toEqual({
    timing: 'stamped',
    timesS: Float64Array.from(times),
    untimedRows: [],
    stepBackRow: undefined,
  });
});

test('a row without a time costs that row; a step back ends the signal', () => {
  expect(timeAxisOf([0, Number.NaN, 1, 50, 51, 20, 100], 0)).toEqual({
    timing: 'stamped',
    timesS: Float64Array.of(0, 1, 50, 51),
    untimedRows: [1],
    stepBackRow: 5,
  });
  expect(timeAxisOf([0, Number.NaN, 2, 3], 0)).toMatchObject({ timing: 'steady', sampleRateHz: 1 });
  expect(timeAxisOf([Number.NaN, 4], 0)).toBeUndefined();
});

test('a table with bad and falling times keeps the rest, and says row and reason', async () => {
  const text = 'time (ms);v\n0;1\n;2\n1;3\n50;4\n\n51;5\n20;6\n100;7\n';
  const reader = await openCsv(new MemoryFile(new TextEncoder().encode(text)), createTestCore());
  const [signal] = reader.store.signals();
  expect(signal).toMatchObject({ id: 'v', timing: 'stamped', endSample: 4, startS: 0, endS: 0.051 });
  const { values, timesS } = await reader.store.samples('v', 0, 4);
  expect(values).toEqual(Float64Array.of(1, 3, 4, 5));
  expect(timesS).toEqual(Float64Array.of(0, 1e-3, 0.05, 0.051));
  expect((await reader.store.samples('v', 1, 2)).values).toEqual(Float64Array.of(3));
  expect(reader.diagnostics.map(({ code }) => code)).toEqual(['csv/uneven-time', 'csv/no-time', 'csv/time-steps-back']);
  expect(reader.diagnostics.map(({ message }) => /line (\d+)/.exec(message)?.[1])).toEqual([undefined, '3', '8']);
});

test('jitter in a table is said with its size', async () => {
  const lines = rows(300, (row) => row * 0.1 + (row % 5 === 2 ? 0.01 : 0)).map(
    (time, row) => `${time.toFixed(4)},${row}`,
  );
  const reader = await openCsv(
    new MemoryFile(new TextEncoder().encode(`time (s),v\n${lines.join('\n')}\n`)),
    createTestCore(),
  );
  expect(reader.store.signals()).toMatchObject([{ timing: 'steady', sampleRateHz: 10 }]);
  expect(reader.diagnostics).toMatchObject([{ severity: 'info', code: 'csv/time-jitter' }]);
  expect(reader.diagnostics[0]!.message).toMatch(/up to 10\.0\sms/);
});

async function hdf5Of(axis: readonly number[], unit: string): Promise<MemoryFile> {
  const { File, files } = await loadHdf5();
  const name = temporaryName();
  const file = new File(name, 'w');
  file.create_attribute('instrument', 'beamline');
  const group = file.create_group('scan');
  group.create_attribute('axes', ['x']);
  group.create_dataset({ name: 'x', data: Float64Array.from(axis) }).create_attribute('units', unit);
  group.create_dataset({ name: 'y', data: Float32Array.from(axis, (_, row) => row) });
  file.close();
  const bytes = Uint8Array.from(files.readFile(name));
  files.unlink(name);
  return new MemoryFile(bytes);
}

test('an uneven axis of HDF5 gives times in its own unit', async () => {
  const reader = await openHdf5(await hdf5Of([0, 10, 500, 501], 'ms'));
  expect(reader.isRecovered).toBe(false);
  expect(reader.metadata).toEqual({ instrument: 'beamline' });
  expect(reader.store.signals()).toMatchObject([
    { name: 'y', timing: 'stamped', dtype: 'f32', startS: 0, endS: 0.501 },
  ]);
  expect((await reader.store.samples(reader.store.signals()[0]!.id, 1, 3)).timesS).toEqual(Float64Array.of(0.01, 0.5));
  reader.close();
});

test('an uneven axis that is no time is not made one', async () => {
  const reader = await openHdf5(await hdf5Of([7, 7.1, 9, 12], 'eV'));
  expect(reader.store.signals().map(({ name, timing }) => [name, timing])).toEqual([['y', 'stamped']]);
  expect(reader.store.signals()[0]!.axis).toEqual({ name: 'x', unit: 'eV' });
  expect(reader.diagnostics.map(({ code }) => code)).toEqual(['hdf5/uneven-axis']);
  reader.close();
});

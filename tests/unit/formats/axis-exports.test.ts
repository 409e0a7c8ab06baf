// Signals along axes that are not time, written: what the files say of the axis.

import { expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { createPlainReader } from '../../../src/formats/plain-reader.ts';
import type { PlainSignal } from '../../../src/formats/plain-store.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { exportFile } from '../../../src/formats/writers.ts';
import type { SignalAxis } from '../../../src/model/signal-store.ts';
import { jlsWorkspace } from '../../support/jls.ts';

const FREQUENCY: SignalAxis = { name: 'frequency', unit: 'Hz' };

/** Sample i is i. */
function ramp(name: string, sampleRateHz: number, offsetS: number, axis?: SignalAxis): PlainSignal {
  return {
    info: {
      id: name,
      name,
      unit: 'V',
      source: '',
      dtype: 'f64',
      timing: 'steady',
      sampleRateHz,
      offsetS,
      startSample: 0,
      endSample: 4,
      firstSampleId: 0n,
      ...(axis && { axis }),
    },
    read: async (start, end) => Float64Array.from({ length: end - start }, (_, i) => start + i),
  };
}

function reader(...signals: PlainSignal[]): FormatReader {
  return createPlainReader({ format: 'test', label: 'Test', version: '', signals, diagnostics: [] });
}

async function written(source: FormatReader, extension: string, options = {}) {
  const file = new MemoryFile();
  const { notes } = await exportFile(source, extension, file, jlsWorkspace(), options);
  return { file, notes: notes.join(' ') };
}

const textOf = async (file: MemoryFile) => new TextDecoder().decode(await file.read(0, file.sizeBytes));

test('a table names the axis and its unit over the places', async () => {
  const { file } = await written(reader(ramp('density', 0.1, 100, FREQUENCY)), 'csv');
  expect(await textOf(file)).toBe('frequency (Hz),density (V)\n100.0,0.0\n110.0,1.0\n120.0,2.0\n130.0,3.0\n');
});

test('a table of counted samples counts them, and a row of several says how many', async () => {
  const counted = reader(ramp('v', 1, 0, { name: 'sample', unit: '' }));
  expect(await textOf((await written(counted, 'csv')).file)).toMatch(/^sample,v \(V\)\n0\.0,0\.0\n1\.0,/);
  const { notes } = await written(counted, 'csv', { rowBudget: 2 });
  expect(notes).toContain('each row covers 2 samples.');
  expect(notes).not.toMatch(/\d s\b/);
});

test('signals along different axes are no table', async () => {
  const both = reader(ramp('u', 1, 0), ramp('density', 1, 0, FREQUENCY));
  await expect(written(both, 'csv')).rejects.toMatchObject({ code: 'format/unsupported' });
});

test('HDF5 keeps each axis with its name and unit', async () => {
  const { file, notes } = await written(reader(ramp('u', 2, 0), ramp('density', 2, 0, FREQUENCY)), 'h5');
  expect(notes).not.toContain('no place');
  const bytes = new TextDecoder('latin1').decode(await file.read(0, file.sizeBytes));
  for (const name of ['time', 'frequency', 'Hz']) expect(bytes).toContain(name);
  const again = await openFile(file, jlsWorkspace());
  expect(again.store.signals().map(({ name }) => name)).toEqual(expect.arrayContaining(['u', 'density']));
});

test('a format that knows time alone says what becomes of the axis', async () => {
  const { notes } = await written(reader(ramp('density', 1, 0, FREQUENCY)), 'jls');
  expect(notes).toContain('no place for the axis frequency (Hz)');
});

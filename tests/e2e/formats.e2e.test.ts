// Every kind of file that the table of formats names, dropped on the built page under names that say nothing.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createWorkspace } from '../../src/core/workspace.ts';
import { openFile } from '../../src/formats/detect.ts';
import { exportFile } from '../../src/formats/export/export.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { writeZip } from '../../src/formats/zip/writer.ts';
import { type BuiltApp, dropFile, openBuiltApp } from '../support/built-app.ts';
import { coreBytes } from '../support/core.ts';
import { goldenBytes } from '../support/golden.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(() => app.close());

const workspace = () => createWorkspace(new WebAssembly.Module(coreBytes()), 32 * 2 ** 20);

/** A recording written as another kind of file. */
async function exported(kind: 'csv' | 'npy' | 'h5'): Promise<Uint8Array> {
  const reader = await openFile(new MemoryFile(goldenBytes('jls-v2/f32_levels.jls')), workspace());
  const file = new MemoryFile();
  await exportFile(reader, kind, file, workspace());
  return file.bytes;
}

async function bundle(): Promise<Uint8Array> {
  const file = new MemoryFile();
  const content = new MemoryFile(goldenBytes('mimo/files/redpitaya_2ch_i2.mimo'));
  await writeZip([{ name: 'run/events.mimo', content, isStored: false, modifiedUnixMs: 1.76e12 }], file);
  return file.bytes;
}

test('mimo, traces, tables, arrays, HDF5 and bundles open from a drop', async () => {
  const page = await app.visit();
  const files: readonly [string, Uint8Array][] = [
    ['mimo events', goldenBytes('mimo/files/muon_4ch_f4.mimo')],
    ['LeCroy trace', goldenBytes('scope-waveforms/lecroy-trc-file.data.bin')],
    ['Tektronix ISF', goldenBytes('scope-waveforms/tek-isf-ri2.data.bin')],
    ['CSV table', await exported('csv')],
    ['NumPy array', await exported('npy')],
    ['HDF5', await exported('h5')],
    ['mimo events', await bundle()],
  ];
  for (const [index, [label, bytes]] of files.entries()) {
    await dropFile(page, `file-${index}.dat`, bytes);
    const panel = page.locator('lab-files-view');
    await panel.getByText(`file-${index}.dat`).first().waitFor();
    await panel.getByText(label, { exact: true }).first().waitFor();
    await panel.locator('lab-waveform-view').first().waitFor();
  }
  expect(app.problems).toEqual([]);
});

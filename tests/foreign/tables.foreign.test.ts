// What is exported, as pandas, NumPy, h5py, SciPy, DuckDB and pyarrow read it: every value of every type.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openFile } from '../../src/formats/detect.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { exportFile } from '../../src/formats/writers.ts';
import type { SignalInfo } from '../../src/model/signal-store.ts';
import { goldenBytes } from '../support/golden.ts';
import { jlsWorkspace } from '../support/jls.ts';

type Columns = Readonly<Record<string, readonly (number | string | null)[]>>;

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The columns that the program finds which is for files of this kind. */
function readBy(path: string): Columns {
  const { status, stdout, stderr } = spawnSync('python3', ['tests/foreign/tables.py', path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Columns;
}

const KINDS = ['csv', 'npy', 'h5', 'mat', 'parquet'] as const;
const FILES = ['wide_types', 'packed_types', 'gaps', 'js220_ui'] as const;
const COUNT = 2000;

test.each(FILES.flatMap((name) => KINDS.map((kind) => [name, kind] as const)))('%s as .%s', async (name, kind) => {
  const source = await openFile(new MemoryFile(goldenBytes(`jls-v2/${name}.jls`)), jlsWorkspace());
  const signals = source.store.signals();
  // what begins together goes into one table
  const isBeside = ({ timing, firstSampleId }: SignalInfo) =>
    timing === 'steady' && firstSampleId === signals[0]!.firstSampleId;
  const signalIds = signals.filter(isBeside).map(({ id }) => id);
  const file = new MemoryFile();
  await exportFile(source, kind, file, jlsWorkspace(), { signalIds, start: 0, end: COUNT });
  const path = join(folder, `${name}.${kind}`);
  writeFileSync(path, file.bytes.subarray(0, file.sizeBytes));
  const columns = readBy(path);
  for (const id of signalIds) {
    const { name: signalName, dtype } = signals.find((signal) => signal.id === id)!;
    const { values } = await source.store.samples(id, 0, COUNT);
    const found =
      columns[signalName] ??
      Object.entries(columns).find(
        ([key]) => key.startsWith(`${signalName} (`) || key.endsWith(`/${signalName}`),
      )?.[1] ??
      columns[signalName.replace(/\W+/g, '_')] ??
      columns['value'];
    expect(found, `${signalName} among ${Object.keys(columns).join()}`).toHaveLength(COUNT);
    const expected = Array.from(values as ArrayLike<number | bigint>, (value) => (Number.isNaN(value) ? null : value));
    const numbers = found!.map((value, i) => {
      if (value === null) return null;
      if (typeof expected[i] === 'bigint') return BigInt(value);
      return dtype === 'f32' ? Math.fround(Number(value)) : Number(value);
    });
    // a table of text has doubles
    const inText = kind === 'csv' && dtype.endsWith('64') && dtype !== 'f64';
    expect(inText ? numbers.map(Number) : numbers).toEqual(inText ? expected.map(Number) : expected);
  }
});

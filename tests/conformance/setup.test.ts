// Setups as mimoCoRB2 0.0.3 with PyYAML 6 loads them (tests/golden/mimo/setups.json).

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dumpPythonYaml } from '../../src/base/yaml/python-dump.ts';
import { isPythonDate, isPythonMap, type PythonValue } from '../../src/base/yaml/python-value.ts';
import { type Dtype, dtypeText } from '../../src/formats/numpy/dtype.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import type { SetupFolder } from '../../src/pipeline/setup/setup.ts';
import { goldenJson } from '../support/golden.ts';

interface GoldenDtype {
  readonly itemsize: number;
  readonly fields: readonly { name: string; str: string; offset: number; shape: number[]; size: number }[];
}

interface GoldenSetup {
  readonly file: string;
  readonly expect: 'ok' | 'error';
  readonly buffers: Record<string, { slot_count: number; data_length: number; dtype: GoldenDtype }>;
  readonly workers: Record<string, Record<string, unknown>>;
  readonly roots: string[];
  readonly savedSetupYaml: string;
  readonly error?: { message: string };
}

const { setups } = goldenJson<{ setups: GoldenSetup[] }>('mimo/setups.json');
const FOLDER = new URL('../golden/mimo/setups/', import.meta.url);

const folder: SetupFolder = {
  readText: (path) => {
    const url = new URL(path, FOLDER);
    return Promise.resolve(existsSync(url) ? readFileSync(url, 'utf8') : undefined);
  },
};

function shapeOf(dtype: Dtype): readonly number[] {
  return dtype.type === 'array' ? dtype.shape : [];
}

function load(file: string) {
  return loadSetup(readFileSync(new URL(file, FOLDER), 'utf8'), folder);
}

/** Python values in the notation of the golden files. */
function golden(value: PythonValue): unknown {
  if (isPythonDate(value)) return value;
  if (isPythonMap(value)) return Object.fromEntries([...value].map(([key, item]) => [String(key), golden(item)]));
  if (Array.isArray(value)) return value.map(golden);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}

test.each(setups.filter((s) => s.expect === 'ok').map((s) => [s.file, s] as const))(
  '%s loads',
  async (file, expected) => {
    const { setup, diagnostics } = await load(file);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const buffers = Object.fromEntries(
      setup!.buffers.map(({ name, slotCount, dataLength, dtype }) => [
        name,
        {
          slot_count: slotCount,
          data_length: dataLength,
          itemsize: dtype.itemBytes,
          fields: dtype.fields.map((f) => ({
            name: f.name,
            str: dtypeText(f.dtype),
            offset: f.offsetBytes,
            shape: shapeOf(f.dtype),
            size: f.dtype.itemBytes,
          })),
        },
      ]),
    );
    expect(buffers).toEqual(
      Object.fromEntries(
        Object.entries(expected.buffers).map(([name, b]) => [
          name,
          { slot_count: b.slot_count, data_length: b.data_length, itemsize: b.dtype.itemsize, fields: b.dtype.fields },
        ]),
      ),
    );
    const workers = Object.fromEntries(
      setup!.workers.map((w) => [
        w.name,
        {
          // The reference keeps only the file's and the function's own name.
          function: w.function.split('.').slice(-2).join('.'),
          number_of_processes: w.processCount,
          sources: w.sources,
          sinks: w.sinks,
          observes: w.observes,
          config: golden(w.config),
        },
      ]),
    );
    expect(workers).toEqual(expected.workers);
    expect([...setup!.rootBuffers].sort()).toEqual([...expected.roots].sort());
    expect(dumpPythonYaml(setup!.document)).toBe(expected.savedSetupYaml);
  },
);

test.each(setups.filter((s) => s.expect === 'error').map((s) => [s.file, s] as const))(
  '%s is refused with a place',
  async (file, expected) => {
    const { setup, diagnostics } = await load(file);
    expect(setup).toBeUndefined();
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { line, column, message } of errors) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message).not.toBe('');
    }
    const pythonLine = /line (\d+), column \d+$/.exec(expected.error?.message ?? '');
    if (pythonLine) expect(errors.map(({ line }) => line)).toContain(Number(pythonLine[1]));
  },
);

test('all mistakes are reported at once, each where it stands', async () => {
  const { diagnostics } = await loadSetup(
    [
      'Buffers:',
      '  a: {slot_count: 0, data_length: 1, data_dtype: {x: f5}}',
      'Workers:',
      '  w: {function: drain, sources: [b]}',
    ].join('\n'),
    folder,
  );
  expect(diagnostics.map(({ path, line }) => [path, line])).toEqual([
    ['Buffers.a.slot_count', 2],
    ['Buffers.a.data_dtype.x', 2],
    ['Workers.w.sources.0', 4],
    ['Workers.w.function', 4],
  ]);
});

test('a number that Python reads as text is kept as text, with a warning and a way out', async () => {
  const { setup, diagnostics } = await loadSetup('Buffers: {}\nWorkers: {}\nOptions: {rate: 1e-3}\n', folder);
  expect(golden(setup!.document.get('Options')!)).toEqual({ rate: '1e-3' });
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ severity: 'warning', line: 3, path: 'Options.rate' });
  expect(diagnostics[0]!.message).toContain('1.0e-3');
});

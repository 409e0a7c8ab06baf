// Parquet beside DuckDB (reading with figures, one thread) and pyarrow (writing), on the same file in the same run. Both
// sides make their figures exact: count, mean, deviation and bounds of every column.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const ROUNDS = 3;
const { NodeFile, NodeSink, readWithFigures, writeAsParquet } = await import(
  pathToFileURL(await bundleForNode('bench/parquet-entry.ts', 'parquet-entry'))
);
const core = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const [table, array, ours, theirs] = ['table.parquet', 'table.npy', 'ours.parquet', 'theirs.parquet'].map((name) =>
  join(folder, name),
);
const python = (...args) => spawnSync('python3', [join(ROOT, 'bench', 'parquet.py'), ...args], { encoding: 'utf8' });

try {
  const made = python('make', table, array);
  if (made.status !== 0)
    throw new Error(`Needs Python with duckdb, numpy and pyarrow: ${made.stderr.split('\n').at(-2)}`);
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const rival = JSON.parse(python('measure', table, theirs).stdout);
    const file = new NodeFile(table);
    const read = await readWithFigures(file, core);
    file.close();
    const source = new NodeFile(array);
    const sink = new NodeSink(ours);
    const writeS = await writeAsParquet(source, sink, core);
    sink.close();
    source.close();
    if (read.count !== rival.count || Math.abs(read.mean / rival.mean - 1) > 1e-6) {
      throw new Error(`The figures differ: ${read.count} ${read.mean}, ${rival.count} ${rival.mean}`);
    }
    rounds.push({ read, rival, writeS });
  }
  const { rows, duckdb, pyarrow } = rounds[0].rival;
  const middle = (of) => median(rounds.map(of));
  const mb = (path) => round(statSync(path).size / 1e6, 0);
  report('parquet', 'Parquet', [
    {
      what: 'read with the exact figures of two signals and their times',
      value: round(
        middle(({ read, rival }) => rival.readS / read.seconds),
        2,
      ),
      unit: `× DuckDB ${duckdb}`,
      aim: '≥ 1',
      note: `one thread each, in turns; ${round(rows / 1e6 / middle(({ read }) => read.seconds), 2)} M rows/s, ${mb(table)} MB, snappy`,
    },
    {
      what: 'written, two signals and their times, through the final flush',
      value: round(
        middle(({ writeS, rival }) => rival.writeS / writeS),
        2,
      ),
      unit: `× pyarrow ${pyarrow}`,
      aim: '≥ 1',
      note: `ours read from .npy on the way, pyarrow's from memory; in turns; ${round(rows / 1e6 / middle(({ writeS }) => writeS), 2)} M rows/s, ${mb(ours)} MB beside ${mb(theirs)} MB`,
    },
  ]);
} finally {
  rmSync(folder, { recursive: true });
}

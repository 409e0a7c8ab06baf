// Formats other than JLS: views of a .mimo file of 1 GB, and reading and writing a table of text beside JavaScript's own
// texts of the same numbers, and beside pandas where Python has it, in the same run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';

const { measureFormats } = await import(pathToFileURL(await bundleForNode('bench/formats.ts', 'formats')));
const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const rates = await measureFormats(module);
const results = join(ROOT, 'build', 'bench');
const tablePath = join(results, 'table.csv');
mkdirSync(results, { recursive: true });
writeFileSync(tablePath, rates.csvTable);
const python = spawnSync('python3', [join(ROOT, 'bench', 'csv_table.py'), tablePath], { encoding: 'utf8' });
const pandas = python.status === 0 ? JSON.parse(python.stdout) : undefined;
/** Our rows per second as so many times those of pandas; by themselves where there is none. */
const besidePandas = (what, rowsPerS, does, note) =>
  pandas
    ? row(
        what,
        (rowsPerS * pandas[does]) / pandas.rows,
        `× pandas ${pandas.version}`,
        '≥ 1',
        `${(rowsPerS / 1e6).toFixed(2)} M rows/s; ${note}`,
      )
    : row(what, rowsPerS / 1e6, 'M rows/s', '', `no pandas to compare with; ${note}`);
const row = (what, value, unit, aim, note) => ({ what, value: Number(value.toPrecision(3)), unit, aim, note });
const rows = [
  row('.mimo of 1 GB: open', rates.mimoOpenMs, 'ms', '', 'reads the header only'),
  row(
    '.mimo of 1 GB: first 1000 columns over all of one channel',
    rates.mimoColdSummaryMs,
    'ms',
    '',
    `the file has no summaries: ${Math.round(rates.mimoScanSamplesPerS / 1e6)} M samples/s are read once`,
  ),
  row('.mimo of 1 GB: again', rates.mimoWarmSummaryMs, 'ms', '≤ 10', 'from the table of block moments'),
  row('.mimo of 1 GB: 1000 columns deep inside', rates.mimoDeepSummaryMs, 'ms', '≤ 10', 'straight from the samples'),
  besidePandas(
    'CSV import of two signals and their exact figures',
    rates.csvReadRowsPerS,
    'read',
    `${(rates.csvTable.length / 1e6).toFixed(0)} MB, ours from memory, pandas with its C engine from a file in the system's cache, both with the figures; one after the other`,
  ),
  besidePandas(
    'CSV export of two f32 signals',
    rates.csvRowsPerS,
    'write',
    `ours to nowhere, pandas to /dev/null, one after the other; ${Math.round(rates.csvBytesPerS / 1e6)} MB/s; ${(rates.csvBytesPerS / rates.plainTextBytesPerS).toFixed(2)} × Float32Array.join on the same numbers`,
  ),
  row('NumPy to JLS v2, 80 MB of f32', rates.toJlsBytesPerS / 1e6, 'MB/s', '', 'in memory, with all summaries'),
  row('JLS v2 to NumPy, 80 MB of f32', rates.toNpyBytesPerS / 1e6, 'MB/s', '', 'in memory, checksums tested'),
];
for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit} (${note})`);
writeFileSync(join(results, 'formats.json'), JSON.stringify({ name: 'Other formats', rows }, null, 1));

// `npm run bench [NAME…]`: runs the benchmarks one after the other and puts what they report (build/bench/*.json) into
// docs/benchmarks.md, and the headlines into README.md; a name that fits none only writes. What was not run keeps its rows.
// Every figure is a ratio, or stands beside the rival or limit measured in the same run.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { isMissed } from './aims.mjs';
import { ensureCore, ensureDependencies, ROOT } from './run.mjs';

/** Rows that stand in README.md: benchmark and beginning of the row, and the words for somebody new to it. */
const HEADLINES = [
  ['start: first visit to interactive', 'first visit until the page can be used'],
  ['start: initial JavaScript', 'JavaScript before the page shows, gzip'],
  ['running app: frame time, 95 %', 'frame time while 2 MSPS are drawn and recorded, 95 %'],
  ['running app: lost samples', 'samples lost in that minute'],
  [
    'JS110 processing: packets to three f32 signals, range and two inputs in the ring: with',
    'USB packets to calibrated signals',
  ],
  ['recorder: ring to JLS', 'recording to JLS v2: six signals at 2 MSPS'],
  ['files of 1 GB on OPFS (Chromium): JLS v2: 1000 columns, full, cold', 'first picture of a JLS v2 file of 1 GB'],
  ['files of 1 GB on OPFS (Chromium): JLS v1 raw: 1000 columns, full, cold', 'first picture of a JLS v1 file of 1 GB'],
  ['files of 1 GB on OPFS (Chromium): .mimo: 1000 columns, full, cold', 'first picture of a .mimo file of 1 GB'],
  ['Other formats: CSV export', 'CSV export'],
  ['event ring: 26-byte events, 128 slots, spinning', 'event ring, 26-byte events'],
  ['event ring: 64 KiB events, 32 slots, spinning', 'event ring, 64 KiB events'],
  ['pipelines (Node): importer → buffer → drain, 16 kB slots, 1 reader', 'pipeline of 16 kB events'],
  ['find_peaks: prominence + width, 1e6', 'peak search in a million samples'],
  [
    'reductions: mean, variance, min, max in one pass over 10^7 samples: f32',
    'mean, variance, minimum and maximum of f32',
  ],
];

const wanted = process.argv.slice(2);
const folder = join(ROOT, 'bench');
const results = join(ROOT, 'build', 'bench');

ensureDependencies();
ensureCore();
mkdirSync(results, { recursive: true });
const scripts = readdirSync(folder).filter((file) => file.endsWith('.bench.mjs'));
for (const script of scripts) {
  if (wanted.length > 0 && !wanted.some((name) => script.startsWith(name))) continue;
  console.log(`\n== ${script}`);
  const { status } = spawnSync(process.execPath, [join(folder, script)], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

const machine = `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}, Node ${process.versions.node}`;
const document = join(ROOT, 'docs', 'benchmarks.md');
const measured = readdirSync(results)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')))
  .map(({ name, rows }) => ({
    name,
    rows: rows.map(({ what, value, unit, aim, note }) => {
      const shown = figure({ value: Number(Number(value).toPrecision(4)), unit, aim });
      return [name, what, shown, aim ?? '', note ?? ''];
    }),
  }));
const rows = withMeasured(tableRows(readFileSync(document, 'utf8')), measured);

writeFileSync(
  document,
  `# Benchmarks

Written by \`npm run bench\`, each benchmark when it was run last, the newest on ${machine}: others may be of another machine, so compare within a row. Medians; two cores, so expect a spread of some ten percent. A row in bold misses its aim. A rival's figure comes from the same run unless it is called published.

${table(['benchmark', 'what', 'measured', 'aim', 'beside it'], rows)}
`,
);
const readme = join(ROOT, 'README.md');
const headlines = HEADLINES.flatMap(([start, words]) => {
  const row = rows.find(([name, what]) => `${name}: ${what}`.startsWith(start));
  if (!row) console.error(`No benchmark reported “${start}”; README.md goes without it.`);
  return row ? [[words, row[2], row[3]]] : [];
});
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(
    /<!-- numbers -->[\s\S]*<!-- \/numbers -->/,
    () =>
      `<!-- numbers -->\nEach as measured last, the newest on ${machine}.\n\n${table(['what', 'measured', 'aim'], headlines)}\n<!-- /numbers -->`,
  ),
);
console.log(`\n${rows.length} figures in docs/benchmarks.md, ${headlines.length} of them in README.md`);

/** Cells of the rows that the document has, without the heads. */
function tableRows(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

/** What was measured stands where the same benchmark stood; what was not stays. */
function withMeasured(known, fresh) {
  const byName = new Map(known.map(([name]) => [name, known.filter(([other]) => other === name)]));
  for (const { name, rows: measuredRows } of fresh) byName.set(name, measuredRows);
  return [...byName.values()].flat();
}

function figure({ value, unit, aim }) {
  const text = `${value} ${unit}`.trim();
  return isMissed(value, aim) ? `**${text}**` : text;
}

function table(head, body) {
  const line = (cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

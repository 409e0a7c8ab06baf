// `npm run bench [NAME…]`: runs the benchmarks one after the other and writes docs/benchmarks.md from what they
// report (build/bench/*.json). Every figure is a ratio, or stands beside the rival or limit measured in the same run.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { ensureCore, ensureDependencies, ROOT } from './run.mjs';

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
const rows = readdirSync(results)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .flatMap((file) => {
    const { name, rows: measured } = JSON.parse(readFileSync(join(results, file), 'utf8'));
    return measured.map((row) => ({ ...row, name, value: Number(Number(row.value).toPrecision(4)) }));
  });

writeFileSync(
  join(ROOT, 'docs', 'benchmarks.md'),
  `# Benchmarks

Written by \`npm run bench\`. Machine: ${machine}. Medians; two cores, so expect a spread of some ten percent.

${table(
  ['benchmark', 'what', 'measured', 'aim', 'beside it'],
  rows.map(({ name, what, value, unit, aim, note }) => [name, what, `${value} ${unit}`, aim, note]),
)}
`,
);
const readme = join(ROOT, 'README.md');
const aimed = rows
  .filter(({ aim }) => aim)
  .map(({ name, what, value, unit, aim }) => [`${name}: ${what}`, `${value} ${unit}`, aim]);
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(
    /<!-- numbers -->[\s\S]*<!-- \/numbers -->/,
    () => `<!-- numbers -->\nMachine: ${machine}.\n\n${table(['what', 'measured', 'aim'], aimed)}\n<!-- /numbers -->`,
  ),
);
console.log(`\n${rows.length} figures in docs/benchmarks.md, ${aimed.length} of them in README.md`);

function table(head, body) {
  const line = (cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

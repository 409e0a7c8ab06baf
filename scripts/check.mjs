// `npm run check`: what finds faults without running anything. As many checks at once as there are processors; what a check
// says stands together, behind what it took.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './run.mjs';

/** The longest first, so that the processors end together. */
const CHECKS = [
  'eslint src',
  'tsc -p tsconfig.node.json',
  'tsc -p tsconfig.json',
  'knip',
  'tsc -p tsconfig.worker.json',
  'biome check .',
  'node scripts/check-imports.mjs',
];

const waiting = [...CHECKS];
let failedCount = 0;
await Promise.all(Array.from({ length: availableParallelism() }, work));
process.exit(failedCount === 0 ? 0 : 1);

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const startMs = performance.now();
    const { code, said } = await run(check);
    console.log(
      `${check}: ${code === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - startMs) / 1000).toFixed(0)} s`,
    );
    if (said !== '') console.log(said);
    if (code !== 0) failedCount++;
  }
}

/** Resolves when the program has ended, with its exit code and all that it said. */
function run(check) {
  const PATH = [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(check, { cwd: ROOT, shell: true, env: { ...process.env, PATH } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said: said.trimEnd() }));
  });
}

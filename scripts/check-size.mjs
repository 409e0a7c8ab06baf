// Sums what the browser loads before it shows the page (the entry script, its static imports and its styles),
// compressed, and fails above the budget. Run after a build.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './run.mjs';

/** Compressed kilobytes (1000 bytes) of JavaScript that a first visit may cost. */
const BUDGET_KB = 130;

const dist = join(ROOT, 'dist');
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const initial = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]);

/** Static imports of a built chunk; `import(…)` is fetched later and does not count. */
function importsOf(path) {
  const code = readFileSync(join(dist, path), 'utf8');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return [...code.matchAll(/(?:^|[;}\n])(?:import|export)(?:[^"'();]*?from)?\s*["']\.\/([^"']+)["']/g)].map(
    (match) => folder + match[1],
  );
}

const seen = new Set(initial);
for (const path of seen) if (path.endsWith('.js')) for (const other of importsOf(path)) seen.add(other);
let total = 0;
for (const path of seen) {
  const bytes = gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
  if (path.endsWith('.js')) total += bytes;
  console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${path}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  JavaScript before the page shows (budget ${BUDGET_KB} kB)`);
if (total > BUDGET_KB * 1000) {
  console.error('The initial JavaScript is over its budget: load something later with import().');
  process.exit(1);
}

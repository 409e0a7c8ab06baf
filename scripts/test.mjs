// `npm test`: installs what is missing, then checks and tests everything. The last line counts the tests.
//   node scripts/test.mjs            everything
//   node scripts/test.mjs node       one Vitest project (node, browser or e2e), without the checks
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { ensureCore, ensureDependencies, ROOT, run, runBin } from './run.mjs';

const only = process.argv[2];
ensureDependencies();
ensureCore();
ensureChromium();
if (!only) run('npm', ['run', '--silent', 'check']);
if (!only || only === 'e2e') runBin('vite', ['build', '--logLevel', 'warn']);

const report = join(ROOT, 'build', 'test-report.json');
mkdirSync(join(ROOT, 'build'), { recursive: true });
rmSync(report, { force: true });
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
if (only) args.push('--project', only);
const vitest = spawnSync(join(ROOT, 'node_modules', '.bin', 'vitest'), args, { cwd: ROOT, stdio: 'inherit' });
const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
const failed = vitest.status === 0 ? numFailedTests : Math.max(1, numFailedTests);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exit(vitest.status === 0 && failed === 0 && numTotalTests > 0 ? 0 : 1);

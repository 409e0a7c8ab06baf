// `npm test`: installs what is missing, then checks and tests everything. The last line counts the tests.
//   node scripts/test.mjs            everything
//   node scripts/test.mjs node       one Vitest project (node, browser, e2e, live or smoke), without the checks
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BROWSER_NAMES, isInstalled } from './browsers.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureCore, ensureDependencies, ROOT, run, runBin } from './run.mjs';

const PROJECTS = ['node', 'browser', 'e2e', 'live', 'smoke'];
const ON_BUILT_PAGE = ['e2e', 'live', 'smoke'];
const REPORT = join(ROOT, 'build', 'test-report.json');

const RETRIED_REPORTER = join(ROOT, 'scripts', 'retried-reporter.mjs');

const only = process.argv[2];
ensureDependencies();
ensureCore();
ensureChromium();
if (!only) run('npm', ['run', '--silent', 'check']);
if (!only || ON_BUILT_PAGE.includes(only)) runBin('vite', ['build', '--logLevel', 'warn']);

let passedCount = 0;
let failedCount = 0;
// One after the other: tests that stream in real time (live) need the processors for themselves.
for (const project of PROJECTS.filter((name) => !only || name === only)) {
  const { passed, failed } = test(project);
  passedCount += passed;
  failedCount += failed;
}
for (const name of BROWSER_NAMES.filter((it) => !isInstalled(it))) {
  console.log(`Skipped in ${name}, which is not installed: npm run test:browsers installs it.`);
}
console.log(`${passedCount} passed, ${failedCount} failed`);
process.exit(failedCount === 0 && passedCount > 0 ? 0 : 1);

/** Runs one project. A run that ends badly without a failed test counts as one. */
function test(project) {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  rmSync(REPORT, { force: true });
  const reporters = ['default', 'json', RETRIED_REPORTER].map((name) => `--reporter=${name}`);
  const args = ['run', '--project', project, ...reporters, `--outputFile.json=${REPORT}`];
  // these wait for nobody: two of them on two processors take little more than half the time
  if (project === 'node') args.push('--maxWorkers=100%');
  const { status } = spawnSync(join(ROOT, 'node_modules', '.bin', 'vitest'), args, { cwd: ROOT, stdio: 'inherit' });
  let report = { numPassedTests: 0, numFailedTests: 0 };
  try {
    report = JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch (error) {
    console.error(`Vitest left no report of the ${project} tests: ${error.message}`);
  }
  return {
    passed: report.numPassedTests,
    failed: status === 0 ? report.numFailedTests : Math.max(1, report.numFailedTests),
  };
}

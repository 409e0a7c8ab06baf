// `npm run test:browsers`: installs Firefox where that is possible (root, apt) and runs the stories of tests/browsers in it,
// on the built page. Not part of `npm test`.
import { spawnSync } from 'node:child_process';
import { ensureCore, ensureDependencies, run, runBin } from './run.mjs';

const FIREFOX = 'firefox-esr';

if (spawnSync(FIREFOX, ['--version']).error) {
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', FIREFOX]);
}
ensureDependencies();
ensureCore();
runBin('vite', ['build', '--logLevel', 'warn']);
runBin('vitest', ['run', '--project', 'browsers']);

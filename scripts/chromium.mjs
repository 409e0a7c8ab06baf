// Finds the Chromium that the tests drive, or says how to get one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** Flags for a headless Chromium in a container or as root, quiet on the network. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of an installed Chromium. Throws with the remedy when there is none. */
export function findChromium() {
  const found = CANDIDATES.find((path) => path && existsSync(path));
  if (!found) {
    throw new Error('No Chromium found. Install Chromium or Chrome, or set CHROMIUM_PATH to its executable.');
  }
  return found;
}

/** Installs Debian's Chromium when that is possible (root, apt) and none is there. */
export function ensureChromium() {
  if (CANDIDATES.some((path) => path && existsSync(path))) return;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium (apt-get)…');
    const run = (...args) =>
      spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    run('update', '-q');
    run('install', '-y', '-q', '--no-install-recommends', 'chromium');
  }
  findChromium();
}

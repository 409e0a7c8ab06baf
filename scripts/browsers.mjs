// The browsers other than Chromium that tests drive: whether they are here, and how Debian installs them.
import { spawnSync } from 'node:child_process';

/** Commands that succeed where everything is installed, and the packages that it comes from. */
const BROWSERS = {
  Firefox: { packages: ['firefox-esr'], probes: [['firefox-esr', '--version']] },
  WebKitGTK: {
    packages: ['webkit2gtk-driver', 'xvfb', 'python3-gi', 'gir1.2-webkit2-4.1'],
    probes: [
      ['WebKitWebDriver', '--help'],
      ['Xvfb', '-help'],
      ['/usr/bin/python3', '-c', 'import gi; gi.require_version("WebKit2", "4.1")'],
    ],
  },
};

export const BROWSER_NAMES = Object.keys(BROWSERS);

/** Whether the tests can drive this browser. */
export function isInstalled(name) {
  return BROWSERS[name].probes.every(
    ([program, ...args]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0,
  );
}

/** Installs what is missing. Takes root and apt; throws when it fails. */
export function ensureBrowsers() {
  const missing = BROWSER_NAMES.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = missing.flatMap((name) => BROWSERS[name].packages);
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...packages],
  ])
    spawnSync('apt-get', args, { stdio: 'inherit', env });
  const failed = missing.filter((name) => !isInstalled(name));
  if (failed.length > 0) throw new Error(`${failed.join(' and ')} could not be installed (apt-get, as root).`);
}

// What others wrote and the build contains: each package with its licence in full, as the licences ask.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Not needed at run time, yet parts of them are in the build: icons, and the standard library in the core. */
const BUILT_IN = ['lucide-static', 'assemblyscript'];

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Folders of all packages that the lock file does not call development's, and of those above. */
function packageFolders(root: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
    .map(([path]) => path)
    .concat(BUILT_IN.map((name) => `node_modules/${name}`))
    .sort();
}

/** The text of the notices. Throws when a package has neither a licence file nor a licence's name. */
export function thirdPartyNotices(root: string): string {
  const notices = packageFolders(root).map((path) => {
    const folder = join(root, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file) && !/\.[cm]?[jt]s$/.test(file));
    if (files.length === 0 && !license) throw new Error(`${name} says nothing of its licence.`);
    const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version}: ${license ?? 'see below'}`, ...texts].join('\n\n');
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Pulsebench contains parts of these packages.${rule}${notices.join(rule)}\n`;
}

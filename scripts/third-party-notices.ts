// What others wrote and the build contains: each package with its licence in full, as the licences ask.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the build is made of: the page, the command line and the bridge. */
const SOURCES = ['src', 'bridge'];
/** Nobody imports it, yet its standard library is in the core. */
const BUILT_IN = ['assemblyscript'];

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
/** The package of a bare import; those of Node have a colon. */
const PACKAGE_IMPORT = /\b(?:from|import)\s*\(?\s*'((?:@[\w.-]+\/)?[a-z][\w.-]*)['/]/g;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

function importedPackages(root: string): string[] {
  const files = SOURCES.flatMap((source) =>
    readdirSync(join(root, source), { recursive: true, encoding: 'utf8' }).map((path) => join(root, source, path)),
  );
  return files
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(PACKAGE_IMPORT)].map(([, name]) => name!));
}

/** Where a package that is needed in a folder lies, as Node looks for it. */
function folderOf(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === dirname(folder)) throw new Error(`${name} is imported and not installed.`);
  }
}

/** Folders of all packages that are imported, and of those that they need themselves. */
function packageFolders(root: string): string[] {
  const folders = new Set([...importedPackages(root), ...BUILT_IN].map((name) => folderOf(name, root)));
  // whoever compiles the core stays behind
  const needing = [...folders].filter((folder) => !BUILT_IN.some((name) => folder === folderOf(name, root)));
  for (const folder of needing) {
    for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
      const needed = folderOf(name, folder);
      if (!folders.has(needed)) needing.push(needed);
      folders.add(needed);
    }
  }
  return [...folders].sort();
}

/** The text of the notices. Throws when a package has neither a licence file nor a licence's name. */
export function thirdPartyNotices(root: string): string {
  const notices = packageFolders(root).map((folder) => {
    const { name, version, license } = manifestOf(folder);
    const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file) && !/\.[cm]?[jt]s$/.test(file));
    if (files.length === 0 && !license) throw new Error(`${name} says nothing of its licence.`);
    const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version}: ${license ?? 'see below'}`, ...texts].join('\n\n');
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Pulsebench contains parts of these packages.${rule}${notices.join(rule)}\n`;
}

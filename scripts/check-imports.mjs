// Holds the import directions of docs/architecture.md: a room imports only from the rooms listed for it.
// A room's README says what it is for; this table says what it may know.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ROOT } from './run.mjs';

const BELOW_DEVICES = ['base', 'model', 'core', 'transports'];

/** Longest matching prefix (below src/) wins. `self` is always allowed. */
const MAY_IMPORT = {
  base: [],
  model: ['base'],
  core: ['base', 'model'],
  formats: ['base', 'model', 'core'],
  transports: ['base'],
  'devices/api': ['base', 'model', 'core', 'transports'],
  'devices/sim': ['base', 'model', 'transports'],
  'devices/joulescope': [...BELOW_DEVICES, 'devices/api', 'devices/sim'],
  'devices/scope': ['base'],
  'devices/registry.ts': [...BELOW_DEVICES, 'devices'],
  storage: ['base', 'model', 'formats'],
  pipeline: ['base', 'model', 'core', 'formats', 'transports'],
  'workers/rpc.ts': ['base'],
  workers: ['base', 'model', 'core', 'formats', 'transports', 'devices', 'storage', 'pipeline'],
  app: ['base', 'model', 'pipeline'],
  ui: ['base', 'model', 'app', 'pipeline'],
  'ui/plot': ['base', 'model', 'ui/theme'],
  'ui/elements': ['base', 'model', 'ui/theme'],
  'ui/theme': ['base'],
  cli: ['base', 'model', 'core', 'formats', 'transports', 'devices', 'pipeline'],
  pwa: ['base', 'model', 'storage', 'app', 'workers'],
  'main.ts': ['base', 'model', 'core', 'app', 'ui', 'pwa', 'workers', 'storage', 'formats'],
};

/** What the table does not allow and why it is right all the same: [file or folder, what it may import, reason]. */
const EXCEPTIONS = [
  ['workers/recorder/client.ts', 'storage', 'the list of recordings is the journal, and saving one copies its file'],
  ['workers/export/client.ts', 'storage', 'the place is picked on the page, while the click is fresh'],
  ['formats/trace', 'devices/scope', 'a .trc or .isf file is what the instrument answers, saved as it came'],
  ['cli', 'workers/recorder/source-follower.ts', 'a replay records what the driver yields, as the recorder does'],
  [
    'workers/device/client.ts',
    'devices/registry.ts',
    'the rows are plain data; code of an instrument is loaded by its worker',
  ],
];

/** A client knows its protocol, not what runs behind it. */
const CLIENT_MAY_IMPORT = ['base', 'model', 'workers', 'core'];

const SRC = join(ROOT, 'src');
const IMPORT = /(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function* sources(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts')) yield path;
  }
}

function roomOf(path) {
  const parts = relative(SRC, path).split(sep);
  for (let n = parts.length; n > 0; n--) {
    const prefix = parts.slice(0, n).join('/');
    if (prefix in MAY_IMPORT) return prefix;
  }
  return undefined;
}

const isWithin = (path, prefix) => path === prefix || path.startsWith(`${prefix}/`);

const problems = [];
for (const file of sources(SRC)) {
  const from = relative(SRC, file).split(sep).join('/');
  const room = roomOf(file);
  if (!room) {
    problems.push(`${from}: no room in the table of scripts/check-imports.mjs`);
    continue;
  }
  const isClient = from.startsWith('workers/') && from.endsWith('/client.ts');
  const allowed = isClient ? CLIENT_MAY_IMPORT : MAY_IMPORT[room];
  for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const target = match[1] ?? match[2];
    if (!target.startsWith('.')) continue;
    const to = relative(SRC, resolve(dirname(file), target.split('?')[0]))
      .split(sep)
      .join('/');
    if (to.startsWith('..')) {
      if (!(from === 'core/load.ts' && to.startsWith('../build/')))
        problems.push(`${from}: imports ${target}, outside src/`);
      continue;
    }
    const isExcepted = EXCEPTIONS.some(([who, what]) => isWithin(from, who) && isWithin(to, what));
    if (isWithin(to, room) || isExcepted || allowed.some((prefix) => isWithin(to, prefix))) {
      const workerEntry = /^workers\/([^/]+)\/worker\.ts$/.exec(to);
      if (!workerEntry) continue;
      if (target.includes('?')) continue;
    }
    problems.push(`${from}: room "${room}" may not import ${to}`);
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`${problems.length} import(s) against the directions in docs/architecture.md`);
  process.exit(1);
}

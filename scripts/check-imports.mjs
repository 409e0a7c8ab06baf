// Holds the import directions of docs/architecture.md: a room imports only from the rooms listed for it, a worker's two
// sides meet only in its protocol, and no file leads back to itself, not even by a type.
// A room's README says what it is for; these tables say what it may know.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ROOT } from './run.mjs';

const BELOW_DEVICES = ['base', 'model', 'core', 'transports'];

/** Longest matching prefix (below src/) wins. A room may always import from itself. */
const MAY_IMPORT = {
  base: [],
  model: ['base'],
  core: ['base', 'model'],
  transports: ['base'],
  formats: ['base', 'model', 'core'],
  'devices/api': BELOW_DEVICES,
  'devices/sim': ['base', 'model', 'transports', 'devices/api'],
  'devices/joulescope': [...BELOW_DEVICES, 'devices/api', 'devices/sim'],
  'devices/scope': ['base', 'devices/scpi'],
  'devices/panel': ['base', 'devices/scpi'],
  'devices/bench': [...BELOW_DEVICES, 'devices/api', 'devices/scpi', 'devices/panel', 'devices/scope'],
  'devices/scpi': ['base', 'model', 'transports'],
  'devices/oszitrace': [...BELOW_DEVICES, 'devices/api', 'devices/scpi', 'devices/scope', 'devices/sim'],
  'devices/epics': [...BELOW_DEVICES, 'devices/api'],
  'devices/redpitaya': [...BELOW_DEVICES, 'devices/api', 'devices/sim'],
  'devices/registry.ts': ['devices', 'transports'],
  storage: ['base', 'model', 'formats'],
  pipeline: ['base', 'model', 'core', 'formats', 'transports'],
  scan: ['base', 'model'],
  workers: ['base', 'model', 'core', 'formats', 'transports', 'devices', 'storage', 'pipeline'],
  app: ['base', 'model', 'pipeline'],
  ui: ['base', 'model', 'app', 'pipeline'],
  'ui/plot': ['base', 'model', 'ui/theme'],
  'ui/elements': ['base', 'model', 'ui/theme'],
  'ui/theme': ['base'],
  cli: ['base', 'model', 'core', 'formats', 'transports', 'devices', 'pipeline', 'scan'],
  pwa: ['base', 'model', 'storage', 'app'],
  'main.ts': ['base', 'model', 'core', 'pipeline', 'app', 'ui', 'pwa', 'workers', 'storage'],
};

/** What is within reach of a worker's client.ts runs on the page. */
const PAGE_SIDE_MAY_IMPORT = ['base', 'model', 'core', 'storage', 'pipeline'];

/** What the tables do not allow and why it is right all the same: [file or folder, what it may import, reason]. */
const EXCEPTIONS = [
  [
    'main.ts',
    'formats/difference/difference.ts',
    'files lie in workers of their own; what two have in common is on the page',
  ],
  ['main.ts', 'formats/spectrum/write.ts', 'small texts of what is on the page; the code comes when they are saved'],
  ['formats/trace', 'devices/scope', 'a .trc or .isf file is what the instrument answers, saved as it came'],
  [
    'pipeline/functions',
    'devices/redpitaya/protocol',
    'a source speaks to the board in the words of its driver; they are pure',
  ],
  ['workers/paint', 'ui/plot', 'what is painted there is what the page would paint itself'],
  ['cli', 'workers/recorder/source-follower.ts', 'a replay records what the driver yields, as the recorder does'],
  ['workers/export/client.ts', 'formats/writers.ts', 'rows are plain data; a writer is loaded by the worker'],
  [
    'workers/device/choices.ts',
    'devices/registry.ts',
    'rows are plain data; an instrument’s code is loaded by its worker',
  ],
  [
    'workers/device/configuration-files.ts',
    'devices/oszitrace',
    'whose the instrument is and what is wrong in its configuration is told before a worker is started',
  ],
  [
    'workers/device/client.ts',
    'workers/sim-bench/client.ts',
    'simulated instruments may stand on a bench of their own',
  ],
  [
    'workers/pipeline/run-zip.ts',
    'formats/zip/writer.ts',
    'a run is handed in as one small zip, made where it is saved',
  ],
];

/** Files on both sides of a worker beside its protocol.ts, and why. */
const ON_BOTH_SIDES = [
  ['workers/device/choices.ts', 'page and worker must agree on what an entry of the Connect list is'],
];

const SRC = join(ROOT, 'src');
const IMPORT = /(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;
const problems = [];

function* sources(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts')) yield path;
  }
}

const nameOf = (path) => relative(SRC, path).split(sep).join('/');
const isWithin = (path, prefix) => path === prefix || path.startsWith(`${prefix}/`);

function roomOf(name) {
  const parts = name.split('/');
  for (let n = parts.length; n > 0; n--) {
    const prefix = parts.slice(0, n).join('/');
    if (prefix in MAY_IMPORT) return prefix;
  }
  return undefined;
}

/** Relative imports of every file: names below src/, and whether it is a call of import(). */
const graph = new Map();
for (const file of sources(SRC)) {
  const from = nameOf(file);
  const targets = [];
  for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const target = match[1] ?? match[2];
    if (!target.startsWith('.')) continue;
    const to = nameOf(resolve(dirname(file), target.split('?')[0]));
    if (!to.startsWith('..')) targets.push({ to, isLazy: match[1] === undefined });
    else if (!(from === 'core/load.ts' && to.startsWith('../build/')))
      problems.push(`${from}: imports ${target}, outside src/`);
  }
  graph.set(from, targets);
}

/** Files of `folder` that `entry` leads to, itself included. */
function reach(folder, entry) {
  const found = new Set();
  const queue = [`${folder}/${entry}`];
  for (const name of queue) {
    if (found.has(name) || !isWithin(name, folder) || !graph.has(name)) continue;
    found.add(name);
    queue.push(...graph.get(name).map(({ to }) => to));
  }
  return found;
}

const workerFolders = readdirSync(join(SRC, 'workers'))
  .filter((name) => statSync(join(SRC, 'workers', name)).isDirectory())
  .map((name) => `workers/${name}`);
const pageSide = new Set();
for (const folder of workerFolders) {
  const page = reach(folder, 'client.ts');
  const worker = reach(folder, 'worker.ts');
  for (const name of page) {
    pageSide.add(name);
    const isShared = name.endsWith('/protocol.ts') || ON_BOTH_SIDES.some(([file]) => file === name);
    if (worker.has(name) && !isShared) problems.push(`${name}: is on both sides of ${folder}`);
  }
  for (const name of graph.keys()) {
    if (isWithin(name, folder) && !page.has(name) && !worker.has(name)) {
      problems.push(`${name}: neither client.ts nor worker.ts of ${folder} leads to it`);
    }
  }
}

function isAllowed(from, to) {
  const room = roomOf(from);
  if (EXCEPTIONS.some(([who, what]) => isWithin(from, who) && isWithin(to, what))) return true;
  const worker = workerFolders.find((folder) => isWithin(to, folder));
  if (worker && !isWithin(from, worker)) return from === 'main.ts' && to === `${worker}/client.ts`;
  if (isWithin(to, room)) return true;
  const allowed = pageSide.has(from) && !from.endsWith('/protocol.ts') ? PAGE_SIDE_MAY_IMPORT : MAY_IMPORT[room];
  return allowed.some((prefix) => isWithin(to, prefix));
}

for (const room of Object.keys(MAY_IMPORT)) {
  if (!existsSync(join(SRC, room))) problems.push(`scripts/check-imports.mjs: there is no room ${room}`);
}
for (const [who, what] of EXCEPTIONS) {
  const isUsed = [...graph].some(
    ([from, targets]) => isWithin(from, who) && targets.some(({ to }) => isWithin(to, what)),
  );
  if (!isUsed) problems.push(`scripts/check-imports.mjs: nobody uses the exception ${who} → ${what}`);
}
for (const [from, targets] of graph) {
  if (!roomOf(from)) problems.push(`${from}: no room in the table of scripts/check-imports.mjs`);
  else for (const { to } of targets) if (!isAllowed(from, to)) problems.push(`${from}: may not import ${to}`);
}
for (const circle of circles()) problems.push(`a circle: ${circle.join(' → ')}`);

/** Groups of files that lead back to themselves (strongly connected components, Tarjan 1972); import() does not count. */
function circles() {
  const found = [];
  const stack = [];
  const marks = new Map();
  const visit = (name) => {
    const mark = { index: marks.size, low: marks.size, isOpen: true };
    marks.set(name, mark);
    stack.push(name);
    for (const { to, isLazy } of graph.get(name)) {
      if (isLazy || !graph.has(to)) continue;
      const other = marks.get(to) ?? visit(to);
      if (other.isOpen) mark.low = Math.min(mark.low, other.low);
    }
    if (mark.low === mark.index) {
      const group = stack.splice(stack.indexOf(name));
      for (const member of group) marks.get(member).isOpen = false;
      if (group.length > 1) found.push(group);
    }
    return mark;
  };
  for (const name of graph.keys()) if (!marks.has(name)) visit(name);
  return found;
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`${problems.length} import(s) against the directions in docs/architecture.md`);
  process.exit(1);
}

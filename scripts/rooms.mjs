// `node scripts/rooms.mjs`: counts the files and lines of every room and writes them into docs/architecture.md.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './run.mjs';

const DOCUMENT = join(ROOT, 'docs', 'architecture.md');
const BEGIN = '<!-- rooms -->';
const END = '<!-- /rooms -->';
/** Folders that are rooms of their own, and what is in src/ beside them. */
const ROOMS = ['assembly', ...foldersOf('src'), 'bridge', 'scripts', 'bench', 'tests'];

function foldersOf(parent) {
  return readdirSync(join(ROOT, parent))
    .filter((name) => statSync(join(ROOT, parent, name)).isDirectory())
    .map((name) => `${parent}/${name}`);
}

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (name !== 'golden' && name !== 'node_modules') yield* sources(path);
    } else if (/\.(ts|mjs)$/.test(name)) {
      yield path;
    }
  }
}

function rowOf(room) {
  const files = [...sources(join(ROOT, room))]
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  const total = files.reduce((sum, { lines }) => sum + lines, 0);
  const longest = files.at(-1);
  const name = relative(join(ROOT, room), longest.path);
  return `| \`${room}\` | ${files.length} | ${total} | ${files[files.length >> 1].lines} | ${longest.lines} (\`${name}\`) |`;
}

const table = ['| room | files | lines | median | longest |', '|---|---|---|---|---|', ...ROOMS.map(rowOf)].join('\n');
const text = readFileSync(DOCUMENT, 'utf8');
const [before, rest] = text.split(BEGIN);
const [, after] = rest.split(END);
writeFileSync(DOCUMENT, `${before}${BEGIN}\n${table}\n${END}${after}`);

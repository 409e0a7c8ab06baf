// The built page over HTTP, with the headers that the build itself says: they are read from its file `_headers`, so there
// is no second list of them.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HEADERS_FILE = '_headers';
/** The bundled bridge lies in the folder of the page; in the repository the build is elsewhere. */
const PLACES = ['.', '../dist'];
/** Of the files of a build; browsers refuse scripts, styles and modules of other types. */
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};
/** Names under assets/ carry their content's hash; anything else may be another one after the next build. */
const FOREVER = 'max-age=31536000, immutable';
/** Plain names: none begins with a dot, so none leads out of the folder. */
const FILE_PATH = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

/** The folder of the page that belongs to this program; `undefined` where it has not been built. */
export function findPage() {
  const folders = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return folders.find((folder) => existsSync(join(folder, HEADERS_FILE)) && existsSync(join(folder, 'index.html')));
}

/**
 * Answers a request with a file of the page.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {{ folder: string, base: string }} page `base` is the path below which it is served, with a slash at both ends
 */
export function answerWithPage({ method, url }, response, { folder, base }) {
  if (method !== 'GET' && method !== 'HEAD') {
    refuse(response.setHeader('allow', 'GET, HEAD'), 405, 'The page is only read.');
    return;
  }
  const path = filePath(url, base);
  const file = path && join(folder, path);
  const stat = file && statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) {
    refuse(response, 404, 'There is no such file.');
    return;
  }
  response.writeHead(200, {
    ...headersOf(folder),
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-length': stat.size,
    'cache-control': path.startsWith('assets/') ? FOREVER : 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  // a file that is gone meanwhile, as when the page is built anew: the connection ends before its length is reached
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

export function refuse(response, status, reason) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
}

/** The file that a request means, relative to the folder; `undefined` for what is no file's name. */
function filePath(url, base) {
  const [path] = url.split(/[?#]/, 1);
  if (!path.startsWith(base)) return undefined;
  const name = path.slice(base.length) || 'index.html';
  return FILE_PATH.test(name) ? name : undefined;
}

/** Read anew each time: the page may be built again while it is served. */
function headersOf(folder) {
  const lines = readFileSync(join(folder, HEADERS_FILE), 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^ {2}([\w-]+): (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

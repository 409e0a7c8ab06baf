// A static host without control over headers, as free web space is: serves a folder below /lab/, over a slow link if
// wanted.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { SlowLink } from './slow-link.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export class StaticHost {
  /** What it serves; another folder is another version. */
  folder: string;
  readonly #server: Server;
  /** Answers instead of files, by path below /lab/; `undefined` as text is a 404. */
  readonly overrides = new Map<string, string | undefined>();
  /** Files below /lab/ that are asked for but not answered. */
  heldBack: (file: string) => boolean = () => false;
  /** Paths below /lab/ in the order in which they were asked for. */
  readonly requests: string[] = [];

  readonly #link: SlowLink | undefined;

  /** `headers` go with every file. */
  constructor(folder: string, link?: { bitsPerS: number }, headers: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
    this.#link = link && new SlowLink(link.bitsPerS);
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://host');
      const path = url.pathname.startsWith('/lab/') ? normalize(url.pathname.slice(5)) || 'index.html' : undefined;
      const file = path === '.' ? 'index.html' : path;
      this.requests.push(file ?? url.pathname);
      if (file !== undefined && this.heldBack(file)) return;
      const body = file === undefined ? undefined : this.#body(file);
      if (body === undefined || file === undefined) {
        response.writeHead(404).end('not found');
        return;
      }
      response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers });
      if (this.#link) this.#link.send(response, Buffer.from(body));
      else response.end(body);
    });
  }

  /** Starts listening; the result is the address of the page. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}/lab/`;
  }

  /** From here on the host is unreachable. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#link?.stop();
    await closed;
  }

  #body(file: string): string | Buffer | undefined {
    if (this.overrides.has(file)) return this.overrides.get(file);
    try {
      return readFileSync(join(this.folder, file));
    } catch {
      return undefined;
    }
  }
}

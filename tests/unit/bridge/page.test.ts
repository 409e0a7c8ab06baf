// The page from the bridge: the headers are those that the build says, and no request leads out of its folder.

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWithPage } from '../../../bridge/page.mjs';

const parent = mkdtempSync(join(tmpdir(), 'pulsebench-page-'));
const folder = join(parent, 'page');
let server: Server;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(join(folder, '.git', 'config'), 'secret');
  writeFileSync(
    join(folder, '_headers'),
    "/*\n  X-Frame-Options: DENY\n  Content-Security-Policy: default-src 'none'; a b\n",
  );
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'assets', 'worker-1234abcd.js'), 'void 0;');
  server = createServer((incoming, response) => answerWithPage(incoming, response, { folder, base: '/bridged/' }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  rmSync(parent, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The path goes out as it is written. */
async function ask(path: string, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const outgoing = request({ host: '127.0.0.1', port, path, method }).end();
  const [incoming] = await once(outgoing, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return { status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(pieces).toString() };
}

test.each(['/bridged/', '/bridged/index.html', '/bridged/?x=1'])(
  '%s is the page, with all headers of the build',
  async (path) => {
    const { status, headers, body } = await ask(path);
    expect([status, body]).toEqual([200, '<p>page</p>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': '11',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; a b",
      'cache-control': 'no-cache',
    });
  },
);

test("a worker's script has them, too, and is kept by its name", async () => {
  const { headers, body } = await ask('/bridged/assets/worker-1234abcd.js');
  expect(body).toBe('void 0;');
  expect(headers).toMatchObject({ 'content-type': 'text/javascript', 'x-frame-options': 'DENY' });
  expect(headers['cache-control']).toContain('immutable');
});

test('headers of a page that was built again are the new ones', async () => {
  writeFileSync(
    join(folder, '_headers'),
    "/*\n  X-Frame-Options: DENY\n  Content-Security-Policy: default-src 'none'; a b\n  X-New: yes\n",
  );
  expect((await ask('/bridged/')).headers).toMatchObject({ 'x-new': 'yes' });
});

test.each([
  '/bridged/../../secret.txt',
  '/bridged/..%2f..%2fsecret.txt',
  '/bridged/%2e%2e/%2e%2e/secret.txt',
  '/bridged/assets/../../../secret.txt',
  '/bridged/..\\..\\secret.txt',
  '/bridged//etc/passwd',
  '/bridged/.git/config',
  '/bridged/assets',
  '/bridged/assets/',
  '/bridged/nothing.js',
  '/bridged',
  '/secret.txt',
  '/bridged/index.html%00.js',
])('%s is no file of it', async (path) => {
  const { status, body } = await ask(path);
  expect([status, body]).toEqual([404, 'There is no such file.\n']);
});

test('it is only read', async () => {
  const { status, headers } = await ask('/bridged/', 'POST');
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  expect(await ask('/bridged/', 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '11' } });
});

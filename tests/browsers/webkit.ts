// WebKitGTK, Safari's engine, over WebDriver (w3.org/TR/webdriver2): in a window of our own (webkit-window.py), on a display
// in memory (Xvfb).

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DrivenBrowser, pageScript } from './driven-browser.ts';

const WINDOW = new URL('webkit-window.py', import.meta.url).pathname;
/** Debian's, which finds the system's bindings of GTK. */
const PYTHON = '/usr/bin/python3';

/** What Safari has switched on and WebKitGTK has not. */
const SAFARI_FEATURES = ['StorageAPI', 'StorageAPIEstimate', 'FileSystem', 'AccessHandle', 'FileSystemWritableStream'];

const ENVIRONMENT = {
  WEBKIT_DISABLE_DMABUF_RENDERER: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
  // the sandbox needs user namespaces, which root in a container has not
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
};

/** `isLikeSafari`: with shared memory and private files, which WebKitGTK has but leaves off. */
export async function openWebKit({ isLikeSafari }: { isLikeSafari: boolean }): Promise<DrivenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'webkit-'));
  const downloads = join(folder, 'downloads');
  mkdirSync(downloads);
  const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const display = await firstLine(screen);
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    detached: true,
    stdio: 'ignore',
    env: {
      ...process.env,
      ...ENVIRONMENT,
      DISPLAY: `:${display}`,
      ...(isLikeSafari && { JSC_useSharedArrayBuffer: '1' }),
    },
  });
  const send = async <T>(method: 'POST' | 'DELETE' | 'GET', path: string, body?: object): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: T & { message?: string } };
    if (!response.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  await untilAnswered(() => send('GET', '/status'));
  const options = {
    binary: PYTHON,
    args: [WINDOW, folder, downloads, ...(isLikeSafari ? SAFARI_FEATURES : [])],
  };
  const { sessionId } = await send<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
  });
  const session = `/session/${sessionId}`;
  await send('POST', `${session}/timeouts`, { script: 120_000 });
  return {
    downloads,
    visit: async (url) => {
      await send('POST', `${session}/url`, { url });
    },
    run: async (use, ...args) => {
      const script = `const done = arguments[arguments.length - 1];
        ${pageScript(use, args)}.then((json) => done({ json }), (error) => done({ error: String(error) }));`;
      const answer = await send<{ json?: string; error?: string }>('POST', `${session}/execute/async`, {
        script,
        args: [],
      });
      if (answer.json === undefined) throw new Error(answer.error);
      return JSON.parse(answer.json);
    },
    act: async (actions) => {
      await send('POST', `${session}/actions`, { actions });
    },
    close: async () => {
      const ended = [driver, screen].map((it) => new Promise((resolve) => it.once('exit', resolve)));
      process.kill(-driver.pid!);
      screen.kill();
      await Promise.all(ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function firstLine(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    program.stdout!.once('data', (chunk) => resolve(String(chunk).trim()));
    program.once('exit', () => reject(new Error(`${program.spawnfile} ended`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

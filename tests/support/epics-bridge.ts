// The running bridge with Channel Access, as a user starts it, and a page that serves variables through it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Page } from './epics-page.ts';

const BRIDGE = fileURLToPath(new URL('../../bridge/server.mjs', import.meta.url));

export interface EpicsBridge {
  readonly page: Page;
  /** Of Channel Access. */
  readonly ports: { readonly tcp: number; readonly udp: number };
  /** What EPICS' clients are told to find nothing but this bridge. */
  readonly env: Readonly<Record<string, string>>;
  /** What it has said on standard error. */
  readonly lines: readonly string[];
  /** Ends the page and the bridge; resolves with its exit code. */
  end(): Promise<number | null>;
}

/** Serves `pvs` (bridge/epics/README.md, `define`), which have no values yet. */
export async function startEpicsBridge(pvs: readonly object[]): Promise<EpicsBridge> {
  const bridge: ChildProcess = spawn(
    process.execPath,
    [BRIDGE, '--port', '0', '--epics', '--epics-port', '0', '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  createInterface(bridge.stderr!).on('line', (line) => lines.push(line));
  const [line] = (await once(createInterface(bridge.stdout!), 'line')) as [string];
  const { url, epics: ports } = JSON.parse(line) as { url: string; epics: EpicsBridge['ports'] };
  const page = await Page.open(url);
  page.say({ op: 'define', pvs });
  await page.next('defined');
  return {
    page,
    ports,
    env: {
      EPICS_CA_ADDR_LIST: '127.0.0.1',
      EPICS_CA_AUTO_ADDR_LIST: 'NO',
      EPICS_CA_SERVER_PORT: String(ports.udp),
    },
    lines,
    end: async () => {
      page.socket.close();
      bridge.kill('SIGTERM');
      await once(bridge, 'exit');
      return bridge.exitCode;
    },
  };
}

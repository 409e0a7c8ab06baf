// A laboratory for a page: a Channel Access server of its own with the variables that a test says, and a bridge that
// searches there, for the page under test.

import { CaClient } from '../../bridge/epics/ca-client.mjs';
import { startEpics } from '../../bridge/epics/epics.mjs';
import { startBridge } from '../../bridge/server.mjs';
import { Page } from './epics-page.ts';

export interface LabOptions {
  /** What pages of the bridge may write. */
  readonly puts?: readonly string[];
  /** Of the bridge; any free one when left out. */
  readonly port?: number;
  readonly origins?: readonly string[];
}

export interface Lab {
  /** Serves the variables of the laboratory. */
  readonly server: Page;
  /** Address of the bridge. */
  readonly url: string;
  /** Where clients search what pages of the bridge publish: a UDP port of this computer. */
  readonly searchPort: number;
  /** Reads and writes, as any client, what pages of the bridge publish. */
  readonly client: CaClient;
  /** What the bridge says on standard error. */
  readonly lines: readonly string[];
  /** The laboratory's server goes away, with all its variables. */
  endServer(): Promise<void>;
  close(): Promise<void>;
}

export async function startLab({ puts = [], port = 0, origins = [] }: LabOptions = {}): Promise<Lab> {
  const lines: string[] = [];
  const labEpics = await startEpics({ port: 0, graceMs: 0 });
  const labBridge = await startBridge({ port: 0, epics: labEpics });
  const server = await Page.open(labBridge.url);
  const addresses = [{ host: '127.0.0.1', port: labEpics.udp }];
  const epics = await startEpics({ port: 0, addresses, puts: [...puts], log: (line: string) => lines.push(line) });
  const bridge = await startBridge({ port, origins: [...origins], epics });
  const client = new CaClient({ addresses: [{ host: '127.0.0.1', port: epics.udp }] });
  let isEnded = false;
  let isClosed = false;
  const endServer = async () => {
    if (isEnded) return;
    isEnded = true;
    server.socket.terminate();
    await labBridge.close();
    await labEpics.close();
  };
  return {
    server,
    url: bridge.url,
    searchPort: epics.udp,
    client,
    lines,
    endServer,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      client.close();
      await bridge.close();
      await epics.close();
      await endServer();
    },
  };
}

export interface Heard {
  readonly values: readonly (number | string)[];
  readonly utcNs: bigint | undefined;
  readonly severity: number;
}

/** A monitor that keeps what it heard, and whose channel writes. */
export function monitor(client: CaClient, name: string) {
  const heard: Heard[] = [];
  const rights: boolean[] = [];
  const channel = client.channel(name, {
    onConnected: ({ isWritable }: { isWritable: boolean }) => rights.push(isWritable),
    onDisconnected: () => undefined,
    onValue: ({ values, utcNs, severity }) => {
      heard.push({ values: Array.from<number | string>(values), utcNs, severity });
    },
    onRights: (isWritable: boolean) => rights.push(isWritable),
    onFault: () => undefined,
  });
  return { heard, rights, channel };
}

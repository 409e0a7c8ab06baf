// The bridge with its simulated instruments, as a user starts it, and a line to any of them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../bridge/server.mjs', import.meta.url));

/** What is not understood is not answered. */
const ANSWER_TIMEOUT_MS = 10_000;

export interface SimulatorsProcess {
  readonly process: ChildProcess;
  readonly url: string;
  /** Of the page that it serves, if it has one. */
  readonly page: string | undefined;
  /** By name, on this computer. */
  readonly ports: Readonly<Record<string, number>>;
  /** Sends one line and resolves with the answer, without its line end; for answers without blocks. */
  ask(name: string, line: string): Promise<string>;
  /** Sends one line that is not answered. */
  tell(name: string, line: string): Promise<void>;
  end(): Promise<number | null>;
}

/** `command` starts the bridge; left out, it is the repository's own. */
export async function startSimulators(...command: readonly string[]): Promise<SimulatorsProcess> {
  const [program, ...args] = command.length > 0 ? command : [process.execPath, SCRIPT];
  const child = spawn(program!, [...args, '--port', '0', '--serve-simulators', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, page, simulators } = JSON.parse(line) as Pick<SimulatorsProcess, 'url' | 'page'> & {
    simulators: Record<string, number>;
  };
  const ask = async (name: string, text: string): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port: simulators[name]! });
    socket.write(`${text}\n`);
    const lines = createInterface({ input: socket });
    const [answer] = (await once(lines, 'line', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })) as [string];
    socket.destroy();
    await once(socket, 'close');
    return answer;
  };
  return {
    process: child,
    url,
    page,
    ports: simulators,
    ask,
    // every family answers this, and only after what stands before it
    tell: async (name, text) => void (await ask(name, `${text};*OPC?`)),
    end: async () => {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      return ((await ended) as [number | null])[0];
    },
  };
}

// An instrument on TCP that answers lines as a map says. It knows the event-enable register, by which links get in step.

import { type AddressInfo, createServer, type Server } from 'node:net';

export interface LineServer {
  readonly port: number;
  /** Lines that came, without those about the register. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

export async function lineServer(answers: Readonly<Record<string, string>>): Promise<LineServer> {
  const lines: string[] = [];
  const server: Server = createServer((socket) => {
    let rest = '';
    let eventEnable = '0';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const parts = (rest + bytes.toString('latin1')).split('\n');
      rest = parts.pop()!;
      for (const line of parts.filter((text) => text !== '')) {
        const [, value, question] = /^\*ESE (\d+)(;\*ESE\?)?$/.exec(line) ?? [];
        if (value !== undefined) eventEnable = value;
        else lines.push(line);
        const answer = question ? eventEnable : answers[line];
        if (answer !== undefined) socket.write(`${answer}\n`, 'latin1');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

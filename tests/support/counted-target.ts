// An instrument on a port of this computer: what it does with a connection is said by who starts it.

import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Target {
  readonly port: number;
  /** Connections so far, and those that are open. */
  readonly connectionCount: number;
  readonly openCount: number;
  close(): void;
}

export async function startTarget(onConnection: (socket: Socket) => void): Promise<Target> {
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  const server = createServer((socket) => {
    connectionCount++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return connectionCount;
    },
    get openCount() {
      return sockets.size;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

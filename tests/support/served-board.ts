// A simulated board on TCP ports of this computer: its server, and its list mode.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { BytePort } from '../../src/transports/byte-port.ts';

export interface ServedPort {
  readonly port: number;
  close(): Promise<void>;
}

export async function serveBytes(connect: () => BytePort): Promise<ServedPort> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const port = connect();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    port.listen({ onBytes: (bytes) => socket.write(bytes), onClosed: () => socket.end() });
    socket.on('data', (bytes) => void port.write(new Uint8Array(bytes)));
    socket.on('close', () => {
      sockets.delete(socket);
      void port.close();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

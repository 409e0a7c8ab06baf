// Simulated instruments on TCP ports of this computer: lines in, answers with a line end out, as on port 5025 of a real
// one; or bytes as they are. What they say is theirs (src/devices/sim/scpi, src/devices/redpitaya/sim).
import { createServer } from 'node:net';
import { simulatedServers, simulatedTalkers } from './talkers.mjs';

const HOST = '127.0.0.1';
const CARRIAGE_RETURN = 0x0d;
/** A command longer than this is no command. */
const MAX_LINE_BYTES = 2 ** 20;

/**
 * Serves one port per instrument; resolves with the ports by name and a way to end them.
 * @returns {Promise<{ ports: Record<string, number>, close: () => void }>}
 */
export async function serveSimulators() {
  const servers = [];
  const close = () => {
    for (const server of servers) server.close();
  };
  const ports = {};
  for (const [name, talker] of Object.entries(await simulatedTalkers())) {
    const server = await serve(talker);
    servers.push(server);
    ports[name] = server.port;
  }
  for (const [name, connect] of Object.entries(await simulatedServers())) {
    const server = await serveBytes(connect);
    servers.push(server);
    ports[name] = server.port;
  }
  return { ports, close };
}

/** Several may be connected; an answer goes to the one that spoke last. */
async function serve(talker) {
  const { lineEnd = '\n' } = talker;
  let speaker;
  talker.onAnswer = (answer) => {
    if (!speaker?.writable) return;
    // in one piece: foreign software takes the end of a piece for the end of an answer
    speaker.write(Buffer.concat([answer, Buffer.from(lineEnd)]));
  };
  return listen((socket) => {
    readLines(socket, lineEnd, (line) => {
      speaker = socket;
      talker.tell(line);
    });
    socket.on('close', () => {
      // nobody is left to hear what it was about to say
      if (speaker === socket) talker.clear();
    });
  });
}

/** Each connection is one of its own; who is served is the server's business. */
function serveBytes(connect) {
  return listen((socket) => {
    const port = connect();
    port.listen({ onBytes: (bytes) => socket.write(bytes), onClosed: () => socket.end() });
    socket.on('data', (bytes) => void port.write(new Uint8Array(bytes)));
    socket.on('close', () => void port.close());
  });
}

async function listen(onSocket) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: server.address().port, close };
}

/** Lines end with LF or CR LF, or with CR LF alone where that is `lineEnd`; an empty one is not told. */
function readLines(socket, lineEnd, onLine) {
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + lineEnd.length);
      if (line.length > 0) onLine(line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
    }
    if (rest.length > MAX_LINE_BYTES) socket.destroy();
  });
}

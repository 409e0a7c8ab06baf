// Taking a port, and what is said when that does not work.

const MAX_PORT = 65_535;

/** Resolves with the port when the server listens; rejects with a sentence. */
export async function listenAt(server, { port, listen }) {
  await new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(cannotListen(error, listen, port), { cause: error })));
    server.listen(port, listen, resolve);
  });
  return server.address().port;
}

/** The number of a port in an option; 0 takes a free one. Throws with a sentence. */
export function readPort(option, text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port;
  throw new Error(`${option} needs a number from 0 to ${MAX_PORT}, not "${text}".`);
}

function cannotListen({ code, message }, listen, port) {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use, maybe by another bridge. End that one, or choose another port with --port.`;
    case 'EACCES':
      return `Port ${port} needs rights that this user does not have. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${listen} is no address of this computer. Choose one that is with --listen.`;
    default:
      return `Nobody can listen at ${listen}, port ${port}: ${message}.`;
  }
}

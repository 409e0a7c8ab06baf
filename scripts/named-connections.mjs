// Instruments with a WebSocket of their own, which the page's policy lets it reach: those that were named when the page was
// built or served, `--connect ws://HOST:PORT`. A page cannot name one itself: whatever came to run in it could, too.

/** Where a build finds them, with blanks between. */
const VARIABLE = 'PULSEBENCH_CONNECT';

/** As the policy names it: scheme, host and port. Throws with a sentence for what is no such address. */
function sourceOf(text) {
  const { protocol = '', hostname = '', host = '' } = URL.canParse(text) ? new URL(text) : {};
  // a star would stand for any host
  const isHost = /^[\w.-]+$|^\[[\da-f:.]+\]$/i.test(hostname);
  if (isHost && (protocol === 'ws:' || protocol === 'wss:')) return `${protocol}//${host}`;
  throw new Error(`--connect needs an address such as ws://192.168.1.5:8080, not "${text}".`);
}

/** Those that a build was given. */
export function namedConnections() {
  const words = (process.env[VARIABLE] ?? '').split(/\s+/).filter((word) => word !== '');
  return [...new Set(words.map(sourceOf))];
}

/** Takes `--connect ADDRESS` out of a command line for the build that follows; returns the rest of the line. */
export function takeConnections(args) {
  const rest = [];
  const named = namedConnections();
  for (let index = 0; index < args.length; index++) {
    if (args[index] === '--connect') named.push(sourceOf(args[++index] ?? ''));
    else rest.push(args[index]);
  }
  process.env[VARIABLE] = [...new Set(named)].join(' ');
  return rest;
}

/** Whether a build that has these headers (dist/_headers) was given the same. */
export function isBuiltFor(headers) {
  const [, built] = /connect-src 'self' \S+?((?: [^;]*)?);/.exec(headers) ?? [];
  return built?.trim() === namedConnections().join(' ');
}

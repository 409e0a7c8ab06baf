// Where a page's bridge is. The page's policy lets it connect there (scripts/response-headers.ts).

/** Where the bridge listens unless told otherwise. */
export const BRIDGE_URL = 'ws://127.0.0.1:8900';

/** Below this path the bridge serves the page itself (bridge/server.mjs). */
const BRIDGED_PATH = '/bridged/';

/** Whether a page, or a worker of it, came from a bridge. `url` is its own address. */
export const isBridged = (url: string): boolean => new URL(url).pathname.startsWith(BRIDGED_PATH);

/** The bridge of a page, or of a worker of it: the host that it came from where that is one. Without a path. */
export const bridgeUrlOf = (url: string): string =>
  isBridged(url) ? new URL(url).origin.replace(/^http/, 'ws') : BRIDGE_URL;

/** Whether a page came from this computer, of which a browser asks nobody before it reaches another program there. */
export function isFromThisComputer(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

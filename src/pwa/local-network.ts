// Whether the browser lets this page reach the bridge. Chromium keeps pages from elsewhere from programs on this computer
// until the user agreed (Local Network Access); browsers without the permission keep nobody. Page only.

import { bridgeUrlOf, isFromThisComputer } from '../base/bridge-address.ts';
import type { BridgeAccess, BridgePort } from '../model/ports.ts';

/** The newest name first; browsers refuse those that they do not know. */
const PERMISSION_NAMES = ['loopback-network', 'local-network-access'];

/** The browser's parts that are asked. */
export interface LocalNetworkHost {
  readonly pageUrl: string;
  /** As `navigator.permissions.query`; rejects for a name that the browser does not know. */
  query(name: string): Promise<{ readonly state: BridgeAccess }>;
  /** Tries to connect, whereupon the browser may ask; resolves when that has ended in one way or the other. */
  connect(url: string): Promise<void>;
}

const browserHost: LocalNetworkHost = {
  get pageUrl() {
    return location.href;
  },
  // their names are in no library yet
  query: async (name) => navigator.permissions.query({ name: name as PermissionName }),
  connect: (url) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.close();
      socket.onclose = () => resolve();
    }),
};

export function localNetwork(host: LocalNetworkHost = browserHost): BridgePort {
  const access = async (): Promise<BridgeAccess> => {
    if (isFromThisComputer(host.pageUrl)) return 'granted';
    for (const name of PERMISSION_NAMES) {
      const state = await host.query(name).then(
        (permission) => permission.state,
        () => undefined,
      );
      if (state) return state;
    }
    return 'granted';
  };
  return {
    access,
    ask: async () => {
      await host.connect(new URL('/tcp', bridgeUrlOf(host.pageUrl)).href);
      return access();
    },
  };
}

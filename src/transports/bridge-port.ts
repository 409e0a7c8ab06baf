// What a browser cannot open itself: TCP connections and process variables, through the bridge, a small program on this
// computer.

import type { BytePort } from './byte-port.ts';
import { type ByteStream, byteStream } from './byte-stream.ts';
import { type FrameSocket, openFrameSocket } from './frame-socket.ts';
import { BRIDGE_PROTOCOL, openWebSocketPort } from './websocket-port.ts';

/** Where `npm run bridge` listens: the one address elsewhere that the page's policy allows. */
export const BRIDGE_URL = 'ws://127.0.0.1:8900';

/** Of other programs that do what the bridge does: bytes as they are, without a word before. */
const WEBSOCKIFY_PROTOCOL = 'binary';

/** Rejects with `device/lost` when the bridge does not answer, or in its words when it does not reach the instrument. */
export function openBridgePort(host: string, port: number): Promise<BytePort> {
  const url = new URL('/tcp', BRIDGE_URL);
  url.searchParams.set('host', host);
  url.searchParams.set('port', String(port));
  return openWebSocketPort({
    url,
    protocols: [BRIDGE_PROTOCOL, WEBSOCKIFY_PROTOCOL],
    label: `TCP ${host}:${port}`,
    refusedAdvice: `The bridge at ${BRIDGE_URL} does not answer, or does not take this page. Start it with "npm run bridge -- --origin ${location.origin}" and try again.`,
  });
}

/** The bridge's door to process variables (bridge/epics/README.md). Rejects with `device/lost` when it does not answer. */
export function openBridgeVariables(): Promise<FrameSocket> {
  return openFrameSocket({
    url: new URL('/epics', BRIDGE_URL),
    protocol: 'pulsebench-epics',
    refusedAdvice: `The bridge at ${BRIDGE_URL} does not answer, does not take this page, or was started without EPICS. Start it with "npm run bridge -- --epics --origin ${location.origin}" and try again.`,
  });
}

/** For pipeline functions. */
export async function connectThroughBridge(host: string, port: number): Promise<ByteStream> {
  return byteStream(await openBridgePort(host, port));
}

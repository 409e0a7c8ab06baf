// What a browser cannot open itself: TCP connections and process variables, through the bridge, a small program on this
// computer.

import { bridgeUrlOf, isBridged, isFromThisComputer } from '../base/bridge-address.ts';
import type { BytePort } from './byte-port.ts';
import { type ByteStream, byteStream } from './byte-stream.ts';
import { type FrameSocket, openFrameSocket } from './frame-socket.ts';
import { BRIDGE_PROTOCOL, openWebSocketPort } from './websocket-port.ts';

/**
 * Of other programs that do what the bridge does: bytes as they are, without a word before. It is offered first, since
 * websockify 0.10 takes the blank before a second one for a part of its name, and refuses.
 */
const WEBSOCKIFY_PROTOCOL = 'binary';

/** Rejects with `device/lost` when the bridge does not answer, or in its words when it does not reach the instrument. */
export function openBridgePort(host: string, port: number): Promise<BytePort> {
  const url = new URL('/tcp', bridgeUrlOf(location.href));
  url.searchParams.set('host', host);
  url.searchParams.set('port', String(port));
  return openWebSocketPort({
    url,
    protocols: [WEBSOCKIFY_PROTOCOL, BRIDGE_PROTOCOL],
    label: `TCP ${host}:${port}`,
    refusedAdvice: refusedAdvice(url),
  });
}

function refusedAdvice({ origin }: URL): string {
  if (isBridged(location.href)) {
    return `The bridge that this page came from (${origin}) does not answer. Start it again and try again.`;
  }
  const advice = `The bridge at ${origin} does not answer, or does not take this page. Start it with "npm run bridge -- --origin ${location.origin}" and try again.`;
  if (isFromThisComputer(location.href)) return advice;
  return `${advice} The browser must let this page reach programs on this computer, too: that is in its settings for this site.`;
}

/** The bridge's door to process variables (bridge/epics/README.md). Rejects with `device/lost` when it does not answer. */
export function openBridgeVariables(): Promise<FrameSocket> {
  return openFrameSocket({
    url: new URL('/epics', bridgeUrlOf(location.href)),
    protocol: 'pulsebench-epics',
    refusedAdvice: `The bridge at ${bridgeUrlOf(location.href)} does not answer, does not take this page, or was started without EPICS. Start it with "npm run bridge -- --epics --origin ${location.origin}" and try again.`,
  });
}

/** For pipeline functions. */
export async function connectThroughBridge(host: string, port: number): Promise<ByteStream> {
  return byteStream(await openBridgePort(host, port));
}

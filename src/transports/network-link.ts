// Messages to an instrument on the network: what a TCP port carries is told by its number.

import type { Clock } from '../base/clock.ts';
import type { BytePort } from './byte-port.ts';
import type { MessageLink } from './message-link.ts';
import { StreamMessageLink } from './stream-message-link.ts';
import { VicpLink } from './vicp-link.ts';

/** IANA: lecroy-vicp. */
const VICP_PORT = 1861;

/** `open` makes the connection, and makes it anew after a failed exchange. Rejects with `device/…`. */
export async function openNetworkLink(port: number, open: () => Promise<BytePort>, clock: Clock): Promise<MessageLink> {
  if (port === VICP_PORT) return VicpLink.open({ clock, open });
  return StreamMessageLink.open(await open(), { clock, reopen: open });
}

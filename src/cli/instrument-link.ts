// Links to instruments on the network, from Node.

import { systemClock } from '../base/clock.ts';
import type { MessageLink } from '../transports/message-link.ts';
import { StreamMessageLink } from '../transports/stream-message-link.ts';
import { openTcpPort } from '../transports/tcp-port.ts';
import { VICP_PORT, VicpLink } from '../transports/vicp-link.ts';

/** Lines over TCP; LeCroy's own protocol at its port. Rejects with `device/lost` when there is nobody. */
export async function openInstrumentLink(host: string, port: number): Promise<MessageLink> {
  const open = () => openTcpPort({ host, port });
  if (port === VICP_PORT) return VicpLink.open({ clock: systemClock, open });
  return StreamMessageLink.open(await open(), { clock: systemClock, reopen: open });
}

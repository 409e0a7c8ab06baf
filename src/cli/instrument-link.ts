// Links to instruments on the network, from Node.

import { systemClock } from '../base/clock.ts';
import type { MessageLink } from '../transports/message-link.ts';
import { openNetworkLink } from '../transports/network-link.ts';
import { openTcpPort } from '../transports/tcp-port.ts';

/** Lines over TCP; LeCroy's own protocol at its port. Rejects with `device/lost` when there is nobody. */
export function openInstrumentLink(host: string, port: number): Promise<MessageLink> {
  return openNetworkLink(port, () => openTcpPort({ host, port }), systemClock);
}

// Where instruments are that a link of messages leads to: on the network, on the simulated bench, at the bridge.

import type { Clock } from '../../base/clock.ts';
import type { InstrumentConnection } from '../../model/instrument.ts';
import { openBridgePort, openBridgeVariables } from '../../transports/bridge-port.ts';
import type { BytePort } from '../../transports/byte-port.ts';
import { openInstrumentSocket } from '../../transports/instrument-socket.ts';
import type { MessageLink } from '../../transports/message-link.ts';
import { bytesOverPort } from '../../transports/message-port.ts';
import { openNetworkLink } from '../../transports/network-link.ts';
import { StreamMessageLink } from '../../transports/stream-message-link.ts';
import type { UnitPlace } from '../../transports/unit-place.ts';

type Connection<Kind> = Extract<InstrumentConnection, { kind: Kind }>;

/** An instrument on the network, through the bridge. */
export function placeOnNetwork({ host, port }: Connection<'tcp'>, clock: Clock): UnitPlace {
  return always(() => openNetworkLink(port, () => openBridgePort(host, port), clock));
}

/** An instrument with a WebSocket of its own. */
export function placeAtWebSocket({ url }: Connection<'websocket'>, clock: Clock): UnitPlace {
  const open = () => openInstrumentSocket(url);
  return always(async () => StreamMessageLink.open(await open(), { clock, reopen: open }));
}

/** Process variables, which the bridge knows. */
export function placeOfVariables({ names }: Connection<'epics'>): UnitPlace {
  return {
    find: async () => ({ kind: 'variables', names, open: openBridgeVariables }),
    discard: () => undefined,
    onBack: () => () => undefined,
  };
}

/** An instrument on the simulated bench; the port is used up when the instrument is closed. */
export function placeOnBench(port: MessagePort, name: string, clock: Clock): UnitPlace {
  const bytes: BytePort = bytesOverPort(port, `Simulated ${name}`);
  return always(() => StreamMessageLink.open(bytes, { clock }));
}

/** What is not there is found out when it is opened. */
function always(open: () => Promise<MessageLink>): UnitPlace {
  return {
    find: async () => ({ kind: 'messages', open }),
    discard: () => undefined,
    onBack: () => () => undefined,
  };
}

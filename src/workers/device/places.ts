// Where instruments are that no USB bus leads to: on the network, on the simulated bench, at the bridge.

import type { Clock } from '../../base/clock.ts';
import type { InstrumentConnection } from '../../model/instrument.ts';
import { openBridgePort, openBridgeVariables } from '../../transports/bridge-port.ts';
import type { BytePort } from '../../transports/byte-port.ts';
import { openInstrumentSocket } from '../../transports/instrument-socket.ts';
import type { MessageLink } from '../../transports/message-link.ts';
import { bytesOverPort } from '../../transports/message-port.ts';
import { openNetworkLink } from '../../transports/network-link.ts';
import { StreamMessageLink } from '../../transports/stream-message-link.ts';
import type { UnitLink, UnitPlace } from '../../transports/unit-place.ts';

type Connection<Kind> = Extract<InstrumentConnection, { kind: Kind }>;

/** An instrument on the network, through the bridge. */
export function placeOnNetwork({ host, port }: Connection<'tcp'>, clock: Clock): UnitPlace {
  return messages(() => openNetworkLink(port, () => openBridgePort(host, port), clock));
}

/** One that is spoken to in bytes of its own, through the bridge. */
export function placeOfBytes({ host, port }: Connection<'tcp'>): UnitPlace {
  return always({ kind: 'bytes', open: () => openBridgePort(host, port) });
}

/** An instrument with a WebSocket of its own. */
export function placeAtWebSocket({ url }: Connection<'websocket'>, clock: Clock): UnitPlace {
  const open = () => openInstrumentSocket(url);
  return messages(async () => StreamMessageLink.open(await open(), { clock, reopen: open }));
}

/** Process variables, which the bridge knows. */
export function placeOfVariables({ names }: Connection<'epics'>): UnitPlace {
  return always({ kind: 'variables', names, open: openBridgeVariables });
}

/** An instrument on the simulated bench; the port is used up when the instrument is closed. */
export function placeOnBench(port: MessagePort, name: string, clock: Clock): UnitPlace {
  const bytes: BytePort = bytesOverPort(port, `Simulated ${name}`);
  // all of them take it (IEEE 488.2, 7.4.1.2: it is white space), and one takes nothing else
  return messages(() => StreamMessageLink.open(bytes, { clock, sentLineEnd: '\r\n' }));
}

function messages(open: () => Promise<MessageLink>): UnitPlace {
  return always({ kind: 'messages', open });
}

/** What is not there is found out when it is opened. */
function always(link: UnitLink): UnitPlace {
  return {
    find: async () => link,
    discard: () => undefined,
    onBack: () => () => undefined,
  };
}

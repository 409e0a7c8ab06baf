// Messages to an instrument on the network: what a TCP port carries is told by its number.

import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { BytePort } from './byte-port.ts';
import type { MessageLink } from './message-link.ts';
import { StreamMessageLink } from './stream-message-link.ts';
import { VicpLink } from './vicp-link.ts';

/** IANA: lecroy-vicp. */
const VICP_PORT = 1861;
/** Of the system that a Red Pitaya comes with (scpi-server/src/scpi-server.cpp): a line ends with CR LF, nothing else ends one. */
const RED_PITAYA_PORT = 5000;

/** `open` makes the connection, and makes it anew after a failed exchange. Rejects with `device/…`. */
export async function openNetworkLink(port: number, open: () => Promise<BytePort>, clock: Clock): Promise<MessageLink> {
  if (port === VICP_PORT) return VicpLink.open({ clock, open });
  if (port === RED_PITAYA_PORT) {
    const options = { clock, reopen: open, sentLineEnd: '\r\n' } as const;
    return told(async () => StreamMessageLink.open(await open(), options));
  }
  return StreamMessageLink.open(await open(), { clock, reopen: open });
}

/** What it means on a Red Pitaya that nobody listens, or that nobody answers. */
async function told(openLink: () => Promise<MessageLink>): Promise<MessageLink> {
  try {
    return await openLink();
  } catch (thrown) {
    const error = toError(thrown);
    if (/ECONNREFUSED/.test(error.message)) {
      throw new LabError(
        'device/lost',
        `${error.message}. The board is there, but its SCPI server is not started: start it in the board's own page (Development, SCPI server), and connect again. Where the board runs the mcpha image instead, connect to its port 1001.`,
        { cause: error },
      );
    }
    if (error instanceof LabError && error.code === 'device/timeout') {
      throw new LabError(
        'device/timeout',
        `${error.message} The connection was taken and nothing is said: on a Red Pitaya start its SCPI server anew in its own page; or another program listens on port ${RED_PITAYA_PORT} there.`,
        { cause: error },
      );
    }
    throw error;
  }
}

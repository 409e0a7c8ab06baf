// Why a board cannot be used, as far as it can be told from here: the relay and the network say for themselves what is
// wrong with them, an mcpha server says nothing at all.

import { LabError, toError } from '../../base/errors.ts';
import type { BytePort } from '../../transports/byte-port.ts';
import type { McphaClient } from './client.ts';
import { encodeMcphaCommand, MCPHA } from './protocol/command.ts';
import { decodeStatus, type McphaStatus, STATUS_BYTES } from './protocol/replies.ts';

/** An answer takes well under a millisecond on the board. */
export const ANSWER_TIMEOUT_MS = 2000;
const MOST_SHOWN_CHARACTERS = 40;

/** Opens the connection; where nobody listens on a board that is there, says what that means. */
export async function openBoard(open: () => Promise<BytePort>): Promise<BytePort> {
  try {
    return await open();
  } catch (thrown) {
    const error = toError(thrown);
    if (!/ECONNREFUSED/.test(error.message)) throw error;
    throw new LabError(
      'device/lost',
      `${error.message}. The board is there, but no mcpha server listens on it: it runs another image, or the application was not started. Start the Pulse Height Analyzer image of red-pitaya-notes (for the stock system's SCPI server use port 5000), and connect again.`,
      { cause: error },
    );
  }
}

/** The first status of a connection. Rejects with the diagnosis. */
export async function firstStatus(client: McphaClient): Promise<McphaStatus> {
  let bytes: Uint8Array;
  try {
    bytes = await client.ask([encodeMcphaCommand(MCPHA.readStatus, 0, 0)], STATUS_BYTES, ANSWER_TIMEOUT_MS);
  } catch (thrown) {
    throw diagnosisOf(client, thrown as LabError);
  }
  const status = decodeStatus(bytes);
  if (status && client.unasked.byteLength === 0) return status;
  throw otherProgram(client, bytes);
}

function diagnosisOf(client: McphaClient, error: LabError): LabError {
  if (isText(client.unasked)) return otherProgram(client, client.unasked);
  if (error.code === 'device/timeout') {
    return new LabError(
      'device/in-use',
      `${client.label} is connected but does not answer. The mcpha server serves one client at a time: end the other one (mcpha.py, mimoCoRB, another tab), and connect again. If there is none, restart the application on the board. Nothing was changed.`,
      { cause: error },
    );
  }
  return new LabError(
    'device/lost',
    `${client.label} took the connection and closed it again before it had answered. Look whether the mcpha application runs on the board, restart it, and connect again. Nothing was changed.`,
    { cause: error },
  );
}

/** What is no part of an answer, whose first bytes are those of a clock. */
function isText(bytes: Uint8Array): boolean {
  return bytes.byteLength > 0 && bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
}

function otherProgram(client: McphaClient, bytes: Uint8Array): LabError {
  const text = [...bytes.subarray(0, MOST_SHOWN_CHARACTERS)]
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
    .join('');
  return new LabError(
    'device/unsupported',
    `Behind ${client.label} is no mcpha server: it says "${text}", which none of its answers begins with. Look at the port and at the image that the board runs. Nothing was changed but what that program made of eight bytes.`,
  );
}

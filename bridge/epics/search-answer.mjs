// Who asks for a name that is served here is told the TCP port; who asks for another one is told nothing.
import { COMMAND, MINOR_VERSION, SENDER_ADDRESS } from './codes.mjs';
import { decodeText } from './message.mjs';

/** @returns {{ fields: object, payload: Buffer }[]} the answer, if there is one */
export function answerSearch({ p1: cid, payload }, table, tcpPort) {
  if (!table.get(decodeText(payload))) return [];
  const version = Buffer.alloc(8);
  version.writeUInt16BE(MINOR_VERSION);
  return [{ fields: { command: COMMAND.SEARCH, dataType: tcpPort, p1: SENDER_ADDRESS, p2: cid }, payload: version }];
}

// What an attacker sends to a bridge after the handshake: frames that are none, targets that are none.

import { clientFrame } from './bridge-process.ts';

const MB = 2 ** 20;

/** Each in its own connection; `query` names the target where it is not one that is there. */
export const ATTACKS: readonly (readonly [what: string, query: string | undefined, bytes: Buffer])[] = [
  ['a frame that is not masked', undefined, Buffer.from([0x82, 0x04, 1, 2, 3, 4])],
  ['reserved bits and an unknown opcode', undefined, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ['a frame of 2^63 bytes', undefined, Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ['a text that is not UTF-8', undefined, Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
  ['a close frame of one byte', undefined, Buffer.from([0x88, 0x81, 0, 0, 0, 0, 3])],
  ['a frame of 2 MB', undefined, clientFrame(new Uint8Array(2 * MB))],
  [
    'a host of many letters that take more bytes',
    `host=${encodeURIComponent('ö'.repeat(120))}&port=1001`,
    Buffer.alloc(0),
  ],
  ['a host that is none', 'host=%00%0d%0a&port=1001', Buffer.alloc(0)],
  ['a port that is none', 'host=127.0.0.1&port=70000', Buffer.alloc(0)],
  ['a named target that is nowhere', 'host=nowhere.invalid&port=1001', Buffer.alloc(0)],
];

import { expect, test } from 'vitest';
import {
  decodeDatagram,
  decodeText,
  encodeMessage,
  MessageParser,
  MessageTooLong,
} from '../../../../bridge/epics/message.mjs';
import { clientCaptures, type GoldenMessage, serverReplies } from '../../../support/ca-golden.ts';

const MAX_BYTES = 2 ** 20;

/** Every golden piece of bytes whose messages are also there decoded, and not cut. */
const PIECES: readonly { hex: string; messages: readonly GoldenMessage[] }[] = [
  ...serverReplies().flatMap(({ request, request_hex, reply, reply_hex }) => [
    { hex: request_hex, messages: request },
    ...(reply_hex === undefined ? [] : [{ hex: reply_hex, messages: reply }]),
  ]),
  ...Object.values(clientCaptures()).flat(),
].filter(({ hex, messages }) => hex !== '' && messages.every(({ payload_hex }) => !payload_hex.endsWith('...')));

function parse(bytes: Buffer, pieceBytes: number): object[] {
  const parser = new MessageParser(MAX_BYTES);
  const messages: object[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parser.push(bytes.subarray(at, at + pieceBytes));
    for (let message = parser.next(); message; message = parser.next()) messages.push(message);
  }
  return messages;
}

const golden = ({ id, dataType, dataCount, p1, p2, payload_hex }: GoldenMessage) => ({
  command: id,
  dataType,
  dataCount,
  p1,
  p2,
  payload: Buffer.from(payload_hex, 'hex'),
});

test('there are golden messages', () => {
  expect(PIECES.length).toBeGreaterThan(100);
});

test.each([1, 7, 16, 1 << 20])('golden messages in pieces of %i bytes', (pieceBytes) => {
  const stream = Buffer.concat(PIECES.map(({ hex }) => Buffer.from(hex, 'hex')));
  expect(parse(stream, pieceBytes)).toEqual(PIECES.flatMap(({ messages }) => messages.map(golden)));
});

test('messages are written as the golden ones', () => {
  for (const { hex, messages } of PIECES) {
    const written = messages.map((message) => encodeMessage(golden(message), Buffer.from(message.payload_hex, 'hex')));
    expect(Buffer.concat(written).toString('hex')).toBe(hex);
  }
});

test('a payload of 80 000 bytes has the long header, both ways', () => {
  const payload = Buffer.alloc(80_000, 3);
  const bytes = encodeMessage({ command: 15, dataType: 6, dataCount: 10_000, p1: 1, p2: 2 }, payload);
  expect(bytes.subarray(0, 24).toString('hex')).toBe('000fffff000600000000000100000002' + '0001388000002710');
  expect(parse(bytes, 1000)).toEqual([{ command: 15, dataType: 6, dataCount: 10_000, p1: 1, p2: 2, payload }]);
});

test('a count of 65535 has the long header, too', () => {
  expect(encodeMessage({ command: 15, dataType: 4, dataCount: 65_535 }).subarray(0, 24).toString('hex')).toBe(
    '000fffff0004000000000000000000000000000' + '00000ffff',
  );
});

test('a message that is announced too long is refused before it came', () => {
  const parser = new MessageParser(MAX_BYTES);
  parser.push(Buffer.from('0013ffff000600000000000100000002ffffffff20000000', 'hex'));
  expect(() => parser.next()).toThrow(MessageTooLong);
});

test('a datagram that is cut off gives its whole messages', () => {
  const whole = encodeMessage({ command: 0, dataCount: 13 });
  const search = encodeMessage({ command: 6, dataType: 5, dataCount: 13, p1: 1, p2: 1 }, Buffer.from('T:ai\0'));
  expect(decodeDatagram(Buffer.concat([whole, search.subarray(0, 20)]))).toHaveLength(1);
  expect(decodeDatagram(Buffer.concat([whole, search]))).toHaveLength(2);
  expect(decodeDatagram(Buffer.alloc(0))).toEqual([]);
});

test('a text ends at its NUL', () => {
  expect(decodeText(Buffer.from('hello\0 left over'))).toBe('hello');
  expect(decodeText(Buffer.from('all of it'))).toBe('all of it');
});

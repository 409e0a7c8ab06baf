// Frames of the page beside those of the bridge, which others wrote down the same way (bridge/epics/README.md).

import { expect, test } from 'vitest';
import { decodeFrame as bridgeDecode, encodeFrame as bridgeEncode } from '../../../../bridge/epics/frame.mjs';
import { decodeFrame, encodeFrame, numbersOf } from '../../../../src/devices/epics/frame.ts';

const MESSAGE = {
  op: 'update',
  values: [
    { name: 'T:µ', type: 'DOUBLE', data: Float64Array.of(1.5, Number.NaN, -2) },
    { name: 'T:b', type: 'CHAR', data: Uint8Array.of(1, 2, 3) },
    { name: 'T:c', type: 'STRING', data: ['10 µs'] },
    { name: 'T:d', type: 'LONG' },
    { name: 'T:e', type: 'ENUM', data: Uint16Array.of(3) },
  ],
} as const;

test('the bridge reads what the page says', () => {
  const frame = encodeFrame(MESSAGE) as Uint8Array;
  expect(bridgeDecode(Buffer.from(frame), true)).toEqual(MESSAGE);
});

test('the page reads what the bridge says', () => {
  const frame = bridgeEncode(MESSAGE as unknown as Parameters<typeof bridgeEncode>[0]) as Buffer;
  expect(decodeFrame(Uint8Array.from(frame).buffer)).toEqual(MESSAGE);
  expect(decodeFrame('{"op":"defined","refused":[]}')).toEqual({ op: 'defined', refused: [] });
});

test('a part of a longer array is said alone', () => {
  const data = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
  const frame = encodeFrame({ op: 'update', values: [{ type: 'DOUBLE', data }] }) as Uint8Array<ArrayBuffer>;
  expect(decodeFrame(frame.buffer).values![0]!.data).toEqual(Float64Array.of(2, 3));
});

const bytes = (...numbers: number[]) => Uint8Array.from(numbers).buffer;

test.each([
  ['no JSON', 'hello'],
  ['no object', 'null'],
  ['no word', '{"op":7}'],
  ['values that are none', '{"op":"value","values":7}'],
  ['a type that is none', '{"op":"value","values":[{"type":"toString"}]}'],
  ['texts that are none', '{"op":"value","values":[{"type":"STRING","texts":[7]}]}'],
  ['numbers that do not come', '{"op":"value","values":[{"type":"DOUBLE","count":1}]}'],
  ['three bytes', bytes(1, 2, 3)],
  ['a frame that ends early', bytes(255, 255, 255, 255, 1)],
])('%s is refused', (_what, frame) => {
  expect(() => decodeFrame(frame)).toThrow(expect.objectContaining({ code: 'device/protocol' }));
});

test('a frame with fewer numbers than it says is refused', () => {
  const frame = encodeFrame({ op: 'value', values: [{ type: 'DOUBLE', data: numbersOf('DOUBLE', [1, 2]) }] });
  const short = (frame as Uint8Array<ArrayBuffer>).buffer.slice(0, -8);
  expect(() => decodeFrame(short)).toThrow(expect.objectContaining({ code: 'device/protocol' }));
});

// Fields of events: half precision, which JavaScript's views do not have, and the metadata.

import { expect, test } from 'vitest';
import { halfToNumber } from '../../../src/formats/numpy/decode.ts';
import { packedStruct } from '../../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../../src/formats/numpy/type-names.ts';
import { createDetachedEvent } from '../../../src/pipeline/event-view.ts';

const event = createDetachedEvent({ dtype: packedStruct([{ name: 'h', dtype: dtypeFromName('f2') }]), dataLength: 1 });

function bitsOf(value: number): number {
  event.set('h', value);
  return event.dataBytes[0]! + 256 * event.dataBytes[1]!;
}

// Bits as NumPy 2.4 stores these numbers in a float16 array.
test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.1, 0x2e66],
  [1 / 3, 0x3555],
  [2049, 0x6800],
  [2051, 0x6802],
  [65_504, 0x7bff],
  [65_519.99, 0x7bff],
  [65_520, 0x7c00],
  [-1e300, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -14 - 2 ** -24, 0x03ff],
  [2 ** -14 - 2 ** -26, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [Number.MIN_VALUE, 0x0000],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [Number.NaN, 0x7e00],
])('%f is stored as half precision', (value, bits) => {
  expect(bitsOf(value)).toBe(bits);
});

test.each([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33 + 5, 2 ** 53])('counter %d is a 64-bit integer', (counter) => {
  event.stamp(counter, 1.76e9, 0.25);
  expect([event.counter, event.timestamp, event.deadtime]).toEqual([BigInt(counter), 1.76e9, 0.25]);
  const view = new DataView(event.metadataBytes.slice().buffer);
  expect(view.getBigInt64(0, true)).toBe(BigInt(counter));
});

test('every half precision number is read and written as it is', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfToNumber(bits);
    if (Number.isNaN(value)) continue;
    expect(bitsOf(value)).toBe(bits);
    expect(event.get('h')).toBe(value);
  }
  expect(event.hasChannel('h')).toBe(true);
});

test('a field that is no number is named as such', () => {
  const dtype = packedStruct([{ name: 'text', dtype: dtypeFromName('S4') }]);
  const other = createDetachedEvent({ dtype, dataLength: 1 });
  expect(other.hasChannel('text')).toBe(false);
  expect(() => other.get('text')).toThrow('holds no single number');
  expect(() => other.get('none')).toThrow('not found');
});

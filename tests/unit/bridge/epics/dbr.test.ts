// Layouts and conversions: offsets from the table of the specification, bytes written by hand.

import { describe, expect, test } from 'vitest';
import { BASE_TYPES, convertForReading, convertForWriting } from '../../../../bridge/epics/convert.mjs';
import { dbrType, decodeDbr, encodeDbr, type Meta } from '../../../../bridge/epics/dbr.mjs';

/** Where the first value stands (db_access.h), by form and base type. */
const FIRST_VALUE = {
  PLAIN: [0, 0, 0, 0, 0, 0, 0],
  STS: [4, 4, 4, 4, 5, 4, 8],
  TIME: [12, 14, 12, 14, 15, 12, 16],
  GR: [4, 24, 40, 422, 19, 36, 64],
  CTRL: [4, 28, 48, 422, 21, 44, 80],
};
/** 7 as each base type. */
const SEVEN = ['37', '0007', '40e00000', '0007', '07', '00000007', '401c000000000000'];
const META: Meta = { unit: 'V', precision: 0, display: [-5, 5], control: [-4, 4], warning: [-2, 2], alarm: [-3, 3] };
/** 2026-11-30T00:00:00.000000005Z; seconds since 1990. */
const UTC_NS = 1_795_996_800_000_000_005n;
const SINCE_1990 = 1_795_996_800 - 631_152_000;

const reading = { values: Float64Array.of(7), utcNs: UTC_NS, status: 4, severity: 1 };
const CASES = Object.entries(FIRST_VALUE).flatMap(([form, offsets], formIndex) =>
  offsets.map((offset, index) => ({ form, base: BASE_TYPES[index]!, type: 7 * formIndex + index, offset, index })),
);

test.each(CASES)('$form of $base', ({ form, base, type, offset, index }) => {
  expect(dbrType(form, base)).toBe(type);
  const payload = encodeDbr(type, 1, reading, 'DOUBLE', META);
  expect(payload.length % 8).toBe(0);
  expect(payload.subarray(offset, offset + SEVEN[index]!.length / 2).toString('hex')).toBe(SEVEN[index]);
  if (form !== 'PLAIN') expect(payload.subarray(0, 4).toString('hex')).toBe('00040001');
  if (form === 'TIME') expect([payload.readUInt32BE(4), payload.readUInt32BE(8)]).toEqual([SINCE_1990, 5]);
  const { values, status, utcNs } = decodeDbr(type, 1, payload);
  expect(Array.from<unknown>(values)).toEqual(base === 'STRING' ? ['7'] : [7]);
  expect(status).toBe(form === 'PLAIN' ? 0 : 4);
  expect(utcNs).toBe(form === 'TIME' ? UTC_NS : undefined);
});

test('limits stand in the order of db_access.h, in the type of the value', () => {
  const payload = encodeDbr(dbrType('CTRL', 'SHORT'), 1, reading, 'DOUBLE', META);
  expect(payload.subarray(4, 12).toString('latin1')).toBe('V\0\0\0\0\0\0\0');
  const limits = Array.from({ length: 8 }, (_, index) => payload.readInt16BE(12 + 2 * index));
  expect(limits).toEqual([5, -5, 3, 2, -2, -3, 4, -4]);
  expect(decodeDbr(dbrType('CTRL', 'SHORT'), 1, payload).meta).toEqual({
    unit: 'V',
    display: [-5, 5],
    control: [-4, 4],
    warning: [-2, 2],
    alarm: [-3, 3],
  });
});

test('choices of an ENUM are read back', () => {
  const choices = ['Idle', 'Armed'];
  const payload = encodeDbr(dbrType('CTRL', 'ENUM'), 1, { ...reading, values: Uint16Array.of(1) }, 'ENUM', { choices });
  expect(decodeDbr(dbrType('CTRL', 'ENUM'), 1, payload).meta).toEqual({ choices });
});

test('more values than there are: zeros; fewer: the first ones', () => {
  const values = Float64Array.of(1, 2, 3);
  const read = (count: number) =>
    Array.from<unknown>(decodeDbr(6, count, encodeDbr(6, count, { ...reading, values }, 'DOUBLE', {})).values);
  expect(read(5)).toEqual([1, 2, 3, 0, 0]);
  expect(read(2)).toEqual([1, 2]);
  expect(read(0)).toEqual([]);
});

test('a payload shorter than its count is no value, but one text may be short', () => {
  expect(() => decodeDbr(6, 2, Buffer.alloc(8))).toThrow(RangeError);
  expect(() => decodeDbr(99, 1, Buffer.alloc(8))).toThrow(RangeError);
  expect(() => decodeDbr(0, 1, Buffer.alloc(0))).toThrow(RangeError);
  expect(decodeDbr(0, 1, Buffer.from('3100000000000000', 'hex')).values).toEqual(['1']);
});

test('a text of 40 bytes and more ends with a NUL, at a whole character', () => {
  const payload = encodeDbr(0, 1, { ...reading, values: [`${'x'.repeat(38)}µ`] }, 'STRING', {});
  expect(payload.subarray(36).toString('hex')).toBe('78780000');
});

describe('what is read', () => {
  test.each([
    [1.5, 3, '1.500'],
    [-0.125, 2, '-0.13'],
    [2, 0, '2'],
    [1e7, 1, '10000000.0'],
    [12_345_678.5, 6, '12345678.500'],
    [1e17, 2, '1.00e+17'],
    [1.5, 9, '1.500000000e+00'],
    [Number.NaN, 3, 'nan'],
    [Number.NEGATIVE_INFINITY, 3, '-inf'],
  ])('%s with precision %i is the text %s', (value, precision, text) => {
    expect(convertForReading([value], 'DOUBLE', 'STRING', { precision })).toEqual([text]);
  });

  test('numbers lose their fraction and stop at the ends of the type', () => {
    const values = Float64Array.of(1.9, -1.9, 1e9, -1e9, Number.NaN);
    expect([...convertForReading(values, 'DOUBLE', 'SHORT', {})]).toEqual([1, -1, 32_767, -32_768, 0]);
    expect([...convertForReading(values, 'DOUBLE', 'CHAR', {})]).toEqual([1, 0, 255, 0, 0]);
  });

  test('a choice is its text, also beyond the list', () => {
    expect(convertForReading(Uint16Array.of(1, 3), 'ENUM', 'STRING', { choices: ['Off', 'On'] })).toEqual(['On', '3']);
  });
});

describe('what is written', () => {
  test.each([
    [['1'], 'STRING', 'LONG', [1]],
    [[' 0x10 '], 'STRING', 'LONG', [16]],
    [['-2.5e1'], 'STRING', 'DOUBLE', [-25]],
    [['NaN'], 'STRING', 'DOUBLE', [Number.NaN]],
    [['On'], 'STRING', 'ENUM', [1]],
    [['1'], 'STRING', 'ENUM', [1]],
    [[2.9], 'DOUBLE', 'LONG', [2]],
    [[2.5], 'DOUBLE', 'STRING', ['2.500']],
  ])('%j as %s into %s is %j', (values, from, to, expected) => {
    const meta = { precision: 3, choices: ['Off', 'On'] };
    expect([...convertForWriting(values, from, to, meta)!]).toEqual(expected);
  });

  test.each([
    [['abc'], 'STRING', 'DOUBLE'],
    [[''], 'STRING', 'LONG'],
    [['1 V'], 'STRING', 'DOUBLE'],
    [[70_000], 'LONG', 'SHORT'],
    [[Number.NaN], 'DOUBLE', 'LONG'],
    [[-1], 'SHORT', 'CHAR'],
    [[2], 'LONG', 'ENUM'],
    [['Perhaps'], 'STRING', 'ENUM'],
  ])('%j as %s into %s is refused', (values, from, to) => {
    expect(convertForWriting(values, from, to, { choices: ['Off', 'On'] })).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import { parseFormula } from '../../../src/scan/formula.ts';
import { parseUnit, unitText } from '../../../src/scan/unit-algebra.ts';

const INPUTS: Readonly<Record<string, { readonly value: number; readonly uncertainty: number }>> = {
  diode: { value: 8, uncertainty: 0.4 },
  monitor: { value: 2, uncertainty: 0.1 },
  'sim:dark': { value: 1, uncertainty: 0.2 },
};
const UNITS: Readonly<Record<string, string>> = { diode: 'A', monitor: 'V', 'sim:dark': 'A' };

const resultOf = (text: string) => parseFormula(text).evaluate((name) => INPUTS[name]!);
const unitOf = (text: string) => unitText(parseFormula(text).unit((name) => parseUnit(UNITS[name]!)));

// values by Python's own arithmetic
describe('values', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 - 3 - 4', -5],
    ['16 / 4 / 2', 2],
    ['-2 ^ 2', -4],
    ['2 ** -1', 0.5],
    ['--3', 3],
    ['1.5e3 + .5', 1500.5],
    ['diode / monitor', 4],
    ['(diode - sim:dark) / monitor', 3.5],
    ['sqrt(diode * monitor)', 4],
    ['abs(monitor - diode)', 6],
    ['log10(1000) + log(exp(2))', 5],
  ])('%s', (text, value) => {
    expect(resultOf(text).value).toBeCloseTo(value, 12);
  });
});

// by hand: relative uncertainties of 5 % each, and so on
describe('uncertainties', () => {
  test.each([
    ['diode / monitor', 4 * Math.hypot(0.05, 0.05)],
    ['diode * monitor', 16 * Math.hypot(0.05, 0.05)],
    ['diode + 3 * monitor', Math.hypot(0.4, 0.3)],
    ['sqrt(diode)', Math.sqrt(8) * 0.025],
    ['monitor ^ 3', 8 * 0.15],
    ['log(diode)', 0.05],
    ['abs(-diode)', 0.4],
    // the same name is the same number
    ['diode - diode', 0],
    ['diode / diode', 0],
    ['diode * diode', 64 * 0.1],
    ['3', 0],
  ])('%s', (text, uncertainty) => {
    expect(resultOf(text).uncertainty).toBeCloseTo(uncertainty, 12);
  });
});

describe('units', () => {
  test.each([
    ['diode / monitor', 'A/V'],
    ['diode * monitor', 'A·V'],
    ['sqrt(diode ^ 2)', 'A'],
    ['1 / monitor', '1/V'],
    ['diode / sim:dark', ''],
    ['diode - 2 * sim:dark', 'A'],
    ['monitor ^ -2', '1/V^2'],
  ])('%s', (text, unit) => {
    expect(unitOf(text)).toBe(unit);
  });

  test('what does not go together is refused', () => {
    expect(() => unitOf('diode + monitor')).toThrow(/different units/);
    expect(() => unitOf('diode + 1')).toThrow(/different units/);
    expect(() => unitOf('log(diode)')).toThrow(/bare number/);
  });

  test.each(['m/s^2', '1/s', 'A·V', 'kg·m^2/s^3', ''])('%s is read and written', (text) => {
    expect(unitText(parseUnit(text))).toBe(text);
  });

  test('what is no unit is refused', () => {
    for (const text of ['m s', '3 m', 'm//s', '^2']) expect(() => parseUnit(text)).toThrow(/no unit/);
  });
});

describe('what cannot be read is named with its column', () => {
  test.each([
    ['', 1],
    ['diode /', 8],
    ['diode monitor', 7],
    ['(diode', 7],
    ['diode)', 6],
    ['diode $ 2', 7],
    ['2 ^ diode', 5],
    ['1 + eval(diode)', 5],
    ['toString(diode)', 1],
    ['constructor(1)', 1],
    ['a.b', 2],
  ])('%s', (text, column) => {
    expect(() => parseFormula(text)).toThrow(new RegExp(`at column ${column}:`));
  });

  test('depth has an end', () => {
    expect(() => parseFormula('('.repeat(5000))).toThrow(/100 brackets/);
  });
});

test('names are told once each', () => {
  expect(parseFormula('(diode - dark) / (monitor - dark)').names).toEqual(['diode', 'dark', 'monitor']);
});

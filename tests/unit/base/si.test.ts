import { describe, expect, it } from 'vitest';
import { formatDuration, formatElapsed, formatRoughly } from '../../../src/base/duration.ts';
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatSi,
  formatSiExact,
  formatSiText,
  formatUncertain,
  parseSi,
  speakSi,
} from '../../../src/base/si.ts';

const NARROW = '\u202f';

describe('formatSi', () => {
  it.each([
    [0.001234567, 'A', '1.23457', 'mA'],
    [0.000012, 'A', '12.0000', '\u00b5A'],
    [123.456789, 'V', '123.457', 'V'],
    [1500, 'W', '1.50000', 'kW'],
    [0, 'C', '0.00000', 'C'],
    [-0.25, 'V', '\u2212250.000', 'mV'],
    [2_000_000, 'Hz', '2.00000', 'MHz'],
    [3.2e-10, 'A', '320.000', 'pA'],
    [45.5, '%', '45.5000', '%'],
    // a prefix in the unit is part of it: never kmV or µmm
    [1500, 'mV', '1500.00', 'mV'],
    [2.5, 'mm', '2.50000', 'mm'],
    [12_000, 'keV', '12\u202f000.0', 'keV'],
  ])('%f %s', (value, unit, number, text) => {
    expect(formatSi(value, unit)).toMatchObject({ number, unit: text });
  });

  it('carries into the next digit and the next prefix without changing width', () => {
    expect(formatSi(0.000_999_999_9, 'A')).toMatchObject({ number: '1.00000', unit: 'mA' });
    expect(formatSi(9.999_999, 'V')).toMatchObject({ number: '10.0000', unit: 'V' });
    expect(formatSi(99.999_999, 'V')).toMatchObject({ number: '100.000', unit: 'V' });
  });

  it('has one width over eight decades and both signs', () => {
    const widths = new Set<number>();
    for (let exponent = -8; exponent < 1; exponent++) {
      for (const mantissa of [1, 1.5, 9.999_995, -3.3, -9.999_999_9, 0, Number.NaN]) {
        widths.add(formatSi(mantissa * 10 ** exponent, 'A', { padSign: true }).number.length);
      }
    }
    expect([...widths]).toEqual([8]);
  });

  it('keeps the previous prefix a little beyond its range', () => {
    expect(formatSi(0.000_95, 'A', { previousPrefix: 'm' })).toMatchObject({ number: '0.95000', unit: 'mA' });
    expect(formatSi(0.000_85, 'A', { previousPrefix: 'm' })).toMatchObject({ number: '850.000', unit: '\u00b5A' });
    expect(formatSi(1.05, 'A', { previousPrefix: 'm' })).toMatchObject({ number: '1050.00', unit: 'mA' });
    expect(formatSi(1.15, 'A', { previousPrefix: 'm' })).toMatchObject({ number: '1.15000', unit: 'A' });
  });

  it('obeys a fixed prefix', () => {
    expect(formatSi(0.0123, 'A', { prefix: '\u00b5', significantDigits: 6 })).toMatchObject({
      number: '12300.0',
      unit: '\u00b5A',
    });
  });

  it('never shows a negative zero', () => {
    expect(formatSi(-1e-22, 'A').number).toBe('0.00000');
    expect(formatSi(-0, 'A').number).toBe('0.00000');
  });

  it('shows what is not a number', () => {
    expect(formatSi(Number.NaN, 'A').number).toBe('—');
    expect(formatSi(Number.NEGATIVE_INFINITY, 'A').number).toBe('\u2212∞');
  });

  it('joins number and unit with a narrow no-break space', () => {
    expect(formatSiText(0.5, 'A', { significantDigits: 3 })).toBe(`500${NARROW}mA`);
    expect(formatSiText(0.5, '', { significantDigits: 3 })).toBe('0.50');
  });

  it('keeps the digits of a small number without a unit, and reads them back', () => {
    expect(formatSiText(-0.007492342, '')).toBe(`\u22120.00749234`);
    expect(formatSiText(0.0000749234, '')).toBe(`7.49234e\u22125`);
    expect(formatSiText(0, '')).toBe('0.00000');
    expect(parseSi(formatSiText(-0.0000749234, ''), '')).toBe(-0.0000749234);
  });
});

describe('parseSi', () => {
  it.each([
    ['1.5', 'A', 1.5],
    ['1,5', 'A', 1.5],
    ['1,5 mA', 'A', 0.0015],
    ['1.5m', 'A', 0.0015],
    ['12uA', 'A', 12e-6],
    ['12 \u00b5A', 'A', 12e-6],
    ['12 \u03bcA', 'A', 12e-6],
    ['\u22123.3V', 'V', -3.3],
    ['-3.3', 'V', -3.3],
    ['1 000,5', 's', 1000.5],
    ['2e-3', 'A', 2e-3],
    ['4.7 k\u2126', '\u03a9', 4700],
    ['4.7 k\u03a9', '\u2126', 4700],
    ['4.7k', 'Ω', 4700],
    ['10 ms', 's', 0.01],
    ['50 %', '%', 50],
    ['.5', 'A', 0.5],
    ['3 mAh', 'Ah', 0.003],
  ])('%s as %s', (text, unit, value) => {
    expect(parseSi(text, unit)).toBe(value);
  });

  it.each([
    ['', 'A'],
    ['abc', 'A'],
    ['1.5 V', 'A'],
    ['1.5 xA', 'A'],
    ['1.2.3', 'A'],
    ['3 m%', '%'],
    ['3 km', 'mm'],
    ['--1', 'A'],
  ])('refuses %j as %s', (text, unit) => {
    expect(parseSi(text, unit)).toBeUndefined();
  });

  it('reads back what formatSiText writes', () => {
    for (const value of [1.5e-9, -2.25e-6, 0.125, 3, 4500, 1.25e7]) {
      expect(parseSi(formatSiText(value, 'A', { significantDigits: 9 }), 'A')).toBeCloseTo(value, 15);
    }
  });
});

describe('formatSiExact', () => {
  it.each([
    [0, 'A', `0${NARROW}A`],
    [1, 'A', `1${NARROW}A`],
    [10, 'A', `10${NARROW}A`],
    [0.0015, 'A', `1.5${NARROW}mA`],
    [100_000, 'min', `100000${NARROW}min`],
    [1250, 'Hz', `1.25${NARROW}kHz`],
    [-3.3, 'V', `\u22123.3${NARROW}V`],
    [3, '', '3'],
  ])('%f %s', (value, unit, text) => {
    expect(formatSiExact(value, unit)).toBe(text);
  });
});

describe('words and counts', () => {
  it('speaks values', () => {
    expect(speakSi(0.0015, 'A')).toBe('1.500 milliamperes');
    expect(speakSi(-3.3, 'V', 3)).toBe('minus 3.30 volts');
    expect(speakSi(Number.NaN, 'V')).toBe('no value');
  });

  it('groups thousands', () => {
    expect(formatCount(0)).toBe('0');
    expect(formatCount(1234567)).toBe(`1${NARROW}234${NARROW}567`);
    expect(formatCount(-1000)).toBe(`\u22121${NARROW}000`);
  });

  it('formats bytes', () => {
    expect(formatBytes(0)).toBe(`0${NARROW}B`);
    expect(formatBytes(999)).toBe(`999${NARROW}B`);
    expect(formatBytes(1_250_000_000)).toBe(`1.25${NARROW}GB`);
  });

  it('formats spans of time', () => {
    expect(formatElapsed(7.9)).toBe('0:07');
    expect(formatElapsed(725)).toBe('12:05');
    expect(formatElapsed(3723)).toBe('1:02:03');
    expect(formatElapsed(2 * 86_400 + 3723)).toBe('2 d 01:02:03');
    expect(formatDuration(0.012345)).toBe(`12.35${NARROW}ms`);
    expect(formatDuration(75)).toBe('1:15');
    expect(formatRoughly(1)).toBe('1 second');
    expect(formatRoughly(119)).toBe('119 seconds');
    expect(formatRoughly(7199)).toBe('119 minutes');
    expect(formatRoughly(3 * 3600 + 5)).toBe('3 hours');
  });
});

describe('formatUncertain', () => {
  // Rounded by hand.
  it.each([
    [2183, 61.28, 'ns', `2183 ± 61${NARROW}ns`],
    [1986.3142, 1.4449, 'keV', `1986.3 ± 1.4${NARROW}keV`],
    [0.08196, 0.003351, '', '0.0820 ± 0.0034'],
    [1469136, 1212, '', `1${NARROW}469${NARROW}100 ± 1200`],
    [-12345.678, 0.0256, '', `\u221212${NARROW}345.678 ± 0.026`],
    [2183, 99.6, 'ns', `2180 ± 100${NARROW}ns`],
    [0.99999, 0.0996, '', '1.00 ± 0.10'],
    [-3.2, 14.7, '', '\u22123 ± 15'],
    [12.3456, 0, 'V', `12.35${NARROW}V`],
    [12.3456, Number.NaN, '', '12.35'],
    [Number.NaN, 1, 'V', `—${NARROW}V`],
  ])('%d ± %d %s', (value, uncertainty, unit, text) => {
    expect(formatUncertain(value, uncertainty, unit)).toBe(text);
  });
});

it.each([
  [0, '0.00 %'],
  [0.00009, '< 0.01 %'],
  [0.69239, '69.2 %'],
  [0.99899, '99.9 %'],
  [0.99999, '> 99.9 %'],
  [0.0024, '0.24 %'],
  [0.0999, '9.99 %'],
  [0.09996, '10.0 %'],
  [0.5, '50.0 %'],
  [1, '100.0 %'],
  [Number.NaN, '—'],
])('a share of %s reads %s', (share, text) => {
  expect(formatPercent(share).replace('\u202f', ' ')).toBe(text);
});

it.each([
  [1_469_136, '1 469 136'],
  [14_691.36, '14 691.4'],
  [-250_000, '-250 000'],
  [1469, '1469.00'],
])('%s without a unit reads %s', (value, text) => {
  expect(formatSiText(value, '').replaceAll('\u202f', ' ').replace('\u2212', '-')).toBe(text);
  expect(parseSi(text, '')).toBeCloseTo(value, 1);
});

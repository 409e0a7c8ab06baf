import { describe, expect, it } from 'vitest';
import { timeName } from '../../../src/formats/time-names.ts';
import { unitSymbol } from '../../../src/formats/units.ts';

describe('names of times', () => {
  it.each([
    ['time', '', undefined],
    ['t', 's', 1],
    ['Time (ms)', '', 1e-3],
    ['Time [s]', '', 1],
    ['t/us', '', 1e-6],
    ['time_ms', '', 1e-3],
    ['time in ms', '', 1e-3],
    ['Time ns', '', 1e-9],
    ['', 'Second', 1],
    ['x-axis', 'second', 1],
    ['Second', '', 1],
    ['msec', '', 1e-3],
    ['Zeit (h)', '', 3600],
  ])('"%s" with unit "%s"', (name, unit, unitSeconds) => {
    expect(timeName(name, unit)).toEqual({ unitSeconds });
  });

  it.each([
    ['CH1', 'V'],
    ['time', 'V'],
    ['voltage', ''],
    ['temperature', ''],
    ['X', 'mm'],
  ])('"%s" with unit "%s" is none', (name, unit) => {
    expect(timeName(name, unit)).toBeUndefined();
  });
});

describe('unit symbols', () => {
  it.each([
    ['Volt', 'V'],
    ['mVolt', 'mV'],
    ['Volts', 'V'],
    ['Second', 's'],
    ['msecond', 'ms'],
    ['usec', 'µs'],
    ['Amp', 'A'],
    ['uA', 'µA'],
    ['kuA', 'kuA'],
    ['Deg C', '°C'],
    ['milliseconds', 'ms'],
    ['mA', 'mA'],
    ['m', 'm'],
    ['counts', 'counts'],
  ])('%s is %s', (text, symbol) => {
    expect(unitSymbol(text)).toBe(symbol);
  });
});

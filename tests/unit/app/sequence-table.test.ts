// Sequences as tables of text, there and back.

import { expect, test } from 'vitest';
import { RememberedSettings } from '../../../src/app/remembered-settings.ts';
import { sequenceOfTable, tableOfSequence } from '../../../src/app/sequence-table.ts';
import { panelParameters } from '../../../src/devices/bench/panel-parameters.ts';
import { panelOf } from '../../../src/devices/panel/dialects.ts';
import { firstSequence } from '../../../src/model/sequence.ts';

const SUPPLY = panelParameters(panelOf({ vendor: 'Rigol', model: 'DP832' })!);
const GENERATOR = panelParameters(panelOf({ vendor: 'Rigol', model: 'DG1032Z' })!);

const STEPS = {
  columns: ['CH1.voltage', 'CH1.output'],
  steps: [
    { durationS: 1.5, values: { 'CH1.voltage': 3.3, 'CH1.output': true } },
    { durationS: 60, values: { 'CH1.voltage': 0.05 } },
    { durationS: 0.1, values: { 'CH1.output': false } },
  ],
};

test('the table names its columns with their units, and is read back', () => {
  const text = tableOfSequence(STEPS, SUPPLY);
  expect(text).toBe('Duration (s),CH1 Voltage (V),CH1 Output\n1.5,3.3,on\n60,0.05,\n0.1,,off\n');
  expect(sequenceOfTable(text, SUPPLY)).toEqual(STEPS);
});

test('names with a comma and words of a choice are quoted and read', () => {
  const table = {
    columns: ['CH1.shape', 'CH1.amplitude'],
    steps: [{ durationS: 1, values: { 'CH1.shape': 'SQU', 'CH1.amplitude': 0.5 } }],
  };
  const text = tableOfSequence(table, GENERATOR);
  expect(text).toBe('Duration (s),CH1 Shape,"CH1 Amplitude, peak to peak (V)"\n1,SQU,0.5\n');
  expect(sequenceOfTable(text, GENERATOR)).toEqual(table);
  expect(sequenceOfTable('Duration,CH1 shape\n1,square', GENERATOR).steps[0]?.values).toEqual({ 'CH1.shape': 'SQU' });
});

test.each([
  ['tabs, as spreadsheets copy', 'CH1 Output\tCH1 Voltage [mV]\tduration (ms)\r\nON\t3300\t1500\r\n'],
  ['semicolons and commas', 'ch1 output;CH1 Voltage (V);Duration (s)\n1;3,3;1,5\n\n'],
  ['units in the cells', 'CH1 Output,CH1 Voltage,Duration\ntrue,3.3 V,1500 ms'],
])('%s', (_, text) => {
  expect(sequenceOfTable(text, SUPPLY)).toEqual({
    columns: ['CH1.output', 'CH1.voltage'],
    steps: [{ durationS: 1.5, values: { 'CH1.voltage': 3.3, 'CH1.output': true } }],
  });
});

test.each([
  ['1,2\n3,4', 'Nothing of this instrument is called “1”'],
  ['CH1 Voltage (V)\n3', 'no column “Duration (s)”'],
  ['Duration (s),CH1 Voltage (A)\n1,3', 'measured in V'],
  ['Duration (V)\n1', 'measured in s'],
  ['Duration (s),CH1 Voltage (V)\n1,high', 'Step 1 has “high” as CH1 Voltage (V)'],
  ['Duration (s),CH1 Voltage (V)\n1,2\n,3', 'Step 2 has “” as Duration (s)'],
  ['Duration (s),CH1 Output\n1,constructor', 'Step 1 has “constructor” as CH1 Output'],
  ['Duration (s),CH1 Voltage (V)\n1,2,3', 'Step 1 has more cells'],
  ['Duration (s),CH1 Voltage,CH1 Voltage\n1,2,3', 'A column is there twice'],
  ['Duration (s),Duration (ms)\n1,2', 'A column is there twice'],
  ['Duration (s),CH1 limits Voltage, at most\n1,2', 'Nothing of this instrument is called “CH1 limits Voltage”'],
  ['Duration (s)', 'a line for each step'],
  ['', 'a line for each step'],
])('%j is not taken over: %s', (text, message) => {
  expect(() => sequenceOfTable(text, SUPPLY)).toThrow(message);
});

test('the first one holds what the first channel has', () => {
  const values = { 'CH1.voltage': 5, 'CH1.current': 1, 'CH1.output': false, 'CH2.voltage': 3 };
  expect(firstSequence(SUPPLY, values)).toEqual({
    columns: ['CH1.voltage', 'CH1.current', 'CH1.output'],
    steps: [{ durationS: 1, values: { 'CH1.voltage': 5, 'CH1.current': 1, 'CH1.output': false } }],
    roundCount: 1,
  });
});

test('a sequence is kept for its unit beside the limits, and one that cannot be read takes no limit with it', () => {
  const map = new Map<string, string>();
  const store = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
  const unit = { vendor: 'RIGOL', model: 'DP832', serialNumber: 'DP8A1', firmware: '1' };
  const remembered = new RememberedSettings(store);
  remembered.keep(unit, 'CH1.voltage.most', 5);
  remembered.keepSequence(unit, { ...STEPS, roundCount: undefined });
  remembered.keep(unit, 'CH2.voltage.most', 6);
  expect(new RememberedSettings(store).sequenceOf(unit)).toEqual(STEPS);
  expect(new RememberedSettings(store).sequenceOf({ ...unit, serialNumber: 'DP8A2' })).toBeUndefined();
  for (const [key, text] of map) map.set(key, text.replace('"durationS":60', '"durationS":"long"'));
  expect(remembered.sequenceOf(unit)).toBeUndefined();
  expect(remembered.of(unit)).toEqual({ 'CH1.voltage.most': 5, 'CH2.voltage.most': 6 });
});

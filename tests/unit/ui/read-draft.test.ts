import { describe, expect, test } from 'vitest';
import type { ReadColumn } from '../../../src/model/reading.ts';
import { withChoice, withColumn, withRole, withTable, withTime } from '../../../src/ui/views/files/read-draft.ts';

const COLUMNS: readonly ReadColumn[] = [
  { id: 't', name: 't', unit: 's', role: 'time' },
  { id: 'u', name: 'u', unit: 'V', role: 'signal' },
  { id: 'state', name: 'state', unit: '', role: 'text' },
];

describe('what is taken back is left out', () => {
  test('of the whole', () => {
    expect(withChoice({ rateHz: 5 }, { rateHz: undefined })).toEqual({});
  });

  test('of the table, with the table', () => {
    const chosen = withTable({}, { decimal: ',' });
    expect(chosen).toEqual({ table: { decimal: ',' } });
    expect(withTable(chosen, { decimal: undefined })).toEqual({});
  });

  test('of a column, with its table', () => {
    const chosen = withColumn({ rateHz: 2 }, 1, { name: 'voltage', scale: 1000 });
    expect(chosen).toEqual({ rateHz: 2, table: { columns: { 1: { name: 'voltage', scale: 1000 } } } });
    expect(withColumn(chosen, 1, { scale: undefined })).toEqual({
      rateHz: 2,
      table: { columns: { 1: { name: 'voltage' } } },
    });
    expect(withColumn(chosen, 1, { name: undefined, scale: undefined })).toEqual({ rateHz: 2 });
  });
});

test('another separator makes other columns: what was said of them is gone', () => {
  const chosen = withTime(withColumn(withTable({}, { decimal: ',' }), 1, { unit: 'mV' }), COLUMNS, 'u');
  expect(withTable(chosen, { separator: ';' })).toEqual({ table: { decimal: ',', separator: ';' } });
});

describe('times', () => {
  test('one column has them', () => {
    const chosen = withRole({}, COLUMNS, 1, 'time');
    expect(chosen).toEqual({ time: 'u' });
    expect(withRole(chosen, COLUMNS, 0, 'signal')).toEqual({
      time: null,
      table: { columns: { 0: { role: 'signal' } } },
    });
  });

  test('the column that has them taken as something else leaves none', () => {
    expect(withRole({ timeUnit: 'ms' }, COLUMNS, 0, 'left-out')).toEqual({
      time: null,
      table: { columns: { 0: { role: 'left-out' } } },
    });
  });

  test('a rate and a start are of rows without times', () => {
    const counted = withChoice(withTime({}, COLUMNS, null), { rateHz: 1000, startS: -1 });
    expect(counted).toEqual({ time: null, rateHz: 1000, startS: -1 });
    expect(withTime(counted, COLUMNS, 't')).toEqual({ time: 't' });
    expect(withTime(counted, COLUMNS, undefined)).toEqual({});
  });

  test('a column that was something else becomes that of the times', () => {
    const chosen = withRole({}, COLUMNS, 1, 'left-out');
    expect(withTime(chosen, COLUMNS, 'u')).toEqual({ time: 'u' });
  });
});

// How a table was read, and that the user's word is taken.

import { describe, expect, it } from 'vitest';
import { codesOf, openTable, rowLines, signalsOf, valuesOf } from '../../../support/tables.ts';

const TABLE = `time_ms;U/V;note\n${rowLines(30, (row) => `${row};${row},5;ok`)}`;

describe('what is told', () => {
  it('columns, lines and everything that was used', async () => {
    const { reading } = await openTable(TABLE);
    expect(reading).toMatchObject({
      guesses: [],
      columns: [
        { id: 'time', name: 'time', unit: 'ms', role: 'time' },
        { id: 'U', name: 'U', unit: 'V', role: 'signal' },
        { id: 'note', name: 'note', unit: '', role: 'text' },
      ],
      choice: { time: 'time', timeUnit: 'ms', table: { separator: ';', decimal: ',', headLineCount: 1 } },
    });
    expect(reading!.lines!.slice(0, 2)).toEqual([
      ['time_ms', 'U/V', 'note'],
      ['0', '0,5', 'ok'],
    ]);
  });

  it.each([
    TABLE,
    `a,b\n1,2\n2,1\n`,
    `X,CH1,Start,Increment,\nSequence,Volt,-1e-3,1e-6\n0,1,\n1,2,\n2,3,\n`,
    `Date,Time,v\n03/04/2026,10:00:00,1\n03/04/2026,10:00:01,2\n`,
    `Frequency (Hz),dB\n1,2\n2,3\n4,3\n`,
    `Timestamp(ms),D0-D7\n0,00000001\n1,00000010\n`,
  ])('opening %j with it gives the same', async (text) => {
    const first = await openTable(text);
    const again = await openTable(text, first.reading!.choice);
    expect(again.store.signals()).toEqual(first.store.signals());
    expect(again.reading!.choice).toEqual(first.reading!.choice);
    expect(again.store.originUtc).toBe(first.store.originUtc);
  });

  it('the form is that of files that are written alike', async () => {
    const form = async (text: string) => (await openTable(text)).reading!.form;
    expect(await form('t (s),U\n0,1\n1,2\n')).toBe(await form('t (s),U\n5,7\n6,8\n7,9\n'));
    expect(await form('t (s),U\n0,1\n1,2\n')).not.toBe(await form('t (s);U\n0;1\n1;2\n'));
  });

  it('a guess is one only where nothing tells', async () => {
    const guesses = async (text: string) => (await openTable(text)).reading!.guesses.length;
    expect(await guesses('time,U\n0.0,1\n0.1,2\n')).toBe(0);
    expect(await guesses('time,U\n0,1\n10,2\n')).toBe(1);
    expect(await guesses('0.0,1\n0.1,2\n0.2,3\n')).toBe(1);
    expect(await guesses('a,b\n1,2\n2,1\n')).toBe(0);
  });
});

describe('what is chosen', () => {
  const SIGNALS = `a,b,c\n${rowLines(20, (row) => `${row * 20},${row},${row * 2}`)}`;

  it('a column of times and its unit', async () => {
    const reader = await openTable(SIGNALS, { time: 'a', timeUnit: 'ms' });
    expect(signalsOf(reader).map((signal) => signal.slice(0, 4))).toEqual([
      ['b', '', 50, 0],
      ['c', '', 50, 0],
    ]);
    expect(codesOf(reader)).toEqual([]);
    await expect(openTable(SIGNALS, { time: 'z' })).rejects.toThrow('"a", "b", "c"');
    await expect(openTable(SIGNALS, { time: 'a', timeUnit: 'V' })).rejects.toThrow('no unit of time');
  });

  it('a unit for the column that was found', async () => {
    const reader = await openTable('time,U\n0,1\n10,2\n20,3\n', { timeUnit: 'ms' });
    expect(signalsOf(reader)).toEqual([['U', '', 100, 0, 3]]);
    expect(reader.reading!.guesses).toEqual([]);
  });

  it('no times, a rate and a start', async () => {
    const reader = await openTable(SIGNALS, { rateHz: 500, startS: -2 });
    expect(signalsOf(reader)[0]).toEqual(['a', '', 500, -2, 20]);
    expect(reader.store.signals()[0]!.axis).toBeUndefined();
    expect(codesOf(reader)).toEqual([]);
    const none = await openTable('time,U\n0.0,1\n0.1,2\n', { time: null });
    expect(none.store.signals()).toMatchObject([{ id: 'time', axis: { name: 'sample' } }, { id: 'U' }]);
  });

  it('the start of times that stand in the file', async () => {
    expect(signalsOf(await openTable('t (s),U\n5.0,1\n5.1,2\n', { startS: 1 }))[0]!.slice(2, 4)).toEqual([10, 1]);
    const uneven = await openTable('t (s),U\n5.0,1\n5.1,2\n9.1,2\n', { startS: 1 });
    expect((await uneven.store.samples('U', 0, 3)).timesS![0]).toBe(1);
  });

  it('roles, names, units and scales of columns', async () => {
    const reader = await openTable(SIGNALS, {
      table: {
        columns: {
          0: { role: 'left-out' },
          1: { role: 'time' },
          2: { name: 'current', unit: 'A', scale: 0.001 },
        },
      },
    });
    expect(signalsOf(reader)).toEqual([['current', 'A', 1, 0, 20]]);
    expect((await valuesOf(reader, 'current')).slice(0, 3)).toEqual([0, 0.002, 0.004]);
    expect((await reader.store.statistics('current', 0, 20)).max).toBeCloseTo(0.038, 12);
  });

  it('separator, decimal mark and lines of the head', async () => {
    const text = '7;8\n9;9\n1,5;2\n2,5;3\n3,5;4\n';
    const reader = await openTable(text, { table: { separator: ';', decimal: ',', headLineCount: 2 } });
    expect(await valuesOf(reader, reader.store.signals().at(-1)!.id)).toEqual([2, 3, 4]);
  });
});

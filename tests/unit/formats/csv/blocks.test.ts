// Blocks of rows one below the other, and times that a program stretched.

import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/base/errors.ts';
import { codesOf, openTable, rowLines, signalsOf, valuesOf } from '../../../support/tables.ts';

const volts = `t (s),U (V)\n${rowLines(20, (row) => `${row / 1000},${row}`)}`;
const amps = `t (ms),I (mA)\n${rowLines(30, (row) => `${row * 10},${2 * row}`)}`;

describe('blocks of rows', () => {
  it('the first opens, and the note says where the next begins', async () => {
    const reader = await openTable(`${volts}\n${amps}`);
    expect(signalsOf(reader)).toEqual([['U', 'V', 1000, 0, 20]]);
    expect(codesOf(reader)).toEqual(['blocks']);
    expect(reader.diagnostics[0]!.message).toContain('in line 23 a second block');
    expect(reader.reading!.parts).toEqual([
      { id: 'block 1', detail: 'lines 1 to 22', isOpen: true },
      { id: 'block 2', detail: 'from line 23', isOpen: false },
    ]);
  });

  it('another is chosen', async () => {
    const reader = await openTable(`${volts}\n${amps}`, { parts: ['block 2'] });
    expect(signalsOf(reader)).toEqual([['I', 'mA', 100, 0, 30]]);
    expect(await valuesOf(reader, 'I')).toEqual(Array.from({ length: 30 }, (_, row) => 2 * row));
    expect(codesOf(reader)).toEqual([]);
  });

  it('both are chosen', async () => {
    const reader = await openTable(`${volts}\n${amps}`, { parts: ['block 1', 'block 2'] });
    expect(signalsOf(reader)).toEqual([
      ['block 1/U', 'V', 1000, 0, 20],
      ['block 2/I', 'mA', 100, 0, 30],
    ]);
  });

  it('the lines above a head belong to it', async () => {
    const reader = await openTable(`${volts}Run 2\nunder load\n${amps}`, { parts: ['block 2'] });
    expect(signalsOf(reader)).toEqual([['I', 'mA', 100, 0, 30]]);
    expect(reader.reading!.parts![0]!.detail).toBe('lines 1 to 21');
  });

  it('the same names begin a block where the time begins again', async () => {
    const reader = await openTable(`${volts}${volts}${volts}`);
    expect(signalsOf(reader)).toEqual([['U', 'V', 1000, 0, 20]]);
    expect(reader.reading!.parts!.map(({ detail }) => detail)).toEqual([
      'lines 1 to 21',
      'lines 22 to 42',
      'from line 43',
    ]);
  });

  it('notes name the line of the file', async () => {
    const reader = await openTable(`${volts}${amps}oops\n`, { parts: ['block 2'] });
    expect(reader.diagnostics.map(({ message }) => message)).toEqual(['Line 53 is no row ("oops"): left out.']);
  });

  it.each([
    ['a row between a note and the next head', 'Time,V\n0,1\n1,2\n# note\n2,3\nTime,I\n0,5\n1,6\n', 'V', [1, 2, 3]],
    ['a row whose first value is missing', 'U,I\n1,2\n1,4\nOL,3\nTime,T\n0,5\n1,6\n', 'I', [2, 4, 3]],
  ])('%s stays in its block', async (_name, text, signal, values) => {
    const first = await openTable(text, { parts: ['block 1'] });
    expect(await valuesOf(first, signal)).toEqual(values);
    const second = await openTable(text, { parts: ['block 2'] });
    expect(second.store.signals().map(({ endSample }) => endSample)).toEqual([2]);
  });

  it('blank lines part no note from the head it stands above', async () => {
    const reader = await openTable(`${volts}Run 2\n\n\nunder load\n${amps}`);
    expect(reader.reading!.parts![0]!.detail).toBe('lines 1 to 21');
  });

  it('the reading of a block opens it again, whatever the others are', async () => {
    const text = `${volts}Run 2\nunder load\n\n${amps.replaceAll('t (ms)', 'Zeit (ms)')}`;
    const reader = await openTable(text, { parts: ['block 2'] });
    const again = await openTable(text, reader.reading!.choice);
    expect(signalsOf(again)).toEqual([['I', 'mA', 100, 0, 30]]);
    expect(again.reading!.parts).toEqual(reader.reading!.parts);
  });

  it('the blocks stay when one is read without its time', async () => {
    const text = `${volts}${volts}`;
    const reader = await openTable(text, { parts: ['block 1'], time: null, rateHz: 5 });
    expect(reader.reading!.parts).toHaveLength(2);
    expect(signalsOf(reader).at(-1)).toEqual(['U', 'V', 5, 0, 20]);
  });

  it('what was chosen for the columns of one is not used on several', async () => {
    const { reading } = await openTable(`${volts}${amps}`, { parts: ['block 1'] });
    const columns = { ...reading!.choice.table!.columns, 1: { role: 'signal', name: 'Voltage', scale: 2 } as const };
    const choice = { ...reading!.choice, table: { ...reading!.choice.table, columns } };
    expect(signalsOf(await openTable(`${volts}${amps}`, choice))).toEqual([['Voltage', 'V', 1000, 0, 20]]);
    const both = await openTable(`${volts}${amps}`, { ...choice, parts: ['block 1', 'block 2'] });
    expect(both.store.signals().map(({ name }) => name)).toEqual(['block 1/U', 'block 2/I']);
  });

  it('a time that one of them does not have leaves it its own', async () => {
    const text = `a,t (s),U\n${rowLines(9, (row) => `${row % 2},${row},1`)}${amps.replace('t (ms)', 'Zeit (ms)')}`;
    const reader = await openTable(text, { parts: ['block 1', 'block 2'], time: 't' });
    expect(signalsOf(reader).at(-1)).toEqual(['block 2/I', 'mA', 100, 0, 30]);
    expect(codesOf(reader)).toContain('other-time');
    await expect(openTable(text, { parts: ['block 1', 'block 2'], time: 'T2' })).rejects.toThrow('called "T2"');
    await expect(openTable(text, { parts: ['block 2'], time: 't' })).rejects.toThrow('called "t"');
  });

  it('of letters of two bytes keep their names', async () => {
    const text = `\ufefft (s),R (Ω),Δ\n0,1,2\n1,2,3\n2,3,4\nTime (s),Ω-Last,Жар\n0,5,6\n1,6,7\n`;
    const bytes = new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
    const first = await openTable(bytes);
    expect(first.store.signals().map(({ name, unit }) => [name, unit])).toEqual([
      ['R', 'Ω'],
      ['Δ', ''],
    ]);
    expect(await valuesOf(first, 'Δ')).toEqual([2, 3, 4]);
    const second = await openTable(bytes, { parts: ['block 2'] });
    expect(second.store.signals().map(({ name }) => name)).toEqual(['Ω-Last', 'Жар']);
    expect(second.reading!.parts![1]!.detail).toBe('from line 5');
  });

  it('more than memory has room for are refused with a number that fits', async () => {
    const text = rowLines(200, (block) => `Time,U${block}\n0,1\n1,2`);
    const parts = Array.from({ length: 200 }, (_, block) => `block ${block + 1}`);
    const error = await openTable(text, { parts }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(FormatError);
    const most = Number(/No more than (\d+) of these blocks fit/.exec((error as FormatError).message)?.[1]);
    const reader = await openTable(text, { parts: parts.slice(0, most) });
    expect(reader.store.signals()).toHaveLength(most);
  });

  it('a block that is not there is refused', async () => {
    await expect(openTable(`${volts}${amps}`, { parts: ['block 3'] })).rejects.toThrow('It has block 1 to block 2');
  });
});

describe('times of an oscilloscope that stretches them', () => {
  /** 512 rows of 5 µs, spread over their whole length. */
  const table = (head: string): string =>
    `${head}\n${rowLines(512, (row) => `${(-0.001 + (row * 0.00256) / 511).toFixed(8)},${row % 7},1`)}`;

  it('have the rate of the capture, and a note says so', async () => {
    const reader = await openTable(table('X,CH 1 (V),CH 2 (V)'));
    expect(signalsOf(reader)).toEqual([
      ['CH 1', 'V', 200_000, -0.001, 512],
      ['CH 2', 'V', 200_000, -0.001, 512],
    ]);
    expect(codesOf(reader)).toEqual(['stretched-time']);
  });

  it('are kept under other names: they may be true', async () => {
    const reader = await openTable(table('t (s),U (V),I (A)'));
    expect(signalsOf(reader)[0]![2]).toBeCloseTo(511 / 0.00256, 0);
    expect(codesOf(reader)).toEqual([]);
  });
});

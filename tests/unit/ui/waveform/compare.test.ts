// Files over each other: letters and dashes, what shares a lane, what is said of a file that is moved, and the table.

import { describe, expect, it } from 'vitest';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import { isMoved, raised, shifted, unmoved, withDifference } from '../../../../src/ui/views/waveform/arrangement.ts';
import { comparedTable } from '../../../../src/ui/views/waveform/compared-table.ts';
import { buildLanes, raiseOf, type ShownStore } from '../../../../src/ui/views/waveform/lanes.ts';
import { dashOf, legendLines, letterOf } from '../../../../src/ui/views/waveform/legend.ts';
import { parseState } from '../../../../src/ui/views/waveform/state.ts';
import { stampedStore } from '../../../support/stamped-store.ts';
import { type Values, valueStore } from '../../../support/value-store.ts';

const shown = (place: number, change: Partial<ShownStore>, ...signals: readonly Values[]): ShownStore => ({
  store: valueStore(...signals),
  label: `${place}.csv`,
  letter: letterOf(place),
  shiftS: 0,
  ...change,
});
const U = { name: 'U', unit: 'V', values: [1, 2], rate: 1 };

it('letters go on after Z, and colour with dash tells 64 files apart', () => {
  expect([0, 1, 25, 26, 27, 52, 701, 702].map(letterOf)).toEqual(['A', 'B', 'Z', 'AA', 'AB', 'BA', 'ZZ', 'AAA']);
  const looks = Array.from({ length: 64 }, (_, place) => `${place % 8} ${dashOf(place).join(' ')}`);
  expect(new Set(looks).size).toBe(64);
  expect(dashOf(0)).toEqual([]);
  // whoever sees no colours has eight that look different
  expect(new Set(looks.slice(0, 8).map((look) => look.slice(2))).size).toBe(8);
});

describe('lanes', () => {
  const lanesOf = (...stores: readonly ShownStore[]) =>
    buildLanes(stores, () => undefined).map(({ name, unit, traces }) => ({
      lane: `${name} ${unit}`,
      files: traces.map(({ shown: { letter }, colorIndex, place }) => `${letter} ${colorIndex} ${place}`),
    }));

  it('one colour for a file, and the same name in the same unit in one lane', () => {
    const found = lanesOf(shown(0, {}, U, { ...U, name: 'I', unit: 'A' }), shown(1, {}, U), shown(2, {}, U));
    expect(found).toEqual([
      { lane: 'U V', files: ['A 0 0', 'B 1 1', 'C 2 2'] },
      { lane: 'I A', files: ['A 0 0'] },
    ]);
  });

  it('another name joins where both files have one signal in the unit, and nowhere else', () => {
    const channel = { ...U, name: 'CH1' };
    expect(lanesOf(shown(0, {}, U), shown(1, {}, channel))).toEqual([{ lane: 'U V', files: ['A 0 0', 'B 1 1'] }]);
    const two = lanesOf(shown(0, {}, U), shown(1, {}, channel, { ...U, name: 'CH2' }));
    expect(two.map(({ lane }) => lane)).toEqual(['U V', 'CH1 V', 'CH2 V']);
  });

  it('units never mix, and no unit is not a unit in common', () => {
    const found = lanesOf(
      shown(0, {}, U),
      shown(1, {}, { ...U, unit: 'A' }),
      shown(2, {}, { ...U, name: 'x', unit: '' }),
    );
    expect(found.map(({ lane }) => lane)).toEqual(['U V', 'U A', 'x ']);
    const bare = lanesOf(shown(0, {}, { ...U, unit: '' }), shown(1, {}, { ...U, name: 'x', unit: '' }));
    expect(bare.map(({ lane }) => lane)).toEqual(['U ', 'x ']);
  });

  it('a level is drawn where it is, however its file is raised', () => {
    const [quantity, level] = buildLanes(
      [shown(0, { raises: { V: 2, '': 5 } }, U, { name: 'D0', unit: '', dtype: 'u1', values: [0, 1], rate: 1 })],
      () => undefined,
    );
    expect([raiseOf(quantity!.traces[0]!), raiseOf(level!.traces[0]!)]).toEqual([2, 0]);
  });
});

describe('what is moved', () => {
  const still = { shifts: {}, raises: {}, differences: [] };

  it('is told in words with units', () => {
    const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, ' ');
    const lines = legendLines(
      [
        shown(0, {}, U),
        shown(1, { shiftS: -0.25, raises: { V: 0.1, A: -2 } }, U),
        { ...shown(2, {}, U), label: 'U, A − B', note: 'At 2 samples.' },
      ],
      TIME_AXIS,
    );
    expect(lines.map(({ text }) => plain(text))).toEqual([
      'A  0.csv',
      'B  1.csv, moved by −250 ms, drawn 100 mV higher, drawn 2 A lower',
      'U, A − B: At 2 samples.',
    ]);
    const counted = legendLines([shown(0, {}, U), shown(1, { shiftS: 3 }, U)], { name: 'sample', unit: '' });
    expect(counted[1]!.text).toBe('B  1.csv, moved by +3 samples');
    expect(legendLines([shown(0, {}, U)], TIME_AXIS)).toEqual([]);
  });

  it('is reset in both directions, the others stay', () => {
    const moved = { ...still, ...shifted(still, 'b', 2), ...raised(still, 'b', 'V', 1) };
    const both = { ...moved, ...shifted(moved, 'c', 1) };
    expect([isMoved(both, 'a'), isMoved(both, 'b'), isMoved({ ...still, ...raised(still, 'b', 'V', 1) }, 'b')]).toEqual(
      [false, true, true],
    );
    expect(unmoved(both, 'b')).toEqual({ shifts: { c: 1 }, raises: {} });
  });

  it('a difference is shown once', () => {
    const choice = { minuend: { label: '', signalId: 'U' }, subtrahend: { label: 'b', signalId: 'U' } };
    const one = { ...still, ...withDifference(still, choice) };
    expect(withDifference(one, structuredClone(choice))).toEqual({});
  });

  it('a view that was saved before there were heights and differences comes back', () => {
    const saved = {
      version: 1,
      time: { startS: 0, endS: 1 },
      isFollowing: false,
      timeMode: 'relative',
      lanes: {},
      markers: [],
      notes: [],
      shifts: { b: 1 },
    };
    expect(parseState(saved)?.state).toMatchObject({ shifts: { b: 1 }, raises: {}, differences: [] });
  });
});

describe('the table', () => {
  it('has a column of places for each file, values as they are, and says what was moved', async () => {
    const stores = [
      shown(
        0,
        {},
        { ...U, values: [1, Number.NaN, 3, 4], rate: 10 },
        { ...U, name: 'a,b', values: [5, 6, 7, 8], rate: 10 },
      ),
      {
        ...shown(1, { shiftS: 0.1, raises: { V: 1 } }),
        store: stampedStore([0, 0.05], [{ name: 'U', unit: 'V', values: [10, 20] }]),
      },
    ];
    const lanes = buildLanes(stores, () => undefined);
    const legend = legendLines(stores, TIME_AXIS);
    const text = await comparedTable({ lanes, span: { startS: 0, endS: 0.3 }, axis: TIME_AXIS, legend });
    expect(text.split('\n')).toEqual([
      '# A 0.csv',
      '# B 1.csv, moved by +100 ms, drawn 1 V higher',
      '# time (s) as in the view, values as in the files',
      'A time (s),A U (V),"A a,b (V)",B time (s),B U (V)',
      '0,1,5,0.1,10',
      '0.1,,6,0.15,20',
      '0.2,3,7,,',
      '',
    ]);
  });

  it('refuses more rows than a sheet opens with', async () => {
    const { store } = shown(0, {}, U);
    const long = { ...store.signals()[0]!, endSample: 2_000_000 };
    store.signals = () => [long];
    const stores = [{ ...shown(0, {}, U), store }, shown(1, {}, U)];
    const lanes = buildLanes(stores, () => undefined);
    const table = comparedTable({ lanes, span: { startS: 0, endS: 2e6 }, axis: TIME_AXIS, legend: [] });
    await expect(table).rejects.toThrow('zoom in');
  });

  it('refuses more cells than a table takes before it reads any, and says how many that are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ ...U, name: `U${i}` }));
    const { store } = shown(0, {}, ...many);
    const long = store.signals().map((signal) => ({ ...signal, endSample: 1_000_000 }));
    store.signals = () => long;
    store.samples = () => Promise.reject(new Error('read'));
    const lanes = buildLanes([{ ...shown(0, {}, U), store }, shown(1, {}, U)], () => undefined);
    const table = comparedTable({ lanes, span: { startS: 0, endS: 1e6 }, axis: TIME_AXIS, legend: [] });
    // places and 40 signals of A; places and one signal of B
    const message = await table.catch((thrown: Error) => thrown.message.replaceAll(/[\u202f\u00a0]/g, ' '));
    expect(message).toContain('1 000 000 rows of 43 columns are more than the 4 194 304 cells of a table');
  });
});

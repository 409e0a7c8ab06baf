import { expect, test } from 'vitest';
import { buildLanes } from '../../../../src/ui/views/waveform/lanes.ts';
import { layOut } from '../../../../src/ui/views/waveform/layout.ts';
import { foundLanes, laneGroups } from '../../../../src/ui/views/waveform/signal-groups.ts';
import { rampStore } from '../../../support/axis-store.ts';

const lanesOf = (...names: [string, string?][]) =>
  buildLanes(
    [
      {
        store: rampStore(names.map(([name, source = '']) => ({ name, source, unit: 'V', sampleCount: 10, rate: 1 }))),
        label: 'a',
        shiftS: 0,
      },
    ],
    () => {},
  );

test('lanes that would be too thin to read are left out, none lies on another', () => {
  const many = lanesOf(...Array.from({ length: 40 }, (_, i): [string] => [`u${i}`]));
  const { lanes } = layOut(1280, 600, many, {});
  expect(lanes.length).toBeGreaterThan(5);
  expect(lanes.length).toBeLessThan(14);
  for (const [i, { plot }] of lanes.entries()) {
    expect(plot.height).toBeGreaterThanOrEqual(40);
    if (i > 0) expect(plot.y).toBeGreaterThanOrEqual(lanes[i - 1]!.plot.y + lanes[i - 1]!.plot.height);
  }
  expect(lanes.at(-1)!.plot.y + lanes.at(-1)!.plot.height).toBeLessThanOrEqual(600);
});

test('one lane stays however low the plot is', () => {
  expect(layOut(1280, 60, lanesOf(['a'], ['b']), {}).lanes).toHaveLength(1);
});

test('groups are what lanes come from, else the path before their names; a single one has no name', () => {
  const groups = (lanes: ReturnType<typeof lanesOf>) =>
    laneGroups(lanes).map(({ name, lanes: own }) => [name, own.length]);
  expect(groups(lanesOf(['u', 'scope'], ['i', 'scope'], ['t', 'logger']))).toEqual([
    ['scope', 2],
    ['logger', 1],
  ]);
  expect(groups(lanesOf(['run/1/u'], ['run/1/i'], ['run/2/u'], ['t']))).toEqual([
    ['run/1', 2],
    ['run/2', 1],
    ['Others', 1],
  ]);
  expect(groups(lanesOf(['u'], ['i']))).toEqual([['', 2]]);
});

test('a search takes words of name, source and unit', () => {
  const lanes = lanesOf(['run/1/u', 'scope'], ['run/2/u', 'logger']);
  expect(foundLanes(lanes, 'LOG u').map(({ id }) => id)).toHaveLength(1);
  expect(foundLanes(lanes, '')).toHaveLength(2);
  expect(foundLanes(lanes, 'x')).toEqual([]);
});

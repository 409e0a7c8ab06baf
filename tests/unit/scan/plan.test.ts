import { describe, expect, test } from 'vitest';
import type { AxisFacts } from '../../../src/scan/axis.ts';
import { planScan } from '../../../src/scan/plan.ts';
import { goldenJson } from '../../support/golden.ts';
import { seededRandom } from '../../support/random.ts';

interface GoldenMotor {
  readonly name: string;
  readonly start: number;
  readonly stop: number;
  readonly intervals: number;
  readonly position_before: number;
  readonly tolerance: number;
}

interface GoldenScan {
  readonly scan: string;
  readonly motors: readonly GoldenMotor[];
  readonly intervals: number;
  readonly backnforth: boolean;
  readonly count_time: number;
  readonly expected: {
    readonly npoints: number;
    readonly positions: Readonly<Record<string, readonly number[]>>;
    readonly title: string;
    readonly restore_positions_at_end: boolean;
  };
}

const GOLDEN = goldenJson<{ step_scans: readonly GoldenScan[]; meshes: readonly GoldenScan[] }>(
  'scans/trajectories.json',
);

function axesOf(...facts: readonly (Partial<AxisFacts> & { readonly name: string })[]): Map<string, AxisFacts> {
  return new Map(facts.map((fact) => [fact.name, { unit: 'mm', position: 0, tolerance: 1e-4, ...fact }]));
}

const goldenAxes = (motors: readonly GoldenMotor[]) =>
  axesOf(...motors.map(({ name, position_before: position, tolerance }) => ({ name, position, tolerance })));

const positionsOf = (text: string, axes: ReadonlyMap<string, AxisFacts>) =>
  Object.fromEntries(planScan(text, axes).trajectory.columns.map(({ axis, positions }) => [axis, [...positions]]));

describe('golden trajectories', () => {
  test.each(GOLDEN.step_scans.map((scan) => [scan.expected.title, scan] as const))('%s', (_title, scan) => {
    const motors = scan.motors.map(({ name, start, stop }) => `${name} ${start} ${stop}`).join(' ');
    const text = `${scan.scan} ${motors} ${scan.intervals} ${scan.count_time}`;
    const plan = planScan(text, goldenAxes(scan.motors));
    expect(plan.trajectory.pointCount).toBe(scan.expected.npoints);
    expect(positionsOf(text, goldenAxes(scan.motors))).toEqual(scan.expected.positions);
    expect(plan.title).toBe(scan.expected.title);
    expect(plan.returnsAxes).toBe(scan.expected.restore_positions_at_end);
    expect(plan.command.type).toBe(scan.scan);
  });

  test.each(GOLDEN.meshes.map((scan, index) => [index, scan.scan, scan] as const))('mesh %i: %s', (_i, _name, scan) => {
    const motors = scan.motors.map(({ name, start, stop, intervals }) => `${name} ${start} ${stop} ${intervals}`);
    const text = `${scan.scan} ${motors.join(' ')} ${scan.count_time} backnforth=${scan.backnforth ? 'True' : 'False'}`;
    const plan = planScan(text, goldenAxes(scan.motors));
    expect(plan.trajectory.pointCount).toBe(scan.expected.npoints);
    expect(positionsOf(text, goldenAxes(scan.motors))).toEqual(scan.expected.positions);
    expect(plan.returnsAxes).toBe(scan.scan.startsWith('d'));
  });
});

describe('commands', () => {
  const axes = axesOf({ name: 'robz' }, { name: 'roby', position: 2 });

  test('counting moves nothing; only ct leaves nothing behind', () => {
    const saved = ['ct 0.1', 'sct 0.1', 'loopscan 5 0.2 diode'].map((text) => {
      const { command, trajectory } = planScan(text, axes);
      return [trajectory.pointCount, trajectory.columns.length, command.isSaved];
    });
    expect(saved).toEqual([
      [1, 0, false],
      [1, 0, true],
      [5, 0, true],
    ]);
    expect(planScan('loopscan 5 0.2 diode', axes).title).toBe('loopscan 5 0.2');
    expect(planScan('loopscan 5 0.2 diode monitor', axes).command.counters).toEqual(['diode', 'monitor']);
  });

  test('a time scan goes on until somebody stops it, or for npoints', () => {
    expect(planScan('timescan 1 diode', axes).trajectory.pointCount).toBe(Number.POSITIVE_INFINITY);
    expect(planScan('timescan 1', axes).title).toBe('timescan 1');
    expect(planScan('timescan 1 npoints=4', axes).trajectory.pointCount).toBe(4);
    expect(planScan('timescan 1 npoints=4', axes).title).toBe('timescan 1 4');
    expect(planScan('timescan 1 npoints=0', axes).trajectory.pointCount).toBe(Number.POSITIVE_INFINITY);
  });

  test('lists of positions', () => {
    expect(positionsOf('pointscan robz 0,0.5,-3 0.1', axes)).toEqual({ robz: [0, 0.5, -3] });
    expect(positionsOf('lookupscan robz [0,1] roby 5,4 0.1 diode', axes)).toEqual({ robz: [0, 1], roby: [5, 4] });
  });

  test('anscan takes as many axes as are named; a lineup is relative and goes to the peak of one counter', () => {
    expect(planScan('anscan robz 0 1 roby 2 3 4 0.1', axes).trajectory.pointCount).toBe(5);
    const { command, returnsAxes } = planScan('lineup roby -1 1 4 0.1 diode', axes);
    expect([command.goesToPeak, returnsAxes, command.counters]).toEqual([true, true, ['diode']]);
    expect(positionsOf('lineup roby -1 1 2 0.1 diode', axes)).toEqual({ roby: [1, 2, 3] });
  });

  test.each([
    ['', /no scan ""/],
    ['bscan robz 0 1 2 0.1', /no scan "bscan".*ascan/],
    ['ascan robz 0 1 2', /TIME is missing.*ascan AXIS START STOP INTERVALS TIME/],
    ['ascan robz 0 x 2 1', /STOP is "x"/],
    ['ascan robz 0 1 2.5 1', /INTERVALS is "2.5"/],
    ['ascan robz 0 1 -1 1', /INTERVALS is -1/],
    ['ascan robz 0 1 3 -1', /TIME is -1/],
    ['ascan robz 0 Infinity 3 1', /no number/],
    ['ascan 0 1 2 1', /axis is missing/],
    ['a2scan robz 0 1 2 1', /moves 2 axes, not 1/],
    ['a2scan robz 0 1 robz 0 1 2 1', /robz is there twice/],
    ['ascan robx 0 1 2 1', /no axis "robx".*robz, roby/],
    ['lookupscan robz 0,1 roby 1,2,3 1', /roby has 3 positions and robz has 2/],
    ['pointscan robz 0,,1 1', /no number/],
    ['lineup robz 0 1 2 1', /one counter/],
    ['ascan robz 0 1 2 1 backnforth=True', /backnforth means nothing/],
    ['amesh robz 0 1 2 roby 0 1 2 1 backnforth=maybe', /True or False/],
    ['ct 1 colour=red', /no option "colour"/],
    ['ct 1 2', /"2" stands where a counter/],
    ['amesh robz 0 1 9999 roby 0 1 9999 1', /more than 10000000/],
  ])('%s is refused', (text, message) => {
    expect(() => planScan(text, axes)).toThrow(message);
  });
});

describe('limits', () => {
  const limits = { low: -1, high: 1 };

  test('the first point outside is named', () => {
    const axes = axesOf({ name: 'th', limits });
    expect(() => planScan('ascan th 0 2 4 1', axes)).toThrow(
      /Point 3 \(the first is 0\) is at th 1.5, above its upper limit 1\b/,
    );
    expect(() => planScan('dscan th -1 -2 2 1', axes)).toThrow(/Point 1 .*below its lower limit -1/);
  });

  test('so is the place beyond a point from which backlash is taken up', () => {
    const axes = axesOf({ name: 'th', limits, backlash: 0.2 });
    expect(
      planScan('ascan th -1 1 4 1', axesOf({ name: 'th', limits, position: -1, backlash: 0.2 })).title,
    ).toBeDefined();
    expect(() => planScan('ascan th 1 -1 4 1', axes)).toThrow(/Point 4 .*for -1 starts .* from th -1.2/);
  });

  test('whatever is planned lies within the limits, and what is refused does not', () => {
    const random = seededRandom(7);
    let refusedCount = 0;
    for (let run = 0; run < 1000; run++) {
      const position = Math.round(random() * 20 - 10) / 10;
      const [start, stop] = [random() * 3 - 1.5, random() * 3 - 1.5];
      const type = random() < 0.5 ? 'ascan' : 'dscan';
      const intervals = Math.floor(random() * 20);
      const places = linear(start, stop, intervals).map((place) => place + (type === 'dscan' ? position : 0));
      const isInside = places.every((place) => place >= limits.low && place <= limits.high);
      const text = `${type} th ${start} ${stop} ${intervals} 0.1`;
      const axes = axesOf({ name: 'th', limits, position });
      if (isInside) expect(positionsOf(text, axes)['th']).toHaveLength(intervals + 1);
      else {
        refusedCount++;
        expect(() => planScan(text, axes)).toThrow(/Nothing was moved/);
      }
    }
    expect(refusedCount).toBeGreaterThan(100);
    expect(refusedCount).toBeLessThan(900);
  });
});

/** The straight line in another way than the planner's: weights of both ends. */
function linear(start: number, stop: number, intervals: number): readonly number[] {
  return Array.from({ length: intervals + 1 }, (_, i) => {
    const share = intervals === 0 ? 0 : i / intervals;
    return start * (1 - share) + stop * share;
  });
}

import { describe, expect, test } from 'vitest';
import { align2018 } from '../../../src/scan/align-2018.ts';
import { align2021, type Point } from '../../../src/scan/align-2021.ts';
import { alignBluesky } from '../../../src/scan/align-bluesky.ts';
import type { Centre, Curve } from '../../../src/scan/curve.ts';
import { goldenJson } from '../../support/golden.ts';

type GoldenNumber = number | 'NaN' | 'Infinity' | '-Infinity';
type GoldenPair = readonly GoldenNumber[];
interface Raised {
  readonly error: string;
}

interface GoldenCase {
  readonly name: string;
  readonly x: readonly GoldenNumber[];
  readonly y: readonly GoldenNumber[];
  readonly expected: {
    readonly bliss2018: {
      readonly cen: GoldenPair | Raised;
      readonly com: GoldenNumber;
      readonly peak: GoldenNumber | Raised;
    };
    readonly bliss2021: {
      readonly cen: GoldenPair;
      readonly com: GoldenNumber;
      readonly com_data: GoldenNumber;
      readonly peak: GoldenPair;
      readonly trough: GoldenPair;
    };
    readonly bluesky:
      | Raised
      | {
          readonly min: GoldenPair;
          readonly max: GoldenPair;
          readonly com: GoldenNumber;
          readonly cen: GoldenNumber | null;
          readonly crossings: GoldenPair | null;
          readonly fwhm: GoldenNumber | null;
        };
  };
}

const { cases } = goldenJson<{ cases: readonly GoldenCase[] }>('scans/alignment.json');
const curveOf = ({ x, y }: GoldenCase): Curve => ({ x: x.map(Number), y: y.map(Number) });

/** Within 1e-9 of the number plus 1e-9 of the range of x: the tolerance that the golden data were checked with. */
function expectClose(actual: readonly number[], expected: readonly GoldenNumber[], curve: Curve): void {
  const finite = curve.x.filter(Number.isFinite);
  const range = finite.length > 0 ? Math.max(...finite) - Math.min(...finite) : 0;
  expect(actual).toHaveLength(expected.length);
  expected.map(Number).forEach((value, i) => {
    if (!Number.isFinite(value)) expect(actual[i]).toBe(value);
    else
      expect(Math.abs(actual[i]! - value), `${actual[i]} for ${value}`).toBeLessThanOrEqual(
        1e-9 * (Math.abs(value) + range),
      );
  });
}

const pair = (part: Centre | Point): readonly number[] =>
  'position' in part ? [part.position, part.width] : [part.x, part.y];

describe.each(cases.map((row) => [row.name, row] as const))('%s', (_name, row) => {
  const curve = curveOf(row);

  test('by the definition of 2021', () => {
    const { cen, com, comData, peak, trough } = align2021(curve);
    const expected = row.expected.bliss2021;
    expectClose(pair(cen), expected.cen, curve);
    expectClose([com, comData], [expected.com, expected.com_data], curve);
    expectClose(pair(peak), expected.peak, curve);
    expectClose(pair(trough), expected.trough, curve);
  });

  test('by the definition of 2018', () => {
    const { cen, com, peak } = align2018(curve);
    const expected = row.expected.bliss2018;
    if ('error' in (expected.cen as Raised)) expect(cen).toBeUndefined();
    else expectClose(pair(cen!), expected.cen as GoldenPair, curve);
    expectClose([com], [expected.com], curve);
    if (typeof expected.peak === 'object') expect(peak).toBeUndefined();
    else expectClose([peak!], [expected.peak], curve);
  });

  test('by bluesky', () => {
    const result = alignBluesky(curve);
    const expected = row.expected.bluesky;
    if ('error' in expected) return expect(result).toBeUndefined();
    const { min, max, com, cen, crossings, fwhm } = result!;
    expectClose(pair(min), expected.min, curve);
    expectClose(pair(max), expected.max, curve);
    expectClose([com], [expected.com], curve);
    for (const [actual, wanted] of [
      [cen, expected.cen],
      [fwhm, expected.fwhm],
    ] as const) {
      if (wanted === null) expect(actual).toBeUndefined();
      else expectClose([actual!], [wanted], curve);
    }
    if (expected.crossings === null) expect(crossings).toBeUndefined();
    else expectClose(crossings!, expected.crossings, curve);
  });
});

test('the pair that the documentation prints is that of 2018', () => {
  const { cen } = align2018(curveOf(cases.find(({ name }) => name === 'seed_ascan_robz')!));
  expect([cen!.position.toFixed(6), cen!.width.toFixed(5)]).toEqual(['0.494053', '0.42512']);
});

test('bluesky takes a straight background away and says which', () => {
  const x = Array.from({ length: 21 }, (_, i) => i);
  const peak = x.map((value) => Math.max(0, 4 - Math.abs(value - 12)));
  const y = peak.map((value, i) => value + 0.5 * i + 3);
  const { background, cen, fwhm, max } = alignBluesky({ x, y }, 3)!;
  expect(background!.slope).toBeCloseTo(0.5, 12);
  expect(background!.offset).toBeCloseTo(3, 12);
  expect([cen!, fwhm!]).toEqual([expect.closeTo(12, 12), expect.closeTo(4, 12)]);
  expect(max).toEqual({ x: 12, y: 13 });
});

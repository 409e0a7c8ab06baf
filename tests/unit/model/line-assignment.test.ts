// What peaks may be, against what is known of sources; energies are those of the Nuclear Data Sheets.

import { expect, test } from 'vitest';
import { fitEnergies } from '../../../src/model/energy-fit.ts';
import { ISOTOPES } from '../../../src/model/isotope-lines.ts';
import { assignmentText, assignPeaks, type MeasuredPeak } from '../../../src/model/line-assignment.ts';
import { withoutBackground } from '../../../src/model/spectrum-background.ts';

const RANGE = [0, 3000] as const;

/** A peak of lanthanum bromide. */
const peak = (keV: number, area: number): MeasuredPeak => ({
  keV,
  uncertaintyKeV: 0.2,
  fwhmKeV: 0.028 * Math.sqrt(662 * keV),
  area,
});

const textsOf = (peaks: readonly MeasuredPeak[]) =>
  assignPeaks(peaks, RANGE).map(([first]) => first && assignmentText(first));

test('cobalt: both lines, and their sum', () => {
  expect(textsOf([peak(1173.3, 9000), peak(1332.2, 8000), peak(2505.6, 600)])).toEqual([
    'Co-60 1173.23\u202fkeV',
    'Co-60 1332.49\u202fkeV',
    'sum 1173.23 + 1332.49\u202fkeV',
  ]);
});

test('sodium: annihilation, escapes of one and both photons, and the sum of both lines', () => {
  expect(
    textsOf([peak(252.6, 700), peak(510.8, 30_000), peak(763.6, 700), peak(1274.4, 8000), peak(1785.4, 900)]),
  ).toEqual([
    'double escape of 1274.54\u202fkeV',
    'Na-22 511\u202fkeV',
    'single escape of 1274.54\u202fkeV',
    'Na-22 1274.54\u202fkeV',
    'sum 511 + 1274.54\u202fkeV',
  ]);
});

test('511 keV without a line of an isotope that makes it is annihilation', () => {
  expect(textsOf([peak(511.2, 500), peak(2614.4, 900)])).toEqual(['annihilation 511\u202fkeV', undefined]);
});

test('thorium: one escape and two', () => {
  const thorium = [238.6, 583.2, 911.2, 2614.5].map((keV) => peak(keV, 5000));
  const found = textsOf([...thorium, peak(2614.51 - 511, 800), peak(2614.51 - 1022, 900)]);
  expect(found.slice(4)).toEqual(['single escape of 2614.51\u202fkeV', 'double escape of 2614.51\u202fkeV']);
});

test('an isotope is not named by one of its strong lines alone', () => {
  expect(textsOf([peak(1173.2, 9000)])).toEqual([undefined]);
  expect(textsOf([peak(661.7, 9000)])).toEqual(['Cs-137 661.66\u202fkeV']);
});

test('a peak that is stronger than its parts is no sum', () => {
  const [, , third] = textsOf([peak(1173.2, 900), peak(1332.5, 800), peak(2505.7, 5000)]);
  expect(third).toBeUndefined();
});

test('lines of the table rise, and are gamma energies', () => {
  for (const { lines } of ISOTOPES) {
    const energies = lines.map(({ keV }) => keV);
    expect([...energies].sort((a, b) => a - b)).toEqual(energies);
    expect(lines.every(({ intensity }) => intensity > 0 && intensity < 200)).toBe(true);
  }
});

test('two lines give the straight line through them, with the uncertainty of both', () => {
  const fit = fitEnergies([
    { channel: 100, uncertainty: 0.1, keV: 200 },
    { channel: 300, uncertainty: 0.1, keV: 600 },
  ])!;
  expect(fit.calibration).toEqual({ coefficients: [0, 2], unit: 'keV' });
  // the slope of two points: √2 · 0.2 keV over 200 channels
  expect(fit.uncertainties[1]).toBeCloseTo((Math.SQRT2 * 0.2) / 200, 9);
  // extrapolated to channel 0: (300 · 0.2 and 100 · 0.2 keV) over 200
  expect(fit.uncertainties[0]).toBeCloseTo((Math.hypot(300, 100) * 0.2) / 200, 9);
  expect(fit.chiSquare).toBeCloseTo(0, 12);
});

test('of three lines the exact ones count, and how far they lie off is told', () => {
  const points = [
    { channel: 100, uncertainty: 0.01, keV: 200 },
    { channel: 200, uncertainty: 10, keV: 420 },
    { channel: 300, uncertainty: 0.01, keV: 600 },
  ];
  const fit = fitEnergies(points)!;
  expect(fit.calibration.coefficients[1]).toBeCloseTo(2, 6);
  expect(fit.residualsKeV[1]).toBeCloseTo(20, 3);
  expect(fit.chiSquare).toBeCloseTo((20 / 20) ** 2, 3);
});

test.each([
  ['one line', [{ channel: 100, uncertainty: 0.1, keV: 200 }]],
  [
    'one channel twice',
    [
      { channel: 100, uncertainty: 0.1, keV: 200 },
      { channel: 100, uncertainty: 0.1, keV: 300 },
    ],
  ],
  [
    'energies that fall',
    [
      { channel: 100, uncertainty: 0.1, keV: 300 },
      { channel: 200, uncertainty: 0.1, keV: 200 },
    ],
  ],
])('%s is no calibration', (_what, points) => {
  expect(fitEnergies(points)).toBeUndefined();
});

test('a background counts by live time, and both are uncertain', () => {
  const net = withoutBackground({ counts: [100, 4], liveS: 10 }, { counts: [200, 0], liveS: 40 });
  expect(net.scale).toBe(0.25);
  expect([...net.counts]).toEqual([50, 4]);
  expect([...net.uncertainties]).toEqual([Math.sqrt(100 + 200 / 16), 2]);
  expect(() => withoutBackground({ counts: [1], liveS: 1 }, { counts: [1, 2], liveS: 1 })).toThrow(RangeError);
  expect(() => withoutBackground({ counts: [1], liveS: 0 }, { counts: [1], liveS: 1 })).toThrow(RangeError);
});

// The curves that scans are fitted with. Widths are full widths at half maximum, heights are above the background and may be
// negative: a dip is a peak, a falling edge an edge. The width of an edge is that of the gaussian which it is the integral of.

import { erf } from '../base/erf.ts';
import { type Curve, extremeIndex, meanOf, medianOf } from './curve.ts';
import type { CurveModel } from './curve-fit.ts';

/** (x − c)² / w² in the exponent of a gaussian that is half as high at c ± w/2. */
const FOUR_LN2 = 4 * Math.LN2;
/** The same in the argument of its integral. */
const ROOT_FOUR_LN2 = Math.sqrt(FOUR_LN2);

const gaussian: CurveModel = {
  name: 'gaussian',
  parameterNames: ['height', 'centre', 'fwhm', 'background'],
  start: peakStart,
  valueAt: ([height, centre, fwhm, background], x, slopes) => {
    const u = (x - centre!) / fwhm!;
    const shape = Math.exp(-FOUR_LN2 * u * u);
    const slope = (height! * shape * 2 * FOUR_LN2 * u) / fwhm!;
    slopes.set([shape, slope, slope * u, 1]);
    return positive(fwhm!, background! + height! * shape);
  },
};

const lorentzian: CurveModel = {
  name: 'lorentzian',
  parameterNames: gaussian.parameterNames,
  start: peakStart,
  valueAt: ([height, centre, fwhm, background], x, slopes) => {
    const u = (x - centre!) / fwhm!;
    const shape = 1 / (1 + 4 * u * u);
    const slope = (height! * shape * shape * 8 * u) / fwhm!;
    slopes.set([shape, slope, slope * u, 1]);
    return positive(fwhm!, background! + height! * shape);
  },
};

/** Both of one width; the share of the lorentzian is free, beyond 0…1, too. */
const pseudoVoigt: CurveModel = {
  name: 'pseudo-voigt',
  parameterNames: [...gaussian.parameterNames, 'lorentzShare'],
  start: (curve) => [...peakStart(curve), 0.5],
  valueAt: (parameters, x, slopes) => {
    const [height, , , background, share] = parameters as [number, number, number, number, number];
    const ofGaussian = new Float64Array(4);
    const ofLorentzian = new Float64Array(4);
    const bell = gaussian.valueAt(parameters, x, ofGaussian);
    const broad = lorentzian.valueAt(parameters, x, ofLorentzian);
    for (let k = 0; k < 4; k++) slopes[k] = share * ofLorentzian[k]! + (1 - share) * ofGaussian[k]!;
    slopes[4] = height * (ofLorentzian[0]! - ofGaussian[0]!);
    return background + share * (broad - background) + (1 - share) * (bell - background);
  },
};

const edge: CurveModel = {
  name: 'edge',
  parameterNames: gaussian.parameterNames,
  start: edgeStart,
  valueAt: ([height, centre, fwhm, background], x, slopes) => {
    const z = (ROOT_FOUR_LN2 * (x - centre!)) / fwhm!;
    const shape = (1 + erf(z)) / 2;
    const density = (height! / Math.sqrt(Math.PI)) * Math.exp(-z * z);
    slopes.set([shape, (-density * ROOT_FOUR_LN2) / fwhm!, (-density * z) / fwhm!, 1]);
    return positive(fwhm!, background! + height! * shape);
  },
};

/** A rising and a falling edge, each as sharp, `width` apart. */
const slit: CurveModel = {
  name: 'slit',
  parameterNames: ['height', 'centre', 'width', 'background', 'edgeFwhm'],
  start: (curve) => {
    const [height, centre, width, background] = peakStart(curve) as [number, number, number, number];
    // edges a fifth as wide as the slit are found from there, sharper and softer ones
    return [height, centre, width, background, width / 5];
  },
  valueAt: ([height, centre, width, background, edgeFwhm], x, slopes) => {
    const perUnit = ROOT_FOUR_LN2 / edgeFwhm!;
    const [rise, fall] = [perUnit * (x - centre! + width! / 2), perUnit * (x - centre! - width! / 2)];
    const shape = (erf(rise) - erf(fall)) / 2;
    const scale = height! / Math.sqrt(Math.PI);
    const [onRise, onFall] = [scale * Math.exp(-rise * rise), scale * Math.exp(-fall * fall)];
    slopes.set([
      shape,
      -(onRise - onFall) * perUnit,
      ((onRise + onFall) * perUnit) / 2,
      1,
      -(onRise * rise - onFall * fall) / edgeFwhm!,
    ]);
    return positive(Math.min(width!, edgeFwhm!), background! + height! * shape);
  },
};

export const FIT_MODELS: readonly CurveModel[] = [gaussian, lorentzian, pseudoVoigt, edge, slit];

/** The value, where the widths make a curve. */
function positive(width: number, value: number): number {
  return width > 0 ? value : Number.NaN;
}

/** Height, centre, width and background of what stands out most from the median. */
function peakStart({ x, y }: Curve): readonly number[] {
  const [top, bottom] = [extremeIndex(y), extremeIndex(y, -1)];
  const median = medianOf(y);
  const isDip = median - y[bottom]! > y[top]! - median;
  const [at, background] = isDip ? [bottom, y[top]!] : [top, y[bottom]!];
  const height = y[at]! - background;
  const beyond = x.filter((_, i) => (y[i]! - background) / height >= 0.5);
  const range = Math.max(...x) - Math.min(...x);
  // a single point beyond half height is at most as wide as the steps on both its sides
  const width = Math.max(Math.max(...beyond) - Math.min(...beyond), range / x.length);
  return [height, beyond.length > 2 ? meanOf(beyond) : x[at]!, width, background];
}

/** From the values at both ends, a tenth of the points each. */
function edgeStart({ x, y }: Curve): readonly number[] {
  const order = [...x.keys()].sort((a, b) => x[a]! - x[b]!);
  const [xs, ys] = [order.map((i) => x[i]!), order.map((i) => y[i]!)];
  const count = Math.max(1, Math.floor(x.length / 10));
  const [before, after] = [meanOf(ys.slice(0, count)), meanOf(ys.slice(-count))];
  const middle = ys.findIndex((value) => (value - before) / (after - before) >= 0.5);
  return [after - before, xs[Math.max(0, middle)]!, (xs.at(-1)! - xs[0]!) / 10, before];
}

// What attributes and single numbers beside an array say of its sampling: `fs`, `dt`, `t0` and their relatives.

import { rateOf, SINGLE_NOISE } from '../../base/rate.ts';
import { formatSiExact } from '../../base/si.ts';
import type { Utc } from '../../base/time.ts';
import { secondsPerTimeUnit } from '../time-names.ts';
import { unitSymbol } from '../units.ts';
import { isoUtc, unixUtc } from '../unix-times.ts';

/** A number or text with a name, such as an attribute or a scalar beside the array. */
export interface NamedFact {
  readonly name: string;
  readonly value: unknown;
  /** Its own unit; empty when there is none. */
  readonly unit: string;
}

/** Steady sampling as it was stated. */
export interface StatedAxis {
  readonly sampleRateHz: number;
  readonly offsetS: number;
  /** What second 0 is, if the start is a date. */
  readonly zeroUtc: Utc | undefined;
  /** The unit of the axis where that is no time. */
  readonly axisUnit: string | undefined;
  /** How that was found, in a sentence. */
  readonly note?: string;
}

const UNIT_SUFFIX = '(s|sec|secs|seconds?|ms|us|µs|ns|ps|hz|khz|mhz|ghz|sps)?';
/** Lower case, without blanks and marks. */
const RATE = new RegExp(
  `^(fs|sr|rate|fsample|sampl(?:e|ing)(?:rate|freq|frequency)|samplerate|samplespersecond|acquisitionrate|scanrate|daqrate)${UNIT_SUFFIX}$`,
);
const STEP = new RegExp(
  `^(dt|ts|deltat|timestep|tstep|timedelta|tdelta|tinterval|timeinterval|sampl(?:e|ing)(?:interval|period|time)|wfincrement|xinc|xincr|xincrement|xspacing)${UNIT_SUFFIX}$`,
);
const START = new RegExp(
  `^(t0|tstart|starttime|startingtime|timestart|timeoffset|wfstartoffset|xorg|xorigin|xzero|xstart)${UNIT_SUFFIX}$`,
);
/** Starts that are times of day where they are dates or Unix times. */
const CLOCK = /^(?:starttime|timestart|t0)/;
const AXIS_UNIT = /^xunits?$/;
const HERTZ: ReadonlyMap<string, number> = new Map([
  ['hz', 1],
  ['khz', 1e3],
  ['mhz', 1e6],
  ['ghz', 1e9],
  ['s/s', 1],
  ['sa/s', 1],
  ['sps', 1],
  ['1/s', 1],
  ['ks/s', 1e3],
  ['ms/s', 1e6],
  ['gs/s', 1e9],
]);

/** Undefined when neither a rate nor a step above 0 is stated. Of two that say the same the first counts. */
export function statedAxis(facts: readonly NamedFact[]): StatedAxis | undefined {
  const take = (pattern: RegExp, scaleOf: (unit: string) => number | undefined) => {
    for (const { name, value, unit } of facts) {
      const match = pattern.exec(plainName(name));
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (!match || typeof number !== 'number' || !Number.isFinite(number)) continue;
      const scale = scaleOf(unit !== '' ? unit : (match[2] ?? ''));
      if (scale === undefined) continue;
      return { name, number: number * scale };
    }
    return undefined;
  };
  const unitFact = facts.find(({ name, value }) => AXIS_UNIT.test(plainName(name)) && typeof value === 'string');
  const stated = unitFact ? unitSymbol(unitFact.value as string) : '';
  const axisUnit = stated === '' || secondsPerTimeUnit(stated) !== undefined ? undefined : stated;
  const seconds = (unit: string) => (unit === '' ? (secondsPerTimeUnit(stated) ?? 1) : secondsPerTimeUnit(unit));
  const rate = take(RATE, (unit) => (unit === '' ? 1 : HERTZ.get(unit.toLowerCase())));
  const step = rate && rate.number > 0 ? undefined : take(STEP, seconds);
  const found = step ?? rate;
  if (!found || !(found.number > 0)) return undefined;
  const sampleRateHz = step ? rateOf(step.number, SINGLE_NOISE) : found.number;
  const told = axisUnit === undefined ? formatSiExact(sampleRateHz, 'Hz') : '';
  const note = `"${found.name}" says how far samples are apart${told === '' ? '' : `: ${told}`}.`;
  const zeroUtc = facts.map(clockOf).find((utc) => utc !== undefined);
  const offsetS = zeroUtc === undefined ? (take(START, seconds)?.number ?? 0) : 0;
  return { sampleRateHz, offsetS, zeroUtc, axisUnit, note };
}

function clockOf({ name, value }: NamedFact): Utc | undefined {
  if (!CLOCK.test(plainName(name))) return undefined;
  if (typeof value === 'string') return isoUtc(value);
  return typeof value === 'number' || typeof value === 'bigint' ? unixUtc(Number(value)) : undefined;
}

/** True for a name that `statedAxis` may use, so that its value need not be looked at otherwise. */
export function isSamplingName(name: string): boolean {
  const plain = plainName(name);
  return [RATE, STEP, START, AXIS_UNIT].some((pattern) => pattern.test(plain));
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_()[\]-]/g, '');
}

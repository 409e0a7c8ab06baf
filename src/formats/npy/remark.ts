// What an array of ours says of its samples in a comment of its header, since NumPy's format has no place for it.

import type { StatedAxis } from '../arrays/stated-axis.ts';
import type { PlainSignal } from '../plain-store.ts';

export interface ArrayRemark {
  readonly sampleRateHz?: number;
  /** Time of the first sample in seconds. */
  readonly startS?: number;
  /** By name of the field; of an array without fields under the name of its signal. */
  readonly units: Readonly<Record<string, string>>;
  /** What is known of the making of the samples, by name. */
  readonly about?: Readonly<Record<string, string>>;
}

/** What the text says, as far as it makes sense. */
export function parseRemark(text: string): ArrayRemark {
  let found: Partial<Record<keyof ArrayRemark, unknown>> | null | undefined;
  try {
    found = text === '' ? undefined : (JSON.parse(text) as typeof found);
  } catch {
    // cut, or of another program
  }
  const said: Partial<Record<keyof ArrayRemark, unknown>> = found ?? {};
  const { sampleRateHz, startS, units, about } = said;
  return {
    ...(typeof sampleRateHz === 'number' && sampleRateHz > 0 && { sampleRateHz }),
    ...(typeof startS === 'number' && { startS }),
    units: textsOf(units),
    ...(about !== undefined && { about: textsOf(about) }),
  };
}

function textsOf(found: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(found ?? {}).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** The sampling that the remark states. */
export function statedBy({ sampleRateHz, startS = 0 }: ArrayRemark): StatedAxis | undefined {
  return sampleRateHz === undefined
    ? undefined
    : { sampleRateHz, offsetS: startS, zeroUtc: undefined, axisUnit: undefined };
}

/** The signal with what the remark has for it: its unit, and of an array without fields its name. */
export function asRemarked(signal: PlainSignal, { units }: ArrayRemark): PlainSignal {
  const all = Object.entries(units);
  const own = units[signal.info.name];
  const [name, unit] = own === undefined && all.length === 1 ? all[0]! : [signal.info.name, own ?? signal.info.unit];
  return { ...signal, info: { ...signal.info, name, unit } } as PlainSignal;
}

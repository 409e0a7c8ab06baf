// Saturation: a sample at the limit of the converter or of a fixed range is not the true value, which is there or
// beyond. A signal whose source can tell has a companion of single bits beside it, 1 where its samples are saturated: an
// ordinary signal in all else, drawn, recorded, exported and counted as any. The two belong together by their names.

import type { StreamSignal } from './channel.ts';
import type { SignalInfo, SteadySignal } from './signal-store.ts';

const SUFFIX = '_saturated';
/** Signals that are computed from others, and are saturated where one of those is. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = { power: ['current', 'voltage'] };

/** The companion of a signal of an instrument; it is in the same stream. */
export function saturationSignal({ id, name, sampleRateHz }: StreamSignal): StreamSignal {
  return { id: `${id}${SUFFIX}`, name: `${name}${SUFFIX}`, unit: '', dtype: 'u1', sampleRateHz };
}

/** Whether a signal of this name is a companion. */
export function isSaturation(name: string): boolean {
  return name.endsWith(SUFFIX);
}

/** Those of `signals` that tell where `of` is saturated: of one source, in its own name or those it is computed from. */
export function saturationOf(of: SignalInfo, signals: readonly SignalInfo[]): readonly SteadySignal[] {
  const names = [of.name, ...(COMPUTED[of.name] ?? [])].map((name) => `${name}${SUFFIX}`);
  return signals.filter(
    (signal): signal is SteadySignal =>
      signal.timing === 'steady' && signal.source === of.source && names.includes(signal.name),
  );
}

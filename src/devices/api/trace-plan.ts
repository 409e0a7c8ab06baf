// Records of an instrument in the one trace channel that it publishes.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { TracePlan } from '../../core/trace-ring.ts';
import type { TraceRecord } from '../../model/live-traces.ts';

export interface TraceName {
  readonly name: string;
  readonly unit: string;
}

/** Records that wait until somebody takes them; the next ones hold the instrument back. */
const WAITING_RECORDS = 2;

/**
 * The channel that has to be made for `record`; `undefined` where the one of `set` takes it. Other traces, or longer ones
 * than there is room for, get a channel of their own.
 */
export function missingTracePlan(
  set: ChannelSet,
  names: readonly TraceName[],
  record: TraceRecord,
): TracePlan | undefined {
  const mostSamples = record.samples[0]!.length;
  const channel = set.traces[0]?.channel;
  const isSame =
    channel?.signals.length === names.length &&
    channel.signals.every(({ name, unit }, index) => name === names[index]!.name && unit === names[index]!.unit) &&
    mostSamples <= channel.mostSamples;
  if (isSame) return undefined;
  const signals = names.map(({ name, unit }) => ({ id: name, name, unit }));
  return { channel: { kind: 'trace', id: 'traces', signals, mostSamples }, waitingRecords: WAITING_RECORDS };
}

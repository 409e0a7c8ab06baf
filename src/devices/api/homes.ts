// Memory for the channels of one instrument: made when they are known, one piece for its streams and traces and one that
// grows for each channel of values, all of them the instrument's alone. Nobody gives it back: the collector does, when the
// last thread has let go.

import { assert } from '../../base/assert.ts';
import { type AttachedValues, type ChannelSet, endChannels } from '../../core/channel-set.ts';
import { type Core, instantiateCore } from '../../core/core.ts';
import { Arena, createMemory, type Region } from '../../core/memory.ts';
import { StampedSeries } from '../../core/stamped-series.ts';
import type { StreamLength } from '../../core/stream-plan.ts';
import { StreamRing } from '../../core/stream-ring.ts';
import { type TracePlan, TraceRing } from '../../core/trace-ring.ts';
import type { StreamChannel, TraceChannel, ValueChannel } from '../../model/channel.ts';
import type { HistoryLength } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';

/** With as many samples of each of its signals. */
export interface StreamPlan extends StreamLength {
  readonly channel: StreamChannel;
}

/** A stream that is kept for as long as `history` says. */
export function planOfStream(channel: StreamChannel, { samplesS, overviewS }: HistoryLength): StreamPlan {
  const { sampleRateHz } = channel.signals[0]!;
  return {
    channel,
    capacitySamples: Math.ceil(samplesS * sampleRateHz),
    overviewSamples: Math.ceil(overviewS * sampleRateHz),
  };
}

export interface ValuePlan {
  readonly channel: ValueChannel;
  /** Most records that are kept; each takes 8 bytes for its time and for each of its signals. */
  readonly mostRecords: number;
}

export interface ChannelPlan {
  readonly streams: readonly StreamPlan[];
  readonly values: readonly ValuePlan[];
  readonly traces: readonly TracePlan[];
  /** Bytes beside the homes, for what makes the samples. */
  readonly scratchBytes: number;
}

export interface ChannelHomes {
  /** The instrument's own instance over this memory. */
  readonly core: Core;
  readonly scratch: Region;
  readonly rings: readonly StreamRing[];
  readonly values: readonly AttachedValues[];
  readonly traces: readonly TraceRing[];
  readonly set: ChannelSet;
  /** Tells every reader that nothing more comes. */
  end(): void;
}

/** Padding of regions, and what the core keeps at the bottom of its memory: it starts in no smaller one. */
const SPARE_BYTES = 128 * 1024;

/** What streams of one instrument may take: with all else it must stay below the 4 GiB that addresses of 32 bits reach. */
const MOST_STREAM_BYTES = 3.5e9;

/** Shown each record that the instrument hands over, before that. */
export type TraceWatch = (channel: TraceChannel, record: TraceRecord) => void;

/**
 * Streams that would take more than `MOST_STREAM_BYTES` are all made shorter in the same measure. Throws `wasm/memory`
 * when the system gives none.
 */
export function makeHomes(module: WebAssembly.Module, plan: ChannelPlan, onTrace?: TraceWatch): ChannelHomes {
  const { values, scratchBytes } = plan;
  const streams = fitting(plan.streams);
  const ringBytes = bytesOf(streams);
  const core = instantiateCore({
    module,
    memory: createMemory(SPARE_BYTES + scratchBytes + ringBytes + traceBytes(module, plan.traces)),
  });
  const heapBase = core.exports.heapBase();
  assert(heapBase < SPARE_BYTES / 2, 'the core leaves room below the homes');
  const arena = new Arena(core.memory, heapBase);
  const scratch = arena.reserve('scratch', scratchBytes);
  const rings = streams.map(({ channel, ...length }) =>
    StreamRing.create(core, arena, { signals: channel.signals, ...length }),
  );
  const traces = plan.traces.map((trace) => TraceRing.create(core, arena, trace));
  for (const ring of traces) ring.onWrite = (record) => onTrace?.(ring.descriptor.channel, record);
  const series = values.map(({ channel, mostRecords }) => {
    const valueCount = channel.signals.length;
    const mostBytes = mostRecords * StampedSeries.recordBytes(valueCount);
    return { channel, series: StampedSeries.create({ valueCount, mostBytes }) };
  });
  return {
    core,
    scratch,
    rings,
    values: series,
    traces,
    set: {
      seed: { module, memory: core.memory },
      streams: streams.map(({ channel }, index) => ({ channel, ring: rings[index]!.descriptor })),
      values: series.map((value) => ({ channel: value.channel, series: value.series.descriptor })),
      traces: traces.map(({ descriptor }) => descriptor),
    },
    end: () => endChannels({ rings, values: series, traces }, 'ended'),
  };
}

function bytesOf(streams: readonly StreamPlan[]): number {
  return streams.reduce((sum, { channel, ...length }) => sum + StreamRing.byteLength(channel.signals, length), 0);
}

function fitting(streams: readonly StreamPlan[]): readonly StreamPlan[] {
  const part = MOST_STREAM_BYTES / bytesOf(streams);
  if (part >= 1) return streams;
  return streams.map(({ channel, capacitySamples, overviewSamples = 0 }) => ({
    channel,
    capacitySamples: Math.floor(capacitySamples * part),
    overviewSamples: Math.floor(overviewSamples * part),
  }));
}

/** The core knows how long an event ring is; an instance in a small memory can be asked before there is the real one. */
function traceBytes(module: WebAssembly.Module, traces: readonly TracePlan[]): number {
  if (traces.length === 0) return 0;
  const probe = instantiateCore({ module, memory: createMemory(SPARE_BYTES) });
  return traces.reduce((sum, trace) => sum + TraceRing.byteLength(probe, trace), 0);
}

// What the benchmarks use of the core, bundled for Node.
export { instantiateCore } from '../src/core/core.ts';
export { DEFAULT_SPIN_COUNT, EventRing, SPIN_FOREVER } from '../src/core/event-ring.ts';
export { Histogram } from '../src/core/histogram.ts';
export {
  STATS_BYTES,
  STREAM_SIGNAL_BYTES,
  STREAM_SIGNAL_LEVEL_COUNT,
  STREAM_SIGNALS,
} from '../src/core/layout.ts';
export { Arena, createMemory } from '../src/core/memory.ts';
export { PeakFinder } from '../src/core/pulse.ts';
export { StreamRing } from '../src/core/stream-ring.ts';
export { createWorkspace } from '../src/core/workspace.ts';
export { makeHomes } from '../src/devices/api/homes.ts';
export { Js110Processor, js110Signals } from '../src/devices/joulescope/js110/processor.ts';
export { Js220Feed } from '../src/devices/joulescope/js220/feed.ts';
export { decodeFrames, encodeFrame } from '../src/devices/joulescope/js220/frames.ts';
export { JS220_STREAMS } from '../src/devices/joulescope/js220/streams.ts';

// Scenarios of the stream ring: one writer that appends and resets, readers that must be told when what they read was
// not whole.

import * as layout from '../../src/core/layout.ts';
import { Machine, type Program } from './machine.ts';
import type { Scenario } from './search.ts';

export interface StreamRingShape {
  /** Samples that the ring holds. */
  readonly capacity: number;
  /** Samples that the writer appends between two resets, and how often it does that. */
  readonly appends: number;
  readonly generations: number;
  /** What each reader asks for, and how often. */
  readonly reads: readonly { readonly start: number; readonly end: number; readonly times: number }[];
  /** The writer stops anywhere for ever. */
  readonly freezes?: boolean;
}

/** Bytes of a thread's own: a table of sources, a sample, an accumulator record. */
const WORK_BYTES = 128;
const FAILURES = ['samples of two generations or places were said to be whole'];
const HEADER_BYTES = layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_BYTES;

export function streamRingScenario(module: WebAssembly.Module, shape: StreamRingShape): Scenario {
  const { capacity, appends, generations, reads } = shape;
  const raw = HEADER_BYTES;
  const work = (thread: number) => Machine.RING + raw + 64 + thread * WORK_BYTES;
  const programs: Program[] = [
    { name: 'writer', entry: 'appendSamples', args: [work(0), appends, generations] },
    ...reads.map(({ start, end, times }, index) => ({
      name: `reader ${index}`,
      entry: 'reduceSamples',
      args: [work(index + 1), start, end, times],
    })),
  ];
  const machine = new Machine({
    module,
    programs,
    failures: FAILURES,
    ringBytes: () => raw + 64 + programs.length * WORK_BYTES,
    lay: (_exports, ring, memory) => {
      const view = new DataView(memory.buffer, ring);
      view.setBigInt64(layout.STREAM_CAPACITY, BigInt(capacity), true);
      view.setUint32(layout.STREAM_SIGNAL_COUNT, 1, true);
      view.setUint32(layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_BITS, 8, true);
      view.setUint32(layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_RAW, ring + raw, true);
      view.setUint32(raw + 64, ring + raw + 64 + 8, true);
    },
  });
  return {
    name: `${capacity} samples, ${generations} × ${appends} appended, ${reads.map(({ start, end }) => `${start} to ${end}`).join(', ')}`,
    machine,
    freezables: shape.freezes ? [0] : [],
    checkEnd: () => {},
    nameOf: (offset) => NAMES[offset] ?? `word ${offset}`,
  };
}

const NAMES: Record<number, string> = {
  [layout.STREAM_START]: 'start',
  [layout.STREAM_END]: 'end',
  [layout.STREAM_GENERATION]: 'generation',
};

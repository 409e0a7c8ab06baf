// Scenarios of the stream ring: one writer that appends, publishes clocks and empties the ring, and readers that must be
// told when what they read was not whole.

import * as layout from '../../src/core/layout.ts';
import { Machine, type Program } from './machine.ts';
import type { Scenario } from './search.ts';

export interface StreamRingShape {
  /** Samples that the ring holds. */
  readonly capacity: number;
  /** Stretches of 16 samples that its overview holds; none when left out. */
  readonly stretches?: number;
  /** Samples that the writer appends between two resets, and how often it begins anew. */
  readonly appends: number;
  readonly generations: number;
  readonly readers: readonly StreamReader[];
  /** The writer stops anywhere for ever. */
  readonly freezes?: boolean;
}

/** `clock` reads the clock `end` times, `overview` looks at sample `start` alone, the others at samples [start, end). */
export interface StreamReader {
  readonly how: 'statistics' | 'summary' | 'overview' | 'in place' | 'clock';
  readonly start: number;
  readonly end: number;
}

const ENTRIES = {
  statistics: 'reduceSamples',
  summary: 'summariseSamples',
  overview: 'summariseStretch',
  'in place': 'readInPlace',
  clock: 'readClock',
} as const;

/** The samples lie behind one signal's record, then the writer's table of sources, its sample and its record. */
const RAW = layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_BYTES;
const WRITER = RAW + 64;
/** Behind those come the readers' own places. */
const READERS = WRITER + 16 + layout.STATS_BYTES;
const RECORD_BYTES = 64;
/** Base entries, of one sample each: enough for a stretch and the samples of an append. */
const BASE_ENTRIES = 32;
const STRETCH_SAMPLES = 2 ** layout.LEVEL_SHIFT;

export function streamRingScenario(module: WebAssembly.Module, shape: StreamRingShape): Scenario {
  const { capacity, stretches = 0, appends, generations, readers, freezes = false } = shape;
  const base = READERS;
  const above = base + (stretches > 0 ? BASE_ENTRIES * layout.ENTRY_BYTES : 0);
  let ringBytes = above + stretches * layout.ENTRY_BYTES;
  const place = ({ how }: StreamReader): number => {
    const offset = ringBytes;
    ringBytes += how === 'summary' || how === 'overview' ? layout.STREAM_SCRATCH_BYTES : RECORD_BYTES;
    return Machine.RING + offset;
  };
  const programs: Program[] = [
    { name: 'writer', entry: 'appendSamples', args: [Machine.RING + WRITER, appends, generations] },
    ...readers.map((reader, index) => ({
      name: `reader ${index} (${reader.how})`,
      entry: ENTRIES[reader.how],
      args: [place(reader), ...(reader.how === 'clock' ? [reader.end] : [reader.start, reader.end])],
    })),
  ];
  const machine = new Machine({
    module,
    programs,
    ringBytes: () => ringBytes,
    lay: (_exports, ring, memory) => {
      const view = new DataView(memory.buffer, ring);
      view.setBigInt64(layout.STREAM_CAPACITY, BigInt(capacity), true);
      view.setBigInt64(layout.STREAM_OVERVIEW_CAPACITY, BigInt(Math.max(capacity, stretches * STRETCH_SAMPLES)), true);
      view.setUint32(layout.STREAM_SIGNAL_COUNT, 1, true);
      view.setUint32(layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_BITS, 8, true);
      view.setUint32(layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_RAW, ring + RAW, true);
      if (stretches > 0) {
        view.setUint32(layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_LEVEL_COUNT, 2, true);
        const levels = layout.STREAM_SIGNALS + layout.STREAM_SIGNAL_LEVELS;
        [ring + base, BASE_ENTRIES, ring + above, stretches].forEach((value, index) => {
          view.setUint32(levels + index * 4, value, true);
        });
      }
      view.setUint32(WRITER, ring + WRITER + 8, true);
    },
  });
  return {
    name: nameOfStreamRing(shape),
    machine,
    freezables: freezes ? [0] : [],
    checkEnd: () => {},
    nameOf: (offset) => NAMES[offset] ?? `word ${offset}`,
  };
}

/** A shape in words. */
export function nameOfStreamRing(shape: StreamRingShape): string {
  const { capacity, stretches, appends, generations, readers, freezes } = shape;
  const asked = readers.map(({ how, start, end }) =>
    how === 'clock' ? `clock × ${end}` : how === 'overview' ? `overview at ${start}` : `${how} of ${start} to ${end}`,
  );
  return `${capacity} samples${stretches ? ` and ${stretches} stretches` : ''}, ${generations} × ${appends} appended, ${asked.join(', ')}${freezes ? ', writer freezes' : ''}`;
}

const NAMES: Readonly<Record<number, string>> = {
  [layout.STREAM_START]: 'start',
  [layout.STREAM_END]: 'end',
  [layout.STREAM_OVERVIEW_START]: 'overview start',
  [layout.STREAM_GENERATION]: 'generation',
  [layout.STREAM_FENCE]: 'fence',
  [layout.STREAM_CLOCK_SEQUENCE]: 'clock sequence',
};

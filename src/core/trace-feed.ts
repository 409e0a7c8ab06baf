// The records that an instrument brings from now on, for another thread than the one that keeps them: they are copied into
// a ring of their own. Who keeps them goes on to do so; where the reader is slow they wait there, and what was let go
// before its turn is skipped and counted. The thread of the store only.

import { assert } from '../base/assert.ts';
import { nextTask } from '../base/next-task.ts';
import type { TraceChannel } from '../model/channel.ts';
import type { LiveTraces } from '../model/live-traces.ts';
import type { ChannelSet } from './channel-set.ts';
import { instantiateCore } from './core.ts';
import { Arena, createMemory } from './memory.ts';
import { TraceRing } from './trace-ring.ts';

/** Records that wait in the ring, if they are not long; more wait in the store. */
const MOST_WAITING = 4;
/** Samples that wait in the ring, if it is more than one record. */
const MOST_WAITING_BYTES = 2 ** 28;
/** Padding, and what the core keeps at the bottom of its memory. */
const SPARE_BYTES = 128 * 1024;

/** What the other thread attaches to; structured-cloneable. */
export interface TraceFeedHome {
  /** Its one channel of traces has the records. */
  readonly channels: ChannelSet;
  readonly skippedAddress: number;
}

/** Records that were let go before there was room for them; any thread. */
export function skippedRecords({ channels, skippedAddress }: TraceFeedHome): number {
  return Atomics.load(new Int32Array(channels.seed.memory.buffer, skippedAddress, 1), 0);
}

/** Of this channel that wait in a feed, 1 to 4. */
export function waitingRecords({ signals, mostSamples }: TraceChannel): number {
  const recordBytes = signals.length * mostSamples * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(1, Math.min(MOST_WAITING, Math.floor(MOST_WAITING_BYTES / recordBytes)));
}

export class TraceFeed {
  readonly home: TraceFeedHome;
  readonly traces: LiveTraces;
  readonly #ring: TraceRing;
  readonly #skipped: Int32Array;
  #isOpen = true;
  /** Ends the wait for the next record. */
  #wake: () => void = () => undefined;

  /** Throws `wasm/memory` when the system has none for it. */
  constructor(module: WebAssembly.Module, traces: LiveTraces) {
    const plan = { channel: traces.channel, waitingRecords: waitingRecords(traces.channel) };
    const probe = instantiateCore({ module, memory: createMemory(SPARE_BYTES) });
    const memory = createMemory(SPARE_BYTES + TraceRing.byteLength(probe, plan));
    const core = instantiateCore({ module, memory });
    const heapBase = core.exports.heapBase();
    assert(heapBase < SPARE_BYTES / 2, 'the core leaves room below the ring');
    const arena = new Arena(memory, heapBase);
    this.#ring = TraceRing.create(core, arena, plan);
    const skippedAddress = arena.reserve('skipped records', Int32Array.BYTES_PER_ELEMENT).address;
    this.#skipped = new Int32Array(memory.buffer, skippedAddress, 1);
    this.traces = traces;
    const channels = { seed: { module, memory }, streams: [], values: [], traces: [this.#ring.descriptor] };
    this.home = { channels, skippedAddress };
  }

  /** Hands over what comes after this moment, until `stop`, or until nothing more comes. */
  async run(): Promise<void> {
    const { traces } = this;
    traces.take();
    for (let next = traces.eventCount; this.#isOpen; ) {
      const untilMore = traces.watch();
      const isMore = traces.take();
      const first = Math.max(next, traces.forgottenCount);
      Atomics.add(this.#skipped, 0, first - next);
      next = first;
      const record = traces.record(next);
      if (record) {
        if (!(await this.#ring.write(record))) return;
        next++;
      } else if (traces.state !== 'live') {
        this.#ring.end(traces.state);
        return;
      } else await this.#unlessStopped(isMore ? nextTask() : untilMore());
    }
  }

  stop(): void {
    this.#isOpen = false;
    this.#ring.end('ended');
    this.#wake();
  }

  #unlessStopped(wait: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      wait.then(resolve, reject);
    });
  }
}

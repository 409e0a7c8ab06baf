// The ends of buffers that one thread holds: how it writes into its sinks, what they refused, and how all is given back.
// The same for a function of ours and for a module in its sandbox.

import { LabError } from '../../base/errors.ts';
import { type Core, instantiateCore } from '../../core/core.ts';
import { type ClaimResult, EventRing, type EventWriter } from '../../core/event-ring.ts';
import type { EventSlot } from '../../core/event-slot.ts';
import { isSameDtype } from '../../formats/numpy/dtype.ts';
import { EventView } from '../event-view.ts';
import { arityText, TEMPLATE_ARITY, type Template } from '../functions/arity.ts';
import type { ThreadJob } from './job.ts';
import { ThreadTimes } from './thread-times.ts';

export class ThreadBuffers {
  readonly core: Core;
  readonly times: ThreadTimes;
  readonly writers: readonly EventWriter[];
  readonly sinkEvents: readonly EventView[];
  /** Per sink the events that it did not take any more. */
  readonly refusedCounts: number[];
  readonly #job: ThreadJob;
  /** Sinks that no longer take events. */
  readonly #closed = new Set<number>();

  /** `now` is Unix time in seconds. */
  constructor(job: ThreadJob, now: () => number) {
    this.#job = job;
    this.core = instantiateCore(job.seed);
    this.times = new ThreadTimes(job.seed.memory.buffer, job.timesAddress, now);
    this.writers = job.sinks.map(({ ring, index }) => EventRing.attach(this.core, ring).writer(index));
    this.refusedCounts = job.sinks.map(() => 0);
    this.sinkEvents = job.sinks.map(({ buffer }) => new EventView(buffer, job.seed.memory.buffer));
  }

  /** Throws `setup/invalid` when the job's buffers are not what the template takes. */
  checkShapes(template: Template): void {
    const { sources, sinks, observes } = this.#job;
    const counts = { sources: sources.length, sinks: sinks.length, observes: observes.length };
    for (const { noun, min, max } of TEMPLATE_ARITY[template]) {
      if (counts[noun] >= min && counts[noun] <= max) continue;
      throw new LabError('setup/invalid', `${template} must have ${arityText(noun, min, max)}`);
    }
    if (template !== 'Exporter' && template !== 'Filter') return;
    for (const { buffer } of sinks) {
      const source = sources[0]!.buffer;
      if (buffer.dataLength !== source.dataLength) {
        throw new LabError('setup/invalid', `${template} source and sink shapes do not match`);
      }
      if (!isSameDtype(buffer.dtype, source.dtype)) {
        throw new LabError('setup/invalid', `${template} source and sink dtypes do not match`);
      }
    }
  }

  /** A source's first event is not before the run begins: blocks until then. */
  waitForBegin(): void {
    const { seed, sources, sinks, beginAddress } = this.#job;
    if (sources.length > 0 || sinks.length === 0) return;
    this.times.waitDuring(() => Atomics.wait(new Int32Array(seed.memory.buffer, beginAddress, 1), 0, 0));
  }

  /** An empty slot of a sink, waited for. */
  claim(writer: EventWriter): Exclude<ClaimResult, 'would-block'> {
    const slot = writer.tryClaim();
    if (slot !== 'would-block') return slot;
    return this.times.waitDuring(() => writer.claim()) as Exclude<ClaimResult, 'would-block'>;
  }

  /** Sends an event, metadata included, to sink `i`; a sink that was shut down takes nothing more. */
  send(i: number, metadata: Uint8Array, data: Uint8Array, deadtime: number): void {
    const slot = this.#closed.has(i) ? 'closed' : this.claim(this.writers[i]!);
    if (typeof slot === 'string') {
      this.#closed.add(i);
      this.refusedCounts[i]!++;
      return;
    }
    const target = pointAt(this.sinkEvents[i]!, slot);
    target.metadataBytes.set(metadata);
    target.dataBytes.set(data);
    this.writers[i]!.commit(slot, deadtime);
  }

  /**
   * Gives back every slot that the thread holds, wherever it stopped, and ends its streams. Returns the number of events
   * that it had taken and not finished.
   */
  giveBack(): number {
    const { sources, sinks } = this.#job;
    for (const { ring, index } of sinks) EventRing.attach(this.core, ring).recoverWriter(index);
    return sources.reduce(
      (count, { ring, index }) => count + EventRing.attach(this.core, ring).recoverReader(index),
      0,
    );
  }
}

export function pointAt(event: EventView, slot: EventSlot): EventView {
  return event.at(slot.metadataAddress, slot.dataAddress);
}

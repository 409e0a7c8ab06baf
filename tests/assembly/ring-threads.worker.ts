// One thread of tests/assembly/ring-threads.test.ts. Every event carries who wrote it and its number there, and data
// bytes that follow from both, so that whoever gets it can tell a torn or misplaced one.

import { parentPort, workerData } from 'node:worker_threads';
import { type CoreSeed, instantiateCore } from '../../src/core/core.ts';
import { EventRing, type EventRingDescriptor } from '../../src/core/event-ring.ts';
import type { EventSlot } from '../../src/core/event-slot.ts';

export interface ThreadTask {
  readonly seed: CoreSeed;
  readonly descriptor: EventRingDescriptor;
  readonly role: 'write' | 'read' | 'observe';
  readonly index: number;
  /** Events per writer. */
  readonly eventCount: number;
  readonly spinCount: number;
  readonly isAsync: boolean;
  /** One u32 per event: how often a reader got it. */
  readonly tallyAddress: number;
}

export interface ThreadReport {
  readonly outcome: string;
  readonly eventCount: number;
}

const task = workerData as ThreadTask;
const core = instantiateCore(task.seed);
const ring = EventRing.attach(core, task.descriptor);
const tallyLength = task.eventCount * task.descriptor.writerCount;
const tally: Int32Array<ArrayBufferLike> = new Int32Array(core.memory.buffer, task.tallyAddress, tallyLength);

/** Checks the event and returns its place in the tally. `last` holds the newest number seen of each writer. */
function check(slot: EventSlot, last: Int32Array): number {
  const writer = slot.metadata.getUint32(0, true);
  const counter = slot.metadata.getUint32(4, true);
  if (counter <= last[writer]!) throw new Error(`event ${counter} of writer ${writer} after ${last[writer]}`);
  last[writer] = counter;
  const wanted = (writer * 31 + counter) & 0xff;
  for (const byte of slot.data) if (byte !== wanted) throw new Error(`event ${counter} of writer ${writer} is torn`);
  return writer * task.eventCount + counter;
}

async function write(): Promise<ThreadReport> {
  const writer = ring.writer(task.index);
  for (let counter = 0; counter < task.eventCount; counter++) {
    const slot = task.isAsync ? await writer.claimAsync() : writer.claim(task.spinCount);
    if (typeof slot === 'string') return { outcome: slot, eventCount: counter };
    slot.metadata.setUint32(0, task.index, true);
    slot.metadata.setUint32(4, counter, true);
    slot.data.fill((task.index * 31 + counter) & 0xff);
    writer.commit(slot, 0.25);
  }
  writer.close();
  return { outcome: 'done', eventCount: task.eventCount };
}

async function read(): Promise<ThreadReport> {
  const reader = ring.reader(task.index);
  const last = new Int32Array(task.descriptor.writerCount).fill(-1);
  for (let eventCount = 0; ; eventCount++) {
    const slot = task.isAsync ? await reader.readAsync() : reader.read(task.spinCount);
    if (typeof slot === 'string') return { outcome: slot, eventCount };
    Atomics.add(tally, check(slot, last), 1);
    reader.release(slot);
  }
}

async function observe(): Promise<ThreadReport> {
  const observer = ring.observer(task.index);
  const last = new Int32Array(task.descriptor.writerCount).fill(-1);
  for (let eventCount = 0; ; eventCount++) {
    const slot = task.isAsync ? await observer.observeAsync() : observer.observe();
    if (typeof slot === 'string') return { outcome: slot, eventCount };
    check(slot, last);
  }
}

// A pending Atomics.waitAsync alone does not keep a Node thread alive; an open port does.
parentPort!.ref();
parentPort!.postMessage(await { write, read, observe }[task.role]());
parentPort!.close();

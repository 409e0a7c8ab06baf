// One thread of the event-ring benchmark: a writer or a reader of the shipped handles, until `eventCount` events
// have passed.

import { parentPort, workerData } from 'node:worker_threads';
import { type CoreSeed, instantiateCore } from '../src/core/core.ts';
import { EventRing, type EventRingDescriptor } from '../src/core/event-ring.ts';

interface Task {
  readonly seed: CoreSeed;
  readonly descriptor: EventRingDescriptor;
  /** Address of the word that all threads wait for to become 1. */
  readonly gateAddress: number;
  readonly role: 'write' | 'read';
  readonly readerIndex: number;
  readonly eventCount: number;
  readonly spinCount: number;
  /** Address of 64 KiB to copy into each slot; 0 writes the small event instead. */
  readonly sourceAddress: number;
}

const { seed, descriptor, gateAddress, role, readerIndex, eventCount, spinCount, sourceAddress } = workerData as Task;
const ring = EventRing.attach(instantiateCore(seed), descriptor);
const gate = new Int32Array(seed.memory.buffer, gateAddress, 1);
parentPort?.postMessage('ready');
Atomics.wait(gate, 0, 0);

if (role === 'write') {
  const writer = ring.writer(0);
  const source = new Uint8Array(seed.memory.buffer, sourceAddress, descriptor.dataBytes);
  for (let counter = 0; counter < eventCount; counter++) {
    const slot = writer.claim(spinCount);
    if (typeof slot === 'string') throw new Error(slot);
    slot.metadata.setInt32(0, counter, true);
    slot.metadata.setFloat64(8, counter, true);
    slot.metadata.setFloat64(16, 0.5, true);
    if (sourceAddress !== 0) slot.data.set(source);
    else slot.data[0] = counter;
    writer.commit(slot, 0.5);
  }
  writer.close();
} else {
  const reader = ring.reader(readerIndex);
  let count = 0;
  let newest = -1;
  for (;;) {
    const slot = reader.read(spinCount);
    if (slot === 'end') break;
    if (typeof slot === 'string') throw new Error(slot);
    const counter = slot.metadata.getInt32(0, true);
    if (counter <= newest) throw new Error(`event ${counter} after ${newest}`);
    newest = counter;
    count++;
    reader.release(slot);
  }
  parentPort?.postMessage(count);
}

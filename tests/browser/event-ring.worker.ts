// One thread of tests/browser/event-ring.browser.test.ts: a blocking writer or reader of the shipped handles.

import { type CoreSeed, instantiateCore } from '../../src/core/core.ts';
import { EventRing, type EventRingDescriptor } from '../../src/core/event-ring.ts';

export interface BrowserTask {
  readonly seed: CoreSeed;
  readonly descriptor: EventRingDescriptor;
  readonly role: 'write' | 'read';
  readonly index: number;
  readonly eventCount: number;
}

self.onmessage = ({ data }: MessageEvent<BrowserTask>) => {
  const ring = EventRing.attach(instantiateCore(data.seed), data.descriptor);
  const counters: number[] = [];
  if (data.role === 'write') {
    const writer = ring.writer(data.index);
    for (let counter = 0; counter < data.eventCount; counter++) {
      const slot = writer.claim();
      if (typeof slot === 'string') break;
      slot.metadata.setUint32(0, data.index * data.eventCount + counter, true);
      writer.commit(slot, 0.5);
    }
    writer.close();
  } else {
    const reader = ring.reader(data.index);
    for (let slot = reader.read(); typeof slot !== 'string'; slot = reader.read()) {
      counters.push(slot.metadata.getUint32(0, true));
      reader.release(slot);
    }
  }
  self.postMessage(counters);
};

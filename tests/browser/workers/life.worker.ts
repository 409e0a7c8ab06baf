// A worker that ends in every way: the other side of worker-life.browser.test.ts.

import { serve } from '../../../src/workers/serve.ts';

export interface LifeApi {
  add(a: number, b: number): Promise<number>;
  /** The thread ends once this call is over; it answers no more. */
  closeItself(): Promise<void>;
  throwLater(): Promise<void>;
  rejectLater(): Promise<void>;
  /** Closes itself and counts on for so long, without a look at messages. */
  closeAndCount(counter: Int32Array, milliseconds: number): Promise<void>;
  countForEver(counter: Int32Array): Promise<void>;
}

const never = () => new Promise<never>(() => undefined);

const api: LifeApi = {
  add: async (a, b) => a + b,
  closeItself: () => {
    self.close();
    return never();
  },
  throwLater: () => {
    setTimeout(() => {
      throw new Error('boom');
    });
    return never();
  },
  rejectLater: () => {
    void Promise.reject(new Error('boom'));
    return never();
  },
  closeAndCount: (counter, milliseconds) => {
    self.close();
    const end = performance.now() + milliseconds;
    while (performance.now() < end) Atomics.add(counter, 0, 1);
    return never();
  },
  countForEver: (counter) => {
    for (;;) Atomics.add(counter, 0, 1);
  },
};
serve(self, api);

// What a source waits for, unless the run is shut down meanwhile: whatever it is, a source cannot hold up a run's end.

import type { EventRing } from '../../core/event-ring.ts';

export class UntilClosing {
  #isClosing = false;
  #tell: () => void = () => {};

  /** `ring` is the one that the source fills. */
  constructor(ring: EventRing) {
    void ring.untilClosing().then(() => {
      this.#isClosing = true;
      this.#tell();
    });
  }

  /**
   * What `awaited` gives, or `closing` as soon as no event is wanted any more; what it gives later is dropped. One wait at
   * a time. (`Promise.race` would keep every answer for as long as the run lasts.)
   */
  wait<T>(awaited: Promise<T>): Promise<T | 'closing'> {
    return new Promise((resolve, reject) => {
      this.#tell = () => resolve('closing');
      if (this.#isClosing) this.#tell();
      awaited.then(resolve, reject);
    });
  }
}

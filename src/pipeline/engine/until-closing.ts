// What a source waits for, unless the run is shut down meanwhile: whatever it is, a source cannot hold up a run's end.

import type { Disposable } from '../../base/dispose.ts';
import type { EventRing } from '../../core/event-ring.ts';

/** Between two looks at the ring's control word while the source waits. */
const LOOK_INTERVAL_MS = 20;

export class UntilClosing implements Disposable {
  readonly #ring: EventRing;
  readonly #timer: ReturnType<typeof setInterval>;
  #tell: () => void = () => {};

  /** `ring` is the one that the source fills. */
  constructor(ring: EventRing) {
    this.#ring = ring;
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS);
  }

  /**
   * What `awaited` gives, or `closing` as soon as no event is wanted any more; what it gives later is dropped. One wait at
   * a time. (`Promise.race` would keep every answer for as long as the run lasts.)
   */
  wait<T>(awaited: Promise<T>): Promise<T | 'closing'> {
    return new Promise((resolve, reject) => {
      this.#tell = () => resolve('closing');
      this.#look();
      awaited.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#ring.isClosing || this.#ring.isStopped) this.#tell();
  }
}

// Each time it is armed, every channel may be delivered once; waiting for that ends when it is armed or the time is over.

import type { Clock } from '../../base/clock.ts';

export class ArmedWait {
  readonly #channels: readonly string[];
  readonly #clock: Clock;
  #due = new Set<string>();
  #wake: () => void = () => {};

  constructor(channels: readonly string[], clock: Clock) {
    this.#channels = channels;
    this.#clock = clock;
  }

  arm(): void {
    this.#due = new Set(this.#channels);
    this.#wake();
  }

  delivered(name: string): void {
    this.#due.delete(name);
  }

  isDue(name: string): boolean {
    return this.#due.has(name);
  }

  /** Nothing is due until it is armed again; a wait ends. */
  end(): void {
    this.#due.clear();
    this.#wake();
  }

  /** Whether `name` is due within `timeoutS`. One waits at a time. */
  async waitFor(name: string, timeoutS: number): Promise<boolean> {
    if (!this.#due.has(name) && timeoutS > 0) {
      await new Promise<void>((resolve) => {
        const stop = this.#clock.after(timeoutS * 1000, resolve);
        this.#wake = () => {
          stop();
          resolve();
        };
      });
    }
    return this.#due.has(name);
  }
}

// Takes the records that an instrument brings, one frame after the other. An instrument that changes its channels publishes
// other traces: their number goes on, and those of the old ones are gone.

import type { LiveTraces } from '../../../model/live-traces.ts';
import type { ShownRecord } from './screen.ts';

export class RecordFollower {
  #traces: LiveTraces | undefined;
  #seen = 0;
  /** Records of channels that were published before. */
  #earlier = 0;

  /** Records so far, those that cannot be had any more too. */
  get count(): number {
    return this.#earlier + this.#seen;
  }

  /** Number of the oldest record that can still be had. */
  get first(): number {
    return this.#earlier + (this.#traces?.forgottenCount ?? 0);
  }

  /** The new ones, oldest first. */
  look(traces: LiveTraces | undefined): readonly ShownRecord[] {
    if (traces !== this.#traces) {
      this.#earlier += this.#seen;
      this.#seen = 0;
      this.#traces = traces;
    }
    if (!traces) return [];
    traces.take();
    const { eventCount, forgottenCount } = traces;
    const from = this.#earlier + Math.max(this.#seen, forgottenCount);
    this.#seen = eventCount;
    return Array.from({ length: this.count - from }, (_, i) => this.record(from + i)!);
  }

  record(number: number): ShownRecord | undefined {
    const record = this.#traces?.record(number - this.#earlier);
    return record && { ...record, signals: this.#traces!.channel.signals };
  }
}

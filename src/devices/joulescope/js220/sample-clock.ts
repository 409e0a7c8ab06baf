// What is known of the instrument's counter: where it was lately, so that frames with its low 32 bits can be placed, and
// how it lies in time. Firmware from 1.2 on tells both; before, they follow from the arrival of statistics.

import { utcFromUnixMs } from '../../../base/time.ts';
import { TimeMapFilter } from '../time-map.ts';
import type { Js220TimeMap } from './admin.ts';
import { COUNTER_RATE_HZ } from './constants.ts';
import type { Js220Statistics } from './statistics.ts';

export class SampleClock {
  readonly #arrivals = new TimeMapFilter(COUNTER_RATE_HZ);
  #timeMap: Js220TimeMap | undefined;
  #counter: number | undefined;
  #isToldByInstrument = false;

  /** Where ids lie in time; `undefined` until that is known. Over a new connection the last one stands until then. */
  get timeMap(): Js220TimeMap | undefined {
    return this.#timeMap;
  }

  /** Where the counter was lately; `undefined` until that is known over this connection. */
  get counter(): number | undefined {
    return this.#counter;
  }

  /** The counter may have begun anew. */
  beginConnection(): void {
    this.#counter = undefined;
    this.#isToldByInstrument = false;
    this.#arrivals.clear();
  }

  /** The instrument says it. */
  set(timeMap: Js220TimeMap): void {
    this.#timeMap = timeMap;
    this.#counter = timeMap.counter;
    this.#isToldByInstrument = true;
  }

  /** A record arrives when its block has just been taken. */
  noteStatistics({ blockSampleId, sampleCount }: Js220Statistics, unixMs: number): void {
    if (this.#isToldByInstrument) return;
    const counter = blockSampleId + BigInt(2 * sampleCount);
    this.#counter = Number(counter);
    if (!this.#arrivals.add(counter, utcFromUnixMs(unixMs))) return;
    const { map } = this.#arrivals;
    if (map) this.#timeMap = { counter: Number(map.counter), utc: map.utc, rateHz: COUNTER_RATE_HZ };
  }
}

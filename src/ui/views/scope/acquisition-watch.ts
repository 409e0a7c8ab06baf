// Follows what an oscilloscope is told to do and what it brings, to say what it does.

import type { Clock } from '../../../base/clock.ts';
import { utcToUnixMs } from '../../../base/time.ts';
import type { InstrumentStatus } from '../../../model/instrument.ts';
import type { ParameterValue } from '../../../model/parameter.ts';
import { type AcquisitionWords, acquisitionWords, RUN_MODE } from './acquisition.ts';
import { type ShownRecord, timeScreen } from './screen.ts';

type Told = Pick<InstrumentStatus, 'state' | 'values'>;

export class AcquisitionWatch {
  readonly #clock: Clock;
  #newestMs: number | undefined;
  #count = 0;
  #countAtMode = 0;
  #mode: ParameterValue | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Since the newest record came; `undefined` before the first. */
  get ageS(): number | undefined {
    return this.#newestMs === undefined ? undefined : Math.max(0, this.#clock.unixMs() - this.#newestMs) / 1000;
  }

  /** Of another instrument. */
  begin(): void {
    this.#newestMs = undefined;
    this.#count = 0;
    this.#countAtMode = 0;
    this.#mode = undefined;
  }

  /** The mode is chosen: a single trigger counts from now on. */
  choose(): void {
    this.#countAtMode = this.#count;
  }

  /** Somebody may have chosen another mode elsewhere. `count` is of all records, the newest among them if there is a new one. */
  look({ values }: Told, count: number, newest: ShownRecord | undefined): void {
    const mode = values[RUN_MODE];
    if (mode !== this.#mode && this.#mode !== undefined) this.choose();
    this.#mode = mode;
    this.#count = count;
    if (newest) this.#newestMs = utcToUnixMs(newest.triggerUtc);
  }

  words({ state, values }: Told, shown: ShownRecord | undefined): AcquisitionWords {
    const screen = shown && timeScreen(shown);
    return acquisitionWords({
      state,
      mode: values[RUN_MODE],
      ageS: this.ageS,
      screenS: screen ? screen.endS - screen.startS : 0,
      sinceMode: this.#count - this.#countAtMode,
    });
  }
}

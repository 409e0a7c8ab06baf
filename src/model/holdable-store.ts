// A store that can be held: what looks at it sees the running data, or a copy of a moment of them in their place. Who
// looks does not change: signals, positions and times are the same.

import type { Utc } from '../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  StampedAccess,
  Statistics,
  Summary,
  SummaryRequest,
} from './signal-store.ts';
import { stampedOf } from './timing.ts';

export class HoldableStore implements SignalStore {
  readonly #running: SignalStore;
  #shown: SignalStore;

  constructor(running: SignalStore) {
    this.#running = running;
    this.#shown = running;
  }

  /** Shows `copy` of the running data from now on. */
  hold(copy: SignalStore): void {
    this.#shown = copy;
  }

  /** Shows the running data again. */
  release(): void {
    this.#shown = this.#running;
  }

  get originUtc(): Utc | undefined {
    return this.#shown.originUtc;
  }

  get stamped(): StampedAccess {
    return {
      samplesIn: (...question) => stampedOf(this.#shown).samplesIn(...question),
      bins: (request) => stampedOf(this.#shown).bins(request),
      statistics: (...question) => stampedOf(this.#shown).statistics(...question),
    };
  }

  signals(): readonly SignalInfo[] {
    return this.#shown.signals();
  }

  summary(request: SummaryRequest): Promise<Summary> {
    return this.#shown.summary(request);
  }

  samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    return this.#shown.samples(signalId, start, end);
  }

  statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Statistics> {
    return this.#shown.statistics(signalId, start, end, signal);
  }

  annotations(): Promise<readonly Annotation[]> {
    return this.#shown.annotations();
  }
}

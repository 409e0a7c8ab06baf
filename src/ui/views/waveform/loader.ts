// Keeps one trace's picture fresh: what was loaded last stays on screen until something better has come, and of
// many wishes only the newest is fetched.

import { LabError, toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import type { SignalStore, SteadySignal, Summary, SummaryRequest } from '../../../model/signal-store.ts';
import { isCovered, planSummary, type Window } from './request.ts';

const isSame = (a: SummaryRequest | undefined, b: SummaryRequest): boolean =>
  a?.start === b.start && a.increment === b.increment && a.count === b.count;

/** Page only; does no work itself, the store's worker does. */
export class SummaryLoader {
  readonly #store: SignalStore;
  readonly #onLoaded: () => void;
  readonly #latest = new LatestOnly();
  #wanted: SummaryRequest | undefined;
  /** Asking again for what has failed would ask in every frame. */
  #failed: SummaryRequest | undefined;
  #summary: Summary | undefined;
  #error: Error | undefined;

  constructor(store: SignalStore, onLoaded: () => void) {
    this.#store = store;
    this.#onLoaded = onLoaded;
  }

  /** The newest picture, perhaps of another range than the one asked for last. */
  get summary(): Summary | undefined {
    return this.#summary;
  }

  /** Why the last request failed. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** True while a better picture is on its way. */
  get isLoading(): boolean {
    return this.#wanted !== undefined || (this.#summary?.isDraft === true && !this.#error);
  }

  want(signal: SteadySignal, window: Window): void {
    const plan = planSummary(signal, window);
    if (!plan || isCovered(this.#summary, plan) || isSame(this.#wanted, plan.request)) return;
    const { request } = plan;
    if (isSame(this.#failed, request)) return;
    this.#wanted = request;
    this.#latest.offer(() => this.#load(request));
  }

  async #load(request: SummaryRequest): Promise<void> {
    try {
      this.#summary = await this.#store.summary({ ...request, canBeDraft: true });
      this.#error = undefined;
      this.#failed = undefined;
    } catch (thrown) {
      this.#failed = request;
      // A live ring may have forgotten the first samples since the request was planned: the next plan is another one.
      const error = toError(thrown);
      this.#error = error instanceof LabError && error.code === 'format/range' ? undefined : error;
    }
    if (isSame(this.#wanted, request)) this.#wanted = undefined;
    this.#onLoaded();
  }
}

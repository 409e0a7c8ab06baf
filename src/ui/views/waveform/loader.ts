// Keeps one trace's picture fresh: what was loaded last stays on screen until something better has come, and of
// many wishes only the newest is fetched.

import { LabError, toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import type { SignalInfo, SignalStore } from '../../../model/signal-store.ts';
import type { Picture } from './picture.ts';
import { type PicturePlan, planPicture } from './picture-plan.ts';
import type { Window } from './request.ts';

/** Page only; does no work itself, the store's worker does. */
export class PictureLoader {
  readonly #store: SignalStore;
  readonly #onLoaded: () => void;
  readonly #latest = new LatestOnly();
  #wanted: string | undefined;
  /** Asking again for what has failed would ask in every frame. */
  #failed: string | undefined;
  #picture: Picture | undefined;
  #error: Error | undefined;

  constructor(store: SignalStore, onLoaded: () => void) {
    this.#store = store;
    this.#onLoaded = onLoaded;
  }

  /** The newest picture, perhaps of another range than the one asked for last. */
  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Why the last request failed. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** True while a better picture is on its way. */
  get isLoading(): boolean {
    return this.#wanted !== undefined || (this.#picture?.isDraft === true && !this.#error);
  }

  want(signal: SignalInfo, window: Window): void {
    const plan = planPicture(signal, window);
    if (!plan || this.#wanted === plan.key || this.#failed === plan.key) return;
    if (this.#picture && plan.isCoveredBy(this.#picture)) return;
    this.#wanted = plan.key;
    this.#latest.offer(() => this.#load(plan));
  }

  async #load(plan: PicturePlan): Promise<void> {
    try {
      this.#picture = await plan.load(this.#store);
      this.#error = undefined;
      this.#failed = undefined;
    } catch (thrown) {
      this.#failed = plan.key;
      // A live ring may have forgotten the first samples since the request was planned: the next plan is another one.
      const error = toError(thrown);
      this.#error = error instanceof LabError && error.code === 'format/range' ? undefined : error;
    }
    if (this.#wanted === plan.key) this.#wanted = undefined;
    this.#onLoaded();
  }
}

// A worker and the calls to it, tied together: when the worker dies or is closed, every call that still waits
// rejects instead of waiting for ever, and whoever shows or uses it hears of its end. Page only.

import type { Disposable } from '../base/dispose.ts';
import { cancelled, LabError, toError } from '../base/errors.ts';
import { type Remote, wrap } from './rpc.ts';
import { WorkerLife } from './worker-life.ts';

export class WorkerLink<Api> implements Disposable {
  readonly #life: WorkerLife;
  readonly #remote: Promise<{ readonly remote: Remote<Api> }>;
  /** One for each call that waits. (Racing a promise that lasts as long as the link would keep every answer.) */
  readonly #waiting = new Set<(reason: Error) => void>();
  /** Names the worker in messages, such as `The file reader`. */
  what: string;
  /** Resolves with the reason when the worker died by itself; never when it was disposed of. */
  readonly died: Promise<LabError>;
  #end: LabError | undefined;

  /** Owns the worker that `start` makes. */
  constructor(start: () => Worker, what: string) {
    this.#life = new WorkerLife(start);
    this.what = what;
    // in an object: a promise would take a remote for another promise, since it has every method, `then` too
    this.#remote = this.#life.started.then((worker) => ({ remote: wrap<Api>(worker) }));
    this.died = this.#life.died.then((why) => {
      const reason = new LabError('internal', `${this.what} stopped: ${why}. Try again.`);
      this.#rejectAll(reason);
      return reason;
    });
  }

  /** It died or was disposed of: every call rejects. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** Resolves when the worker's thread is over: what it held (files, devices, memory) is free. */
  get gone(): Promise<void> {
    return this.#life.gone;
  }

  /** Calls the worker; rejects when the worker ends before it answered. */
  call<T>(use: (remote: Remote<Api>) => Promise<T>): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.#remote
        .then(({ remote }) => use(remote))
        .then(resolve, (thrown: unknown) => reject(toError(thrown)))
        .finally(() => this.#waiting.delete(reject));
    });
  }

  /** Terminates the worker; calls under way reject with `cancelled`. */
  [Symbol.dispose](): void {
    this.#life.terminate();
    this.#rejectAll(cancelled(this.what));
  }

  #rejectAll(reason: LabError): void {
    this.#end ??= reason;
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }
}

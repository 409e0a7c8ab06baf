// A worker and the calls to it, tied together: when the worker dies or is closed, every call that still waits
// rejects instead of waiting for ever, and whoever shows or uses it hears of its end. Page only.

import type { Disposable } from '../base/dispose.ts';
import { cancelled, LabError, toError } from '../base/errors.ts';
import { type Remote, wrap } from './rpc.ts';

export class WorkerLink<Api> implements Disposable {
  readonly #worker: Worker;
  readonly #remote: Remote<Api>;
  readonly #what: string;
  #rejectAll: (reason: Error) => void = () => undefined;
  readonly #ended: Promise<never>;
  /** Resolves with the reason when the worker died by itself; never when it was disposed of. */
  readonly died: Promise<LabError>;
  #tellDeath: (reason: LabError) => void = () => undefined;

  /** Owns the worker. `what` names it in messages, such as `The file reader`. */
  constructor(worker: Worker, what: string) {
    this.#worker = worker;
    this.#what = what;
    this.#remote = wrap<Api>(worker);
    this.#ended = new Promise((_, reject) => {
      this.#rejectAll = reject;
    });
    // Nobody may be calling when it ends; that is no unhandled rejection.
    this.#ended.catch(() => undefined);
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
    worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message || 'its script did not load');
    };
    worker.onmessageerror = () => this.#die('it sent a message that could not be read');
  }

  /** Calls the worker; rejects when the worker ends before it answered. */
  async call<T>(use: (remote: Remote<Api>) => Promise<T>): Promise<T> {
    try {
      return await Promise.race([use(this.#remote), this.#ended]);
    } catch (error) {
      throw toError(error);
    }
  }

  /** Terminates the worker; calls under way reject with `cancelled`. */
  [Symbol.dispose](): void {
    this.#end(cancelled(this.#what));
  }

  #die(why: string): void {
    const reason = new LabError('internal', `${this.#what} stopped: ${why}. Try again.`);
    this.#end(reason);
    this.#tellDeath(reason);
  }

  #end(reason: Error): void {
    this.#worker.terminate();
    this.#rejectAll(reason);
  }
}

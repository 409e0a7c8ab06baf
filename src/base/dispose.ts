// Ownership of resources. `DisposableStack` exists in current browsers but not in Node 20, so this is the
// small part of it that we use. Every resource is registered with the stack of the object that owns it.

/** Anything that gives back what it holds. `dispose` may be called twice; the second call does nothing. */
export interface Disposable {
  [Symbol.dispose](): void;
}

/** Runs its clean-ups in reverse order, once. A failing clean-up does not stop the others. */
export class Disposer implements Disposable {
  #cleanups: Array<() => void> = [];
  #isDisposed = false;

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Registers a disposable and returns it. */
  use<T extends Disposable>(resource: T): T {
    this.defer(() => resource[Symbol.dispose]());
    return resource;
  }

  /** Registers a clean-up function. */
  defer(cleanup: () => void): void {
    if (this.#isDisposed) cleanup();
    else this.#cleanups.push(cleanup);
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const errors: unknown[] = [];
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) {
      try {
        cleanup();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'clean-up failed');
  }
}

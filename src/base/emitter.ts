// A typed event source without DOM: listeners are functions, unsubscribing is a Disposable-friendly closure.

export type Listener<T> = (value: T) => void;

/** Calls its listeners in the order in which they came. Listeners may remove themselves while called. */
export class Emitter<T> {
  #listeners: Listener<T>[] = [];

  /** Adds a listener; the returned function removes it. */
  on(listener: Listener<T>): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

// Asynchronous work on one thing, such as a device, in the order in which it was asked for.

/** Actions one after the other; one that fails does not hold up the next. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `action` when all earlier ones are done. Settles as it does. */
  take<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

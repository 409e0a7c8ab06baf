// A cache with a bound in bytes: what was used longest ago goes first.

interface Slot<V> {
  readonly value: V;
  readonly sizeBytes: number;
}

export class LruCache<V> {
  readonly #slots = new Map<number, Slot<V>>();
  readonly #capacityBytes: number;
  #usedBytes = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  get(key: number): V | undefined {
    const slot = this.#slots.get(key);
    if (!slot) return undefined;
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    return slot.value;
  }

  delete(key: number): void {
    const slot = this.#slots.get(key);
    if (!slot) return;
    this.#slots.delete(key);
    this.#usedBytes -= slot.sizeBytes;
  }

  set(key: number, value: V, sizeBytes: number): void {
    this.delete(key);
    this.#slots.set(key, { value, sizeBytes });
    this.#usedBytes += sizeBytes;
    for (const [oldest, slot] of this.#slots) {
      if (this.#usedBytes <= this.#capacityBytes) return;
      this.#slots.delete(oldest);
      this.#usedBytes -= slot.sizeBytes;
    }
  }
}

/** A cache of what is being loaded. A load that fails is forgotten, so that the next request tries again. */
export class LoadCache<V> {
  readonly #cache: LruCache<Promise<V>>;

  constructor(capacityBytes: number) {
    this.#cache = new LruCache(capacityBytes);
  }

  /** The value for `key` if it is there or being loaded. */
  peek(key: number): Promise<V> | undefined {
    return this.#cache.get(key);
  }

  /** The value for `key`, loaded if it is not there. Whoever calls only to load ahead may drop the promise. */
  get(key: number, sizeBytes: number, load: () => Promise<V>): Promise<V> {
    const known = this.#cache.get(key);
    if (known) return known;
    const promise = load();
    this.#cache.set(key, promise, sizeBytes);
    promise.catch(() => this.#cache.delete(key));
    return promise;
  }
}

// Which states were gone into, and with how few preemptions: a hash table with open addressing, for some hundred
// million states.

const FIRST_CAPACITY = 2 ** 16;
/** Filled further than this, the table doubles. */
const MAX_LOAD = 0.7;
/** The lowest bits of a state's high word hold one more than its preemptions; 61 bits tell states apart. */
const COST_MASK = 7;

export class StateTable {
  #capacity = FIRST_CAPACITY;
  #entries = new Int32Array(2 * FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False when the state was gone into before at this cost (0 to 6) or less; otherwise it is so from now on. */
  enter(low: number, high: number, cost: number): boolean {
    if (this.#size > MAX_LOAD * this.#capacity) this.#double();
    const at = this.#find(low, high);
    const before = this.#entries[at + 1]! & COST_MASK;
    if (before !== 0 && before <= cost + 1) return false;
    if (before === 0) this.#size++;
    this.#entries[at] = low;
    this.#entries[at + 1] = (high & ~COST_MASK) | (cost + 1);
    return true;
  }

  /** Index of the state's entry, or of the free one that it would take. */
  #find(low: number, high: number): number {
    const entries = this.#entries;
    const mask = this.#capacity - 1;
    for (let place = (low ^ (high >>> 7)) & mask; ; place = (place + 1) & mask) {
      const found = entries[2 * place + 1]!;
      if (found === 0) return 2 * place;
      if (entries[2 * place] === low && ((found ^ high) & ~COST_MASK) === 0) return 2 * place;
    }
  }

  #double(): void {
    const old = this.#entries;
    this.#capacity *= 2;
    this.#entries = new Int32Array(2 * this.#capacity);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue;
      const place = this.#find(old[at]!, old[at + 1]!);
      this.#entries[place] = old[at]!;
      this.#entries[place + 1] = old[at + 1]!;
    }
  }
}

// Power from current and voltage, in f32, sample by sample, for the rate at which the link cannot carry all three. The
// two arrive in frames of their own; where one of them is missing, power is NaN. Samples are numbered at 1 MHz.

/** Samples by which one may run ahead before the other counts as missing (as in the vendor's host). */
const WINDOW = 1024;
/** Samples kept, a power of two: the window, and the longest piece that may be pushed, with room to spare. */
const CAPACITY = 4 * WINDOW;
const MASK = CAPACITY - 1;
/** A longer absence is left out instead of filled with NaN: a second. */
const MAX_FILL = 1_000_000;

/** The newest samples of one of the two, NaN where none came. */
class Side {
  readonly values = new Float32Array(CAPACITY).fill(Number.NaN);
  /** One past the newest sample; `undefined` before the first. */
  end: number | undefined;

  put(index: number, samples: Float32Array): void {
    this.end ??= index;
    this.extend(index);
    const skip = this.end - index;
    if (skip >= samples.length) return;
    const place = this.end & MASK;
    const first = Math.min(samples.length - skip, CAPACITY - place);
    this.values.set(samples.subarray(skip, skip + first), place);
    this.values.set(samples.subarray(skip + first), 0);
    this.end = index + samples.length;
  }

  /** What did not come until `index` is missing. */
  extend(index: number): void {
    if (this.end === undefined || index <= this.end) return;
    const count = index - this.end;
    if (count >= CAPACITY) this.values.fill(Number.NaN);
    else for (let i = 0; i < count; i++) this.values[(this.end + i) & MASK] = Number.NaN;
    this.end = index;
  }
}

export class PowerPairing {
  readonly #take: (index: number, samples: Float32Array) => void;
  readonly #current = new Side();
  readonly #voltage = new Side();
  readonly #power = new Float32Array(WINDOW);
  /** First sample that both have; power begins there. */
  #next = 0;

  /** `take` gets runs of power, in order, and uses each before it returns. */
  constructor(take: (index: number, samples: Float32Array) => void) {
    this.#take = take;
  }

  /** Scaled samples from `index` on, 1024 at most, later than all before. */
  push(which: 'current' | 'voltage', index: number, samples: Float32Array): void {
    const side = which === 'current' ? this.#current : this.#voltage;
    if (side.end === undefined) this.#next = Math.max(this.#next, index);
    side.put(index, samples);
    const [i, v] = [this.#current.end, this.#voltage.end];
    if (i === undefined || v === undefined) return;
    const newest = Math.max(i, v);
    this.#emit(Math.max(Math.min(i, v), newest - WINDOW), newest - CAPACITY);
  }

  /** Up to `end`. Before `kept` is a gap that is longer than what is kept. */
  #emit(end: number, kept: number): void {
    this.#current.extend(end);
    this.#voltage.extend(end);
    if (end - this.#next > MAX_FILL) this.#next = end - WINDOW;
    while (this.#next < end) {
      const isGap = this.#next < kept;
      const count = Math.min(WINDOW, (isGap ? Math.min(kept, end) : end) - this.#next);
      if (isGap) this.#power.fill(Number.NaN, 0, count);
      else this.#multiply(count);
      this.#take(this.#next, this.#power.subarray(0, count));
      this.#next += count;
    }
  }

  #multiply(count: number): void {
    const power = this.#power;
    const current = this.#current.values;
    const voltage = this.#voltage.values;
    for (let i = 0, at = this.#next & MASK; i < count; i++, at = (at + 1) & MASK)
      power[i] = current[at]! * voltage[at]!;
  }
}

// Power from current and voltage, in f32, sample by sample, for the rate at which the link cannot carry all three. The
// two arrive in frames of their own; where one of them is missing, power is NaN. Samples are numbered at 1 MHz.

/** Samples by which one may run ahead before the other counts as missing (as in the vendor's host). */
const WINDOW = 1024;
/** Samples kept: the window, and the longest piece that may be pushed, with room to spare. */
const CAPACITY = 4 * WINDOW;
/** A longer absence is left out instead of filled with NaN: a second. */
const MAX_FILL = 1_000_000;

class Side {
  readonly #values = new Float32Array(CAPACITY);
  readonly #indices = new Float64Array(CAPACITY).fill(-1);
  /** One past the newest sample; `undefined` before the first. */
  end: number | undefined;

  put(index: number, samples: Float32Array): void {
    samples.forEach((value, i) => {
      const slot = (index + i) % CAPACITY;
      this.#values[slot] = value;
      this.#indices[slot] = index + i;
    });
    this.end = index + samples.length;
  }

  /** NaN where nothing came. */
  at(index: number): number {
    const slot = index % CAPACITY;
    return this.#indices[slot] === index ? this.#values[slot]! : Number.NaN;
  }
}

export class PowerPairing {
  readonly #take: (index: number, samples: Float32Array<ArrayBuffer>) => void;
  readonly #sides = { current: new Side(), voltage: new Side() };
  /** First sample that both have; power begins there. */
  #next = 0;

  /** `take` gets runs of power, in order. */
  constructor(take: (index: number, samples: Float32Array<ArrayBuffer>) => void) {
    this.#take = take;
  }

  /** Scaled samples from `index` on, 1024 at most, later than all before. */
  push(which: 'current' | 'voltage', index: number, samples: Float32Array): void {
    const side = this.#sides[which];
    if (side.end === undefined) this.#next = Math.max(this.#next, index);
    side.put(index, samples);
    const { current, voltage } = this.#sides;
    if (current.end === undefined || voltage.end === undefined) return;
    const [behind, ahead] = [Math.min(current.end, voltage.end), Math.max(current.end, voltage.end)];
    this.#emit(Math.max(behind, ahead - WINDOW));
  }

  #emit(end: number): void {
    if (end - this.#next > MAX_FILL) this.#next = end - WINDOW;
    while (this.#next < end) {
      const samples = new Float32Array(Math.min(WINDOW, end - this.#next));
      const { current, voltage } = this.#sides;
      for (let i = 0; i < samples.length; i++) samples[i] = current.at(this.#next + i) * voltage.at(this.#next + i);
      this.#take(this.#next, samples);
      this.#next += samples.length;
    }
  }
}

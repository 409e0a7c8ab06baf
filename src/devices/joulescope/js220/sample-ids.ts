// Where the samples of a frame lie. Frames carry the low 32 bits of a counter at 2 MHz, which wrap every 36 minutes;
// this extends them and finds gaps, repeats and overlaps. One tracker per port.

/** Farther away than this, forwards or backwards, the last frame says nothing about the next. */
const REACH = 2 ** 30;
const WRAP = 2 ** 32;

export interface Placement {
  /** Full id of the first sample that is new. */
  readonly sampleId: number;
  /** Samples at the start of the frame that came before. */
  readonly repeatCount: number;
  /** Ids between the end of the last frame and this one. */
  readonly gapIds: number;
}

export class SampleIdTracker {
  #nextId: number | undefined;

  /** The next frame is placed by the counter alone. */
  reset(): void {
    this.#nextId = undefined;
  }

  /**
   * Places a frame of `count` samples, `step` ids apart. `counter` is where the instrument's counter was lately.
   * `undefined`: the frame cannot be placed.
   */
  place(id32: number, count: number, step: number, counter: number | undefined): Placement | undefined {
    const known = this.#nextId === undefined ? undefined : nearest(id32, this.#nextId);
    if (known === undefined || this.#nextId === undefined) {
      const found = counter === undefined ? undefined : nearest(id32, counter);
      if (found === undefined || found < 0) return undefined;
      this.#nextId = found + count * step;
      return { sampleId: found, repeatCount: 0, gapIds: 0 };
    }
    const next = this.#nextId;
    const repeatCount = known < next ? Math.min(count, Math.floor((next - known) / step)) : 0;
    this.#nextId = Math.max(next, known + count * step);
    return { sampleId: known + repeatCount * step, repeatCount, gapIds: Math.max(0, known - next) };
  }
}

/** The number nearest to `reference` whose low 32 bits are `id32`; `undefined` when it is not within reach. */
function nearest(id32: number, reference: number): number | undefined {
  const forward = (id32 - (reference % WRAP) + WRAP) % WRAP;
  if (forward < REACH) return reference + forward;
  const backward = WRAP - forward;
  return backward < REACH ? reference - backward : undefined;
}

// Pulse-height analysis: scipy.signal.find_peaks on the core, with its arguments, properties, warnings and errors.
// One finder belongs to one thread and works in memory that it reserves once; a call allocates only its results.
//
// The one difference: which of several equally high peaks survives the distance rule. SciPy leaves that to an
// unstable sort (builds of NumPy differ); here the later one wins, which is what SciPy does with few peaks.

import { LabError } from '../base/errors.ts';
import type { Region } from './memory.ts';
import type { FindPeaksArgs, FoundPeaks } from './pulse-arguments.ts';
import { PulseMemory } from './pulse-memory.ts';
import { PulseSearch } from './pulse-search.ts';
import type { Workspace } from './workspace.ts';

/** Samples as they come: other types are compared as float64, as SciPy does. */
export type Samples = Float64Array<ArrayBufferLike> | Float32Array<ArrayBufferLike> | Int16Array<ArrayBufferLike>;

/** Finds peaks in signals of up to `maxSampleCount` samples. */
export class PeakFinder {
  readonly #workspace: Workspace;
  readonly #region: Region;
  readonly #memory: PulseMemory;

  /** Bytes that a finder for signals of this length reserves (about 77 per sample). */
  static reservedBytes(maxSampleCount: number): number {
    return PulseMemory.lengthBytes(maxSampleCount);
  }

  constructor(workspace: Workspace, maxSampleCount: number) {
    this.#workspace = workspace;
    this.#region = workspace.arena.reserve('peak finder', PeakFinder.reservedBytes(maxSampleCount));
    this.#memory = new PulseMemory(workspace.core.memory, this.#region.address, maxSampleCount);
  }

  /** Gives the reserved memory back. */
  [Symbol.dispose](): void {
    this.#workspace.arena.release(this.#region);
  }

  /**
   * The peaks of `samples`. Float64 samples that lie in the workspace's memory are used where they are, all others
   * are copied. Throws `setup/invalid` with SciPy's text for a bad argument, `format/range` for too long a signal.
   */
  find(samples: Samples, args: FindPeaksArgs = {}): FoundPeaks {
    const { maxSampleCount } = this.#memory;
    if (samples.length > maxSampleCount) {
      throw new LabError(
        'format/range',
        `A signal of ${samples.length} samples is too long for a peak finder made for ${maxSampleCount}.`,
      );
    }
    const isInPlace = samples instanceof Float64Array && samples.buffer === this.#workspace.core.memory.buffer;
    if (!isInPlace) this.#memory.samples.set(samples);
    const address = isInPlace ? samples.byteOffset : this.#memory.x;
    const search = new PulseSearch(this.#workspace, this.#memory, address, samples.length);
    try {
      return search.run(args);
    } finally {
      search.releaseBorders();
    }
  }
}

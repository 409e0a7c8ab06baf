// Where a peak finder keeps its arrays: one reserved region, cut up once for the longest signal.

/** Properties held as f64. */
export const F64_PROPERTIES = [
  'plateau_sizes',
  'peak_heights',
  'left_thresholds',
  'right_thresholds',
  'prominences',
  'widths',
  'width_heights',
  'left_ips',
  'right_ips',
] as const;

/** Properties held as u32. */
export const U32_PROPERTIES = ['left_edges', 'right_edges', 'left_bases', 'right_bases'] as const;

/** Bytes of work space per peak: a stack entry of the base search; a distance takes less (assembly/pulse). */
const WORK_BYTES_PER_PEAK = 40;
const BYTES_PER_PEAK = 4 + 4 + 1 + 8 * F64_PROPERTIES.length + 4 * U32_PROPERTIES.length + WORK_BYTES_PER_PEAK;

/** Peaks that a signal can have, and four more that the scan may write behind the last. */
function peakLimit(sampleCount: number): number {
  return Math.ceil(sampleCount / 2) + 4;
}

/** Addresses of a finder's arrays. */
export class PulseMemory {
  readonly maxSampleCount: number;
  /** The copied signal, f64. */
  readonly x: number;
  /** Work space of the distance and of the base search. */
  readonly work: number;
  /** The surviving peaks, u32 sample indices. */
  readonly peaks: number;
  /** All peaks of the signal, u32. */
  readonly all: number;
  /** A byte per peak. */
  readonly flags: number;
  readonly samples: Float64Array<ArrayBufferLike>;
  readonly #properties = new Map<string, number>();

  static lengthBytes(maxSampleCount: number): number {
    return maxSampleCount * 8 + peakLimit(maxSampleCount) * BYTES_PER_PEAK;
  }

  /** `address`: start of `lengthBytes` reserved bytes, a multiple of 8. */
  constructor(memory: WebAssembly.Memory, address: number, maxSampleCount: number) {
    const peakCount = peakLimit(maxSampleCount);
    let next = address;
    const take = (lengthBytes: number) => {
      const start = next;
      next += lengthBytes;
      return start;
    };
    this.maxSampleCount = maxSampleCount;
    this.x = take(maxSampleCount * 8);
    this.work = take(peakCount * WORK_BYTES_PER_PEAK);
    for (const name of F64_PROPERTIES) this.#properties.set(name, take(peakCount * 8));
    for (const name of U32_PROPERTIES) this.#properties.set(name, take(peakCount * 4));
    this.peaks = take(peakCount * 4);
    this.all = take(peakCount * 4);
    this.flags = take(peakCount);
    this.samples = new Float64Array(memory.buffer, this.x, maxSampleCount);
  }

  /** Address of a property's array. */
  property(name: (typeof F64_PROPERTIES)[number] | (typeof U32_PROPERTIES)[number]): number {
    return this.#properties.get(name)!;
  }
}

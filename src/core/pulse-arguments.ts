// What a peak search takes and gives: the arguments and properties of scipy.signal.find_peaks.

/** A limit: one number, one number per sample, or none. */
export type Border = number | ArrayLike<number> | null | undefined;

/**
 * The peaks that pass: from a number upwards, or between two limits (both included). Anything of exactly two entries
 * is a pair; other arrays are lower limits, one per sample. `[null, null]` computes the properties and passes all.
 */
export type Interval = number | ArrayLike<number> | readonly [Border, Border];

/** Conditions, applied in the order plateauSize, height, threshold, distance, prominence, width. */
export interface FindPeaksArgs {
  readonly height?: Interval;
  /** How far a peak lies above its two neighbours: the smaller drop against the lower limit, the larger against the upper. */
  readonly threshold?: Interval;
  /** Fewest samples between peaks, at least 1; the higher peak stays. */
  readonly distance?: number;
  readonly prominence?: Interval;
  /** In samples, at `relHeight` of the prominence below the top. */
  readonly width?: Interval;
  /** Window in samples, more than 1, that limits the search for the bases. Default: the whole signal. */
  readonly wlen?: number;
  /** 0 or more; default 0.5. */
  readonly relHeight?: number;
  readonly plateauSize?: Interval;
}

/** The names that SciPy uses, in the order in which it inserts them. */
export type PeakProperties = {
  plateau_sizes?: Int32Array;
  left_edges?: Int32Array;
  right_edges?: Int32Array;
  peak_heights?: Float64Array;
  left_thresholds?: Float64Array;
  right_thresholds?: Float64Array;
  prominences?: Float64Array;
  left_bases?: Int32Array;
  right_bases?: Int32Array;
  widths?: Float64Array;
  width_heights?: Float64Array;
  left_ips?: Float64Array;
  right_ips?: Float64Array;
};

export interface FoundPeaks {
  /** Sample indices, ascending. */
  readonly peaks: Int32Array;
  /** One entry per peak in each property that a condition asked for. */
  readonly properties: PeakProperties;
  /** SciPy's PeakPropertyWarning texts. */
  readonly warnings: readonly string[];
}

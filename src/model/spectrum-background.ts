// A spectrum less a background that was counted for another time: channel by channel, by live time. Pure.

export interface CountedFor {
  readonly counts: ArrayLike<number>;
  /** Above 0. */
  readonly liveS: number;
}

export interface NetSpectrum {
  /** May be negative. */
  readonly counts: Float64Array;
  /** One standard deviation of each, for counts that follow Poisson's law on both sides. */
  readonly uncertainties: Float64Array;
  /** What a count of the background counts for. */
  readonly scale: number;
}

/** Throws RangeError for spectra of different lengths, or without a live time. */
export function withoutBackground(spectrum: CountedFor, background: CountedFor): NetSpectrum {
  if (spectrum.counts.length !== background.counts.length) {
    throw new RangeError(`${spectrum.counts.length} and ${background.counts.length} channels cannot be subtracted`);
  }
  if (!(spectrum.liveS > 0 && background.liveS > 0)) throw new RangeError('a background is scaled by live times');
  const scale = spectrum.liveS / background.liveS;
  const counts = new Float64Array(spectrum.counts.length);
  const uncertainties = new Float64Array(counts.length);
  for (let channel = 0; channel < counts.length; channel++) {
    const [own, beside] = [spectrum.counts[channel]!, background.counts[channel]!];
    counts[channel] = own - scale * beside;
    uncertainties[channel] = Math.sqrt(own + scale * scale * beside);
  }
  return { counts, uncertainties, scale };
}

// What a file of bare numbers holds: nothing in it says so, the user does.

export interface RawChoice {
  /** NumPy's name of one number, such as `float32` or `>i2`. */
  readonly dtypeName: string;
  /** Numbers per moment: 1 for a single signal, more when channels are interleaved. */
  readonly channelCount: number;
  readonly sampleRateHz: number;
  /** Bytes to leave out at the start. */
  readonly skipBytes: number;
}

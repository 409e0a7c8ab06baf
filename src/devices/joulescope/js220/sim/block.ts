// A stretch of samples of every signal, as the streams and the statistics take them.

/** Ids made at once: 32 frames of a signal at 1 MHz, 8 of the range, 2 of an input. */
export const BLOCK_IDS = 8064;

export type AnalogSignal = 'current' | 'voltage' | 'power';

export interface SampleBlock {
  /** Counter at 2 MHz of the first sample; even. */
  firstId: number;
  /** Ids from there on; even. */
  idCount: number;
  /** At 1 MHz, in A, V and W. */
  readonly current: Float32Array;
  readonly voltage: Float32Array;
  readonly power: Float32Array;
  /** At 2 MHz. */
  readonly range: Uint8Array;
  /** At 2 MHz: levels of the inputs, by bit. */
  readonly inputs: Uint8Array;
}

export function createBlock(): SampleBlock {
  return {
    firstId: 0,
    idCount: 0,
    current: new Float32Array(BLOCK_IDS / 2),
    voltage: new Float32Array(BLOCK_IDS / 2),
    power: new Float32Array(BLOCK_IDS / 2),
    range: new Uint8Array(BLOCK_IDS),
    inputs: new Uint8Array(BLOCK_IDS),
  };
}

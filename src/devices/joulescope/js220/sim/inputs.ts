// The digital side of a simulated JS220: input 0 follows the load's marker, input 1 is a square wave of 1 kHz, inputs
// 2 and 3 are wired to the outputs of the same number (choice), and the trigger reads back what it puts out.

import type { SampleBlock } from './block.ts';

/** Half a period of input 1, in ids. */
const HALF_PERIOD_IDS = 1000;
const SQUARE_BIT = 1 << 1;
const WIRED_OUTPUTS = (1 << 2) | (1 << 3);
const TRIGGER_BIT = 1 << 7;

export class DigitalPins {
  outputs = 0;
  isTriggerOutput = false;
  #lastLevels = 0;

  /** Levels of the inputs, by bit, at the last sample. */
  get levels(): number {
    return this.#lastLevels;
  }

  /** `active`: the load's marker; `firstSample`: samples since power-up. */
  fill(active: Uint8Array, firstSample: number, block: SampleBlock): void {
    const wired = this.outputs & (WIRED_OUTPUTS | (this.isTriggerOutput ? TRIGGER_BIT : 0));
    const { inputs, idCount } = block;
    for (let k = 0; k < idCount; ) {
      const phase = (firstSample + k) % (2 * HALF_PERIOD_IDS);
      const isHigh = phase < HALF_PERIOD_IDS;
      const end = Math.min(idCount, k + (isHigh ? HALF_PERIOD_IDS : 2 * HALF_PERIOD_IDS) - phase);
      const level = wired | (isHigh ? SQUARE_BIT : 0);
      for (; k < end; k++) inputs[k] = active[k]! | level;
    }
    this.#lastLevels = inputs[idCount - 1]!;
  }
}

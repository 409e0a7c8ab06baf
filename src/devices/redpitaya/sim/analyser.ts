// The pulse-height analyser of one input, event by event (axis_pulse_height_analyzer.v): behind a pulse that is higher than
// the lower threshold none is seen for a delay; one that begins in it is lost. It knows what a real one does not tell: how
// long it was dead.

import type { Random } from '../../sim/random.ts';
import { TICKS_PER_S } from '../protocol/command.ts';
import type { PulseSource } from './sources.ts';

/** From the beginning of a pulse to its top, as the board's own generator has it before it is set. */
export const PULSE_RISE_TICKS = 6;

export interface AnalyserSettings {
  readonly delayTicks: number;
  /** Heights between these two are counted, without them. */
  readonly min: number;
  readonly max: number;
}

export class Analyser {
  /** Ticks in which no pulse was seen, of those that it ran. */
  deadTicks = 0;
  /** Pulses that came while it ran, whether it saw them or not. */
  arrivedCount = 0;
  readonly #random: Random;
  /** Of the board's time: when the next pulse comes, and from when on one is seen. */
  #nextTick: number | undefined;
  #seesFromTick = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Follows what comes in [fromTick, toTick) of the board's time. */
  run(
    [fromTick, toTick]: readonly [number, number],
    source: PulseSource,
    settings: AnalyserSettings,
    onCount: (height: number, tick: number) => void,
  ): void {
    // dead since before
    this.deadTicks += Math.max(0, Math.min(toTick, this.#seesFromTick) - fromTick);
    if (source.rateHz <= 0) return;
    this.#nextTick ??= fromTick + this.#gap(source);
    while (this.#nextTick < fromTick) this.#nextTick += this.#gap(source);
    for (; this.#nextTick < toTick; this.#nextTick += this.#gap(source)) {
      const tick = Math.floor(this.#nextTick);
      this.arrivedCount++;
      const height = source.height(this.#random);
      if (tick < this.#seesFromTick || height <= settings.min) continue;
      this.#seesFromTick = tick + PULSE_RISE_TICKS + settings.delayTicks;
      this.deadTicks += Math.min(toTick, this.#seesFromTick) - tick;
      if (height < settings.max) onCount(height, tick);
    }
  }

  /** What was known is forgotten; pulses come anew. */
  reset(): void {
    this.deadTicks = 0;
    this.arrivedCount = 0;
    this.#nextTick = undefined;
    this.#seesFromTick = 0;
  }

  #gap({ rateHz, isSteady }: PulseSource): number {
    const mean = TICKS_PER_S / rateHz;
    return isSteady ? mean : -mean * Math.log(1 - this.#random.next());
  }
}

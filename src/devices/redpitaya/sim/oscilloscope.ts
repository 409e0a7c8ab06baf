// The oscilloscope of the simulated board: pulses of the source on a quiet base, triggered as the gateware does, in a ring of
// 2^23 samples whose last place the server leaves out.

import type { Random } from '../../sim/random.ts';
import { RING_SAMPLES, TICKS_PER_S } from '../protocol/command.ts';
import { SAMPLE_BYTES, validSampleCount } from '../protocol/oscilloscope.ts';
import type { Registers } from './registers.ts';
import type { PulseSource } from './sources.ts';

const RISE_S = 50e-9;
const FALL_S = 5e-6;
/** Of the base, in units of the converter to both sides. */
const NOISE = 3;
/** What memory holds from before where nothing was written. */
const STALE = -1234;
/** A source none of whose pulses reaches the level in so many is never waited for. */
const MOST_TRIES = 10_000;

interface Armed {
  readonly fromTick: number;
  /** The pulse of the trigger; none when it triggers by itself. `undefined` where nothing ever triggers. */
  readonly trigger: { readonly tick: number; readonly height: number } | undefined;
}

export class SimOscilloscope {
  readonly #registers: Registers;
  readonly #random: Random;
  /** By input. */
  readonly #sourceOf: (index: 0 | 1) => PulseSource;
  #armed: Armed | undefined;
  #triggerAddress = 0;
  /** Of the ring since it was emptied. */
  #emptiedTick = 0;

  constructor(registers: Registers, random: Random, sourceOf: (index: 0 | 1) => PulseSource) {
    this.#registers = registers;
    this.#random = random;
    this.#sourceOf = sourceOf;
  }

  reset(tick: number): void {
    this.#armed = undefined;
    this.#emptiedTick = tick;
  }

  start(tick: number): void {
    this.#armed = { fromTick: tick, trigger: this.#findTrigger(tick) };
    const { trigger } = this.#armed;
    if (!trigger) return;
    const samples = Math.floor((trigger.tick - this.#emptiedTick) / this.#registers.ticksPerSample);
    this.#triggerAddress = samples % RING_SAMPLES;
  }

  /** When the record that is under way is ready, in ticks; `undefined` for none, or one that never is. */
  get readyTick(): number | undefined {
    const { beforeMinus1, totalMinus1, ticksPerSample } = this.#registers;
    const trigger = this.#armed?.trigger;
    return trigger && trigger.tick + (totalMinus1 - beforeMinus1) * ticksPerSample;
  }

  status(tick: number): { readonly isRecording: boolean; readonly triggerAddress: number } {
    const ready = this.readyTick;
    const isRecording = this.#armed !== undefined && (ready === undefined || tick < ready);
    return { isRecording, triggerAddress: this.#triggerAddress };
  }

  /** Answer to "read oscilloscope"; nothing for a total of 0. */
  record(): Uint8Array<ArrayBuffer> {
    const before = (this.#registers.beforeMinus1 + 1) % 2 ** 32;
    const total = (this.#registers.totalMinus1 + 1) % 2 ** 32;
    if (total > RING_SAMPLES) return new Uint8Array(0);
    const bytes = new Uint8Array(total * SAMPLE_BYTES);
    const view = new DataView(bytes.buffer);
    const samples = ([0, 1] as const).map((index) => this.#samples(index, before, total + 1));
    const start = (this.#triggerAddress - before + RING_SAMPLES) % RING_SAMPLES;
    const skipped = RING_SAMPLES - 1 - start;
    const valid = validSampleCount({ before, total, triggerAddress: this.#triggerAddress });
    for (let index = 0; index < total; index++) {
      const from = index >= skipped ? index + 1 : index;
      for (const input of [0, 1] as const) {
        const value = index < valid ? samples[input]![from]! : STALE;
        view.setInt16(index * SAMPLE_BYTES + 2 * input, value, true);
      }
    }
    return bytes;
  }

  /** The pulse that reaches the level first after so many samples in front of it are there. */
  #findTrigger(tick: number): Armed['trigger'] {
    const { beforeMinus1, ticksPerSample, isAutomatic, triggerInput, level, isFalling } = this.#registers;
    const firstTick = tick + (beforeMinus1 + 1) * ticksPerSample;
    if (isAutomatic) return { tick: firstTick, height: 0 };
    const source = this.#sourceOf(triggerInput);
    if (source.rateHz <= 0) return undefined;
    let at = firstTick;
    for (let i = 0; i < MOST_TRIES; i++) {
      at += -(TICKS_PER_S / source.rateHz) * Math.log(1 - this.#random.next());
      const height = source.height(this.#random);
      const top = this.#registers.isInverted(triggerInput) ? -height : height;
      // in both directions a pulse passes each level between base and top
      const passes = level > NOISE ? top > level : level < -NOISE ? top < level : isFalling ? top < 0 : top > 0;
      if (passes) return { tick: Math.floor(at), height };
    }
    return undefined;
  }

  /** Samples with the trigger's at the index `before`. */
  #samples(index: 0 | 1, before: number, count: number): Int16Array {
    const { level, isFalling, ticksPerSample, triggerInput } = this.#registers;
    const sign = this.#registers.isInverted(index) ? -1 : 1;
    const stepS = ticksPerSample / TICKS_PER_S;
    const samples = new Float64Array(count);
    const add = (start: number, height: number) => {
      const reach = Math.min(count, start + Math.ceil((40 * FALL_S) / stepS));
      for (let i = Math.max(0, start); i < reach; i++) samples[i]! += sign * height * shape((i - start) * stepS);
    };
    const own = index === triggerInput ? this.#armed?.trigger : undefined;
    if (own && own.height > 0)
      add(before - crossingIndex(own.height, level * sign, isFalling !== sign < 0, stepS), own.height);
    const source = this.#sourceOf(index);
    const meanSamples = source.rateHz > 0 ? 1 / (source.rateHz * stepS) : Number.POSITIVE_INFINITY;
    // pulses by chance come behind the trigger, so that none of them triggers before
    for (let at = before; at < count; ) {
      at += Math.max(1, Math.ceil(-meanSamples * Math.log(1 - this.#random.next())));
      if (at < count) add(at, source.height(this.#random));
    }
    return Int16Array.from(samples, (value) => Math.round(value + this.#random.between(-NOISE, NOISE)));
  }
}

/** Of a pulse of height 1, at seconds behind its beginning. */
function shape(afterS: number): number {
  return afterS < RISE_S ? afterS / RISE_S : Math.exp(-(afterS - RISE_S) / FALL_S);
}

/** Samples from the beginning of a pulse to the one at which it has passed the level. */
function crossingIndex(height: number, level: number, isFalling: boolean, stepS: number): number {
  const at = (index: number) => height * shape(index * stepS);
  let index = 0;
  // the noise of the base may pass a level that lies in it anywhere
  const wanted = Math.max(level, NOISE + 1);
  while (at(index) < wanted && index * stepS <= RISE_S) index++;
  if (isFalling) while (at(index) >= wanted) index++;
  return index;
}

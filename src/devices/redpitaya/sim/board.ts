// The simulated board behind its servers: time in ticks of its clock, two analysers with histograms, oscilloscope and
// generator. What is true of it can be asked for: that is for tests.

import type { Clock } from '../../../base/clock.ts';
import { Random } from '../../sim/random.ts';
import { type Command, HISTOGRAM_BINS, MCPHA, TICKS_PER_S } from '../protocol/command.ts';
import { FULL_BIN, HISTOGRAM_BYTES, STATUS_BYTES } from '../protocol/replies.ts';
import { Analyser } from './analyser.ts';
import { Generator } from './generator.ts';
import { SimOscilloscope } from './oscilloscope.ts';
import { Registers } from './registers.ts';
import { type PulseSource, type SourceId, sourceOf } from './sources.ts';

/** What leads to the inputs: a source in front of a detector, or a cable from the board's own generator. */
export type Wiring = SourceId | 'generator';

export interface BoardOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly wiring: Wiring;
  /** Pulses per second at IN1; IN2 gets a tenth. */
  readonly rateHz: number;
}

/** What a real board does not tell. */
export interface BoardTruth {
  readonly realS: number;
  readonly liveS: number;
  readonly arrivedCount: number;
  readonly countedCount: number;
}

const IN2_PART = 0.1;

class Input {
  readonly analyser: Analyser;
  readonly counts = new Float64Array(HISTOGRAM_BINS);
  elapsedTicks = 0;
  countedCount = 0;

  constructor(random: Random) {
    this.analyser = new Analyser(random);
  }
}

export class SimBoard {
  wiring: Wiring;
  rateHz: number;
  readonly clock: Clock;
  #registers = new Registers();
  #generator = new Generator();
  readonly #random: Random;
  #inputs: readonly [Input, Input];
  #oscilloscope: SimOscilloscope;
  #lastTick: number;

  constructor({ clock, seed, wiring, rateHz }: BoardOptions) {
    this.clock = clock;
    this.wiring = wiring;
    this.rateHz = rateHz;
    this.#random = new Random(seed);
    this.#inputs = [new Input(this.#random), new Input(this.#random)];
    this.#oscilloscope = this.#makeOscilloscope();
    this.#lastTick = this.tick;
  }

  /** Ticks of its clock now. */
  get tick(): number {
    return Math.floor((this.clock.nowMs() / 1000) * TICKS_PER_S);
  }

  get registers(): Registers {
    return this.#registers;
  }

  get generator(): Generator {
    return this.#generator;
  }

  get oscilloscope(): SimOscilloscope {
    return this.#oscilloscope;
  }

  /** A new random sequence of its own, for what runs beside the histograms. */
  random(): Random {
    return new Random(this.#random.nextU32());
  }

  /** Of IN1 (0) and IN2 (1). */
  source(index: 0 | 1): PulseSource {
    if (this.wiring === 'generator') return this.#generator.source;
    return sourceOf(this.wiring, index === 0 ? this.rateHz : this.rateHz * IN2_PART);
  }

  /** All that a command does on the board; answers are the server's business. */
  apply(command: Command): void {
    this.#advance();
    this.#registers.apply(command);
    this.#generator.apply(command);
    const input = command.channel < 2 ? this.#inputs[command.channel as 0 | 1] : undefined;
    switch (command.code) {
      case MCPHA.resetHistogram:
        input?.counts.fill(0);
        input?.analyser.reset();
        if (input) input.countedCount = 0;
        break;
      case MCPHA.resetTimer:
        if (input) input.elapsedTicks = 0;
        break;
      case MCPHA.resetOscilloscope:
        this.#oscilloscope.reset(this.tick);
        break;
      case MCPHA.startOscilloscope:
        this.#oscilloscope.start(this.tick);
        break;
    }
  }

  status(): Uint8Array<ArrayBuffer> {
    this.#advance();
    const bytes = new Uint8Array(STATUS_BYTES);
    const view = new DataView(bytes.buffer);
    for (const [index, { elapsedTicks }] of this.#inputs.entries()) {
      view.setBigUint64(8 * index, BigInt(elapsedTicks), true);
    }
    const { isRecording, triggerAddress } = this.#oscilloscope.status(this.tick);
    view.setUint32(32, triggerAddress * 2 + (isRecording ? 1 : 0), true);
    return bytes;
  }

  histogram(index: 0 | 1): Uint8Array<ArrayBuffer> {
    this.#advance();
    const bytes = new Uint8Array(HISTOGRAM_BYTES);
    const view = new DataView(bytes.buffer);
    for (const [bin, count] of this.#inputs[index].counts.entries()) {
      view.setUint32(4 * bin, Math.min(FULL_BIN, count), true);
    }
    return bytes;
  }

  /** As if so much had been counted in a bin. */
  addCounts(index: 0 | 1, bin: number, count: number): void {
    this.#inputs[index].counts[bin]! += count;
  }

  truth(index: 0 | 1): BoardTruth {
    this.#advance();
    const { analyser, elapsedTicks, countedCount } = this.#inputs[index];
    return {
      realS: elapsedTicks / TICKS_PER_S,
      liveS: (elapsedTicks - analyser.deadTicks) / TICKS_PER_S,
      arrivedCount: analyser.arrivedCount,
      countedCount,
    };
  }

  /** Without power for a moment: everything is as at the start. */
  restart(): void {
    this.#registers = new Registers();
    this.#generator = new Generator();
    this.#inputs = [new Input(this.#random), new Input(this.#random)];
    this.#oscilloscope = this.#makeOscilloscope();
    this.#lastTick = this.tick;
  }

  #makeOscilloscope(): SimOscilloscope {
    return new SimOscilloscope(this.#registers, this.random(), (index) => this.source(index));
  }

  /** Counts what came since the last look, until the preset at most. */
  #advance(): void {
    const from = this.#lastTick;
    const to = this.tick;
    this.#lastTick = to;
    for (const index of [0, 1] as const) {
      if (!this.#registers.isCounting(index)) continue;
      const input = this.#inputs[index];
      const { timer, delay, min, max } = this.#registers.inputs[index];
      const span = Math.max(0, Math.min(to - from, Number(timer) - input.elapsedTicks));
      const settings = { delayTicks: delay * this.#registers.ticksPerSample, min, max };
      input.analyser.run([from, from + span], this.source(index), settings, (height) => {
        if (height >= HISTOGRAM_BINS) return;
        input.counts[height]! += 1;
        input.countedCount++;
      });
      input.elapsedTicks += span;
    }
  }
}

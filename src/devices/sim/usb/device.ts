// A simulated USB instrument that samples: a peripheral, and the clock that asks it for the samples it owes.

import { type PeripheralOptions, type UsbDescription, UsbPeripheral } from './peripheral.ts';

/** How often the simulator makes the packets owed. */
const TICK_MS = 5;
/** Samples that are made when the thread was held up: more than reads in flight can take. The rest is lost unseen. */
const BACKLOG_MS = 2000;

/** The sample clock of an instrument. */
export interface SampleSource {
  readonly sampleRateHz: number;
  /** Samples since power-up. */
  readonly poweredSample: number;
}

export interface SimulatedUsbOptions extends PeripheralOptions {
  /** Crystal against the computer's clock. */
  readonly clockErrorPpm?: number;
}

export abstract class SimulatedUsbDevice extends UsbPeripheral {
  readonly #source: SampleSource;
  readonly #options: SimulatedUsbOptions;
  #cancelTick: (() => void) | undefined;
  /** Clock and sample count at which the present run of samples began. */
  #origin = { nowMs: 0, sample: 0 };

  constructor(description: UsbDescription, source: SampleSource, options: SimulatedUsbOptions) {
    super(description, options);
    this.#source = source;
    this.#options = options;
  }

  /** Makes the next `sampleCount` samples and sends what is streamed of them; whole packets only, if it has to. */
  protected abstract play(sampleCount: number): void;
  /** Lets `sampleCount` samples pass that never reach the bus. */
  protected abstract lose(sampleCount: number): void;

  protected override onOpened(): void {
    this.#origin = { nowMs: this.#options.clock.nowMs(), sample: this.#source.poweredSample };
    this.#scheduleTick();
  }

  protected override onEnded(): void {
    this.#cancelTick?.();
  }

  /** Makes what is owed up to now. */
  protected override produce(): void {
    const { nowMs, sample } = this.#origin;
    const rateHz = this.#source.sampleRateHz * (1 + (this.#options.clockErrorPpm ?? 0) * 1e-6);
    const target = sample + Math.floor(((this.#options.clock.nowMs() - nowMs) / 1000) * rateHz);
    const owed = target - this.#source.poweredSample;
    const deliverable = Math.min(owed, Math.floor((BACKLOG_MS / 1000) * rateHz));
    this.play(deliverable);
    if (owed > deliverable) this.lose(owed - deliverable);
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => {
      this.#scheduleTick();
      this.produce();
    });
  }
}

// The registers of the board that the mcpha server writes, and what each command makes of them. Any thread.

import { type Command, MCPHA } from '../protocol/command.ts';

/** Bits of the two words of switches (mcpha-server.c). */
const FILTER = 1 << 3;
const NEGATOR = [1 << 4, 1 << 12] as const;
const TIMER_RUN = [1 << 2, 1 << 10] as const;
const SOURCE_IN2 = 1 << 2;
const FALLING = 1 << 3;
const AUTOMATIC = 1 << 4;

/** Smallest decimation of the filter; below it is passed by. */
const LEAST_DECIMATION = 4;

interface InputRegisters {
  /** Preset, in ticks. */
  timer: bigint;
  /** In samples. */
  delay: number;
  min: number;
  max: number;
}

const input = (): InputRegisters => ({ timer: 0n, delay: 0, min: 0, max: 0 });

export class Registers {
  reset0 = 771;
  reset1 = 32_771;
  decimation = LEAST_DECIMATION;
  readonly inputs = [input(), input()] as const;
  beforeMinus1 = 0;
  totalMinus1 = 0;
  level = 0;
  filterFall = 65_528;
  filterRise = 58_655;
  lowerLimit = -8192;
  upperLimit = 8191;

  /** Ticks from sample to sample. */
  get ticksPerSample(): number {
    return (this.reset0 & FILTER) === 0 ? 1 : this.decimation;
  }

  isInverted(index: 0 | 1): boolean {
    return (this.reset0 & NEGATOR[index]) !== 0;
  }

  isCounting(index: 0 | 1): boolean {
    return (this.reset0 & TIMER_RUN[index]) !== 0;
  }

  get triggerInput(): 0 | 1 {
    return (this.reset1 & SOURCE_IN2) === 0 ? 0 : 1;
  }

  get isFalling(): boolean {
    return (this.reset1 & FALLING) !== 0;
  }

  get isAutomatic(): boolean {
    return (this.reset1 & AUTOMATIC) !== 0;
  }

  /** Commands that write no register, and values that the server ignores, change nothing. */
  apply({ code, channel, value }: Command): void {
    const number = Number(value);
    const u16 = Number(BigInt.asUintN(16, value));
    const i16 = Number(BigInt.asIntN(16, value));
    const u32 = Number(BigInt.asUintN(32, value));
    const own = channel === 0 || channel === 1 ? this.inputs[channel] : undefined;
    const isTruth = value === 0n || value === 1n;
    switch (code) {
      case MCPHA.sampleRate:
        this.decimation = number < LEAST_DECIMATION ? LEAST_DECIMATION : u16;
        this.#switch0(FILTER, number >= LEAST_DECIMATION);
        break;
      case MCPHA.negator:
        if (own && isTruth) this.#switch0(NEGATOR[channel as 0 | 1], value === 1n);
        break;
      case MCPHA.delay:
        if (own) own.delay = u16;
        break;
      case MCPHA.minThreshold:
        if (own) own.min = u16;
        break;
      case MCPHA.maxThreshold:
        if (own) own.max = u16;
        break;
      case MCPHA.timer:
        if (own) own.timer = value;
        break;
      case MCPHA.runTimer:
        if (isTruth && channel <= 2) {
          for (const index of [0, 1] as const) {
            if (channel === index || channel === 2) this.#switch0(TIMER_RUN[index], value === 1n);
          }
        }
        break;
      case MCPHA.triggerSource:
        if (own) this.#switch1(SOURCE_IN2, channel === 1);
        break;
      case MCPHA.triggerSlope:
        if (isTruth) this.#switch1(FALLING, value === 1n);
        break;
      case MCPHA.triggerMode:
        if (isTruth) this.#switch1(AUTOMATIC, value === 1n);
        break;
      case MCPHA.triggerLevel:
        this.level = i16;
        break;
      case MCPHA.samplesBeforeTrigger:
        this.beforeMinus1 = (u32 - 1) >>> 0;
        break;
      case MCPHA.totalSamples:
        this.totalMinus1 = (u32 - 1) >>> 0;
        break;
      case MCPHA.lowerLimit:
        this.lowerLimit = i16;
        break;
      case MCPHA.upperLimit:
        this.upperLimit = i16;
        break;
    }
  }

  #switch0(bit: number, isOn: boolean): void {
    this.reset0 = isOn ? this.reset0 | bit : this.reset0 & ~bit;
  }

  #switch1(bit: number, isOn: boolean): void {
    this.reset1 = isOn ? this.reset1 | bit : this.reset1 & ~bit;
  }
}

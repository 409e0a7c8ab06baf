// An oscilloscope below its command set: inputs, timebase, trigger and the record of the last acquisition, all in the
// bench's time. Nothing runs in between: what has happened since is worked out when somebody asks.

import type { Clock } from '../../../../base/clock.ts';
import { clamp, nearest125 } from '../values.ts';
import type { Wire } from '../wiring.ts';

export interface ScopeHardware {
  readonly horizontalDivisions: number;
  readonly verticalDivisions: number;
  readonly adcBits: number;
  /** Of the code, from the middle of the screen; half of the codes lie below it unless this says otherwise. */
  readonly lowestCode?: number | undefined;
  /** Codes of the converter in a division. */
  readonly codesPerDivision: number;
  /** V/div behind a 1:1 probe. */
  readonly minScaleV: number;
  readonly maxScaleV: number;
  readonly minTimeS: number;
  readonly maxTimeS: number;
  /** With one channel on; halved with two, quartered with more. */
  readonly maxRateHz: number;
  /** Samples that are kept with one channel on, until another depth is set. */
  readonly depth: number;
}

export interface ScopeChannel {
  isOn: boolean;
  /** V/div as shown, which is behind the probe's factor. */
  scaleV: number;
  /** Voltage in the middle of the screen. */
  centreV: number;
  coupling: 'DC' | 'AC' | 'GND';
  /** What readings are multiplied with; the probe itself is in the wire. */
  probe: number;
  isInverted: boolean;
  isBandwidthLimited: boolean;
}

export type Sweep = 'AUTO' | 'NORMal';
export type Slope = 'POSitive' | 'NEGative' | 'EITHer';

export interface ScopeTrigger {
  /** Index of a channel, or a source that the bench does not drive. */
  source: number | 'EXT' | 'LINE';
  levelV: number;
  slope: Slope;
  sweep: Sweep;
}

/** One acquisition. Sample k of a record was taken at startS + k/rateHz, counted from the trigger. */
export interface ScopeRecord {
  /** In the bench's time. */
  readonly triggerS: number;
  readonly isForced: boolean;
  readonly startS: number;
  readonly rateHz: number;
  readonly length: number;
  readonly timeScaleS: number;
  /** As they were when it was taken. */
  readonly channels: readonly ScopeChannel[];
}

export type ScopeState = 'STOP' | 'WAIT' | 'TD' | 'AUTO';

/** Steps into which a screen is cut where the trigger looks for its edge. */
const SEARCH_STEPS = 4000;
/** A wait that was not looked at for longer is searched only at its end. */
const MAX_SEARCH_STEPS = 200_000;
/** AUTO triggers by itself after so long (Rigol, Keysight: about 50 to 100 ms) or a screen. */
const AUTO_WAIT_S = 0.1;

export class Acquisition {
  readonly hardware: ScopeHardware;
  readonly channels: readonly ScopeChannel[];
  readonly trigger: ScopeTrigger;
  timeScaleS = 1e-3;
  /** Time in the middle of the screen. */
  timeCentreS = 0;
  /** Samples that are kept; undefined is what the hardware has. */
  depth: number | undefined;
  readonly #wires: readonly Wire[];
  readonly #clock: Clock;
  #mode: 'run' | 'single' | 'stop' = 'run';
  /** Since when the trigger is armed; a single one has been looked for until `#searchedS`. */
  #armedS: number;
  #searchedS = 0;
  /** Of a single acquisition that has triggered and is not at its end. */
  #pending: ScopeRecord | undefined;
  #record: ScopeRecord | undefined;
  /** Counts acquisitions that ended. */
  #count = 0;

  constructor(hardware: ScopeHardware, wires: readonly Wire[], clock: Clock) {
    this.hardware = hardware;
    this.#wires = wires;
    this.#clock = clock;
    this.channels = wires.map((_, index) => restingChannel(index === 0));
    this.trigger = { source: 0, levelV: 0, slope: 'POSitive', sweep: 'AUTO' };
    this.#armedS = this.#nowS();
  }

  get screenS(): number {
    return this.timeScaleS * this.hardware.horizontalDivisions;
  }

  /** Samples per second and in a record, as they follow from timebase and depth. */
  get memory(): { readonly rateHz: number; readonly length: number } {
    const onCount = this.channels.filter(({ isOn }) => isOn).length;
    const share = onCount <= 1 ? 1 : onCount === 2 ? 2 : 4;
    const depth = this.depth ?? this.hardware.depth / share;
    const rateHz = Math.min(this.hardware.maxRateHz / share, depth / this.screenS);
    return { rateHz, length: Math.round(rateHz * this.screenS) };
  }

  get state(): ScopeState {
    this.#update();
    if (this.#mode === 'stop') return 'STOP';
    if (this.#mode === 'single') return this.#pending === undefined ? 'WAIT' : 'TD';
    if (this.#record === undefined) return 'WAIT';
    return this.#record.isForced ? 'AUTO' : 'TD';
  }

  /** How many acquisitions have ended; a running scope ends one whenever somebody looks. */
  get count(): number {
    this.#update();
    return this.#count;
  }

  /** The last one that ended. */
  get record(): ScopeRecord | undefined {
    this.#update();
    return this.#record;
  }

  run(): void {
    this.#arm('run');
  }

  /** `leadS`: how long it writes before it looks for its trigger; what stands in front of that when left out. */
  single(leadS = Math.max(-this.#startS, 0)): void {
    this.#arm('single');
    this.#searchedS = this.#armedS + leadS;
  }

  stop(): void {
    this.#update();
    this.#mode = 'stop';
    this.#pending = undefined;
  }

  /** Triggers now if it waits. */
  force(): void {
    if (this.#mode === 'single' && this.#pending === undefined) this.#pending = this.#take(this.#nowS(), true);
    else if (this.#mode === 'run') this.#keep(this.#take(this.#nowS() - this.#afterTriggerS, true));
  }

  setScale(channel: ScopeChannel, scaleV: number): void {
    const { minScaleV, maxScaleV } = this.hardware;
    channel.scaleV = Number((nearest125(scaleV / channel.probe, minScaleV, maxScaleV) * channel.probe).toPrecision(6));
  }

  /** What is on the screen stays where it is. */
  setProbe(channel: ScopeChannel, factor: number): void {
    const ratio = factor / channel.probe;
    channel.probe = factor;
    channel.scaleV = Number((channel.scaleV * ratio).toPrecision(6));
    channel.centreV = Number((channel.centreV * ratio).toPrecision(6));
  }

  setTimeScale(timeScaleS: number): void {
    this.timeScaleS = nearest125(timeScaleS, this.hardware.minTimeS, this.hardware.maxTimeS);
  }

  reset(): void {
    this.channels.forEach((channel, index) => {
      Object.assign(channel, restingChannel(index === 0));
    });
    Object.assign(this.trigger, { source: 0, levelV: 0, slope: 'POSitive', sweep: 'AUTO' } satisfies ScopeTrigger);
    this.timeScaleS = 1e-3;
    this.timeCentreS = 0;
    this.depth = undefined;
    this.#record = undefined;
    this.run();
  }

  /** What channel `index` of `record` shows at `timeS` from the trigger, before the converter. */
  voltsAt(record: ScopeRecord, index: number, timeS: number): number {
    return shown(record.channels[index]!, this.#wires[index]!, record.triggerS + timeS);
  }

  /**
   * Codes of the converter for `count` samples from `startS` in steps of `stepS`: steps from the middle of the screen,
   * at the converter's ends where the signal is beyond them.
   */
  codes(record: ScopeRecord, index: number, points: { startS: number; stepS: number; count: number }): Int16Array {
    const { scaleV, centreV } = record.channels[index]!;
    const { adcBits, codesPerDivision, lowestCode = -(2 ** (adcBits - 1)) } = this.hardware;
    const stepV = scaleV / codesPerDivision;
    const highestCode = lowestCode + 2 ** adcBits - 1;
    const codes = new Int16Array(points.count);
    for (let k = 0; k < points.count; k++) {
      const volts = this.voltsAt(record, index, points.startS + k * points.stepS);
      codes[k] = clamp(Math.round((volts - centreV) / stepV), lowestCode, highestCode);
    }
    return codes;
  }

  get #startS(): number {
    return this.timeCentreS - this.screenS / 2;
  }

  get #afterTriggerS(): number {
    return Math.max(this.timeCentreS + this.screenS / 2, 0);
  }

  #nowS(): number {
    return this.#clock.nowMs() / 1e3;
  }

  #arm(mode: 'run' | 'single'): void {
    this.#mode = mode;
    this.#armedS = this.#nowS();
    this.#pending = undefined;
  }

  #take(triggerS: number, isForced: boolean): ScopeRecord {
    return {
      triggerS,
      isForced,
      startS: this.#startS,
      ...this.memory,
      timeScaleS: this.timeScaleS,
      channels: this.channels.map((channel) => ({ ...channel })),
    };
  }

  #keep(record: ScopeRecord): void {
    this.#record = record;
    this.#count++;
  }

  #update(): void {
    if (this.#mode === 'run') this.#updateRunning();
    else if (this.#mode === 'single') this.#updateSingle();
  }

  /** The first trigger of the last two screens whose record has ended by now. */
  #updateRunning(): void {
    const nowS = this.#nowS();
    const latestS = nowS - this.#afterTriggerS;
    const earliestS = this.#armedS + Math.max(-this.#startS, 0);
    const fromS = Math.max(earliestS, latestS - 2 * this.screenS);
    if (latestS < fromS) return;
    const triggerS = this.#findTrigger(fromS, latestS);
    if (triggerS !== undefined) this.#keep(this.#take(triggerS, false));
    else if (this.trigger.sweep === 'AUTO' && nowS - this.#armedS >= Math.max(AUTO_WAIT_S, this.screenS)) {
      this.#keep(this.#take(latestS, true));
    }
  }

  #updateSingle(): void {
    const nowS = this.#nowS();
    if (this.#pending === undefined && nowS > this.#searchedS) {
      const triggerS = this.#findTrigger(this.#searchedS, nowS);
      this.#searchedS = nowS;
      if (triggerS !== undefined) this.#pending = this.#take(triggerS, false);
    }
    if (this.#pending === undefined || nowS < this.#pending.triggerS + this.#afterTriggerS) return;
    this.#keep(this.#pending);
    this.#pending = undefined;
    this.#mode = 'stop';
  }

  /** Moment of the first edge in a stretch of time. */
  #findTrigger(fromS: number, toS: number): number | undefined {
    const { source, slope, levelV } = this.trigger;
    if (typeof source !== 'number') return undefined;
    const channel = this.channels[source]!;
    const isAbove = (timeS: number) => shown(channel, this.#wires[source]!, timeS) >= levelV;
    const stepS = this.screenS / SEARCH_STEPS;
    let beforeS = Math.max(fromS, toS - MAX_SEARCH_STEPS * stepS);
    let wasAbove = isAbove(beforeS);
    while (beforeS < toS) {
      const afterS = Math.min(beforeS + stepS, toS);
      const isNowAbove = isAbove(afterS);
      if (isNowAbove !== wasAbove && slope !== (isNowAbove ? 'NEGative' : 'POSitive')) {
        return bisect(beforeS, afterS, (timeS) => isAbove(timeS) === isNowAbove);
      }
      wasAbove = isNowAbove;
      beforeS = afterS;
    }
    return undefined;
  }
}

function restingChannel(isOn: boolean): ScopeChannel {
  return {
    isOn,
    scaleV: 1,
    centreV: 0,
    coupling: 'DC',
    probe: 1,
    isInverted: false,
    isBandwidthLimited: false,
  };
}

/** What the screen shows of a wire. */
function shown(channel: ScopeChannel, wire: Wire, timeS: number): number {
  if (channel.coupling === 'GND') return 0;
  const volts = wire.voltageV(timeS) - (channel.coupling === 'AC' ? wire.meanV() : 0);
  return channel.isInverted ? -volts * channel.probe : volts * channel.probe;
}

/** The first moment at which `isReached` holds, between one where it does not and one where it does. */
function bisect(beforeS: number, afterS: number, isReached: (timeS: number) => boolean): number {
  let [low, high] = [beforeS, afterS];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

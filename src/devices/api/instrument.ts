// What an instrument is to the rest of the program, in two lives. An `Instrument` is one unit for as long as the user
// keeps it: it owns the homes of its channels and what it shows. A `Driver` is one connection to it: when the cable is
// pulled it is done, and the instrument makes another for the unit that comes back. The session of a device worker
// (src/workers/device/session.ts) runs both.

import type { Clock } from '../../base/clock.ts';
import type { ChannelSet } from '../../core/channel-set.ts';
import type {
  Capability,
  ConsoleAnswer,
  HistoryLength,
  InstrumentConfiguration,
  InstrumentIdentity,
  InstrumentReading,
  ScreenPicture,
  StreamHealth,
} from '../../model/instrument.ts';
import type { LiveSpectrum } from '../../model/live-spectrum.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { UnitLink, UnitPlace } from '../../transports/unit-place.ts';
import type { HostSystem } from '../../transports/usb-errors.ts';
import type { ExtraParameters } from './extra-parameters.ts';
import type { ChannelHomes, ChannelPlan } from './homes.ts';
import type { SetPoints } from './sequence-check.ts';

/** What the surroundings give to an instrument. */
export interface InstrumentBench {
  readonly clock: Clock;
  readonly system: HostSystem;
  /** Bytes that may wait in reads in flight: its share of what the system gives to all devices. It changes. */
  readonly readBudgetBytes: () => number;
  /** How long its streams are kept. */
  readonly history: HistoryLength;
  /** Memory for a set of channels. Throws `wasm/memory` when the system has none. */
  makeHomes(plan: ChannelPlan): ChannelHomes;
}

export interface Instrument {
  readonly capabilities: readonly Capability[];
  /** The homes of its channels; another object when a setting changed them. The old ones have ended then. */
  readonly channelSet: ChannelSet;
  /** What it shows now; `undefined` before there is anything. */
  readonly reading: InstrumentReading | undefined;
  /** A driver for the unit behind a link, not opened yet. The link is of a kind that the row recognises. */
  connect(link: UnitLink): Driver;
  /** Streams begin anew, or go on after an interruption: before the driver starts them. */
  beginStream(mode: StreamMode): void;
  /** Takes note of what its newest driver has; called often while that runs. */
  update(): void;
  /** With the capability `totals`. */
  resetTotals(): void;
  /** Nothing more comes. */
  end(): void;
}

/** `resume`: the stream goes on after an interruption, which is filled as missing. */
export type StreamMode = 'new' | 'resume';

export interface Driver {
  readonly identity: InstrumentIdentity | undefined;
  readonly parameters: readonly Parameter[];
  /** What the instrument has, read back from it where it can be. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly health: StreamHealth;
  /** What the user should know though all goes on, and what to do. */
  readonly notice: string | undefined;
  /** Milliseconds spent on samples so far; only grows. */
  readonly busyMs: number;
  /** Called when something of the above changed; called often, so look at it when it suits. */
  onChanged: (() => void) | undefined;
  /** Called once when the connection has failed; the driver is closed then. */
  onFailed: ((error: Error) => void) | undefined;
  /** Keeps what the instrument is set to. Rejects with `device/…`. */
  open(): Promise<void>;
  /** With the capability `streams`. */
  start(mode: StreamMode): Promise<void>;
  stop(): Promise<void>;
  set(parameterId: string, value: ParameterValue): Promise<void>;
  /** With the capability `console`. */
  readonly words?: readonly string[];
  /** With the capability `console`. */
  ask?(line: string): Promise<ConsoleAnswer>;
  /** With the capability `screen`. */
  picture?(): Promise<ScreenPicture>;
  /** With the capability `spectra`. */
  spectra?(): readonly LiveSpectrum[];
  /** With the capability `sequence`. */
  readonly setPoints?: SetPointDriver | undefined;
  /** Settles within 2 s, whatever the instrument does. */
  close(): Promise<void>;
}

/** What a sequence needs of the driver whose set-points it sets. */
export interface SetPointDriver {
  /** Throws `setup/invalid` unless `values` may be set while the instrument has `before`, as far as that is known. */
  check(values: SetPoints, before: SetPoints): void;
  /** What the instrument has refused up to now is none of the sequence's business. */
  forgetRefusals(): Promise<void>;
  /** As `Driver.set`; resolves with what the instrument refused, in its own words. */
  set(parameterId: string, value: ParameterValue): Promise<readonly string[]>;
  /** Whether a line for the console asks and sets nothing. */
  isQuestion(line: string): boolean;
}

/** A simulated unit, in the place of the real one. */
export interface Simulation {
  readonly place: UnitPlace;
  readonly extras: ExtraParameters;
}

export interface SimulationOptions {
  readonly clock: Clock;
  /** Which of the row's simulations. */
  readonly simulationId: string;
  readonly serialNumber: string;
}

/** What a row's folder does; loaded when the first of its instruments is opened. */
export interface InstrumentModule {
  /** `configuration` where files say of it how it is read; throws `setup/invalid` for a wrong one. */
  create(bench: InstrumentBench, configuration?: InstrumentConfiguration): Instrument;
  /** Throws `device/unsupported` for a simulation that it does not have. */
  simulate(options: SimulationOptions): Simulation;
}

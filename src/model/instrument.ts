// What the rest of the program sees of a connected instrument. Drivers implement it inside a device worker;
// the page holds a client of the same shape (workers/device/client.ts).

import type { Utc } from '../base/time.ts';
import type { Channel } from './channel.ts';
import type { Parameter, ParameterValue } from './parameter.ts';
import type { Publication } from './publication.ts';
import type { SequenceProgress } from './sequence.ts';

/** A kind of instrument that this program can open: a row of the registry, as plain data. */
export interface InstrumentKind {
  /** Such as `js110`: `InstrumentChoice.kind` of its units. */
  readonly id: string;
  readonly model: string;
  readonly vendor: string;
  /** One sentence on what it measures. */
  readonly description: string;
  /** USB ids of the units that can be opened; empty for one that is reached otherwise. */
  readonly usb: readonly { readonly vendorId: number; readonly productId: number }[];
}

/** How a unit is reached that is on no USB bus of ours. */
export type InstrumentConnection =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** The instrument has one itself. */
  | { readonly kind: 'websocket'; readonly url: string }
  /** Process variables of the laboratory, which the bridge knows. */
  | { readonly kind: 'epics'; readonly names: readonly string[] }
  | {
      readonly kind: 'serial';
      /** Which of the ports that the browser lets this page use, and what it says of it. */
      readonly portIndex: number;
      readonly usbVendorId?: number | undefined;
      readonly usbProductId?: number | undefined;
      readonly baudRate: number;
    };

/** What files say of an instrument: for a kind that is configured before it is opened. */
export interface InstrumentConfiguration {
  /** By their names, such as `OSZI_DIALOGUE`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Content of the file of what is said to the instrument at the start. */
  readonly initTalk: string | undefined;
}

/** An entry in the Connect list: a real device that the browser may open, or a simulated one. */
export interface InstrumentChoice {
  /** Stable across reloads for the same unit: `js110:001636`, `sim-js110:ble-beacon`. */
  readonly id: string;
  /** Row of the registry that it belongs to (src/devices/registry.ts), such as `js110`. */
  readonly kind: string;
  readonly model: string;
  /** Empty when only known after opening. */
  readonly serialNumber: string;
  readonly label: string;
  readonly isSimulated: boolean;
  /** Left out for USB devices and simulated units. */
  readonly connection?: InstrumentConnection;
  readonly configuration?: InstrumentConfiguration;
  /** What a simulated one measures, such as `BLE beacon`. */
  readonly simulation?: string;
  /** Why it is recognised but cannot be opened, and what to do; `undefined` when it can. */
  readonly obstacle?: string;
}

/** How long the streams of an instrument are kept. */
export interface HistoryLength {
  /** Seconds of samples. */
  readonly samplesS: number;
  /** Seconds of the overview: of reductions that summaries are made of. Never shorter than the samples. */
  readonly overviewS: number;
}

export interface InstrumentIdentity {
  readonly model: string;
  readonly vendor: string;
  readonly serialNumber: string;
  readonly firmware: string;
}

/** Settings that belong to a unit, by parameter. */
export interface RememberedValues {
  readonly identity: InstrumentIdentity;
  readonly values: Readonly<Record<string, ParameterValue>>;
}

/** In the order in which others are told them. */
export const INSTRUMENT_STATES = ['closed', 'opening', 'idle', 'streaming', 'lost', 'failed'] as const;
export type InstrumentState = (typeof INSTRUMENT_STATES)[number];

/** Counters that are always shown; zero is shown as zero. Counts are over all streams, since streaming started. */
export interface StreamHealth {
  readonly receivedSampleCount: number;
  readonly missingSampleCount: number;
  /** Separate events of loss. */
  readonly gapCount: number;
  /** Packets that were refused (bad type, status or length). */
  readonly badPacketCount: number;
  /** Frames that the instrument itself had to drop before USB. */
  readonly deviceDropCount: number;
}

/** Before anything was streamed. */
export const NO_HEALTH: StreamHealth = {
  receivedSampleCount: 0,
  missingSampleCount: 0,
  gapCount: 0,
  badPacketCount: 0,
  deviceDropCount: 0,
};

/** One number that the instrument shows, such as its mean current of the last tenth of a second. */
export interface ReadingValue {
  /** Stable, such as `current`. */
  readonly id: string;
  readonly label: string;
  /** SI unit symbol. */
  readonly unit: string;
  /** NaN while there is none. */
  readonly value: number;
  /** It grows since the totals were reset (a charge), where others say how things are (a current). */
  readonly isTotal?: boolean;
  /**
   * Of a total that is summed from samples, which may miss some: the sum over those that are there, and their share of the
   * time, 0…1. `value` counts missing ones like the others around them.
   */
  readonly measured?: { readonly value: number; readonly coverage: number };
  /**
   * Share of the samples behind the value that are at the limit of the range or of the converter, 0…1: the true value is
   * beyond the one shown unless it is 0. Of a value that is computed from others the largest of theirs. 0 as well where the
   * instrument does not tell.
   */
  readonly saturated?: number;
}

export interface InstrumentReading {
  readonly utc: Utc;
  /** In the order in which they are shown. */
  readonly values: readonly ReadingValue[];
  /** Seconds since the totals were reset; `undefined` for an instrument without totals. */
  readonly accumulatedS: number | undefined;
}

/** What an instrument can do beside having parameters; the handle has a member of the same name for each. */
export type Capability = 'streams' | 'totals' | 'console' | 'screen' | 'sequence' | 'spectra';

/** A picture as the instrument drew it. */
export interface ScreenPicture {
  /** Such as `image/png`. */
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What came of a line that was typed to an instrument. */
export interface ConsoleAnswer {
  /** `undefined` for a line that asks nothing. */
  readonly answer: string | undefined;
  /** What the instrument has to say against it, in its own words. */
  readonly errors: readonly string[];
}

/** Everything about an instrument that changes slowly enough for the page to hold it (≤ 10 Hz). */
export interface InstrumentStatus {
  readonly state: InstrumentState;
  readonly identity: InstrumentIdentity | undefined;
  readonly parameters: readonly Parameter[];
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly capabilities: readonly Capability[];
  /** What it publishes now; a fresh list, with homes of their own, when a setting changes them. */
  readonly channels: readonly Channel[];
  readonly health: StreamHealth;
  readonly reading: InstrumentReading | undefined;
  /** Share of its time that the instrument's worker spends on samples, 0…1, over about the last half second. */
  readonly workerLoad: number;
  /** Of the last sequence since it was opened: it runs, or how it ended. */
  readonly sequence: SequenceProgress | undefined;
  /** What the laboratory has of it as process variables; `undefined` while it has nothing. */
  readonly publication: Publication | undefined;
  /** What the person at the screen should know though all goes on, and what to do. */
  readonly notice: string | undefined;
  /** Why `state` is `failed` or `lost`, for the person at the screen. */
  readonly problem: string | undefined;
}

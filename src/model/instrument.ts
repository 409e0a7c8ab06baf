// What the rest of the program sees of a connected instrument. Drivers implement it inside a device worker;
// the page holds a client of the same shape (workers/device/client.ts).

import type { Utc } from '../base/time.ts';
import type { Parameter, ParameterValue } from './parameter.ts';
import type { SampleType } from './signal-store.ts';

/** An entry in the Connect list: a real device that the browser may open, or a simulated one. */
export interface InstrumentChoice {
  /** Stable across reloads for the same unit: `js110:001636`, `sim-js110:ble-beacon`. */
  readonly id: string;
  readonly model: string;
  /** Empty when only known after opening. */
  readonly serialNumber: string;
  readonly label: string;
  readonly isSimulated: boolean;
}

export interface InstrumentIdentity {
  readonly model: string;
  readonly vendor: string;
  readonly serialNumber: string;
  readonly firmware: string;
}

/** A signal that the instrument streams. */
export interface StreamSignal {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly dtype: Extract<SampleType, 'f32' | 'u1' | 'u4' | 'u8'>;
  readonly sampleRateHz: number;
}

export type InstrumentState = 'closed' | 'opening' | 'idle' | 'streaming' | 'lost' | 'failed';

/** Counters that are always shown; zero is shown as zero. Counts are since streaming started. */
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

/** Running totals since the accumulators were reset. */
export interface InstrumentReading {
  readonly utc: Utc;
  readonly currentA: number;
  readonly voltageV: number;
  readonly powerW: number;
  readonly chargeC: number;
  readonly energyJ: number;
  /** Seconds since the accumulators were reset. */
  readonly accumulatedS: number;
}

/** Everything about an instrument that changes slowly enough for the page to hold it (≤ 10 Hz). */
export interface InstrumentStatus {
  readonly state: InstrumentState;
  readonly identity: InstrumentIdentity | undefined;
  readonly parameters: readonly Parameter[];
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly signals: readonly StreamSignal[];
  readonly health: StreamHealth;
  readonly reading: InstrumentReading | undefined;
  /** Share of its time that the instrument's worker spends on samples, 0…1, over about the last half second. */
  readonly workerLoad: number;
  /** Why `state` is `failed` or `lost`, for the person at the screen. */
  readonly problem: string | undefined;
}

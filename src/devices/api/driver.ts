// What every driver of a streaming instrument offers to the session that runs it. A driver is made for one opened
// connection; when the cable is pulled it is done, and the session makes another for the unit that comes back.

import type { InstrumentIdentity, StreamHealth, StreamSignal } from '../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';

/** Totals as the instrument itself keeps them, since it was powered up. */
export interface InstrumentTotals {
  readonly currentA: number;
  readonly voltageV: number;
  readonly powerW: number;
  readonly chargeC: number;
  readonly energyJ: number;
  /** Seconds of the instrument's own sample clock. */
  readonly clockS: number;
}

export interface InstrumentDriver {
  readonly signals: readonly StreamSignal[];
  readonly identity: InstrumentIdentity | undefined;
  readonly parameters: readonly Parameter[];
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly health: StreamHealth;
  readonly totals: InstrumentTotals | undefined;
  /** Milliseconds spent on samples so far; only grows. */
  readonly busyMs: number;
  /** Called when something of the above changed; called often, so look at it when it suits. */
  onChanged: (() => void) | undefined;
  /** Called once when the connection has failed; the driver is closed then. */
  onFailed: ((error: Error) => void) | undefined;
  /** Keeps what the instrument is set to. Rejects with `device/…`. */
  open(): Promise<void>;
  /** `resume`: the stream goes on after an interruption, which is filled as missing. */
  start(mode: 'new' | 'resume'): Promise<void>;
  stop(): Promise<void>;
  set(parameterId: string, value: ParameterValue): Promise<void>;
  /** Settles within 2 s, whatever the instrument does. */
  close(): Promise<void>;
}

// What the driver of an instrument that is spoken to in text does for its kind: a front panel or an oscilloscope.

import type { Utc } from '../../base/time.ts';
import type { ScreenPicture } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { TraceName } from '../api/trace-plan.ts';
import type { PanelDialect } from '../panel/dialect.ts';
import type { MeasuredValue, Quantity } from '../panel/panel.ts';
import type { ErrorSource } from '../scpi/error-source.ts';

export type Values = Readonly<Record<string, ParameterValue>>;

/** What comes of an instrument; the one who owns its channels takes it. */
export interface BenchSink {
  /** A panel has told what it is, or measures something else: quantities by channel, where a setting decides. */
  onPanel(dialect: PanelDialect, quantities: ReadonlyMap<string, Quantity>): void;
  /** Readings of one channel that belong together, at the time at which the last of them was there. */
  onValues(utc: Utc, values: readonly MeasuredValue[]): void;
  /** It does not answer any more. */
  onGone(utc: Utc): void;
  /** A record of these traces; resolves when it has been handed over. */
  onTraces(names: readonly TraceName[], record: TraceRecord): Promise<void>;
}

export interface Round {
  /** Until the next one is due. */
  readonly pauseMs: number;
  /** What it is set to, as far as it was asked: somebody may have used its own buttons. */
  readonly values: Values;
}

export interface BenchPart {
  readonly parameters: readonly Parameter[];
  /** For the console. */
  readonly words: readonly string[];
  /** Where it tells what it has refused. */
  readonly errors: ErrorSource | undefined;
  /** Once after opening: what it is set to. */
  read(): Promise<Values>;
  /** Resolves with the values that are others now, as they were read back. */
  set(parameterId: string, value: ParameterValue): Promise<Values>;
  /** Rejects with `setup/invalid` for a typed line that must not go out, or with `device/…` when nobody can tell. */
  checkLine?(line: string): Promise<void>;
  /** Throws `setup/invalid` unless these set-points may be set while it has `before`; left out where it has none. */
  checkStep?(values: Values, before: Values): void;
  /** Its screen as it is now; left out where it has none. */
  picture?(): Promise<ScreenPicture>;
  /** One round of questions. */
  round(): Promise<Round>;
}

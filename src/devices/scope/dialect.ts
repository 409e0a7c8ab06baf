// How one family of oscilloscopes is spoken to. Rows of dialects.ts; the words of a family are its own file in dialects/.
// A dialect trusts no state that it did not set or ask for: formats are set and read back before data are decoded, and
// preamble and data are of one acquisition.

import type { Waveform } from './waveform.ts';

/** What a dialect needs of a session. Questions go one after the other. Rejects with `device/…` and `cancelled`. */
export interface ScopePort {
  /** The answer without its line end. */
  query(question: string): Promise<string>;
  /** The answer as it came, blocks and echo included. */
  queryBytes(question: string): Promise<Uint8Array>;
  command(text: string): Promise<void>;
}

export interface ScopeIdentity {
  readonly vendor: string;
  readonly model: string;
}

/**
 * `stopped`: what is in memory stays. `armed`: waits for its trigger. `running`: acquires by itself, or is at work on a
 * trigger.
 */
export type AcquisitionState = 'stopped' | 'armed' | 'running';

export type RunMode = 'run' | 'single' | 'stop';

/** What can be set on most scopes; the first six are a channel's own. */
export type ScopeSettingId =
  | 'on'
  | 'range'
  | 'scale'
  | 'offset'
  | 'coupling'
  | 'probe'
  | 'timeScale'
  | 'timeDelay'
  | 'triggerSource'
  | 'triggerLevel'
  | 'triggerSlope';

/** How a setting is said: `HEADER?` and `HEADER VALUE`. `#` is the channel's number. */
export interface SettingWords {
  readonly header: string;
  /** The instrument's word for each of ours, such as `rise: 'POS'`; left out for a number. */
  readonly words?: Readonly<Record<string, string>>;
  /** Yes or no, said as `ON` and `OFF`. */
  readonly isSwitch?: true;
  /** In front of a number that is sent, such as `VAL,`. */
  readonly before?: string;
  /** Behind a number that is sent, such as `V`. */
  readonly unit?: string;
  /** Of a number that the instrument counts in units of its own: it is sent `said`, and its answer means `understood`. */
  readonly counted?: { said(value: number): number; understood(answer: number): number };
  /** The instrument does not keep it: it is kept here and said when it is started (`StartContext.said`). Yes, or the first word. */
  readonly isHeld?: true;
  /**
   * Of an offset. `middle`: the value in the middle of the screen; `divisions`: the trace is raised by so many of them.
   * Left out: it is raised by so many volts.
   */
  readonly offsetIs?: 'middle' | 'divisions';
  /** `#` is the channel that triggers, whichever is asked for. */
  readonly isOfTriggerSource?: boolean;
}

export interface StartContext {
  /** The instrument's word for what a setting that is kept here has. */
  said(id: ScopeSettingId): string;
  pause(seconds: number): Promise<void>;
}

export interface ScreenWords {
  /** A command that is sent first. */
  readonly before?: string;
  readonly question: string;
}

export interface ScopeTrace extends Waveform {
  /** Such as `CH1`. */
  readonly channel: string;
  /** Records of a sequence, each with its own trigger; left out for a single one. */
  readonly segments?: readonly TraceSegment[];
}

export interface TraceSegment {
  /** Seconds after the first trigger. */
  readonly triggerTimeS: number;
  /** From its own trigger to its first sample, in s. */
  readonly x0S: number;
  readonly firstSample: number;
  readonly sampleCount: number;
}

export interface FetchOptions {
  readonly identity: ScopeIdentity;
  /** Everything in memory instead of what is on the screen; the scope has to be stopped for it. */
  readonly isDeep: boolean;
  /** Called between the pages of a long record; throws to end the fetch. */
  readonly onProgress?: (receivedPoints: number, announcedPoints: number) => void;
}

export interface ScopeDialect {
  /** Stable, such as `rigol`. */
  readonly id: string;
  /** Such as `Rigol DS1000Z, DHO, MSO5000`. */
  readonly label: string;
  isOf(identity: ScopeIdentity): boolean;
  /** Most analogue channels that a unit of this model has. */
  channelCount(identity: ScopeIdentity): number;
  readonly settings: Readonly<Partial<Record<ScopeSettingId, SettingWords>>> & { readonly on: SettingWords };
  /** How the picture of its screen is asked for; left out where there are no words for it. */
  readonly screen?: ScreenWords;
  /** Once after opening: answers without names, formats. */
  prepare(port: ScopePort): Promise<void>;
  /** It takes one record each time that it is started, all of its memory, and nobody but a client starts it. */
  readonly isOneShot?: true;
  start(port: ScopePort, mode: RunMode, context: StartContext): Promise<void>;
  state(port: ScopePort): Promise<AcquisitionState>;
  /**
   * One channel's record of the newest acquisition. Rejects with WaveformError: `empty`, `truncated` and `length-mismatch`
   * are worth another try, the others are not.
   */
  fetch(port: ScopePort, channelNumber: number, options: FetchOptions): Promise<ScopeTrace>;
}

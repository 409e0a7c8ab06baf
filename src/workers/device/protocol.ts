// What the page asks a device worker. One worker runs one instrument; its data lie in memory that the worker makes and
// whose place it tells, the status comes back through the callback.

import type { ChannelSet } from '../../core/channel-set.ts';
import type {
  ConsoleAnswer,
  HistoryLength,
  InstrumentChoice,
  InstrumentStatus,
  RememberedValues,
  ScreenPicture,
} from '../../model/instrument.ts';
import type { LiveSpectrum } from '../../model/live-spectrum.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type { PublicationPlan } from '../../model/publication.ts';
import type { Sequence } from '../../model/sequence.ts';

export interface DeviceSetup {
  readonly choice: InstrumentChoice;
  readonly coreModule: WebAssembly.Module;
  /** To an instrument on the simulated bench; transferred. */
  readonly benchPort?: MessagePort;
  readonly history: HistoryLength;
  /** Set again before the instrument is idle, where it is this unit. */
  readonly remembered?: RememberedValues | undefined;
  /** Instruments that share what the system gives to USB reads, this one included. */
  readonly instrumentCount: number;
}

/** Status as it is told: what does not change is left out, and the homes of the channels come when they are new. */
export type StatusUpdate = Omit<InstrumentStatus, 'parameters' | 'publication' | 'channels' | 'capabilities'> &
  Partial<Pick<InstrumentStatus, 'parameters' | 'publication'>> & { readonly channelSet?: ChannelSet };

/** Across threads its promise is fulfilled when the update was taken. */
export type StatusListener = (update: StatusUpdate) => void | Promise<void>;

export interface DeviceApi {
  /**
   * Resolves when the instrument is idle and the caller has taken its whole status (calls of `onStatus` come over another
   * port, and the answer must not overtake them); what was open before is closed, and its channels end. Rejects with
   * `device/…`. Later calls of `onStatus` come at 10 Hz at most.
   */
  open(setup: DeviceSetup, onStatus: StatusListener): Promise<OpenedInstrument>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the caller has taken what the instrument has then. */
  set(parameterId: string, value: ParameterValue): Promise<void>;
  resetTotals(): Promise<void>;
  words(): Promise<readonly string[]>;
  ask(line: string): Promise<ConsoleAnswer>;
  picture(): Promise<ScreenPicture>;
  /** Serves the instrument to the laboratory as process variables, or no more. How that goes is in the status. */
  publish(plan: PublicationPlan | undefined): Promise<void>;
  spectra(): Promise<readonly LiveSpectrum[]>;
  startSequence(sequence: Sequence): Promise<void>;
  stopSequence(): Promise<void>;
  /** From now on so many instruments share what the system gives to USB reads. */
  share(instrumentCount: number): Promise<void>;
  /** Settles within 2 s. */
  close(): Promise<void>;
}

export interface OpenedInstrument extends Pick<InstrumentStatus, 'capabilities'> {
  readonly channelSet: ChannelSet;
}

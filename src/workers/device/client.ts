// Instruments as the page sees them: a list to choose from, and for each opened one a worker that owns its transport,
// its driver and its memory. The page attaches to that memory for looking at it. Page only.

import { Emitter } from '../../base/emitter.ts';
import { LabError, toError } from '../../base/errors.ts';
import { attachChannels, type ChannelSet, channelsOf, type HasChannelSet } from '../../core/channel-set.ts';
import { LiveStore } from '../../core/live-store.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import type { InstrumentChoice, InstrumentStatus } from '../../model/instrument.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type { InstrumentHandle, InstrumentsPort, StreamsCapability, TotalsCapability } from '../../model/ports.ts';
import type { SignalStore } from '../../model/signal-store.ts';
import { proxy } from '../rpc.ts';
import { WorkerLink } from '../worker-link.ts';
import { choiceOfDevice, NO_WEBUSB, SIMULATED_CHOICES, USB_FILTERS } from './choices.ts';
import type { DeviceApi, DeviceSetup, OpenedInstrument, StatusUpdate } from './protocol.ts';

/** The worker closes within 2 s; a worker that does not is ended all the same. */
const CLOSE_LIMIT_MS = 2500;

export interface InstrumentsClientOptions {
  readonly coreModule: Promise<WebAssembly.Module>;
  /** `navigator.usb`, where the browser has it. */
  readonly usb: USB | undefined;
  /** Seconds of samples that each instrument keeps; asked for when one is opened. */
  readonly historyS: () => number;
}

export class InstrumentsClient implements InstrumentsPort {
  readonly #options: InstrumentsClientOptions;
  readonly #changed = new Emitter<void>();
  readonly #open = new Set<RemoteInstrument>();

  /** `installRpc` must have run on this page. */
  constructor(options: InstrumentsClientOptions) {
    this.#options = options;
    const announce = () => this.#changed.emit();
    options.usb?.addEventListener('connect', announce);
    options.usb?.addEventListener('disconnect', announce);
  }

  async choices(): Promise<readonly InstrumentChoice[]> {
    const devices = (await this.#options.usb?.getDevices()) ?? [];
    return [...devices.flatMap((device) => choiceOfDevice(device) ?? []), ...SIMULATED_CHOICES];
  }

  async requestDevice(): Promise<InstrumentChoice | undefined> {
    const { usb } = this.#options;
    if (!usb) {
      throw new LabError('platform/unsupported', NO_WEBUSB);
    }
    try {
      const choice = choiceOfDevice(await usb.requestDevice({ filters: [...USB_FILTERS] }));
      this.#changed.emit();
      return choice;
    } catch (thrown) {
      const error = toError(thrown);
      // The chooser was closed without a choice.
      if (error.name === 'NotFoundError') return undefined;
      throw new LabError(
        'device/denied',
        `The browser did not offer its list of devices: ${error.message}. Allow USB for this page in the browser and try again.`,
        {
          cause: error,
        },
      );
    }
  }

  async open(choice: InstrumentChoice): Promise<InstrumentHandle & HasChannelSet> {
    if (choice.obstacle !== undefined) throw new LabError('device/unsupported', choice.obstacle);
    const { coreModule, historyS } = this.#options;
    this.#share(this.#open.size + 1);
    const setup = {
      choice,
      coreModule: await coreModule,
      historyS: historyS(),
      instrumentCount: this.#open.size + 1,
    };
    const instrument = await RemoteInstrument.open(setup, () => {
      this.#open.delete(instrument);
      this.#share(this.#open.size);
    });
    this.#open.add(instrument);
    return instrument;
  }

  onChoicesChanged(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  /** Tells every instrument how many share what the system gives to USB. */
  #share(instrumentCount: number): void {
    for (const instrument of this.#open) instrument.share(instrumentCount);
  }
}

const NO_STATUS: StatusUpdate = {
  state: 'opening',
  identity: undefined,
  values: {},
  health: { receivedSampleCount: 0, missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 },
  reading: undefined,
  workerLoad: 0,
  notice: undefined,
  problem: undefined,
};

class RemoteInstrument implements InstrumentHandle, HasChannelSet {
  readonly choice: InstrumentChoice;
  readonly streams: StreamsCapability | undefined;
  readonly totals: TotalsCapability | undefined;
  readonly #link: WorkerLink<DeviceApi>;
  readonly #listeners = new Emitter<InstrumentStatus>();
  readonly #onClosed: () => void;
  #channelSet: ChannelSet;
  #rings: readonly StreamRing[] = [];
  #store: SignalStore;
  #status: InstrumentStatus;

  private constructor(
    choice: InstrumentChoice,
    link: WorkerLink<DeviceApi>,
    { capabilities, channelSet }: OpenedInstrument,
    update: StatusUpdate,
    onClosed: () => void,
  ) {
    this.choice = choice;
    this.#link = link;
    this.#onClosed = onClosed;
    this.streams = capabilities.includes('streams')
      ? {
          start: () => link.call((remote) => remote.start()),
          stop: () => link.call((remote) => remote.stop()),
        }
      : undefined;
    this.totals = capabilities.includes('totals')
      ? { reset: () => link.call((remote) => remote.resetTotals()) }
      : undefined;
    this.#channelSet = channelSet;
    this.#store = this.#attach(channelSet);
    this.#status = { parameters: [], ...update, capabilities, channels: channelsOf(channelSet) };
    void link.died.then(({ message }) => this.#die(message));
  }

  static async open(setup: DeviceSetup, onClosed: () => void): Promise<RemoteInstrument> {
    const { choice } = setup;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `device ${choice.id}` });
    const link = new WorkerLink<DeviceApi>(worker, `The worker of ${choice.label}`);
    let update = NO_STATUS;
    let instrument: RemoteInstrument | undefined;
    const onStatus = proxy((next: StatusUpdate) => {
      update = { ...update, ...next };
      if (instrument) instrument.#take(next);
    });
    try {
      const opened = await link.call((remote) => remote.open(setup, onStatus));
      instrument = new RemoteInstrument(choice, link, opened, update, onClosed);
      return instrument;
    } catch (error) {
      link[Symbol.dispose]();
      throw error;
    }
  }

  get channelSet(): ChannelSet {
    return this.#channelSet;
  }

  get store(): SignalStore {
    return this.#store;
  }

  get status(): InstrumentStatus {
    return this.#status;
  }

  onStatus(listener: (status: InstrumentStatus) => void): () => void {
    return this.#listeners.on(listener);
  }

  /** A worker that is gone needs no share; its end is told elsewhere. */
  share(instrumentCount: number): void {
    this.#link.call((remote) => remote.share(instrumentCount)).catch(() => undefined);
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    await this.#link.call((remote) => remote.set(parameterId, value));
  }

  async close(): Promise<void> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS));
    try {
      await Promise.race([this.#link.call((remote) => remote.close()), limit]);
    } finally {
      this.#link[Symbol.dispose]();
      // A worker that had to be ended could not say so itself.
      for (const ring of this.#rings) ring.end('ended');
      this.#onClosed();
      this.#show({ ...this.#status, state: 'closed' });
    }
  }

  #take({ channelSet, ...update }: StatusUpdate): void {
    if (channelSet && channelSet !== this.#channelSet) {
      this.#channelSet = channelSet;
      this.#store = this.#attach(channelSet);
    }
    this.#show({ ...this.#status, ...update, channels: channelsOf(this.#channelSet) });
  }

  #attach(channelSet: ChannelSet): SignalStore {
    this.#rings = attachChannels(channelSet).rings;
    return new LiveStore(this.#rings, `${this.choice.model}-${this.choice.serialNumber}`);
  }

  /** What is in memory stays; whoever follows the channels learns from them that nothing more comes. */
  #die(problem: string): void {
    for (const ring of this.#rings) ring.end('lost');
    this.#onClosed();
    this.#show({ ...this.#status, state: 'failed', problem });
  }

  #show(status: InstrumentStatus): void {
    this.#status = status;
    this.#listeners.emit(status);
  }
}

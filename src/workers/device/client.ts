// Instruments as the page sees them: a list to choose from, and for each opened one a worker that owns its transport,
// its driver and its memory. The page attaches to that memory for looking at it. Page only.

import { assert } from '../../base/assert.ts';
import { Emitter } from '../../base/emitter.ts';
import { cancelled, LabError, toError } from '../../base/errors.ts';
import { nextTask } from '../../base/next-task.ts';
import {
  type AttachedChannels,
  attachChannels,
  type ChannelSet,
  channelsOf,
  endChannels,
  type HasChannelSet,
} from '../../core/channel-set.ts';
import { holdChannels } from '../../core/held-channels.ts';
import { LiveStore } from '../../core/live-store.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import { TraceStore } from '../../core/trace-store.ts';
import type { ChannelState } from '../../model/channel.ts';
import {
  type HistoryLength,
  type InstrumentChoice,
  type InstrumentStatus,
  NO_HEALTH,
  type RememberedValues,
} from '../../model/instrument.ts';
import type { LiveTraces } from '../../model/live-traces.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type {
  ConsoleCapability,
  DescribedInstrument,
  HeldData,
  HistoryRoom,
  InstrumentHandle,
  InstrumentsPort,
  ScreenCapability,
  SequenceCapability,
  SpectraCapability,
  StreamsCapability,
  TotalsCapability,
} from '../../model/ports.ts';
import type { PublicationPlan } from '../../model/publication.ts';
import type { SignalStore } from '../../model/signal-store.ts';
import { proxy, transfer } from '../rpc.ts';
import { type BenchConnection, SimBench } from '../sim-bench/client.ts';
import { WorkerLink } from '../worker-link.ts';
import {
  benchNameOf,
  choiceOfAddress,
  choiceOfDevice,
  choiceOfSerialPort,
  choiceOfVariables,
  INSTRUMENT_KINDS,
  NO_SERIAL,
  NO_WEBUSB,
  SIMULATED_CHOICES,
  USB_FILTERS,
} from './choices.ts';
import { describedBy } from './configuration-files.ts';
import type { DeviceApi, DeviceSetup, StatusUpdate } from './protocol.ts';
import { requestSerialDevice } from './serial-device.ts';

/** The worker closes within 2 s; a worker that does not is ended all the same. */
const CLOSE_LIMIT_MS = 2500;

export interface InstrumentsClientOptions {
  readonly coreModule: Promise<WebAssembly.Module>;
  /** `navigator.usb`, where the browser has it. */
  readonly usb: USB | undefined;
  /** `navigator.serial`, where the browser has it; else serial ports are looked for on `usb`. */
  readonly serial: Serial | undefined;
  /** How long each instrument keeps its streams; asked for when one is opened or started. */
  readonly history: () => HistoryLength;
}

export class InstrumentsClient implements InstrumentsPort {
  readonly kinds = INSTRUMENT_KINDS;
  readonly #options: InstrumentsClientOptions;
  readonly #changed = new Emitter<void>();
  readonly #sharers = new Sharers();
  readonly #bench = new SimBench();

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

  async requestSerialPort(baudRate: number): Promise<InstrumentChoice | undefined> {
    const { serial, usb } = this.#options;
    if (!serial && !usb) throw new LabError('platform/unsupported', NO_SERIAL);
    try {
      if (!serial) return await requestSerialDevice(usb!, baudRate);
      const port = await serial.requestPort();
      const portIndex = (await serial.getPorts()).indexOf(port);
      return choiceOfSerialPort(port.getInfo(), portIndex, baudRate);
    } catch (thrown) {
      const error = toError(thrown);
      // The chooser was closed without a choice.
      if (error.name === 'NotFoundError') return undefined;
      if (error instanceof LabError) throw error;
      throw new LabError(
        'device/denied',
        `The browser did not offer its list of serial ports: ${error.message}. Allow serial ports for this page in the browser and try again.`,
        { cause: error },
      );
    }
  }

  choiceOfAddress(address: string): InstrumentChoice {
    return choiceOfAddress(address);
  }

  choiceOfVariables(names: string): InstrumentChoice {
    return choiceOfVariables(names);
  }

  describedBy(files: ReadonlyMap<string, Blob>): Promise<DescribedInstrument | undefined> {
    return describedBy(files);
  }

  async open(choice: InstrumentChoice): Promise<InstrumentHandle & HasChannelSet> {
    if (choice.obstacle !== undefined) throw new LabError('device/unsupported', choice.obstacle);
    const { coreModule, history } = this.#options;
    const benchName = benchNameOf(choice);
    const connectBench = benchName === undefined ? undefined : () => this.#bench.connect(benchName);
    return RemoteInstrument.open({ choice, coreModule: await coreModule, history, connectBench }, this.#sharers);
  }

  onChoicesChanged(listener: () => void): () => void {
    return this.#changed.on(listener);
  }
}

/** Instruments that share what the system gives to USB. Each is told how many they are. */
class Sharers {
  readonly #all = new Set<RemoteInstrument>();

  /** The result is their number, with this one. */
  join(instrument: RemoteInstrument): number {
    this.#all.add(instrument);
    this.#tell(instrument);
    return this.#all.size;
  }

  /** A second call does nothing. */
  leave(instrument: RemoteInstrument): void {
    if (this.#all.delete(instrument)) this.#tell(instrument);
  }

  #tell(cause: RemoteInstrument): void {
    for (const instrument of this.#all) if (instrument !== cause) instrument.share(this.#all.size);
  }
}

const isSameLength = (a: HistoryLength, b: HistoryLength): boolean =>
  a.samplesS === b.samplesS && a.overviewS === b.overviewS;

const NO_STATUS: InstrumentStatus = {
  state: 'opening',
  identity: undefined,
  parameters: [],
  values: {},
  capabilities: [],
  channels: [],
  health: NO_HEALTH,
  reading: undefined,
  workerLoad: 0,
  sequence: undefined,
  publication: undefined,
  notice: undefined,
  problem: undefined,
};

interface InstrumentSetup extends Pick<DeviceSetup, 'choice' | 'coreModule'> {
  /** What is wished now. */
  readonly history: () => HistoryLength;
  /** To a unit on the simulated bench. */
  readonly connectBench: (() => Promise<BenchConnection>) | undefined;
}

/** The homes of its channels, as this page has attached to them. */
interface AttachedHomes {
  readonly channelSet: ChannelSet;
  readonly attached: AttachedChannels;
  readonly store: SignalStore;
  /** The one reader of its first trace channel. */
  readonly traces: TraceStore | undefined;
}

class RemoteInstrument implements InstrumentHandle, HasChannelSet {
  readonly #setup: InstrumentSetup;
  readonly #sharers: Sharers;
  readonly #listeners = new Emitter<InstrumentStatus>();
  /** The newest worker: it is another one after `reopen`. */
  #link: WorkerLink<DeviceApi>;
  #homes: AttachedHomes | undefined;
  /** Of a copy that nobody reads any more, as long as the collector leaves it: it learns late how large they are. */
  #spareMemory: WeakRef<WebAssembly.Memory> | undefined;
  #status = NO_STATUS;
  #reopening: Promise<void> | undefined;
  #plan: PublicationPlan | undefined;
  /** Traces of which this page takes what nobody looks at: a reader that stands still would hold the scope back. */
  #taken: TraceStore | undefined;
  /** What was wished when it was opened. */
  #history: HistoryLength = { samplesS: 0, overviewS: 0 };
  readonly #streams: StreamsCapability = {
    start: async () => {
      if (this.#status.state === 'failed') await this.reopen();
      else if (!isSameLength(this.#history, this.#setup.history())) await this.#renew();
      await this.#link.call((remote) => remote.start());
    },
    stop: () => this.#link.call((remote) => remote.stop()),
  };
  readonly #console: ConsoleCapability = {
    words: () => this.#link.call((remote) => remote.words()),
    ask: (line) => this.#link.call((remote) => remote.ask(line)),
  };
  readonly #screen: ScreenCapability = { picture: () => this.#link.call((remote) => remote.picture()) };
  readonly #sequence: SequenceCapability = {
    start: (sequence) => this.#link.call((remote) => remote.startSequence(sequence)),
    stop: () => this.#link.call((remote) => remote.stopSequence()),
  };
  readonly #spectra: SpectraCapability = { read: () => this.#link.call((remote) => remote.spectra()) };
  readonly #totals: TotalsCapability = { reset: () => this.#link.call((remote) => remote.resetTotals()) };

  private constructor(setup: InstrumentSetup, sharers: Sharers) {
    this.#setup = setup;
    this.#sharers = sharers;
    this.#link = startWorker(setup.choice);
  }

  static async open(setup: InstrumentSetup, sharers: Sharers): Promise<RemoteInstrument> {
    const instrument = new RemoteInstrument(setup, sharers);
    await instrument.#connect();
    instrument.#watch();
    return instrument;
  }

  get choice(): InstrumentChoice {
    return this.#setup.choice;
  }

  get streams(): StreamsCapability | undefined {
    return this.#status.capabilities.includes('streams') ? this.#streams : undefined;
  }

  get totals(): TotalsCapability | undefined {
    return this.#status.capabilities.includes('totals') ? this.#totals : undefined;
  }

  get console(): ConsoleCapability | undefined {
    return this.#status.capabilities.includes('console') ? this.#console : undefined;
  }

  get screen(): ScreenCapability | undefined {
    return this.#status.capabilities.includes('screen') ? this.#screen : undefined;
  }

  get sequence(): SequenceCapability | undefined {
    return this.#status.capabilities.includes('sequence') ? this.#sequence : undefined;
  }

  get spectra(): SpectraCapability | undefined {
    return this.#status.capabilities.includes('spectra') ? this.#spectra : undefined;
  }

  get channelSet(): ChannelSet {
    return this.#attached.channelSet;
  }

  get store(): SignalStore {
    return this.#attached.store;
  }

  get traces(): LiveTraces | undefined {
    return this.#attached.traces;
  }

  async hold(): Promise<HeldData & HasChannelSet> {
    const { channelSet, attached, store } = this.#attached;
    const spare = this.#spareMemory?.deref();
    this.#spareMemory = undefined;
    const held = await holdChannels(channelSet, attached, spare);
    return {
      channelSet: held,
      store: new LiveStore(attachChannels(held), this.#source, store.originUtc),
      free: () => {
        this.#spareMemory = new WeakRef(held.seed.memory);
      },
    };
  }

  get history(): HistoryRoom {
    const { rings } = this.#attached.attached;
    const least = (wishedS: number, samplesOf: (ring: StreamRing) => number) =>
      Math.min(wishedS, ...rings.map((ring) => samplesOf(ring) / ring.signals[0]!.sampleRateHz));
    const samplesS = least(this.#history.samplesS, ({ capacitySamples }) => capacitySamples);
    const overviewS = least(this.#history.overviewS, ({ overviewSamples }) => overviewSamples);
    const overviewBytes = rings.reduce((sum, ring) => sum + ring.overviewBytes, 0);
    const ringBytes = rings.reduce((sum, { descriptor }) => sum + descriptor.region.lengthBytes, 0);
    return {
      samplesS,
      overviewS: Math.max(samplesS, overviewS),
      samplesBytes: ringBytes - overviewBytes,
      overviewBytes,
    };
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

  async publish(plan: PublicationPlan | undefined): Promise<void> {
    await this.#link.call((remote) => remote.publish(plan));
    this.#plan = plan;
    this.#keepTaking();
  }

  reopen(remembered?: RememberedValues): Promise<void> {
    this.#reopening ??= this.#reopen(remembered).finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async close(): Promise<void> {
    try {
      await this.#endWorker();
    } finally {
      this.#show({ ...this.#status, state: 'closed' });
    }
  }

  get #source(): string {
    return `${this.choice.model}-${this.choice.serialNumber}`;
  }

  get #attached(): AttachedHomes {
    assert(this.#homes, 'an instrument is handed out when it is open');
    return this.#homes;
  }

  /** Opens the instrument in the newest worker. */
  async #connect(remembered?: RememberedValues): Promise<void> {
    const link = this.#link;
    let benchDeath: LabError | undefined;
    const onStatus = proxy((update: StatusUpdate) => {
      if (this.#link === link && !link.isOver) this.#take(update);
    });
    try {
      const { choice, coreModule, connectBench } = this.#setup;
      this.#history = this.#setup.history();
      const bench = await connectBench?.();
      const benchPort = bench?.port;
      void bench?.died.then((death) => {
        benchDeath = death;
        this.#loseBench(link, death.message);
      });
      const instrumentCount = this.#sharers.join(this);
      const setup = { choice, coreModule, history: this.#history, instrumentCount, remembered };
      const { capabilities, channelSet } = await link.call((remote) =>
        remote.open(benchPort ? transfer({ ...setup, benchPort }, [benchPort]) : setup, onStatus),
      );
      this.#attach(channelSet);
      this.#show({ ...this.#status, capabilities, channels: channelsOf(channelSet) });
      if (this.#plan) await this.publish(this.#plan);
    } catch (error) {
      this.#sharers.leave(this);
      link[Symbol.dispose]();
      throw benchDeath ?? error;
    }
  }

  /** Says when the newest worker's thread dies. */
  #watch(): void {
    void this.#link.died.then(({ message }) => this.#die(message));
  }

  /** Its worker would only find out by waiting for answers. */
  #loseBench(link: WorkerLink<DeviceApi>, problem: string): void {
    if (this.#link !== link || link.isOver) return;
    link[Symbol.dispose]();
    this.#die(problem);
  }

  /** Opens it again in the same worker, with as much memory as is wished now. Its streams do not run. */
  async #renew(): Promise<void> {
    this.#show({ ...this.#status, state: 'opening' });
    try {
      await this.#connect();
    } catch (thrown) {
      const error = toError(thrown);
      this.#endHomes('ended');
      this.#show({ ...this.#status, state: 'failed', problem: error.message });
      throw error;
    }
  }

  async #reopen(remembered: RememberedValues | undefined): Promise<void> {
    this.#show({ ...this.#status, state: 'opening', problem: undefined });
    try {
      // What failed may fail to close as well.
      await this.#endWorker().catch(() => undefined);
      if (this.#status.state === 'closed') throw cancelled(`Opening ${this.choice.label}`);
      this.#link = startWorker(this.choice);
      await this.#connect(remembered);
      this.#watch();
    } catch (thrown) {
      const error = toError(thrown);
      if (this.#status.state !== 'closed') this.#show({ ...this.#status, state: 'failed', problem: error.message });
      throw error;
    }
  }

  /** Resolves when the newest worker's thread is over and the instrument is free. */
  async #endWorker(): Promise<void> {
    const link = this.#link;
    const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS));
    try {
      if (!link.isOver) await Promise.race([link.call((remote) => remote.close()), limit]);
    } finally {
      this.#sharers.leave(this);
      link[Symbol.dispose]();
      // A worker that had to be ended could not say so itself.
      this.#endHomes('ended');
      await link.gone;
    }
  }

  #take({ channelSet, ...update }: StatusUpdate): void {
    if (channelSet) this.#attach(channelSet);
    this.#show({ ...this.#status, ...update, channels: this.#homes ? channelsOf(this.#homes.channelSet) : [] });
  }

  #attach(channelSet: ChannelSet): void {
    if (channelSet === this.#homes?.channelSet) return;
    const attached = attachChannels(channelSet);
    const store = new LiveStore(attached, this.#source);
    const [ring] = attached.traces;
    this.#homes = { channelSet, attached, store, traces: ring && new TraceStore(ring) };
    this.#keepTaking();
  }

  /** While it is published its traces do not wait for somebody who looks. */
  #keepTaking(): void {
    const traces = this.#homes?.traces;
    if (!this.#plan || !traces || traces === this.#taken) return;
    this.#taken = traces;
    void this.#takeOn(traces);
  }

  async #takeOn(traces: TraceStore): Promise<void> {
    while (this.#plan && this.#taken === traces) {
      const untilMore = traces.watch();
      const isMore = traces.take();
      if (!isMore && traces.state !== 'live') return;
      await (isMore ? nextTask() : untilMore());
    }
    if (this.#taken === traces) this.#taken = undefined;
  }

  #endHomes(state: Exclude<ChannelState, 'live'>): void {
    if (this.#homes) endChannels(this.#homes.attached, state);
  }

  /** What is in memory stays; whoever follows the channels learns from them that nothing more comes. */
  #die(problem: string): void {
    this.#sharers.leave(this);
    this.#endHomes('lost');
    this.#show({ ...this.#status, state: 'failed', problem });
  }

  #show(status: InstrumentStatus): void {
    this.#status = status;
    this.#listeners.emit(status);
  }
}

function startWorker({ id, label }: InstrumentChoice): WorkerLink<DeviceApi> {
  return new WorkerLink<DeviceApi>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `device ${id}` }),
    `The worker of ${label}`,
  );
}

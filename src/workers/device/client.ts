// Instruments as the page sees them: a list to choose from, and for each opened one a worker that owns its transport
// and driver. Samples go through the ring in the page's shared memory. Page only.

import { Emitter } from '../../base/emitter.ts';
import { LabError, toError } from '../../base/errors.ts';
import type { Core } from '../../core/core.ts';
import { LiveStore } from '../../core/live-store.ts';
import type { Arena, Region } from '../../core/memory.ts';
import { StreamRing } from '../../core/stream-ring.ts';
import type { HasStreamSource, StreamSource } from '../../core/stream-source.ts';
import { Js110Processor, js110Signals } from '../../devices/joulescope/js110/processor.ts';
import type { InstrumentChoice, InstrumentStatus } from '../../model/instrument.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type { InstrumentHandle, InstrumentsPort } from '../../model/ports.ts';
import type { SignalStore } from '../../model/signal-store.ts';
import { proxy } from '../rpc.ts';
import { WorkerLink } from '../worker-link.ts';
import { choiceOfDevice, NO_WEBUSB, SIMULATED_CHOICES, USB_FILTERS } from './choices.ts';
import type { DeviceApi, StatusUpdate } from './protocol.ts';

const SAMPLE_RATE_HZ = 2_000_000;
/** The worker closes within 2 s; a worker that does not is ended all the same. */
const CLOSE_LIMIT_MS = 2500;

/** This page's instance over the memory that all workers share, and who hands that memory out. */
export interface SharedCore {
  readonly core: Core;
  readonly arena: Arena;
}

export interface InstrumentsClientOptions {
  /** Asked for when an instrument is opened, so that a page which only views files takes no memory for samples. */
  readonly shared: () => Promise<SharedCore>;
  /** `navigator.usb`, where the browser has it. */
  readonly usb: USB | undefined;
  /** Seconds of samples that each instrument keeps; 20 when left out. */
  readonly historyS?: number;
}

export class InstrumentsClient implements InstrumentsPort {
  readonly #options: InstrumentsClientOptions;
  readonly #changed = new Emitter<void>();

  /** `installRpc` must have run on this page. */
  constructor(options: InstrumentsClientOptions) {
    this.#options = options;
    const announce = () => this.#changed.emit();
    options.usb?.addEventListener('connect', announce);
    options.usb?.addEventListener('disconnect', announce);
  }

  /** Shared memory that one instrument takes with `historyS` seconds of samples. */
  static memoryBytes(historyS: number): number {
    return StreamRing.byteLength(js110Signals(), capacityOf(historyS)) + Js110Processor.byteLength + 1024;
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

  async open(choice: InstrumentChoice): Promise<InstrumentHandle & HasStreamSource> {
    const { shared, historyS = 20 } = this.#options;
    const { core, arena } = await shared();
    const ring = StreamRing.create(core, arena, { signals: js110Signals(), capacitySamples: capacityOf(historyS) });
    const regions = [ring.descriptor.region];
    const release = () => {
      for (const region of regions.splice(0)) arena.release(region);
    };
    try {
      const scratch = arena.reserve(`processor of ${choice.id}`, Js110Processor.byteLength);
      regions.push(scratch);
      return await RemoteInstrument.open({ choice, core, ring, scratch, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  onChoicesChanged(listener: () => void): () => void {
    return this.#changed.on(listener);
  }
}

interface RemoteOptions {
  readonly choice: InstrumentChoice;
  readonly core: Core;
  readonly ring: StreamRing;
  readonly scratch: Region;
  /** Gives the shared memory back. */
  readonly release: () => void;
}

const OPENING: InstrumentStatus = {
  state: 'opening',
  identity: undefined,
  parameters: [],
  values: {},
  signals: [],
  health: { receivedSampleCount: 0, missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 },
  reading: undefined,
  workerLoad: 0,
  problem: undefined,
};

class RemoteInstrument implements InstrumentHandle, HasStreamSource {
  readonly choice: InstrumentChoice;
  readonly store: SignalStore;
  readonly streamSource: StreamSource;
  readonly #link: WorkerLink<DeviceApi>;
  readonly #release: () => void;
  readonly #listeners = new Emitter<InstrumentStatus>();
  #status = OPENING;

  private constructor(options: RemoteOptions) {
    const { choice, core, ring } = options;
    this.choice = choice;
    this.store = new LiveStore(ring, `${choice.model}-${choice.serialNumber}`);
    this.streamSource = { seed: { module: core.module, memory: core.memory }, ring: ring.descriptor };
    this.#release = options.release;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `device ${choice.id}` });
    this.#link = new WorkerLink<DeviceApi>(worker, `The worker of ${choice.label}`);
  }

  static async open(options: RemoteOptions): Promise<RemoteInstrument> {
    const { choice, scratch } = options;
    const instrument = new RemoteInstrument(options);
    const onStatus = proxy((update: StatusUpdate) => instrument.#take(update));
    try {
      const stream = instrument.streamSource;
      await instrument.#link.call((remote) => remote.open({ choice, stream, scratch }, onStatus));
    } catch (error) {
      instrument.#link[Symbol.dispose]();
      throw error;
    }
    return instrument;
  }

  get status(): InstrumentStatus {
    return this.#status;
  }

  onStatus(listener: (status: InstrumentStatus) => void): () => void {
    return this.#listeners.on(listener);
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    await this.#link.call((remote) => remote.set(parameterId, value));
  }

  async start(): Promise<void> {
    await this.#link.call((remote) => remote.start());
  }

  async stop(): Promise<void> {
    await this.#link.call((remote) => remote.stop());
  }

  async resetAccumulators(): Promise<void> {
    await this.#link.call((remote) => remote.resetAccumulators());
  }

  async close(): Promise<void> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS));
    try {
      await Promise.race([this.#link.call((remote) => remote.close()), limit]);
    } finally {
      this.#link[Symbol.dispose]();
      this.#take({ ...this.#status, state: 'closed' });
      this.#release();
    }
  }

  #take(update: StatusUpdate): void {
    this.#status = { ...this.#status, ...update };
    this.#listeners.emit(this.#status);
  }
}

function capacityOf(historyS: number): number {
  return Math.ceil(historyS * SAMPLE_RATE_HZ);
}

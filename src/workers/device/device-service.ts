// What a device worker does, apart from being a worker: builds the ring's writer, the bus and the session for the
// instrument that was chosen.

import { systemClock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { instantiateCore } from '../../core/core.ts';
import { ReadingAccumulator } from '../../core/reading-accumulator.ts';
import { StreamRing } from '../../core/stream-ring.ts';
import type { ExtraParameters } from '../../devices/api/extra-parameters.ts';
import { Js110Driver } from '../../devices/joulescope/js110/driver.ts';
import { Js110Feed } from '../../devices/joulescope/js110/feed.ts';
import { Js110Processor } from '../../devices/joulescope/js110/processor.ts';
import { createSimulatedJs110Bus } from '../../devices/joulescope/js110/sim/bus.ts';
import { DEFAULT_EXTIO } from '../../devices/joulescope/js110/sim/model.ts';
import { js110SimulatorParameters } from '../../devices/joulescope/js110/sim/parameters.ts';
import { findProfile } from '../../devices/sim/profiles.ts';
import type { InstrumentChoice, InstrumentStatus } from '../../model/instrument.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import { type HostSystem, hostSystem, type UsbBus, type UsbDevice } from '../../transports/usb.ts';
import { choiceOfDevice, NO_WEBUSB, profileIdOf } from './choices.ts';
import type { DeviceApi, DeviceSetup, StatusUpdate } from './protocol.ts';
import { InstrumentSession } from './session.ts';

/** A tenth of a second of samples for each reading. */
const READING_BLOCK_SAMPLES = 200_000;
const SIGNAL_INDICES = { current: 0, voltage: 1, power: 2 };

interface Bench {
  readonly bus: UsbBus;
  readonly isWanted: (device: UsbDevice) => boolean;
  readonly extras?: ExtraParameters;
}

export interface DeviceServiceOptions {
  /** `navigator.usb`, where the browser has it. */
  readonly usb: UsbBus | undefined;
  readonly userAgent: string;
}

export class DeviceService implements DeviceApi {
  readonly #usb: UsbBus | undefined;
  readonly #system: HostSystem;
  #session: InstrumentSession | undefined;

  constructor(options: DeviceServiceOptions) {
    this.#usb = options.usb;
    this.#system = hostSystem(options.userAgent);
  }

  async open(setup: DeviceSetup, onStatus: (update: StatusUpdate) => void): Promise<void> {
    const core = instantiateCore(setup.stream.seed);
    const ring = StreamRing.attach(core, setup.stream.ring);
    const processor = new Js110Processor(core, setup.scratch, ring);
    const clock = systemClock;
    const feed = new Js110Feed({ clock, ring, processor });
    const { bus, isWanted, extras } = this.#bench(setup.choice);
    this.#session = new InstrumentSession({
      clock,
      bus,
      isWanted,
      extras,
      createDriver: (device) => new Js110Driver(device, { clock, system: this.#system, feed }),
      reading: new ReadingAccumulator(ring, {
        blockSamples: READING_BLOCK_SAMPLES,
        signalIndices: SIGNAL_INDICES,
      }),
      onStatus: withoutRepeats(onStatus),
    });
    await this.#session.open();
    onStatus(this.#session.status);
  }

  async start(): Promise<void> {
    await this.#opened().start();
  }

  async stop(): Promise<void> {
    await this.#opened().stop();
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    await this.#opened().set(parameterId, value);
  }

  async resetAccumulators(): Promise<void> {
    this.#opened().resetAccumulators();
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  #opened(): InstrumentSession {
    if (this.#session) return this.#session;
    throw new LabError('device/lost', 'No instrument is open. Connect one first.');
  }

  #bench(choice: InstrumentChoice): Bench {
    const profileId = profileIdOf(choice);
    if (profileId === undefined) {
      if (!this.#usb) {
        throw new LabError('platform/unsupported', NO_WEBUSB);
      }
      return { bus: this.#usb, isWanted: (device) => choiceOfDevice(device)?.id === choice.id };
    }
    const profile = findProfile(profileId);
    if (!profile) throw new LabError('device/unsupported', `There is no simulated load named ${profileId}.`);
    const bus = createSimulatedJs110Bus({
      clock: systemClock,
      profile,
      seed: Number(choice.serialNumber),
      serialNumber: choice.serialNumber,
      // As the last session may have left it: the inputs in the lowest bits, so that logic can be seen.
      model: { extio: { ...DEFAULT_EXTIO, currentLsb: 2, voltageLsb: 3 } },
    });
    return { bus, isWanted: () => true, extras: js110SimulatorParameters(bus) };
  }
}

/** Leaves out what is the same object as in the update before. */
function withoutRepeats(send: (update: StatusUpdate) => void): (status: InstrumentStatus) => void {
  let last: InstrumentStatus | undefined;
  return (status) => {
    const { parameters, signals, ...changing } = status;
    send({
      ...changing,
      ...(parameters === last?.parameters ? {} : { parameters }),
      ...(signals === last?.signals ? {} : { signals }),
    });
    last = status;
  };
}

// What a device worker does, apart from being a worker: loads the code of the instrument that was chosen, and runs a
// session of it over the real bus or a simulated one.

import { systemClock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import type { ExtraParameters } from '../../devices/api/extra-parameters.ts';
import { makeHomes } from '../../devices/api/homes.ts';
import type { InstrumentBench, InstrumentModule } from '../../devices/api/instrument.ts';
import { loadInstrument, REDPITAYA_KIND } from '../../devices/registry.ts';
import type { ConsoleAnswer, InstrumentChoice, ScreenPicture } from '../../model/instrument.ts';
import type { LiveSpectrum } from '../../model/live-spectrum.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type { PublicationPlan } from '../../model/publication.ts';
import type { Sequence } from '../../model/sequence.ts';
import { openBridgeVariables } from '../../transports/bridge-port.ts';
import { readBudgetBytes } from '../../transports/read-budget.ts';
import { placeOnBus, type UnitPlace } from '../../transports/unit-place.ts';
import type { UsbBus } from '../../transports/usb.ts';
import { type HostSystem, hostSystem } from '../../transports/usb-errors.ts';
import { type SerialPorts, serialPortsOverUsb } from '../../transports/usb-serial.ts';
import { choiceOfDevice, NO_WEBUSB, simulationIdOf } from './choices.ts';
import { placeAtWebSocket, placeOfBytes, placeOfVariables, placeOnBench, placeOnNetwork } from './places.ts';
import type { DeviceApi, DeviceSetup, OpenedInstrument, StatusListener } from './protocol.ts';
import { placeAtSerialPort } from './serial-place.ts';
import { InstrumentSession, type SessionStatus } from './session.ts';

interface Whereabouts {
  readonly place: UnitPlace;
  readonly extras?: ExtraParameters;
}

export interface DeviceServiceOptions {
  /** `navigator.usb`, where the browser has it. */
  readonly usb: UsbBus | undefined;
  /** `navigator.serial`, where the browser has it. */
  readonly serial: SerialPorts | undefined;
  readonly userAgent: string;
}

export class DeviceService implements DeviceApi {
  readonly #usb: UsbBus | undefined;
  readonly #serial: SerialPorts | undefined;
  readonly #system: HostSystem;
  #session: InstrumentSession | undefined;
  #onStatus: StatusListener | undefined;
  /** Stays while the instrument is opened again: a simulated one keeps its settings. */
  #whereabouts: Whereabouts | undefined;
  #instrumentCount = 1;

  constructor(options: DeviceServiceOptions) {
    this.#usb = options.usb;
    this.#system = hostSystem(options.userAgent);
    this.#serial = options.serial ?? (options.usb && serialPortsOverUsb(options.usb, this.#system));
  }

  async open(setup: DeviceSetup, onStatus: StatusListener): Promise<OpenedInstrument> {
    const { choice, coreModule, history, instrumentCount, benchPort, remembered } = setup;
    this.#instrumentCount = instrumentCount;
    const code = await loadInstrument(choice.kind);
    if (!code) throw new LabError('device/unsupported', `This version knows no instrument of the kind ${choice.kind}.`);
    const clock = systemClock;
    const bench: InstrumentBench = {
      clock,
      system: this.#system,
      history,
      readBudgetBytes: () => readBudgetBytes(this.#system, this.#instrumentCount),
      makeHomes: (plan) => makeHomes(coreModule, plan, (channel, record) => this.#session?.traced(channel, record)),
    };
    const instrument = code.create(bench, choice.configuration);
    await this.#session?.close();
    if (benchPort) this.#whereabouts = { place: placeOnBench(benchPort, choice.label, clock) };
    this.#whereabouts ??= this.#find(choice, code);
    const session = new InstrumentSession({
      clock,
      ...this.#whereabouts,
      instrument,
      remembered,
      onStatus: withoutRepeats(onStatus),
      openVariables: openBridgeVariables,
    });
    this.#session = session;
    this.#onStatus = onStatus;
    await session.open();
    const { channelSet, ...status } = session.status;
    await onStatus(status);
    return { capabilities: instrument.capabilities, channelSet };
  }

  async start(): Promise<void> {
    await this.#opened().start();
  }

  async stop(): Promise<void> {
    await this.#opened().stop();
  }

  /** What it has then is told before the answer: whoever asked does not see the old value again. */
  async set(parameterId: string, value: ParameterValue): Promise<void> {
    const session = this.#opened();
    await session.set(parameterId, value);
    const { channelSet: _, parameters: __, ...status } = session.status;
    await this.#onStatus?.(status);
  }

  async resetTotals(): Promise<void> {
    this.#opened().resetTotals();
  }

  async words(): Promise<readonly string[]> {
    return this.#opened().words();
  }

  async ask(line: string): Promise<ConsoleAnswer> {
    return this.#opened().ask(line);
  }

  async picture(): Promise<ScreenPicture> {
    return this.#opened().picture();
  }

  async publish(plan: PublicationPlan | undefined): Promise<void> {
    this.#opened().publish(plan);
  }

  async spectra(): Promise<readonly LiveSpectrum[]> {
    return this.#opened().spectra();
  }

  async startSequence(sequence: Sequence): Promise<void> {
    await this.#opened().startSequence(sequence);
  }

  async stopSequence(): Promise<void> {
    await this.#opened().stopSequence();
  }

  async share(instrumentCount: number): Promise<void> {
    this.#instrumentCount = instrumentCount;
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  #opened(): InstrumentSession {
    if (this.#session) return this.#session;
    throw new LabError('device/lost', 'No instrument is open. Connect one first.');
  }

  #find(choice: InstrumentChoice, code: InstrumentModule): Whereabouts {
    const { connection } = choice;
    if (connection?.kind === 'tcp') {
      const isBytes = choice.kind === REDPITAYA_KIND;
      return { place: isBytes ? placeOfBytes(connection) : placeOnNetwork(connection, systemClock) };
    }
    if (connection?.kind === 'websocket') return { place: placeAtWebSocket(connection, systemClock) };
    if (connection?.kind === 'epics') return { place: placeOfVariables(connection) };
    if (connection?.kind === 'serial') return { place: placeAtSerialPort(connection, this.#serial, systemClock) };
    if (choice.isSimulated) {
      const simulationId = simulationIdOf(choice);
      return code.simulate({ clock: systemClock, simulationId, serialNumber: choice.serialNumber });
    }
    if (!this.#usb) throw new LabError('platform/unsupported', NO_WEBUSB);
    return { place: placeOnBus(this.#usb, (device) => choiceOfDevice(device)?.id === choice.id) };
  }
}

/** Leaves out what is the same object as in the update before. */
function withoutRepeats(send: StatusListener): (status: SessionStatus) => void {
  let last: SessionStatus | undefined;
  return (status) => {
    const { parameters, channelSet, publication, ...changing } = status;
    void send({
      ...changing,
      ...(parameters === last?.parameters ? {} : { parameters }),
      ...(channelSet === last?.channelSet ? {} : { channelSet }),
      ...(publication === last?.publication ? {} : { publication }),
    });
    last = status;
  };
}

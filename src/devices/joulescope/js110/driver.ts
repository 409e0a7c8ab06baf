// The JS110 driver: one opened instrument, from its USB link to the stream ring. The device worker runs it; the same
// code drives the real instrument and the simulated one. Control requests take turns; the bulk reads go on beside
// them. Every byte is copied once, into the core's memory, and decoded there.

import { type Clock, delay } from '../../../base/clock.ts';
import { LabError, toError } from '../../../base/errors.ts';
import { Turns } from '../../../base/turns.ts';
import type { InstrumentIdentity, StreamHealth } from '../../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../../model/parameter.ts';
import { BulkReader } from '../../../transports/bulk-reader.ts';
import { fewReadsNotice, readBudgetBytes } from '../../../transports/read-budget.ts';
import { type UsbDevice, UsbLink } from '../../../transports/usb.ts';
import type { HostSystem } from '../../../transports/usb-errors.ts';
import type { Driver, StreamMode } from '../../api/instrument.ts';
import { checkValue, defaultValues } from '../../api/parameters.ts';
import type { InstrumentTotals } from '../energy-meter.ts';
import {
  JS110_CONFIGURATION,
  JS110_ENDPOINT_IN,
  JS110_INTERFACE,
  SAMPLE_RATE_HZ,
  STREAM_BYTES_PER_SECOND,
} from './constants.ts';
import { Js110Control } from './control.ts';
import type { Js110Feed } from './feed.ts';
import type { Js110Extio, Js110Settings, Js110Status } from './messages.ts';
import {
  CURRENT_RANGES,
  choiceOf,
  codeOf,
  IO_VOLTAGES,
  JS110_PARAMETERS,
  LSB_SOURCES,
  VOLTAGE_RANGES,
} from './parameters.ts';

/** One read is 128 packets or 8.06 ms: how late a picture is. */
const READ_BYTES = 65_536;
const STATUS_INTERVAL_MS = 100;
/** The levels of the inputs are read with every fifth status. */
const EXTIO_EVERY = 5;
/** Time for the last request before the device is closed; together with the link's own limit below 2 s. */
const STOP_LIMIT_MS = 400;

export interface Js110DriverOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
  readonly feed: Js110Feed;
  /** Called with the instrument's own totals, since it was powered up, each time that it tells new ones: at about 2 Hz. */
  readonly onTotals?: (totals: InstrumentTotals) => void;
  /**
   * `resume` (default) keeps what the instrument is set to; `defaults` overwrites it, which can switch the target's
   * power.
   */
  readonly openMode?: 'resume' | 'defaults';
  /** Memory for reads in flight, asked all the time; left out, it is the only instrument. */
  readonly readBudgetBytes?: () => number;
}

type State = 'closed' | 'idle' | 'streaming';

const AUTOMATIC = codeOf(CURRENT_RANGES, 'auto');
const DEFAULT_SETTINGS: Js110Settings = { currentSelect: AUTOMATIC, voltageRange: 0, isStreaming: false };
const DEFAULT_EXTIO: Js110Extio = {
  currentLsb: 0,
  voltageLsb: 0,
  gpo0: false,
  gpo1: false,
  gpi: 0,
  ioVoltageMv: 3300,
};

export class Js110Driver implements Driver {
  readonly parameters: readonly Parameter[] = JS110_PARAMETERS;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: Js110DriverOptions;
  readonly #link: UsbLink;
  /** Sequences of requests go one after the other. */
  readonly #turns = new Turns();
  readonly #control: Js110Control;
  readonly #reader: BulkReader;
  #state: State = 'closed';
  /** It was told to stream, and not yet (as far as we know) to stop. */
  #maySend = false;
  #identity: InstrumentIdentity | undefined;
  #values: Record<string, ParameterValue> = defaultValues(JS110_PARAMETERS);
  #settings = DEFAULT_SETTINGS;
  #discardedFrames = 0;
  #discardedBase = 0;
  #cancelPoll: (() => void) | undefined;
  #pollCount = 0;
  #notice: string | undefined;

  constructor(device: UsbDevice, options: Js110DriverOptions) {
    this.#options = options;
    this.#link = new UsbLink(device, options);
    this.#control = new Js110Control(this.#link, options.clock);
    this.#reader = new BulkReader(this.#link, {
      clock: options.clock,
      endpointNumber: JS110_ENDPOINT_IN,
      lengthBytes: READ_BYTES,
      bytesPerSecond: STREAM_BYTES_PER_SECOND,
      budgetBytes: options.readBudgetBytes ?? (() => readBudgetBytes(options.system, 1)),
      onData: (bytes, postedMs) => {
        if (this.#state === 'streaming') options.feed.take(bytes, postedMs);
      },
      onRefused: (heldMs) => {
        this.#notice = fewReadsNotice(options.system, heldMs);
        this.onChanged?.();
      },
      onFailed: (error) => this.#fail(error),
    });
  }

  get identity(): InstrumentIdentity | undefined {
    return this.#identity;
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    return this.#values;
  }

  get health(): StreamHealth {
    return this.#options.feed.ring.health;
  }

  get busyMs(): number {
    return this.#options.feed.busyMs;
  }

  get isStreaming(): boolean {
    return this.#state === 'streaming';
  }

  /** What the user should know although the instrument works. */
  get notice(): string | undefined {
    return this.#notice;
  }

  async open(): Promise<void> {
    try {
      await this.#link.open(JS110_CONFIGURATION, JS110_INTERFACE);
      await this.#turns.take(() => this.#handshake());
      await this.#link.clearHalt('in', JS110_ENDPOINT_IN);
    } catch (error) {
      await this.#link.close();
      throw error;
    }
    this.#state = 'idle';
    this.#reader.start();
    this.#schedulePoll();
  }

  async start(mode: StreamMode): Promise<void> {
    const { feed } = this.#options;
    if (this.#state !== 'idle') return;
    await this.#turns.take(async () => {
      if (mode === 'new') {
        feed.reset();
        this.#discardedBase = this.#discardedFrames;
      } else {
        await feed.rejoin();
      }
      this.#state = 'streaming';
      this.#maySend = true;
      try {
        await this.#writeSettings({ ...this.#settings, isStreaming: true });
        feed.confirm();
      } catch (error) {
        // The instrument may have heard it all the same.
        this.#state = 'idle';
        await this.#silence();
        throw error;
      }
    });
    this.onChanged?.();
  }

  async stop(): Promise<void> {
    if (this.#state !== 'streaming') return;
    await this.#turns.take(async () => {
      await this.#writeSettings({ ...this.#settings, isStreaming: false });
      this.#state = 'idle';
      this.#maySend = false;
      this.#options.feed.flush();
    });
    this.onChanged?.();
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.parameters, parameterId, value);
    await this.#turns.take(async () => {
      const values = { ...this.#values, [parameterId]: value };
      if (parameterId.startsWith('suppression.')) {
        this.#options.feed.processor.setSuppression(suppressionName(values));
      } else if (parameterId.endsWith('.range')) {
        await this.#writeSettings({ ...settingsOf(values), isStreaming: this.#state === 'streaming' });
      } else {
        const extio = extioOf(values);
        await this.#control.writeExtio(extio, (status) => this.#takeStatus(status));
        this.#takeInputs(extio);
      }
      this.#values = values;
    });
    this.onChanged?.();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelPoll?.();
    this.#reader.stop();
    await this.#silence();
    await this.#link.close();
  }

  /** Tells the instrument to stop if it may be sending. It may be gone or mute: nobody waits long for it. */
  async #silence(): Promise<void> {
    if (!this.#maySend) return;
    const stopping = this.#control.stopWithoutWaiting(this.#settings).then(
      () => {
        this.#maySend = false;
      },
      () => undefined,
    );
    await Promise.race([stopping, delay(this.#options.clock, STOP_LIMIT_MS)]);
  }

  async #handshake(): Promise<void> {
    const { openMode } = this.#options;
    const { processor } = this.#options.feed;
    await this.#control.checkLoopback();
    const info = await this.#control.readInfo();
    const calibration = await this.#control.readCalibration();
    if (calibration.serialNumber !== info.chipId) {
      throw new LabError(
        'device/calibration',
        'The calibration in this JS110 belongs to another unit, so its values would be wrong. Restore it with the Joulescope UI.',
        { context: { calibration: calibration.serialNumber, unit: info.chipId } },
      );
    }
    processor.setGains({
      currentOffset: Array.from(calibration.currentOffset),
      currentGain: Array.from(calibration.currentGain),
      voltageOffset: Array.from(calibration.voltageOffset),
      voltageGain: Array.from(calibration.voltageGain),
    });
    processor.setSuppression(suppressionName(this.#values));
    const isKept = openMode !== 'defaults';
    const settings = isKept ? await this.#control.readSettings() : DEFAULT_SETTINGS;
    const extio = isKept ? await this.#control.readExtio() : DEFAULT_EXTIO;
    this.#values = { ...this.#values, ...valuesOf(settings, extio) };
    this.#takeInputs(extio);
    // A tab that crashed leaves the instrument streaming.
    await this.#writeSettings({ ...settings, isStreaming: false });
    const { device } = this.#link;
    this.#identity = {
      model: 'JS110',
      vendor: device.manufacturerName ?? 'Jetperch LLC',
      serialNumber: device.serialNumber ?? info.chipId,
      firmware: info.firmware,
    };
  }

  #takeInputs({ currentLsb, voltageLsb }: Js110Extio): void {
    this.#options.feed.processor.setInputBits({ isCurrent: currentLsb !== 0, isVoltage: voltageLsb !== 0 });
  }

  async #writeSettings(settings: Js110Settings): Promise<void> {
    await this.#control.writeSettings(settings, (status) => this.#takeStatus(status));
    this.#settings = settings;
    this.#options.feed.processor.setAutomatic(settings.currentSelect === AUTOMATIC);
  }

  #takeStatus(status: Js110Status): void {
    const { ring } = this.#options.feed;
    this.#discardedFrames = status.discardedFrameCount;
    ring.setHealth({ deviceDropCount: Math.max(0, this.#discardedFrames - this.#discardedBase) });
    const { statistics } = status;
    if (!statistics) return;
    this.#options.onTotals?.({
      currentA: statistics.currentA.mean,
      voltageV: statistics.voltageV.mean,
      powerW: statistics.powerW.mean,
      chargeC: statistics.chargeC,
      energyJ: statistics.energyJ,
      clockS: Number(statistics.endSample) / SAMPLE_RATE_HZ,
    });
  }

  #schedulePoll(): void {
    this.#cancelPoll = this.#options.clock.after(STATUS_INTERVAL_MS, () => {
      this.#poll().then(
        () => {
          if (this.#state !== 'closed') this.#schedulePoll();
        },
        (error: unknown) => this.#fail(toError(error)),
      );
    });
  }

  async #poll(): Promise<void> {
    await this.#turns.take(async () => {
      if (this.#state === 'closed') return;
      const askedMs = this.#options.clock.nowMs();
      this.#takeStatus(await this.#control.readStatus());
      this.#options.feed.noteAnswer(askedMs);
      this.#pollCount++;
      if (this.#pollCount % EXTIO_EVERY !== 0) return;
      const { gpi } = await this.#control.readExtio();
      this.#values = { ...this.#values, 'gpi.0': (gpi & 1) !== 0, 'gpi.1': (gpi & 2) !== 0 };
    });
    this.onChanged?.();
  }

  /** The connection is of no more use: gives the device back and says why. */
  #fail(error: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelPoll?.();
    this.#reader.stop();
    void this.#link.close();
    this.onFailed?.(error);
  }
}

type Values = Readonly<Record<string, ParameterValue>>;

function suppressionName(values: Values): string {
  const mode = String(values['suppression.mode']);
  if (mode === 'off') return mode;
  return [mode, values['suppression.pre'], values['suppression.window'], values['suppression.post']].join('_');
}

function settingsOf(values: Values): Omit<Js110Settings, 'isStreaming'> {
  return {
    currentSelect: codeOf(CURRENT_RANGES, values['current.range']),
    voltageRange: codeOf(VOLTAGE_RANGES, values['voltage.range']) === 1 ? 1 : 0,
  };
}

function extioOf(values: Values): Js110Extio {
  return {
    currentLsb: codeOf(LSB_SOURCES, values['current.lsb']),
    voltageLsb: codeOf(LSB_SOURCES, values['voltage.lsb']),
    gpo0: values['gpo.0'] === true,
    gpo1: values['gpo.1'] === true,
    gpi: 0,
    ioVoltageMv: codeOf(IO_VOLTAGES, values['io.voltage']),
  };
}

function valuesOf(settings: Js110Settings, extio: Js110Extio): Record<string, ParameterValue> {
  return {
    'current.range': choiceOf(CURRENT_RANGES, settings.currentSelect),
    'voltage.range': choiceOf(VOLTAGE_RANGES, settings.voltageRange),
    'current.lsb': choiceOf(LSB_SOURCES, extio.currentLsb),
    'voltage.lsb': choiceOf(LSB_SOURCES, extio.voltageLsb),
    'io.voltage': choiceOf(IO_VOLTAGES, extio.ioVoltageMv),
    'gpo.0': extio.gpo0,
    'gpo.1': extio.gpo1,
    'gpi.0': (extio.gpi & 1) !== 0,
    'gpi.1': (extio.gpi & 2) !== 0,
  };
}

// One instrument for as long as the user keeps it: opens it, runs its driver, follows it through a pulled cable and
// back, and says all the time how it is. The driver is made anew for each connection; what the user wants (settings,
// streaming or not) is kept here.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import type { ReadingAccumulator } from '../../core/reading-accumulator.ts';
import type { InstrumentDriver, InstrumentTotals } from '../../devices/api/driver.ts';
import type { ExtraParameters } from '../../devices/api/extra-parameters.ts';
import type {
  InstrumentIdentity,
  InstrumentReading,
  InstrumentState,
  InstrumentStatus,
  StreamHealth,
} from '../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { UsbBus, UsbDevice } from '../../transports/usb.ts';
import { LoadMeter } from './load-meter.ts';

export interface SessionOptions {
  readonly clock: Clock;
  readonly bus: UsbBus;
  /** Picks the unit among the bus's devices. */
  readonly isWanted: (device: UsbDevice) => boolean;
  readonly createDriver: (device: UsbDevice) => InstrumentDriver;
  readonly reading: ReadingAccumulator;
  readonly extras?: ExtraParameters | undefined;
  readonly onStatus: (status: InstrumentStatus) => void;
}

const STATUS_INTERVAL_MS = 100;
/** How often a lost unit is looked for, beside the bus's own events. */
const SEARCH_INTERVAL_MS = 1000;
/** Connection attempts that may fail after a replug: the system needs a moment to set permissions. */
const MAX_ATTEMPTS = 5;
/** An interruption is filled as missing up to this; after a longer one a new stream starts. */
const MAX_INTERRUPTION_MS = 600_000;

const NO_HEALTH: StreamHealth = {
  receivedSampleCount: 0,
  missingSampleCount: 0,
  gapCount: 0,
  badPacketCount: 0,
  deviceDropCount: 0,
};

export class InstrumentSession {
  readonly #options: SessionOptions;
  #driver: InstrumentDriver | undefined;
  #state: InstrumentState = 'closed';
  #identity: InstrumentIdentity | undefined;
  #problem: string | undefined;
  /** What the user has set, by parameter. */
  readonly #wanted = new Map<string, ParameterValue>();
  #wantsStream = false;
  #lostAtMs = 0;
  #failedDevice: UsbDevice | undefined;
  #device: UsbDevice | undefined;
  #attemptCount = 0;
  #cancelSearch: (() => void) | undefined;
  #isConnecting = false;
  #means: InstrumentReading | undefined;
  #totals: InstrumentTotals | undefined;
  /** Charge, energy and time of the instrument that count as zero. */
  #zero = { chargeC: 0, energyJ: 0, clockS: 0 };
  #isZeroSet = false;
  #cancelEmit: (() => void) | undefined;
  #emittedMs = Number.NEGATIVE_INFINITY;
  readonly #load = new LoadMeter();

  constructor(options: SessionOptions) {
    this.#options = options;
    options.bus.addEventListener('connect', this.#onConnect);
  }

  get status(): InstrumentStatus {
    const driver = this.#driver;
    const extras = this.#options.extras;
    return {
      state: this.#state,
      identity: this.#identity,
      parameters: driver ? this.#parameters(driver) : [],
      values: { ...driver?.values, ...extras?.values() },
      signals: driver?.signals ?? [],
      health: driver?.health ?? NO_HEALTH,
      reading: this.#reading(),
      workerLoad: this.#load.update(this.#options.clock.nowMs(), driver?.busyMs ?? 0),
      problem: this.#problem,
    };
  }

  /** Rejects with `device/…`; the session can be opened again then. */
  async open(): Promise<void> {
    this.#enter('opening');
    try {
      await this.#connect(await this.#find());
    } catch (thrown) {
      const error = toError(thrown);
      this.#enter('failed', error.message);
      throw error;
    }
  }

  async start(): Promise<void> {
    this.#wantsStream = true;
    if (this.#state === 'failed') await this.open();
    const driver = this.#connected();
    this.#options.reading.restart();
    this.#means = undefined;
    try {
      await driver.start('new');
    } catch (error) {
      this.#wantsStream = false;
      throw error;
    }
    this.#enter('streaming');
  }

  async stop(): Promise<void> {
    this.#wantsStream = false;
    if (this.#state !== 'streaming') return;
    await this.#connected().stop();
    this.#means = undefined;
    this.#enter('idle');
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    const { extras } = this.#options;
    if (extras?.parameters.some(({ id }) => id === parameterId)) {
      extras.set(parameterId, value);
    } else {
      await this.#connected().set(parameterId, value);
      this.#wanted.set(parameterId, value);
    }
    this.#changed();
  }

  resetAccumulators(): void {
    if (this.#totals) this.#zero = this.#totals;
    this.#options.reading.reset();
    this.#changed();
  }

  /** Settles within 2 s. */
  async close(): Promise<void> {
    this.#options.bus.removeEventListener('connect', this.#onConnect);
    this.#cancelSearch?.();
    this.#wantsStream = false;
    this.#enter('closed');
    this.#cancelEmit?.();
    await this.#driver?.close();
  }

  readonly #onConnect = ({ device }: { readonly device: UsbDevice }): void => {
    if (this.#state === 'lost' && this.#options.isWanted(device)) this.#search(0);
  };

  /** The unit, unless it is the dead object of a pulled cable. */
  async #find(): Promise<UsbDevice> {
    const devices = await this.#options.bus.getDevices();
    const device = devices.find((candidate) => candidate !== this.#failedDevice && this.#options.isWanted(candidate));
    if (device) return device;
    throw new LabError(
      'device/lost',
      'The instrument is not connected, or the browser may not use it. Plug it in and connect again.',
    );
  }

  async #connect(device: UsbDevice): Promise<void> {
    const driver = this.#options.createDriver(device);
    await driver.open();
    driver.onChanged = () => this.#driverChanged(driver);
    driver.onFailed = (error) => this.#driverFailed(error);
    // Closed while it was being opened.
    if (this.#state === 'closed') {
      await driver.close();
      return;
    }
    this.#driver = driver;
    this.#device = device;
    this.#failedDevice = undefined;
    this.#identity = driver.identity;
    this.#attemptCount = 0;
    // The instrument may have been without power: what the user had set is set again.
    for (const [id, value] of this.#wanted) if (driver.values[id] !== value) await driver.set(id, value);
    this.#enter('idle');
  }

  #driverChanged(driver: InstrumentDriver): void {
    const { clock, reading } = this.#options;
    if (driver.totals) this.#takeTotals(driver.totals);
    if (this.#state === 'streaming') this.#means = reading.update(utcFromUnixMs(clock.unixMs())) ?? this.#means;
    this.#changed();
  }

  /** Totals begin anew when the instrument was without power; ours go on. */
  #takeTotals(totals: InstrumentTotals): void {
    const last = this.#totals;
    if (!this.#isZeroSet) {
      this.#zero = totals;
      this.#isZeroSet = true;
    } else if (last && totals.clockS < last.clockS) {
      this.#zero = {
        chargeC: this.#zero.chargeC - last.chargeC,
        energyJ: this.#zero.energyJ - last.energyJ,
        clockS: this.#zero.clockS - last.clockS,
      };
    }
    this.#totals = totals;
  }

  #driverFailed(error: Error): void {
    this.#lostAtMs = this.#options.clock.nowMs();
    const isLost = error instanceof LabError && error.code === 'device/lost';
    if (isLost) this.#failedDevice = this.#device;
    this.#enter(isLost ? 'lost' : 'failed', error.message);
    if (isLost) this.#search(SEARCH_INTERVAL_MS);
  }

  #search(delayMs: number): void {
    this.#cancelSearch?.();
    this.#cancelSearch = this.#options.clock.after(delayMs, () => {
      if (!this.#isConnecting) void this.#reconnect();
    });
  }

  async #reconnect(): Promise<void> {
    this.#isConnecting = true;
    try {
      const device = await this.#find().catch(() => undefined);
      if (this.#state !== 'lost') return;
      if (!device) {
        this.#search(SEARCH_INTERVAL_MS);
        return;
      }
      await this.#connect(device);
      if (this.#wantsStream && this.#driver) await this.#resume(this.#driver);
    } catch (thrown) {
      this.#attemptCount++;
      const isOver = this.#attemptCount >= MAX_ATTEMPTS;
      this.#enter(isOver ? 'failed' : 'lost', toError(thrown).message);
      if (!isOver) this.#search(SEARCH_INTERVAL_MS);
    } finally {
      this.#isConnecting = false;
    }
  }

  async #resume(driver: InstrumentDriver): Promise<void> {
    const isShort = this.#options.clock.nowMs() - this.#lostAtMs <= MAX_INTERRUPTION_MS;
    if (!isShort) this.#options.reading.restart();
    await driver.start(isShort ? 'resume' : 'new');
    this.#enter('streaming');
  }

  #connected(): InstrumentDriver {
    if (this.#driver && (this.#state === 'idle' || this.#state === 'streaming')) return this.#driver;
    throw new LabError(
      'device/lost',
      'The instrument is not connected. Plug it in again; it continues by itself. Or connect it from the list.',
    );
  }

  #parameters(driver: InstrumentDriver): readonly Parameter[] {
    if (this.#parametersOf?.driver !== driver) {
      const parameters = [...driver.parameters, ...(this.#options.extras?.parameters ?? [])];
      this.#parametersOf = { driver, parameters };
    }
    return this.#parametersOf.parameters;
  }

  #parametersOf: { readonly driver: InstrumentDriver; readonly parameters: readonly Parameter[] } | undefined;

  /** Means come from the samples while they stream, everything else from the instrument's own totals. */
  #reading(): InstrumentReading | undefined {
    const totals = this.#totals;
    if (!totals) return this.#means;
    const { currentA, voltageV, powerW } = this.#means ?? totals;
    return {
      utc: this.#means?.utc ?? utcFromUnixMs(this.#options.clock.unixMs()),
      currentA,
      voltageV,
      powerW,
      chargeC: totals.chargeC - this.#zero.chargeC,
      energyJ: totals.energyJ - this.#zero.energyJ,
      accumulatedS: totals.clockS - this.#zero.clockS,
    };
  }

  #enter(state: InstrumentState, problem?: string): void {
    this.#state = state;
    this.#problem = problem;
    this.#changed();
  }

  /** Tells of a change, at most every 100 ms. */
  #changed(): void {
    if (this.#cancelEmit) return;
    const { clock, onStatus } = this.#options;
    const waitMs = this.#emittedMs + STATUS_INTERVAL_MS - clock.nowMs();
    this.#cancelEmit = clock.after(Math.max(0, waitMs), () => {
      this.#cancelEmit = undefined;
      this.#emittedMs = clock.nowMs();
      onStatus(this.status);
    });
  }
}

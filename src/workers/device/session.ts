// One instrument for as long as the user keeps it: opens it, runs its driver, follows it through a pulled cable and
// back, and says all the time how it is. The driver is made anew for each connection; what the user wants (settings,
// streaming or not) is kept here.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import type { ChannelSet } from '../../core/channel-set.ts';
import type { ExtraParameters } from '../../devices/api/extra-parameters.ts';
import type { Driver, Instrument } from '../../devices/api/instrument.ts';
import { Publisher } from '../../devices/epics/publisher.ts';
import type { ServedStatus } from '../../devices/epics/served.ts';
import type { TraceChannel } from '../../model/channel.ts';
import {
  type ConsoleAnswer,
  type InstrumentIdentity,
  type InstrumentState,
  type InstrumentStatus,
  NO_HEALTH,
  type RememberedValues,
  type ScreenPicture,
} from '../../model/instrument.ts';
import type { LiveSpectrum } from '../../model/live-spectrum.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { PublicationPlan } from '../../model/publication.ts';
import type { Sequence } from '../../model/sequence.ts';
import type { FrameSocket } from '../../transports/frame-socket.ts';
import type { UnitLink, UnitPlace } from '../../transports/unit-place.ts';
import { LoadMeter } from './load-meter.ts';
import { SequenceKeeper } from './sequence-keeper.ts';

/** Status as the worker's side knows it: channels as homes. */
export interface SessionStatus extends Omit<InstrumentStatus, 'channels' | 'capabilities'> {
  readonly channelSet: ChannelSet;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly place: UnitPlace;
  readonly instrument: Instrument;
  readonly extras?: ExtraParameters | undefined;
  /** Set before the instrument is idle for the first time, where it is this unit. */
  readonly remembered?: RememberedValues | undefined;
  readonly onStatus: (status: SessionStatus) => void;
  /** To the bridge's door to process variables, where something is published. */
  readonly openVariables?: () => Promise<FrameSocket>;
}

const STATUS_INTERVAL_MS = 100;
/** How often a lost unit is looked for, beside what its place tells. */
const SEARCH_INTERVAL_MS = 1000;
/** Connection attempts that may fail after a replug: the system needs a moment to set permissions. */
const MAX_ATTEMPTS = 5;
/** An interruption is filled as missing up to this; after a longer one a new stream starts. */
const MAX_INTERRUPTION_MS = 600_000;

export class InstrumentSession {
  readonly #options: SessionOptions;
  #driver: Driver | undefined;
  #state: InstrumentState = 'closed';
  #identity: InstrumentIdentity | undefined;
  #problem: string | undefined;
  /** What the user has set, by parameter: values, not actions. */
  readonly #wanted = new Map<string, ParameterValue>();
  #wantsStream = false;
  #lostAtMs = 0;
  #link: UnitLink | undefined;
  #attemptCount = 0;
  readonly #stopWatching: () => void;
  #cancelSearch: (() => void) | undefined;
  #isConnecting = false;
  #cancelEmit: (() => void) | undefined;
  #emittedMs = Number.NEGATIVE_INFINITY;
  readonly #load = new LoadMeter();
  readonly #sequence: SequenceKeeper;
  #publisher: Publisher | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#sequence = new SequenceKeeper({ clock: options.clock, onChanged: () => this.#changed() });
    this.#stopWatching = options.place.onBack(() => {
      if (this.#state === 'lost') this.#search(0);
    });
  }

  get status(): SessionStatus {
    const driver = this.#driver;
    const { instrument } = this.#options;
    return {
      ...this.#served,
      identity: this.#identity,
      channelSet: instrument.channelSet,
      health: driver?.health ?? NO_HEALTH,
      notice: driver?.notice,
      workerLoad: this.#load.update(this.#options.clock.nowMs(), driver?.busyMs ?? 0),
      sequence: this.#sequence.progress,
      publication: this.#publisher?.publication,
      problem: this.#problem,
    };
  }

  /** Rejects with `device/…`; what has failed is not opened again, another session is (src/workers/device/client.ts). */
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
    const driver = this.#connected();
    this.#wantsStream = true;
    this.#options.instrument.beginStream('new');
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
    this.#enter('idle');
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    const { extras } = this.#options;
    if (extras?.parameters.some(({ id }) => id === parameterId)) {
      extras.set(parameterId, value);
    } else {
      const driver = this.#connected();
      await this.#sequence.beforeSet(driver, parameterId, value);
      await driver.set(parameterId, value);
      // An action has no value: it is done once.
      const isSetOnce = driver.parameters.some(({ id, isSetOnce }) => id === parameterId && isSetOnce);
      if (parameterId in driver.values && !isSetOnce) this.#wanted.set(parameterId, value);
    }
    this.#changed();
  }

  words(): readonly string[] {
    return this.#connected().words ?? [];
  }

  async ask(line: string): Promise<ConsoleAnswer> {
    const driver = this.#connected();
    this.#sequence.beforeLine(driver, line);
    if (driver.ask) return driver.ask(line);
    throw new LabError('device/unsupported', 'This instrument takes no lines of text.');
  }

  async picture(): Promise<ScreenPicture> {
    const driver = this.#connected();
    if (driver.picture) return driver.picture();
    throw new LabError('device/unsupported', 'This instrument has no screen that can be fetched.');
  }

  spectra(): readonly LiveSpectrum[] {
    const driver = this.#connected();
    if (driver.spectra) return driver.spectra();
    throw new LabError('device/unsupported', 'This instrument counts no pulses by height.');
  }

  /** Rejects with `setup/invalid` or `run/state` before anything is set. */
  async startSequence(sequence: Sequence): Promise<void> {
    await this.#sequence.start(this.#connected(), sequence);
    this.#changed();
  }

  async stopSequence(): Promise<void> {
    await this.#sequence.end('stopped');
  }

  /** Serves it to the laboratory as `plan` says, or no more. Whether the bridge is there is in the status. */
  publish(plan: PublicationPlan | undefined): void {
    const { clock, openVariables } = this.#options;
    if (!plan) {
      this.#publisher?.close();
      this.#publisher = undefined;
    } else if (this.#publisher) {
      this.#publisher.follow(plan);
    } else if (openVariables) {
      this.#publisher = new Publisher({
        clock,
        plan,
        openSocket: openVariables,
        set: async (parameterId, value) => {
          await this.set(parameterId, value);
          this.#showPublisher();
        },
        onChanged: () => this.#changed(),
      });
      this.#showPublisher();
    }
    this.#changed();
  }

  /** A record that the instrument is about to hand over. */
  traced(channel: TraceChannel, record: TraceRecord): void {
    this.#showPublisher();
    this.#publisher?.trace(channel, record);
  }

  resetTotals(): void {
    this.#options.instrument.resetTotals();
    this.#changed();
  }

  /** Settles within 2 s. */
  async close(): Promise<void> {
    this.#stopWatching();
    this.#cancelSearch?.();
    this.#wantsStream = false;
    void this.#sequence.end('stopped');
    this.#publisher?.close();
    this.#publisher = undefined;
    this.#enter('closed');
    this.#cancelEmit?.();
    // The driver hands nothing on from the moment at which it is asked to close.
    const closing = this.#driver?.close();
    this.#options.instrument.end();
    await closing;
  }

  async #find(): Promise<UnitLink> {
    const link = await this.#options.place.find();
    if (link) return link;
    throw new LabError(
      'device/lost',
      'The instrument is not connected, or the browser may not use it. Plug it in and connect again.',
    );
  }

  async #connect(link: UnitLink): Promise<void> {
    const driver = this.#options.instrument.connect(link);
    await driver.open();
    if (this.#identity && driver.identity && !isSameUnit(this.#identity, driver.identity)) {
      await driver.close();
      throw new LabError(
        'device/lost',
        `Another instrument (${driver.identity.model} ${driver.identity.serialNumber}) is where ${this.#identity.model} ${this.#identity.serialNumber} was. Put that back, or connect the other one from the list.`,
      );
    }
    driver.onChanged = () => {
      this.#sequence.look(driver.values);
      this.#changed();
    };
    driver.onFailed = (error) => this.#driverFailed(error);
    if (this.#isOver) {
      await driver.close();
      return;
    }
    this.#driver = driver;
    this.#link = link;
    this.#identity = driver.identity;
    this.#attemptCount = 0;
    await this.#setRemembered(driver);
    // The instrument may have been without power: what the user had set is set again.
    for (const [id, value] of this.#wanted) if (driver.values[id] !== value) await driver.set(id, value);
    if (!this.#isOver) this.#enter('idle');
  }

  /** One that does not know a value any more goes on without: whoever handed it over sees what is set. */
  async #setRemembered(driver: Driver): Promise<void> {
    const { remembered } = this.#options;
    if (!remembered || !driver.identity || !isSameUnit(remembered.identity, driver.identity)) return;
    for (const { id, isRemembered } of driver.parameters) {
      const value = remembered.values[id];
      if (!isRemembered || value === undefined || this.#wanted.has(id)) continue;
      try {
        if (driver.values[id] !== value) await driver.set(id, value);
        this.#wanted.set(id, value);
      } catch (thrown) {
        if (!(thrown instanceof LabError && thrown.code === 'setup/invalid')) throw thrown;
      }
    }
  }

  #driverFailed(error: Error): void {
    this.#lostAtMs = this.#options.clock.nowMs();
    void this.#sequence.end('lost', error.message);
    const isLost = error instanceof LabError && error.code === 'device/lost';
    if (isLost && this.#link) this.#options.place.discard(this.#link);
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
      const link = await this.#options.place.find();
      if (this.#state !== 'lost') return;
      if (!link) {
        this.#search(SEARCH_INTERVAL_MS);
        return;
      }
      await this.#connect(link);
      if (this.#wantsStream && this.#driver) await this.#resume(this.#driver);
    } catch (thrown) {
      await this.#driver?.close();
      if (this.#isOver) return;
      const error = toError(thrown);
      // nobody is there yet: an address on the network tells that only so
      const isAway = error instanceof LabError && error.code === 'device/lost';
      if (!isAway) this.#attemptCount++;
      const isOver = this.#attemptCount >= MAX_ATTEMPTS;
      this.#enter(isOver ? 'failed' : 'lost', error.message);
      if (!isOver) this.#search(SEARCH_INTERVAL_MS);
    } finally {
      this.#isConnecting = false;
    }
  }

  async #resume(driver: Driver): Promise<void> {
    const isShort = this.#options.clock.nowMs() - this.#lostAtMs <= MAX_INTERRUPTION_MS;
    const mode = isShort ? 'resume' : 'new';
    this.#options.instrument.beginStream(mode);
    await driver.start(mode);
    this.#enter('streaming');
  }

  get #served(): ServedStatus {
    const { extras, instrument } = this.#options;
    const driver = this.#driver;
    return {
      state: this.#state,
      parameters: driver ? this.#parameters(driver) : [],
      values: { ...driver?.values, ...extras?.values() },
      reading: instrument.reading,
    };
  }

  #showPublisher(): void {
    const channels = this.#options.instrument.channelSet.traces.map(({ channel }) => channel);
    this.#publisher?.look(this.#served, channels);
  }

  /** Closed by the user, which may happen while anything here waits. */
  get #isOver(): boolean {
    return this.#state === 'closed';
  }

  #connected(): Driver {
    if (this.#driver && (this.#state === 'idle' || this.#state === 'streaming')) return this.#driver;
    throw new LabError(
      'device/lost',
      this.#state === 'failed'
        ? 'The instrument has failed and is not connected. Open it again in Instruments.'
        : 'The instrument is not connected. Plug it in again; it continues by itself. Or connect it from the list.',
    );
  }

  #parameters(driver: Driver): readonly Parameter[] {
    const own = driver.parameters;
    if (this.#parametersOf?.own !== own) {
      const parameters = [...own, ...(this.#options.extras?.parameters ?? [])];
      this.#parametersOf = { own, parameters };
    }
    return this.#parametersOf.parameters;
  }

  #parametersOf: { readonly own: readonly Parameter[]; readonly parameters: readonly Parameter[] } | undefined;

  #enter(state: InstrumentState, problem?: string): void {
    this.#state = state;
    this.#problem = problem;
    this.#changed();
  }

  /** Tells of a change, at most every 100 ms. */
  #changed(): void {
    this.#options.instrument.update();
    if (this.#cancelEmit) return;
    const { clock, onStatus } = this.#options;
    const waitMs = this.#emittedMs + STATUS_INTERVAL_MS - clock.nowMs();
    this.#cancelEmit = clock.after(Math.max(0, waitMs), () => {
      this.#cancelEmit = undefined;
      this.#emittedMs = clock.nowMs();
      this.#showPublisher();
      onStatus(this.status);
    });
  }
}

/** A number that one of them does not tell says nothing. */
function isSameUnit(one: InstrumentIdentity, other: InstrumentIdentity): boolean {
  const isSameNumber = one.serialNumber === '' || other.serialNumber === '' || one.serialNumber === other.serialNumber;
  return one.vendor === other.vendor && one.model === other.model && isSameNumber;
}

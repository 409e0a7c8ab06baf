// The JS220 driver: one opened instrument, from its connection to the rings of its signals. Requests take turns and wait
// for the instrument's return code.

import { type Clock, delay } from '../../../base/clock.ts';
import { LabError, toError } from '../../../base/errors.ts';
import { Turns } from '../../../base/turns.ts';
import type { InstrumentIdentity, StreamHealth } from '../../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../../model/parameter.ts';
import type { UsbDevice } from '../../../transports/usb.ts';
import type { HostSystem } from '../../../transports/usb-errors.ts';
import type { Driver, StreamMode } from '../../api/instrument.ts';
import { checkValue, defaultValues } from '../../api/parameters.ts';
import type { InstrumentTotals } from '../energy-meter.ts';
import { versionText } from './admin.ts';
import { Js220Connection } from './connection.ts';
import { PORT } from './constants.ts';
import type { Js220Intake } from './feed.ts';
import type { Js220HostSettings } from './host-settings.ts';
import { limitsOf } from './limits.ts';
import { isStreamParameter, JS220_SETTINGS, settingOf } from './parameters.ts';
import { type PlainValue, Publisher } from './publisher.ts';
import { JS220_STREAMS, STATISTICS_TOPIC } from './streams.ts';
import { TopicRules } from './topic-rules.ts';

/** Connecting is tried so often when the instrument answers late or not, with a pause between. */
const CONNECT_TRIES = 3;
const CONNECT_PAUSE_MS = 100;

export interface Js220DriverOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
  readonly feed: Js220Intake;
  readonly host: Js220HostSettings;
  /** `resume` (default) asks for the values that the instrument has; `defaults` leaves it as it is after connecting. */
  readonly openMode?: 'resume' | 'defaults';
  /** Memory for reads in flight, asked all the time; left out, it is the only instrument. */
  readonly readBudgetBytes?: () => number;
}

type State = 'closed' | 'opening' | 'idle' | 'streaming';

export class Js220Driver implements Driver {
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: Js220DriverOptions;
  readonly #connection: Js220Connection;
  /** Sequences of requests go one after the other. */
  readonly #turns = new Turns();
  readonly #publisher: Publisher;
  readonly #rules: TopicRules;
  #state: State = 'closed';
  #parameters: readonly Parameter[] = JS220_SETTINGS.map(({ parameter }) => parameter);
  #identity: InstrumentIdentity | undefined;

  constructor(device: UsbDevice, options: Js220DriverOptions) {
    const { clock, feed, host } = options;
    this.#options = options;
    this.#connection = new Js220Connection(device, {
      ...options,
      onPublication: (payload) => {
        this.#publisher.take(payload);
        this.#takeLimits();
      },
      onStream: (port, payload) => feed.processor.take(port, payload),
      onTimeMap: (timeMap) => feed.processor.setTimeMap(timeMap),
      onTransferEnd: () => {
        feed.endTransfer();
        this.onChanged?.();
      },
      onFailed: (error) => {
        this.#state = 'closed';
        this.onFailed?.(error);
      },
    });
    this.#publisher = new Publisher({ clock, send: (payload) => this.#connection.send(PORT.publish, payload) });
    this.#rules = new TopicRules(this.#publisher, feed.processor, host);
  }

  /** Those that this instrument's firmware has. */
  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  get identity(): InstrumentIdentity | undefined {
    return this.#identity;
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    const values = defaultValues(this.#parameters);
    for (const { parameter, read } of JS220_SETTINGS) {
      const value = parameter.id in values ? read?.(this.#publisher) : undefined;
      if (value !== undefined) values[parameter.id] = value;
    }
    const { streamTopics } = this.#options.host;
    for (const { id, controlTopic } of JS220_STREAMS) values[`stream.${id}`] = streamTopics.has(controlTopic);
    return values;
  }

  get health(): StreamHealth {
    const { receivedSampleCount, missingSampleCount, gapCount, badFrameCount } = this.#options.feed.processor.counters;
    return {
      receivedSampleCount,
      missingSampleCount,
      gapCount,
      badPacketCount: badFrameCount + this.#connection.badFrameCount,
      deviceDropCount: this.#connection.lostFrameCount,
    };
  }

  get busyMs(): number {
    return this.#connection.busyMs;
  }

  get isStreaming(): boolean {
    return this.#state === 'streaming';
  }

  get notice(): string | undefined {
    return this.#connection.notice;
  }

  /** Counted by the host from the instrument's statistics; `undefined` until the first. */
  get totals(): InstrumentTotals | undefined {
    return this.#options.feed.processor.totals;
  }

  async open(): Promise<void> {
    this.#state = 'opening';
    try {
      await this.#connection.open();
      await this.#turns.take(() => this.#connect());
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#isOpening) this.#state = 'idle';
  }

  async start(mode: StreamMode): Promise<void> {
    if (this.#state !== 'idle') return;
    const { feed, host } = this.#options;
    await this.#turns.take(async () => {
      if (mode === 'new') feed.reset();
      else await feed.rejoin(({ controlTopic }) => host.streamTopics.has(controlTopic));
      try {
        // They sum up charge and energy; firmware before 1.2 tells only by them where its counter is.
        await this.#rules.publish(STATISTICS_TOPIC, 1);
        await this.#switchStreams(1);
      } catch (error) {
        // What cannot be switched off either ends with the connection.
        await this.#switchStreams(0).catch(() => undefined);
        throw error;
      }
      if (this.#state === 'idle') this.#state = 'streaming';
      // Faults of the connection count from when everything streams.
      if (mode === 'new') this.#connection.resetFaults();
    });
    this.onChanged?.();
  }

  async stop(): Promise<void> {
    if (this.#state !== 'streaming') return;
    await this.#turns.take(async () => {
      await this.#switchStreams(0);
      if (this.#state === 'streaming') this.#state = 'idle';
    });
    this.onChanged?.();
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.#parameters, parameterId, value);
    if (isStreamParameter(parameterId)) await this.#setStream(settingOf(parameterId).topic, value === true);
    else await this.#turns.take(() => this.#setValue(parameterId, value));
    this.#takeLimits();
    this.onChanged?.();
  }

  /**
   * Sets any topic: the host's own (`h/…`), a stream's switch (`s/…/ctrl`) or the instrument's. Rejects with
   * `setup/invalid` or, when the instrument refuses it, `device/protocol`.
   */
  async publish(topic: string, value: PlainValue): Promise<void> {
    await this.#turns.take(() => this.#rules.publish(topic, value));
    const stream = JS220_STREAMS.find(({ controlTopic }) => controlTopic === topic);
    if (stream) this.#select(topic, this.#options.feed.processor.isEnabled(stream.port));
    this.#takeLimits();
    this.onChanged?.();
  }

  close(): Promise<void> {
    this.#state = 'closed';
    return this.#connection.close();
  }

  /** It may have been closed meanwhile. */
  get #isOpening(): boolean {
    return this.#state === 'opening';
  }

  async #connect(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#handshake();
        return;
      } catch (thrown) {
        const error = toError(thrown);
        const isFinal = !(error instanceof LabError) || !['device/timeout', 'device/protocol'].includes(error.code);
        if (isFinal || tries === CONNECT_TRIES || !this.#isOpening) throw error;
      }
      await delay(this.#options.clock, CONNECT_PAUSE_MS);
    }
  }

  async #handshake(): Promise<void> {
    const { feed, openMode } = this.#options;
    this.#publisher.begin();
    feed.beginConnection();
    const versions = await this.#connection.connect();
    await this.#publisher.query('$');
    if (openMode !== 'defaults') {
      await this.#publisher.query('?');
      await this.#rules.adopt(versions);
    }
    const known = JS220_SETTINGS.filter(({ topic }) => topic.startsWith('h/') || this.#publisher.has(topic));
    this.#parameters = known.map(({ parameter }) => parameter);
    const { device } = this.#connection;
    this.#identity = {
      model: 'JS220',
      vendor: device.manufacturerName ?? 'Jetperch LLC',
      serialNumber: device.serialNumber ?? '',
      firmware: versionText(versions.firmware),
    };
  }

  async #switchStreams(isOn: 0 | 1): Promise<void> {
    for (const { controlTopic } of JS220_STREAMS) {
      if (this.#options.host.streamTopics.has(controlTopic)) await this.#rules.publish(controlTopic, isOn);
    }
  }

  /** While nothing streams, the wish is noted for the next start. */
  async #setStream(controlTopic: string, isOn: boolean): Promise<void> {
    if (this.#state === 'streaming') await this.publish(controlTopic, isOn);
    else this.#select(controlTopic, isOn);
  }

  async #setValue(parameterId: string, value: ParameterValue): Promise<void> {
    const publications = settingOf(parameterId).publish(value, this.values, this.#publisher);
    const isOurs = publications.every(({ topic }) => topic.startsWith('h/'));
    let refusal: Error | undefined;
    try {
      for (const publication of publications) await this.#rules.publish(publication.topic, publication.value);
    } catch (thrown) {
      refusal = toError(thrown);
    }
    // The instrument may have moved a value into its limits, or kept the old one. If it does not tell, the caller hears
    // of it, unless it was refused: that says more.
    try {
      if (!isOurs) await this.#publisher.query('?');
    } catch (thrown) {
      throw refusal ?? toError(thrown);
    }
    if (refusal) throw refusal;
  }

  /** The ranges in force, as far as the instrument has told. */
  #takeLimits(): void {
    this.#options.feed.processor.setLimits(limitsOf(this.values));
  }

  #select(topic: string, isOn: boolean): void {
    const { streamTopics } = this.#options.host;
    if (isOn) streamTopics.add(topic);
    else streamTopics.delete(topic);
  }
}

// The JS220 driver: one opened instrument, from its USB link to the rings of its signals. Requests take turns and wait
// for the instrument's return code; the bulk reads go on beside them, because answers queue behind samples there. The
// UART's stream port is not offered: no instrument sends anything on it yet.

import { afterAwake, type Clock, delay } from '../../../base/clock.ts';
import { LabError, toError } from '../../../base/errors.ts';
import { utcFromUnixMs } from '../../../base/time.ts';
import { Turns } from '../../../base/turns.ts';
import type { InstrumentIdentity, StreamHealth } from '../../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../../model/parameter.ts';
import { BulkReader } from '../../../transports/bulk-reader.ts';
import { fewReadsNotice, readBudgetBytes } from '../../../transports/read-budget.ts';
import { type HostSystem, type UsbDevice, UsbLink } from '../../../transports/usb.ts';
import type { Driver, StreamMode } from '../../api/instrument.ts';
import { checkValue, defaultValues } from '../../api/parameters.ts';
import type { InstrumentTotals } from '../energy-meter.ts';
import { ADMIN, answerTimeSync, decodeConnect, decodeTimeMap, type Js220Versions, versionText } from './admin.ts';
import {
  FIRST_STREAM_PORT,
  JS220_CONFIGURATION,
  JS220_ENDPOINT_IN,
  JS220_ENDPOINT_OUT,
  JS220_INTERFACE,
  PORT,
  REQUEST,
} from './constants.ts';
import type { Js220Intake } from './feed.ts';
import { decodeFrames, encodeFrame, type Frame } from './frames.ts';
import type { Js220HostSettings } from './host-settings.ts';
import { isStreamParameter, JS220_SETTINGS, settingOf } from './parameters.ts';
import { ANSWER_TIMEOUT_MS, type PlainValue, Publisher } from './publisher.ts';
import { JS220_STREAMS, STATISTICS_TOPIC } from './streams.ts';
import { TopicRules } from './topic-rules.ts';

/** Reads of 64 frames: at low rates a full frame waits until its read is full. */
const READ_BYTES = 32_768;
/** Everything at full rate: three analog signals at 4.06 MB/s each, the range 1.02, five inputs at 0.25. */
const STREAM_BYTES_PER_SECOND = 14.5e6;
/** Connecting is tried so often when the instrument answers late or not, with a pause between. */
const CONNECT_TRIES = 3;
const CONNECT_PAUSE_MS = 100;
/** Time for the last request before the device is closed; together with the link's own limit below 2 s. */
const STOP_LIMIT_MS = 400;

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
  readonly #link: UsbLink;
  /** Sequences of requests go one after the other. */
  readonly #turns = new Turns();
  readonly #reader: BulkReader;
  readonly #publisher: Publisher;
  readonly #rules: TopicRules;
  #state: State = 'closed';
  #parameters: readonly Parameter[] = JS220_SETTINGS.map(({ parameter }) => parameter);
  #identity: InstrumentIdentity | undefined;
  #onVersions: ((result: Js220Versions | Error) => void) | undefined;
  #sentFrameCount = 0;
  #nextFrameId: number | undefined;
  #lostFrameCount = 0;
  #badFrameCount = 0;
  #busyMs = 0;
  #notice: string | undefined;

  constructor(device: UsbDevice, options: Js220DriverOptions) {
    const { clock, feed, host } = options;
    this.#options = options;
    this.#link = new UsbLink(device, options);
    this.#publisher = new Publisher({ clock, send: (payload) => this.#send(PORT.publish, payload) });
    this.#rules = new TopicRules(this.#publisher, feed.processor, host);
    this.#reader = new BulkReader(this.#link, {
      clock,
      endpointNumber: JS220_ENDPOINT_IN,
      lengthBytes: READ_BYTES,
      bytesPerSecond: STREAM_BYTES_PER_SECOND,
      budgetBytes: options.readBudgetBytes ?? (() => readBudgetBytes(options.system, 1)),
      onData: (bytes) => this.#take(bytes),
      onRefused: (heldMs) => {
        this.#notice = fewReadsNotice(options.system, heldMs);
        this.onChanged?.();
      },
      onFailed: (error) => this.#fail(error),
    });
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
      badPacketCount: badFrameCount + this.#badFrameCount,
      deviceDropCount: this.#lostFrameCount,
    };
  }

  get busyMs(): number {
    return this.#busyMs;
  }

  get isStreaming(): boolean {
    return this.#state === 'streaming';
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  /** Counted by the host from the instrument's statistics; `undefined` until the first. */
  get totals(): InstrumentTotals | undefined {
    return this.#options.feed.processor.totals;
  }

  async open(): Promise<void> {
    this.#state = 'opening';
    try {
      await this.#link.open(JS220_CONFIGURATION, JS220_INTERFACE);
      await this.#turns.take(() => this.#connect());
    } catch (error) {
      this.#state = 'closed';
      this.#reader.stop();
      await this.#link.close();
      throw error;
    }
    if (this.#isOpening) this.#state = 'idle';
  }

  async start(mode: StreamMode): Promise<void> {
    if (this.#state !== 'idle') return;
    const { feed, host } = this.#options;
    await this.#turns.take(async () => {
      if (mode === 'new') {
        feed.reset();
      } else {
        await feed.rejoin(({ controlTopic }) => host.streamTopics.has(controlTopic));
      }
      try {
        // Firmware before 1.2 tells only by its statistics where the counter is; all of it sums up charge and energy there.
        await this.#rules.publish(STATISTICS_TOPIC, 1);
        await this.#switchStreams(1);
      } catch (error) {
        // The user must find it as it was. What cannot be switched off either goes with the connection.
        await this.#switchStreams(0).catch(() => undefined);
        throw error;
      }
      this.#state = 'streaming';
      // Faults of the connection count from when everything streams.
      if (mode === 'new') this.#resetFaults();
    });
    this.onChanged?.();
  }

  async stop(): Promise<void> {
    if (this.#state !== 'streaming') return;
    await this.#turns.take(async () => {
      await this.#switchStreams(0);
      this.#state = 'idle';
    });
    this.onChanged?.();
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.#parameters, parameterId, value);
    const publications = settingOf(parameterId).publish(value, this.values, this.#publisher);
    const isStream = isStreamParameter(parameterId);
    if (isStream) this.#select(publications[0]!.topic, value === true);
    if (!isStream || this.#state === 'streaming') {
      await this.#turns.take(async () => {
        try {
          for (const publication of publications) await this.#rules.publish(publication.topic, publication.value);
        } catch (error) {
          if (isStream) this.#select(publications[0]!.topic, value !== true);
          throw error;
        } finally {
          if (publications.some(({ topic }) => !topic.startsWith('h/'))) await this.#readBack();
        }
      });
    }
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
    this.onChanged?.();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#reader.stop();
    const leaving = this.#link.controlIn(REQUEST.disconnect, 0, 0, 1).catch(() => undefined);
    await Promise.race([leaving, delay(this.#options.clock, STOP_LIMIT_MS)]);
    await this.#link.close();
  }

  /** It may have been closed meanwhile. */
  get #isOpening(): boolean {
    return this.#state === 'opening';
  }

  #resetFaults(): void {
    this.#nextFrameId = undefined;
    this.#lostFrameCount = 0;
    this.#badFrameCount = 0;
  }

  async #switchStreams(isOn: 0 | 1): Promise<void> {
    for (const { controlTopic } of JS220_STREAMS) {
      if (this.#options.host.streamTopics.has(controlTopic)) await this.#rules.publish(controlTopic, isOn);
    }
  }

  /** The instrument may have moved a value into its limits, or kept the old one. What it does not tell stays as it was. */
  async #readBack(): Promise<void> {
    await this.#publisher.query('?').catch(() => undefined);
  }

  async #connect(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#handshake(tries === 1);
        return;
      } catch (thrown) {
        const error = toError(thrown);
        const isFinal = !(error instanceof LabError) || !['device/timeout', 'device/protocol'].includes(error.code);
        if (isFinal || tries === CONNECT_TRIES || !this.#isOpening) throw error;
      }
      await delay(this.#options.clock, CONNECT_PAUSE_MS);
    }
  }

  async #handshake(isFirst: boolean): Promise<void> {
    const { feed, openMode } = this.#options;
    this.#publisher.begin();
    feed.beginConnection();
    this.#sentFrameCount = 0;
    this.#nextFrameId = undefined;
    // What an earlier host left in the queues would come before the answer; old firmware does not know the request.
    await this.#link.controlIn(REQUEST.disconnect, 0, 0, 1).catch(() => undefined);
    await this.#link.clearHaltIn(JS220_ENDPOINT_IN);
    if (isFirst) this.#reader.start();
    const hello = this.#versionsArrive();
    const [code] = await this.#link.controlIn(REQUEST.connect, 0, 0, 1);
    if (code !== 0) {
      throw new LabError('device/protocol', `The JS220 refused the connection (error ${code}). Plug it in again.`);
    }
    const versions = await Promise.race([hello, this.#silence()]);
    await this.#publisher.query('$');
    if (openMode !== 'defaults') {
      await this.#publisher.query('?');
      await this.#rules.adopt(versions);
    }
    this.#parameters = JS220_SETTINGS.filter(({ topic }) => topic.startsWith('h/') || this.#publisher.has(topic)).map(
      ({ parameter }) => parameter,
    );
    const { device } = this.#link;
    this.#identity = {
      model: 'JS220',
      vendor: device.manufacturerName ?? 'Jetperch LLC',
      serialNumber: device.serialNumber ?? '',
      firmware: versionText(versions.firmware),
    };
  }

  /** Its hello, which can come before the answer to the request. */
  #versionsArrive(): Promise<Js220Versions> {
    const arrival = new Promise<Js220Versions>((resolve, reject) => {
      this.#onVersions = (result) => {
        this.#onVersions = undefined;
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
    });
    // The request may fail first; then nobody waits for it.
    arrival.catch(() => undefined);
    return arrival;
  }

  #silence(): Promise<never> {
    return new Promise((_, reject) => {
      afterAwake(this.#options.clock, ANSWER_TIMEOUT_MS, () => {
        reject(
          new LabError(
            'device/timeout',
            `The JS220 did not say hello within ${ANSWER_TIMEOUT_MS} ms. Plug it in again and reconnect.`,
          ),
        );
      });
    });
  }

  #take(transfer: Uint8Array<ArrayBuffer>): void {
    if (this.#state === 'closed') return;
    const startMs = this.#options.clock.nowMs();
    for (const frame of decodeFrames(transfer)) {
      if (frame === 'bad') this.#badFrameCount++;
      else this.#takeFrame(frame);
    }
    this.#options.feed.endTransfer();
    this.#busyMs += this.#options.clock.nowMs() - startMs;
    this.onChanged?.();
  }

  #takeFrame({ frameId, port, payload }: Frame): void {
    this.#lostFrameCount += (frameId - (this.#nextFrameId ?? frameId)) & 0xffff;
    this.#nextFrameId = (frameId + 1) & 0xffff;
    if (port >= FIRST_STREAM_PORT) this.#options.feed.processor.take(port, payload);
    else if (port === PORT.publish) this.#publisher.take(payload);
    else if (port === PORT.admin) this.#takeAdmin(payload);
  }

  #takeAdmin(payload: Uint8Array<ArrayBuffer>): void {
    const operation = payload[0];
    if (operation === ADMIN.connect && this.#onVersions) {
      try {
        this.#onVersions(decodeConnect(payload));
      } catch (error) {
        this.#onVersions(toError(error));
      }
    } else if (operation === ADMIN.timeSync) {
      const utc = utcFromUnixMs(this.#options.clock.unixMs());
      this.#answer(answerTimeSync(payload, utc, utcFromUnixMs(this.#options.clock.unixMs())));
    } else if (operation === ADMIN.echo) {
      this.#answer(payload.slice());
    } else if (operation === ADMIN.timeMap) {
      const timeMap = decodeTimeMap(payload);
      if (timeMap) this.#options.feed.processor.setTimeMap(timeMap);
      else this.#badFrameCount++;
    }
  }

  /** Answers at once, not in turn: a late answer spoils the instrument's idea of UTC. */
  #answer(payload: Uint8Array<ArrayBuffer> | undefined): void {
    if (!payload) this.#badFrameCount++;
    else this.#send(PORT.admin, payload).catch((error: unknown) => this.#answerFailed(toError(error)));
  }

  /** The instrument asks again; only a lost one does not. */
  #answerFailed(error: Error): void {
    if (error instanceof LabError && error.code === 'device/timeout') this.#badFrameCount++;
    else this.#fail(error);
  }

  #send(port: number, payload: Uint8Array<ArrayBuffer>): Promise<void> {
    const frame = encodeFrame(this.#sentFrameCount, port, payload);
    this.#sentFrameCount++;
    return this.#link.bulkOut(JS220_ENDPOINT_OUT, frame);
  }

  #select(topic: string, isOn: boolean): void {
    const { streamTopics } = this.#options.host;
    if (isOn) streamTopics.add(topic);
    else streamTopics.delete(topic);
  }

  /** The connection is of no more use: gives the device back and says why. */
  #fail(error: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#reader.stop();
    void this.#link.close();
    this.onFailed?.(error);
  }
}

// The JS220 driver: one opened instrument, from its USB link to blocks of samples, each signal at its own rate. Requests
// take turns and wait for the instrument's return code; the bulk reads go on beside them, because answers queue behind
// samples there.

import { type Clock, delay } from '../../../base/clock.ts';
import { LabError, toError } from '../../../base/errors.ts';
import { utcFromUnixMs } from '../../../base/time.ts';
import { Turns } from '../../../base/turns.ts';
import type { StreamSignal } from '../../../model/channel.ts';
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
  COUNTER_RATE_HZ,
  FIRST_STREAM_PORT,
  JS220_CONFIGURATION,
  JS220_ENDPOINT_IN,
  JS220_ENDPOINT_OUT,
  JS220_INTERFACE,
  PORT,
  REQUEST,
} from './constants.ts';
import { decodeFrames, encodeFrame, type Frame } from './frames.ts';
import {
  DEFAULT_STREAM_TOPICS,
  isStreamParameter,
  JS220_PARAMETERS,
  parameterOf,
  publicationOf,
} from './parameters.ts';
import type { Js220Processor } from './processor.ts';
import { ANSWER_TIMEOUT_MS, type PlainValue, Publisher } from './publisher.ts';
import { JS220_STREAMS, signalOf } from './streams.ts';
import { TopicRules } from './topic-rules.ts';

/** Reads of 64 frames: at low rates a full frame waits until its read is full. */
const READ_BYTES = 32_768;
/** Everything at full rate: three analog signals at 4.06 MB/s each, the range 1.02, five inputs at 0.25. */
const STREAM_BYTES_PER_SECOND = 14.5e6;
/** Time for the last request before the device is closed; together with the link's own limit below 2 s. */
const STOP_LIMIT_MS = 400;

export interface Js220DriverOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
  readonly processor: Js220Processor;
  /** `resume` (default) asks for the values that the instrument has; `defaults` leaves it as it is after connecting. */
  readonly openMode?: 'resume' | 'defaults';
  /** Switches (`s/…/ctrl`) of the streams that `start` turns on. */
  readonly streamTopics?: readonly string[];
  /** Memory for reads in flight, asked all the time; left out, it is the only instrument. */
  readonly readBudgetBytes?: () => number;
}

type State = 'closed' | 'opening' | 'idle' | 'streaming';

export class Js220Driver implements Driver {
  readonly parameters: readonly Parameter[] = JS220_PARAMETERS;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: Js220DriverOptions;
  readonly #link: UsbLink;
  /** Sequences of requests go one after the other. */
  readonly #turns = new Turns();
  readonly #reader: BulkReader;
  readonly #publisher: Publisher;
  readonly #rules: TopicRules;
  readonly #streamTopics: Set<string>;
  #state: State = 'closed';
  #identity: InstrumentIdentity | undefined;
  #versions: Js220Versions | undefined;
  #onVersions: ((result: Js220Versions | Error) => void) | undefined;
  #sentFrameCount = 0;
  #nextFrameId: number | undefined;
  #lostFrameCount = 0;
  #badFrameCount = 0;
  #busyMs = 0;
  #notice: string | undefined;

  constructor(device: UsbDevice, options: Js220DriverOptions) {
    this.#options = options;
    this.#streamTopics = new Set(options.streamTopics ?? DEFAULT_STREAM_TOPICS);
    this.#link = new UsbLink(device, options);
    this.#publisher = new Publisher({
      clock: options.clock,
      send: (payload) => this.#send(PORT.publish, payload),
    });
    this.#rules = new TopicRules(this.#publisher, options.processor);
    this.#reader = new BulkReader(this.#link, {
      clock: options.clock,
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

  /** Those that are streamed while the instrument runs, each at its own rate. */
  get signals(): readonly StreamSignal[] {
    const { rates } = this.#options.processor;
    return JS220_STREAMS.filter(({ controlTopic }) => this.#streamTopics.has(controlTopic)).map((stream) =>
      signalOf(stream, rates),
    );
  }

  get identity(): InstrumentIdentity | undefined {
    return this.#identity;
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    const values = defaultValues(JS220_PARAMETERS);
    for (const [topic, value] of this.#publisher.values) {
      const known = parameterOf(topic, value);
      if (known) values[known.id] = known.value;
    }
    for (const { id, controlTopic } of JS220_STREAMS) values[`stream.${id}`] = this.#streamTopics.has(controlTopic);
    return values;
  }

  get health(): StreamHealth {
    const counters = this.#options.processor.counters;
    return {
      receivedSampleCount: counters.receivedSampleCount,
      missingSampleCount: counters.missingSampleCount,
      gapCount: counters.gapCount,
      badPacketCount: counters.badFrameCount + this.#badFrameCount,
      deviceDropCount: this.#lostFrameCount,
    };
  }

  get busyMs(): number {
    return this.#busyMs;
  }

  get totals(): InstrumentTotals | undefined {
    const { statistics } = this.#options.processor;
    return (
      statistics && {
        currentA: statistics.currentA.mean,
        voltageV: statistics.voltageV.mean,
        powerW: statistics.powerW.mean,
        chargeC: statistics.chargeC,
        energyJ: statistics.energyJ,
        clockS: Number(statistics.blockSampleId) / COUNTER_RATE_HZ,
      }
    );
  }

  /** What the user should know although the instrument works. */
  get notice(): string | undefined {
    return this.#notice;
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
    this.#state = 'idle';
  }

  async start(mode: StreamMode): Promise<void> {
    if (this.#state !== 'idle') return;
    await this.#turns.take(async () => {
      if (mode === 'new') {
        this.#options.processor.resetCounters();
        this.#nextFrameId = undefined;
        this.#lostFrameCount = 0;
        this.#badFrameCount = 0;
      }
      for (const { controlTopic } of JS220_STREAMS) {
        if (this.#streamTopics.has(controlTopic)) await this.#rules.publish(controlTopic, 1);
      }
      this.#state = 'streaming';
    });
    this.onChanged?.();
  }

  async stop(): Promise<void> {
    if (this.#state !== 'streaming') return;
    await this.#turns.take(async () => {
      for (const { controlTopic } of JS220_STREAMS) {
        if (this.#streamTopics.has(controlTopic)) await this.#rules.publish(controlTopic, 0);
      }
      this.#state = 'idle';
    });
    this.onChanged?.();
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.parameters, parameterId, value);
    const publication = publicationOf(parameterId, value);
    if (isStreamParameter(parameterId) && this.#state !== 'streaming') {
      this.#select(publication.topic, value === true);
      this.onChanged?.();
      return;
    }
    await this.publish(publication.topic, publication.value);
  }

  /**
   * Sets any topic: the host's own (`h/…`), a stream's switch (`s/…/ctrl`) or the instrument's. Rejects with
   * `setup/invalid` or, when the instrument refuses it, `device/protocol`.
   */
  async publish(topic: string, value: PlainValue): Promise<void> {
    await this.#turns.take(() => this.#rules.publish(topic, value));
    const stream = JS220_STREAMS.find(({ controlTopic }) => controlTopic === topic);
    if (stream) this.#select(topic, this.#options.processor.isEnabled(stream.port));
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

  async #connect(): Promise<void> {
    // What an earlier host left in the queues would come before the answer; old firmware does not know the request.
    await this.#link.controlIn(REQUEST.disconnect, 0, 0, 1).catch(() => undefined);
    await this.#link.clearHaltIn(JS220_ENDPOINT_IN);
    this.#reader.start();
    const hello = this.#versionsArrive();
    const [code] = await this.#link.controlIn(REQUEST.connect, 0, 0, 1);
    if (code !== 0) {
      throw new LabError('device/protocol', `The JS220 refused the connection (error ${code}). Plug it in again.`);
    }
    this.#versions = await hello;
    await this.#publisher.query('$');
    if (this.#options.openMode !== 'defaults') {
      await this.#publisher.query('?');
      await this.#rules.adopt(this.#versions);
    }
    const { device } = this.#link;
    this.#identity = {
      model: 'JS220',
      vendor: device.manufacturerName ?? 'Jetperch LLC',
      serialNumber: device.serialNumber ?? '',
      firmware: versionText(this.#versions.firmware),
    };
  }

  #versionsArrive(): Promise<Js220Versions> {
    const arrival = new Promise<Js220Versions>((resolve, reject) => {
      const cancel = this.#options.clock.after(ANSWER_TIMEOUT_MS, () => {
        reject(
          new LabError(
            'device/timeout',
            `The JS220 did not say hello within ${ANSWER_TIMEOUT_MS} ms. Plug it in again and reconnect.`,
          ),
        );
      });
      this.#onVersions = (result) => {
        cancel();
        this.#onVersions = undefined;
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
    });
    arrival.catch(() => undefined);
    return arrival;
  }

  #take(transfer: Uint8Array<ArrayBuffer>): void {
    if (this.#state === 'closed') return;
    const startMs = this.#options.clock.nowMs();
    for (const frame of decodeFrames(transfer)) {
      if (frame === 'bad') this.#badFrameCount++;
      else this.#takeFrame(frame);
    }
    this.#busyMs += this.#options.clock.nowMs() - startMs;
    this.onChanged?.();
  }

  #takeFrame({ frameId, port, payload }: Frame): void {
    this.#lostFrameCount += (frameId - (this.#nextFrameId ?? frameId)) & 0xffff;
    this.#nextFrameId = (frameId + 1) & 0xffff;
    if (port >= FIRST_STREAM_PORT) this.#options.processor.take(port, payload);
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
      if (timeMap) this.#options.processor.setTimeMap(timeMap);
      else this.#badFrameCount++;
    }
  }

  /** Answers at once, not in turn: a late answer spoils the instrument's idea of UTC. */
  #answer(payload: Uint8Array<ArrayBuffer> | undefined): void {
    if (!payload) this.#badFrameCount++;
    else this.#send(PORT.admin, payload).catch((error: unknown) => this.#fail(toError(error)));
  }

  #send(port: number, payload: Uint8Array<ArrayBuffer>): Promise<void> {
    const frame = encodeFrame(this.#sentFrameCount, port, payload);
    this.#sentFrameCount++;
    return this.#link.bulkOut(JS220_ENDPOINT_OUT, frame);
  }

  #select(topic: string, isOn: boolean): void {
    if (isOn) this.#streamTopics.add(topic);
    else this.#streamTopics.delete(topic);
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

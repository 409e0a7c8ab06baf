// The part of a simulated JS220 that talks with the host: connecting, publish and subscribe, echoes, the time, and the
// refusal of everything that could change its memory.

import { ADMIN, encodeConnect } from '../admin.ts';
import { COUNTER_RATE_HZ, PORT } from '../constants.ts';
import { decodeFrame } from '../frames.ts';
import { decodePublication, encodePublication, type TypedValue } from '../values.ts';
import type { Js220Model } from './model.ts';
import { TimeSync } from './time-sync.ts';
import { CODE } from './topic-store.ts';

/** First request for the time after connecting (choice): within 100 ms, as hosts expect. */
const TIME_SYNC_DELAY_MS = 50;
const MEMORY_PORT = 3;
const MEMORY_ACK = 1;
const MEMORY_HEADER_BYTES = 12;

/** What a message is, for faults that silence one kind. */
export type MessageKind = 'hello' | 'pong' | 'code' | 'other';

export interface ControllerOptions {
  readonly model: Js220Model;
  readonly send: (port: number, payload: Uint8Array<ArrayBuffer>, kind: MessageKind) => void;
  readonly timeSyncDelayMs?: number | undefined;
}

export class Controller {
  readonly #model: Js220Model;
  readonly #send: ControllerOptions['send'];
  readonly #timeSync: TimeSync;
  readonly #timeSyncDelayIds: number;
  #isConnected = false;

  constructor({ model, send, timeSyncDelayMs = TIME_SYNC_DELAY_MS }: ControllerOptions) {
    this.#model = model;
    this.#send = send;
    this.#timeSync = new TimeSync(model.versions.firmware);
    this.#timeSyncDelayIds = (timeSyncDelayMs / 1000) * COUNTER_RATE_HZ;
    model.onPublication = (topic, value, isRetained) => {
      if (this.#isConnected) this.#publish(topic, value, isRetained, 'other');
    };
  }

  /** Says hello. `isReset`: parameters go to what they are at power-up. */
  connect(isReset: boolean): void {
    if (isReset) this.#model.reset();
    this.#isConnected = true;
    this.#send(PORT.admin, encodeConnect(this.#model.versions), 'hello');
    this.#timeSync.start(this.#model.sampleId + this.#timeSyncDelayIds);
  }

  disconnect(): void {
    this.#isConnected = false;
    this.#model.stopStreams();
    this.#timeSync.stop();
  }

  /** Samples have been taken. */
  tick(): void {
    const request = this.#timeSync.request(this.#model.sampleId);
    if (request) this.#send(PORT.admin, request, 'other');
  }

  /** One bulk OUT transfer. What is not exactly one frame is passed over. */
  receive(transfer: Uint8Array<ArrayBuffer>): void {
    const frame = decodeFrame(transfer);
    if (!this.#isConnected || !frame || frame.payload.byteLength + FRAME_HEADER_BYTES !== transfer.byteLength) return;
    const { port, payload } = frame;
    if (port === PORT.publish) this.#takePublication(payload);
    else if (port === PORT.admin) this.#takeAdmin(payload);
    else if (port === MEMORY_PORT) this.#refuseMemory(payload);
  }

  #takeAdmin(payload: Uint8Array<ArrayBuffer>): void {
    if (payload[0] === ADMIN.echo) this.#send(PORT.admin, payload, 'other');
    if (payload[0] !== ADMIN.timeSync) return;
    const timeMap = this.#timeSync.answer(payload, this.#model.sampleId);
    if (timeMap) this.#send(PORT.admin, timeMap, 'other');
  }

  #takePublication(payload: Uint8Array<ArrayBuffer>): void {
    const message = decodePublication(payload);
    if (!message) return;
    const { topic, value } = message;
    const { topics } = this.#model;
    if (topic === '$') {
      // Texts end with a NUL here.
      for (const [name, json] of topics.descriptions()) {
        this.#publish(`${name}$`, { type: 'json', value: `${json}\0` }, true, 'other');
      }
    } else if (topic === '?') {
      for (const [name, known] of topics.values()) this.#publish(`${name}?`, known, true, 'other');
    } else if (topic === 'c/!ping') {
      this.#publish('c/!pong', value, false, 'pong');
    } else {
      this.#publish(`${topic}#`, { type: 'i32', value: this.#model.publish(topic, value) }, false, 'code');
    }
  }

  #publish(topic: string, value: TypedValue, isRetained: boolean, kind: MessageKind): void {
    this.#send(PORT.publish, encodePublication({ topic, value, isRetained }), kind);
  }

  #refuseMemory(payload: Uint8Array<ArrayBuffer>): void {
    const acknowledgement = new Uint8Array(MEMORY_HEADER_BYTES);
    acknowledgement.set([MEMORY_ACK, payload[1] ?? 0, CODE.notSupported, payload[0] ?? 0]);
    this.#send(MEMORY_PORT, acknowledgement, 'other');
  }
}

const FRAME_HEADER_BYTES = 4;

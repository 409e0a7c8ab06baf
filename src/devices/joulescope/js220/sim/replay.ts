// Recorded bulk IN frames of a JS220 as a device: it opens, answers every request as an instrument would that accepts
// everything, and sends the bytes of the capture when it is told to. For golden data and bug reports.

import { type Clock, delay, systemClock } from '../../../../base/clock.ts';
import type { UsbDevice, UsbInResult, UsbOutResult, UsbSetup } from '../../../../transports/usb.ts';
import { CapturePlayer } from '../../../sim/usb/capture.ts';
import { encodeConnect, type Js220Versions } from '../admin.ts';
import {
  DECIMATING_VERSION,
  JS220_CONFIGURATION,
  JS220_PRODUCT_ID,
  JS220_VENDOR_ID,
  PORT,
  REQUEST,
} from '../constants.ts';
import { decodeFrame, encodeFrame } from '../frames.ts';
import { decodePublication, encodePublication, type TypedValue } from '../values.ts';

export interface Js220ReplayOptions {
  readonly clock?: Clock;
  readonly versions?: Js220Versions;
  /** Descriptions that it answers to `$`, by topic, as JSON. */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** Values that it answers to `?`, by topic. */
  readonly values?: Readonly<Record<string, TypedValue>>;
  /** Return codes other than 0, by topic. */
  readonly returnCodes?: Readonly<Record<string, number>>;
  /** Packets per read result; as many as fit when left out. */
  readonly packetsPerTransfer?: number;
}

export interface Js220ReplayDevice extends UsbDevice {
  /** Frames that the host sent, whole, in order. */
  readonly received: readonly Uint8Array<ArrayBuffer>[];
  /** Packets of the capture that the host has been given. */
  readonly playedPacketCount: number;
  /** Sends the capture; resolves when the host has been given all of it. */
  play(): Promise<void>;
}

const VERSIONS: Js220Versions = { firmware: DECIMATING_VERSION, hardware: 0x0100_0000, fpga: DECIMATING_VERSION };
const ZERO: TypedValue = { type: 'i32', value: 0 };

/** `capture`: 512-byte packets with a frame each, in order of arrival; the last may be short. */
export function createJs220Replay(
  capture: Uint8Array<ArrayBuffer>,
  options: Js220ReplayOptions = {},
): Js220ReplayDevice {
  const clock = options.clock ?? systemClock;
  const received: Uint8Array<ArrayBuffer>[] = [];
  let sentFrameCount = 0;
  let isPlaying = false;
  const player = new CapturePlayer({
    clock,
    capture,
    packetsPerTransfer: options.packetsPerTransfer,
    isSending: () => isPlaying,
  });
  const { endpoint } = player;
  const turn = () => delay(clock, 0);
  const send = (port: number, payload: Uint8Array): void => {
    endpoint.put(encodeFrame(sentFrameCount, port, payload));
    sentFrameCount++;
  };
  const publish = (topic: string, value: TypedValue, isRetained = false): void => {
    send(PORT.publish, encodePublication({ topic, value, isRetained }));
  };

  const answer = (topic: string, value: TypedValue): void => {
    if (topic === '$') {
      for (const [name, json] of Object.entries(options.descriptions ?? {})) {
        publish(`${name}$`, { type: 'json', value: `${json}\0` }, true);
      }
    } else if (topic === '?') {
      for (const [name, known] of Object.entries(options.values ?? {})) publish(`${name}?`, known, true);
    } else if (topic === 'c/!ping') {
      publish('c/!pong', value);
    } else {
      publish(`${topic}#`, { ...ZERO, value: options.returnCodes?.[topic] ?? 0 });
    }
  };

  return {
    ...player.usb,
    vendorId: JS220_VENDOR_ID,
    productId: JS220_PRODUCT_ID,
    manufacturerName: 'Jetperch LLC',
    productName: 'Joulescope JS220 (replay)',
    serialNumber: '000000',
    configuration: { configurationValue: JS220_CONFIGURATION },
    received,
    get playedPacketCount() {
      return player.playedPacketCount;
    },
    play() {
      isPlaying = true;
      player.feed();
      return player.finished;
    },
    async controlTransferIn({ request }: UsbSetup): Promise<UsbInResult> {
      await turn();
      if (request === REQUEST.connect) send(PORT.admin, encodeConnect(options.versions ?? VERSIONS));
      if (request === REQUEST.disconnect) endpoint.flush();
      return { status: 'ok', data: new DataView(new ArrayBuffer(1)) };
    },
    async controlTransferOut(): Promise<UsbOutResult> {
      await turn();
      return { status: 'stall', bytesWritten: 0 };
    },
    async transferOut(_endpointNumber: number, data: BufferSource): Promise<UsbOutResult> {
      const bytes = new Uint8Array(
        data instanceof ArrayBuffer ? data : data.buffer.slice(0),
      ) as Uint8Array<ArrayBuffer>;
      received.push(bytes);
      await turn();
      const frame = decodeFrame(bytes);
      const message = frame?.port === PORT.publish ? decodePublication(frame.payload) : undefined;
      if (message) answer(message.topic, message.value);
      return { status: 'ok', bytesWritten: bytes.byteLength };
    },
  };
}

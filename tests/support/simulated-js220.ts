// A simulated JS220 on a manual clock, and a bare host: no driver, only frames, so that tests see what is on the wire.

import { utcFromUnixMs } from '../../src/base/time.ts';
import { answerTimeSync } from '../../src/devices/joulescope/js220/admin.ts';
import { decodeFrames, encodeFrame, type Frame } from '../../src/devices/joulescope/js220/frames.ts';
import {
  createSimulatedJs220Bus,
  type SimulatedJs220Bus,
  type SimulatedJs220BusOptions,
} from '../../src/devices/joulescope/js220/sim/bus.ts';
import {
  decodePublication,
  encodePublication,
  type Publication,
  type TypedValue,
} from '../../src/devices/joulescope/js220/values.ts';
import { profileOf } from '../../src/devices/sim/profiles.ts';
import type { UsbDevice, UsbSetup } from '../../src/transports/usb.ts';
import { ManualClock } from './manual-clock.ts';

export function createSimulatedJs220(
  clock: ManualClock,
  profileId: string,
  options: Partial<SimulatedJs220BusOptions> = {},
): SimulatedJs220Bus {
  return createSimulatedJs220Bus({ clock, profile: profileOf(profileId), seed: 7, ...options });
}

export const vendorRequest = (request: number, value = 0): UsbSetup => ({
  requestType: 'vendor',
  recipient: 'device',
  request,
  value,
  index: 0,
});

export interface BareHostOptions {
  /** Answers requests for the time; true when left out. */
  readonly isTimeTold?: boolean;
  readonly readBytes?: number;
}

/** Reads all the time, keeps every frame, and answers requests for the time. */
export class BareHost {
  readonly clock: ManualClock;
  readonly device: UsbDevice;
  readonly frames: Frame[] = [];
  badCount = 0;
  /** Statuses of reads that were not ok, and names of errors. */
  readonly troubles: string[] = [];
  readonly #options: BareHostOptions;
  #sentCount = 0;
  #isReading = false;

  constructor(clock: ManualClock, device: UsbDevice, options: BareHostOptions = {}) {
    this.clock = clock;
    this.device = device;
    this.#options = options;
  }

  /** Opens, connects and reads. */
  async connect(): Promise<void> {
    await this.clock.settle(this.device.open());
    await this.clock.settle(this.device.claimInterface(0));
    await this.request(2);
    this.startReading();
    await this.request(1);
  }

  async request(request: number, value = 0): Promise<Uint8Array> {
    const { data } = await this.clock.settle(this.device.controlTransferIn(vendorRequest(request, value), 1));
    return new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength);
  }

  startReading(readCount = 8): void {
    this.#isReading = true;
    for (let k = 0; k < readCount; k++) void this.#readOn();
  }

  /** The reads that wait are the last. */
  stopReading(): void {
    this.#isReading = false;
  }

  send(port: number, payload: Uint8Array): Promise<unknown> {
    return this.sendRaw(encodeFrame(this.#sentCount++, port, payload));
  }

  sendRaw(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
    return this.clock.settle(this.device.transferOut(1, bytes));
  }

  /** Publishes and waits a moment. Returns the return code, if one came. */
  async publish(topic: string, value: TypedValue | number): Promise<number | undefined> {
    const before = this.frames.length;
    const typed: TypedValue = typeof value === 'number' ? { type: 'u32', value } : value;
    await this.send(1, encodePublication({ topic, value: typed, isRetained: false }));
    await this.clock.advance(10);
    const answer = this.publications(before).find((message) => message.topic === `${topic}#`);
    return answer && Number(answer.value.value);
  }

  /** From frame `from` on. */
  publications(from = 0): Publication[] {
    return this.frames
      .slice(from)
      .filter(({ port }) => port === 1)
      .map(({ payload }) => decodePublication(payload)!);
  }

  /** Frames of a port, with the low 32 bits of their ids. */
  stream(port: number): { id32: number; data: Uint8Array<ArrayBuffer> }[] {
    return this.frames
      .filter((frame) => frame.port === port)
      .map(({ payload }) => ({
        id32: new DataView(payload.buffer, payload.byteOffset).getUint32(0, true),
        data: payload.slice(4),
      }));
  }

  /** Samples of an f32 port, joined. */
  floats(port: number): number[] {
    return this.stream(port).flatMap(({ data }) => [...new Float32Array(data.buffer)]);
  }

  async #readOn(): Promise<void> {
    while (this.#isReading) {
      const result = await this.device
        .transferIn(2, this.#options.readBytes ?? 32_768)
        .catch((error: unknown) => error as Error);
      if (result instanceof Error) {
        this.troubles.push(result.name);
        return;
      }
      if (result.status !== 'ok') this.troubles.push(result.status!);
      if (result.status === 'stall') await this.device.clearHalt('in', 2);
      const { buffer, byteOffset, byteLength } = result.data!;
      this.#take(new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer));
    }
  }

  #take(transfer: Uint8Array<ArrayBuffer>): void {
    for (const frame of decodeFrames(transfer)) {
      if (frame === 'bad') this.badCount++;
      else this.frames.push(frame);
      if (frame === 'bad' || frame.port !== 0 || frame.payload[0] !== 3 || this.#options.isTimeTold === false) continue;
      const utc = utcFromUnixMs(this.clock.unixMs());
      void this.device.transferOut(1, encodeFrame(this.#sentCount++, 0, answerTimeSync(frame.payload, utc, utc)!));
    }
  }
}

export async function connected(
  profileId: string,
  options: Partial<SimulatedJs220BusOptions> = {},
  hostOptions: BareHostOptions = {},
) {
  const clock = new ManualClock();
  const bus = createSimulatedJs220(clock, profileId, options);
  const host = new BareHost(clock, bus.device, hostOptions);
  await host.connect();
  return { clock, bus, host };
}

/** Packed samples of a port, joined. */
export function packed(host: BareHost, port: number, bits: 1 | 4): number[] {
  return host
    .stream(port)
    .flatMap(({ data }) =>
      Array.from(
        { length: (data.length * 8) / bits },
        (_, i) => (data[(i * bits) >> 3]! >> ((i * bits) & 7)) & (2 ** bits - 1),
      ),
    );
}

// The far end of a virtual machine's USB redirection: lends one of our simulated devices to the machine's bus over
// TCP, with the usbredir protocol (SPICE project, usbredir-protocol.md, version 0.7). The subset that a vendor-class
// device with bulk endpoints needs. All integers are little endian.

import { createServer, type Server, type Socket } from 'node:net';
import type { UsbDevice, UsbSetup, UsbStatus } from '../../src/transports/usb.ts';

const TYPE = {
  hello: 0,
  deviceConnect: 1,
  reset: 3,
  interfaceInfo: 4,
  endpointInfo: 5,
  setConfiguration: 6,
  getConfiguration: 7,
  configurationStatus: 8,
  setAlternate: 9,
  getAlternate: 10,
  alternateStatus: 11,
  cancel: 21,
  control: 100,
  bulk: 101,
} as const;

/** Capability bits that we have: device version, packet sizes of endpoints, 64-bit ids, 32-bit bulk lengths. */
const CAPABILITIES = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 6);
const HAS_64_BIT_IDS = 1 << 5;
const HAS_32_BIT_LENGTHS = 1 << 6;
const STATUS = { success: 0, cancelled: 1, ioError: 3, stall: 4, babble: 6 } as const;
const SPEED_HIGH = 2;
const VENDOR_CLASS = 0xff;
const ENDPOINT_BULK = 2;
const ENDPOINT_INVALID = 255;
const CONFIGURATION = 1;
const BULK_PACKET_BYTES = 512;
const CONTROL_PACKET_BYTES = 64;
const DESCRIPTOR = { device: 1, configuration: 2, string: 3, qualifier: 6 } as const;
const GET_STATUS = 0;
const GET_DESCRIPTOR = 6;
const USB_VERSION = 0x0200;
const DEVICE_VERSION = 0x0100;

export interface PeerCounts {
  controlCount: number;
  bulkBytes: number;
  cancelCount: number;
}

/** Numbers of a device's bulk endpoints. */
export interface Endpoints {
  readonly in: number;
  readonly out?: number;
}

/** Serves `device`, a simulated one with one interface. */
export function serveUsbRedirection(device: UsbDevice, endpoints: Endpoints, counts: PeerCounts): Server {
  return createServer((socket) => {
    socket.setNoDelay(true);
    new Peer(socket, device, endpoints, counts);
  });
}

class Peer {
  readonly #socket: Socket;
  readonly #device: UsbDevice;
  readonly #endpoints: Endpoints;
  readonly #counts: PeerCounts;
  #input = Buffer.alloc(0);
  #has64BitIds = false;
  #has32BitLengths = false;
  #isReopening = false;

  constructor(socket: Socket, device: UsbDevice, endpoints: Endpoints, counts: PeerCounts) {
    this.#socket = socket;
    this.#device = device;
    this.#endpoints = endpoints;
    this.#counts = counts;
    socket.on('data', (data) => this.#receive(data));
    socket.on('error', () => socket.destroy());
    const hello = Buffer.alloc(68);
    hello.write('pulsebench simulated device');
    hello.writeUInt32LE(CAPABILITIES, 64);
    this.#send(TYPE.hello, 0n, hello);
  }

  #receive(data: Buffer): void {
    this.#input = Buffer.concat([this.#input, data]);
    for (;;) {
      const headerBytes = this.#has64BitIds ? 16 : 12;
      if (this.#input.length < headerBytes) return;
      const lengthBytes = this.#input.readUInt32LE(4);
      if (this.#input.length < headerBytes + lengthBytes) return;
      const type = this.#input.readUInt32LE(0);
      const id = this.#has64BitIds ? this.#input.readBigUInt64LE(8) : BigInt(this.#input.readUInt32LE(8));
      const body = Buffer.from(this.#input.subarray(headerBytes, headerBytes + lengthBytes));
      this.#input = this.#input.subarray(headerBytes + lengthBytes);
      void this.#handle(type, id, body);
    }
  }

  async #handle(type: number, id: bigint, body: Buffer): Promise<void> {
    switch (type) {
      case TYPE.hello:
        return this.#greet(body);
      case TYPE.setConfiguration:
        this.#describe();
        return this.#send(TYPE.configurationStatus, id, Buffer.of(STATUS.success, body[0]!));
      case TYPE.getConfiguration:
        return this.#send(TYPE.configurationStatus, id, Buffer.of(STATUS.success, CONFIGURATION));
      case TYPE.setAlternate:
        return this.#send(TYPE.alternateStatus, id, Buffer.of(STATUS.success, body[0]!, body[1]!));
      case TYPE.getAlternate:
        return this.#send(TYPE.alternateStatus, id, Buffer.of(STATUS.success, body[0]!, 0));
      case TYPE.reset:
      case TYPE.cancel:
        this.#counts.cancelCount++;
        return this.#dropReads();
      case TYPE.control:
        return this.#control(id, body);
      case TYPE.bulk:
        return this.#bulk(id, body);
      default:
    }
  }

  async #greet(body: Buffer): Promise<void> {
    const theirs = body.length >= 68 ? body.readUInt32LE(64) : 0;
    this.#has64BitIds = (theirs & HAS_64_BIT_IDS) !== 0;
    this.#has32BitLengths = (theirs & HAS_32_BIT_LENGTHS) !== 0;
    await this.#open();
    this.#describe();
    const connect = Buffer.alloc(10);
    connect[0] = SPEED_HIGH;
    connect.writeUInt16LE(this.#device.vendorId, 4);
    connect.writeUInt16LE(this.#device.productId, 6);
    connect.writeUInt16LE(DEVICE_VERSION, 8);
    this.#send(TYPE.deviceConnect, 0n, connect);
  }

  async #open(): Promise<void> {
    await this.#device.open();
    await this.#device.claimInterface(0);
  }

  /** The guest takes its reads back. All of them end; ours has no way to end one. */
  async #dropReads(): Promise<void> {
    if (this.#isReopening) return;
    this.#isReopening = true;
    await this.#device.close();
    await this.#open();
    this.#isReopening = false;
  }

  /** Interface and endpoint tables: 32 entries, OUT endpoints first, IN endpoints from 16 on. */
  #describe(): void {
    const interfaces = Buffer.alloc(4 + 4 * 32);
    interfaces.writeUInt32LE(1, 0);
    for (const column of [1, 2, 3]) interfaces[4 + column * 32] = VENDOR_CLASS;
    this.#send(TYPE.interfaceInfo, 0n, interfaces);
    const endpoints = Buffer.alloc(3 * 32 + 2 * 32);
    endpoints.fill(ENDPOINT_INVALID, 0, 32);
    endpoints[0] = 0;
    endpoints[16] = 0;
    const sizes = 3 * 32;
    endpoints.writeUInt16LE(CONTROL_PACKET_BYTES, sizes);
    endpoints.writeUInt16LE(CONTROL_PACKET_BYTES, sizes + 2 * 16);
    for (const row of this.#bulkRows()) {
      endpoints[row] = ENDPOINT_BULK;
      endpoints.writeUInt16LE(BULK_PACKET_BYTES, sizes + 2 * row);
    }
    this.#send(TYPE.endpointInfo, 0n, endpoints);
  }

  /** Rows of the endpoint table, OUT before IN. */
  #bulkRows(): readonly number[] {
    const { in: input, out } = this.#endpoints;
    return [...(out === undefined ? [] : [out]), 16 + input];
  }

  async #control(id: bigint, body: Buffer): Promise<void> {
    this.#counts.controlCount++;
    const request = body[1]!;
    const requestType = body[2]!;
    const value = body.readUInt16LE(4);
    const index = body.readUInt16LE(6);
    const lengthBytes = body.readUInt16LE(8);
    const isIn = (requestType & 0x80) !== 0;
    let answer: Uint8Array | undefined;
    if ((requestType & 0x60) === 0) {
      answer = this.#standard(request, value, isIn);
    } else {
      const setup: UsbSetup = { requestType: 'vendor', recipient: 'device', request, value, index };
      const result = isIn
        ? await this.#device.controlTransferIn(setup, lengthBytes)
        : await this.#device.controlTransferOut(setup, new Uint8Array(body.subarray(10)));
      const data = 'data' in result ? result.data : undefined;
      if (result.status === 'ok') {
        answer = data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(0);
      }
    }
    const data = isIn && answer ? answer.subarray(0, lengthBytes) : new Uint8Array(0);
    const reply = Buffer.alloc(10 + data.byteLength);
    body.copy(reply, 0, 0, 10);
    reply[3] = answer ? STATUS.success : STATUS.stall;
    reply.writeUInt16LE(isIn ? data.byteLength : lengthBytes, 8);
    reply.set(data, 10);
    this.#send(TYPE.control, id, reply);
  }

  /** Standard requests to the device; `undefined` = stall. */
  #standard(request: number, value: number, isIn: boolean): Uint8Array | undefined {
    if (!isIn) return new Uint8Array(0);
    if (request === GET_STATUS) return Uint8Array.of(0, 0);
    if (request !== GET_DESCRIPTOR) return undefined;
    const { vendorId, productId } = this.#device;
    switch (value >> 8) {
      case DESCRIPTOR.device: {
        const bytes = Buffer.from([
          18,
          DESCRIPTOR.device,
          0,
          0,
          0,
          0,
          0,
          CONTROL_PACKET_BYTES,
          0,
          0,
          0,
          0,
          0,
          0,
          1,
          2,
          3,
          1,
        ]);
        bytes.writeUInt16LE(USB_VERSION, 2);
        bytes.writeUInt16LE(vendorId, 8);
        bytes.writeUInt16LE(productId, 10);
        bytes.writeUInt16LE(DEVICE_VERSION, 12);
        return bytes;
      }
      case DESCRIPTOR.configuration: {
        const addresses = this.#bulkRows().map((row) => (row < 16 ? row : 0x80 | (row - 16)));
        const endpoints = addresses.flatMap((address) => [7, 5, address, ENDPOINT_BULK, 0, 2, 0]);
        const face = [9, 4, 0, 0, addresses.length, VENDOR_CLASS, VENDOR_CLASS, VENDOR_CLASS, 0];
        const total = 9 + face.length + endpoints.length;
        return Uint8Array.from([
          9,
          DESCRIPTOR.configuration,
          total,
          0,
          1,
          CONFIGURATION,
          0,
          0x80,
          250,
          ...face,
          ...endpoints,
        ]);
      }
      case DESCRIPTOR.string:
        return this.#string(value & 0xff);
      case DESCRIPTOR.qualifier:
        return Uint8Array.from([10, DESCRIPTOR.qualifier, 0, 2, 0, 0, 0, CONTROL_PACKET_BYTES, 1, 0]);
      default:
        return undefined;
    }
  }

  #string(index: number): Uint8Array | undefined {
    if (index === 0) return Uint8Array.of(4, DESCRIPTOR.string, 0x09, 0x04);
    const { manufacturerName, productName, serialNumber } = this.#device;
    const text = [manufacturerName, productName, serialNumber][index - 1];
    if (!text) return undefined;
    return Buffer.concat([Buffer.of(2 + 2 * text.length, DESCRIPTOR.string), Buffer.from(text, 'utf16le')]);
  }

  async #bulk(id: bigint, body: Buffer): Promise<void> {
    const endpoint = body[0]!;
    const streamId = body.readUInt32LE(4);
    const wanted = body.readUInt16LE(2) + (this.#has32BitLengths ? body.readUInt16LE(8) * 0x1_0000 : 0);
    let status: number = STATUS.ioError;
    const headerBytes = this.#has32BitLengths ? 10 : 8;
    const isOut = (endpoint & 0x80) === 0;
    let data: Uint8Array = new Uint8Array(0);
    try {
      const result = isOut
        ? await this.#device.transferOut(endpoint, new Uint8Array(body.subarray(headerBytes)))
        : await this.#device.transferIn(endpoint & 0x0f, wanted);
      status = statusCode(result.status);
      if ('data' in result && result.data)
        data = new Uint8Array(result.data.buffer, result.data.byteOffset, result.data.byteLength);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') status = STATUS.cancelled;
    }
    this.#counts.bulkBytes += data.byteLength;
    const lengthBytes = isOut ? wanted : data.byteLength;
    const reply = Buffer.alloc(headerBytes + data.byteLength);
    reply[0] = endpoint;
    reply[1] = status;
    reply.writeUInt16LE(lengthBytes & 0xffff, 2);
    reply.writeUInt32LE(streamId, 4);
    if (this.#has32BitLengths) reply.writeUInt16LE(lengthBytes >>> 16, 8);
    reply.set(data, headerBytes);
    this.#send(TYPE.bulk, id, reply);
  }

  #send(type: number, id: bigint, body: Uint8Array): void {
    const has64BitIds = this.#has64BitIds && type !== TYPE.hello;
    const header = Buffer.alloc(has64BitIds ? 16 : 12);
    header.writeUInt32LE(type, 0);
    header.writeUInt32LE(body.byteLength, 4);
    if (has64BitIds) header.writeBigUInt64LE(id, 8);
    else header.writeUInt32LE(Number(id & 0xffff_ffffn), 8);
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat([header, body]));
  }
}

function statusCode(status: UsbStatus | undefined): number {
  if (status === 'stall') return STATUS.stall;
  return status === 'babble' ? STATUS.babble : STATUS.success;
}

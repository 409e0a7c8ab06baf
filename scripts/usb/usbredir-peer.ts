// The far end of a virtual machine's USB redirection: lends one of our simulated devices to the machine's bus over
// TCP, with the usbredir protocol (SPICE project, usbredir-protocol.md, version 0.7). The subset that devices with bulk
// and interrupt endpoints need. All integers are little endian.

import { createServer, type Server, type Socket } from 'node:net';
import type { UsbDevice, UsbSetup, UsbStatus } from '../../src/transports/usb.ts';
import {
  addressOf,
  CONTROL_PACKET_BYTES,
  DEVICE_VERSION,
  type DescribedDevice,
  descriptorOf,
  ENDPOINT_TYPE,
  INTERRUPT_INTERVAL,
  interfacesOf,
} from './usb-descriptors.ts';

const TYPE = {
  hello: 0,
  deviceConnect: 1,
  deviceDisconnect: 2,
  reset: 3,
  interfaceInfo: 4,
  endpointInfo: 5,
  setConfiguration: 6,
  getConfiguration: 7,
  configurationStatus: 8,
  setAlternate: 9,
  getAlternate: 10,
  alternateStatus: 11,
  startNotices: 15,
  stopNotices: 16,
  noticesStatus: 17,
  cancel: 21,
  control: 100,
  bulk: 101,
  notice: 103,
} as const;

/** Capability bits that we have: device version, packet sizes of endpoints, 64-bit ids, 32-bit bulk lengths. */
const CAPABILITIES = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 6);
const HAS_64_BIT_IDS = 1 << 5;
const HAS_32_BIT_LENGTHS = 1 << 6;
const STATUS = { success: 0, cancelled: 1, ioError: 3, stall: 4, babble: 6 } as const;
const SPEED_HIGH = 2;
const ENDPOINT_INVALID = 255;
const GET_STATUS = 0;
const CLEAR_FEATURE = 1;
const GET_DESCRIPTOR = 6;
const REQUEST_TYPES = ['standard', 'class', 'vendor'] as const;
const RECIPIENTS = ['device', 'interface', 'endpoint'] as const;

export interface PeerCounts {
  controlCount: number;
  bulkBytes: number;
  cancelCount: number;
}

/** A simulated device, and the rest of what its descriptors say. */
export interface LentDevice extends DescribedDevice {
  readonly device: UsbDevice;
}

/** Lends a device to each machine that connects. */
export class UsbRedirection {
  readonly server: Server;
  #peer: Peer | undefined;

  constructor(lent: LentDevice, counts: PeerCounts) {
    this.server = createServer((socket) => {
      socket.setNoDelay(true);
      this.#peer = new Peer(socket, lent, counts);
    });
  }

  /** Pulls the cable. */
  unplug(): Promise<void> | undefined {
    return this.#peer?.unplug();
  }

  /** Puts it back. */
  plug(): Promise<void> | undefined {
    return this.#peer?.plug();
  }
}

class Peer {
  readonly #socket: Socket;
  readonly #lent: LentDevice;
  readonly #counts: PeerCounts;
  #input = Buffer.alloc(0);
  #has64BitIds = false;
  #has32BitLengths = false;
  /** Bulk transfers that are not answered yet. */
  readonly #pending = new Set<bigint>();
  /** Interrupt endpoints that the machine listens to, and those that a read waits at. */
  readonly #heard = new Set<number>();
  readonly #awaited = new Set<number>();
  #noticeCount = 0n;
  #reopening: Promise<void> | undefined;

  constructor(socket: Socket, lent: LentDevice, counts: PeerCounts) {
    this.#socket = socket;
    this.#lent = lent;
    this.#counts = counts;
    socket.on('data', (data) => this.#receive(data));
    socket.on('error', () => socket.destroy());
    const hello = Buffer.alloc(68);
    hello.write('pulsebench simulated device');
    hello.writeUInt32LE(CAPABILITIES, 64);
    this.#send(TYPE.hello, 0n, hello);
  }

  async unplug(): Promise<void> {
    this.#heard.clear();
    this.#send(TYPE.deviceDisconnect, 0n, new Uint8Array(0));
    await this.#reopening;
    await this.#lent.device.close();
  }

  async plug(): Promise<void> {
    await this.#open();
    this.#describe();
    const { vendorId, productId } = this.#lent.device;
    const connect = Buffer.alloc(10);
    connect[0] = SPEED_HIGH;
    connect.writeUInt16LE(vendorId, 4);
    connect.writeUInt16LE(productId, 6);
    connect.writeUInt16LE(DEVICE_VERSION, 8);
    this.#send(TYPE.deviceConnect, 0n, connect);
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
    const { configurationValue } = this.#lent.configuration;
    switch (type) {
      case TYPE.hello:
        return this.#greet(body);
      case TYPE.setConfiguration:
        this.#describe();
        return this.#send(TYPE.configurationStatus, id, Buffer.of(STATUS.success, body[0]!));
      case TYPE.getConfiguration:
        return this.#send(TYPE.configurationStatus, id, Buffer.of(STATUS.success, configurationValue));
      case TYPE.setAlternate:
        return this.#send(TYPE.alternateStatus, id, Buffer.of(STATUS.success, body[0]!, body[1]!));
      case TYPE.getAlternate:
        return this.#send(TYPE.alternateStatus, id, Buffer.of(STATUS.success, body[0]!, 0));
      case TYPE.startNotices:
        this.#heard.add(body[0]!);
        this.#send(TYPE.noticesStatus, id, Buffer.of(STATUS.success, body[0]!));
        return this.#awaitNotices(body[0]!);
      case TYPE.stopNotices:
        this.#heard.delete(body[0]!);
        return this.#send(TYPE.noticesStatus, id, Buffer.of(STATUS.success, body[0]!));
      case TYPE.reset:
        return this.#dropReads();
      case TYPE.cancel:
        this.#counts.cancelCount++;
        return this.#pending.has(id) ? this.#dropReads() : undefined;
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
    await this.plug();
  }

  async #open(): Promise<void> {
    const { device, configuration } = this.#lent;
    await device.open();
    for (const { interfaceNumber } of configuration.interfaces) await device.claimInterface(interfaceNumber);
  }

  /** The guest takes its reads back. All of them end; ours has no way to end one. */
  async #dropReads(): Promise<void> {
    this.#reopening ??= this.#reopen();
    await this.#reopening;
  }

  async #reopen(): Promise<void> {
    await this.#lent.device.close();
    await this.#open();
    this.#reopening = undefined;
    for (const address of this.#heard) void this.#awaitNotices(address);
  }

  /** Interface and endpoint tables: 32 entries, OUT endpoints first, IN endpoints from 16 on. */
  #describe(): void {
    const interfaces = Buffer.alloc(4 + 4 * 32);
    const endpoints = Buffer.alloc(3 * 32 + 2 * 32);
    const [types, intervals, owners, sizes] = [0, 32, 2 * 32, 3 * 32] as const;
    endpoints.fill(ENDPOINT_INVALID, types, 32);
    for (const row of [0, 16]) {
      endpoints[types + row] = 0;
      endpoints.writeUInt16LE(CONTROL_PACKET_BYTES, sizes + 2 * row);
    }
    const all = interfacesOf(this.#lent.configuration);
    interfaces.writeUInt32LE(all.length, 0);
    for (const [index, { interfaceNumber, alternate }] of all.entries()) {
      const { interfaceClass, interfaceSubclass, interfaceProtocol } = alternate;
      const columns = [interfaceNumber, interfaceClass, interfaceSubclass, interfaceProtocol];
      for (const [column, value] of columns.entries()) interfaces[4 + column * 32 + index] = value;
      for (const endpoint of alternate.endpoints) {
        const row = endpoint.endpointNumber + (endpoint.direction === 'in' ? 16 : 0);
        endpoints[types + row] = ENDPOINT_TYPE[endpoint.type];
        endpoints[intervals + row] = endpoint.type === 'interrupt' ? INTERRUPT_INTERVAL : 0;
        endpoints[owners + row] = interfaceNumber;
        endpoints.writeUInt16LE(endpoint.packetSize, sizes + 2 * row);
      }
    }
    this.#send(TYPE.interfaceInfo, 0n, interfaces);
    this.#send(TYPE.endpointInfo, 0n, endpoints);
  }

  async #control(id: bigint, body: Buffer): Promise<void> {
    this.#counts.controlCount++;
    const requestType = body[2]!;
    const isIn = (requestType & 0x80) !== 0;
    const lengthBytes = body.readUInt16LE(8);
    await this.#reopening;
    // a device whose cable was pulled meanwhile says nothing
    const answer = await this.#answer(body, lengthBytes).catch(() => undefined);
    const data = isIn && answer ? answer.subarray(0, lengthBytes) : new Uint8Array(0);
    const reply = Buffer.alloc(10 + data.byteLength);
    body.copy(reply, 0, 0, 10);
    reply[3] = answer ? STATUS.success : STATUS.stall;
    reply.writeUInt16LE(isIn ? data.byteLength : lengthBytes, 8);
    reply.set(data, 10);
    this.#send(TYPE.control, id, reply);
  }

  /** Answer to a control request, empty for one without data; `undefined` = stall. */
  async #answer(body: Buffer, lengthBytes: number): Promise<Uint8Array | undefined> {
    const bits = body[2]!;
    const [request, value, index] = [body[1]!, body.readUInt16LE(4), body.readUInt16LE(6)];
    const isIn = (bits & 0x80) !== 0;
    const requestType = REQUEST_TYPES[(bits >> 5) & 3];
    const recipient = RECIPIENTS[bits & 3];
    if (requestType === undefined || recipient === undefined) return undefined;
    if (requestType === 'standard') return this.#standard(request, value, index, { isIn, recipient });
    const setup: UsbSetup = { requestType, recipient, request, value, index };
    const { device } = this.#lent;
    if (!isIn) {
      const { status } = await device.controlTransferOut(setup, new Uint8Array(body.subarray(10)));
      return status === 'ok' ? new Uint8Array(0) : undefined;
    }
    const { status, data } = await device.controlTransferIn(setup, lengthBytes);
    if (status !== 'ok') return undefined;
    return data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(0);
  }

  /** Standard requests; `undefined` = stall. */
  async #standard(
    request: number,
    value: number,
    index: number,
    { isIn, recipient }: { readonly isIn: boolean; readonly recipient: UsbSetup['recipient'] },
  ): Promise<Uint8Array | undefined> {
    if (!isIn) {
      const isHalt = request === CLEAR_FEATURE && recipient === 'endpoint';
      if (isHalt) await this.#lent.device.clearHalt(index & 0x80 ? 'in' : 'out', index & 0x0f);
      return new Uint8Array(0);
    }
    if (request === GET_STATUS) return Uint8Array.of(0, 0);
    return request === GET_DESCRIPTOR ? descriptorOf(this.#lent, value) : undefined;
  }

  async #bulk(id: bigint, body: Buffer): Promise<void> {
    const endpoint = body[0]!;
    const streamId = body.readUInt32LE(4);
    const wanted = body.readUInt16LE(2) + (this.#has32BitLengths ? body.readUInt16LE(8) * 0x1_0000 : 0);
    let status: number = STATUS.ioError;
    const headerBytes = this.#has32BitLengths ? 10 : 8;
    const isOut = (endpoint & 0x80) === 0;
    let data: Uint8Array = new Uint8Array(0);
    this.#pending.add(id);
    await this.#reopening;
    try {
      const result = isOut
        ? await this.#lent.device.transferOut(endpoint, new Uint8Array(body.subarray(headerBytes)))
        : await this.#lent.device.transferIn(endpoint & 0x0f, wanted);
      status = statusCode(result.status);
      if ('data' in result && result.data)
        data = new Uint8Array(result.data.buffer, result.data.byteOffset, result.data.byteLength);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') status = STATUS.cancelled;
    }
    this.#pending.delete(id);
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

  /** Passes on what an interrupt endpoint says for as long as the machine listens to it. */
  async #awaitNotices(address: number): Promise<void> {
    const endpoints = interfacesOf(this.#lent.configuration).flatMap(({ alternate }) => alternate.endpoints);
    const endpoint = endpoints.find((candidate) => addressOf(candidate) === address);
    if (!endpoint || this.#awaited.has(address)) return;
    this.#awaited.add(address);
    try {
      while (this.#heard.has(address)) {
        const { data } = await this.#lent.device.transferIn(endpoint.endpointNumber, endpoint.packetSize);
        if (!data || !this.#heard.has(address)) continue;
        const notice = Buffer.alloc(4 + data.byteLength);
        notice.set([address, STATUS.success]);
        notice.writeUInt16LE(data.byteLength, 2);
        notice.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 4);
        this.#send(TYPE.notice, this.#noticeCount++, notice);
      }
    } catch {
      // closed: who opens it again listens again
    } finally {
      this.#awaited.delete(address);
    }
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

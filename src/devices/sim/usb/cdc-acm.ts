// A simulated instrument whose USB socket is a serial port (CDC 1.1, abstract control model): a control interface, and one
// for the bytes both ways. What it says is the business of the instrument behind it.

import type { BytePort } from '../../../transports/byte-port.ts';
import type { UsbSetup } from '../../../transports/usb.ts';
import type { StreamInstrument } from '../scpi/stream-instrument.ts';
import { BULK_PACKET_BYTES } from './endpoint.ts';
import { type PeripheralOptions, type UsbDescription, UsbPeripheral } from './peripheral.ts';

/** Interface classes of CDC 1.1 (4.2, 4.5). */
const COMMUNICATIONS_CLASS = 2;
const ABSTRACT_CONTROL_MODEL = 2;
const DATA_CLASS = 10;
const CONTROL_INTERFACE = 0;
const DATA_INTERFACE = 1;
const NOTICE_ENDPOINT = 3;
const NOTICE_BYTES = 16;
/** Requests of CDC 1.1 (6.2). */
const SET_LINE_CODING = 0x20;
const GET_LINE_CODING = 0x21;
const SET_CONTROL_LINE_STATE = 0x22;
const SEND_BREAK = 0x23;
/** 9600 baud, one stop bit, no parity, 8 bits. */
const FIRST_LINE_CODING = Uint8Array.of(0x80, 0x25, 0, 0, 0, 0, 8);

/** What the descriptors of its control interface say beside the standard ones (CDC 1.1, 5.2.3): which interface has the bytes. */
export const CDC_FUNCTIONAL_DESCRIPTORS = Uint8Array.from([
  ...[5, 0x24, 0x00, 0x10, 0x01],
  ...[5, 0x24, 0x01, 0x00, DATA_INTERFACE],
  ...[4, 0x24, 0x02, 0x06],
  ...[5, 0x24, 0x06, CONTROL_INTERFACE, DATA_INTERFACE],
]);

export interface CdcAcmOptions extends PeripheralOptions {
  readonly instrument: StreamInstrument;
  readonly productName?: string;
  /** No empty packet follows an answer that fills its last one. */
  readonly omitsEmptyPacket?: boolean;
  /** Of both bulk endpoints; that of high speed when left out. */
  readonly packetBytes?: number;
}

function describe({
  packetBytes = BULK_PACKET_BYTES,
  productName = 'Simulated serial port',
}: CdcAcmOptions): UsbDescription {
  const alternate = (interfaceClass: number, interfaceSubclass: number) => ({
    alternateSetting: 0,
    interfaceClass,
    interfaceSubclass,
    interfaceProtocol: 0,
  });
  const notices = {
    endpointNumber: NOTICE_ENDPOINT,
    direction: 'in',
    type: 'interrupt',
    packetSize: NOTICE_BYTES,
  } as const;
  const bulk = (endpointNumber: number, direction: 'in' | 'out') =>
    ({ endpointNumber, direction, type: 'bulk', packetSize: packetBytes }) as const;
  return {
    // the pair of the pid.codes register for tests
    vendorId: 0x1209,
    productId: 0x0001,
    manufacturerName: 'Pulsebench',
    productName,
    configurationValue: 1,
    interfaceNumber: DATA_INTERFACE,
    endpointIn: 2,
    endpointOut: 1,
    endpointInterrupt: NOTICE_ENDPOINT,
    packetBytes,
    configurations: [
      {
        configurationValue: 1,
        interfaces: [
          {
            interfaceNumber: CONTROL_INTERFACE,
            alternates: [{ ...alternate(COMMUNICATIONS_CLASS, ABSTRACT_CONTROL_MODEL), endpoints: [notices] }],
          },
          {
            interfaceNumber: DATA_INTERFACE,
            alternates: [{ ...alternate(DATA_CLASS, 0), endpoints: [bulk(1, 'out'), bulk(2, 'in')] }],
          },
        ],
      },
    ],
  };
}

export class SimulatedCdcAcm extends UsbPeripheral {
  /** As the host has set it (CDC 1.1, 6.2.13). */
  lineCoding: Uint8Array = FIRST_LINE_CODING;
  /** Bit 0: data terminal ready; bit 1: request to send. */
  lineState = 0;
  breakCount = 0;
  readonly #options: CdcAcmOptions;
  readonly #packetBytes: number;
  #port: Promise<BytePort> | undefined;

  constructor(options: CdcAcmOptions) {
    super(describe(options), { ...options, fifoPackets: Number.POSITIVE_INFINITY });
    this.#options = options;
    this.#packetBytes = options.packetBytes ?? BULK_PACKET_BYTES;
  }

  override async claimInterface(interfaceNumber: number): Promise<void> {
    // nothing but notices comes over the control interface, and there are none
    const isControl = interfaceNumber === CONTROL_INTERFACE && !this.#options.faults?.isClaimed;
    if (!isControl) await super.claimInterface(interfaceNumber || DATA_INTERFACE);
  }

  protected override onOpened(): void {
    this.endpoint.flush();
    this.#port = this.#options.instrument.connect();
    this.#port
      .then((port) =>
        port.listen({ onBytes: (bytes) => this.#send(bytes), onClosed: () => this.#options.onUnplug?.(undefined) }),
      )
      .catch(() => undefined);
  }

  protected override onEnded(): void {
    this.#port?.then((port) => port.close()).catch(() => undefined);
    this.#port = undefined;
  }

  protected override controlIn({ requestType, request }: UsbSetup): Uint8Array | undefined {
    return requestType === 'class' && request === GET_LINE_CODING ? this.lineCoding : undefined;
  }

  protected override controlOut({ requestType, request, value }: UsbSetup, data: Uint8Array<ArrayBuffer>): boolean {
    if (requestType !== 'class') return false;
    if (request === SET_LINE_CODING) this.lineCoding = data;
    else if (request === SET_CONTROL_LINE_STATE) this.lineState = value;
    else if (request === SEND_BREAK) this.#break(value);
    else return false;
    return true;
  }

  protected override bulkOut(data: Uint8Array<ArrayBuffer>): boolean {
    // what is written while the cable is pulled is lost
    this.#port?.then((port) => port.write(data)).catch(() => undefined);
    return true;
  }

  /** It lasts from any value to 0: the instrument forgets what it was about to say. */
  #break(value: number): void {
    if (value === 0) return;
    this.breakCount++;
    this.#options.instrument.line.forget();
    this.endpoint.flush();
  }

  #send(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.#packetBytes) {
      this.endpoint.keep(Uint8Array.from(bytes.subarray(at, at + this.#packetBytes)));
    }
    const isFull = bytes.length > 0 && bytes.length % this.#packetBytes === 0;
    if (isFull && !this.#options.omitsEmptyPacket) this.endpoint.keep(new Uint8Array(0));
  }
}

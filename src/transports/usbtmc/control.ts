// Control requests of USBTMC 1.0 (section 4.2) and USB488 (section 4.3): all to the host, all class requests, all
// answered with a status byte first. What a reply is short of counts as 0.

export interface TmcRequest {
  readonly request: number;
  readonly recipient: 'interface' | 'endpoint';
  readonly replyBytes: number;
}

export const TMC_REQUEST = {
  INITIATE_ABORT_BULK_OUT: { request: 1, recipient: 'endpoint', replyBytes: 2 },
  CHECK_ABORT_BULK_OUT_STATUS: { request: 2, recipient: 'endpoint', replyBytes: 8 },
  INITIATE_ABORT_BULK_IN: { request: 3, recipient: 'endpoint', replyBytes: 2 },
  CHECK_ABORT_BULK_IN_STATUS: { request: 4, recipient: 'endpoint', replyBytes: 8 },
  INITIATE_CLEAR: { request: 5, recipient: 'interface', replyBytes: 1 },
  CHECK_CLEAR_STATUS: { request: 6, recipient: 'interface', replyBytes: 2 },
  GET_CAPABILITIES: { request: 7, recipient: 'interface', replyBytes: 24 },
  INDICATOR_PULSE: { request: 64, recipient: 'interface', replyBytes: 1 },
  READ_STATUS_BYTE: { request: 128, recipient: 'interface', replyBytes: 3 },
  REN_CONTROL: { request: 160, recipient: 'interface', replyBytes: 1 },
  GO_TO_LOCAL: { request: 161, recipient: 'interface', replyBytes: 1 },
  LOCAL_LOCKOUT: { request: 162, recipient: 'interface', replyBytes: 1 },
} as const satisfies Record<string, TmcRequest>;

export type TmcStatus =
  | 'success'
  | 'pending'
  | 'interrupt-in-busy'
  | 'failed'
  | 'transfer-not-in-progress'
  | 'split-not-in-progress'
  | 'split-in-progress'
  | 'unknown';

const STATUS: Readonly<Record<number, TmcStatus>> = {
  1: 'success',
  2: 'pending',
  32: 'interrupt-in-busy',
  128: 'failed',
  129: 'transfer-not-in-progress',
  130: 'split-not-in-progress',
  131: 'split-in-progress',
};

export function statusOf(reply: Uint8Array): TmcStatus {
  return STATUS[reply[0] ?? 0] ?? 'unknown';
}

/** Of CHECK_ABORT_BULK_IN_STATUS and CHECK_CLEAR_STATUS: whether bytes wait on Bulk-IN. */
export function isDataQueued(reply: Uint8Array): boolean {
  return ((reply[1] ?? 0) & 1) !== 0;
}

/** Bytes that had gone through the endpoint of an aborted transfer. */
export function abortedBytes(reply: Uint8Array): number {
  return reply.length < 8 ? 0 : new DataView(reply.buffer, reply.byteOffset).getUint32(4, true);
}

export interface Capabilities {
  readonly bcdUsbtmc: number;
  readonly canPulse: boolean;
  readonly isTalkOnly: boolean;
  readonly isListenOnly: boolean;
  readonly hasTermChar: boolean;
  readonly bcdUsb488: number;
  readonly is4882: boolean;
  /** REN_CONTROL, GO_TO_LOCAL and LOCAL_LOCKOUT. */
  readonly hasRemoteControl: boolean;
  /** The TRIGGER message. */
  readonly hasTrigger: boolean;
  readonly isScpi: boolean;
  readonly isSr1: boolean;
  readonly isRl1: boolean;
  readonly isDt1: boolean;
}

/** Reply to GET_CAPABILITIES. A failed or missing one says that nothing is supported. */
export function decodeCapabilities(reply: Uint8Array): Capabilities {
  const isGood = statusOf(reply) === 'success';
  const byte = (offset: number) => (isGood ? (reply[offset] ?? 0) : 0);
  const bit = (offset: number, n: number) => ((byte(offset) >> n) & 1) !== 0;
  return {
    bcdUsbtmc: byte(2) | (byte(3) << 8),
    canPulse: bit(4, 2),
    isTalkOnly: bit(4, 1),
    isListenOnly: bit(4, 0),
    hasTermChar: bit(5, 0),
    bcdUsb488: byte(12) | (byte(13) << 8),
    is4882: bit(14, 2),
    hasRemoteControl: bit(14, 1),
    hasTrigger: bit(14, 0),
    isScpi: bit(15, 3),
    isSr1: bit(15, 2),
    isRl1: bit(15, 1),
    isDt1: bit(15, 0),
  };
}

/** What comes on the interrupt endpoint; `undefined` for what is too short. */
export type Notice =
  | { readonly kind: 'service-request'; readonly statusByte: number }
  | { readonly kind: 'status-byte'; readonly tag: number; readonly statusByte: number }
  | { readonly kind: 'vendor' };

const SERVICE_REQUEST = 0x81;

export function decodeNotice(packet: Uint8Array): Notice | undefined {
  const [first, statusByte] = packet;
  if (first === undefined || statusByte === undefined) return undefined;
  if (first < 0x80) return { kind: 'vendor' };
  if (first === SERVICE_REQUEST) return { kind: 'service-request', statusByte };
  return { kind: 'status-byte', tag: first & 0x7f, statusByte };
}

/** Tags of READ_STATUS_BYTE run from 2 to 127. */
export function nextStatusTag(tag: number): number {
  return tag >= 127 ? 2 : tag + 1;
}

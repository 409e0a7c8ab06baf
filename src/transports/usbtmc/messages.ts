// Bulk transfers of USBTMC 1.0 (section 3) and its USB488 subclass: a header of 12 bytes, little-endian, message bytes,
// and zeros up to a multiple of four.

export const HEADER_BYTES = 12;

const MSG_ID = {
  DEV_DEP_MSG_OUT: 1,
  REQUEST_DEV_DEP_MSG_IN: 2,
  DEV_DEP_MSG_IN: 2,
  TRIGGER: 128,
} as const;

const ATTRIBUTE_EOM = 1;
const ATTRIBUTE_TERM_CHAR = 2;
const MAX_TAG = 255;

/** The tag after `tag`: 1 to 255, never 0. */
export function nextTag(tag: number): number {
  return tag >= MAX_TAG ? 1 : tag + 1;
}

interface HeaderFields {
  readonly msgId: number;
  readonly tag: number;
  readonly sizeBytes?: number;
  readonly attributes?: number;
  readonly termChar?: number | undefined;
}

/** One Bulk-OUT transfer. */
function encode(fields: HeaderFields, payload?: Uint8Array): Uint8Array<ArrayBuffer> {
  const { msgId, tag, sizeBytes = 0, attributes = 0, termChar = 0 } = fields;
  const transfer = new Uint8Array(Math.ceil((HEADER_BYTES + (payload?.length ?? 0)) / 4) * 4);
  transfer.set([msgId, tag, 0xff - tag]);
  new DataView(transfer.buffer).setUint32(4, sizeBytes, true);
  transfer[8] = attributes;
  transfer[9] = termChar;
  if (payload) transfer.set(payload, HEADER_BYTES);
  return transfer;
}

/** A piece of a message, which must not be empty; `isLast` when the message ends with it. */
export function encodeOut(tag: number, payload: Uint8Array, isLast: boolean): Uint8Array<ArrayBuffer> {
  const attributes = isLast ? ATTRIBUTE_EOM : 0;
  return encode({ msgId: MSG_ID.DEV_DEP_MSG_OUT, tag, sizeBytes: payload.length, attributes }, payload);
}

/** Asks for at most `sizeBytes` of an answer, up to `termChar` if that is given. */
export function encodeRequest(tag: number, sizeBytes: number, termChar?: number): Uint8Array<ArrayBuffer> {
  const attributes = termChar === undefined ? 0 : ATTRIBUTE_TERM_CHAR;
  return encode({ msgId: MSG_ID.REQUEST_DEV_DEP_MSG_IN, tag, sizeBytes, attributes, termChar });
}

export function encodeTrigger(tag: number): Uint8Array<ArrayBuffer> {
  return encode({ msgId: MSG_ID.TRIGGER, tag });
}

/** The transfers of one message, each with at most `maxPayloadBytes` of it; `takeTag` gives each its tag. */
export function* splitMessage(
  message: Uint8Array,
  maxPayloadBytes: number,
  takeTag: () => number,
): Generator<{ readonly tag: number; readonly transfer: Uint8Array<ArrayBuffer> }> {
  for (let start = 0; start < message.length; start += maxPayloadBytes) {
    const payload = message.subarray(start, start + maxPayloadBytes);
    const tag = takeTag();
    yield { tag, transfer: encodeOut(tag, payload, start + payload.length === message.length) };
  }
}

export interface InHeader {
  /** Message bytes of this transfer. */
  readonly sizeBytes: number;
  /** The message ends with this transfer. */
  readonly isLast: boolean;
  /** The transfer ended because the character that was asked for came. */
  readonly isTermChar: boolean;
}

/** What is wrong with a header, in the order of looking. */
export type HeaderFault = 'short-header' | 'msgid' | 'btag' | 'btag-inverse' | 'transfer-size';

/** The header of an answer to the request `tag` for `requestedBytes`, or what is wrong with it. Reserved bytes are ignored. */
export function decodeIn(transfer: Uint8Array, tag: number, requestedBytes: number): InHeader | HeaderFault {
  if (transfer.length < HEADER_BYTES) return 'short-header';
  if (transfer[0] !== MSG_ID.DEV_DEP_MSG_IN) return 'msgid';
  if (transfer[1] !== tag) return 'btag';
  if (transfer[2] !== 0xff - tag) return 'btag-inverse';
  const sizeBytes = new DataView(transfer.buffer, transfer.byteOffset).getUint32(4, true);
  if (sizeBytes > requestedBytes) return 'transfer-size';
  const attributes = transfer[8]!;
  return {
    sizeBytes,
    isLast: (attributes & ATTRIBUTE_EOM) !== 0,
    isTermChar: (attributes & ATTRIBUTE_TERM_CHAR) !== 0,
  };
}

/** The tag that a header names, if `transfer` begins with a whole header of an answer. */
export function tagOfAnswer(transfer: Uint8Array): number | undefined {
  const [msgId, tag = 0, inverse] = transfer;
  const isHeader = transfer.length >= HEADER_BYTES && msgId === MSG_ID.DEV_DEP_MSG_IN && inverse === 0xff - tag;
  return isHeader && tag > 0 ? tag : undefined;
}

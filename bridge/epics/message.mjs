// Messages of Channel Access as bytes: a header of 16 bytes, or of 24 where the payload or the count is large, and a
// payload. Big-endian. TCP splits and joins them at will; a datagram holds several.

const HEADER_BYTES = 16;
const LONG_HEADER_BYTES = 24;
/** In the short header's field for the payload's size: the true one follows, and the true count. */
const IS_LONG = 0xffff;
const ALIGNMENT_BYTES = 8;

/**
 * @typedef {object} Message
 * @property {number} command
 * @property {number} dataType
 * @property {number} dataCount
 * @property {number} p1
 * @property {number} p2
 * @property {Buffer} payload
 */

/** The next multiple of 8 bytes, to which every payload is padded with zeros. */
export const aligned = (bytes) => Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

/** Whether a message has the long header, which old clients do not understand. */
export const needsLongHeader = (payloadBytes, dataCount) => payloadBytes >= IS_LONG || dataCount >= IS_LONG;

/**
 * The header of a message; its payload, already padded, is sent after it and may be shared between messages.
 * @param {{ command: number, dataType?: number, dataCount?: number, p1?: number, p2?: number }} fields
 */
export function encodeHeader({ command, dataType = 0, dataCount = 0, p1 = 0, p2 = 0 }, payloadBytes = 0) {
  const isLong = needsLongHeader(payloadBytes, dataCount);
  const header = Buffer.alloc(isLong ? LONG_HEADER_BYTES : HEADER_BYTES);
  header.writeUInt16BE(command, 0);
  header.writeUInt16BE(isLong ? IS_LONG : payloadBytes, 2);
  header.writeUInt16BE(dataType, 4);
  header.writeUInt16BE(isLong ? 0 : dataCount, 6);
  header.writeUInt32BE(p1, 8);
  header.writeUInt32BE(p2, 12);
  if (isLong) {
    header.writeUInt32BE(payloadBytes, 16);
    header.writeUInt32BE(dataCount, 20);
  }
  return header;
}

/** A payload with the zeros that it must end with. */
export const padded = (payload) => Buffer.concat([payload, Buffer.alloc(aligned(payload.length) - payload.length)]);

/** A whole message; the payload is padded. */
export function encodeMessage(fields, payload = Buffer.alloc(0)) {
  const whole = padded(payload);
  return Buffer.concat([encodeHeader(fields, whole.length), whole]);
}

/** Text with a NUL at its end, as names and explanations are sent. */
export const encodeText = (text) => Buffer.from(`${text}\0`);

/** Text up to its NUL; what stands behind is whatever the sender had in its memory. */
export function decodeText(payload) {
  const end = payload.indexOf(0);
  return payload.toString('utf8', 0, end < 0 ? payload.length : end);
}

/** A message that says to be longer than anybody here wants to hold; `header` is what came of it. */
export class MessageTooLong extends Error {
  constructor(header, payloadBytes) {
    super(`A message with ${payloadBytes} bytes was announced.`);
    this.header = header;
  }
}

/** Cuts a stream into messages. Holds no more than one message of the allowed size and the last piece that came. */
export class MessageParser {
  #pieces = [];
  #heldBytes = 0;
  #wantedBytes = HEADER_BYTES;
  #maxPayloadBytes;

  constructor(maxPayloadBytes) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** @param {Buffer} bytes */
  push(bytes) {
    this.#pieces.push(bytes);
    this.#heldBytes += bytes.length;
  }

  /**
   * The next message, or `undefined` until more bytes came. Throws `MessageTooLong`, after which there is no next one.
   * @returns {Message | undefined}
   */
  next() {
    if (this.#heldBytes < this.#wantedBytes) return undefined;
    const held = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [held];
    const isLong = held.readUInt16BE(2) === IS_LONG && held.readUInt16BE(6) === 0;
    const headerBytes = isLong ? LONG_HEADER_BYTES : HEADER_BYTES;
    if (held.length < headerBytes) return this.#waitFor(headerBytes);
    const payloadBytes = isLong ? held.readUInt32BE(16) : held.readUInt16BE(2);
    if (payloadBytes > this.#maxPayloadBytes) {
      throw new MessageTooLong(held.subarray(0, HEADER_BYTES), payloadBytes);
    }
    const end = headerBytes + payloadBytes;
    if (held.length < end) return this.#waitFor(end);
    const rest = held.subarray(end);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#heldBytes = rest.length;
    this.#wantedBytes = HEADER_BYTES;
    return {
      command: held.readUInt16BE(0),
      dataType: held.readUInt16BE(4),
      dataCount: isLong ? held.readUInt32BE(20) : held.readUInt16BE(6),
      p1: held.readUInt32BE(8),
      p2: held.readUInt32BE(12),
      payload: held.subarray(headerBytes, end),
    };
  }

  #waitFor(bytes) {
    this.#wantedBytes = bytes;
    return undefined;
  }
}

/** The whole messages of a datagram; what is cut off at its end is left out. */
export function decodeDatagram(bytes) {
  const parser = new MessageParser(bytes.length);
  parser.push(bytes);
  const messages = [];
  try {
    for (let message = parser.next(); message; message = parser.next()) messages.push(message);
  } catch (error) {
    if (!(error instanceof MessageTooLong)) throw error;
  }
  return messages;
}

// Frames: the unit of every transfer in both directions. A header of 32 bits (number, payload length, port), then the
// payload; on bulk IN one frame per 512-byte packet. There is no start marker and no checksum: frames are found again
// at the next packet.

import { FRAME_BYTES } from './constants.ts';

const HEADER_BYTES = 4;
/** Longest payload; the length field could say 511. */
export const PAYLOAD_MAX_BYTES = 508;

export interface Frame {
  /** Counts frames of one direction, 16 bits. */
  readonly frameId: number;
  readonly port: number;
  /** A view on the transfer. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** A whole frame: header and payload, nothing behind. */
export function encodeFrame(frameId: number, port: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + payload.byteLength);
  const header = (frameId & 0xffff) | (payload.byteLength << 16) | (port << 25);
  new DataView(bytes.buffer).setUint32(0, header >>> 0, true);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** The frames of one transfer; `bad` stands for a packet that holds none. Only the last packet may be short. */
export function decodeFrames(transfer: Uint8Array<ArrayBuffer>): (Frame | 'bad')[] {
  const frames: (Frame | 'bad')[] = [];
  for (let at = 0; at < transfer.byteLength; at += FRAME_BYTES) {
    frames.push(decodeFrame(transfer.subarray(at, at + FRAME_BYTES)) ?? 'bad');
  }
  return frames;
}

/** The frame at the start of a packet. `undefined` if the packet is too short for it or its header is impossible. */
export function decodeFrame(packet: Uint8Array<ArrayBuffer>): Frame | undefined {
  if (packet.byteLength < HEADER_BYTES) return undefined;
  const header = new DataView(packet.buffer, packet.byteOffset).getUint32(0, true);
  const lengthBytes = (header >>> 16) & 0x1ff;
  const end = HEADER_BYTES + lengthBytes;
  if (header >>> 30 !== 0 || lengthBytes > PAYLOAD_MAX_BYTES || end > packet.byteLength) return undefined;
  return { frameId: header & 0xffff, port: (header >>> 25) & 0x1f, payload: packet.subarray(HEADER_BYTES, end) };
}

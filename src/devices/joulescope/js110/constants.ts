// Figures of the JS110 that its driver, its parameters and its simulator share. After the vendor's public host,
// github.com/jetperch/joulescope_driver (src/devices.c, src/js110_usb.c).

export const JS110_VENDOR_ID = 0x16d0;
/** The instrument itself, and while its bootloader runs. */
export const JS110_PRODUCT_ID = 0x0e88;
export const JS110_BOOTLOADER_PRODUCT_ID = 0x0e87;
/** Only configuration, only interface, and the bulk IN endpoint 0x82 of the samples. */
export const JS110_CONFIGURATION = 1;
export const JS110_INTERFACE = 0;
export const JS110_ENDPOINT_IN = 2;

/** Pairs of current and voltage per second. */
export const SAMPLE_RATE_HZ = 2_000_000;

/** A bulk packet: 8 bytes of header and 126 pairs of u16, always 512 bytes. */
export const PACKET_BYTES = 512;
export const PACKET_HEADER_BYTES = 8;
export const PACKET_SAMPLES = 126;
/** Bytes on the bus while it streams. */
export const STREAM_BYTES_PER_SECOND = (SAMPLE_RATE_HZ / PACKET_SAMPLES) * PACKET_BYTES;
/** First byte of a packet with samples. */
export const PACKET_TYPE_RAW = 1;
/** Bits 14:0 of the header's length word. */
export const PACKET_LENGTH_MASK = 0x7fff;
/** Bit 15 of the length word: the packet's voltage was sampled in the 5 V range. */
export const PACKET_VOLTAGE_5V = 0x8000;

/** Whether the 512 bytes from `offset` on are a packet with samples: type, status and length are right. */
export function isIntactPacket(bytes: Uint8Array, offset: number): boolean {
  const lengthWord = bytes[offset + 2]! | (bytes[offset + 3]! << 8);
  return (
    bytes[offset] === PACKET_TYPE_RAW && bytes[offset + 1] === 0 && (lengthWord & PACKET_LENGTH_MASK) === PACKET_BYTES
  );
}

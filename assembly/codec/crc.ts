// Cyclic redundancy checks with reflected polynomials, sixteen bytes per step over sixteen tables of
// 256 words (the "slicing" method; https://create.stephan-brumme.com/crc32/). The tables lie where the
// host puts them; nothing is kept here.

/** Bytes of one table set. */
const TABLES_BYTES: usize = 16384;

/** Fills CODEC_CRC_TABLES_BYTES at `tables` for a reflected polynomial (0x82F63B78 = CRC-32C, 0xEDB88320 = CRC-32). */
export function codecCrcTables(tables: usize, polynomial: u32): void {
  for (let n: u32 = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    store<u32>(tables + ((<usize>n) << 2), crc);
  }
  for (let at: usize = 1024; at < TABLES_BYTES; at += 4) {
    const previous = load<u32>(tables + at - 1024);
    store<u32>(tables + at, (previous >>> 8) ^ load<u32>(tables + ((<usize>(previous & 255)) << 2)));
  }
}

/** CRC of `lengthBytes` at `address`, continued from the CRC of the bytes before (`crc`, 0 at the start). */
export function codecCrc(tables: usize, address: usize, lengthBytes: u32, crc: u32): u32 {
  let state = ~crc;
  let at = address;
  const end = address + lengthBytes;
  while (at + 16 <= end) {
    const a = load<u32>(at) ^ state;
    const b = load<u32>(at, 4);
    const c = load<u32>(at, 8);
    const d = load<u32>(at, 12);
    state =
      load<u32>(tables + ((a & 255) << 2), 15360) ^
      load<u32>(tables + (((a >>> 8) & 255) << 2), 14336) ^
      load<u32>(tables + (((a >>> 16) & 255) << 2), 13312) ^
      load<u32>(tables + ((a >>> 24) << 2), 12288) ^
      load<u32>(tables + ((b & 255) << 2), 11264) ^
      load<u32>(tables + (((b >>> 8) & 255) << 2), 10240) ^
      load<u32>(tables + (((b >>> 16) & 255) << 2), 9216) ^
      load<u32>(tables + ((b >>> 24) << 2), 8192) ^
      load<u32>(tables + ((c & 255) << 2), 7168) ^
      load<u32>(tables + (((c >>> 8) & 255) << 2), 6144) ^
      load<u32>(tables + (((c >>> 16) & 255) << 2), 5120) ^
      load<u32>(tables + ((c >>> 24) << 2), 4096) ^
      load<u32>(tables + ((d & 255) << 2), 3072) ^
      load<u32>(tables + (((d >>> 8) & 255) << 2), 2048) ^
      load<u32>(tables + (((d >>> 16) & 255) << 2), 1024) ^
      load<u32>(tables + ((d >>> 24) << 2));
    at += 16;
  }
  for (; at < end; at++) {
    state = (state >>> 8) ^ load<u32>(tables + (((state ^ load<u8>(at)) & 255) << 2));
  }
  return ~state;
}

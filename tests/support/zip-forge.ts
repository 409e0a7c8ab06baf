// Zips as an attacker makes them: what the directory says need not be what is there (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).

import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** A local header with its packed bytes. */
export interface ForgedStream {
  readonly name: string;
  readonly packed: Uint8Array;
  /** Of what is packed; the true one when left out. */
  readonly checksum?: number;
}

/** What the directory says; `stream` is the index of the local header that it points to. */
export interface ForgedEntry {
  readonly name: string;
  readonly stream: number;
  readonly unpackedBytes: number;
  readonly packedBytes?: number;
}

const DEFLATED = 8;

/** Content whose checksum is written: of a bomb nobody needs one. */
const MOST_CHECKED_BYTES = 2 ** 20;

/** 0 for what cannot be unpacked, or holds too much. */
function checksumOf({ packed, checksum }: ForgedStream): number {
  if (checksum !== undefined) return checksum;
  try {
    return crc32(inflateRawSync(packed, { maxOutputLength: MOST_CHECKED_BYTES }));
  } catch {
    return 0;
  }
}

export function forgeZip(streams: readonly ForgedStream[], entries: readonly ForgedEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let size = 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    size += part.length;
  };
  for (const [i, { name, packed }] of streams.entries()) {
    // Both places say the same, or the zip is refused for that.
    const said = entries.find(({ stream }) => stream === i);
    offsets.push(size);
    const header = Buffer.alloc(30 + name.length);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(DEFLATED, 8);
    header.writeUInt32LE(checksumOf(streams[i]!), 14);
    header.writeUInt32LE(said?.packedBytes ?? packed.length, 18);
    header.writeUInt32LE(said?.unpackedBytes ?? 0, 22);
    header.writeUInt16LE(name.length, 26);
    header.write(name, 30, 'latin1');
    add(header);
    add(Buffer.from(packed));
  }
  const directoryStart = size;
  for (const { name, stream, unpackedBytes, packedBytes } of entries) {
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(DEFLATED, 10);
    entry.writeUInt32LE(checksumOf(streams[stream]!), 16);
    entry.writeUInt32LE(packedBytes ?? streams[stream]!.packed.length, 20);
    entry.writeUInt32LE(unpackedBytes, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offsets[stream]!, 42);
    entry.write(name, 46, 'latin1');
    add(entry);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length & 0xffff, 8);
  end.writeUInt16LE(entries.length & 0xffff, 10);
  end.writeUInt32LE(size - directoryStart, 12);
  end.writeUInt32LE(directoryStart, 16);
  add(end);
  return new Uint8Array(Buffer.concat(parts));
}

/** A deflated stream of so many bytes that begins with `head` and goes on in zeros. */
export function packedZeros(unpackedBytes: number, head = ''): Uint8Array {
  const bytes = new Uint8Array(unpackedBytes);
  bytes.set(Buffer.from(head, 'latin1'));
  return deflateRawSync(bytes);
}

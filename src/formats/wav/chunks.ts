// The chunks of a sound file, whichever of the RIFF family it is: where each lies and how long it really is.

import { FormatError } from '../../base/errors.ts';
import type { RandomAccess } from '../source.ts';

export interface Chunk {
  /** Four letters, such as `fmt ` or `data`. */
  readonly id: string;
  readonly offsetBytes: number;
  /** As far as the file goes. */
  readonly sizeBytes: number;
  /** What the chunk states, which may be more than there is; undefined while it was being written. */
  readonly statedBytes: number | undefined;
}

export interface Chunks {
  /** `RIFF`, `RF64`, `W64` and so on. */
  readonly kind: string;
  readonly isLittleEndian: boolean;
  readonly list: readonly Chunk[];
}

/** Chunks that are looked at: real files have some ten. */
const MAX_CHUNKS = 1000;
/** A size that is not known yet, or that stands in `ds64`. */
const UNKNOWN_SIZE = 0xffff_ffff;
/** RIFF: four letters and a size. */
const RIFF_HEADER_BYTES = 8;
const RIFF_START = 12;
/** Wave64: a GUID and a size that counts this header, too; chunks begin at multiples of 8. */
const W64_HEADER_BYTES = 24;
const W64_START = 40;
const W64_ALIGNMENT = 8;

/** Rejects with `format/damaged` where no chunk can be found. */
export async function readChunks(source: RandomAccess): Promise<Chunks> {
  const kind = text(await source.read(0, 4)).toUpperCase();
  const isW64 = text(await source.read(0, 4)) === 'riff';
  const isLittleEndian = kind !== 'RIFX';
  const list: Chunk[] = [];
  let dataBytes: number | undefined;
  let at = isW64 ? W64_START : RIFF_START;
  while (list.length < MAX_CHUNKS) {
    const headerBytes = isW64 ? W64_HEADER_BYTES : RIFF_HEADER_BYTES;
    const header = await source.read(at, headerBytes);
    if (header.length < headerBytes) break;
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const id = text(header.subarray(0, 4));
    const written = isW64 ? Number(view.getBigUint64(16, true)) - headerBytes : view.getUint32(4, isLittleEndian);
    const stated = id === 'data' && written === UNKNOWN_SIZE ? dataBytes : written;
    const offsetBytes = at + headerBytes;
    const left = source.sizeBytes - offsetBytes;
    const isStreamed =
      stated === undefined || (id === 'data' && stated === 0 && !(await isHeader(source, offsetBytes, isLittleEndian)));
    const statedBytes = isStreamed ? undefined : stated;
    const sizeBytes = Math.min(Math.max(0, statedBytes ?? left), left);
    list.push({ id, offsetBytes, sizeBytes, statedBytes });
    // EBU Tech 3306: the size of the data behind that of the whole
    if (id === 'ds64' && sizeBytes >= 16) {
      const sizes = await source.read(offsetBytes + 8, 8);
      dataBytes = Number(new DataView(sizes.buffer, sizes.byteOffset, 8).getBigUint64(0, true));
    }
    if (statedBytes === undefined || statedBytes > left || statedBytes < 0) break;
    at = isW64
      ? Math.ceil((offsetBytes + statedBytes) / W64_ALIGNMENT) * W64_ALIGNMENT
      : offsetBytes + statedBytes + (statedBytes % 2);
  }
  if (list.length === 0) throw new FormatError('format/damaged', 'The sound file ends in its first bytes.', 0);
  return { kind: isW64 ? 'W64' : kind, isLittleEndian, list };
}

/** True when a chunk that fits into the file may begin here, or the file ends. */
async function isHeader(source: RandomAccess, at: number, isLittleEndian: boolean): Promise<boolean> {
  const header = await source.read(at, RIFF_HEADER_BYTES);
  if (header.length < RIFF_HEADER_BYTES) return true;
  const size = new DataView(header.buffer, header.byteOffset).getUint32(4, isLittleEndian);
  return /^[\x20-\x7e]{4}$/.test(text(header.subarray(0, 4))) && at + RIFF_HEADER_BYTES + size <= source.sizeBytes;
}

export function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

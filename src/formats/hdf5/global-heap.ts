// The heaps in which an HDF5 file keeps texts of any length. The library follows their sizes without looking, and goes
// round in circles when one of them is 0 or so large that it wraps around; so they are looked at first.
// Layout: HDF5 File Format Specification 3.0, III.E "Global Heap"; sizes of 8 bytes, as all common programs write.

/** "GCOL", read as a little-endian word. Heaps begin at multiples of 8. */
const SIGNATURE = 0x4c4f4347;
export const SIGNATURE_BYTES = 4;
/** Signature, version and size of a heap; also index, references and size of one object. */
const HEADER_BYTES = 16;
/** Largest heap that is looked at; programs write some thousand bytes. */
const MAX_HEAP_BYTES = 16 * 2 ** 20;

/** Where heaps seem to begin in a piece of a file, from the piece's start; that must be at a multiple of 8. */
export function heapStarts(piece: Uint8Array): readonly number[] {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  const starts: number[] = [];
  for (let at = 0; at + 4 <= piece.length; at += 8) if (view.getUint32(at, true) === SIGNATURE) starts.push(at);
  return starts;
}

/** True when the objects of the heap at `start` fill it exactly, as they must, in a file of `fileBytes`. */
export function isHeapWhole(
  read: (at: number, length: number) => Uint8Array,
  fileBytes: number,
  start: number,
): boolean {
  const header = read(start, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return false;
  const sizeBytes = Number(new DataView(header.buffer, header.byteOffset).getBigUint64(8, true));
  if (sizeBytes > MAX_HEAP_BYTES || start + sizeBytes > fileBytes) return false;
  const heap = read(start, sizeBytes);
  const view = new DataView(heap.buffer, heap.byteOffset, heap.byteLength);
  for (let at = HEADER_BYTES; at + HEADER_BYTES <= heap.length; ) {
    const isFreeSpace = view.getUint16(at, true) === 0;
    const size = Number(view.getBigUint64(at + 8, true));
    // free space counts its own header, objects are padded to 8 bytes
    const taken = isFreeSpace ? size : HEADER_BYTES + Math.ceil(size / 8) * 8;
    if (taken < HEADER_BYTES || at + taken > heap.length) return false;
    at += taken;
  }
  return true;
}

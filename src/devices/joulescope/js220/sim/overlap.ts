// The fault of a frame that overlaps both its neighbours: the second half of one frame and the first half of the next,
// sent between the two.

import { PORT } from '../constants.ts';

const ID_BYTES = 4;

export class Overlap {
  /** Frames whose second half is to be sent again, by port. */
  readonly #marked = new Map<number, Uint8Array<ArrayBuffer>>();

  /** Every frame passes here. Returns the one to be sent before it, if the frame before was marked. */
  take(port: number, payload: Uint8Array<ArrayBuffer>, isMarked: boolean): Uint8Array<ArrayBuffer> | undefined {
    const before = this.#marked.get(port);
    this.#marked.delete(port);
    if (isMarked && port !== PORT.statistics) this.#marked.set(port, payload.slice());
    return before && between(before, payload);
  }
}

function between(before: Uint8Array<ArrayBuffer>, after: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const dataBytes = before.byteLength - ID_BYTES;
  // Whole samples of any width.
  const repeatedBytes = Math.floor(dataBytes / 2 / 4) * 4;
  const keptBytes = dataBytes - repeatedBytes;
  const id = (payload: Uint8Array<ArrayBuffer>) => new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  const spanIds = (id(after) - id(before)) >>> 0;
  const mixed = new Uint8Array(ID_BYTES + repeatedBytes + Math.min(keptBytes, after.byteLength - ID_BYTES));
  new DataView(mixed.buffer).setUint32(0, (id(before) + (spanIds * keptBytes) / dataBytes) >>> 0, true);
  mixed.set(before.subarray(ID_BYTES + keptBytes), ID_BYTES);
  mixed.set(after.subarray(ID_BYTES, ID_BYTES + mixed.byteLength - ID_BYTES - repeatedBytes), ID_BYTES + repeatedBytes);
  return mixed;
}

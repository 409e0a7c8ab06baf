// An endless row of bytes in which each has its place: a piece that is lost, doubled, exchanged or changed is seen.

import { seededRandom } from '../../support/random.ts';

/** A prime: no piece of a length that programs like begins where the row begins again. */
const PERIOD_BYTES = 65_521;
/** As much as a socket of Node gives at once. */
const PIECE_BYTES = 65_536;

const random = seededRandom(1);
const period = Buffer.from(Array.from({ length: PERIOD_BYTES }, () => Math.floor(256 * random())));
const row = Buffer.concat([period, period, period]);

/** The writing end. */
export class NumberedWriter {
  byteCount = 0;

  /** The next bytes, which are only to be read. */
  next(lengthBytes = PIECE_BYTES): Buffer {
    const start = this.byteCount % PERIOD_BYTES;
    this.byteCount += lengthBytes;
    return row.subarray(start, start + lengthBytes);
  }
}

/** The reading end. */
export class NumberedReader {
  byteCount = 0;
  /** Whether every byte so far was the one that belongs there. */
  isWhole = true;

  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      const start = this.byteCount % PERIOD_BYTES;
      this.isWhole &&= piece.equals(row.subarray(start, start + piece.length));
      this.byteCount += piece.length;
    }
  }
}

// The numbers and texts of a head in bytes. Every place is checked: what lies outside of the head is a FormatError.

import { FormatError } from '../../base/errors.ts';

export class Fields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  /** Place of the first byte in its file, for messages. */
  readonly offsetBytes: number;

  constructor(bytes: Uint8Array, isLittle = true, offsetBytes = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = isLittle;
    this.offsetBytes = offsetBytes;
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#inside(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#inside(at, 2), this.#isLittle);
  }

  i16(at: number): number {
    return this.#view.getInt16(this.#inside(at, 2), this.#isLittle);
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#inside(at, 4), this.#isLittle);
  }

  i32(at: number): number {
    return this.#view.getInt32(this.#inside(at, 4), this.#isLittle);
  }

  /** As a double: what is beyond 2^53 is rounded. */
  u64(at: number): number {
    return Number(this.#view.getBigUint64(this.#inside(at, 8), this.#isLittle));
  }

  i64(at: number): number {
    return Number(this.#view.getBigInt64(this.#inside(at, 8), this.#isLittle));
  }

  f32(at: number): number {
    return this.#view.getFloat32(this.#inside(at, 4), this.#isLittle);
  }

  f64(at: number): number {
    return this.#view.getFloat64(this.#inside(at, 8), this.#isLittle);
  }

  /** Latin-1 up to the first NUL, without blanks around it. */
  text(at: number, lengthBytes: number): string {
    const start = this.#inside(at, lengthBytes);
    const text = String.fromCharCode(...this.#bytes.subarray(start, start + lengthBytes));
    return text.split('\0')[0]!.trim();
  }

  #inside(at: number, lengthBytes: number): number {
    if (at >= 0 && at + lengthBytes <= this.#bytes.length) return at;
    throw new FormatError(
      'format/damaged',
      `The head of the file ends before byte ${this.offsetBytes + at + lengthBytes}. Save or copy the file again.`,
      this.offsetBytes + this.#bytes.length,
    );
  }
}

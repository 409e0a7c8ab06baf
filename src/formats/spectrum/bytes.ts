// Little-endian numbers and texts of binary spectrum files, each place checked against the end of the file.

import { FormatError } from '../../base/errors.ts';

export class SpectrumBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #label: string;

  /** `label` is the format's, for the refusal of a file that ends too early. */
  constructor(bytes: Uint8Array, label: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#label = label;
  }

  get sizeBytes(): number {
    return this.#bytes.byteLength;
  }

  has(offset: number, lengthBytes: number): boolean {
    return Number.isSafeInteger(offset) && offset >= 0 && offset + lengthBytes <= this.sizeBytes;
  }

  u8(offset: number): number {
    return this.#view.getUint8(this.#checked(offset, 1));
  }

  u16(offset: number): number {
    return this.#view.getUint16(this.#checked(offset, 2), true);
  }

  i16(offset: number): number {
    return this.#view.getInt16(this.#checked(offset, 2), true);
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.#checked(offset, 4), true);
  }

  f32(offset: number): number {
    return this.#view.getFloat32(this.#checked(offset, 4), true);
  }

  u64(offset: number): bigint {
    return this.#view.getBigUint64(this.#checked(offset, 8), true);
  }

  /** Latin-1, up to the first NUL, trimmed. */
  text(offset: number, lengthBytes: number): string {
    const at = this.#checked(offset, lengthBytes);
    const [whole = ''] = new TextDecoder('latin1').decode(this.#bytes.slice(at, at + lengthBytes)).split('\0', 1);
    return whole.trim();
  }

  /** `count` unsigned integers of 32 bits. */
  counts(offset: number, count: number): Float64Array {
    this.#checked(offset, 4 * count);
    return Float64Array.from({ length: count }, (_, i) => this.#view.getUint32(offset + 4 * i, true));
  }

  #checked(offset: number, lengthBytes: number): number {
    if (this.has(offset, lengthBytes)) return offset;
    throw new FormatError(
      'format/damaged',
      `The ${this.#label} file ends before what it says is at byte ${offset}: it was cut short. Copy it again.`,
      this.sizeBytes,
    );
  }
}

// A file of bytes that is written at places, little-endian unless said otherwise: how tests make files of oscilloscopes.

export class Bytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #isLittle: boolean;

  constructor(sizeBytes: number, isLittle = true) {
    this.bytes = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.bytes.buffer);
    this.#isLittle = isLittle;
  }

  text(at: number, text: string): this {
    this.bytes.set(
      Array.from(text, (letter) => letter.charCodeAt(0)),
      at,
    );
    return this;
  }

  u8(at: number, ...values: readonly number[]): this {
    this.bytes.set(
      values.map((value) => value & 0xff),
      at,
    );
    return this;
  }

  u16(at: number, value: number): this {
    this.#view.setUint16(at, value & 0xffff, this.#isLittle);
    return this;
  }

  u32(at: number, value: number): this {
    this.#view.setUint32(at, value >>> 0, this.#isLittle);
    return this;
  }

  i64(at: number, value: number): this {
    this.#view.setBigInt64(at, BigInt(value), this.#isLittle);
    return this;
  }

  f32(at: number, value: number): this {
    this.#view.setFloat32(at, value, this.#isLittle);
    return this;
  }

  f64(at: number, value: number): this {
    this.#view.setFloat64(at, value, this.#isLittle);
    return this;
  }

  /** Another file's bytes. */
  put(at: number, bytes: Uint8Array): this {
    this.bytes.set(bytes, at);
    return this;
  }
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

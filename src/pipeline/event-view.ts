// Typed access to one event: its metadata and the structured data behind it. Conversions follow NumPy's assignment
// on x86-64 (float to integer truncates; what does not fit wraps as the processor's conversion does), because the
// files that come out must hold the numbers that the reference would have stored.

import { LabError } from '../base/errors.ts';
import { halfToNumber, numberToHalf } from '../formats/numpy/decode.ts';
import { dtypeText, type StructDtype, type StructField } from '../formats/numpy/dtype.ts';

/** Metadata that every event carries (mimoCoRB2 mimo_buffer.py): i8 counter, f8 timestamp, f8 deadtime, packed. */
export const METADATA_BYTES = 24;

/** Shape of the events of one buffer. */
export interface EventShape {
  readonly dtype: StructDtype;
  /** Items of the dtype per event. */
  readonly dataLength: number;
}

export function eventBytes({ dtype, dataLength }: EventShape): number {
  return dtype.itemBytes * dataLength;
}

type Numeric = number | bigint;

/** One scalar field: how to read and write it at a byte address. */
interface Accessor {
  read(view: DataView, address: number): Numeric;
  write(view: DataView, address: number, value: Numeric): void;
}

/**
 * A window on one event in memory; move it from slot to slot with `at`. Not for more than one thread at a time.
 * Channels are numeric scalar fields; other fields travel as bytes with the event.
 */
export class EventView {
  readonly shape: EventShape;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #fields = new Map<string, { readonly field: StructField; readonly accessor: Accessor | undefined }>();
  #metadataAddress = 0;
  #dataAddress = 0;

  constructor(shape: EventShape, memory: ArrayBufferLike) {
    this.shape = shape;
    this.#view = new DataView(memory);
    this.#bytes = new Uint8Array(memory);
    for (const field of shape.dtype.fields) {
      this.#fields.set(field.name, { field, accessor: accessorOf(dtypeText(field.dtype)) });
    }
  }

  /** Points at the event whose metadata and data start at these byte addresses. */
  at(metadataAddress: number, dataAddress: number): this {
    this.#metadataAddress = metadataAddress;
    this.#dataAddress = dataAddress;
    return this;
  }

  get channelNames(): readonly string[] {
    return this.shape.dtype.fields.map(({ name }) => name);
  }

  get counter(): bigint {
    return this.#view.getBigInt64(this.#metadataAddress, true);
  }

  /** Unix time in seconds. */
  get timestamp(): number {
    return this.#view.getFloat64(this.#metadataAddress + 8, true);
  }

  /** Fraction 0..1 of the event's cycle in which the source could not take data. */
  get deadtime(): number {
    return this.#view.getFloat64(this.#metadataAddress + 16, true);
  }

  /** Writes the metadata: `counter` 0 to 2^53, in two halves because a BigInt per event would cost more than the rest. */
  stamp(counter: number, timestamp: number, deadtime: number): void {
    this.#view.setUint32(this.#metadataAddress, counter, true);
    this.#view.setUint32(this.#metadataAddress + 4, counter / 2 ** 32, true);
    this.#view.setFloat64(this.#metadataAddress + 8, timestamp, true);
    this.#view.setFloat64(this.#metadataAddress + 16, deadtime, true);
  }

  /** The data as bytes, a view on the event. */
  get dataBytes(): Uint8Array {
    return this.#bytes.subarray(this.#dataAddress, this.#dataAddress + eventBytes(this.shape));
  }

  get metadataBytes(): Uint8Array {
    return this.#bytes.subarray(this.#metadataAddress, this.#metadataAddress + METADATA_BYTES);
  }

  /** True when the field is a numeric scalar that can be read as a channel. */
  hasChannel(name: string): boolean {
    return this.#fields.get(name)?.accessor !== undefined;
  }

  get(name: string, index = 0): Numeric {
    const { field, accessor } = this.#channel(name);
    return accessor.read(this.#view, this.#dataAddress + index * this.shape.dtype.itemBytes + field.offsetBytes);
  }

  set(name: string, value: Numeric, index = 0): void {
    const { field, accessor } = this.#channel(name);
    accessor.write(this.#view, this.#dataAddress + index * this.shape.dtype.itemBytes + field.offsetBytes, value);
  }

  /** Copies a channel into `into` (at least `dataLength` long). */
  readChannel(name: string, into: Float64Array | Float32Array | Int16Array): void {
    const { field, accessor } = this.#channel(name);
    const { itemBytes } = this.shape.dtype;
    const start = this.#dataAddress + field.offsetBytes;
    const view = this.#view;
    const type = dtypeText(field.dtype);
    if (type === '<f4') {
      for (let i = 0, at = start; i < this.shape.dataLength; i++, at += itemBytes) into[i] = view.getFloat32(at, true);
    } else if (type === '<i2') {
      for (let i = 0, at = start; i < this.shape.dataLength; i++, at += itemBytes) into[i] = view.getInt16(at, true);
    } else {
      for (let i = 0, at = start; i < this.shape.dataLength; i++, at += itemBytes)
        into[i] = Number(accessor.read(view, at));
    }
  }

  /** Writes a channel from `from` (at least `dataLength` long). */
  writeChannel(name: string, from: ArrayLike<number>): void {
    const { field, accessor } = this.#channel(name);
    const { itemBytes } = this.shape.dtype;
    const start = this.#dataAddress + field.offsetBytes;
    for (let i = 0, at = start; i < this.shape.dataLength; i++, at += itemBytes)
      accessor.write(this.#view, at, from[i]!);
  }

  /** Takes over another event's data; the shapes must be equal. */
  copyDataFrom(other: EventView): void {
    this.dataBytes.set(other.dataBytes);
  }

  copyMetadataFrom(other: EventView): void {
    this.metadataBytes.set(other.metadataBytes);
  }

  #channel(name: string): { readonly field: StructField; readonly accessor: Accessor } {
    const entry = this.#fields.get(name);
    if (entry?.accessor) return { field: entry.field, accessor: entry.accessor };
    throw new LabError(
      'setup/invalid',
      entry
        ? `Channel '${name}' holds no single number but ${dtypeText(entry.field.dtype)}. Choose another one.`
        : `Channel '${name}' not found in the data. Channels: ${this.channelNames.join(', ')}.`,
    );
  }
}

/** An event outside any buffer, in memory of its own: what a function fills before a slot is free. */
export function createDetachedEvent(shape: EventShape): EventView {
  const memory = new ArrayBuffer(METADATA_BYTES + eventBytes(shape));
  return new EventView(shape, memory).at(0, METADATA_BYTES);
}

function accessorOf(type: string): Accessor | undefined {
  const isLittle = type[0] !== '>';
  const kindAndSize = type.slice(1);
  switch (kindAndSize) {
    case 'f8':
      return {
        read: (v, at) => v.getFloat64(at, isLittle),
        write: (v, at, x) => v.setFloat64(at, Number(x), isLittle),
      };
    case 'f4':
      return {
        read: (v, at) => v.getFloat32(at, isLittle),
        write: (v, at, x) => v.setFloat32(at, Number(x), isLittle),
      };
    case 'f2':
      return {
        read: (v, at) => halfToNumber(v.getUint16(at, isLittle)),
        write: (v, at, x) => v.setUint16(at, numberToHalf(Number(x)), isLittle),
      };
    case 'i1':
      return { read: (v, at) => v.getInt8(at), write: (v, at, x) => v.setInt8(at, toInt32(x)) };
    case 'u1':
      return { read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, toInt32(x)) };
    case 'b1':
      return {
        read: (v, at) => (v.getUint8(at) === 0 ? 0 : 1),
        write: (v, at, x) => v.setUint8(at, Number(x) === 0 ? 0 : 1),
      };
    case 'i2':
      return { read: (v, at) => v.getInt16(at, isLittle), write: (v, at, x) => v.setInt16(at, toInt32(x), isLittle) };
    case 'u2':
      return { read: (v, at) => v.getUint16(at, isLittle), write: (v, at, x) => v.setUint16(at, toInt32(x), isLittle) };
    case 'i4':
      return { read: (v, at) => v.getInt32(at, isLittle), write: (v, at, x) => v.setInt32(at, toInt32(x), isLittle) };
    case 'u4':
      return {
        read: (v, at) => v.getUint32(at, isLittle),
        write: (v, at, x) => v.setUint32(at, Number(BigInt.asUintN(32, toInt64(x))), isLittle),
      };
    case 'i8':
      return {
        read: (v, at) => v.getBigInt64(at, isLittle),
        write: (v, at, x) => v.setBigInt64(at, toInt64(x), isLittle),
      };
    case 'u8':
      return {
        read: (v, at) => v.getBigUint64(at, isLittle),
        write: (v, at, x) => v.setBigUint64(at, toUint64(x), isLittle),
      };
    default:
      return undefined;
  }
}

// The processor's conversions (Intel SDM, CVTTSD2SI): truncation; outside the range or NaN gives the most negative
// value of the register. 8 and 16 bits go through the 32-bit one, of which the store keeps the low bits.

const INT32_SPAN = 2 ** 31;
const INT64_SPAN = 2 ** 63;
const INT32_INDEFINITE = -INT32_SPAN;
const INT64_INDEFINITE = -(1n << 63n);

function toInt32(value: Numeric): number {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
  const whole = Math.trunc(value);
  return whole >= -INT32_SPAN && whole < INT32_SPAN ? whole : INT32_INDEFINITE;
}

function toInt64(value: Numeric): bigint {
  if (typeof value === 'bigint') return value;
  const whole = Math.trunc(value);
  return whole >= -INT64_SPAN && whole < INT64_SPAN ? BigInt(whole) : INT64_INDEFINITE;
}

function toUint64(value: Numeric): bigint {
  if (typeof value === 'number' && value >= INT64_SPAN && value < 2 * INT64_SPAN) return BigInt(Math.trunc(value));
  return toInt64(value);
}

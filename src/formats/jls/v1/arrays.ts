// Array storage: several typed arrays in one payload, as JLS v1 uses it for float samples and reductions
// (github.com/jetperch/pyjoulescope, joulescope/v0/array_storage.py).

/** "ARRY". */
const PREFIX = 0x5952_5241;
const HEADER_BYTES = 16;

export const DTYPE_F32 = 0x02;
export const DTYPE_U8 = 0x08;
export const DTYPE_U64 = 0x0b;

const DTYPE_BYTES: Readonly<Record<number, number>> = {
  2: 4,
  3: 8,
  8: 1,
  9: 2,
  10: 4,
  11: 8,
  12: 1,
  13: 2,
  14: 4,
  15: 8,
};

export interface StoredArray {
  readonly id: number;
  readonly dtype: number;
  /** First value, in bytes from the start of the payload. */
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface ArrayTable {
  /** Items that every array has: the last record of an exported file states a full one's. */
  readonly sampleCount: number;
  readonly arrays: ReadonlyMap<number, StoredArray>;
}

/**
 * Parses the table at the start of a payload of `payloadBytes`, of which `head` holds at least the table. `undefined` if
 * it is damaged or an array lies outside.
 */
export function parseArrayTable(head: Uint8Array, payloadBytes: number): ArrayTable | undefined {
  if (head.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const totalBytes = view.getUint32(4, true);
  const firstValue = view.getUint32(8, true);
  const counts = view.getUint32(12, true);
  const arrayCount = counts >>> 24;
  const tableEnd = HEADER_BYTES + arrayCount * 8;
  if (view.getUint32(0, true) !== PREFIX || totalBytes > payloadBytes) return undefined;
  if (firstValue < tableEnd || head.byteLength < tableEnd) return undefined;
  const arrays = new Map<number, StoredArray>();
  let offset = firstValue;
  let sampleCount = counts & 0xff_ffff;
  for (let k = 0; k < arrayCount; k++) {
    const descriptor = view.getUint32(HEADER_BYTES + k * 8, true);
    const lengthBytes = view.getUint32(HEADER_BYTES + k * 8 + 4, true) & 0xff_ffff;
    const dtype = descriptor & 0xff;
    const id = (descriptor >>> 8) & 0xff;
    const itemBytes = DTYPE_BYTES[dtype];
    if (itemBytes === undefined || descriptor >>> 24 !== 0 || offset + lengthBytes > totalBytes) return undefined;
    arrays.set(id, { id, dtype, offset, lengthBytes });
    offset += Math.ceil(lengthBytes / 8) * 8;
    sampleCount = Math.min(sampleCount, Math.floor(lengthBytes / itemBytes));
  }
  return { sampleCount, arrays };
}

/** One array to store. */
export interface ArrayToStore {
  readonly id: number;
  readonly dtype: number;
  readonly values: Float32Array | Uint8Array | BigUint64Array;
}

/** Lays arrays out in the order given. */
export function storeArrays(arrays: readonly ArrayToStore[], sampleCount: number): Uint8Array<ArrayBuffer> {
  const firstValue = Math.ceil((HEADER_BYTES + arrays.length * 8) / 8) * 8;
  const sizes = arrays.map(({ values }) => Math.ceil(values.byteLength / 8) * 8);
  const total = sizes.reduce((sum, size) => sum + size, firstValue);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, PREFIX, true);
  view.setUint32(4, total, true);
  view.setUint32(8, firstValue, true);
  view.setUint32(12, ((arrays.length << 24) | sampleCount) >>> 0, true);
  let offset = firstValue;
  arrays.forEach(({ id, dtype, values }, k) => {
    view.setUint32(HEADER_BYTES + k * 8, (id << 8) | dtype, true);
    view.setUint32(HEADER_BYTES + k * 8 + 4, values.byteLength, true);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += sizes[k]!;
  });
  return bytes;
}

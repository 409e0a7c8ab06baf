// Writes the header of a .mimo file exactly as Python's pickle does it (protocol 4, framed, memo by object
// identity), so that a file of ours starts with the same bytes as one of the reference.

import { type Dtype, dtypeText, packedStruct, scalarDtype } from '../numpy/dtype.ts';
import type { MimoLayout } from './header.ts';

/** Counter (64-bit), Unix time in seconds, dead time as a fraction: the metadata of the reference. */
export const STANDARD_METADATA: Dtype = packedStruct([
  { name: 'counter', dtype: scalarDtype('i', 8, '<')! },
  { name: 'timestamp', dtype: scalarDtype('f', 8, '<')! },
  { name: 'deadtime', dtype: scalarDtype('f', 8, '<')! },
]);

/** The header's bytes for records of this layout. */
export function encodeMimoHeader(layout: MimoLayout): Uint8Array<ArrayBuffer> {
  const pickler = new HeaderPickler();
  pickler.dict(6, () => {
    pickler.entry('version', () => pickler.integer(1));
    pickler.entry('header', () => pickler.text('This is a mimoCoRB file'));
    pickler.entry('data_dtype', () => pickler.dtype(layout.dataDtype, 'data'));
    pickler.entry('data_length', () => pickler.integer(layout.dataLength));
    pickler.entry('metadata_dtype', () => pickler.dtype(layout.metadataDtype, 'metadata'));
    pickler.entry('metadata_length', () => pickler.integer(layout.metadataLength));
  });
  return pickler.finish();
}

/**
 * Python shares by object identity. Which objects are one object in the reference is encoded in memo keys: type
 * class, order characters and other one-character texts, native scalar types, and the field names of one struct.
 */
class HeaderPickler {
  readonly #bytes: number[] = [];
  readonly #memo = new Map<string, number>();
  #memoCount = 0;

  dict(entryCount: number, write: () => void): void {
    this.#op(0x7d, 0x94);
    this.#memoCount++;
    if (entryCount > 1) this.#op(0x28);
    write();
    if (entryCount > 0) this.#op(entryCount > 1 ? 0x75 : 0x73);
  }

  entry(key: string, write: () => void): void {
    this.text(key);
    write();
  }

  /** A text; `identity` names the Python object when it is used more than once. */
  text(value: string, identity?: string): void {
    const bytes = new TextEncoder().encode(value);
    const isLatin1Char = value.length === 1 && value.charCodeAt(0) < 256;
    const key = isLatin1Char ? `char ${value}` : identity;
    if (key !== undefined && this.#recall(key)) return;
    if (bytes.length < 256) this.#op(0x8c, bytes.length);
    else this.#op(0x58, ...littleEndian(bytes.length, 4));
    this.#op(...bytes);
    this.#memoize(key);
  }

  integer(value: number): void {
    if (value >= 0 && value < 256) this.#op(0x4b, value);
    else if (value >= 0 && value < 65_536) this.#op(0x4d, ...littleEndian(value, 2));
    else if (value >= -(2 ** 31) && value < 2 ** 31) this.#op(0x4a, ...littleEndian(value, 4));
    else {
      const bytes: number[] = [];
      for (let rest = BigInt(value); rest > 0n || bytes.at(-1)! >= 0x80; rest >>= 8n) bytes.push(Number(rest & 0xffn));
      this.#op(0x8a, bytes.length, ...bytes);
    }
  }

  dtype(dtype: Dtype, path: string): void {
    const isShared = dtype.type === 'scalar' && dtype.byteOrder !== '>' && 'biufc'.includes(dtype.kind);
    // the reference's counter is a C long long, which NumPy keeps apart from its int64
    const isLongLong = path === 'metadata.counter';
    const key = isShared ? `dtype ${dtypeText(dtype)}${isLongLong ? ' long long' : ''}` : undefined;
    if (key !== undefined && this.#recall(key)) return;
    if (!this.#recall('numpy.dtype')) {
      this.text('numpy');
      this.text('dtype');
      this.#op(0x93);
      this.#memoize('numpy.dtype');
    }
    this.text(typeString(dtype));
    this.#op(0x89, 0x88, 0x87);
    this.#memoize(undefined);
    this.#op(0x52);
    this.#memoize(key);
    this.#state(dtype, path);
    this.#op(0x62);
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#op(0x2e);
    return new Uint8Array([0x80, 0x04, 0x95, ...littleEndian(this.#bytes.length, 8), ...this.#bytes]);
  }

  #state(dtype: Dtype, path: string): void {
    const isDate = dtype.type === 'scalar' && (dtype.kind === 'M' || dtype.kind === 'm');
    this.#op(0x28);
    this.integer(isDate ? 4 : 3);
    this.text(dtype.type === 'scalar' ? dtype.byteOrder : '|');
    if (dtype.type === 'array') {
      this.dtype(dtype.base, `${path}[]`);
      this.#tuple(dtype.shape.length, () => {
        for (const size of dtype.shape) this.integer(size);
      });
      this.#op(0x86);
      this.#memoize(undefined);
    } else this.#op(0x4e);
    if (dtype.type === 'struct') {
      this.#tuple(dtype.fields.length, () => {
        for (const field of dtype.fields) this.text(field.name, `${path} ${field.name}`);
      });
      this.dict(dtype.fields.length, () => {
        for (const field of dtype.fields) {
          this.text(field.name, `${path} ${field.name}`);
          this.dtype(field.dtype, `${path}.${field.name}`);
          this.integer(field.offsetBytes);
          this.#op(0x86);
          this.#memoize(undefined);
        }
      });
    } else this.#op(0x4e, 0x4e);
    const hasSize = dtype.type !== 'scalar' || 'SUV'.includes(dtype.kind);
    this.integer(hasSize ? dtype.itemBytes : -1);
    this.integer(hasSize ? alignment(dtype) : -1);
    this.integer(flags(dtype));
    if (isDate) this.#dateUnit(dtype.unit);
    this.#op(0x74);
    this.#memoize(undefined);
  }

  #dateUnit(unit: string): void {
    const [, count, name] = /^(\d*)(.*)$/.exec(unit)!;
    const bytes = new TextEncoder().encode(name || 'generic');
    this.dict(0, () => {});
    this.#tuple(4, () => {
      this.#op(0x43, bytes.length, ...bytes);
      this.#memoize(undefined);
      for (const value of [Number(count || '1'), 1, 1]) this.integer(value);
    });
    this.#op(0x86);
    this.#memoize(undefined);
  }

  #tuple(length: number, write: () => void): void {
    if (length > 3) this.#op(0x28);
    write();
    if (length === 0) this.#op(0x29);
    else this.#op(length > 3 ? 0x74 : 0x84 + length);
    if (length > 0) this.#memoize(undefined);
  }

  #op(...bytes: number[]): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #memoize(key: string | undefined): void {
    this.#op(0x94);
    if (key !== undefined) this.#memo.set(key, this.#memoCount);
    this.#memoCount++;
  }

  #recall(key: string): boolean {
    const index = this.#memo.get(key);
    if (index === undefined) return false;
    if (index < 256) this.#op(0x68, index);
    else this.#op(0x6a, ...littleEndian(index, 4));
    return true;
  }
}

function typeString(dtype: Dtype): string {
  if (dtype.type !== 'scalar') return `V${dtype.itemBytes}`;
  return `${dtype.kind}${dtype.kind === 'U' ? dtype.itemBytes / 4 : dtype.itemBytes}`;
}

/** As NumPy states it: never the aligned flag, which NumPy 1 and 2 spell differently. */
function alignment(dtype: Dtype): number {
  if (dtype.type === 'array') return alignment(dtype.base);
  if (dtype.type === 'struct') return 1;
  if (dtype.kind === 'U') return 4;
  if ('SV'.includes(dtype.kind)) return 1;
  return dtype.kind === 'c' ? dtype.itemBytes / 2 : dtype.itemBytes;
}

/** 8: items need initialising (U); 16: every struct; a struct inherits its fields' 8. */
function flags(dtype: Dtype): number {
  if (dtype.type === 'scalar') return dtype.kind === 'U' ? 8 : 0;
  if (dtype.type === 'array') return 0;
  return 16 | dtype.fields.reduce((bits, field) => bits | (flags(field.dtype) & 8), 0);
}

/** Two's complement, `length` bytes. */
function littleEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, index) => Number((BigInt(value) >> BigInt(8 * index)) & 0xffn));
}

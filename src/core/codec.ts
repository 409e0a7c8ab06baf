// The file-format kernels of the core over one workspace: checksums, and reductions of packed samples.
// Owns its tables and scratch; one thread.

import type { Disposable } from '../base/dispose.ts';
import type { SampleType } from '../model/signal-store.ts';
import type { Region } from './memory.ts';
import type { Workspace } from './workspace.ts';

/** Sample codes of assembly/codec/sample.ts. */
export const SAMPLE_CODES: Readonly<Record<SampleType, number>> = {
  u1: 0,
  u4: 1,
  i4: 2,
  u8: 3,
  i8: 4,
  u16: 5,
  i16: 6,
  u24: 7,
  i24: 8,
  u32: 9,
  i32: 10,
  u64: 11,
  i64: 12,
  f32: 13,
  f64: 14,
};

/** Reflected polynomial of CRC-32C (Castagnoli), as in JLS v2. */
export const CRC32C = 0x82f63b78;
/** Reflected polynomial of CRC-32 (IEEE 802.3), as in JLS v1 and zlib. */
export const CRC32 = 0xedb88320;

/** Tables and workspace of a checksum (assembly/codec/crc.ts). */
const CRC_TABLES_BYTES = 53_248;
/** f64 values of one record of `bins` (assembly/codec/summary.ts). */
const BIN_VALUES = 5;
/** Bins per call of the kernel; more are done in several calls. */
const BINS_PER_CALL = 256;

/** Values at a fixed distance. */
export interface Gather {
  readonly strideBytes: number;
  /** 1, 2, 4 or 8. */
  readonly widthBytes: number;
  /** True when the values are big-endian. */
  readonly isSwapped: boolean;
}

/** Receives one bin: samples that are not NaN, mean, sum of squared deviations, min, max. */
export type BinVisitor = (count: number, mean: number, deviation: number, low: number, high: number) => void;

export class Codec implements Disposable {
  readonly workspace: Workspace;
  readonly #regions: Region[] = [];
  readonly #tables: Region;
  readonly #scratch: Region;
  readonly #records: Float64Array;
  readonly #recordsAddress: number;
  readonly #bytes: Uint8Array;

  /** `scratchBytes` bounds what `load` takes. */
  constructor(workspace: Workspace, polynomial: number, scratchBytes: number) {
    this.workspace = workspace;
    this.#tables = this.reserve('crc tables', CRC_TABLES_BYTES);
    this.#scratch = this.reserve('codec scratch', scratchBytes);
    const records = this.reserve('codec records', BINS_PER_CALL * BIN_VALUES * 8);
    this.#recordsAddress = records.address;
    const { buffer } = workspace.core.memory;
    this.#records = new Float64Array(buffer, records.address, BINS_PER_CALL * BIN_VALUES);
    this.#bytes = new Uint8Array(buffer, this.#scratch.address, scratchBytes);
    workspace.core.exports.codecCrcTables(this.#tables.address, polynomial);
  }

  get scratchBytes(): number {
    return this.#scratch.lengthBytes;
  }

  /** Address of what `load` stored last. */
  get scratchAddress(): number {
    return this.#scratch.address;
  }

  /** The scratch as a view. */
  get scratch(): Uint8Array {
    return this.#bytes;
  }

  /** Reserves memory that lives as long as this codec. */
  reserve(name: string, lengthBytes: number): Region {
    const region = this.workspace.arena.reserve(name, lengthBytes);
    this.#regions.push(region);
    return region;
  }

  /** Checksum of bytes anywhere in the workspace's memory. */
  crcAt(address: number, lengthBytes: number): number {
    return this.workspace.core.exports.codecCrc(this.#tables.address, address, lengthBytes, 0) >>> 0;
  }

  /**
   * Checksum of any bytes, behind others whose checksum is `before`. Those outside the core's memory go through the scratch
   * in pieces, whose content is lost.
   */
  crc(bytes: Uint8Array, before = 0): number {
    const { codecCrc } = this.workspace.core.exports;
    if (bytes.buffer === this.#bytes.buffer) {
      return codecCrc(this.#tables.address, bytes.byteOffset, bytes.byteLength, before) >>> 0;
    }
    let crc = before;
    for (let offset = 0; offset < bytes.byteLength; offset += this.scratchBytes) {
      const piece = bytes.subarray(offset, offset + this.scratchBytes);
      this.#bytes.set(piece);
      crc = codecCrc(this.#tables.address, this.#scratch.address, piece.byteLength, crc);
    }
    return crc >>> 0;
  }

  /** Copies bytes into the scratch and returns their address. They must fit (`scratchBytes`). */
  load(bytes: Uint8Array): number {
    this.#bytes.set(bytes);
    return this.#scratch.address;
  }

  /** Packs `count` values of `widthBytes` that start `strideBytes` apart at `source`, to `target`. */
  gather(source: number, { strideBytes, widthBytes, isSwapped }: Gather, count: number, target: number): void {
    this.workspace.core.exports.codecGather(source, strideBytes, count, widthBytes, isSwapped, target);
  }

  /** Reduces `binCount` bins of `binSamples` packed samples at `address`, from sample `first` on. */
  bins(
    dtype: SampleType,
    address: number,
    first: number,
    binSamples: number,
    binCount: number,
    visit: BinVisitor,
  ): void {
    const { codecBins } = this.workspace.core.exports;
    const code = SAMPLE_CODES[dtype];
    const records = this.#records;
    for (let bin = 0; bin < binCount; bin += BINS_PER_CALL) {
      const count = Math.min(BINS_PER_CALL, binCount - bin);
      codecBins(code, address, first + bin * binSamples, binSamples, count, this.#recordsAddress);
      for (let at = 0; at < count * BIN_VALUES; at += BIN_VALUES) {
        visit(records[at]!, records[at + 1]!, records[at + 2]!, records[at + 3]!, records[at + 4]!);
      }
    }
  }

  /** Address of values: where they are if that is the core's memory, else in the scratch, into which they must fit. */
  place(values: Float32Array | Uint8Array): number {
    if (values.buffer === this.#bytes.buffer) return values.byteOffset;
    return this.load(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Level-1 summary entries of JLS v2 (mean, population std, min, max) of whole groups. */
  summarise(
    dtype: SampleType,
    address: number,
    groupSamples: number,
    groupCount: number,
    isWide: boolean,
    target: number,
  ): void {
    const code = SAMPLE_CODES[dtype];
    const { codecSummarise } = this.workspace.core.exports;
    codecSummarise(code, address, groupSamples, groupCount, isWide, target, this.#recordsAddress);
  }

  /** Entries of the next summary level of JLS v2 from `groupCount` whole groups of entries. */
  condense(isWide: boolean, entries: number, groupSize: number, groupCount: number, target: number): void {
    this.workspace.core.exports.codecCondense(isWide, entries, groupSize, groupCount, target);
  }

  [Symbol.dispose](): void {
    for (const region of this.#regions.splice(0)) this.workspace.arena.release(region);
  }
}

// The pages of a column chunk, unpacked and looked over before anything is decoded: the library believes what pages say of
// themselves, and a damaged length would keep it busy for minutes or ask for gigabytes.

import type { ColumnMetaData, Compressors, PageHeader } from 'hyparquet';
import { FormatError } from '../../base/errors.ts';

/** One column of one group of rows. */
export interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly meta: ColumnMetaData;
  /** Values may be missing: pages begin with a bit for each. */
  readonly isOptional: boolean;
  readonly rowCount: number;
}

/** The values of a page, behind its levels. */
export interface DataPage {
  readonly count: number;
  /** How many of them are there; the others are missing. */
  readonly present: number;
  readonly encoding: string | undefined;
  readonly values: Uint8Array;
}

export interface Pages {
  /** What indices of the pages mean. */
  readonly dictionary: Uint8Array | undefined;
  readonly data: readonly DataPage[];
}

/** Largest value of the types that are read: a decimal. */
const VALUE_BYTES = 16;
/** What a page has beside its values: lengths, levels of few rows. */
const PAGE_EXTRA_BYTES = 65_536;
/** Values of a block of deltas, at most; writers use 128 to some thousands. */
const MAX_BLOCK_VALUES = 1 << 20;
/** Widest index into a dictionary. */
const MAX_INDEX_BITS = 32;

type ReadHeader = (reader: { view: DataView<ArrayBuffer>; offset: number }) => PageHeader;

/** Throws `format/damaged`, or what the codec throws. `compressors` are kept waiting with what they unpacked. */
export function checkedPages(chunk: Chunk, readHeader: ReadHeader, compressors: Compressors): Pages {
  const { bytes, meta, rowCount } = chunk;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const data: DataPage[] = [];
  let dictionary: Uint8Array | undefined;
  for (let seen = 0; seen < rowCount; ) {
    if (reader.offset >= bytes.length) throw damaged(meta, `has ${seen} of ${rowCount} rows`);
    const header = readHeader(reader);
    const { compressed_page_size: packedBytes, uncompressed_page_size: pageBytes } = header;
    const page = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header;
    const count = page?.num_values ?? -1;
    if (!(packedBytes >= 0 && reader.offset + packedBytes <= bytes.length)) {
      throw damaged(meta, 'has a page that ends behind it');
    }
    const isCount = Number.isSafeInteger(count) && count >= 0 && count <= rowCount;
    if (!isCount || !(pageBytes >= 0 && pageBytes <= count * VALUE_BYTES + PAGE_EXTRA_BYTES)) {
      throw damaged(meta, `has a page of ${count} values in ${pageBytes} bytes`);
    }
    const packed = bytes.subarray(reader.offset, reader.offset + packedBytes);
    reader.offset += packedBytes;
    if (header.type === 'DICTIONARY_PAGE') {
      dictionary = unpack(packed, pageBytes, meta, compressors);
      continue;
    }
    if (count === 0) throw damaged(meta, 'has a page without values');
    data.push(checkedPage(chunk, header, count, packed, compressors));
    seen += count;
  }
  return { dictionary, data };
}

function checkedPage(
  { meta, isOptional }: Chunk,
  header: PageHeader,
  count: number,
  packed: Uint8Array,
  compressors: Compressors,
): DataPage {
  const v2 = header.data_page_header_v2;
  const encoding = v2?.encoding ?? header.data_page_header?.encoding;
  if (v2) {
    const levelBytes = v2.definition_levels_byte_length;
    if (!(levelBytes >= 0 && levelBytes <= packed.length) || v2.repetition_levels_byte_length !== 0) {
      throw damaged(meta, 'has a page whose levels do not fit');
    }
    if (v2.num_rows !== count || v2.num_nulls < 0 || v2.num_nulls > count) {
      throw damaged(meta, 'has a page that miscounts its rows');
    }
    if (levelBytes > 0) checkRuns(new Runs(packed.subarray(0, levelBytes), meta), 1, count);
    const rest = packed.subarray(levelBytes);
    const isPacked = v2.is_compressed !== false;
    const values = isPacked ? unpack(rest, header.uncompressed_page_size - levelBytes, meta, compressors) : rest;
    checkValues(new Runs(values, meta), encoding, count - v2.num_nulls);
    return { count, present: count - v2.num_nulls, encoding, values };
  }
  const runs = new Runs(unpack(packed, header.uncompressed_page_size, meta, compressors), meta);
  let present = count;
  if (isOptional) present = checkRuns(runs.part(runs.length()), 1, count);
  const values = runs.rest();
  checkValues(runs, encoding, present);
  return { count, present, encoding, values };
}

function checkValues(runs: Runs, encoding: string | undefined, count: number): void {
  if (encoding === 'DELTA_BINARY_PACKED') {
    const blockValues = runs.varInt();
    const miniblocks = runs.varInt();
    const isBlock = blockValues > 0 && blockValues <= MAX_BLOCK_VALUES;
    if (!isBlock || miniblocks < 1 || blockValues % miniblocks !== 0) throw runs.damaged();
    return;
  }
  if (encoding === 'RLE') checkRuns(runs.part(runs.length()), 1, count);
  else if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') {
    const width = runs.byte();
    if (width > MAX_INDEX_BITS) throw runs.damaged();
    if (width > 0) checkRuns(runs, width, count);
  }
}

/** Runs of equal values and groups of eight packed ones, `count` in all. Of levels, returns how many are 1. */
function checkRuns(runs: Runs, width: number, count: number): number {
  let ones = 0;
  for (let seen = 0; seen < count; ) {
    const header = runs.varInt();
    if ((header & 1) === 1) {
      const groups = header >>> 1;
      const packed = runs.part(groups * width);
      if (groups === 0) throw runs.damaged();
      if (width === 1) ones += packed.onesOf(Math.min(8 * groups, count - seen));
      seen += 8 * groups;
    } else {
      const length = header >>> 1;
      if (length === 0 || seen + length > count) throw runs.damaged();
      const value = runs.part(Math.ceil(width / 8));
      if (width === 1 && value.byte() === 1) ones += length;
      seen += length;
    }
  }
  return ones;
}

function unpack(
  packed: Uint8Array,
  pageBytes: number,
  { codec }: ColumnMetaData,
  compressors: Compressors,
): Uint8Array {
  if (codec === 'UNCOMPRESSED') return packed;
  const compressor = compressors[codec];
  if (!compressor) {
    throw new FormatError(
      'format/unsupported',
      `The Parquet file is packed by ${codec}. Write it with snappy or zstd.`,
    );
  }
  return compressor(packed, pageBytes);
}

function damaged({ path_in_schema: path }: ColumnMetaData, what: string): FormatError {
  return new FormatError('format/damaged', `Column "${path.join('.')}" of the Parquet file ${what}.`);
}

/** Reads the parts of a page from front to back. */
class Runs {
  readonly #bytes: Uint8Array;
  readonly #meta: ColumnMetaData;
  #at = 0;

  constructor(bytes: Uint8Array, meta: ColumnMetaData) {
    this.#bytes = bytes;
    this.#meta = meta;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.damaged();
    return byte;
  }

  /** Four bytes, the length of what follows. */
  length(): number {
    return this.byte() + 0x100 * this.byte() + 0x1_0000 * this.byte() + 0x100_0000 * this.byte();
  }

  varInt(): number {
    let value = 0;
    for (let shift = 0; shift < 31; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw this.damaged();
  }

  /** The next bytes, which are passed over. */
  part(lengthBytes: number): Runs {
    const end = this.#at + lengthBytes;
    if (end > this.#bytes.length) throw this.damaged();
    const part = new Runs(this.#bytes.subarray(this.#at, end), this.#meta);
    this.#at = end;
    return part;
  }

  /** All that was not read yet. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** How many of the first `count` bits are 1. */
  onesOf(count: number): number {
    let ones = 0;
    for (let bit = 0; bit < count; bit++) ones += (this.#bytes[bit >> 3]! >> (bit & 7)) & 1;
    return ones;
  }

  damaged(): FormatError {
    return damaged(this.#meta, 'has a page that does not add up');
  }
}

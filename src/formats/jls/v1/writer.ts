// Writes JLS v1 recordings as the reference recorder does, byte for byte, so that the older desktop software opens
// them: raw JS110 words with their calibration, or float samples of any instrument.

import { FormatError } from '../../../base/errors.ts';
import { Codec, CRC32 } from '../../../core/codec.ts';
import { type Js110Columns, Js110Words } from '../../../core/js110-words.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { AppendSink } from '../../source.ts';
import { type ArrayToStore, DTYPE_F32, DTYPE_U8, storeArrays } from './arrays.ts';
import { parseCalibration, UNIT_GAINS } from './calibration.ts';
import { MISSING_RANGE } from './columns.ts';
import { FIELDS } from './config.ts';
import { CONTAINER_VERSION, FILE_HEADER_BYTES, MAGIC_V1, RECORD_HEADER_BYTES, recordBytes } from './container.ts';
import { EMPTY_FLOAT, EMPTY_RAW, RowWriter } from './row-writer.ts';

const SCRATCH_BYTES = 64 * 1024;
/** Raw words that are taken at a time, and those that the filter may withhold. */
const PIECE_BYTES = 16_384 * 4;
const HELD_MAX_BYTES = 64 * 4;
const SUBFILE_NAME_BYTES = 128;
const COLLECTION_BYTES = 12;
/** The recorder's own sizes: samples per row, rows per data record, data records per block. */
export const DEFAULT_SIZES = { samplesPerReduction: 20_000, samplesPerTlv: 400_000, samplesPerBlock: 2_000_000 };

export interface JlsV1Options {
  readonly dataFormat: 'raw' | 'float32_v2';
  readonly sampleRateHz: number;
  /** Write the rate as a float (`1000.0`), as the recorder does for a rate that it computed. Default: only for raw. */
  readonly isRateFloat?: boolean;
  readonly sizes?: typeof DEFAULT_SIZES;
  /** The JS110's calibration file, byte for byte. */
  readonly calibrationFile?: Uint8Array;
  /** Range-switch filter that the stored statistics see. Default `normal`. */
  readonly suppression?: string;
  /** JSON text. */
  readonly userData?: string;
  /** Sample counter of the stream at the first sample. */
  readonly firstSampleId?: number;
}

/** Columns of equal length; NaN is missing. Range 0..15, inputs 0..1. */
export interface FloatColumns {
  readonly current: Float32Array;
  readonly voltage: Float32Array;
  readonly power: Float32Array;
  readonly currentRange: Float32Array;
  readonly currentLsb: Float32Array;
  readonly voltageLsb: Float32Array;
}

/** One thread, one file; throws what the sink throws. The sink stays open: its owner closes it. */
export class JlsV1Writer {
  readonly #codec: Codec;
  readonly #sink: AppendSink;
  readonly #options: JlsV1Options;
  readonly #sizes: typeof DEFAULT_SIZES;
  readonly #words: Js110Words;
  readonly #rows: RowWriter;
  readonly #rootOffset: number;
  #block: { readonly offset: number; readonly tail: Uint8Array } | undefined;
  #voltageRange = 0;
  /** Samples in records, and packed data of those not yet in one (raw: words; float: columns). */
  #writtenCount = 0;
  #readyCount = 0;
  #rawData: Uint8Array;
  /** Raw words that the filter still withholds, behind `#rawData`'s ready ones. */
  #heldBytes = 0;
  #floatData: FloatColumns;

  constructor(workspace: Workspace, sink: AppendSink, options: JlsV1Options) {
    const { calibrationFile, userData, dataFormat } = options;
    this.#sink = sink;
    this.#options = options;
    this.#sizes = options.sizes ?? DEFAULT_SIZES;
    const calibration = calibrationFile && parseCalibration(calibrationFile);
    if (typeof calibration === 'string') {
      throw new FormatError(
        'format/unsupported',
        `JLS v1: the calibration cannot be used: ${calibration}. Nothing was written.`,
      );
    }
    this.#codec = new Codec(workspace, CRC32, SCRATCH_BYTES);
    this.#words = new Js110Words(this.#codec, calibration?.gains ?? UNIT_GAINS, options.suppression ?? 'normal');
    const { samplesPerReduction, samplesPerTlv } = this.#sizes;
    this.#rows = new RowWriter(this.#codec, samplesPerReduction, dataFormat === 'raw' ? EMPTY_RAW : EMPTY_FLOAT);
    this.#rawData = new Uint8Array(dataFormat === 'raw' ? samplesPerTlv * 4 + PIECE_BYTES + HELD_MAX_BYTES : 0);
    this.#floatData = emptyColumns(dataFormat === 'raw' ? 0 : this.#sizes.samplesPerTlv);
    sink.append(this.#fileHeader(0));
    if (userData !== undefined) this.#append('UJS', utf8(userData));
    if (calibrationFile) this.#append('SUB', subfile('calibration', calibrationFile));
    this.#append('MJS', utf8(this.#config()));
    this.#rootOffset = sink.sizeBytes;
    this.#append('CLS', collection(0, 0, new Uint8Array(0)));
  }

  /** Appends raw words (u16 current, u16 voltage per sample; all bits set = missing) measured in one voltage range. */
  writeWords(words: Uint8Array, voltageRange: 0 | 1): void {
    if (this.#options.dataFormat !== 'raw') throw wrongKind('raw words');
    this.#voltageRange = voltageRange;
    // in pieces, so that the words waiting for the filter always fit behind those of one record
    for (let at = 0; at < words.byteLength; at += PIECE_BYTES) {
      const piece = words.subarray(at, at + PIECE_BYTES);
      this.#rawData.set(piece, this.#readyCount * 4 + this.#heldBytes);
      this.#heldBytes += piece.byteLength;
      this.#words.feed({ words: piece, voltageRange }, (columns) => this.#takeReady(columns));
    }
  }

  /** Raw samples that the range-switch filter still withholds: `close` leaves them out. */
  get pendingCount(): number {
    return this.#heldBytes / 4;
  }

  /** Appends float samples. */
  writeFloats(columns: FloatColumns): void {
    if (this.#options.dataFormat === 'raw') throw wrongKind('float samples');
    const values = columnList(columns);
    const targets = columnList(this.#floatData);
    this.#inRecords(columns.current.length, (from, to) => {
      const parts = values.map((column) => column.subarray(from, to));
      parts.forEach((part, field) => {
        targets[field]!.set(part, this.#readyCount);
      });
      this.#rows.addFloats(parts);
    });
  }

  /** Finishes the file and flushes it. `footerUserData` is JSON text. */
  close(footerUserData?: string): void {
    if (this.#readyCount > 0) this.#writeData();
    if (this.#block) this.#endBlock();
    const end = this.#sink.sizeBytes;
    this.#append('CLE', new Uint8Array(0));
    this.#patchCollection(this.#rootOffset, 0, end, new Uint8Array(0));
    this.#append('MJS', utf8(`{"type": "footer", "size": ${this.#writtenCount}}`));
    if (footerUserData !== undefined) this.#append('UJS', utf8(footerUserData));
    this.#append('END', new Uint8Array(0));
    this.#sink.patch(0, this.#fileHeader(this.#sink.sizeBytes));
    this.#sink.flush();
    this.#codec[Symbol.dispose]();
  }

  #takeReady({ current, voltage, power, bits }: Js110Columns): void {
    this.#inRecords(current.length, (from, to) => {
      this.#rows.addRaw({
        current: current.subarray(from, to),
        voltage: voltage.subarray(from, to),
        power: power.subarray(from, to),
        bits: bits.subarray(from, to),
      });
      this.#heldBytes -= (to - from) * 4;
    });
  }

  /** Calls `add` for the parts of `count` new samples that go into one record, and writes each record that is full. */
  #inRecords(count: number, add: (from: number, to: number) => void): void {
    const { samplesPerTlv } = this.#sizes;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + samplesPerTlv - this.#readyCount);
      add(from, to);
      this.#readyCount += to - from;
      from = to;
      if (this.#readyCount === samplesPerTlv) this.#writeData();
    }
  }

  #writeData(): void {
    const { samplesPerTlv, samplesPerBlock } = this.#sizes;
    if (!this.#block) this.#startBlock();
    const count = this.#readyCount;
    if (this.#options.dataFormat === 'raw') {
      this.#append('ABN', this.#rawData.subarray(0, count * 4));
      this.#rawData.copyWithin(0, count * 4, count * 4 + this.#heldBytes);
    } else this.#append('ABN', this.#floatPayload(count));
    this.#writtenCount += count;
    this.#readyCount = 0;
    if (count === samplesPerTlv && this.#writtenCount % samplesPerBlock === 0) this.#endBlock();
  }

  #floatPayload(count: number): Uint8Array {
    const arrays = columnList(this.#floatData).map((column, field): ArrayToStore => {
      const id = field * 16 + 1;
      if (field < 3) return { id, dtype: DTYPE_F32, values: column.slice(0, count) };
      const scale = field === 3 ? 16 : 15;
      const values = new Uint8Array(count);
      const missing = field === 3 ? MISSING_RANGE : 0;
      for (let i = 0; i < count; i++) {
        const value = column[i]!;
        values[i] = Math.trunc((Number.isNaN(value) ? missing : value) * scale);
      }
      return { id, dtype: DTYPE_U8, values };
    });
    return storeArrays(arrays, count);
  }

  #startBlock(): void {
    const sampleId = (this.#options.firstSampleId ?? 0) + this.#writtenCount;
    const tail = utf8(`{"v_range": ${this.#voltageRange}, "sample_id": ${sampleId}}`);
    this.#block = { offset: this.#sink.sizeBytes, tail };
    this.#append('CLS', collection(1, 0, tail));
  }

  #endBlock(): void {
    const { offset, tail } = this.#block!;
    const end = this.#sink.sizeBytes;
    this.#append('CLE', this.#rows.takeBlock());
    this.#patchCollection(offset, 1, end, tail);
    this.#block = undefined;
  }

  #patchCollection(offset: number, id: number, endPosition: number, tail: Uint8Array): void {
    this.#sink.patch(offset, this.#record('CLS', collection(id, endPosition, tail)));
  }

  #append(tag: string, payload: Uint8Array): void {
    this.#sink.append(this.#record(tag, payload));
  }

  #record(tag: string, payload: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(recordBytes(payload.byteLength));
    bytes.set(utf8(tag));
    const view = new DataView(bytes.buffer);
    view.setUint32(4, payload.byteLength, true);
    bytes.set(payload, RECORD_HEADER_BYTES);
    view.setUint32(bytes.byteLength - 4, this.#codec.crc(bytes.subarray(0, -4)), true);
    return bytes;
  }

  #fileHeader(lengthBytes: number): Uint8Array {
    const header = new Uint8Array(FILE_HEADER_BYTES);
    header.set(MAGIC_V1);
    const view = new DataView(header.buffer);
    view.setBigUint64(16, BigInt(lengthBytes), true);
    header[27] = CONTAINER_VERSION;
    view.setUint32(28, this.#codec.crc(header.subarray(0, 28)), true);
    return header;
  }

  #config(): string {
    const { sampleRateHz, dataFormat, isRateFloat = dataFormat === 'raw' } = this.#options;
    const { samplesPerReduction, samplesPerTlv, samplesPerBlock } = this.#sizes;
    const rate = isRateFloat && Number.isInteger(sampleRateHz) ? `${sampleRateHz}.0` : String(sampleRateHz);
    const fields = FIELDS.map((field) => `"${field}"`).join(', ');
    return `{"type": "config", "data_recorder_format_version": "2", "sampling_frequency": ${rate}, "samples_per_reduction": ${samplesPerReduction}, "samples_per_tlv": ${samplesPerTlv}, "samples_per_block": ${samplesPerBlock}, "reduction_fields": [${fields}], "data_format": "${dataFormat}", "reduction_format": "v2"}`;
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function subfile(name: string, file: Uint8Array): Uint8Array {
  const payload = new Uint8Array(SUBFILE_NAME_BYTES + file.byteLength);
  payload.set(utf8(name));
  payload.set(file, SUBFILE_NAME_BYTES);
  return payload;
}

function collection(id: number, endPosition: number, tail: Uint8Array): Uint8Array {
  const payload = new Uint8Array(COLLECTION_BYTES + tail.byteLength);
  const view = new DataView(payload.buffer);
  view.setBigUint64(0, BigInt(endPosition), true);
  view.setUint16(8, id, true);
  payload.set(tail, COLLECTION_BYTES);
  return payload;
}

function emptyColumns(count: number): FloatColumns {
  const column = () => new Float32Array(count);
  return {
    current: column(),
    voltage: column(),
    power: column(),
    currentRange: column(),
    currentLsb: column(),
    voltageLsb: column(),
  };
}

function columnList(columns: FloatColumns): readonly Float32Array[] {
  const { current, voltage, power, currentRange, currentLsb, voltageLsb } = columns;
  return [current, voltage, power, currentRange, currentLsb, voltageLsb];
}

function wrongKind(what: string): FormatError {
  return new FormatError('format/unsupported', `JLS v1: this recording does not take ${what}. Nothing was written.`);
}

// Finds what a JLS v1 recording contains by going through its records. A block whose end is known is stepped over
// in one read; anything unfinished or damaged is walked record by record, so that every whole record counts.

import { FormatError } from '../../../base/errors.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import { parseArrayTable } from './arrays.ts';
import { type Calibration, parseCalibration, parseSubfile } from './calibration.ts';
import { type Config, parseConfig } from './config.ts';
import {
  FILE_HEADER_BYTES,
  FLAG_COMPRESSED,
  isPlausible,
  PAYLOAD_MAX_BYTES,
  parseRecord,
  RECORD_HEADER_BYTES,
  type RecordReader,
  recordBytes,
  type TagRecord,
} from './container.ts';
import { member, parseLooseJson } from './json.ts';
import { Reductions } from './reductions.ts';

/** Bytes read around each place of interest. */
const WINDOW_BYTES = 16_384;
const ROOT_ID = 0;
const BLOCK_ID = 1;
const COLLECTION_BYTES = 12;

/** A data record: samples [start, start + count). */
export interface DataRecord {
  /** `undefined` = the samples are lost. */
  readonly record: TagRecord | undefined;
  readonly start: number;
  readonly count: number;
  /** 0 = 15 V, 1 = 5 V. */
  readonly voltageRange: number;
  /** The end of the file cuts the record. */
  readonly isCut: boolean;
}

export interface Contents {
  readonly config: Config;
  readonly calibration: Calibration | undefined;
  readonly data: readonly DataRecord[];
  readonly sampleCount: number;
  /** Counter value of the first sample in the original stream. */
  readonly firstSampleId: bigint;
  readonly reductions: Reductions;
  /** In file order, JSON text; those behind the footer are separate. */
  readonly userData: readonly string[];
  readonly footerUserData: readonly string[];
  readonly isRecovered: boolean;
}

export async function readContents(records: RecordReader, endOffset: number, log: DiagnosticLog): Promise<Contents> {
  const walk = new Walk(records, endOffset, log);
  await walk.run();
  return walk.finish();
}

class Walk {
  readonly #records: RecordReader;
  readonly #end: number;
  readonly #log: DiagnosticLog;
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;
  #config: Config | undefined;
  #reductions: Reductions | undefined;
  #calibration: Calibration | undefined;
  #isCalibrationLost = false;
  #footerCount: number | undefined;
  #firstSampleId: bigint | undefined;
  #hasEnd = false;
  #skippedBytes = 0;
  #sampleCount = 0;
  /** Sample at which the open block began, and its voltage range; `undefined` outside a block. */
  #blockStart: number | undefined;
  #voltageRange = 0;
  readonly #data: DataRecord[] = [];
  readonly #userData: string[] = [];
  readonly #footerUserData: string[] = [];

  constructor(records: RecordReader, endOffset: number, log: DiagnosticLog) {
    this.#records = records;
    this.#end = Math.min(endOffset, records.sizeBytes);
    this.#log = log;
  }

  async run(): Promise<void> {
    for (let offset = FILE_HEADER_BYTES; offset + RECORD_HEADER_BYTES <= this.#end && !this.#hasEnd; ) {
      const bytes = await this.#bytes(offset, RECORD_HEADER_BYTES);
      const record = parseRecord(bytes, 0, offset);
      if (!record) return;
      const next = await this.#take(record);
      if (next !== undefined) offset = next;
      else {
        const found = await this.#findNext(offset + 8);
        this.#skippedBytes += found - offset;
        if (found < this.#end) this.#keepTime(found - offset);
        offset = found;
      }
    }
  }

  async finish(): Promise<Contents> {
    const config = this.#config;
    if (!config || !this.#reductions) {
      throw new FormatError(
        'format/damaged',
        'The file holds no recording: the record that describes its samples is missing. It may be a calibration or damaged beyond use.',
      );
    }
    if (this.#skippedBytes > 0) {
      this.#log.add(
        'warning',
        'bytes-skipped',
        `${this.#skippedBytes} bytes of the file hold no intact record and were passed over.`,
      );
    }
    const isUnfinished = !this.#hasEnd || this.#footerCount === undefined;
    if (isUnfinished) {
      this.#log.add(
        'warning',
        'not-closed',
        `The recording was not finished: ${this.#sampleCount} samples were found in it.`,
      );
    } else if (this.#footerCount !== this.#sampleCount) {
      this.#log.add(
        'warning',
        'footer-wrong',
        `The recording claims ${this.#footerCount} samples and holds ${this.#sampleCount}; all that it holds are shown.`,
      );
    }
    return {
      config,
      calibration: this.#calibration,
      data: this.#data,
      sampleCount: this.#sampleCount,
      firstSampleId: this.#firstSampleId ?? 0n,
      // stored statistics are in A and V: without the calibration they do not go with the samples
      reductions: this.#isCalibrationLost ? new Reductions(config) : this.#reductions,
      userData: this.#userData,
      footerUserData: this.#footerUserData,
      isRecovered: isUnfinished || this.#skippedBytes > 0,
    };
  }

  /** Handles a record and returns where to go on; `undefined` if it cannot be one. */
  async #take(record: TagRecord): Promise<number | undefined> {
    const fits = record.endOffset <= this.#end;
    if (record.tag === 'ABN' && this.#config && isPlausible(record)) return this.#takeData(record, fits);
    if (!fits) return undefined;
    switch (record.tag) {
      case 'CLS':
        return this.#takeStart(record);
      case 'CLE':
        return (await this.#takeBlockEnd(record)) ? record.endOffset : undefined;
      case 'END':
        this.#hasEnd = record.lengthBytes === 0;
        return this.#hasEnd ? record.endOffset : undefined;
      case 'MJS':
      case 'UJS':
      case 'SUB':
        return this.#takeMeta(record);
      default:
        // Unknown tags are legal, but only a good checksum tells them from garbage.
        return (await this.#payload(record))?.isIntact ? record.endOffset : undefined;
    }
  }

  async #takeMeta(record: TagRecord): Promise<number | undefined> {
    const payload = await this.#payload(record);
    if (!payload) return undefined;
    if (!payload.isIntact) {
      this.#log.add(
        'warning',
        'record-damaged',
        `The checksum of the ${record.tag} record is wrong; what it says is used as far as it makes sense.`,
        record.offset,
      );
    }
    const { bytes } = payload;
    if (record.tag === 'SUB') this.#takeSubfile(bytes, record);
    else {
      const text = new TextDecoder().decode(new Uint8Array(bytes));
      const json = parseLooseJson(text);
      if (json === undefined) return undefined;
      if (record.tag === 'UJS') (this.#footerCount === undefined ? this.#userData : this.#footerUserData).push(text);
      else if (member(json, 'type') === 'config') {
        this.#config ??= parseConfig(text, json, record.offset);
        this.#reductions ??= new Reductions(this.#config);
      } else if (member(json, 'type') === 'footer') this.#footerCount = Number(member(json, 'size'));
    }
    return record.endOffset;
  }

  #takeSubfile(bytes: Uint8Array, record: TagRecord): void {
    const { name, file } = parseSubfile(bytes);
    if (name !== 'calibration') return;
    const calibration = parseCalibration(file);
    if (typeof calibration !== 'string') this.#calibration = calibration;
    else {
      this.#isCalibrationLost = true;
      this.#log.add(
        'warning',
        'calibration-unusable',
        `The calibration in the recording cannot be used: ${calibration}. Values are in counts of the converter, not in A and V.`,
        record.offset,
      );
    }
  }

  async #takeStart(record: TagRecord): Promise<number | undefined> {
    const payload = await this.#payload(record);
    if (!payload || payload.bytes.byteLength < COLLECTION_BYTES) return undefined;
    const { bytes } = payload;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const id = view.getUint16(8, true);
    if (id === ROOT_ID) return record.endOffset;
    if (id !== BLOCK_ID || !this.#config) return payload.isIntact ? record.endOffset : undefined;
    const json = parseLooseJson(new TextDecoder().decode(bytes.slice(COLLECTION_BYTES)));
    this.#voltageRange = member(json, 'v_range') === 1 ? 1 : 0;
    const sampleId = member(json, 'sample_id');
    if (typeof sampleId === 'number' && Number.isSafeInteger(sampleId) && this.#config.version !== '1') {
      this.#firstSampleId ??= BigInt(sampleId);
    }
    // All blocks but the last are full: what is missing before this one was lost.
    const partial = this.#sampleCount % this.#config.samplesPerBlock;
    if (this.#skippedBytes > 0 && partial > 0) this.#noteLost(this.#config.samplesPerBlock - partial);
    this.#blockStart = this.#sampleCount;
    const endPosition = Number(view.getBigUint64(0, true));
    return this.#wholeBlock(record.endOffset, endPosition) ?? record.endOffset;
  }

  #dataBytes(): number {
    const { samplesPerTlv, dataFormat } = this.#config!;
    if (dataFormat === 'raw') return samplesPerTlv * 4;
    return 64 + 3 * Math.ceil((samplesPerTlv * 4) / 8) * 8 + 3 * Math.ceil(samplesPerTlv / 8) * 8;
  }

  /** Passed-over bytes inside a block were data records: their samples are lost, their time is kept. */
  #keepTime(skippedBytes: number): void {
    if (!this.#config || this.#blockStart === undefined || this.#config.dataFormat === 'none') return;
    const { samplesPerTlv, samplesPerBlock } = this.#config;
    const records = Math.round(skippedBytes / recordBytes(this.#dataBytes()));
    const room = this.#blockStart + samplesPerBlock - this.#sampleCount;
    this.#noteLost(Math.min(room, records * samplesPerTlv));
  }

  #noteLost(count: number): void {
    if (count <= 0) return;
    const start = this.#sampleCount;
    this.#data.push({ record: undefined, start, count, voltageRange: this.#voltageRange, isCut: false });
    this.#sampleCount += count;
    this.#log.add(
      'error',
      'samples-lost',
      `Samples ${start} to ${start + count - 1} are damaged and are shown as a gap.`,
    );
  }

  /** Notes the records of a full block whose end is where it must be; `undefined` for any other block. */
  #wholeBlock(first: number, endPosition: number): number | undefined {
    const { samplesPerTlv, samplesPerBlock } = this.#config!;
    const lengthBytes = this.#dataBytes();
    const size = recordBytes(lengthBytes);
    const count = samplesPerBlock / samplesPerTlv;
    if (first + count * size !== endPosition || endPosition + RECORD_HEADER_BYTES > this.#end) return undefined;
    for (let i = 0; i < count; i++) {
      const offset = first + i * size;
      const payloadOffset = offset + RECORD_HEADER_BYTES;
      this.#note(
        { tag: 'ABN', flags: 0, offset, payloadOffset, lengthBytes, endOffset: offset + size },
        samplesPerTlv,
        false,
      );
    }
    return endPosition;
  }

  async #takeData(record: TagRecord, fits: boolean): Promise<number | undefined> {
    const { dataFormat, samplesPerTlv } = this.#config!;
    if (dataFormat === 'none' || (!fits && record.lengthBytes > PAYLOAD_MAX_BYTES)) return undefined;
    let count = samplesPerTlv;
    if (!fits) {
      // a record that the end of the file cuts: raw samples are good as far as they go
      const isCut = dataFormat === 'raw' && record.flags === 0 && record.lengthBytes <= samplesPerTlv * 4;
      if (!isCut || (await this.#findNext(record.offset + 8)) < this.#end) return undefined;
      count = Math.floor((this.#end - record.payloadOffset) / 4);
      this.#log.add(
        'warning',
        'record-cut',
        `The last data record is cut; its first ${count} samples are used unchecked.`,
        record.offset,
      );
    } else if ((record.flags & FLAG_COMPRESSED) !== 0) {
      const payload = await this.#payload(record);
      count = payload ? this.#countIn(payload.bytes, payload.bytes.byteLength) : 0;
    } else if (dataFormat === 'raw') count = Math.floor(record.lengthBytes / 4);
    else count = this.#countIn(await this.#bytes(record.payloadOffset, 256), record.lengthBytes);
    count = Math.min(count, samplesPerTlv);
    if (fits && count === 0 && record.lengthBytes > 0) return undefined;
    this.#note(record, count, !fits);
    return fits ? record.endOffset : this.#end;
  }

  #countIn(head: Uint8Array, payloadBytes: number): number {
    if (this.#config!.dataFormat === 'raw') return Math.floor(payloadBytes / 4);
    return parseArrayTable(head, payloadBytes)?.sampleCount ?? 0;
  }

  #note(record: TagRecord, count: number, isCut: boolean): void {
    this.#blockStart ??= this.#sampleCount;
    this.#data.push({ record, start: this.#sampleCount, count, voltageRange: this.#voltageRange, isCut });
    this.#sampleCount += count;
  }

  /** The end of a block carries its reductions; that of the root nothing. */
  async #takeBlockEnd(record: TagRecord): Promise<boolean> {
    const start = this.#blockStart;
    this.#blockStart = undefined;
    if (record.lengthBytes === 0) return true;
    const payload = await this.#payload(record);
    if (!payload) return false;
    if (start === undefined || !this.#config || !this.#reductions) return true;
    const { samplesPerReduction } = this.#config;
    const rows = Math.floor(this.#sampleCount / samplesPerReduction) - Math.floor(start / samplesPerReduction);
    const isAligned = start % samplesPerReduction === 0;
    const isRead =
      payload.isIntact && isAligned && this.#reductions.add(payload.bytes, start / samplesPerReduction, rows);
    if (!isRead) {
      this.#log.add(
        'warning',
        'summary-damaged',
        'The stored statistics of a block are damaged and are computed from the samples.',
        record.offset,
      );
    }
    return true;
  }

  /** The next place from `from` on where an intact record of a known tag begins. */
  async #findNext(from: number): Promise<number> {
    for (let offset = from; offset + RECORD_HEADER_BYTES <= this.#end; offset += 8) {
      const record = parseRecord(await this.#bytes(offset, RECORD_HEADER_BYTES), 0, offset);
      if (!record || !isPlausible(record) || record.endOffset > this.#end) continue;
      if ((await this.#payload(record))?.isIntact) return offset;
    }
    return this.#end;
  }

  async #payload(record: TagRecord) {
    const size = record.endOffset - record.offset;
    if (size > WINDOW_BYTES) return this.#records.payload(record);
    return this.#records.payloadIn(await this.#bytes(record.offset, size), record);
  }

  /** Bytes of the file through a window, so that neighbouring records take one read. */
  async #bytes(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = Math.min(offset + lengthBytes, this.#records.sizeBytes);
    if (offset < this.#windowOffset || end > this.#windowOffset + this.#window.byteLength) {
      this.#window = await this.#records.read(offset, WINDOW_BYTES);
      this.#windowOffset = offset;
    }
    return this.#window.subarray(offset - this.#windowOffset, end - this.#windowOffset);
  }
}

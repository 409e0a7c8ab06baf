// The samples of a JLS v1 recording in pages: raw words are calibrated and filtered as the reference reads them
// (each page with a guard of 64 samples on both sides), float samples are taken as stored.

import type { BinVisitor, Codec } from '../../../core/codec.ts';
import { type Js110Columns, type Js110Run, Js110Words } from '../../../core/js110-words.ts';
import type { SampleType } from '../../../model/signal-store.ts';
import { LoadCache } from '../../lru.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import { DTYPE_F32, DTYPE_U8, parseArrayTable } from './arrays.ts';
import { UNIT_GAINS } from './calibration.ts';
import { FLAG_COMPRESSED, PAYLOAD_MAX_BYTES, type RecordReader } from './container.ts';
import type { Contents, DataRecord } from './contents.ts';

export const PAGE_SAMPLES = 32_768;
/** Samples of one fine group (`groups`). */
export const GROUP_SAMPLES = 64;
/** f64 values of a group: valid samples, mean, sum of squared deviations, min, max. */
export const GROUP_VALUES = 5;
/** Default of the reference's reader: interpolate over range switches. */
const SUPPRESSION = 'normal';
/** The longest filter window that the guard covers. */
const GUARD_SAMPLES = 64;
const RECORD_CACHE_BYTES = 16 * 2 ** 20;
const VALUE_CACHE_BYTES = 24 * 2 ** 20;
const GROUP_CACHE_BYTES = 8 * 2 ** 20;
/** Range value of a missing sample. */
export const MISSING_RANGE = 8;
/** Stored u8 value of one in float recordings: range × 16, inputs × 15. */
const RANGE_SCALE = 1 / 16;
const INPUT_SCALE = 1 / 15;
/** Array ids of the fields in float recordings. */
const ARRAY_IDS = [0x01, 0x11, 0x21, 0x31, 0x41, 0x51];

/** Where the samples come from decides how a field is stored. */
export function fieldType(contents: Contents, field: number): SampleType {
  return field < 3 || contents.config.dataFormat !== 'raw' ? 'f32' : 'u8';
}

export class Columns {
  readonly #records: RecordReader;
  readonly #contents: Contents;
  readonly #log: DiagnosticLog;
  readonly #words: Js110Words;
  readonly #codec: Codec;
  readonly #isRaw: boolean;
  readonly #payloads = new LoadCache<Uint8Array | undefined>(RECORD_CACHE_BYTES);
  readonly #values = new LoadCache<Float32Array>(VALUE_CACHE_BYTES);
  readonly #groups = new LoadCache<Float64Array>(GROUP_CACHE_BYTES);

  constructor(records: RecordReader, contents: Contents, log: DiagnosticLog) {
    this.#records = records;
    this.#contents = contents;
    this.#log = log;
    this.#codec = records.codec;
    this.#isRaw = contents.config.dataFormat === 'raw';
    this.#words = new Js110Words(records.codec, contents.calibration?.gains ?? UNIT_GAINS, SUPPRESSION);
  }

  get sampleCount(): number {
    return this.#contents.sampleCount;
  }

  /** Samples of page `number`. */
  samplesIn(number: number): number {
    return Math.max(0, Math.min(PAGE_SAMPLES, this.sampleCount - number * PAGE_SAMPLES));
  }

  /** A field of a page as it is stored: f32, or one byte per sample (a missing sample has range 8). Not to be changed. */
  stored(field: number, number: number): Promise<Float32Array | Uint8Array> {
    if (!this.#isRaw) return this.#floats(field, number);
    return this.#withRaw(number, (raw) => rawColumn(raw, field)?.slice() ?? bitsColumn(raw.bits, field));
  }

  /** A field of a page as numbers, NaN where the sample (its current) is missing. Kept for a while; not to be changed. */
  values(field: number, number: number): Promise<Float32Array> {
    const size = this.samplesIn(number) * 4;
    return this.#values.get(keyOf(field, number), size, () => this.#computed(field, number, (all) => all.slice()));
  }

  /** Calls `use` with the same values, which are valid during the call only and are not kept. */
  async withValues<T>(field: number, number: number, use: (values: Float32Array) => T): Promise<T> {
    const kept = this.#values.peek(keyOf(field, number));
    return kept ? use(await kept) : this.#computed(field, number, use);
  }

  /** GROUP_VALUES for each GROUP_SAMPLES of a page, the last group short. Kept for a while; not to be changed. */
  groups(field: number, number: number): Promise<Float64Array> {
    const size = (PAGE_SAMPLES / GROUP_SAMPLES) * GROUP_VALUES * 8;
    return this.#groups.get(keyOf(field, number), size, () =>
      this.withValues(field, number, (values) => this.#groupsOf(values)),
    );
  }

  /** Figures of `count` bins of `size` samples side by side, from `values[first]` on. */
  bins(values: Float32Array, first: number, size: number, count: number, visit: BinVisitor): void {
    const address = this.#codec.place(values.subarray(first, first + size * count));
    this.#codec.bins('f32', address, 0, size, count, visit);
  }

  /** Starts to load what page `number` is made from. */
  prefetch(number: number): void {
    const start = number * PAGE_SAMPLES;
    for (const data of this.#recordsIn(start, start + this.samplesIn(number))) {
      if (isKept(data)) void this.#whole(data);
    }
  }

  #groupsOf(values: Float32Array): Float64Array {
    const groups = new Float64Array(Math.ceil(values.length / GROUP_SAMPLES) * GROUP_VALUES);
    let at = 0;
    const take: BinVisitor = (count, mean, deviation, low, high) => {
      groups[at] = count;
      groups[at + 1] = mean;
      groups[at + 2] = deviation;
      groups[at + 3] = low;
      groups[at + 4] = high;
      at += GROUP_VALUES;
    };
    const whole = Math.floor(values.length / GROUP_SAMPLES);
    const rest = values.length - whole * GROUP_SAMPLES;
    this.bins(values, 0, GROUP_SAMPLES, whole, take);
    if (rest > 0) this.bins(values, whole * GROUP_SAMPLES, rest, 1, take);
    return groups;
  }

  /** Computes the values and hands them to `use`; they are valid during the call. */
  async #computed<T>(field: number, number: number, use: (values: Float32Array) => T): Promise<T> {
    if (this.#isRaw) {
      return this.#withRaw(number, (raw) => {
        const column = rawColumn(raw, field);
        if (column) return use(column);
        return use(maskedBy(raw.current, new Float32Array(bitsColumn(raw.bits, field))));
      });
    }
    const values = await this.#floats(field, number);
    return use(field < 3 ? values : maskedBy(await this.#floats(0, number), values));
  }

  /** Converts a page of raw words and hands it to `use`; the columns are valid during the call. */
  async #withRaw<T>(number: number, use: (columns: Js110Columns) => T): Promise<T> {
    const start = number * PAGE_SAMPLES;
    const end = start + this.samplesIn(number);
    const from = start > GUARD_SAMPLES ? start - GUARD_SAMPLES : 0;
    const runs = await this.runs(from, Math.min(end + GUARD_SAMPLES, this.sampleCount));
    return use(this.#words.convert(runs, start - from, end - start));
  }

  /** The raw words of samples [from, to), by voltage range; what is lost are missing samples. */
  async runs(from: number, to: number): Promise<readonly Js110Run[]> {
    const runs: Js110Run[] = [];
    for (const record of this.#recordsIn(from, to)) {
      const first = Math.max(from, record.start);
      const last = Math.min(to, record.start + record.count);
      const words = await this.#rawWords(record, first - record.start, last - record.start);
      runs.push({ words, voltageRange: record.voltageRange });
    }
    return runs;
  }

  /** Raw words of a record; what is lost is missing samples (all bits set). */
  async #rawWords(record: DataRecord, first: number, last: number): Promise<Uint8Array> {
    const payload = await this.#part(record, first * 4, last * 4);
    if (payload.byteLength === (last - first) * 4) return payload;
    const words = new Uint8Array((last - first) * 4).fill(0xff);
    words.set(payload);
    return words;
  }

  /** A field of a page of float samples; what is lost is NaN. */
  async #floats(field: number, number: number): Promise<Float32Array> {
    const start = number * PAGE_SAMPLES;
    const end = start + this.samplesIn(number);
    const column = new Float32Array(end - start).fill(Number.NaN);
    for (const record of this.#recordsIn(start, end)) {
      const payload = await this.#whole(record);
      const table = payload && parseArrayTable(payload, payload.byteLength);
      if (!payload || !table) {
        if (record.record) this.#logLost(record);
        continue;
      }
      const first = Math.max(start, record.start);
      const last = Math.min(end, record.start + record.count);
      const array = table.arrays.get(ARRAY_IDS[field]!);
      const itemBytes = field < 3 ? 4 : 1;
      if (array?.dtype !== (field < 3 ? DTYPE_F32 : DTYPE_U8)) continue;
      const count = Math.min(last - first, Math.floor(array.lengthBytes / itemBytes) - (first - record.start));
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      const scale = Math.fround(field === 3 ? RANGE_SCALE : INPUT_SCALE);
      for (let i = 0; i < count; i++) {
        const at = array.offset + (first - record.start + i) * itemBytes;
        column[first - start + i] = field < 3 ? view.getFloat32(at, true) : view.getUint8(at) * scale;
      }
    }
    return column;
  }

  /** Bytes [from, to) of a record's payload, fewer where they are lost. */
  async #part(data: DataRecord, from: number, to: number): Promise<Uint8Array> {
    const { record } = data;
    if (!record) return new Uint8Array(0);
    if (!isKept(data)) return this.#records.read(record.payloadOffset + from, to - from);
    return (await this.#whole(data))?.subarray(from, to) ?? new Uint8Array(0);
  }

  #whole(data: DataRecord): Promise<Uint8Array | undefined> {
    const { record } = data;
    if (!record) return Promise.resolve(undefined);
    return this.#payloads.get(record.offset, record.lengthBytes, async () => {
      const payload = await this.#records.payload(record);
      if (!payload) this.#logLost(data);
      else if (!payload.isIntact) {
        this.#log.add(
          'warning',
          'checksum-wrong',
          `The checksum over samples ${data.start} to ${data.start + data.count - 1} is wrong: some of them may be damaged.`,
          record.offset,
        );
      }
      return payload?.bytes;
    });
  }

  #logLost(data: DataRecord): void {
    const last = data.start + data.count - 1;
    this.#log.add(
      'error',
      'samples-lost',
      `Samples ${data.start} to ${last} cannot be read and are shown as a gap.`,
      data.record?.offset,
    );
  }

  *#recordsIn(start: number, end: number): Generator<DataRecord> {
    const { data } = this.#contents;
    let low = 0;
    let high = data.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (data[middle]!.start + data[middle]!.count <= start) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < data.length && data[i]!.start < end; i++) yield data[i]!;
  }
}

/** Payloads that are cut or very long are read in parts and not kept. */
function isKept({ record, isCut }: DataRecord): boolean {
  if (!record || isCut) return false;
  return record.lengthBytes <= PAYLOAD_MAX_BYTES || (record.flags & FLAG_COMPRESSED) !== 0;
}

function keyOf(field: number, number: number): number {
  return number * 8 + field;
}

function rawColumn({ current, voltage, power }: Js110Columns, field: number): Float32Array | undefined {
  return [current, voltage, power][field];
}

/** `values`, made NaN in place where `current` is. */
function maskedBy(current: Float32Array, values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(current[i])) values[i] = Number.NaN;
  return values;
}

/** Range (field 3) or one of the inputs of samples: a loop per kind, as every sample of an export comes through here. */
function bitsColumn(bits: Uint8Array, field: number): Uint8Array {
  const column = new Uint8Array(bits.length);
  if (field === 3) for (let i = 0; i < bits.length; i++) column[i] = Math.min(bits[i]! & 15, MISSING_RANGE);
  else {
    const shift = field === 4 ? 4 : 5;
    for (let i = 0; i < bits.length; i++) column[i] = (bits[i]! >> shift) & 1;
  }
  return column;
}

// The samples of a JLS v1 recording in pages: raw words are calibrated and filtered as the reference reads them
// (each page with a guard of 64 samples on both sides), float samples are taken as stored.

import type { Codec } from '../../../core/codec.ts';
import { type Js110Columns, type Js110Run, Js110Words } from '../../../core/js110-words.ts';
import type { SampleType } from '../../../model/signal-store.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import { LoadCache } from '../lru.ts';
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
const RECORD_CACHE_BYTES = 12 * 2 ** 20;
const PAGE_CACHE_BYTES = 28 * 2 ** 20;
/** Bytes per sample of a page: three floats and the bits, or six floats. */
const RAW_PAGE_BYTES = 13;
const FLOAT_PAGE_BYTES = 24;
const GROUP_CACHE_BYTES = 8 * 2 ** 20;
/** Range value of a missing sample. */
const MISSING_RANGE = 8;
/** Stored u8 value of one in float recordings: range × 16, inputs × 15. */
const RANGE_SCALE = 1 / 16;
const INPUT_SCALE = 1 / 15;
/** Array ids of the fields in float recordings. */
const ARRAY_IDS = [0x01, 0x11, 0x21, 0x31, 0x41, 0x51];

/** Where the samples come from decides how a field is stored. */
export function fieldType(contents: Contents, field: number): SampleType {
  return field < 3 || contents.config.dataFormat !== 'raw' ? 'f32' : 'u8';
}

/** Six columns; of raw recordings the last three share the bits. */
interface Page {
  readonly raw: Js110Columns | undefined;
  readonly floats: readonly Float32Array[];
}

export class Columns {
  readonly #records: RecordReader;
  readonly #contents: Contents;
  readonly #log: DiagnosticLog;
  readonly #words: Js110Words;
  readonly #codec: Codec;
  readonly #payloads = new LoadCache<Uint8Array | undefined>(RECORD_CACHE_BYTES);
  readonly #pages = new LoadCache<Page>(PAGE_CACHE_BYTES);
  readonly #groups = new LoadCache<Float64Array>(GROUP_CACHE_BYTES);

  constructor(records: RecordReader, contents: Contents, log: DiagnosticLog) {
    this.#records = records;
    this.#contents = contents;
    this.#log = log;
    this.#codec = records.codec;
    this.#words = new Js110Words(records.codec, contents.calibration?.gains ?? UNIT_GAINS, SUPPRESSION);
  }

  get sampleCount(): number {
    return this.#contents.sampleCount;
  }

  /** Samples of page `number`. */
  samplesIn(number: number): number {
    return Math.max(0, Math.min(PAGE_SAMPLES, this.sampleCount - number * PAGE_SAMPLES));
  }

  /** Values of a field on a page, NaN where the sample (its current) is missing. Not to be changed. */
  async values(field: number, number: number): Promise<Float32Array> {
    const { raw, floats } = await this.#page(number);
    const current = raw?.current ?? floats[0]!;
    if (field < 3) return raw ? [raw.current, raw.voltage, raw.power][field]! : floats[field]!;
    const values = raw ? Float32Array.from(raw.bits, (bits) => bitsValue(bits, field)) : floats[field]!.slice();
    for (let i = 0; i < values.length; i++) if (Number.isNaN(current[i])) values[i] = Number.NaN;
    return values;
  }

  /** A field of a page as it is stored: f32, or one byte per sample (a missing sample has range 8). */
  async stored(field: number, number: number): Promise<Float32Array | Uint8Array> {
    const { raw, floats } = await this.#page(number);
    if (!raw) return floats[field]!;
    return field >= 3 ? raw.bits.map((bits) => bitsValue(bits, field)) : this.values(field, number);
  }

  /** GROUP_VALUES for each GROUP_SAMPLES of a page, the last group short. Not to be changed. */
  groups(field: number, number: number): Promise<Float64Array> {
    const size = (PAGE_SAMPLES / GROUP_SAMPLES) * GROUP_VALUES * 8;
    return this.#groups.get(number * 8 + field, size, () => this.#computeGroups(field, number));
  }

  async #computeGroups(field: number, number: number): Promise<Float64Array> {
    const values = await this.values(field, number);
    const groups = new Float64Array(Math.ceil(values.length / GROUP_SAMPLES) * GROUP_VALUES);
    const address = this.#codec.load(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    let at = 0;
    const take = (count: number, mean: number, deviation: number, low: number, high: number) => {
      groups[at] = count;
      groups[at + 1] = mean;
      groups[at + 2] = deviation;
      groups[at + 3] = low;
      groups[at + 4] = high;
      at += GROUP_VALUES;
    };
    const whole = Math.floor(values.length / GROUP_SAMPLES);
    const rest = values.length - whole * GROUP_SAMPLES;
    this.#codec.bins('f32', address, 0, GROUP_SAMPLES, whole, take);
    if (rest > 0) this.#codec.bins('f32', address, whole * GROUP_SAMPLES, rest, 1, take);
    return groups;
  }

  #page(number: number): Promise<Page> {
    const sampleBytes = this.#contents.config.dataFormat === 'raw' ? RAW_PAGE_BYTES : FLOAT_PAGE_BYTES;
    return this.#pages.get(number, this.samplesIn(number) * sampleBytes, () => this.#loadPage(number));
  }

  async #loadPage(number: number): Promise<Page> {
    const start = number * PAGE_SAMPLES;
    const end = start + this.samplesIn(number);
    if (this.#contents.config.dataFormat !== 'raw') return { raw: undefined, floats: await this.#floats(start, end) };
    const from = start > GUARD_SAMPLES ? start - GUARD_SAMPLES : 0;
    const to = end + GUARD_SAMPLES <= this.sampleCount ? end + GUARD_SAMPLES : this.sampleCount;
    const runs = await this.runs(from, to);
    return { raw: this.#words.convert(runs, start - from, end - start), floats: [] };
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

  async #floats(start: number, end: number): Promise<Float32Array[]> {
    const columns = ARRAY_IDS.map(() => new Float32Array(end - start).fill(Number.NaN));
    for (const record of this.#recordsIn(start, end)) {
      const payload = await this.#whole(record);
      const table = payload && parseArrayTable(payload, payload.byteLength);
      if (!payload || !table) {
        if (record.record) this.#logLost(record);
        continue;
      }
      const first = Math.max(start, record.start);
      const last = Math.min(end, record.start + record.count);
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      columns.forEach((column, field) => {
        const array = table.arrays.get(ARRAY_IDS[field]!);
        const itemBytes = field < 3 ? 4 : 1;
        if (array?.dtype !== (field < 3 ? DTYPE_F32 : DTYPE_U8)) return;
        const count = Math.min(last - first, Math.floor(array.lengthBytes / itemBytes) - (first - record.start));
        for (let i = 0; i < count; i++) {
          const at = array.offset + (first - record.start + i) * itemBytes;
          if (field < 3) column[first - start + i] = view.getFloat32(at, true);
          else
            column[first - start + i] =
              Math.fround(view.getUint8(at)) * Math.fround(field === 3 ? RANGE_SCALE : INPUT_SCALE);
        }
      });
    }
    return columns;
  }

  /** Bytes [from, to) of a record's payload, fewer where they are lost. */
  async #part(data: DataRecord, from: number, to: number): Promise<Uint8Array> {
    const { record, isCut } = data;
    if (!record) return new Uint8Array(0);
    const isLarge = record.lengthBytes > PAYLOAD_MAX_BYTES && (record.flags & FLAG_COMPRESSED) === 0;
    if (isCut || isLarge) return this.#records.read(record.payloadOffset + from, to - from);
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

function bitsValue(bits: number, field: number): number {
  if (field === 3) return Math.min(bits & 15, MISSING_RANGE);
  return (bits >> (field === 4 ? 4 : 5)) & 1;
}

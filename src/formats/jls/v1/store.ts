// The signal store over a JLS v1 recording: its six fields are six signals.

import { FormatError } from '../../../base/errors.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  Statistics,
  Summary,
  SummaryRequest,
} from '../../../model/signal-store.ts';
import { addMoments, emptyMoments } from '../../moments.ts';
import { createSummary, putBin, statisticsOf } from '../figures.ts';
import { canonicalNan } from '../unpack.ts';
import { type Columns, fieldType, PAGE_SAMPLES } from './columns.ts';
import { FIELDS } from './config.ts';
import type { Contents } from './contents.ts';
import { FieldStatistics } from './statistics.ts';

/** Names as the newer software writes them would hide what the file says, so the file's own names stay. */
const UNITS = ['A', 'V', 'W', '', '', ''];

export class JlsV1Store implements SignalStore {
  readonly originUtc = undefined;
  readonly #contents: Contents;
  readonly #columns: Columns;
  readonly #infos: readonly SignalInfo[];

  constructor(contents: Contents, columns: Columns, source: string) {
    this.#contents = contents;
    this.#columns = columns;
    const names = contents.config.dataFormat === 'none' ? [] : FIELDS;
    this.#infos = names.map((name, field) => ({
      id: name,
      name,
      unit: UNITS[field]!,
      source,
      dtype: fieldType(contents, field),
      timing: 'steady',
      sampleRateHz: contents.config.sampleRateHz,
      startSample: 0,
      endSample: contents.sampleCount,
      offsetS: 0,
      firstSampleId: contents.firstSampleId,
    }));
  }

  signals(): readonly SignalInfo[] {
    return this.#infos;
  }

  /** Index of a field. Throws `format/not-found`. */
  field(signalId: string): number {
    const field = this.#infos.findIndex((info) => info.id === signalId);
    if (field >= 0) return field;
    const known = this.#infos.map((info) => info.id).join(', ') || 'none';
    throw new FormatError('format/not-found', `The recording has no signal "${signalId}". It has: ${known}.`);
  }

  async summary(request: SummaryRequest): Promise<Summary> {
    const { signalId, start, increment, count } = request;
    const field = this.field(signalId);
    this.#check(
      start,
      start + increment * count,
      Number.isInteger(increment) && increment >= 1 && Number.isInteger(count) && count >= 0,
    );
    const summary = createSummary(start, increment, count);
    await this.#statistics(field).bins(start, increment, count, (moments, index) => putBin(summary, index, moments, 1));
    return summary;
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    const field = this.field(signalId);
    this.#check(start, end, true);
    const total = emptyMoments();
    if (end > start) {
      await this.#statistics(field).bins(start, end - start, 1, (moments) => addMoments(total, moments));
    }
    return statisticsOf(total, start, end, this.#contents.config.sampleRateHz, 1);
  }

  /** What `storedSamples` gives, as numbers: a missing sample is NaN in current, voltage and power, and range 8. */
  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const field = this.field(signalId);
    this.#check(start, end, true);
    const isFloat = fieldType(this.#contents, field) === 'f32';
    const values = isFloat ? new Float32Array(end - start) : new Float64Array(end - start);
    await this.#copy(field, values, start);
    return { start, values };
  }

  /** f32 with canonical NaN, or one byte per sample (range 8 = missing) for range and inputs of raw recordings. */
  async storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    const field = this.field(signalId);
    this.#check(start, end, true);
    const dtype = fieldType(this.#contents, field);
    const bytes = new Uint8Array((end - start) * (dtype === 'f32' ? 4 : 1));
    await this.#copy(field, dtype === 'f32' ? new Float32Array(bytes.buffer) : bytes, start);
    canonicalNan(dtype, bytes);
    return bytes;
  }

  annotations(): Promise<readonly Annotation[]> {
    return Promise.resolve([]);
  }

  #statistics(field: number): FieldStatistics {
    const { samplesPerReduction, reductionFormat } = this.#contents.config;
    return new FieldStatistics(
      this.#columns,
      this.#contents.reductions,
      field,
      reductionFormat ? samplesPerReduction : 0,
    );
  }

  #check(start: number, end: number, isSane: boolean): void {
    const length = this.#contents.sampleCount;
    if (isSane && Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end >= start && end <= length)
      return;
    throw new FormatError(
      'format/range',
      `Samples ${start} to ${end} were asked for; the recording has 0 to ${length}.`,
    );
  }

  /** Fills `target` with the samples of a field from `start` on, page by page. */
  async #copy(field: number, target: Float32Array | Float64Array | Uint8Array, start: number): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const number = Math.floor((start + done) / PAGE_SAMPLES);
      const from = start + done - number * PAGE_SAMPLES;
      const page = (await this.#columns.stored(field, number)).subarray(from, from + target.length - done);
      target.set(page, done);
      done += page.length;
    }
  }
}

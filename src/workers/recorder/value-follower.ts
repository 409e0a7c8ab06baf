// Copies the values of one channel into signals of a JLS file, each at its time. An absence is no end: what is not sent
// takes no room. It is told, and the instrument itself puts an empty value where it fell silent.

import { type Utc, utcAddSeconds, utcSecondsBetween } from '../../base/time.ts';
import type { AttachedValues } from '../../core/channel-set.ts';
import { STAMPED_SAMPLE_BYTES, StampedWriter } from '../../formats/jls/v2/stamped-writer.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import type { ChannelState, ValueSignal } from '../../model/channel.ts';

/** Records per block. */
const BLOCK_RECORDS = 4096;
/** Values a second of which room is reckoned; a front panel sends ten. */
const EXPECTED_RATE_HZ = 10;
/** Room that finishing may take for each signal: a chunk of times and the levels above. */
const CLOSING_BYTES_PER_SIGNAL = 64 * 1024;
/** Silence of more than this is told. */
export const SILENCE_S = 30;

/** Bytes per second of so many signals of values in a file, about. */
export function valueBytesPerSecond(signalCount: number): number {
  return signalCount * EXPECTED_RATE_HZ * STAMPED_SAMPLE_BYTES;
}

/** Room to claim beside what the values take. */
export function valueClosingBytes(signalCount: number): number {
  return signalCount * (CLOSING_BYTES_PER_SIGNAL + BLOCK_RECORDS * STAMPED_SAMPLE_BYTES);
}

/** The numbers of a channel that were chosen. */
export function chosenValues({ channel }: AttachedValues, signalIds: readonly string[]): readonly ValueSignal[] {
  return channel.signals.filter(({ id }) => signalIds.includes(id));
}

export interface ValueFollowerOptions {
  readonly values: AttachedValues;
  /** Of the channel's signals; at least one. */
  readonly signalIds: readonly string[];
  readonly writer: JlsWriter;
  /** In the file, where it is defined. */
  readonly sourceId: number;
  readonly firstJlsId: number;
  readonly reserve: (lengthBytes: number) => void;
  /** When the recording began, by the clock of the values and by the one that `advance` is told. */
  readonly startUtc: Utc;
  readonly nowMs: number;
}

/** The thread of the writer only. */
export class ValueFollower {
  readonly #options: ValueFollowerOptions;
  readonly #writer: StampedWriter;
  /** Which numbers of a record. */
  readonly #indices: readonly number[];
  /** Of the series, at the start. */
  readonly #heldCount: number;
  #generation: number;
  #position: number;
  /** The end that was asked for, as the series counts. */
  #lastRecord: number | undefined;
  #newestUtc: Utc | undefined;
  /** A value came whose time is the end of a set duration or later. */
  #isPastEnd = false;
  #nowMs: number;
  #progressMs: number;

  /** Defines the signals. Nothing from before the recording is taken. */
  constructor(options: ValueFollowerOptions) {
    this.#options = options;
    const { values, signalIds, writer, sourceId, firstJlsId, nowMs } = options;
    const { channel, series } = values;
    this.#heldCount = series.heldCount;
    this.#generation = series.generation;
    this.#position = series.count;
    this.#nowMs = nowMs;
    this.#progressMs = nowMs;
    const chosen = chosenValues(values, signalIds);
    this.#indices = chosen.map((signal) => channel.signals.indexOf(signal));
    this.#writer = new StampedWriter(
      writer,
      chosen.map(({ name, unit }, index) => ({ signalId: firstJlsId + index, sourceId, dtype: 'f64', name, unit })),
    );
  }

  get state(): ChannelState {
    return this.#options.values.series.state;
  }

  get isAtEnd(): boolean {
    const { series } = this.#options.values;
    return series.generation === this.#generation && this.#position >= (this.#lastRecord ?? series.count);
  }

  /** Seconds from the start of the recording to the newest value. */
  get durationS(): number {
    return this.#newestUtc === undefined ? 0 : Math.max(0, utcSecondsBetween(this.#options.startUtc, this.#newestUtc));
  }

  /** Whether nothing came for so long that it should be told. */
  get isSilent(): boolean {
    return this.state === 'live' && this.#nowMs - this.#progressMs > SILENCE_S * 1000;
  }

  /** Whether times of values since the start are those of values before them: the clock was set back. */
  get hasHeldTimes(): boolean {
    return this.#options.values.series.heldCount !== this.#heldCount;
  }

  /** By either clock: while the computer slept, only that of the values may have gone on. */
  isComplete(durationS: number): boolean {
    return this.#isPastEnd || this.#nowMs - this.#options.nowMs >= durationS * 1000;
  }

  /** Nothing is taken beyond what has come by now. The first call counts. */
  endHere(): void {
    const { series } = this.#options.values;
    this.#lastRecord ??= series.generation === this.#generation ? series.count : 0;
  }

  /** Takes a block. False when there is nothing more at once. Throws what `reserve` throws, with nothing taken. */
  advance(nowMs: number, durationS = Number.POSITIVE_INFINITY): boolean {
    this.#nowMs = nowMs;
    const { values, reserve, startUtc } = this.#options;
    const { series } = values;
    const { generation } = series;
    if (generation !== this.#generation) {
      // a full series began anew; while it is emptied there is nothing to take
      if (generation % 2 !== 0 || this.#lastRecord !== undefined) return false;
      this.#generation = generation;
      this.#position = 0;
    }
    const count = Math.min(BLOCK_RECORDS, (this.#lastRecord ?? series.count) - this.#position);
    if (count <= 0) return false;
    const records = series.records(this.#position, this.#position + count);
    if (!records || series.generation !== this.#generation) return true;
    reserve(valueClosingBytes(this.#indices.length));
    const endUtc = Number.isFinite(durationS) ? utcAddSeconds(startUtc, durationS) : undefined;
    if (endUtc !== undefined && records.times.at(-1)! >= endUtc) this.#isPastEnd = true;
    const isWanted = records.times.map((utc) => utc >= startUtc && (endUtc === undefined || utc < endUtc));
    const times = records.times.filter((_, index) => isWanted[index]);
    if (times.length > 0) {
      const wanted = this.#indices.map((number) => records.values[number]!.filter((_, index) => isWanted[index]));
      this.#writer.write(times, wanted);
      this.#newestUtc = times.at(-1);
    }
    this.#position += count;
    this.#progressMs = nowMs;
    return true;
  }

  /** Brings all that was taken into the file. */
  keep(): void {
    this.#writer.keep();
  }
}

// Frames of a JS220 into a JLS file: every signal at its own rate, from its first sample on. Sample ids are the
// instrument's counter divided by the signal's decimation, and pairs with UTC tie them to wall time. Which samples are
// saturated is not written: a replay is compared with what the vendor's host wrote, signal by signal.

import type { Clock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import { utcOfSampleId } from '../devices/joulescope/js220/admin.ts';
import { COUNTER_RATE_HZ } from '../devices/joulescope/js220/constants.ts';
import type { Js220Intake } from '../devices/joulescope/js220/feed.ts';
import { Js220Processor, type Js220Room } from '../devices/joulescope/js220/processor.ts';
import type { Js220Run } from '../devices/joulescope/js220/stage.ts';
import { JS220_STREAMS } from '../devices/joulescope/js220/streams.ts';
import { MissingLog } from '../formats/jls/missing.ts';
import type { JlsWriter } from '../formats/jls/v2/writer.ts';
import { STREAM_SAMPLE_BITS } from '../model/channel.ts';
import type { InstrumentIdentity } from '../model/instrument.ts';

const SOURCE_ID = 1;
/** Seconds between pairs of sample and UTC. */
const UTC_INTERVAL_S = 60;
/** A longer absence is no gap but a broken capture: the file would fill with nothing. */
const MAX_GAP_S = 60;
/** Current range where samples are missing, as for a JS110: there is no such range. */
const MISSING_RANGE_BYTE = 0x88;

interface Recorded {
  readonly jlsId: number;
  readonly missing: MissingLog;
  readonly step: number;
  /** First id that is not recorded, at the signal's rate and at the counter's. */
  endIndex: number;
  endId: number;
  utcDueId: number;
  sampleCount: number;
}

export class Js220Recording implements Js220Intake {
  readonly processor: Js220Processor;
  readonly #writer: JlsWriter;
  readonly #buffer: ArrayBufferLike;
  readonly #recorded = new Map<string, Recorded>();

  constructor(writer: JlsWriter, { clock, room }: { readonly clock: Clock; readonly room: Js220Room }) {
    this.#writer = writer;
    this.#buffer = room.core.memory.buffer;
    this.processor = new Js220Processor({ clock, makeRoom: () => room, onRun: (run) => this.#take(run) });
  }

  beginConnection(): void {
    this.processor.beginConnection();
  }

  reset(): void {
    this.processor.resetCounters();
  }

  /** A capture is of one connection. */
  rejoin(): Promise<void> {
    return Promise.resolve();
  }

  endTransfer(): void {
    this.processor.flush();
  }

  /** What was recorded so far: samples with those that are missing between. */
  get signals(): readonly { readonly name: string; readonly sampleRateHz: number; readonly sampleCount: number }[] {
    return [...this.#recorded].map(([name, { step, sampleCount }]) => ({
      name,
      sampleRateHz: COUNTER_RATE_HZ / step,
      sampleCount,
    }));
  }

  begin(identity: InstrumentIdentity): void {
    this.#writer.defineSource({
      sourceId: SOURCE_ID,
      name: `${identity.model}-${identity.serialNumber}`,
      vendor: identity.vendor,
      model: identity.model,
      version: identity.firmware,
      serialNumber: identity.serialNumber,
    });
  }

  /** Throws `format/damaged` when the capture jumps too far, or `setup/invalid` when a signal changes its rate. */
  #take(run: Js220Run): void {
    const { stream, step, count } = run;
    const index = Math.floor(run.sampleId / step);
    const recorded = this.#recorded.get(stream.id) ?? this.#define(run, index);
    if (recorded.step !== step) {
      throw new LabError('setup/invalid', `${stream.id} changes its rate within the capture. Replay it in parts.`);
    }
    const gapCount = index - recorded.endIndex;
    if ((gapCount * step) / COUNTER_RATE_HZ > MAX_GAP_S) {
      throw new LabError(
        'format/damaged',
        `The capture jumps by more than ${MAX_GAP_S} s at sample ${run.sampleId}. Cut it there and replay the parts.`,
      );
    }
    recorded.missing.tell(index, index + count, []);
    if (gapCount > 0 && stream.dtype === 'u4') this.#fillRange(recorded, gapCount);
    const samples = new Uint8Array(
      this.#buffer,
      run.address,
      Math.ceil((count * STREAM_SAMPLE_BITS[stream.dtype]) / 8),
    );
    this.#writer.writeSamples(recorded.jlsId, index, samples, count);
    recorded.endIndex = index + count;
    recorded.endId = run.sampleId + count * step;
    recorded.sampleCount += gapCount + count;
    if (run.sampleId >= recorded.utcDueId) {
      this.#writeUtc(recorded, index, run.sampleId);
      recorded.utcDueId = run.sampleId + UTC_INTERVAL_S * COUNTER_RATE_HZ;
    }
  }

  /** The last pairs of sample and UTC. Call before the writer closes. */
  finish(): void {
    for (const recorded of this.#recorded.values()) this.#writeUtc(recorded, recorded.endIndex, recorded.endId);
  }

  #define({ stream, step, sampleId }: Js220Run, index: number): Recorded {
    const jlsId = JS220_STREAMS.indexOf(stream) + 1;
    this.#writer.defineSignal({
      signalId: jlsId,
      sourceId: SOURCE_ID,
      dtype: stream.dtype,
      sampleRateHz: COUNTER_RATE_HZ / step,
      name: stream.id,
      unit: stream.unit,
    });
    const missing = new MissingLog(this.#writer, stream.dtype === 'f32' ? [] : [jlsId]);
    const recorded = { jlsId, missing, step, endIndex: index, endId: sampleId, utcDueId: sampleId, sampleCount: 0 };
    this.#recorded.set(stream.id, recorded);
    return recorded;
  }

  #fillRange({ jlsId, endIndex }: Recorded, count: number): void {
    this.#writer.writeSamples(jlsId, endIndex, new Uint8Array(Math.ceil(count / 2)).fill(MISSING_RANGE_BYTE), count);
  }

  #writeUtc({ jlsId }: Recorded, index: number, sampleId: number): void {
    const { timeMap } = this.processor;
    if (timeMap) this.#writer.utc(jlsId, index, utcOfSampleId(timeMap, sampleId));
  }
}

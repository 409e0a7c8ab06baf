// Blocks of a JS220 into a JLS file: one signal each, at its own rate, from its first block on. Sample ids are the
// instrument's counter divided by the signal's decimation, and pairs with UTC tie them to wall time.

import { LabError } from '../base/errors.ts';
import { type Js220TimeMap, utcOfSampleId } from '../devices/joulescope/js220/admin.ts';
import { COUNTER_RATE_HZ } from '../devices/joulescope/js220/constants.ts';
import type { Js220Block } from '../devices/joulescope/js220/processor.ts';
import { JS220_STREAMS } from '../devices/joulescope/js220/streams.ts';
import type { JlsWriter } from '../formats/jls/v2/writer.ts';
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
  readonly decimateFactor: number;
  /** First id that is not recorded, at the signal's rate and at the counter's. */
  endIndex: number;
  endId: number;
  utcDueId: number;
  sampleCount: number;
}

export class Js220Recording {
  readonly #writer: JlsWriter;
  readonly #timeMap: () => Js220TimeMap | undefined;
  readonly #recorded = new Map<string, Recorded>();

  constructor(writer: JlsWriter, timeMap: () => Js220TimeMap | undefined) {
    this.#writer = writer;
    this.#timeMap = timeMap;
  }

  /** What was recorded so far: samples with those that are missing between. */
  get signals(): readonly { readonly name: string; readonly sampleRateHz: number; readonly sampleCount: number }[] {
    return [...this.#recorded].map(([name, { decimateFactor, sampleCount }]) => ({
      name,
      sampleRateHz: COUNTER_RATE_HZ / decimateFactor,
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
  take(block: Js220Block): void {
    const index = Math.floor(block.sampleId / block.decimateFactor);
    const recorded = this.#recorded.get(block.stream.id) ?? this.#define(block, index);
    if (recorded.decimateFactor !== block.decimateFactor) {
      throw new LabError(
        'setup/invalid',
        `${block.stream.id} changes its rate within the capture. Replay it in parts.`,
      );
    }
    const gapCount = index - recorded.endIndex;
    if ((gapCount * block.decimateFactor) / COUNTER_RATE_HZ > MAX_GAP_S) {
      throw new LabError(
        'format/damaged',
        `The capture jumps by more than ${MAX_GAP_S} s at sample ${block.sampleId}. Cut it there and replay the parts.`,
      );
    }
    if (gapCount > 0 && block.stream.dtype === 'u4') this.#fillRange(recorded, gapCount);
    this.#writer.writeSamples(recorded.jlsId, index, block.samples, block.count);
    recorded.endIndex = index + block.count;
    recorded.endId = block.sampleId + block.count * block.decimateFactor;
    recorded.sampleCount += gapCount + block.count;
    if (block.sampleId >= recorded.utcDueId) {
      this.#writeUtc(recorded, index, block.sampleId);
      recorded.utcDueId = block.sampleId + UTC_INTERVAL_S * COUNTER_RATE_HZ;
    }
  }

  /** The last pairs of sample and UTC. Call before the writer closes. */
  finish(): void {
    for (const recorded of this.#recorded.values()) this.#writeUtc(recorded, recorded.endIndex, recorded.endId);
  }

  #define({ stream, decimateFactor, sampleId }: Js220Block, index: number): Recorded {
    const jlsId = JS220_STREAMS.indexOf(stream) + 1;
    this.#writer.defineSignal({
      signalId: jlsId,
      sourceId: SOURCE_ID,
      dtype: stream.dtype,
      sampleRateHz: COUNTER_RATE_HZ / decimateFactor,
      name: stream.id,
      unit: stream.unit,
    });
    const recorded = { jlsId, decimateFactor, endIndex: index, endId: sampleId, utcDueId: sampleId, sampleCount: 0 };
    this.#recorded.set(stream.id, recorded);
    return recorded;
  }

  #fillRange({ jlsId, endIndex }: Recorded, count: number): void {
    this.#writer.writeSamples(jlsId, endIndex, new Uint8Array(Math.ceil(count / 2)).fill(MISSING_RANGE_BYTE), count);
  }

  #writeUtc({ jlsId }: Recorded, index: number, sampleId: number): void {
    const timeMap = this.#timeMap();
    if (timeMap) this.#writer.utc(jlsId, index, utcOfSampleId(timeMap, sampleId));
  }
}

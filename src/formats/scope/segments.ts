// Records of one trigger each, kept apart: as events, all of them, and as signals at the times of their triggers.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { EventBlock, EventField, EventSpan, EventStore } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import type { Trace } from './capture.ts';
import { codeBytes, codeReader, presentCodes } from './code-samples.ts';

/** One record. Its `start` is from its own trigger. */
export interface Segment extends Trace {
  /** Seconds after the first trigger; undefined when the file does not say it. */
  readonly triggerTimeS: number | undefined;
}

/** Segments that are shown as signals: more lanes help nobody. */
const MAX_SHOWN = 64;

/**
 * The first segments as traces, each placed by its trigger, and what is to be said of that. `name` is that of the
 * channel, which all have.
 */
export function segmentTraces(
  name: string,
  segments: readonly Segment[],
): { readonly traces: readonly Trace[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  if (segments.length > MAX_SHOWN) {
    const message = `${name} has ${segments.length} segments; the first ${MAX_SHOWN} are shown as signals, all of them as events.`;
    diagnostics.push({ severity: 'info', code: 'scope/segments', message });
  }
  if (segments.some(({ triggerTimeS }) => triggerTimeS === undefined)) {
    const message = `The file does not say when the segments of ${name} were triggered: they lie upon each other, each at its own trigger.`;
    diagnostics.push({ severity: 'warning', code: 'scope/no-trigger-times', message });
  }
  const traces = segments.slice(0, MAX_SHOWN).map((segment, index) => ({
    ...segment,
    name: `${name} #${index + 1}`,
    start: (segment.triggerTimeS ?? 0) + segment.start,
  }));
  return { traces, diagnostics };
}

const TRIGGER_FIELDS: readonly EventField[] = [
  { name: 'triggerTime', dtype: '<f8', shape: [] },
  { name: 'x0', dtype: '<f8', shape: [] },
];

/** Segments of one channel as events: when the trigger was, where the first sample is from it, and the samples. */
export class SegmentEvents implements EventStore {
  readonly eventCount: number;
  readonly trailingBytes = 0;
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields = TRIGGER_FIELDS;
  readonly spans: readonly EventSpan[];
  readonly #source: RandomAccess;
  readonly #segments: readonly Segment[];

  /** Segments of other lengths than the first are left out, and what is not in the file. */
  constructor(name: string, segments: readonly Segment[], source: RandomAccess) {
    this.dataLength = segments[0]?.count ?? 0;
    const segmentBytes = this.dataLength * codeBytes(segments[0]?.run.type ?? 'u8');
    const most = segmentBytes > 0 ? Math.floor(source.sizeBytes / segmentBytes) : 0;
    this.#segments = segments
      .slice(0, most)
      .filter(({ count, run }) => count === this.dataLength && presentCodes(source, run, count) === count);
    this.spans = this.#segments.map(({ triggerTimeS = 0, start, step, count }) => ({
      startS: triggerTimeS + start,
      endS: triggerTimeS + start + count * step,
    }));
    this.eventCount = this.#segments.length;
    this.dataFields = [{ name, dtype: '<f8', shape: [] }];
    this.#source = source;
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
    if (!isValid || start + count > this.eventCount) {
      throw new FormatError(
        'format/range',
        `Segments ${start} to ${start + count} are outside of this trace, which has ${this.eventCount}.`,
      );
    }
    const part = this.#segments.slice(start, start + count);
    const values = new Float64Array(count * this.dataLength);
    for (const [index, segment] of part.entries()) {
      values.set(await codeReader(this.#source, segment.run)(0, this.dataLength), index * this.dataLength);
    }
    return {
      start,
      eventCount: count,
      metadata: [
        { field: TRIGGER_FIELDS[0]!, values: part.map(({ triggerTimeS }) => triggerTimeS ?? Number.NaN) },
        { field: TRIGGER_FIELDS[1]!, values: part.map((segment) => segment.start) },
      ],
      data: [{ field: this.dataFields[0]!, values }],
    };
  }
}

// Files of events: fixed-size records, each with data (waveforms) and metadata.

/** One value of an event column: 64-bit integers are bigint, a complex number is [re, im], raw bytes stay bytes. */
export type EventValue = number | bigint | boolean | string | readonly [number, number] | Uint8Array;

/** A field of events. Nested fields are joined with a dot; an array field has `shape` values per item. */
export interface EventField {
  readonly name: string;
  /** NumPy's name for the type, such as `<f4`, `<i8`, `|S10`. */
  readonly dtype: string;
  /** Shape of one value; empty for a scalar. */
  readonly shape: readonly number[];
}

/** The values of a field over a block of events, event after event. */
export interface EventColumn {
  readonly field: EventField;
  /** `eventCount × items per event × product(shape)` values. */
  readonly values: ArrayLike<EventValue>;
}

export interface EventBlock {
  /** Index of the first event. */
  readonly start: number;
  readonly eventCount: number;
  /** One item per event. */
  readonly metadata: readonly EventColumn[];
  /** `EventStore.dataLength` items per event. */
  readonly data: readonly EventColumn[];
}

/** From the first sample of an event to behind its last one. */
export interface EventSpan {
  readonly startS: number;
  readonly endS: number;
}

/** A file of events (fixed-size records of data and metadata), or the traces of an instrument so far. */
export interface EventStore {
  /** Of an instrument it grows. */
  readonly eventCount: number;
  /** Bytes at the end of the file that are no whole event. */
  readonly trailingBytes: number;
  /** Data items per event. */
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields: readonly EventField[];
  /**
   * Where each event lies on the time axis, in s, when the events are signals of their own (segments of an
   * oscilloscope). Left out: each signal has all of them in a row.
   */
  readonly spans?: readonly EventSpan[];
  /** Events [start, start + count). Rejects with `format/range` outside the file. */
  read(start: number, count: number): Promise<EventBlock>;
}

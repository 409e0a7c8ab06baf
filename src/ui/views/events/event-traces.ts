// From blocks of events to what is drawn. Pure.

import { formatPercent } from '../../../base/si.ts';
import type { EventBlock, EventColumn, EventField, EventStore, EventValue } from '../../../model/events.ts';

/** A field of the data (or one element of an array field) whose values are numbers. */
export interface EventChannel {
  readonly name: string;
  readonly fieldIndex: number;
  /** Which value of each item, and how many there are. */
  readonly element: number;
  readonly elementCount: number;
}

/** More than this many lines on screen say nothing. */
const MAX_CHANNELS = 16;
/** Values that are fetched for an overlay, at most. */
const MAX_OVERLAY_VALUES = 8_000_000;
/** NumPy's letters for booleans, integers and floats. */
const NUMERIC = /^[<>|=]?[biuf]\d/;
/** The year 2000 and 2100 in Unix time: a number between is a time stamp. */
const PLAUSIBLE_UNIX_S = [946_684_800, 4_102_444_800] as const;

/** Digits of a metadata value that fit its column. */
const METADATA_DIGITS = 8;

const sizeOf = ({ shape }: EventField): number => shape.reduce((product, length) => product * length, 1);

export function channelsOf({ dataFields }: Pick<EventStore, 'dataFields'>): readonly EventChannel[] {
  return dataFields
    .flatMap((field, fieldIndex) => {
      if (!NUMERIC.test(field.dtype)) return [];
      const elementCount = sizeOf(field);
      const name = field.name === '' ? 'value' : field.name;
      return Array.from({ length: Math.min(elementCount, MAX_CHANNELS) }, (_, element) => ({
        name: elementCount === 1 ? name : `${name}[${element}]`,
        fieldIndex,
        element,
        elementCount,
      }));
    })
    .slice(0, MAX_CHANNELS);
}

/** How many events may lie over each other: as many as wanted, within a bound of memory. */
export function overlayLimit(store: EventStore, wanted: number): number {
  const perEvent = store.dataFields.reduce((sum, field) => sum + sizeOf(field), 0) * store.dataLength;
  return Math.max(1, Math.min(wanted, Math.floor(MAX_OVERLAY_VALUES / Math.max(1, perEvent))));
}

/** The waveform of one event of the block. */
export function waveformOf(block: EventBlock, channel: EventChannel, event: number, dataLength: number): Float64Array {
  const { values } = block.data[channel.fieldIndex]!;
  const waveform = new Float64Array(dataLength);
  for (let item = 0; item < dataLength; item++) {
    waveform[item] = Number(values[(event * dataLength + item) * channel.elementCount + channel.element]);
  }
  return waveform;
}

/**
 * Points of a line through `values` over `columnCount` columns: every value, or the first, lowest, highest and last of
 * each column when there are many. Positions count values; only finite values take part in the extremes.
 */
export function outline(values: Float64Array, columnCount: number): { xs: Float64Array; ys: Float64Array } {
  if (values.length <= 4 * columnCount) return { xs: Float64Array.from(values.keys()), ys: values };
  const xs = new Float64Array(4 * columnCount);
  const ys = new Float64Array(4 * columnCount);
  for (let column = 0; column < columnCount; column++) {
    const start = Math.floor((column * values.length) / columnCount);
    const end = Math.floor(((column + 1) * values.length) / columnCount);
    let low = start;
    let high = start;
    for (let index = start; index < end; index++) {
      if (!(values[index]! >= values[low]!)) low = index;
      if (!(values[index]! <= values[high]!)) high = index;
    }
    const picked = [start, Math.min(low, high), Math.max(low, high), end - 1];
    for (const [at, index] of picked.entries()) {
      xs[4 * column + at] = index;
      ys[4 * column + at] = values[index]!;
    }
  }
  return { xs, ys };
}

/** One line of a list. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What the metadata of one event of the block say: names as the file has them, values for people. */
export function metadataOf(block: EventBlock, event: number): readonly NamedText[] {
  return block.metadata.map((column) => textOf(column, event, block.eventCount));
}

/** The same for the data of an event. */
export function valuesOf(block: EventBlock, event: number): readonly NamedText[] {
  return block.data.map((column) => textOf(column, event, block.eventCount));
}

function textOf({ field, values }: EventColumn, event: number, eventCount: number): NamedText {
  const count = values.length / eventCount;
  const own = Array.from({ length: count }, (_, index) => values[event * count + index]!);
  return { name: field.name, text: own.map((value) => valueText(field.name, value)).join(', ') };
}

function valueText(name: string, value: EventValue): string {
  if (typeof value === 'number' && /time/i.test(name) && value > PLAUSIBLE_UNIX_S[0] && value < PLAUSIBLE_UNIX_S[1]) {
    return new Date(value * 1000).toISOString().replace('T', ' ').replace('Z', ' UTC');
  }
  if (typeof value === 'number' && /dead/i.test(name) && value >= 0 && value <= 1) {
    return formatPercent(value);
  }
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(METADATA_DIGITS)));
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `${value[0]} + ${value[1]}i`;
  return String(value);
}

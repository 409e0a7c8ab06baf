// The samples of several files over one span as text: nothing is put on a common grid, each file has a column of its own
// places beside its values, and comments in front say which file is which and how it is moved.

import { LabError } from '../../../base/errors.ts';
import { shortestFloat32 } from '../../../base/float32.ts';
import { formatCount } from '../../../base/si.ts';
import { axisTitle } from '../../../model/axis.ts';
import type { SampleRange, SampleValues, SignalAxis } from '../../../model/signal-store.ts';
import { samplesIn, timeOfSample } from '../../../model/timing.ts';
import type { Lane, Trace } from './lanes.ts';
import type { LegendLine } from './legend.ts';
import type { TimeRange } from './state.ts';

/** Rows that a spreadsheet can open. */
const MOST_ROWS = 1_048_576;
/** Cells of a table: with 22 letters in each at most it is a text of 100 MB, and twice that while it is made. */
const MOST_CELLS = 2 ** 22;
const READ_SAMPLES = 262_144;
/** What a double holds, without its noise. */
const DOUBLE_DIGITS = 15;

export interface ComparedTable {
  readonly lanes: readonly Lane[];
  readonly span: TimeRange;
  readonly axis: SignalAxis;
  readonly legend: readonly LegendLine[];
}

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
}

/** The samples of a trace that are asked for. */
interface Part {
  readonly lane: Lane;
  readonly trace: Trace;
  readonly samples: SampleRange;
  /** The same for those at the same places, which have one column of them. */
  readonly places: string;
  readonly withPlaces: boolean;
}

/** Rejects with a LabError where there are more rows or cells than a table takes, and as the stores do. */
export async function comparedTable({ lanes, span, axis, legend }: ComparedTable): Promise<string> {
  const traces = lanes.flatMap((lane) => lane.traces.map((trace) => ({ lane, trace })));
  traces.sort((a, b) => (a.trace.place ?? 0) - (b.trace.place ?? 0));
  const parts: Part[] = [];
  for (const { lane, trace } of traces) {
    const { shiftS, store } = trace.shown;
    const samples = await samplesIn(store, trace.signal, span.startS - shiftS, span.endS - shiftS);
    const places = placesOf(trace);
    parts.push({ lane, trace, samples, places, withPlaces: places !== parts.at(-1)?.places });
  }
  requireRoom(parts);
  const columns: Column[] = [];
  for (const part of parts) columns.push(...(await columnsOf(part, axis)));
  const rowCount = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const comments = [
    ...legend.map(({ text }) => `# ${text.replace(/\s+/g, ' ')}`),
    `# ${axisTitle(axis)} as in the view, values as in the files`,
  ];
  if (rowCount + comments.length + 1 > MOST_ROWS) throw tooLong(rowCount);
  const rows = Array.from({ length: rowCount }, (_, row) => columns.map(({ cells }) => cells[row] ?? '').join(','));
  return `${[...comments, columns.map(({ head }) => quoted(head)).join(','), ...rows].join('\n')}\n`;
}

/** The same for signals of one file whose samples lie at the same places. */
function placesOf({ place, signal }: Trace): string {
  const { startSample, endSample } = signal;
  return signal.timing === 'stamped'
    ? `${place} ${signal.axisId}`
    : `${place} ${signal.sampleRateHz} ${signal.offsetS} ${startSample} ${endSample}`;
}

function requireRoom(parts: readonly Part[]): void {
  const rowCount = Math.max(0, ...parts.map(({ samples: { start, end } }) => end - start));
  if (rowCount > MOST_ROWS) throw tooLong(rowCount);
  const columnCount = parts.reduce((count, { withPlaces }) => count + (withPlaces ? 2 : 1), 0);
  if (rowCount * columnCount <= MOST_CELLS) return;
  throw new LabError(
    'format/unsupported',
    `${formatCount(rowCount)} rows of ${formatCount(columnCount)} columns are more than the ${formatCount(MOST_CELLS)} cells of a table: zoom in, set a pair of markers around what matters, or hide lanes.`,
  );
}

async function columnsOf({ lane, trace, samples, withPlaces }: Part, axis: SignalAxis): Promise<readonly Column[]> {
  const { shown, signal } = trace;
  const { shiftS, store, letter } = shown;
  const { start, end } = samples;
  const places: string[] = [];
  const values: string[] = [];
  for (let from = start; from < end; from += READ_SAMPLES) {
    const block = await store.samples(signal.id, from, Math.min(end, from + READ_SAMPLES));
    for (let i = 0; i < block.values.length; i++) {
      const timeS = block.timesS?.[i] ?? (signal.timing === 'steady' ? timeOfSample(signal, from + i) : Number.NaN);
      if (withPlaces) places.push(numberText(timeS + shiftS));
      values.push(valueText(block.values, i));
    }
  }
  const name = letter === undefined ? signal.name : `${letter} ${signal.name}`;
  const unit = lane.unit === '' ? '' : ` (${lane.unit})`;
  const own = { head: `${name}${unit}`, cells: values };
  return withPlaces ? [{ head: `${letter ?? shown.label} ${axisTitle(axis)}`, cells: places }, own] : [own];
}

function valueText(values: SampleValues, i: number): string {
  const value = values[i]!;
  if (typeof value === 'bigint') return String(value);
  return values instanceof Float32Array ? numberText(shortestFloat32(value)) : numberText(value);
}

/** Nothing where there is no number. */
function numberText(value: number): string {
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(DOUBLE_DIGITS)));
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function tooLong(rowCount: number): LabError {
  return new LabError(
    'format/unsupported',
    `${formatCount(rowCount)} rows are more than a table opens with: zoom in, or set a pair of markers around what matters.`,
  );
}

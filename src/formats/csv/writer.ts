// Writes signals as a table of text: one row per sample, or per block of samples when there are more than the
// caller wants rows. The numbers read back the same; a missing sample is an empty cell.

import { FormatError } from '../../base/errors.ts';
import { shortestFloat32 } from '../../base/float32.ts';
import { pythonFloatText } from '../../base/python-float.ts';
import { formatPercent } from '../../base/si.ts';
import { axisOf, axisTitle, isCounted, TIME_AXIS } from '../../model/axis.ts';
import type { SampleValues, SignalInfo, SteadySignal } from '../../model/signal-store.ts';
import {
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  type RowReduction,
  type Span,
  selectTable,
} from '../export/selection.ts';
import { addValues, emptyMoments, standardDeviation } from '../moments.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { textCell } from './text-cell.ts';

/** Rows that a spreadsheet can open, less the header. */
export const DEFAULT_ROW_BUDGET = 1_048_575;

const STATISTICS: Readonly<Record<RowReduction, readonly ('mean' | 'std' | 'min' | 'max')[]>> = {
  mean: ['mean'],
  'mean-min-max': ['mean', 'min', 'max'],
  all: ['mean', 'std', 'min', 'max'],
};

/** The signals must have one rate; the span is what all of them have. Leaves `sink` open. */
export async function writeCsv(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { spans, notes } = await selectTable(reader, options, 'table');
  const rowBudget = options.rowBudget ?? DEFAULT_ROW_BUDGET;
  if (!(rowBudget >= 1)) throw new FormatError('format/range', 'A table needs at least one row.');
  const first = spans[0]!;
  const sampleCount = first.end - first.start;
  const increment = Math.max(1, Math.ceil(sampleCount / rowBudget));
  const rowCount = Math.floor(sampleCount / increment);
  const progress = new ExportProgress(options, sampleCount);
  const table = { reader, sink, spans, increment, rowCount, progress };
  sink.append(new TextEncoder().encode(commentLines(reader.about ?? {})));
  const gaps: string[] = [];
  if (increment === 1) await writeSamples(table);
  else gaps.push(...(await writeBlocks(table, STATISTICS[options.reduction ?? 'mean-min-max'])));
  return { notes: [...describe(spans.length, rowCount, increment, first, sampleCount), ...gaps, ...notes] };
}

/** Above the names of the columns, in the form that most programs pass over. */
function commentLines(about: Readonly<Record<string, string>>): string {
  return Object.entries(about)
    .map(([name, text]) => `# ${name}: ${text.replace(/[\r\n]+/g, ' ')}\n`)
    .join('');
}

interface Table {
  readonly reader: FormatReader;
  readonly sink: AppendSink;
  readonly spans: readonly Span[];
  readonly increment: number;
  readonly rowCount: number;
  readonly progress: ExportProgress;
}

async function writeSamples({ reader, sink, spans, rowCount, progress }: Table): Promise<void> {
  const encoder = new TextEncoder();
  sink.append(
    encoder.encode(
      `${[textCell(axisTitle(axisOf(spans[0]!.info))), ...spans.map(({ info }) => title(info.name, info.unit))].join(',')}\n`,
    ),
  );
  for (let row = 0; row < rowCount; row += EXPORT_CHUNK_SAMPLES) {
    const count = Math.min(EXPORT_CHUNK_SAMPLES, rowCount - row);
    const columns = await Promise.all(
      spans.map(({ info, start }) => reader.store.samples(info.id, start + row, start + row + count)),
    );
    const values = columns.map((block) => block.values);
    appendRows(sink, columns[0]!.timesS ?? (await times(reader, spans[0]!, row, count, 1)), values);
    progress.add(count);
  }
}

/** Returns what to tell of rows that do not have all of their samples. */
async function writeBlocks(
  { reader, sink, spans, increment, rowCount, progress }: Table,
  statistics: readonly ('mean' | 'std' | 'min' | 'max')[],
): Promise<readonly string[]> {
  const encoder = new TextEncoder();
  const names = spans.flatMap(({ info }) => statistics.map((name) => title(`${info.name} ${name}`, info.unit)));
  sink.append(encoder.encode(`${[textCell(axisTitle(axisOf(spans[0]!.info))), ...names].join(',')}\n`));
  const rowsPerChunk = Math.max(1, Math.floor(EXPORT_CHUNK_SAMPLES / increment));
  const covered = spans.map(() => ({ partCount: 0, coverage: 0 }));
  for (let row = 0; row < rowCount; row += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, rowCount - row);
    const figures = await Promise.all(
      spans.map(({ info, start }) => blockFigures(reader, info, start + row * increment, increment, count)),
    );
    const values = figures.flatMap((rows) => statistics.map((name) => Float64Array.from(rows, (one) => one[name])));
    appendRows(sink, await times(reader, spans[0]!, row, count, increment), values);
    figures.forEach((rows, column) => {
      const of = covered[column]!;
      for (const { coverage } of rows) {
        of.coverage += coverage / rowCount;
        if (coverage < 1) of.partCount++;
      }
    });
    progress.add(count * increment);
  }
  return covered.flatMap(({ partCount, coverage }, column) => {
    if (partCount === 0) return [];
    const name = spans[column]!.info.name;
    return `"${name}" has ${formatPercent(coverage)} of its samples: ${partCount} rows are of those that are there.`;
  });
}

/** `coverage` is the share of the row that has samples. */
type Figures = Record<'mean' | 'std' | 'min' | 'max' | 'coverage', number>;

/**
 * Exact figures of blocks side by side: a store's summary may be a little off at the edges of its bins. Its statistics
 * are exact, and they alone leave out samples that an integer signal marks as missing by a code.
 */
async function blockFigures(
  { store }: FormatReader,
  { id, dtype, timing }: SignalInfo,
  start: number,
  increment: number,
  count: number,
): Promise<readonly Figures[]> {
  const end = start + increment * count;
  const blocks = Array.from({ length: count }, (_, block) => block * increment);
  const hasCodes = !dtype.startsWith('f') && (await store.statistics(id, start, end)).count < end - start;
  if (increment > EXPORT_CHUNK_SAMPLES || hasCodes || timing === 'stamped') {
    return Promise.all(blocks.map((at) => store.statistics(id, start + at, start + at + increment)));
  }
  const { values } = await store.samples(id, start, end);
  return blocks.map((at) => {
    const moments = emptyMoments();
    addValues(moments, values, at, at + increment);
    const { mean, min, max } = moments;
    if (moments.count === 0) {
      return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN, coverage: 0 };
    }
    return { mean, std: standardDeviation(moments), min, max, coverage: moments.count / increment };
  });
}

/** Time of each row's first sample on the store's axis. */
async function times(
  { store }: FormatReader,
  { info, start }: Span,
  row: number,
  count: number,
  increment: number,
): Promise<Float64Array> {
  const samples = Array.from({ length: count }, (_, index) => start + (row + index) * increment);
  if (info.timing === 'steady')
    return Float64Array.from(samples, (sample) => info.offsetS + sample / info.sampleRateHz);
  const blocks = await Promise.all(samples.map((sample) => store.samples(info.id, sample, sample + 1)));
  return Float64Array.from(blocks, ({ timesS }) => timesS![0]!);
}

/** Text is encoded in pieces of this many characters: longer ropes cost more than they save. */
const PIECE_CHARACTERS = 32_768;

function appendRows(sink: AppendSink, time: Float64Array, columns: readonly SampleValues[]): void {
  const encoder = new TextEncoder();
  // numbers, commas and line ends are one byte each
  let buffer = new Uint8Array(2 * PIECE_CHARACTERS);
  const isSingle = columns.map((column) => column instanceof Float32Array);
  let text = '';
  for (let row = 0; row < time.length; row++) {
    text += pythonFloatText(time[row]!);
    for (const [index, column] of columns.entries()) text += `,${cellText(column[row]!, isSingle[index]!)}`;
    text += '\n';
    if (text.length < PIECE_CHARACTERS && row + 1 < time.length) continue;
    if (text.length > buffer.length) buffer = new Uint8Array(2 * text.length);
    sink.append(buffer.subarray(0, encoder.encodeInto(text, buffer).written));
    text = '';
  }
}

function cellText(value: number | bigint, isSingle: boolean): string {
  if (typeof value === 'bigint') return value.toString();
  return Number.isNaN(value) ? '' : pythonFloatText(isSingle ? shortestFloat32(value) : value);
}

function title(name: string, unit: string): string {
  return textCell(unit === '' ? name : `${name} (${unit})`);
}

function rowLength({ sampleRateHz, axis = TIME_AXIS }: SteadySignal, increment: number): string {
  return isCounted(axis) ? '' : ` (${increment / sampleRateHz} ${axis.unit})`;
}

function describe(
  signalCount: number,
  rowCount: number,
  increment: number,
  first: Span,
  sampleCount: number,
): readonly string[] {
  const signals = signalCount === 1 ? '1 signal' : `${signalCount} signals`;
  if (increment === 1) return [`${rowCount} rows of ${signals}, one per sample.`];
  const length =
    first.info.timing === 'steady' ? rowLength(first.info, increment) : `, weighed by ${axisOf(first.info).name}`;
  const notes = [
    `${rowCount} rows of ${signals}; each row covers ${increment} samples${length}. A row for every sample can be asked for.`,
  ];
  const rest = sampleCount - rowCount * increment;
  if (rest > 0) notes.push(`The last ${rest} samples fill no whole row and are left out.`);
  return notes;
}

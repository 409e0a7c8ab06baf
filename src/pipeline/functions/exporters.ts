// The prebuilt exporters: drain, histogram and csv (mimocorb2/functions/exporters.py).

import { LabError } from '../../base/errors.ts';
import { pythonFloatText } from '../../base/python-float.ts';
import { isPythonList, type PythonValue, pythonText } from '../../base/yaml/python-value.ts';
import { Histogram } from '../../core/histogram.ts';
import { encodeNpyHeader } from '../../formats/npy/header.ts';
import { dtypeFromName } from '../../formats/numpy/type-names.ts';
import type { AppendSink } from '../../formats/source.ts';
import { toNumber } from '../config.ts';
import { csvFloat, csvLine } from './csv-text.ts';
import type { BufferInfo, Exporter, WorkerContext } from './template.ts';

/** Takes every event and does nothing with it. */
export function drain(): Exporter {
  return { template: 'Exporter', consume: () => {} };
}

/** Counts are int64, as numpy.histogram returns them. */
const COUNT_DTYPE = dtypeFromName('i8');
const UTF8 = new TextEncoder();
const DEFAULT_INTERVAL_S = 1;
/** Seconds between two pictures for the screen. */
const PICTURE_INTERVAL_S = 0.25;

interface HistogramFile {
  readonly channel: string;
  readonly bins: Histogram;
  readonly file: AppendSink;
  readonly payloadOffset: number;
}

/**
 * Counts channels into `Histograms_<source>/<channel>.npy` (int64 counts) beside `info.csv` with the ranges. `bins` maps
 * a channel to [min, max, number of edges]; the files are brought up to date every `update_interval` seconds, the screen
 * at most four times a second.
 */
export async function histogram(context: WorkerContext): Promise<Exporter> {
  const source = singleItemSource(context, 'histogram');
  const intervalS = context.config.number('update_interval', DEFAULT_INTERVAL_S);
  const all = histogramBins(context);
  for (const { channel } of all) requireChannel(source, channel);
  const directory = `Histograms_${source.name}`;
  const info = await context.files.create(`${directory}/info.csv`);
  info.append(UTF8.encode(infoCsv(all)));
  info.flush();
  const files: HistogramFile[] = [];
  for (const { channel, bins } of all) {
    const file = await context.files.create(`${directory}/${channel}.npy`);
    const header = encodeNpyHeader(COUNT_DTYPE, [bins.counts().length]);
    file.append(header);
    file.append(countBytes(bins));
    file.flush();
    files.push({ channel, bins, file, payloadOffset: header.byteLength });
  }
  const save = (): void => {
    for (const { bins, file, payloadOffset } of files) {
      file.patch(payloadOffset, countBytes(bins));
      file.flush();
    }
  };
  const show = (): void => {
    for (const { channel, bins } of files) {
      context.publish({
        kind: 'histogram',
        channel,
        edges: bins.edges(),
        counts: Float64Array.from(bins.counts(), Number),
      });
    }
  };
  let lastSave = context.now();
  let lastPicture = Number.NEGATIVE_INFINITY;
  return {
    template: 'Exporter',
    consume: (event) => {
      for (const { channel, bins } of files) bins.add(Number(event.get(channel)));
    },
    tick: () => {
      const now = context.now();
      if (now - lastPicture >= PICTURE_INTERVAL_S) {
        lastPicture = now;
        show();
      }
      if (now - lastSave <= intervalS) return;
      lastSave = now;
      save();
    },
    finish: () => {
      save();
      show();
    },
  };
}

export interface ChannelBins {
  readonly channel: string;
  readonly range: BinRange;
  readonly bins: Histogram;
}

/** `bins` of a configuration: channel to [min, max, number of edges]. Rejects with `setup/invalid`. */
export function histogramBins(context: WorkerContext): readonly ChannelBins[] {
  return [...context.config.map('bins')].map(([key, value]) => {
    const channel = pythonText(key);
    const range = binRange(channel, value);
    const [min, max, edgeCount] = range.map((number) => number.value) as [number, number, number];
    return { channel, range, bins: new Histogram(context.workspace, { min, max, edgeCount }) };
  });
}

function countBytes(bins: Histogram): Uint8Array {
  return new Uint8Array(bins.counts().buffer);
}

interface PythonNumber {
  readonly value: number;
  readonly isInteger: boolean;
}

type BinRange = readonly [PythonNumber, PythonNumber, PythonNumber];

function binRange(channel: string, range: PythonValue): BinRange {
  if (!isPythonList(range) || range.length < 3) {
    throw new LabError('setup/invalid', `The bins of '${channel}' must be a list of min, max and the number of edges.`);
  }
  const [min, max, count] = range.map((item) => ({
    value: toNumber(`bins.${channel}`, item),
    isInteger: typeof item === 'bigint' || typeof item === 'boolean',
  }));
  return [min!, max!, count!];
}

/** As pandas writes the frame: a column is integer only if all its values are. */
function infoCsv(ranges: readonly ChannelBins[]): string {
  const columnText = (column: 0 | 1 | 2): string[] => {
    const values = ranges.map(({ range }) => range[column]);
    const isInteger = values.every((number) => number.isInteger);
    return values.map(({ value }) => (isInteger ? String(value) : pythonFloatText(value)));
  };
  const columns = [columnText(0), columnText(1), columnText(2)];
  const lines = ranges.map(({ channel }, i) => csvLine([channel, ...columns.map((column) => column[i]!)]));
  return csvLine(['Channel', 'Min', 'Max', 'NBins']) + lines.join('');
}

/**
 * Writes every event as a line of `<filename>.csv`: counter, timestamp, deadtime and the fields, all as float64. Lines
 * reach the file every `save_interval` seconds and at the end.
 */
export async function csv(context: WorkerContext): Promise<Exporter> {
  const source = singleItemSource(context, 'csv');
  const intervalS = context.config.number('save_interval', DEFAULT_INTERVAL_S);
  const fields = source.dtype.fields.map(({ name }) => name);
  const file = await context.files.create(`${context.config.text('filename', source.name)}.csv`);
  let pending = csvLine(['counter', 'timestamp', 'deadtime', ...fields]);
  const save = (): void => {
    file.append(UTF8.encode(pending));
    file.flush();
    pending = '';
  };
  save();
  let lastSave = context.now();
  return {
    template: 'Exporter',
    consume: (event) => {
      const values = [Number(event.counter), event.timestamp, event.deadtime];
      for (const field of fields) values.push(Number(event.get(field)));
      pending += csvLine(values.map(csvFloat));
    },
    tick: () => {
      if (context.now() - lastSave <= intervalS || pending === '') return;
      lastSave = context.now();
      save();
    },
    finish: save,
  };
}

function singleItemSource(context: WorkerContext, what: string): BufferInfo {
  const source = context.sources[0]!;
  if (source.dataLength === 1) return source;
  throw new LabError(
    'setup/invalid',
    `The ${what} exporter only supports data_length = 1; ${source.name} has ${source.dataLength}.`,
  );
}

function requireChannel(source: BufferInfo, channel: string): void {
  const names = source.dtype.fields.map(({ name }) => name);
  if (names.includes(channel)) return;
  throw new LabError(
    'setup/invalid',
    `Channel '${channel}' not found in the data. ${source.name} has ${names.join(', ')}.`,
  );
}

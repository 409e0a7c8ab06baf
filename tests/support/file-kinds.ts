// One file of every kind that the table of formats names, and what the figures of a span of it must be: from the golden
// numbers of the reference programs, or computed here from the numbers that the file was made of. Node only.

import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import h5wasm from 'h5wasm/node';
import type { RawChoice } from '../../src/model/read-choice.ts';
import { goldenBytes, goldenJson } from './golden.ts';
import { level5File } from './mat-files.ts';

/** In base units. What the reference does not tell is left out. */
export interface Figures {
  readonly mean: number;
  readonly std?: number;
  readonly min: number;
  readonly max: number;
  readonly integral: number;
}

export interface FileKind {
  readonly name: string;
  readonly bytes: () => Uint8Array | Promise<Uint8Array>;
  /** Name of the format, as the page says it. */
  readonly format: string;
  /** What its numbers are, where the file does not say it. */
  readonly raw?: Omit<RawChoice, 'dtypeName'> & { readonly type: string; readonly order: string };
  /** The signal that is measured, and its unit. */
  readonly lane: string;
  readonly unit: string;
  readonly sampleRateHz: number;
  readonly offsetS: number;
  /** Samples between the markers. */
  readonly start: number;
  readonly end: number;
  readonly figures: () => Figures;
  /** Largest relative difference of std; others are exact to the digits on screen. */
  readonly stdTolerance?: number;
  readonly eventCount?: number;
  readonly exportedAs: 'jls' | 'csv' | 'npy' | 'mimo' | 'h5' | 'zip';
  /** Nothing says how far its samples are apart: places are numbers of samples. */
  readonly isCounted?: boolean;
  /** What the export opens as; without a clock it counts samples. */
  readonly reopened: { readonly format: string; readonly lane: string; readonly hasClock: boolean };
  readonly picture?: 'png' | 'svg';
}

function figuresOf(values: readonly number[], sampleRateHz: number): Figures {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return {
    mean,
    std: Math.sqrt(squares / (values.length - 1)),
    min,
    max,
    integral: (mean * values.length) / sampleRateHz,
  };
}

/** What the reference's reader of JLS v1 says of a span. */
function jlsV1Figures(path: string, start: number, end: number): Figures {
  interface Reference {
    readonly mean: number;
    readonly variance: number;
    readonly min: number;
    readonly max: number;
    readonly integral: number;
  }
  const { statistics_get: all } = goldenJson<{
    statistics_get: readonly { args: readonly unknown[]; result: { signals: { current: Reference } } }[];
  }>(path);
  const { current } = all.find(({ args }) => args[0] === start && args[1] === end)!.result.signals;
  return { ...current, std: Math.sqrt(current.variance) };
}

/** Entries of this many samples are shorter than a stored summary: the reference library computes them from the samples. */
const JLS_V2_ENTRY = 127;

/** What the reference library says of a span of a JLS v2 signal, put together from short entries. */
function jlsV2Figures(path: string, signalId: number, start: number, end: number): Figures {
  const { statistics } = goldenJson<{
    statistics: readonly {
      signal_id: number;
      start: number;
      increment: number;
      data: readonly (readonly [number, number, number, number])[];
    }[];
  }>(path);
  const { data: rows } = statistics.find(
    (it) => it.signal_id === signalId && it.start === start && it.increment === JLS_V2_ENTRY,
  )!;
  const count = rows.length * JLS_V2_ENTRY;
  if (start + count !== end) throw new Error(`the golden entries end at ${start + count}`);
  const mean = rows.reduce((sum, [entryMean]) => sum + entryMean, 0) / rows.length;
  const squares = rows.reduce(
    (sum, [entryMean, std]) => sum + (JLS_V2_ENTRY - 1) * std ** 2 + JLS_V2_ENTRY * (entryMean - mean) ** 2,
    0,
  );
  return {
    mean,
    std: Math.sqrt(squares / (count - 1)),
    min: Math.min(...rows.map(([, , min]) => min)),
    max: Math.max(...rows.map(([, , , max]) => max)),
    integral: (mean * count) / JLS_V2_RATE_HZ,
  };
}

const JLS_V2_RATE_HZ = 1_000_000;

/** Sum, least and greatest of whole events. */
function mimoFigures(file: string, channel: string, first: number, last: number): Figures {
  interface Digest {
    readonly sum: number;
    readonly min: number;
    readonly max: number;
  }
  const { files } = goldenJson<{
    files: readonly {
      file: string;
      header: { data_length: number };
      events: readonly { data: Record<string, Digest> }[];
    }[];
  }>('mimo/files.json');
  const { events, header } = files.find((it) => it.file === file)!;
  const digests = events.slice(first, last).map(({ data }) => data[channel]!);
  const sum = digests.reduce((total, digest) => total + digest.sum, 0);
  return {
    mean: sum / (digests.length * header.data_length),
    min: Math.min(...digests.map(({ min }) => min)),
    max: Math.max(...digests.map(({ max }) => max)),
    integral: sum,
  };
}

interface GoldenTrace {
  readonly x0: number;
  readonly dx: number;
  readonly y: readonly number[];
  readonly segments: readonly { readonly triggerTime: number; readonly x0: number; readonly y: readonly number[] }[];
}
const trace = (name: string): GoldenTrace =>
  goldenJson<{ expected: GoldenTrace }>(`scope-waveforms/${name}.json`).expected;
const traceBytes = (name: string) => goldenBytes(`scope-waveforms/${name}.data.bin`);
const TRC = trace('lecroy-trc-file');
const SEQUENCE = trace('lecroy-sequence-3');
const ISF = trace('tek-isf-ri2');

/** Numbers of our own: a sum of two sines, rounded so that text and integers hold it exactly. */
const wave = (index: number): number => Math.round(4000 * Math.sin(index / 40) + 900 * Math.cos(index / 7));
const waves = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, index) => wave(start + index));
const WAVE_COUNT = 6000;

/** German spelling: decimal commas, semicolons. */
function csvText(): string {
  const rows = waves(0, WAVE_COUNT).map((value, index) =>
    [index / 20_000, value / 1000, index % 7].map((number) => String(number).replace('.', ',')).join(';'),
  );
  return `time (s);U (V);n\r\n${rows.join('\r\n')}\r\n`;
}

/** Format version 1.0, as numpy.lib.format describes it. */
function npy(descr: string, itemBytes: number, write: (view: DataView, offset: number, index: number) => void) {
  const dict = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${WAVE_COUNT},), }`;
  const head = `${dict.padEnd(Math.ceil((dict.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + head.length + WAVE_COUNT * itemBytes);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0]);
  view.setUint16(8, head.length, true);
  bytes.set(Buffer.from(head), 10);
  for (let index = 0; index < WAVE_COUNT; index++) write(view, 10 + head.length + index * itemBytes, index);
  return bytes;
}

/** High byte first, after three bytes that mean nothing; the second channel is the negative of the first. */
function rawBytes(): Uint8Array {
  const bytes = new Uint8Array(3 + 4 * WAVE_COUNT).fill(0xff);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of waves(0, WAVE_COUNT).entries()) {
    view.setInt16(3 + 4 * index, value);
    view.setInt16(5 + 4 * index, -value);
  }
  return bytes;
}

async function hdf5Bytes(): Promise<Uint8Array> {
  await h5wasm.ready;
  const path = join(tmpdir(), `kinds-${process.pid}.h5`);
  const file = new h5wasm.File(path, 'w');
  file.create_group('lab').create_dataset({ name: 'voltage', data: Float64Array.from(waves(0, WAVE_COUNT)) });
  file.close();
  const bytes = new Uint8Array(readFileSync(path));
  rmSync(path);
  return bytes;
}

async function zipBytes(): Promise<Uint8Array> {
  const zip = new ZipWriter(new BlobWriter());
  await zip.add('run/settings.json', new TextReader('{"range": "auto"}'));
  await zip.add('run/data.jls', new BlobReader(new Blob([goldenBytes('jls-v2/js220_ui.jls')])));
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

export const FILE_KINDS: readonly FileKind[] = [
  {
    name: 'JLS v1, raw',
    bytes: () => goldenBytes('jls-v1/recordings/raw_multi_block.jls'),
    format: 'JLS v1',
    lane: 'current',
    unit: 'A',
    sampleRateHz: 2_000_000,
    offsetS: 0,
    start: 4023,
    end: 7259,
    figures: () => jlsV1Figures('jls-v1/recordings/raw_multi_block.json', 4023, 7259),
    stdTolerance: 1e-4,
    exportedAs: 'jls',
    reopened: { format: 'JLS v2', lane: 'current', hasClock: true },
  },
  {
    name: 'JLS v1, float32_v2',
    bytes: () => goldenBytes('jls-v1/recordings/float_js220_style.jls'),
    format: 'JLS v1',
    lane: 'current',
    unit: 'A',
    sampleRateHz: 20_000,
    offsetS: 0,
    start: 3394,
    end: 4565,
    figures: () => jlsV1Figures('jls-v1/recordings/float_js220_style.json', 3394, 4565),
    stdTolerance: 1e-4,
    exportedAs: 'csv',
    reopened: { format: 'CSV table', lane: 'current', hasClock: true },
  },
  {
    name: 'JLS v2',
    bytes: () => goldenBytes('jls-v2/js220_ui.jls'),
    format: 'JLS v2',
    lane: 'current',
    unit: 'A',
    sampleRateHz: JLS_V2_RATE_HZ,
    offsetS: 0,
    start: 56_190,
    end: 60_000,
    figures: () => jlsV2Figures('jls-v2/js220_ui.json', 1, 56_190, 60_000),
    exportedAs: 'h5',
    reopened: { format: 'HDF5', lane: 'current', hasClock: true },
    picture: 'png',
  },
  {
    name: '.mimo',
    bytes: () => goldenBytes('mimo/files/muon_4ch_f4.mimo'),
    format: 'mimo events',
    lane: 'chA',
    unit: '',
    sampleRateHz: 1,
    isCounted: true,
    offsetS: 0,
    start: 4250,
    end: 12_750,
    figures: () => mimoFigures('muon_4ch_f4.mimo', 'chA', 1, 3),
    eventCount: 6,
    exportedAs: 'mimo',
    reopened: { format: 'mimo events', lane: 'chA', hasClock: false },
  },
  {
    name: 'LeCroy .trc, one trace',
    bytes: () => traceBytes('lecroy-trc-file'),
    format: 'LeCroy trace',
    lane: 'C3',
    unit: 'V',
    sampleRateHz: 1 / TRC.dx,
    offsetS: TRC.x0,
    start: 50,
    end: 250,
    figures: () => figuresOf(TRC.y.slice(50, 250), 1 / TRC.dx),
    exportedAs: 'npy',
    reopened: { format: 'NumPy array', lane: 'C3', hasClock: true },
    picture: 'svg',
  },
  {
    name: 'LeCroy .trc, sequence',
    bytes: () => traceBytes('lecroy-sequence-3'),
    format: 'LeCroy trace',
    lane: 'C1 #2',
    unit: 'V',
    sampleRateHz: 1 / SEQUENCE.dx,
    offsetS: SEQUENCE.segments[1]!.triggerTime + SEQUENCE.segments[1]!.x0,
    start: 0,
    end: 120,
    figures: () => figuresOf(SEQUENCE.segments[1]!.y, 1 / SEQUENCE.dx),
    eventCount: 3,
    exportedAs: 'zip',
    reopened: { format: 'mimo events', lane: 'C1', hasClock: false },
  },
  {
    name: 'Tektronix ISF',
    bytes: () => traceBytes('tek-isf-ri2'),
    format: 'Tektronix ISF',
    lane: 'Ch1',
    unit: 'V',
    sampleRateHz: 1 / ISF.dx,
    offsetS: ISF.x0,
    start: 20,
    end: 201,
    figures: () => figuresOf(ISF.y.slice(20, 201), 1 / ISF.dx),
    exportedAs: 'csv',
    reopened: { format: 'CSV table', lane: 'Ch1', hasClock: true },
  },
  {
    name: 'CSV, decimal commas',
    bytes: () => new TextEncoder().encode(csvText()),
    format: 'CSV table',
    lane: 'U',
    unit: 'V',
    sampleRateHz: 20_000,
    offsetS: 0,
    start: 1001,
    end: 4003,
    figures: () =>
      figuresOf(
        waves(1001, 4003).map((value) => value / 1000),
        20_000,
      ),
    exportedAs: 'npy',
    reopened: { format: 'NumPy array', lane: 'U', hasClock: true },
  },
  {
    name: '.npy, plain',
    bytes: () => npy("'<f4'", 4, (view, offset, index) => view.setFloat32(offset, wave(index), true)),
    format: 'NumPy array',
    lane: 'value',
    unit: '',
    sampleRateHz: 1,
    isCounted: true,
    offsetS: 0,
    start: 700,
    end: 5700,
    figures: () => figuresOf(waves(700, 5700), 1),
    exportedAs: 'jls',
    reopened: { format: 'JLS v2', lane: 'value', hasClock: true },
  },
  {
    name: '.npy, structured',
    bytes: () =>
      npy("[('n', '|u1'), ('u', '>f8')]", 9, (view, offset, index) => view.setFloat64(offset + 1, wave(index))),
    format: 'NumPy array',
    lane: 'u',
    unit: '',
    sampleRateHz: 1,
    isCounted: true,
    offsetS: 0,
    start: 3,
    end: 3004,
    figures: () => figuresOf(waves(3, 3004), 1),
    exportedAs: 'h5',
    reopened: { format: 'HDF5', lane: 'u', hasClock: false },
  },
  {
    name: 'bare numbers of a chosen type',
    bytes: rawBytes,
    format: 'Raw numbers',
    raw: {
      type: 'Integer, 16 bits',
      order: 'High byte first',
      channelCount: 2,
      sampleRateHz: 50_000,
      skipBytes: 3,
    },
    lane: 'channel[1]',
    unit: '',
    sampleRateHz: 50_000,
    offsetS: 0,
    start: 2500,
    end: 5501,
    figures: () =>
      figuresOf(
        waves(2500, 5501).map((value) => -value),
        50_000,
      ),
    exportedAs: 'jls',
    reopened: { format: 'JLS v2', lane: 'channel[1]', hasClock: true },
  },
  {
    name: 'HDF5',
    bytes: hdf5Bytes,
    format: 'HDF5',
    lane: 'voltage',
    unit: '',
    sampleRateHz: 1,
    isCounted: true,
    offsetS: 0,
    start: 10,
    end: 5990,
    figures: () => figuresOf(waves(10, 5990), 1),
    exportedAs: 'zip',
    reopened: { format: 'JLS v2', lane: 'voltage', hasClock: true },
  },
  {
    name: 'MATLAB 5',
    bytes: () =>
      level5File([
        { name: 'fs', values: [8000] },
        { name: 'force', values: waves(0, WAVE_COUNT) },
      ]),
    format: 'MATLAB 5',
    lane: 'force',
    unit: '',
    sampleRateHz: 8000,
    offsetS: 0,
    start: 801,
    end: 5603,
    figures: () => figuresOf(waves(801, 5603), 8000),
    exportedAs: 'h5',
    reopened: { format: 'HDF5', lane: 'force', hasClock: true },
  },
  {
    name: 'zip bundle',
    bytes: zipBytes,
    format: 'JLS v2',
    lane: 'voltage',
    unit: 'V',
    sampleRateHz: JLS_V2_RATE_HZ,
    offsetS: 0,
    start: 65,
    end: 3367,
    figures: () => jlsV2Figures('jls-v2/js220_ui.json', 2, 65, 3367),
    exportedAs: 'csv',
    reopened: { format: 'CSV table', lane: 'voltage', hasClock: true },
  },
];

// Formats other than JLS: a .mimo file of 1 GB, and writing a table of text. In memory, so that what is measured is the
// code and not a disk.

import { createWorkspace } from '../src/core/workspace.ts';
import { writeCsv } from '../src/formats/csv/writer.ts';
import { openFile } from '../src/formats/detect.ts';
import { MemoryFile } from '../src/formats/memory-file.ts';
import { openMimo } from '../src/formats/mimo/reader.ts';
import { encodeMimoHeader, STANDARD_METADATA } from '../src/formats/mimo/write-header.ts';
import { encodeMetadata } from '../src/formats/mimo/writer.ts';
import { encodeNpyHeader } from '../src/formats/npy/header.ts';
import { packedStruct, scalarDtype } from '../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../src/formats/numpy/type-names.ts';
import { createPlainReader } from '../src/formats/plain-reader.ts';
import type { PlainSignal } from '../src/formats/plain-store.ts';
import type { AppendSink, RandomAccess } from '../src/formats/source.ts';
import { exportFile } from '../src/formats/writers.ts';

const FILE_BYTES = 2 ** 30;
const DATA_LENGTH = 4250;
const CSV_ROWS = 1_000_000;
const COLUMNS = 1000;

/** A header, then the same record over and over. */
class RepeatedRecord implements RandomAccess {
  readonly sizeBytes: number;
  readonly #header: Uint8Array;
  readonly #records: Uint8Array;

  constructor(header: Uint8Array, record: Uint8Array) {
    this.#header = header;
    const count = Math.ceil(2 ** 21 / record.length) + 1;
    this.#records = new Uint8Array(count * record.length);
    for (let index = 0; index < count; index++) this.#records.set(record, index * record.length);
    this.sizeBytes = header.length + Math.floor(FILE_BYTES / record.length) * record.length;
    this.#recordBytes = record.length;
  }

  readonly #recordBytes: number;

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, this.sizeBytes - offsetBytes)));
    for (let at = 0; at < bytes.length; ) {
      const position = offsetBytes + at - this.#header.length;
      const source =
        position < 0 ? this.#header.subarray(position) : this.#records.subarray(position % this.#recordBytes);
      const piece = source.subarray(0, bytes.length - at);
      bytes.set(piece, at);
      at += piece.length;
    }
    return Promise.resolve(bytes);
  }
}

class CountingSink implements AppendSink {
  sizeBytes = 0;

  append(bytes: Uint8Array): void {
    this.sizeBytes += bytes.byteLength;
  }

  patch(): void {}

  flush(): void {}

  close(): void {}
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!;

export interface FormatRates {
  readonly mimoOpenMs: number;
  readonly mimoColdSummaryMs: number;
  readonly mimoWarmSummaryMs: number;
  readonly mimoDeepSummaryMs: number;
  /** Bytes of one channel's samples per second while the blocks are made. */
  readonly mimoScanSamplesPerS: number;
  /** The table that was written, for a rival. */
  readonly csvTable: Uint8Array;
  readonly csvReadRowsPerS: number;
  readonly csvRowsPerS: number;
  readonly csvBytesPerS: number;
  /** Bytes per second of JavaScript's own number texts, joined with commas, for the same values. */
  readonly plainTextBytesPerS: number;
  /** Bytes of samples per second. */
  readonly toJlsBytesPerS: number;
  readonly toNpyBytesPerS: number;
}

export async function measureFormats(module: WebAssembly.Module): Promise<FormatRates> {
  return { ...(await measureMimo(module)), ...(await measureCsv(module)), ...(await measureConversion(module)) };
}

/** One f32 signal of 80 MB written as JLS v2, and that file as a NumPy array. */
async function measureConversion(module: WebAssembly.Module) {
  const count = 20_000_000;
  const values = Float32Array.from({ length: 100_000 }, (_, index) => Math.sin(index * 0.001));
  const array = new MemoryFile();
  array.append(encodeNpyHeader(scalarDtype('f', 4, '<')!, [count]));
  for (let done = 0; done < count; done += values.length) array.append(new Uint8Array(values.buffer));
  const workspace = () => createWorkspace(module, 64 * 2 ** 20);
  const rate = async (source: RandomAccess, kind: 'jls' | 'npy') => {
    const reader = await openFile(source, workspace());
    const sink = new ReadyFile(100 * 2 ** 20);
    const start = performance.now();
    await exportFile(reader, kind, sink, workspace());
    return { bytesPerS: ((4 * count) / (performance.now() - start)) * 1000, file: sink };
  };
  const toJls = await rate(array, 'jls');
  const toNpy = await rate(toJls.file, 'npy');
  return { toJlsBytesPerS: toJls.bytesPerS, toNpyBytesPerS: toNpy.bytesPerS };
}

/** Memory that is there already, used from its start. */
class ReadyFile implements AppendSink, RandomAccess {
  sizeBytes = 0;
  readonly #bytes: Uint8Array;

  constructor(roomBytes: number) {
    this.#bytes = new Uint8Array(roomBytes);
  }

  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.sizeBytes);
    this.sizeBytes += bytes.byteLength;
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offsetBytes);
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.slice(offsetBytes, Math.min(this.sizeBytes, offsetBytes + lengthBytes)));
  }

  flush(): void {}

  close(): void {}
}

async function measureMimo(module: WebAssembly.Module) {
  const dataDtype = packedStruct(['chA', 'chB', 'chC', 'chD'].map((name) => ({ name, dtype: dtypeFromName('f4') })));
  const layout = { dataDtype, dataLength: DATA_LENGTH, metadataDtype: STANDARD_METADATA, metadataLength: 1 };
  const samples = Float32Array.from({ length: 4 * DATA_LENGTH }, (_, index) => Math.sin(index * 0.01));
  const record = new Uint8Array(samples.byteLength + 24);
  record.set(new Uint8Array(samples.buffer));
  record.set(encodeMetadata(0n, 1.76e9, 0.1), samples.byteLength);
  const source = new RepeatedRecord(encodeMimoHeader(layout), record);
  const openStart = performance.now();
  const reader = await openMimo(source, createWorkspace(module, 32 * 2 ** 20));
  const mimoOpenMs = performance.now() - openStart;
  const { id, endSample } = reader.store.signals()[0]!;
  const increment = Math.floor(endSample / COLUMNS);
  const whole = { signalId: id, start: 0, increment, count: COLUMNS };
  const coldStart = performance.now();
  await reader.store.summary(whole);
  const mimoColdSummaryMs = performance.now() - coldStart;
  const repeated = async (request: typeof whole) => {
    const times: number[] = [];
    for (let repeat = 0; repeat < 15; repeat++) {
      const start = performance.now();
      await reader.store.summary(request);
      times.push(performance.now() - start);
    }
    return median(times);
  };
  const mimoWarmSummaryMs = await repeated(whole);
  const mimoDeepSummaryMs = await repeated({ signalId: id, start: endSample >> 1, increment: 10, count: COLUMNS });
  const mimoScanSamplesPerS = (endSample / mimoColdSummaryMs) * 1000;
  return { mimoOpenMs, mimoColdSummaryMs, mimoWarmSummaryMs, mimoDeepSummaryMs, mimoScanSamplesPerS };
}

async function measureCsv(module: WebAssembly.Module) {
  const values = Float32Array.from({ length: CSV_ROWS }, (_, index) => Math.sin(index * 0.01) * 1e-3);
  const signal = (id: string): PlainSignal => ({
    info: {
      id,
      name: id,
      unit: 'A',
      source: '',
      dtype: 'f32',
      timing: 'steady',
      sampleRateHz: 1_000_000,
      startSample: 0,
      endSample: CSV_ROWS,
      offsetS: 0,
      firstSampleId: 0n,
    },
    read: (start, end) => Promise.resolve(values.slice(start, end)),
  });
  const reader = createPlainReader({
    format: 'bench',
    label: 'bench',
    version: '',
    signals: [signal('current'), signal('voltage')],
    diagnostics: [],
  });
  const table = new ReadyFile(100 * CSV_ROWS);
  await writeCsv(reader, table);
  const rates: number[] = [];
  const rowRates: number[] = [];
  const plain: number[] = [];
  for (let repeat = 0; repeat < 5; repeat++) {
    const sink = new CountingSink();
    const start = performance.now();
    await writeCsv(reader, sink);
    const seconds = (performance.now() - start) / 1000;
    rowRates.push(CSV_ROWS / seconds);
    rates.push(sink.sizeBytes / seconds);
    const plainStart = performance.now();
    const text = values.join(',');
    plain.push((text.length / (performance.now() - plainStart)) * 1000);
  }
  const csvTable = await table.read(0, table.sizeBytes);
  return {
    csvTable,
    csvReadRowsPerS: await measureCsvReading(module, table),
    csvRowsPerS: median(rowRates),
    csvBytesPerS: median(rates),
    plainTextBytesPerS: median(plain),
  };
}

/** Opening a table and the exact figures of its signals: every number is read. */
async function measureCsvReading(module: WebAssembly.Module, table: RandomAccess): Promise<number> {
  const rates: number[] = [];
  for (let repeat = 0; repeat < 5; repeat++) {
    const start = performance.now();
    const { store } = await openFile(table, createWorkspace(module, 64 * 2 ** 20));
    for (const { id, startSample, endSample } of store.signals()) await store.statistics(id, startSample, endSample);
    rates.push((CSV_ROWS / (performance.now() - start)) * 1000);
  }
  return median(rates);
}

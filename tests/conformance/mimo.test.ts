// .mimo files against the values that the reference software reads, and headers against the bytes it writes.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { FormatError, LabError } from '../../src/base/errors.ts';
import { detectFormat } from '../../src/formats/detect.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { type MimoLayout, readMimoHeader, recordBytes } from '../../src/formats/mimo/header.ts';
import { openMimo } from '../../src/formats/mimo/reader.ts';
import { encodeMimoHeader, STANDARD_METADATA } from '../../src/formats/mimo/write-header.ts';
import { type Dtype, dtypeText, packedStruct } from '../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../src/formats/numpy/type-names.ts';
import type { EventColumn, EventValue } from '../../src/formats/reader.ts';
import { createTestCore } from '../support/core.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

const WORKSPACE = createTestCore();

interface GoldenField {
  readonly name: string;
  readonly str: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly size: number;
}
interface GoldenDtype {
  readonly str: string;
  readonly itemsize: number;
  readonly fields: readonly GoldenField[] | null;
  readonly kind?: string;
}
interface Digest {
  readonly first: readonly unknown[];
  readonly last: readonly unknown[];
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
}
interface GoldenEvent {
  readonly index: number;
  readonly dataSha256: string;
  readonly metadata: Readonly<Record<string, readonly unknown[]>>;
  readonly data: readonly unknown[] | Readonly<Record<string, readonly unknown[] | Digest>>;
}
interface GoldenFile {
  readonly file: string;
  readonly header: {
    readonly data_length: number;
    readonly metadata_length: number;
    readonly data_dtype: GoldenDtype;
    readonly metadata_dtype: GoldenDtype;
  };
  readonly payloadOffset: number;
  readonly recordSize: number;
  readonly nEvents: number;
  readonly trailingBytes: number;
  readonly events: readonly GoldenEvent[];
}

/** A value in the spelling of the golden data. */
function spell(value: EventValue): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}

function describeDtype(dtype: Dtype): unknown {
  if (dtype.type !== 'struct')
    return {
      str: dtypeText(dtype),
      itemsize: dtype.itemBytes,
      fields: null,
      kind: dtype.type === 'scalar' ? dtype.kind : 'V',
    };
  const fields = dtype.fields.map(({ name, offsetBytes, dtype: part }) => ({
    name,
    offset: offsetBytes,
    size: part.itemBytes,
    str: dtypeText(part.type === 'array' ? part.base : part),
    shape: part.type === 'array' ? part.shape : [],
  }));
  return { str: `|V${dtype.itemBytes}`, itemsize: dtype.itemBytes, fields };
}

function column(columns: readonly EventColumn[], name: string): EventColumn {
  const found = columns.find((candidate) => candidate.field.name === name);
  if (!found) throw new Error(`no column ${name}`);
  return found;
}

function isValues(data: GoldenEvent['data']): data is readonly unknown[] {
  return Array.isArray(data);
}

function isDigest(value: readonly unknown[] | Digest): value is Digest {
  return !Array.isArray(value);
}

function checkColumn(actual: EventColumn, expected: readonly unknown[] | Digest): void {
  const values = Array.from(actual.values, spell);
  if (!isDigest(expected)) {
    const depth = actual.field.shape.length;
    expect(values).toEqual(depth > 0 ? expected.flat(depth) : expected);
    return;
  }
  expect(values.slice(0, expected.first.length)).toEqual(expected.first);
  expect(values.slice(-expected.last.length)).toEqual(expected.last);
  if (expected.sum === undefined) return;
  const numbers = Array.from(actual.values, Number);
  expect(Math.min(...numbers)).toBe(expected.min);
  expect(Math.max(...numbers)).toBe(expected.max);
  const sum = numbers.reduce((total, value) => total + value, 0);
  expect(Math.abs(sum - expected.sum)).toBeLessThanOrEqual(1e-12 * Math.abs(expected.sum) + 1e-9);
}

const { files } = goldenJson<{ files: readonly GoldenFile[] }>('mimo/files.json');

test.each(files)('$file is read as the reference reads it', async (golden) => {
  const bytes = goldenBytes(`mimo/files/${golden.file}`);
  const source = new MemoryFile(bytes);
  expect((await detectFormat(source)).id).toBe('mimo');
  const header = await readMimoHeader(source);
  expect(header.payloadOffset).toBe(golden.payloadOffset);
  expect(header.dataLength).toBe(golden.header.data_length);
  expect(header.metadataLength).toBe(golden.header.metadata_length);
  expect(describeDtype(header.dataDtype)).toMatchObject({ ...golden.header.data_dtype });
  expect(describeDtype(header.metadataDtype)).toMatchObject({ ...golden.header.metadata_dtype });
  expect(recordBytes(header)).toBe(golden.recordSize);

  const { events, diagnostics } = await openMimo(source, WORKSPACE);
  expect(events?.eventCount).toBe(golden.nEvents);
  expect(events?.trailingBytes).toBe(golden.trailingBytes);
  expect(diagnostics.some(({ code }) => code === 'mimo/trailing-bytes')).toBe(golden.trailingBytes > 0);
  for (const event of golden.events) {
    const block = await events!.read(event.index, 1);
    for (const [name, values] of Object.entries(event.metadata)) checkColumn(column(block.metadata, name), values);
    const { data } = event;
    if (isValues(data)) checkColumn(block.data[0]!, data);
    else for (const [name, values] of Object.entries(data)) checkColumn(column(block.data, name), values);
    const dataStart = golden.payloadOffset + event.index * golden.recordSize;
    const dataBytes = bytes.subarray(dataStart, dataStart + header.dataLength * header.dataDtype.itemBytes);
    expect(createHash('sha256').update(dataBytes).digest('hex')).toBe(event.dataSha256);
  }
});

test('a field runs through all events as one signal, with the values of the events', async () => {
  const reader = await openMimo(new MemoryFile(goldenBytes('mimo/files/redpitaya_2ch_i2.mimo')), WORKSPACE);
  expect(reader.store.signals().map((signal) => [signal.id, signal.dtype, signal.endSample])).toEqual([
    ['IN1', 'i16', 12_000],
    ['IN2', 'i16', 12_000],
    ['metadata.counter', 'i64', 12],
    ['metadata.timestamp', 'f64', 12],
    ['metadata.deadtime', 'f64', 12],
  ]);
  const block = await reader.events!.read(0, 12);
  const expected = Float64Array.from(column(block.data, 'IN2').values, Number);
  const { values } = await reader.store.samples('IN2', 990, 3010);
  expect(values).toEqual(expected.slice(990, 3010));
  const { mean, min, max } = await reader.store.statistics('IN2', 990, 3010);
  const part = expected.slice(990, 3010);
  expect(mean).toBeCloseTo(part.reduce((total, value) => total + value, 0) / part.length, 9);
  expect([min, max]).toEqual([Math.min(...part), Math.max(...part)]);
});

test('a record larger than the read window is still one row of samples', async () => {
  const reader = await openMimo(new MemoryFile(goldenBytes('mimo/files/handmade_long.mimo')), WORKSPACE);
  const block = await reader.events!.read(0, 1);
  for (const { id } of reader.store.signals().slice(0, 4)) {
    const { values } = await reader.store.samples(id, 0, reader.store.signals()[0]!.endSample);
    expect(Array.from(values, Number)).toEqual(Array.from(column(block.data, id).values));
  }
});

const { files: refused } = goldenJson<{ files: readonly { file: string; expect: string; why: string }[] }>(
  'mimo/refuse.json',
);

test.each(refused)('$file ($why): $expect', async ({ file, expect: outcome }) => {
  const source = new MemoryFile(goldenBytes(`mimo/refuse/${file}`));
  const result = await openMimo(source, WORKSPACE).catch((error: unknown) => error);
  if (result instanceof Error) expect(result).toBeInstanceOf(FormatError);
  if (outcome === 'refuse') expect(result).toBeInstanceOf(FormatError);
  if (outcome === 'refuse-or-empty' && !(result instanceof Error)) {
    expect((result as Awaited<ReturnType<typeof openMimo>>).events?.eventCount).toBe(0);
  }
});

const { cases } = goldenJson<{
  cases: readonly { id: string; data_dtype: [string, string][]; data_length: number; headerHex: string }[];
}>('mimo/write.json');

test.each(cases)('$id: the header is what Python writes, byte for byte', (golden) => {
  const layout: MimoLayout = {
    dataDtype: packedStruct(golden.data_dtype.map(([name, type]) => ({ name, dtype: dtypeFromName(type) }))),
    dataLength: golden.data_length,
    metadataDtype: STANDARD_METADATA,
    metadataLength: 1,
  };
  expect(Buffer.from(encodeMimoHeader(layout)).toString('hex')).toBe(golden.headerHex);
});

const { names } = goldenJson<{
  names: readonly { name: string; str?: string; itemsize?: number; shape?: number[]; error?: string }[];
}>('mimo/dtype-names.json');

test.each(names)('the type name "$name" means what NumPy makes of it', ({ name, str, itemsize, shape, error }) => {
  const cannotBeStored = str === '|O' || str === '<f16';
  if (error !== undefined || cannotBeStored) {
    expect(() => dtypeFromName(name)).toThrow(LabError);
    return;
  }
  const dtype = dtypeFromName(name);
  expect(dtype.itemBytes).toBe(itemsize);
  expect(dtype.type === 'array' ? dtype.shape : []).toEqual(shape);
  if (str !== 'struct') expect(dtypeText(dtype.type === 'array' ? dtype.base : dtype)).toBe(str);
  else expect(dtype.type).toBe('struct');
});

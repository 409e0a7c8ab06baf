// Expects that the vendor's library reads from a file what our own reader does.

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { ANNOTATION_KINDS, isWideType, STORAGES, sampleTypeOf } from '../../src/formats/jls/v2/spec.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { SampleRange } from '../../src/model/signal-store.ts';
import { jlsWorkspace, sha256 } from '../support/jls.ts';
import { LibraryFile, type LibrarySignal } from './jls-library.ts';

/** Difference from our figures, as a part of the largest value: of `summary`, which reckons as the library does … */
const SUMMARY_PART = 1e-9;
/** … and of `statistics`, which reads samples where the library takes summaries of 32-bit floats. */
const EXACT_PART = 1e-6;

/** Compares sources, signals, samples, times, annotations and figures. Resolves with what the library reads. */
export async function expectSameAsLibrary(path: string): Promise<LibraryFile> {
  // before the library, which mends a file that was not closed
  const ours = await openJlsV2(new MemoryFile(new Uint8Array(readFileSync(path))), jlsWorkspace(32 * 2 ** 20));
  const library = new LibraryFile(path);
  expect(ours.diagnostics).toEqual([]);
  expect(ours.sources).toEqual(library.sources);
  expect(
    ours.definitions.map(({ signalId, sourceId, name, unit, isFsr }) => ({
      id: signalId,
      sourceId,
      name,
      unit,
      isFsr,
    })),
  ).toEqual(library.signals.map(({ id, sourceId, name, unit, isFsr }) => ({ id, sourceId, name, unit, isFsr })));
  expect(await annotationsOf(ours)).toEqual(library.signals.flatMap(libraryAnnotations));
  for (const signal of library.signals) if (signal.length > 0) await expectSameSignal(signal, library, ours);
  return library;
}

async function expectSameSignal(signal: LibrarySignal, library: LibraryFile, ours: FormatReader): Promise<void> {
  const { id, length, dataType, name } = signal;
  const { store } = ours;
  const info = store.signals().find((candidate) => candidate.id === String(id));
  const dtype = sampleTypeOf(dataType);
  expect(info).toMatchObject({
    name,
    unit: signal.unit,
    dtype,
    timing: 'steady',
    sampleRateHz: signal.sampleRateHz,
    endSample: length,
    firstSampleId: BigInt(signal.firstSampleId),
  });
  expect(sha256(await ours.storedSamples(String(id), 0, length)), name).toBe(sha256(library.samples(id)));

  expect((await ours.utcEntries(String(id))).map(({ sample, utc }) => [String(sample), String(utc)])).toEqual(
    signal.times,
  );
  if (signal.times.length > 0) {
    const map = (await ours.timeMap(String(id)))!;
    for (const sample of [0, Math.floor(length / 3), length - 1]) {
      expect(map.toUtc(BigInt(sample)), `${name}, time of sample ${sample}`).toBe(library.utc(id, sample));
    }
  }

  // figures that the library does not have, or not right: docs/decisions/005
  if (!dtype || isWideType(dtype) || info!.isScaled) return;
  for (const { start, end } of await wholeParts(signal, library, ours)) {
    const range = `${name} [${start}, ${end})`;
    const found = library.statistics(id, start, end);
    const exact = await store.statistics(String(id), start, end);
    const summary = await store.summary({ signalId: String(id), start, increment: end - start, count: 1 });
    const largest = Math.max(Math.abs(exact.min), Math.abs(exact.max));
    expect([found.min, found.max], range).toEqual([exact.min, exact.max]);
    expect(Math.abs(found.mean - exact.mean), `${range}, mean`).toBeLessThanOrEqual(EXACT_PART * largest);
    for (const figure of ['mean', 'std', 'min', 'max'] as const) {
      const difference = Math.abs(found[figure] - summary[figure][0]!);
      expect(difference, `${range}, ${figure} by summaries`).toBeLessThanOrEqual(SUMMARY_PART * largest);
    }
  }
}

/** Before the first and after the last missing sample: bins with some are where we differ (docs/decisions/005). */
async function wholeParts(
  { id, length, dataType }: LibrarySignal,
  library: LibraryFile,
  ours: FormatReader,
): Promise<readonly SampleRange[]> {
  const values = sampleTypeOf(dataType) === 'f32' ? library.floats(id) : new Float32Array(0);
  const stated = (await ours.missingSamples?.(String(id), 0, length)) ?? [];
  const first = stated[0]?.start ?? values.findIndex(Number.isNaN);
  if (first < 0) return [{ start: 0, end: length }];
  const last = stated.at(-1)?.end ?? values.findLastIndex(Number.isNaN) + 1;
  return [
    { start: 0, end: first },
    { start: last, end: length },
  ].filter(({ start, end }) => end > start);
}

async function annotationsOf(ours: FormatReader): Promise<unknown[]> {
  return (await ours.store.annotations()).map(({ signalId, timestamp, kind, storage, groupId, y, data }) => ({
    signalId,
    timestamp,
    kind,
    storage,
    groupId,
    y,
    data: typeof data === 'string' ? data : Buffer.from(data).toString('hex'),
  }));
}

function libraryAnnotations({ id, annotations }: LibrarySignal): unknown[] {
  return annotations.map(({ timestamp, type, storage, groupId, y, data }) => ({
    signalId: String(id),
    timestamp: BigInt(timestamp),
    kind: ANNOTATION_KINDS[type],
    storage: STORAGES[storage],
    groupId,
    y: y ?? Number.NaN,
    data: STORAGES[storage] === 'binary' ? data : Buffer.from(data, 'hex').toString('utf8').replace(/\0$/, ''),
  }));
}

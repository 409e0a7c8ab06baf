// A FormatReader over signals without stored summaries: what records, tables and arrays have in common.

import type { Utc } from '../base/time.ts';
import type { Reading } from '../model/reading.ts';
import type { Diagnostic, SampleRange } from '../model/signal-store.ts';
import type { SpectrumInfo } from '../model/spectrum-info.ts';
import { CHUNK_SAMPLES, type PlainSignal, PlainStore } from './plain-store.ts';
import type { EventStore, FormatReader, SourceInfo, UserDataEntry } from './reader.ts';
import { packSamples } from './stored.ts';

export interface PlainReaderParts {
  readonly format: string;
  readonly label: string;
  readonly version: string;
  readonly signals: readonly PlainSignal[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources?: readonly SourceInfo[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly about?: Readonly<Record<string, string>>;
  readonly reading?: Reading;
  readonly userData?: readonly UserDataEntry[];
  readonly originUtc?: Utc | undefined;
  readonly isRecovered?: boolean;
  /** Integer signals may have NaN, which is missing. */
  readonly hasMissing?: boolean;
  readonly events?: EventStore;
  readonly spectra?: readonly SpectrumInfo[];
  readonly close?: () => void;
}

/** Puts the parts together. Such files have no map from samples to wall time beyond the store's origin. */
export function createPlainReader(parts: PlainReaderParts): FormatReader {
  const store = new PlainStore(parts.signals, parts.originUtc);
  return {
    format: parts.format,
    label: parts.label,
    version: parts.version,
    sources: parts.sources ?? [],
    store,
    ...(parts.metadata ? { metadata: parts.metadata } : {}),
    ...(parts.about ? { about: parts.about } : {}),
    ...(parts.reading ? { reading: parts.reading } : {}),
    diagnostics: parts.diagnostics,
    isRecovered: parts.isRecovered ?? false,
    ...(parts.events ? { events: parts.events } : {}),
    ...(parts.spectra ? { spectra: parts.spectra } : {}),
    userData: () => Promise.resolve(parts.userData ?? []),
    utcEntries: () => Promise.resolve([]),
    timeMap: () => Promise.resolve(undefined),
    storedSamples: async (signalId, start, end) => {
      const { values } = await store.samples(signalId, start, end);
      const dtype = store.signals().find((signal) => signal.id === signalId)!.dtype;
      return packSamples(values, dtype);
    },
    ...(parts.hasMissing ? { missingSamples: (signalId, start, end) => missingIn(store, signalId, start, end) } : {}),
    close: () => {
      store.close();
      parts.close?.();
    },
  };
}

/** Runs of NaN of an integer signal. */
async function missingIn(store: PlainStore, signalId: string, start: number, end: number): Promise<SampleRange[]> {
  const isFloat =
    store
      .signals()
      .find(({ id }) => id === signalId)
      ?.dtype.startsWith('f') ?? true;
  const runs: { start: number; end: number }[] = [];
  for (let at = start; at < end && !isFloat; at += CHUNK_SAMPLES) {
    const { values } = await store.samples(signalId, at, Math.min(end, at + CHUNK_SAMPLES));
    for (let i = 0; i < values.length; i++) {
      if (!Number.isNaN(Number(values[i]))) continue;
      const last = runs.at(-1);
      if (last?.end === at + i) last.end++;
      else runs.push({ start: at + i, end: at + i + 1 });
    }
  }
  return runs;
}

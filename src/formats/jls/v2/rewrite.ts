// Writes what a reader offers into a new JLS v2 file: the whole copy of a file that was interrupted or damaged.

import type { SignalInfo } from '../../../model/signal-store.ts';
import type { FormatReader } from '../../reader.ts';
import type { JlsWriter } from './writer.ts';

/** Samples per signal that are in memory at a time. */
const BLOCK_SAMPLES = 2 ** 18;

/**
 * Copies sources, signals, samples, UTC pairs, annotations and user data. Missing samples stay missing. A signal with
 * a time map gets a pair at its end, which an interrupted recording lacks. `reserve` is called before so many bytes of
 * samples are written and may throw. The caller closes the writer. Not carried over: the scale of fixed-point signals
 * (values are copied as stored) and the names of signals without samples (their annotations become global ones).
 */
export async function rewriteAsJls(
  reader: FormatReader,
  writer: JlsWriter,
  reserve: (lengthBytes: number) => void,
): Promise<void> {
  const sources = reader.sources.filter(({ id }) => id > 0);
  sources.forEach((source, index) => {
    writer.defineSource({ ...source, sourceId: index + 1 });
  });
  if (sources.length === 0) writer.defineSource({ sourceId: 1, name: '' });
  const signals = reader.store.signals();
  signals.forEach((signal, index) => {
    const { name, unit, dtype, sampleRateHz } = signal;
    const sourceIndex = sources.findIndex((source) => source.name === signal.source);
    writer.defineSignal({
      signalId: index + 1,
      sourceId: Math.max(0, sourceIndex) + 1,
      dtype,
      sampleRateHz: Math.max(1, Math.round(sampleRateHz)),
      name,
      unit,
    });
  });
  const end = Math.max(0, ...signals.map(({ endSample }) => endSample));
  for (let start = 0; start < end; start += BLOCK_SAMPLES) {
    for (const [index, signal] of signals.entries()) {
      const blockEnd = Math.min(start + BLOCK_SAMPLES, signal.endSample);
      if (blockEnd <= start) continue;
      const samples = await reader.storedSamples(signal.id, start, blockEnd);
      reserve(samples.byteLength);
      writer.writeSamples(index + 1, signal.firstSampleId + BigInt(start), samples, blockEnd - start);
    }
  }
  for (const [index, signal] of signals.entries()) await copyTimes(reader, writer, signal, index + 1);
  for (const annotation of await reader.store.annotations()) {
    const index = signals.findIndex(({ id }) => id === annotation.signalId);
    const offset = index < 0 ? 0n : signals[index]!.firstSampleId;
    writer.annotation(index + 1, { ...annotation, timestamp: annotation.timestamp + offset });
  }
  for (const entry of await reader.userData()) writer.userData(entry);
}

async function copyTimes(reader: FormatReader, writer: JlsWriter, signal: SignalInfo, jlsId: number): Promise<void> {
  const entries = await reader.utcEntries(signal.id);
  for (const { sample, utc } of entries) writer.utc(jlsId, signal.firstSampleId + sample, utc);
  const end = BigInt(signal.endSample);
  const timeMap = await reader.timeMap(signal.id);
  if (timeMap && (entries.at(-1)?.sample ?? end) < end) {
    writer.utc(jlsId, signal.firstSampleId + end, timeMap.toUtc(end));
  }
}

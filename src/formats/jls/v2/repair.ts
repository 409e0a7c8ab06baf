// Makes a whole, closed JLS v2 file out of what a damaged or unfinished one still holds. The original is only read.

import { throwIfAborted } from '../../../base/errors.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { Diagnostic } from '../../../model/signal-store.ts';
import type { AppendSink, RandomAccess } from '../../source.ts';
import { missingEntries } from '../missing.ts';
import { type JlsV2Reader, openJlsV2 } from './reader.ts';
import { JlsWriter } from './writer.ts';

export interface RepairedSignal {
  readonly name: string;
  /** From its first sample to its last, or to where that one ends. */
  readonly durationS: number;
  /** Samples in the new file. */
  readonly sampleCount: number;
  /** Those among them that were damaged or lost: NaN, or 0 in integers, of which the file says that they are missing. */
  readonly lostSampleCount: number;
}

export interface RepairReport {
  readonly signals: readonly RepairedSignal[];
  readonly annotationCount: number;
  readonly utcCount: number;
  readonly userDataCount: number;
  /** What was wrong with the original. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface RepairOptions {
  readonly signal?: AbortSignal;
  /** Called now and then with samples done and samples in all. */
  readonly onProgress?: (doneCount: number, totalCount: number) => void;
}

/**
 * Writes everything that can be read to `sink` (empty) and closes the JLS file in it; the sink itself stays open.
 * `workspace` needs JLS_READER_WORKSPACE_BYTES and what a writer needs. Rejects as `openJlsV2` does.
 */
export async function repairJlsV2(
  source: RandomAccess,
  sink: AppendSink,
  workspace: Workspace,
  options: RepairOptions = {},
): Promise<RepairReport> {
  const reader = await openJlsV2(source, workspace);
  try {
    const writer = new JlsWriter(workspace, sink);
    try {
      return await copyAll(reader, writer, options);
    } finally {
      writer.abandon();
    }
  } finally {
    reader.close();
  }
}

async function copyAll(reader: JlsV2Reader, writer: JlsWriter, options: RepairOptions): Promise<RepairReport> {
  const utcCount = await copyFrame(reader, writer);
  const userData = await reader.userData();
  for (const entry of userData) writer.userData(entry);
  const annotations = await reader.fsr.annotations();
  const firstIds = new Map(reader.fsr.signals().map((signal) => [signal.id, signal.firstSampleId]));
  for (const annotation of annotations) {
    const timestamp = annotation.timestamp + (firstIds.get(annotation.signalId) ?? 0n);
    writer.annotation(Number(annotation.signalId), { ...annotation, timestamp });
  }
  const signals: RepairedSignal[] = [];
  const totalCount = reader.fsr.signals().reduce((sum, signal) => sum + signal.endSample, 0);
  let doneCount = 0;
  for (const { id, name } of reader.fsr.signals()) {
    const fsr = reader.fsr.reader(id);
    const { samplesPerData } = fsr.signal.sizes;
    const isFloat = fsr.signal.dtype.startsWith('f');
    let lostSampleCount = 0;
    for (let number = 0; number * samplesPerData < fsr.sampleCount; number++) {
      throwIfAborted(options.signal, 'The repair');
      const count = fsr.samplesIn(number);
      const start = number * samplesPerData;
      if (!(await fsr.data(number))) {
        lostSampleCount += count;
        const firstId = Number(fsr.firstSampleId) + start;
        const lost = [{ start: firstId, end: firstId + count }];
        for (const entry of isFloat ? [] : missingEntries([Number(id)], lost)) writer.userData(entry);
      }
      const packed = await reader.storedSamples(id, start, start + count);
      writer.writeSamples(Number(id), fsr.firstSampleId + BigInt(start), packed, count);
      doneCount += count;
      if (number % 64 === 0) options.onProgress?.(doneCount, totalCount);
    }
    signals.push({ name, durationS: durationOf(reader, id), sampleCount: fsr.sampleCount, lostSampleCount });
  }
  writer.close();
  options.onProgress?.(totalCount, totalCount);
  return {
    signals,
    annotationCount: annotations.length,
    utcCount,
    userDataCount: userData.length,
    diagnostics: [...reader.diagnostics],
  };
}

function durationOf({ store }: JlsV2Reader, signalId: string): number {
  const info = store.signals().find(({ id }) => id === signalId)!;
  return info.timing === 'stamped' ? info.endS - info.startS : info.endSample / info.sampleRateHz;
}

/** Sources, signals and UTC pairs; returns how many pairs. */
async function copyFrame(reader: JlsV2Reader, writer: JlsWriter): Promise<number> {
  for (const { id: sourceId, ...source } of reader.sources) {
    if (sourceId !== 0) writer.defineSource({ sourceId, ...source });
  }
  const known = new Set(reader.sources.map((source) => source.id));
  let utcCount = 0;
  for (const { signalId, sourceId, isFsr, dtype, fixedPointQ, sampleRateHz, name, unit, sizes } of reader.definitions) {
    if (signalId === 0) continue;
    if (!known.has(sourceId)) {
      known.add(sourceId);
      writer.defineSource({ sourceId, name: `source ${sourceId}` });
    }
    writer.defineSignal({
      signalId,
      sourceId,
      kind: isFsr ? 'fsr' : 'vsr',
      dtype,
      fixedPointQ,
      sampleRateHz,
      name,
      unit,
      sizes,
    });
    if (!isFsr) continue;
    const { firstSampleId } = reader.fsr.reader(String(signalId));
    const pairs = await reader.utcEntries(String(signalId));
    for (const { sample, utc } of pairs) writer.utc(signalId, sample + firstSampleId, utc);
    utcCount += pairs.length + ((await copyEndTime(reader, writer, signalId, pairs.length)) ? 1 : 0);
  }
  return utcCount;
}

/**
 * A recording that was cut within its first minute has one UTC pair, and the Joulescope UI wants two for a time axis:
 * adds the one that the end would have had. Returns whether it did.
 */
async function copyEndTime(
  reader: JlsV2Reader,
  writer: JlsWriter,
  signalId: number,
  pairCount: number,
): Promise<boolean> {
  if (pairCount !== 1 || reader.isStamped(String(signalId))) return false;
  const { firstSampleId, sampleCount } = reader.fsr.reader(String(signalId));
  const timeMap = await reader.timeMap(String(signalId));
  if (!timeMap || sampleCount === 0) return false;
  writer.utc(signalId, firstSampleId + BigInt(sampleCount), timeMap.toUtc(BigInt(sampleCount)));
  return true;
}

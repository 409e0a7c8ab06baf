// Writes an opened JLS v1 recording again as a whole file: raw words stay raw, with their calibration. A finished
// recording comes out byte for byte; a damaged one with everything that could be read.

import { throwIfAborted } from '../../../base/errors.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { AppendSink } from '../../source.ts';
import { PAGE_SAMPLES } from './columns.ts';
import { FIELDS } from './config.ts';
import type { JlsV1Reader } from './reader.ts';
import { DEFAULT_SIZES, type FloatColumns, JlsV1Writer } from './writer.ts';

export interface CopyOptions {
  /** Range-switch filter that the new statistics see. Default `normal`. */
  readonly suppression?: string;
  readonly signal?: AbortSignal;
  /** Called now and then with samples done and samples in all. */
  readonly onProgress?: (doneCount: number, totalCount: number) => void;
}

/**
 * Copies the recording to an empty sink, which stays open. `droppedCount` raw samples at the end (at most 63) are inside
 * an unfinished range switch: a recording cannot end there. The workspace needs 2 MiB.
 */
export async function copyJlsV1(
  reader: JlsV1Reader,
  sink: AppendSink,
  workspace: Workspace,
  options: CopyOptions = {},
): Promise<{ droppedCount: number }> {
  const { config, calibration, userData, footerUserData, firstSampleId, sampleCount } = reader.contents;
  const { samplesPerReduction, samplesPerTlv, samplesPerBlock, dataFormat } = config;
  const isRaw = dataFormat !== 'float32_v2';
  const first = userData.at(-1);
  const writer = new JlsV1Writer(workspace, sink, {
    dataFormat: isRaw ? 'raw' : 'float32_v2',
    sampleRateHz: config.sampleRateHz,
    isRateFloat: config.isRateFloat,
    sizes: dataFormat === 'none' ? DEFAULT_SIZES : { samplesPerReduction, samplesPerTlv, samplesPerBlock },
    suppression: options.suppression ?? 'normal',
    firstSampleId: Number(firstSampleId),
    ...(calibration ? { calibrationFile: calibration.file } : {}),
    ...(first === undefined ? {} : { userData: first }),
  });
  for (let start = 0; start < sampleCount; start += PAGE_SAMPLES) {
    throwIfAborted(options.signal, 'The copy');
    const end = Math.min(start + PAGE_SAMPLES, sampleCount);
    if (isRaw) {
      for (const { words, voltageRange } of await reader.columns.runs(start, end)) {
        writer.writeWords(words, voltageRange === 1 ? 1 : 0);
      }
    } else writer.writeFloats(await floats(reader, start, end));
    options.onProgress?.(end, sampleCount);
  }
  const droppedCount = writer.pendingCount;
  writer.close(footerUserData.at(-1));
  return { droppedCount };
}

async function floats(reader: JlsV1Reader, start: number, end: number): Promise<FloatColumns> {
  const column = async (field: number) => {
    const bytes = await reader.storedSamples(FIELDS[field]!, start, end);
    return new Float32Array(bytes.slice().buffer);
  };
  return {
    current: await column(0),
    voltage: await column(1),
    power: await column(2),
    currentRange: await column(3),
    currentLsb: await column(4),
    voltageLsb: await column(5),
  };
}

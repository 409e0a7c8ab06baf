// What a file is and what it holds.

import type { FormatReader } from '../formats/reader.ts';

/** The answer of `info`, in the shape that the command line promises. */
export async function fileInfo(reader: FormatReader): Promise<Record<string, unknown>> {
  const signals = reader.store.signals();
  const annotations = await reader.store.annotations();
  const userData = await reader.userData();
  return {
    format: reader.format,
    version: reader.version,
    sources: reader.sources,
    signals: signals.map(({ id, name, unit, dtype, sampleRateHz, endSample, firstSampleId }) => ({
      id,
      name,
      unit,
      dtype,
      sampleRateHz,
      length: endSample,
      firstSampleId,
    })),
    durationS: Math.max(0, ...signals.map((signal) => signal.endSample / signal.sampleRateHz)),
    annotationCount: annotations.length,
    userDataCount: userData.length,
    ...(reader.events ? { eventCount: reader.events.eventCount } : {}),
    recovered: reader.isRecovered,
    diagnostics: reader.diagnostics.map(({ severity, code, message, offsetBytes }) => ({
      severity,
      code,
      message,
      ...(offsetBytes === undefined ? {} : { offset: offsetBytes }),
    })),
  };
}

// What a file is and what it holds.

import { utcToIsoText } from '../base/time.ts';
import type { FormatReader } from '../formats/reader.ts';
import type { SignalInfo } from '../model/signal-store.ts';
import type { SpectrumInfo } from '../model/spectrum-info.ts';
import { startTimeOf } from '../model/timing.ts';

/** The answer of `info`, in the shape that the command line promises. */
export async function fileInfo(reader: FormatReader): Promise<Record<string, unknown>> {
  const signals = reader.store.signals();
  const annotations = await reader.store.annotations();
  const userData = await reader.userData();
  const timed = signals.filter(({ axis }) => axis === undefined);
  const startUtc = reader.store.originUtc ?? reader.spectra?.find((spectrum) => spectrum.startUtc)?.startUtc;
  return {
    format: reader.format,
    version: reader.version,
    sources: reader.sources,
    signals: signals.map(signalInfo),
    startUtc: startUtc === undefined ? null : utcToIsoText(startUtc),
    durationS: signals.length > 0 && timed.length === 0 ? null : Math.max(0, ...timed.map(durationOf)),
    metadata: reader.metadata ?? {},
    annotationCount: annotations.length,
    userDataCount: userData.length,
    ...(reader.events ? { eventCount: reader.events.eventCount } : {}),
    ...(reader.spectra ? { spectra: reader.spectra.map(spectrumInfo) } : {}),
    recovered: reader.isRecovered,
    ...(reader.reading?.parts && { parts: reader.reading.parts }),
    diagnostics: reader.diagnostics.map(({ severity, code, message, offsetBytes }) => ({
      severity,
      code,
      message,
      ...(offsetBytes === undefined ? {} : { offset: offsetBytes }),
    })),
  };
}

function signalInfo(signal: SignalInfo): Record<string, unknown> {
  const { id, name, unit, dtype, timing, endSample, firstSampleId, axis } = signal;
  const rate = signal.timing === 'steady' ? signal.sampleRateHz : null;
  return {
    id,
    name,
    unit,
    dtype,
    timing,
    sampleRateHz: axis ? null : rate,
    startS: startTimeOf(signal),
    length: endSample,
    firstSampleId,
    // not time: positions in its unit, and no rate
    ...(axis && { axis: { ...axis, step: rate === null ? null : 1 / rate } }),
  };
}

function spectrumInfo({ startUtc, liveS, realS, calibration, ...spectrum }: SpectrumInfo): Record<string, unknown> {
  return {
    ...spectrum,
    liveS: liveS ?? null,
    realS: realS ?? null,
    startUtc: startUtc === undefined ? null : utcToIsoText(startUtc),
    calibration: calibration ?? null,
  };
}

/** Of a steady signal the time that all its samples take, of a stamped one from the first to the last time. */
function durationOf(signal: SignalInfo): number {
  return signal.timing === 'steady' ? signal.endSample / signal.sampleRateHz : signal.endS - signal.startS;
}

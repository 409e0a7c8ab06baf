// Reads the XML of BecquerelMonitor, which AtomSpectra and RadiaCode write, too: ResultData with a spectrum, and one of
// the background beside it (github.com/Am6er/BecqMoni, format version 120920).

import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, type FoundSpectrum } from './spectrum-reader.ts';
import { MAX_MANY_BYTES, numbersOf, readWhole, textOf } from './text.ts';
import { childOf, childText, descendantsOf, parseXml, type XmlElement } from './xml.ts';

const FORMAT = 'becqmoni';
const LABEL = 'BecquerelMonitor spectra';

/** Rejects with a FormatError. */
export async function openBecqmoni(source: RandomAccess): Promise<FormatReader> {
  const root = parseXml(textOf(await readWhole(source, LABEL, MAX_MANY_BYTES)));
  const diagnostics: Diagnostic[] = [];
  const results = descendantsOf(root, 'ResultData');
  const spectra = results.flatMap((result): FoundSpectrum[] => {
    const sample = childText(childOf(result, 'SampleInfo'), 'Name');
    const instrument = childText(childOf(result, 'DeviceConfigReference'), 'Name');
    const start = startOf(childText(result, 'StartTime'), FORMAT, diagnostics);
    return result.children.flatMap((spectrum) => {
      const isBackground = spectrum.name === 'BackgroundEnergySpectrum';
      if (!isBackground && spectrum.name !== 'EnergySpectrum') return [];
      const own = childText(spectrum, 'SpectrumName') || sample;
      return {
        title: isBackground ? `${own || 'spectrum'}, background` : own,
        ...spectrumOf(spectrum),
        ...(isBackground ? {} : start),
        instrument,
      };
    });
  });
  const metadata = metadataOf(results[0]);
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra, metadata, diagnostics });
}

function spectrumOf(spectrum: XmlElement): Pick<FoundSpectrum, 'counts' | 'liveS' | 'realS' | 'coefficients'> {
  const points = childOf(spectrum, 'Spectrum')?.children ?? [];
  const counts = points.flatMap(({ name, text }) => (name === 'DataPoint' ? [Number(text.trim() || Number.NaN)] : []));
  const coefficients = childOf(childOf(spectrum, 'EnergyCalibration'), 'Coefficients')?.children ?? [];
  const [liveS] = numbersOf(childText(spectrum, 'LiveTime'));
  const [realS] = numbersOf(childText(spectrum, 'MeasurementTime'));
  return {
    counts: Float64Array.from(counts),
    liveS,
    realS,
    coefficients: coefficients.map(({ text }) => Number(text)),
  };
}

function metadataOf(result: XmlElement | undefined): Readonly<Record<string, string>> {
  const about = [...(childOf(result, 'SampleInfo')?.children ?? []), ...(result?.children ?? [])];
  const pairs = about.flatMap(({ name, text }) => (text.trim() === '' ? [] : [[name, text.trim()] as const]));
  return Object.fromEntries(pairs);
}

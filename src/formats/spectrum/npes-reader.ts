// Reads the JSON of Gamma MCA (schemas NPESv1 and NPESv2, github.com/OpenGammaProject/Gamma-MCA): packages with a spectrum
// and, in some, its background.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, type FoundSpectrum, MAX_CHANNELS } from './spectrum-reader.ts';
import { MAX_MANY_BYTES, readWhole, textOf } from './text.ts';

const FORMAT = 'npes';
const LABEL = 'Gamma MCA spectra';

type Fields = Readonly<Record<string, unknown>>;

/** Rejects with a FormatError. */
export async function openNpes(source: RandomAccess): Promise<FormatReader> {
  const root = parsed(textOf(await readWhole(source, LABEL, MAX_MANY_BYTES)));
  const version = text(root['schemaVersion']);
  const packages = Array.isArray(root['data']) ? root['data'].map(fields) : [root];
  const diagnostics: Diagnostic[] = [];
  const spectra = packages.flatMap((one, index) => spectraOf(one, packages.length > 1 ? index + 1 : 0, diagnostics));
  const { deviceData, sampleInfo } = packages[0] ?? {};
  const metadata = { ...fields(deviceData), ...fields(sampleInfo) };
  return createSpectrumReader({ format: FORMAT, label: LABEL, version, spectra, metadata, diagnostics });
}

function parsed(json: string): Fields {
  try {
    return fields(JSON.parse(json));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError('format/damaged', `The JSON of this file is damaged: ${reason}. Save it again.`, 0, {
      cause,
    });
  }
}

/** `index` counts packages from 1; 0 for the only one. */
function spectraOf(one: Fields, index: number, diagnostics: Diagnostic[]): readonly FoundSpectrum[] {
  const result = fields(one['resultData']);
  const sample = text(fields(one['sampleInfo'])['name']) || (index === 0 ? '' : `Package ${index}`);
  const instrument = text(fields(one['deviceData'])['deviceName']);
  const start = startOf(text(result['startTime']), FORMAT, diagnostics);
  const found = (name: string, title: string): FoundSpectrum[] =>
    result[name] === undefined ? [] : [{ title, ...spectrumOf(fields(result[name]), title), instrument }];
  return [
    ...found('energySpectrum', sample).map((spectrum) => ({ ...spectrum, ...start })),
    ...found('backgroundEnergySpectrum', `${sample === '' ? '' : `${sample}, `}background`),
  ];
}

function spectrumOf(spectrum: Fields, title: string): Pick<FoundSpectrum, 'counts' | 'realS' | 'coefficients'> {
  const counts = spectrum['spectrum'];
  if (!Array.isArray(counts) || counts.length > MAX_CHANNELS) {
    const message = `The spectrum "${title}" is no list of up to ${MAX_CHANNELS} counts. Save it again.`;
    throw new FormatError('format/damaged', message, 0);
  }
  const calibration = fields(spectrum['energyCalibration'])['coefficients'];
  const measured = spectrum['measurementTime'];
  return {
    counts: Float64Array.from(counts, number),
    realS: measured === undefined ? undefined : number(measured),
    coefficients: Array.isArray(calibration) ? calibration.map(number) : [],
  };
}

function fields(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

// From what a file says of its spectra to a FormatReader: each is a signal whose samples are channels. They lie evenly in
// energy where the calibration is a straight line, else by their number; never in time.

import { FormatError } from '../../base/errors.ts';
import type { Utc } from '../../base/time.ts';
import type { Diagnostic, SteadySignal } from '../../model/signal-store.ts';
import { type EnergyCalibration, energyAt, type SpectrumInfo, type SpectrumRegion } from '../../model/spectrum-info.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { SteadyPlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';

/** Channels of one spectrum; converters have up to 2^16. */
export const MAX_CHANNELS = 2 ** 17;
/** Channels of all spectra of a file: 8 bytes each. */
export const MAX_TOTAL_CHANNELS = 2 ** 22;

/** What ORTEC's programs write when nobody typed a title. */
const NO_TITLE = /^No sample description was entered\.?$/i;

/** One spectrum as a file has it. What it does not say is left out. */
export interface FoundSpectrum {
  readonly title?: string;
  /** By channel; NaN where a cell holds no number. */
  readonly counts: Float64Array;
  /** 0 when left out. */
  readonly firstChannel?: number;
  readonly liveS?: number | undefined;
  readonly realS?: number | undefined;
  readonly startUtc?: Utc | undefined;
  /** Lowest power first; unchecked. */
  readonly coefficients?: readonly number[] | undefined;
  /** Of the energies; keV when left out. */
  readonly energyUnit?: string;
  readonly regions?: readonly SpectrumRegion[];
  readonly instrument?: string;
}

export interface SpectrumFile {
  readonly format: string;
  readonly label: string;
  readonly version?: string;
  readonly spectra: readonly FoundSpectrum[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What was noticed; what is noticed here is added. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Throws a FormatError when there is no channel in it. */
export function createSpectrumReader(file: SpectrumFile): FormatReader {
  const { format, label, version = '', metadata } = file;
  const diagnostics = [...file.diagnostics];
  if (file.spectra.every(({ counts }) => counts.length === 0)) {
    throw new FormatError('format/damaged', `This ${label} file holds no counts. Save the spectrum again.`, 0);
  }
  const titles = titlesOf(file.spectra);
  const ids = file.spectra.map((_, index) => (file.spectra.length === 1 ? 'counts' : `counts-${index + 1}`));
  const spectra = file.spectra.map((found, index) =>
    describe({ ...found, title: titles[index]! }, ids[index]!, format, diagnostics),
  );
  const signals = file.spectra.map((found, index) => signalOf(found, spectra[index]!));
  return createPlainReader({ format, label, version, signals, diagnostics, metadata, spectra });
}

/** Each once: a second one of the same name gets a number. */
function titlesOf(spectra: readonly FoundSpectrum[]): readonly string[] {
  const seen = new Map<string, number>();
  return spectra.map(({ title = '' }) => {
    const own = NO_TITLE.test(title) ? '' : title;
    const count = (seen.get(own) ?? 0) + 1;
    seen.set(own, count);
    return own === '' || count === 1 ? own : `${own} ${count}`;
  });
}

function describe(found: FoundSpectrum, signalId: string, format: string, diagnostics: Diagnostic[]): SpectrumInfo {
  const { firstChannel = 0, counts, title = '' } = found;
  const of = title === '' ? '' : ` of "${title}"`;
  const say = (code: string, message: string) =>
    diagnostics.push({ severity: 'warning', code: `${format}/${code}`, message });
  const time = (seconds: number | undefined, what: string): number | undefined => {
    if (seconds === undefined) return undefined;
    if (Number.isFinite(seconds) && seconds >= 0) return seconds;
    say('time', `The ${what} time${of} is no number of seconds; it is left out.`);
    return undefined;
  };
  const liveS = time(found.liveS, 'live');
  const realS = time(found.realS, 'real');
  if (liveS !== undefined && realS !== undefined && liveS > realS) {
    say('time', `The live time${of}, ${liveS} s, is longer than the real time, ${realS} s: one of them is wrong.`);
  }
  const calibration = checkedCalibration(found, say, of);
  const { startUtc, regions = [], instrument = '' } = found;
  const end = firstChannel + counts.length;
  const inside = regions.filter((region) => region.startChannel >= firstChannel && region.endChannel <= end);
  if (inside.length < regions.length) {
    say('region', `${regions.length - inside.length} regions${of} lie outside the channels and are left out.`);
  }
  return { signalId, title, firstChannel, liveS, realS, startUtc, calibration, regions: inside, instrument };
}

/** A calibration by which energies rise; what states none (zeros, or 0 + 1·n) gives none. */
function checkedCalibration(
  { coefficients = [], energyUnit = 'keV', counts, firstChannel = 0 }: FoundSpectrum,
  say: (code: string, message: string) => void,
  of: string,
): EnergyCalibration | undefined {
  let length = coefficients.length;
  while (length > 0 && coefficients[length - 1] === 0) length--;
  const used = coefficients.slice(0, length);
  const isIdentity = length === 2 && used[0] === 0 && used[1] === 1;
  if (length === 0 || isIdentity) return undefined;
  const calibration = { coefficients: used, unit: energyUnit };
  if (!used.every(Number.isFinite) || length < 2 || !isRising(calibration, firstChannel, counts.length)) {
    const text = used.join(', ');
    say(
      'calibration',
      `By the energy calibration${of} (${text}) energies do not rise from channel to channel: channels are shown.`,
    );
    return undefined;
  }
  return calibration;
}

function isRising(calibration: EnergyCalibration, firstChannel: number, count: number): boolean {
  let before = energyAt(calibration, firstChannel);
  for (let channel = firstChannel + 1; channel < firstChannel + Math.max(2, count); channel++) {
    const energy = energyAt(calibration, channel);
    if (!(energy > before) || !Number.isFinite(energy)) return false;
    before = energy;
  }
  return true;
}

function signalOf({ counts }: FoundSpectrum, spectrum: SpectrumInfo): SteadyPlainSignal {
  const { signalId, title, firstChannel, calibration, instrument } = spectrum;
  const isLinear = calibration?.coefficients.length === 2;
  const info: SteadySignal = {
    id: signalId,
    name: title === '' ? 'counts' : title,
    unit: '',
    source: instrument,
    dtype: counts.every(isU32) ? 'u32' : 'f64',
    startSample: 0,
    endSample: counts.length,
    firstSampleId: BigInt(firstChannel),
    timing: 'steady',
    ...(calibration && isLinear
      ? {
          axis: { name: 'energy', unit: calibration.unit },
          sampleRateHz: 1 / calibration.coefficients[1]!,
          offsetS: energyAt(calibration, firstChannel),
        }
      : { axis: { name: 'channel', unit: '' }, sampleRateHz: 1, offsetS: firstChannel }),
  };
  return { info, read: (start, end) => Promise.resolve(counts.slice(start, end)) };
}

function isU32(count: number): boolean {
  return count >>> 0 === count;
}

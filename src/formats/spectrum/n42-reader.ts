// Reads ANSI N42.42 files, the form of 2006 (N42InstrumentData) and that of 2012 (RadInstrumentData): every spectrum in
// them, whichever measurement, item or detector it belongs to (physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242).

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, type FoundSpectrum, MAX_CHANNELS, MAX_TOTAL_CHANNELS } from './spectrum-reader.ts';
import { MAX_MANY_BYTES, numbersOf, readWhole, textOf } from './text.ts';
import { childOf, childText, descendantsOf, parseXml, type XmlElement } from './xml.ts';

const FORMAT = 'n42';
const LABEL = 'ANSI N42.42 spectra';

/** Rejects with a FormatError. */
export async function openN42(source: RandomAccess): Promise<FormatReader> {
  const root = parseXml(textOf(await readWhole(source, LABEL, MAX_MANY_BYTES)));
  const is2012 = root.name === 'RadInstrumentData';
  if (!is2012 && root.name !== 'N42InstrumentData') {
    throw new FormatError('format/unknown', `<${root.name}> is neither N42InstrumentData nor RadInstrumentData.`, 0);
  }
  const diagnostics: Diagnostic[] = [];
  const document = new Document(root, diagnostics);
  const spectra = is2012
    ? root.children
        .filter(({ name }) => name === 'RadMeasurement')
        .flatMap((measurement) => document.of2012(measurement))
    : document.of2006(root);
  if (spectra.length === 0) {
    const message = 'No spectrum is in this N42.42 file; gross counts and dose rates alone are not read.';
    throw new FormatError('format/unsupported', message, 0);
  }
  return createSpectrumReader({
    format: FORMAT,
    label: LABEL,
    version: is2012 ? '2012' : '2006',
    spectra,
    metadata: metadataOf(root),
    diagnostics,
  });
}

class Document {
  readonly #root: XmlElement;
  /** What others refer to, by name and id. */
  readonly #byId: ReadonlyMap<string, XmlElement>;
  /** Energy calibrations of the form of 2006. */
  readonly #calibrations: readonly XmlElement[];
  readonly #diagnostics: Diagnostic[];
  readonly #instrument: string;
  #channelCount = 0;

  constructor(root: XmlElement, diagnostics: Diagnostic[]) {
    this.#root = root;
    this.#byId = new Map(root.children.map((child) => [`${child.name} ${child.attributes.get('id')}`, child]));
    this.#calibrations = descendantsOf(root, 'Calibration').filter(isEnergyCalibration);
    this.#diagnostics = diagnostics;
    this.#instrument = instrumentOf(root);
  }

  of2012(measurement: XmlElement): readonly FoundSpectrum[] {
    const realS = secondsOf(childText(measurement, 'RealTimeDuration'));
    const { startUtc } = startOf(childText(measurement, 'StartDateTime'), FORMAT, this.#diagnostics);
    const className = childText(measurement, 'MeasurementClassCode');
    return measurement.children.flatMap((spectrum) => {
      if (spectrum.name !== 'Spectrum') return [];
      const calibration = this.#byId.get(`EnergyCalibration ${spectrum.attributes.get('energyCalibrationReference')}`);
      const detectorId = spectrum.attributes.get('radDetectorInformationReference');
      const detector = this.#byId.get(`RadDetectorInformation ${detectorId}`);
      const title = [className, childText(detector, 'RadDetectorName') || detectorId].filter(Boolean).join(', ');
      return {
        title: title || (spectrum.attributes.get('id') ?? ''),
        counts: this.#counts(childOf(spectrum, 'ChannelData'), 'compressionCode'),
        liveS: secondsOf(childText(spectrum, 'LiveTimeDuration')),
        realS,
        startUtc,
        ...calibrationOf2012(calibration),
        instrument: this.#instrument,
      };
    });
  }

  of2006(root: XmlElement): readonly FoundSpectrum[] {
    const measurements = descendantsOf(root, 'Measurement');
    return measurements.flatMap((measurement) =>
      descendantsOf(measurement, 'Spectrum').map((spectrum) => ({
        title: this.#title2006(measurement, spectrum),
        counts: this.#counts(childOf(spectrum, 'ChannelData'), 'Compression'),
        liveS: secondsOf(childText(spectrum, 'LiveTime')),
        realS: secondsOf(childText(spectrum, 'RealTime')),
        ...startOf(startText2006(measurement, spectrum), FORMAT, this.#diagnostics),
        ...this.#calibration2006(measurement, spectrum),
        firstChannel: firstChannelOf(childOf(spectrum, 'ChannelData')),
        instrument: this.#instrument,
      })),
    );
  }

  #title2006(measurement: XmlElement, spectrum: XmlElement): string {
    const item = childOf(measurement, 'MeasuredItemInformation');
    const names = [
      childText(item, 'MeasuredItemDescription') || childText(item, 'SampleDescription'),
      childText(spectrum, 'SourceType'),
      spectrum.attributes.get('Detector') ?? spectrum.attributes.get('ID') ?? '',
    ];
    return names.filter(Boolean).join(', ');
  }

  /** In the spectrum, or one that it refers to, or the only one there is. */
  #calibration2006(measurement: XmlElement, spectrum: XmlElement) {
    const own = spectrum.children.find(isEnergyCalibration);
    const ids = (spectrum.attributes.get('CalibrationIDs') ?? '').split(/\s+/);
    const named = this.#calibrations.find(({ attributes }) => ids.includes(attributes.get('ID') ?? '\0'));
    const beside = measurement.children.find(isEnergyCalibration) ?? this.#root.children.find(isEnergyCalibration);
    const calibration = own ?? named ?? beside;
    const words = childText(childOf(calibration, 'Equation'), 'Coefficients');
    const energyUnit = calibration?.attributes.get('EnergyUnits') ?? 'keV';
    return { coefficients: numbersOf(words), energyUnit };
  }

  #counts(data: XmlElement | undefined, compressionName: string): Float64Array {
    const values = numbersOf(data?.text ?? '');
    const isCounted = /^CountedZeroe?s$/i.test(data?.attributes.get(compressionName) ?? '');
    const length = isCounted ? expandedLength(values) : values.length;
    this.#channelCount += length;
    if (!(length <= MAX_CHANNELS) || !(this.#channelCount <= MAX_TOTAL_CHANNELS)) {
      throw new FormatError(
        'format/damaged',
        `A spectrum has ${length} channels, or all together too many; up to ${MAX_CHANNELS} each are read. Its counts of zeros may be damaged.`,
      );
    }
    return isCounted ? expanded(values, length) : Float64Array.from(values);
  }
}

function isEnergyCalibration({ name, attributes }: XmlElement): boolean {
  return name === 'Calibration' && /^energy$/i.test(attributes.get('Type') ?? 'Energy');
}

/** Channels behind "counted zeroes": a 0 is followed by how many there are. */
function expandedLength(values: readonly number[]): number {
  let length = 0;
  for (let i = 0; i < values.length; i++) length += values[i] === 0 ? zerosAt(values, ++i) : 1;
  return length;
}

function zerosAt(values: readonly number[], at: number): number {
  const count = values[at];
  if (count !== undefined && Number.isInteger(count) && count >= 1) return count;
  throw new FormatError(
    'format/damaged',
    'In ChannelData with counted zeroes a 0 is not followed by how many zeros there are. Save the spectrum again.',
  );
}

function expanded(values: readonly number[], length: number): Float64Array {
  const counts = new Float64Array(length);
  let channel = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) channel += values[++i]!;
    else counts[channel++] = values[i]!;
  }
  return counts;
}

/** Coefficients, or of edges of channels that are even the line through their middles. */
function calibrationOf2012(calibration: XmlElement | undefined) {
  const coefficients = numbersOf(childText(calibration, 'CoefficientValues'));
  if (coefficients.length > 0) return { coefficients };
  const edges = numbersOf(childText(calibration, 'EnergyBoundaryValues'));
  const last = edges.length - 1;
  if (last < 1) return {};
  const step = (edges[last]! - edges[0]!) / last;
  const isEven = edges.every((edge, i) => Math.abs(edge - edges[0]! - i * step) <= step / 100);
  return isEven ? { coefficients: [edges[0]! + step / 2, step] } : {};
}

function startText2006(measurement: XmlElement, spectrum: XmlElement): string {
  const own = childText(spectrum, 'StartTime');
  return own || childText(descendantsOf(measurement, 'DetectorData')[0] ?? measurement, 'StartTime');
}

function firstChannelOf(data: XmlElement | undefined): number {
  const first = Number(data?.attributes.get('StartChannel') ?? 0);
  return Number.isSafeInteger(first) && first >= 0 ? first : 0;
}

function instrumentOf(root: XmlElement): string {
  const form2012 = childOf(root, 'RadInstrumentInformation');
  const form2006 = descendantsOf(root, 'InstrumentInformation')[0];
  const names = form2012
    ? ['RadInstrumentManufacturerName', 'RadInstrumentModelName', 'RadInstrumentIdentifier']
    : ['Manufacturer', 'InstrumentModel', 'InstrumentID'];
  return names
    .map((name) => childText(form2012 ?? form2006, name))
    .filter((text) => text !== '' && !/^unknown$/i.test(text))
    .join(' ');
}

/** Texts of the instrument and remarks, by the names of their elements. */
function metadataOf(root: XmlElement): Readonly<Record<string, string>> {
  const about = childOf(root, 'RadInstrumentInformation') ?? descendantsOf(root, 'InstrumentInformation')[0];
  const texts = [...(about?.children ?? []), ...root.children.filter(({ name }) => name === 'Remark')];
  const pairs = texts.flatMap(({ name, text }) => (text.trim() === '' ? [] : [[name, text.trim()] as const]));
  return Object.fromEntries(pairs);
}

/** Seconds of an ISO 8601 duration such as `PT1M0.5S`, or of a bare number; undefined when it is neither. */
export function secondsOf(text: string): number | undefined {
  const match = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(
    text,
  );
  if (match) {
    const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
    return days! * 86_400 + hours! * 3600 + minutes! * 60 + seconds!;
  }
  const bare = Number(text);
  return text === '' || !Number.isFinite(bare) ? undefined : bare;
}

// A spectrum as a file that programs for gamma spectra open: IAEA .spe, ANSI N42.42 of 2012 and the JSON of Gamma MCA (the forms
// that spe-reader.ts, n42-reader.ts and npes-reader.ts read). Pure.

import { utcToUnixMs } from '../../base/time.ts';
import { uniqueId } from '../../base/unique-id.ts';
import type { SpectrumFileKind } from '../../model/ports.ts';
import type { SpectrumInfo } from '../../model/spectrum-info.ts';

export interface WrittenSpectrum {
  readonly info: SpectrumInfo;
  /** Whole numbers. */
  readonly counts: Float64Array;
}

/** The file's text. */
export function spectrumFileText(kind: SpectrumFileKind, spectrum: WrittenSpectrum): string {
  switch (kind) {
    case 'spe':
      return speText(spectrum);
    case 'n42':
      return n42Text(spectrum);
    case 'json':
      return npesText(spectrum);
  }
}

function speText({ info, counts }: WrittenSpectrum): string {
  const { firstChannel, calibration, liveS, realS, startUtc, regions, instrument } = info;
  // a line that begins with $ begins a section
  const line = (text: string) => text.replace(/[\r\n]+/g, ' ').replace(/^\$+/, '');
  const coefficients = calibration?.coefficients ?? [];
  const lines = [
    '$SPEC_ID:',
    line(info.title) || 'spectrum',
    ...(instrument === '' ? [] : ['$SPEC_REM:', `DETDESC# ${line(instrument)}`]),
    ...(startUtc === undefined ? [] : ['$DATE_MEA:', speMoment(utcToUnixMs(startUtc))]),
    ...(liveS === undefined || realS === undefined ? [] : ['$MEAS_TIM:', `${liveS} ${realS}`]),
    '$DATA:',
    `${firstChannel} ${firstChannel + counts.length - 1}`,
    ...Array.from(counts, String),
    '$ROI:',
    String(regions.length),
    ...regions.map(({ startChannel, endChannel }) => `${startChannel} ${endChannel - 1}`),
    ...(calibration
      ? [
          '$ENER_FIT:',
          `${coefficients[0] ?? 0} ${coefficients[1] ?? 0}`,
          '$MCA_CAL:',
          String(coefficients.length),
          `${coefficients.join(' ')} ${calibration.unit}`,
        ]
      : []),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** `11/30/2026 22:05:00`, which has no zone and is local time for those who read it. */
function speMoment(unixMs: number): string {
  const moment = new Date(unixMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [two(moment.getMonth() + 1), two(moment.getDate()), moment.getFullYear()].join('/');
  return `${date} ${[moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':')}`;
}

/** Eight, four, four, four and twelve hexadecimal digits. */
function documentId(): string {
  return uniqueId().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function n42Text({ info, counts }: WrittenSpectrum): string {
  const { calibration, liveS, realS, startUtc, instrument, title, firstChannel } = info;
  const element = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`);
  // channels of a file of 2012 begin with 0
  const channels = [...new Array<number>(firstChannel).fill(0), ...counts];
  return `<?xml version="1.0" encoding="UTF-8"?>
<RadInstrumentData xmlns="http://physics.nist.gov/N42/2011/N42" n42DocUUID="${documentId()}">
  <RadInstrumentInformation id="instrument">
    <RadInstrumentManufacturerName>unknown</RadInstrumentManufacturerName>
    <RadInstrumentModelName>${xml(instrument || 'unknown')}</RadInstrumentModelName>
    <RadInstrumentClassCode>Other</RadInstrumentClassCode>
    <RadInstrumentVersion>
      <RadInstrumentComponentName>Software</RadInstrumentComponentName>
      <RadInstrumentComponentVersion>Pulsebench</RadInstrumentComponentVersion>
    </RadInstrumentVersion>
  </RadInstrumentInformation>
  <RadDetectorInformation id="detector">
    <RadDetectorName>${xml(title || 'detector')}</RadDetectorName>
    <RadDetectorCategoryCode>Gamma</RadDetectorCategoryCode>
    <RadDetectorKindCode>Other</RadDetectorKindCode>
  </RadDetectorInformation>
${
  calibration
    ? `  <EnergyCalibration id="energy">
    <CoefficientValues>${[...calibration.coefficients, 0, 0]
      .slice(0, 3)
      .map((value) => value * keVPer(calibration.unit))
      .join(' ')}</CoefficientValues>
  </EnergyCalibration>
`
    : ''
}  <RadMeasurement id="measurement">
    <MeasurementClassCode>Foreground</MeasurementClassCode>
    ${element('StartDateTime', startUtc === undefined ? undefined : new Date(utcToUnixMs(startUtc)).toISOString())}
    ${element('RealTimeDuration', duration(realS))}
    <Spectrum id="spectrum" radDetectorInformationReference="detector"${calibration ? ' energyCalibrationReference="energy"' : ''}>
      ${element('LiveTimeDuration', duration(liveS))}
      <ChannelData>${channels.join(' ')}</ChannelData>
    </Spectrum>
  </RadMeasurement>
</RadInstrumentData>
`;
}

/** Schema NPESv2, which has whole seconds for one time only: both times as they are stand in the note. */
function npesText({ info, counts }: WrittenSpectrum): string {
  const { calibration, liveS, realS, startUtc, instrument, title, firstChannel } = info;
  const channels = [...new Array<number>(firstChannel).fill(0), ...counts];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const coefficients = calibration?.coefficients.map((value) => value * keVPer(calibration.unit)) ?? [];
  const moment = (unixMs: number) => new Date(unixMs).toISOString();
  const startMs = startUtc === undefined ? undefined : utcToUnixMs(startUtc);
  const times = [
    ...(realS === undefined ? [] : [`real time ${realS} s`]),
    ...(liveS === undefined ? [] : [`live time ${liveS} s`]),
  ];
  const data = {
    deviceData: { softwareName: 'Pulsebench', ...(instrument !== '' && { deviceName: instrument }) },
    sampleInfo: { name: title, ...(times.length > 0 && { note: times.join(', ') }) },
    resultData: {
      ...(startMs !== undefined &&
        realS !== undefined && { startTime: moment(startMs), endTime: moment(startMs + 1000 * realS) }),
      energySpectrum: {
        numberOfChannels: channels.length,
        ...(coefficients.length > 1 && {
          energyCalibration: { polynomialOrder: coefficients.length - 1, coefficients },
        }),
        ...(total > 0 && { validPulseCount: total }),
        ...(realS !== undefined && realS >= 0.5 && { measurementTime: Math.round(realS) }),
        spectrum: channels,
      },
    },
  };
  return JSON.stringify({ schemaVersion: 'NPESv2', data: [data] });
}

function duration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `PT${seconds}S`;
}

/** Energies of N42.42 are in keV. */
function keVPer(unit: string): number {
  return unit === 'MeV' ? 1000 : unit === 'eV' ? 0.001 : 1;
}

function xml(text: string): string {
  const names: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };
  return text.replace(/[<>&"]/g, (character) => names[character]!);
}

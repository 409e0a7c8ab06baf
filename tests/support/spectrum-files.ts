// A spectrum of our own numbers as each kind of file that holds spectra. Runs in Node and in a browser.

/** Channels of the spectrum; files hold them from channel 0 on. */
export const CHANNELS = 256;
/** A falling background and a peak around channel 120; the first channels and the last are empty. */
export const COUNTS: readonly number[] = Array.from({ length: CHANNELS }, (_, i) => {
  if (i < 4 || i >= CHANNELS - 2) return 0;
  return Math.round(90 - i / 4 + ((i * 7) % 5) + 700 * Math.exp(-(((i - 120) / 4) ** 2) / 2));
});
export const TOTAL = COUNTS.reduce((sum, count) => sum + count, 0);
export const LIVE_S = 117.5;
export const REAL_S = 120;
export const TITLE = 'Granite from the Ochsenkopf';

export interface SpectrumFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: string;
  readonly title: string;
  readonly liveS: number | undefined;
  readonly realS: number | undefined;
  /** Local time, by its parts: year, month from 0, day, hours, minutes, seconds; or ISO 8601 with a zone. */
  readonly start: readonly [number, number, number, number, number, number] | string;
  readonly coefficients: readonly number[];
}

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Counts in lines of so many. */
function lines(perLine: number, separator = ' ', end = '\n'): string {
  const rows = Array.from({ length: Math.ceil(CHANNELS / perLine) }, (_, row) =>
    COUNTS.slice(row * perLine, (row + 1) * perLine).join(separator),
  );
  return rows.join(end);
}

export const SPE = `$SPEC_ID:
${TITLE}
$SPEC_REM:
DET# 2
DETDESC# Well counter
$DATE_MEA:
08/21/2026 14:05:30
$MEAS_TIM:
${LIVE_S} ${REAL_S}
$DATA:
0 ${CHANNELS - 1}
${lines(1)}
$ROI:
2
30 41
100 140
$ENER_FIT:
1.5 2.25
$MCA_CAL:
3
1.5000E+000 2.2500E+000 1.0000E-004 keV
$SHAPE_CAL:
3
4.2E+000 1.0E-003 0.0E+000
`;

const N42_2012 = `<?xml version="1.0" encoding="utf-8"?>
<RadInstrumentData xmlns="http://physics.nist.gov/N42/2011/N42">
  <RadInstrumentInformation id="I">
    <RadInstrumentManufacturerName>Own</RadInstrumentManufacturerName>
    <RadInstrumentModelName>Two &amp; a half</RadInstrumentModelName>
  </RadInstrumentInformation>
  <RadDetectorInformation id="D1"><RadDetectorName>${TITLE}</RadDetectorName></RadDetectorInformation>
  <!-- edges are not needed: two coefficients -->
  <EnergyCalibration id="E1"><CoefficientValues>1.5 2.25 0</CoefficientValues></EnergyCalibration>
  <RadMeasurement id="M1">
    <StartDateTime>2026-08-21T14:05:30+02:00</StartDateTime>
    <RealTimeDuration>PT2M</RealTimeDuration>
    <Spectrum id="S1" radDetectorInformationReference="D1" energyCalibrationReference="E1">
      <LiveTimeDuration>PT1M57.5S</LiveTimeDuration>
      <ChannelData compressionCode="CountedZeroes">0 4 ${COUNTS.slice(4, CHANNELS - 2).join(' ')} 0 2</ChannelData>
    </Spectrum>
  </RadMeasurement>
</RadInstrumentData>
`;

const N42_2006 = `<?xml version="1.0"?>
<n:N42InstrumentData xmlns:n="http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2005/ANSIN4242">
  <n:Measurement>
    <n:InstrumentInformation><n:Manufacturer>Own</n:Manufacturer></n:InstrumentInformation>
    <n:MeasuredItemInformation><n:MeasuredItemDescription><![CDATA[${TITLE}]]></n:MeasuredItemDescription></n:MeasuredItemInformation>
    <n:Spectrum Type="PHA" CalibrationIDs="other energy">
      <n:StartTime>2026-08-21T12:05:30Z</n:StartTime>
      <n:RealTime>PT120S</n:RealTime>
      <n:LiveTime>PT117.5S</n:LiveTime>
      <n:ChannelData>
${lines(12)}
      </n:ChannelData>
    </n:Spectrum>
  </n:Measurement>
  <n:Calibration Type="FWHM" ID="other"><n:Equation Model="Polynomial"><n:Coefficients>9 9</n:Coefficients></n:Equation></n:Calibration>
  <n:Calibration Type="Energy" ID="energy" EnergyUnits="keV">
    <n:Equation Model="Polynomial"><n:Coefficients>1.5 2.25 1e-4</n:Coefficients></n:Equation>
  </n:Calibration>
</n:N42InstrumentData>
`;

const BECQMONI = `<?xml version="1.0"?>
<ResultDataFile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <FormatVersion>120920</FormatVersion>
  <ResultDataList>
    <ResultData>
      <SampleInfo><Name>${TITLE}</Name><Location /></SampleInfo>
      <DeviceConfigReference><Name>Pocket counter</Name></DeviceConfigReference>
      <StartTime>2026-08-21T14:05:30</StartTime>
      <EnergySpectrum>
        <NumberOfChannels>${CHANNELS}</NumberOfChannels>
        <EnergyCalibration>
          <PolynomialOrder>2</PolynomialOrder>
          <Coefficients><Coefficient>1.5</Coefficient><Coefficient>2.25</Coefficient><Coefficient>0.0001</Coefficient></Coefficients>
        </EnergyCalibration>
        <MeasurementTime>${REAL_S}</MeasurementTime>
        <LiveTime>${LIVE_S}</LiveTime>
        <Spectrum>${COUNTS.map((count) => `<DataPoint>${count}</DataPoint>`).join('')}</Spectrum>
      </EnergySpectrum>
    </ResultData>
  </ResultDataList>
</ResultDataFile>
`;

/** A line of 70 letters. */
const iec = (content: string) => `A004${content}`.padEnd(70);
const ZERO_PAIRS = ' 0.000000000E+00 0.000000000E+00 0.000000000E+00 0.000000000E+00';

export const IEC = [
  iec('OWNMCA   WELL   1   0     0'),
  iec(`${LIVE_S.toFixed(2).padStart(12)}${REAL_S.toFixed(2).padStart(13)}${String(CHANNELS).padStart(6)}`),
  iec('08/21/26 14:05:30 08/20/26 09:00:00'),
  iec(' 1.50000000E+00 2.25000000E+00-1.00000000E-04 0.00000000E+00'),
  iec(' 1.00000000E-01 2.00000000E-02 0.00000000E+00 0.00000000E+00'),
  iec(` ${TITLE}`),
  ...Array.from({ length: 4 }, () => iec('')),
  ...Array.from({ length: 36 }, () => iec(ZERO_PAIRS)),
  ...Array.from({ length: 12 }, () => iec('')),
  ...Array.from({ length: Math.ceil(CHANNELS / 5) }, (_, row) =>
    iec([5 * row, ...COUNTS.slice(5 * row, 5 * row + 5)].map((n) => String(n).padStart(10)).join('')),
  ),
].join('\r\n');

const NPES = JSON.stringify({
  schemaVersion: 'NPESv2',
  data: [
    {
      deviceData: { softwareName: 'Own 1', deviceName: 'Pocket counter' },
      sampleInfo: { name: TITLE, weight: 25.5 },
      resultData: {
        startTime: '2026-08-21T12:05:30+00:00',
        endTime: '2026-08-21T12:07:30+00:00',
        energySpectrum: {
          numberOfChannels: CHANNELS,
          energyCalibration: { polynomialOrder: 2, coefficients: [1.5, 2.25, 1e-4] },
          measurementTime: REAL_S,
          spectrum: COUNTS,
        },
      },
    },
  ],
});

const AMPTEK = `<<PMCA SPECTRUM>>
TAG - live_data
DESCRIPTION - ${TITLE}
GAIN - 0
LIVE_TIME - ${LIVE_S}
REAL_TIME - ${REAL_S}
START_TIME - 08/21/2026 14:05:30
SERIAL_NUMBER - 815
<<CALIBRATION>>
LABEL - keV
10 24
110 249
<<ROI>>
100 140
<<DATA>>
${lines(1)}
<<END>>
<<DP5 CONFIGURATION>>
TPEA=1.600;    Peaking Time
<<DP5 CONFIGURATION END>>
`;

const SPC_TEXT = `SpectrumName          : ${TITLE}
XUnit                 : keV
Length                : ${CHANNELS}
Realtime              : ${REAL_S}
Livetime              : ${LIVE_S}
Starttime             : 21.08.2026 14:05:30
CalibCoeff            : a=0.0 b=1.0e-004 c=2.25 d=1.5
${lines(8, ',')}
`;

class Bytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  text(offset: number, text: string): void {
    this.bytes.set(textBytes(text), offset);
  }

  counts(offset: number, counts: readonly number[] = COUNTS): void {
    for (const [i, count] of counts.entries()) this.view.setUint32(offset + 4 * i, count, true);
  }
}

function chn(): Uint8Array<ArrayBuffer> {
  const file = new Bytes(32 + 4 * CHANNELS + 512);
  const { view } = file;
  view.setInt16(0, -1, true);
  view.setUint16(2, 3, true);
  view.setUint16(4, 1, true);
  file.text(6, '30');
  view.setUint32(8, REAL_S * 50, true);
  view.setUint32(12, LIVE_S * 50, true);
  file.text(16, '21Aug2611405');
  view.setUint16(30, CHANNELS, true);
  file.counts(32);
  const tail = 32 + 4 * CHANNELS;
  view.setInt16(tail, -102, true);
  view.setFloat32(tail + 4, 1.5, true);
  view.setFloat32(tail + 8, 2.25, true);
  view.setFloat32(tail + 12, 0, true);
  view.setUint8(tail + 256, 12);
  file.text(tail + 257, 'Well counter');
  view.setUint8(tail + 320, TITLE.length);
  file.text(tail + 321, TITLE);
  return file.bytes;
}

/** Records: head, acquisition (2), sample (3), detector (4), calibration (5), counts from 6 on. */
function spc(): Uint8Array<ArrayBuffer> {
  const first = 6;
  const file = new Bytes((first - 1) * 128 + 4 * CHANNELS);
  const { view } = file;
  const head: Readonly<Record<number, number>> = {
    0: 1,
    2: 1,
    8: 2,
    10: 3,
    12: 4,
    34: 5,
    60: first,
    62: CHANNELS / 32,
    64: CHANNELS,
  };
  for (const [byte, value] of Object.entries(head)) view.setUint16(Number(byte), value, true);
  view.setFloat32(90, REAL_S, true);
  view.setFloat32(94, LIVE_S, true);
  file.text(128, 'OWN.SPC         21-AUG-261  14:05:30  ');
  file.text(256, TITLE.padEnd(128));
  file.text(384, 'Well counter'.padEnd(128));
  for (const [i, value] of [1.5, 2.25, 0].entries()) view.setFloat32(512 + 20 + 4 * i, value, true);
  file.counts((first - 1) * 128);
  return file.bytes;
}

/** DEC's floating point: a quarter of the IEEE number of the same bits, its 16-bit words swapped. */
function setPdpFloat(view: DataView, offset: number, value: number): void {
  const ieee = new DataView(new ArrayBuffer(4));
  ieee.setFloat32(0, 4 * value);
  view.setUint16(offset, ieee.getUint16(0), true);
  view.setUint16(offset + 2, ieee.getUint16(2), true);
}

/** Sections: acquisition at 2048, sample at 4096, counts at 6144. */
function cnf(): Uint8Array<ArrayBuffer> {
  const [acquisition, sample, counts] = [2048, 4096, 6144] as const;
  const file = new Bytes(counts + 512 + 4 * CHANNELS);
  const { view } = file;
  view.setUint16(0, 0x0400, true);
  for (const [i, [kind, offset]] of [
    [0x12000, acquisition],
    [0x12001, sample],
    [0x12005, counts],
  ].entries()) {
    view.setUint32(112 + 48 * i, kind!, true);
    view.setUint32(112 + 48 * i + 10, offset!, true);
    view.setUint32(offset!, kind!, true);
  }
  const [toCalibration, toTimes] = [300, 600];
  view.setUint16(acquisition + 34, toCalibration, true);
  view.setUint16(acquisition + 36, toTimes, true);
  file.text(acquisition + 48 + 128, 'PHA ');
  view.setUint16(acquisition + 48 + 128 + 10, CHANNELS / 256, true);
  const times = acquisition + 48 + toTimes + 1;
  const startMs = Date.UTC(2026, 7, 21, 14, 5, 30) + 3_506_716_800_000;
  view.setBigUint64(times, BigInt(startMs) * 10_000n, true);
  for (const [i, seconds] of [REAL_S, LIVE_S].entries()) {
    view.setBigUint64(times + 8 + 8 * i, (1n << 64n) - 1n - BigInt(seconds * 1e7), true);
  }
  for (const [i, value] of [1.5, 2.25, 0, 0].entries()) {
    setPdpFloat(view, acquisition + 48 + 32 + toCalibration + 36 + 4 * i, value);
  }
  file.text(sample + 48, TITLE);
  file.counts(counts + 512);
  view.setUint32(counts + 512, Math.floor(LIVE_S), true);
  view.setUint32(counts + 516, REAL_S, true);
  return file.bytes;
}

const LOCAL = [2026, 7, 21, 14, 5, 30] as const;
const ZONED = '2026-08-21T12:05:30Z';
const LINE = [1.5, 2.25] as const;
const CURVE = [1.5, 2.25, 1e-4] as const;
const common = { title: TITLE, liveS: LIVE_S, realS: REAL_S, start: LOCAL } as const;

export const SPECTRUM_FILES: readonly SpectrumFile[] = [
  { ...common, name: 'SPE', bytes: textBytes(SPE), format: 'spe', coefficients: CURVE },
  {
    ...common,
    name: 'SPE with CR LF, Latin-1 and several counts a line, data first',
    // é in Latin-1
    bytes: Uint8Array.from(
      `$DATA:\r\n0 ${CHANNELS - 1}\r\n${lines(10, '\t', '\r\n')}\r\n$MEAS_TIM:\r\n${LIVE_S} ${REAL_S}\r\n$DATE_MEA:\r\n21.08.2026 14:05:30\r\n$ENER_FIT:\r\n1.5 2.25\r\n$SPEC_ID:\r\nCaf\xe9\r\n`,
      (letter) => letter.charCodeAt(0),
    ),
    format: 'spe',
    title: 'Café',
    coefficients: LINE,
  },
  { ...common, name: 'N42 2012', bytes: textBytes(N42_2012), format: 'n42', coefficients: LINE, start: ZONED },
  { ...common, name: 'N42 2006', bytes: textBytes(N42_2006), format: 'n42', coefficients: CURVE, start: ZONED },
  { ...common, name: 'BecquerelMonitor', bytes: textBytes(BECQMONI), format: 'becqmoni', coefficients: CURVE },
  { ...common, name: 'IEC 1455', bytes: textBytes(IEC), format: 'iec1455', coefficients: [1.5, 2.25, -1e-4] },
  {
    ...common,
    name: 'Gamma MCA',
    bytes: textBytes(NPES),
    format: 'npes',
    coefficients: CURVE,
    liveS: undefined,
    start: ZONED,
  },
  { ...common, name: 'Amptek', bytes: textBytes(AMPTEK), format: 'amptek-mca', coefficients: LINE },
  { ...common, name: 'SPC text', bytes: textBytes(SPC_TEXT), format: 'spc-text', coefficients: CURVE },
  { ...common, name: 'ORTEC CHN', bytes: chn(), format: 'ortec-chn', coefficients: LINE },
  { ...common, name: 'ORTEC SPC', bytes: spc(), format: 'ortec-spc', coefficients: LINE },
  { ...common, name: 'Canberra CNF', bytes: cnf(), format: 'canberra-cnf', coefficients: LINE },
];

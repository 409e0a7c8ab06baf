// Spectra of every kind of file, from files of our own numbers: what the reader finds is what the file was made of.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { momentOf } from '../../../src/formats/spectrum/moment.ts';
import { secondsOf } from '../../../src/formats/spectrum/n42-reader.ts';
import { parseXml } from '../../../src/formats/spectrum/xml.ts';
import { energyAt } from '../../../src/model/spectrum-info.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { CHANNELS, COUNTS, IEC, SPE, SPECTRUM_FILES, textBytes } from '../../support/spectrum-files.ts';

const open = (bytes: Uint8Array<ArrayBuffer>): Promise<FormatReader> =>
  openFile(new MemoryFile(bytes), jlsWorkspace(2 ** 20));
const openText = (text: string) => open(textBytes(text));
const countsOf = async ({ store }: FormatReader, id = 'counts') => {
  const end = store.signals().find((signal) => signal.id === id)!.endSample;
  return Array.from((await store.samples(id, 0, end)).values, Number);
};
const codes = ({ diagnostics }: FormatReader) => diagnostics.map(({ code }) => code);

test.each(SPECTRUM_FILES)('$name', async ({ bytes, format, title, liveS, realS, start, coefficients }) => {
  const reader = await open(bytes);
  expect(reader.format).toBe(format);
  const [spectrum] = reader.spectra!;
  const startUtc = utcFromUnixMs(typeof start === 'string' ? Date.parse(start) : new Date(...start).getTime());
  expect(spectrum).toMatchObject({ signalId: 'counts', title, liveS, realS, startUtc, firstChannel: 0 });
  expect(spectrum!.calibration).toEqual({ coefficients: coefficients.map((c) => expect.closeTo(c, 6)), unit: 'keV' });
  expect(await countsOf(reader)).toEqual(COUNTS);
  const [signal] = reader.store.signals();
  expect(signal).toMatchObject({ dtype: 'u32', unit: '', endSample: CHANNELS, firstSampleId: 0n, timing: 'steady' });
  const isLine = coefficients.length === 2;
  expect(signal!.axis).toEqual(isLine ? { name: 'energy', unit: 'keV' } : { name: 'channel', unit: '' });
  if (signal!.timing !== 'steady') return;
  expect(signal!.offsetS).toBeCloseTo(isLine ? 1.5 : 0, 6);
  expect(1 / signal!.sampleRateHz).toBeCloseTo(isLine ? 2.25 : 1, 6);
  expect(reader.diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('SPE: regions, instrument, and every other section as metadata', async () => {
  const reader = await openText(SPE);
  expect(reader.spectra![0]).toMatchObject({
    instrument: 'Well counter',
    regions: [
      { name: '', startChannel: 30, endChannel: 42 },
      { name: '', startChannel: 100, endChannel: 141 },
    ],
  });
  expect(reader.metadata).toMatchObject({ SHAPE_CAL: '3\n4.2E+000 1.0E-003 0.0E+000', MEAS_TIM: '117.5 120' });
});

test('SPE: what follows the last channel is no count, and a short file is told', async () => {
  const longer = await openText(SPE.replace('$ROI:', '17\n4\n$ROI:'));
  expect(await countsOf(longer)).toEqual(COUNTS);
  expect(longer.diagnostics).toContainEqual(
    expect.objectContaining({
      severity: 'warning',
      message: expect.stringContaining('2 numbers follow the last of 256'),
    }),
  );
  const cut = await openText(SPE.slice(0, SPE.indexOf('\n', SPE.indexOf('$DATA:') + 200) + 1));
  const counts = await countsOf(cut);
  expect(counts).toEqual(COUNTS.slice(0, counts.length));
  expect(cut.diagnostics).toContainEqual(expect.objectContaining({ message: expect.stringContaining('cut short') }));
});

test('SPE: a cell that is no number is a missing channel, named by its line', async () => {
  const lines = SPE.split('\n');
  const at = lines.indexOf('$DATA:') + 2 + 7;
  lines[at] = '?';
  const reader = await openText(lines.join('\n'));
  const counts = await countsOf(reader);
  expect(counts[7]).toBeNaN();
  expect(counts.filter((count) => !Number.isNaN(count))).toEqual(COUNTS.filter((_, i) => i !== 7));
  expect(reader.diagnostics).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining(`Line ${at + 1} holds no number`) }),
  );
});

test('SPE: channels that begin with another number than 0', async () => {
  const reader = await openText('$DATA:\n100 103\n5 6 7 8\n$ENER_FIT:\n0 2\n');
  expect(reader.spectra![0]!.firstChannel).toBe(100);
  expect(reader.store.signals()[0]).toMatchObject({ firstSampleId: 100n, offsetS: 200, sampleRateHz: 0.5 });
});

test('a calibration of zeros is none, one that falls is told, and channels are shown', async () => {
  const zeros = await openText(SPE.replace(/1\.5000E.*keV/, '0.0 0.0 0.0').replace('1.5 2.25', '0 0'));
  expect(zeros.spectra![0]!.calibration).toBeUndefined();
  expect(codes(zeros)).not.toContain('spe/calibration');
  const falling = await openText(SPE.replace(/1\.5000E.*keV/, '9 -2 0'));
  expect(falling.spectra![0]!.calibration).toBeUndefined();
  expect(codes(falling)).toContain('spe/calibration');
  expect(falling.store.signals()[0]!.axis).toEqual({ name: 'channel', unit: '' });
});

test('times that cannot be are told', async () => {
  const reader = await openText(SPE.replace('117.5 120', '130 120'));
  expect(reader.diagnostics).toContainEqual(
    expect.objectContaining({
      message:
        'The live time of "Granite from the Ochsenkopf", 130 s, is longer than the real time, 120 s: one of them is wrong.',
    }),
  );
});

test('$DATA without its channels, or none at all, is refused in words', async () => {
  await expect(openText('$DATA:\n5\n1 2\n')).rejects.toMatchObject({
    code: 'format/damaged',
    message: expect.stringMatching(/Line 2 /),
  });
  await expect(openText('$DATA:\n0 999999999\n1 2\n')).rejects.toMatchObject({ code: 'format/damaged' });
  await expect(openText('$SPEC_ID:\nx\n')).rejects.toMatchObject({
    message: expect.stringMatching(/no \$DATA section/),
  });
});

test('IEC 1455: pairs of energy and channel where there are no coefficients', async () => {
  const lines = IEC.split('\r\n');
  lines[3] = lines[3]!.replace(/ 1\.5.*?E-04/, ' 0.00000000E+00 0.00000000E+00 0.00000000E+00');
  lines[10] = 'A004 2.265000000E+02 1.000000000E+02 4.515000000E+02 2.000000000E+02 ';
  const reader = await openText(lines.join('\r\n'));
  expect(reader.spectra![0]!.calibration!.coefficients).toEqual([expect.closeTo(1.5, 9), expect.closeTo(2.25, 9)]);
  expect(codes(reader)).toContain('iec1455/calibration-points');
});

test('IEC 1455: channels of a line that is missing are missing, and named', async () => {
  const reader = await openText(
    IEC.split('\r\n')
      .filter((_, i) => i !== 70)
      .join('\r\n'),
  );
  const counts = await countsOf(reader);
  expect(counts.slice(60, 65)).toEqual(Array.from({ length: 5 }, () => Number.NaN));
  expect(counts.toSpliced(60, 5)).toEqual(COUNTS.toSpliced(60, 5));
  expect(reader.diagnostics).toContainEqual(
    expect.objectContaining({ message: expect.stringMatching(/^5 of 256 channels .* first is channel 60/) }),
  );
});

test('N42: several measurements, each with its own times, and names that are told apart', async () => {
  const spectrum = (live: string, counts: string) => `<RadMeasurement>
      <MeasurementClassCode>Foreground</MeasurementClassCode><RealTimeDuration>PT1H1.5S</RealTimeDuration>
      <Spectrum radDetectorInformationReference="G"><LiveTimeDuration>${live}</LiveTimeDuration>
      <ChannelData compressionCode="CountedZeroes">${counts}</ChannelData></Spectrum></RadMeasurement>`;
  const reader = await openText(
    `<RadInstrumentData>${spectrum('PT3600S', '1 0 3 2')}${spectrum('P0DT0H59M', '7 0 1')}</RadInstrumentData>`,
  );
  expect(reader.spectra).toMatchObject([
    { signalId: 'counts-1', title: 'Foreground, G', liveS: 3600, realS: 3601.5 },
    { signalId: 'counts-2', title: 'Foreground, G 2', liveS: 3540, realS: 3601.5 },
  ]);
  expect(await countsOf(reader, 'counts-1')).toEqual([1, 0, 0, 0, 2]);
  expect(await countsOf(reader, 'counts-2')).toEqual([7, 0]);
});

test('N42: edges of channels that are even give a line through the middles', async () => {
  const reader =
    await openText(`<RadInstrumentData><EnergyCalibration id="E"><EnergyBoundaryValues>10 12 14 16</EnergyBoundaryValues></EnergyCalibration>
    <RadMeasurement><Spectrum energyCalibrationReference="E"><ChannelData>1 2 3</ChannelData></Spectrum></RadMeasurement></RadInstrumentData>`);
  expect(reader.spectra![0]!.calibration!.coefficients).toEqual([11, 2]);
});

const N42 = (data: string) =>
  `<RadInstrumentData><RadMeasurement><Spectrum><ChannelData compressionCode="CountedZeroes">${data}</ChannelData></Spectrum></RadMeasurement></RadInstrumentData>`;

test.each([
  ['zeros that would fill memory', N42('1 0 4000000000 2')],
  ['zeros that are not counted', N42('1 2 0')],
  ['entities of its own', `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><RadInstrumentData>&a;</RadInstrumentData>`],
  ['an entity that is not declared', '<RadInstrumentData>&lol;</RadInstrumentData>'],
  ['an element that does not end', '<RadInstrumentData><RadMeasurement>'],
  ['elements that overlap', '<RadInstrumentData><a><b></a></b></RadInstrumentData>'],
  ['elements that lie in each other without end', `<RadInstrumentData>${'<a>'.repeat(500)}`],
  ['elements without text beyond counting', `<RadInstrumentData>${'<a/>'.repeat(10_000)}</RadInstrumentData>`],
])('N42 refuses %s', async (_what, text) => {
  await expect(openText(text)).rejects.toMatchObject({ name: 'FormatError', code: 'format/damaged' });
});

test('XML: entities, CDATA, comments, prefixes and both quotes', () => {
  const root = parseXml(
    `<?xml version="1.0"?><!-- <no> --><!DOCTYPE a><p:a x='1 "' p:y="&lt;&#65;&#x42;">t<![CDATA[<&]]>&amp;<b/></p:a>`,
  );
  expect(root.name).toBe('a');
  expect([...root.attributes]).toEqual([
    ['x', '1 "'],
    ['y', '<AB'],
  ]);
  expect(root.text).toBe('t<&&');
  expect(root.children.map(({ name }) => name)).toEqual(['b']);
});

test.each([
  ['PT296.099S', 296.099],
  ['P1DT2H3M4.5S', 93_784.5],
  ['60', 60],
  ['soon', undefined],
  ['', undefined],
])('the duration %s', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test('dates as files write them, and what of them is a guess', () => {
  const local = (...parts: [number, number, number, number, number]) => utcFromUnixMs(new Date(...parts).getTime());
  expect(momentOf('03/04/2026 05:06:00')).toEqual({
    utc: local(2026, 2, 4, 5, 6),
    isLocal: true,
    isOrderGuessed: true,
  });
  expect(momentOf('13/04/2026 05:06')).toMatchObject({ utc: local(2026, 3, 13, 5, 6), isOrderGuessed: false });
  expect(momentOf('04.03.26 05:06:00')).toMatchObject({ utc: local(2026, 2, 4, 5, 6), isOrderGuessed: false });
  expect(momentOf('4-Mar-1999 05:06:00')).toMatchObject({ utc: local(1999, 2, 4, 5, 6) });
  expect(momentOf('3/4/2026 5:06:00 PM')).toMatchObject({ utc: local(2026, 2, 4, 17, 6) });
  expect(momentOf('03/04/2026 12:06 AM')).toMatchObject({ utc: local(2026, 2, 4, 0, 6) });
  expect(momentOf('2026-03-04T05:06:00.250-07:00')).toEqual({
    utc: utcFromUnixMs(Date.UTC(2026, 2, 4, 12, 6) + 250),
    isLocal: false,
    isOrderGuessed: false,
  });
  for (const none of ['30/02/2026 05:06:00', 'yesterday', '2026-13-01T00:00:00'])
    expect(momentOf(none)).toBeUndefined();
});

test('Gamma MCA: packages and backgrounds are spectra of their own', async () => {
  const spectrum = (counts: number[]) => ({ numberOfChannels: counts.length, spectrum: counts });
  const reader = await openText(
    JSON.stringify({
      schemaVersion: 'NPESv2',
      data: [
        { resultData: { energySpectrum: spectrum([1, 2]), backgroundEnergySpectrum: spectrum([0, 1]) } },
        { resultData: { energySpectrum: spectrum([3, 4]) } },
      ],
    }),
  );
  expect(reader.spectra!.map(({ title }) => title)).toEqual(['Package 1', 'Package 1, background', 'Package 2']);
  expect(await countsOf(reader, 'counts-3')).toEqual([3, 4]);
});

test('an energy is a polynomial of the channel', () => {
  expect(energyAt({ coefficients: [1, 2, 3], unit: 'keV' }, 10)).toBe(321);
});

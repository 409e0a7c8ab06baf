// Spectra as files, read again by the readers that read those of other programs.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { spectrumFileText } from '../../../src/formats/spectrum/write.ts';
import { exportFile } from '../../../src/formats/writers.ts';
import type { SpectrumInfo } from '../../../src/model/spectrum-info.ts';
import { jlsWorkspace } from '../../support/jls.ts';

const counts = Float64Array.from({ length: 4096 }, (_, channel) => (channel === 7 ? 4294967295 : channel % 5));
const info: SpectrumInfo = {
  signalId: 'IN1',
  title: '$Red <Pitaya> & IN1',
  firstChannel: 0,
  liveS: 59.25,
  realS: 60.5,
  startUtc: utcFromUnixMs(Date.UTC(2026, 10, 30, 23, 5, 9)),
  calibration: { coefficients: [2.5, 0.74], unit: 'keV' },
  regions: [{ name: '', startChannel: 1500, endChannel: 1600 }],
  instrument: 'mcpha',
};

async function read(text: string) {
  const reader = await openFile(new MemoryFile(new TextEncoder().encode(text)), jlsWorkspace(2 ** 20));
  const spectrum = reader.spectra![0]!;
  const { values } = await reader.store.samples(spectrum.signalId, 0, counts.length);
  return { spectrum, values: [...(values as Float64Array)], diagnostics: reader.diagnostics };
}

test.each(['spe', 'n42'] as const)('%s holds counts, times, start and calibration', async (kind) => {
  const { spectrum, values, diagnostics } = await read(spectrumFileText(kind, { info, counts }));
  // .spe has no place for a time zone
  expect(diagnostics.map(({ code }) => code)).toEqual(kind === 'spe' ? ['spe/start'] : []);
  expect(values).toEqual([...counts]);
  const { liveS, realS, startUtc, calibration } = spectrum;
  expect({ liveS, realS, startUtc }).toEqual({ liveS: info.liveS, realS: info.realS, startUtc: info.startUtc });
  expect(calibration!.coefficients.slice(0, 2)).toEqual([2.5, 0.74]);
  expect(calibration!.unit).toBe('keV');
  if (kind === 'spe') expect(spectrum.regions).toEqual(info.regions);
});

test.each(['spe', 'n42'] as const)('%s says nothing that is not known', async (kind) => {
  const bare: SpectrumInfo = {
    ...info,
    liveS: undefined,
    realS: undefined,
    startUtc: undefined,
    calibration: undefined,
    regions: [],
  };
  const { spectrum } = await read(spectrumFileText(kind, { info: bare, counts }));
  const { liveS, realS, startUtc, calibration } = spectrum;
  expect([liveS, realS, startUtc, calibration]).toEqual([undefined, undefined, undefined, undefined]);
});

test('the JSON of Gamma MCA holds counts, start, calibration and whole seconds of real time', async () => {
  const text = spectrumFileText('json', { info, counts });
  const { spectrum, values, diagnostics } = await read(text);
  expect(diagnostics).toEqual([]);
  expect(values).toEqual([...counts]);
  expect(spectrum).toMatchObject({ realS: 61, liveS: undefined, startUtc: info.startUtc, instrument: 'mcpha' });
  expect(spectrum.calibration).toEqual({ coefficients: [2.5, 0.74], unit: 'keV' });
  expect(JSON.parse(text).data[0].sampleInfo.note).toBe('real time 60.5 s, live time 59.25 s');
  // its schema has neither a time below a second nor a sum below one
  const young = { ...info, realS: 0.2, calibration: undefined, startUtc: undefined };
  const { energySpectrum, ...others } = JSON.parse(
    spectrumFileText('json', { info: young, counts: new Float64Array(2) }),
  ).data[0].resultData;
  expect(others).toEqual({});
  expect(energySpectrum).toEqual({ numberOfChannels: 2, spectrum: [0, 0] });
});

test('opened as a file, it is saved as HDF5 and as a table, each count', async () => {
  const reader = await openFile(
    new MemoryFile(new TextEncoder().encode(spectrumFileText('n42', { info, counts }))),
    jlsWorkspace(2 ** 20),
  );
  for (const kind of ['h5', 'csv'] as const) {
    const file = new MemoryFile();
    await exportFile(reader, kind, file, jlsWorkspace(2 ** 20), {});
    const again = await openFile(new MemoryFile(file.bytes.subarray(0, file.sizeBytes)), jlsWorkspace(2 ** 23));
    const signal = again.store.signals().find(({ endSample }) => endSample === counts.length)!;
    const { values } = await again.store.samples(signal.id, 0, counts.length);
    expect([...(values as ArrayLike<number> & Iterable<number>)].map(Number), kind).toEqual([...counts]);
  }
});

// What the spectra view saves for Gamma MCA, before that program's own reader and schema.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, test, vi } from 'vitest';
import { utcFromUnixMs } from '../../src/base/time.ts';
import { spectrumFileText } from '../../src/formats/spectrum/write.ts';
import type { SpectrumInfo } from '../../src/model/spectrum-info.ts';

/** Its reader: packages, or what its schema refuses. */
interface RawData {
  jsonToObject(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

const PROGRAM = fileURLToPath(new URL('../../build/foreign/gamma-mca.mjs', import.meta.url));
const START_MS = Date.UTC(2026, 10, 30, 23, 5, 9);

const counts = Float64Array.from({ length: 4096 }, (_, channel) => (channel === 1797 ? 4_294_967_295 : channel % 251));
const info: SpectrumInfo = {
  signalId: 'IN1',
  title: 'Red Pitaya IN1',
  firstChannel: 0,
  liveS: 59.25,
  realS: 61,
  startUtc: utcFromUnixMs(START_MS),
  calibration: { coefficients: [2.5, 0.74], unit: 'keV' },
  regions: [],
  instrument: 'mcpha',
};

let reader: RawData;

beforeAll(async () => {
  // it asks its host for the schemas that lie in its folder
  vi.stubGlobal(
    'fetch',
    async (path: string) => new Response(readFileSync(join(process.env['PULSEBENCH_GAMMA_MCA']!, path))),
  );
  const { RawData } = (await import(pathToFileURL(PROGRAM).href)) as { RawData: new (valueIndex: number) => RawData };
  reader = new RawData(1);
});

test('all of it, as its schema wants it', async () => {
  const found = await reader.jsonToObject(spectrumFileText('json', { info, counts }));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    deviceData: { deviceName: 'mcpha' },
    resultData: {
      startTime: new Date(START_MS).toISOString(),
      endTime: new Date(START_MS + 61_000).toISOString(),
      energySpectrum: {
        numberOfChannels: 4096,
        measurementTime: 61,
        energyCalibration: { polynomialOrder: 1, coefficients: [2.5, 0.74] },
        spectrum: [...counts],
      },
    },
  });
});

test.each([
  { ...info, realS: 0.2, liveS: 0.1 },
  {
    ...info,
    realS: undefined,
    liveS: undefined,
    startUtc: undefined,
    calibration: undefined,
    instrument: '',
    title: '',
  },
])('nothing that its schema refuses, whatever is not known', async (bare) => {
  const [found] = await reader.jsonToObject(spectrumFileText('json', { info: bare, counts: new Float64Array(16) }));
  expect(found).toHaveProperty('resultData.energySpectrum.spectrum', new Array(16).fill(0));
});

test('its reader does refuse', async () => {
  const [refused] = await reader.jsonToObject('{"schemaVersion": "NPESv2", "data": []}');
  expect(refused).toHaveProperty('code');
});

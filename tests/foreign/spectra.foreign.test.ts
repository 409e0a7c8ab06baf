// What the spectra view saves, before SpecUtils, which InterSpec opens files with: every count, both times, start, calibration.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { utcFromUnixMs } from '../../src/base/time.ts';
import { spectrumFileText } from '../../src/formats/spectrum/write.ts';
import type { SpectrumInfo } from '../../src/model/spectrum-info.ts';

interface FoundSpectrum {
  readonly liveS: number;
  readonly realS: number;
  /** Seconds of its clock as if that were UTC. */
  readonly startUnixS: number;
  readonly coefficients: readonly number[];
  readonly counts: readonly number[];
}

const PROGRAM = fileURLToPath(new URL('../../build/foreign/spectra', import.meta.url));
const START = new Date(2026, 10, 30, 23, 5, 9);

const counts = Float64Array.from({ length: 4096 }, (_, channel) =>
  channel === 1797 ? 16_777_215 : (channel * 7) % 251,
);
const info: SpectrumInfo = {
  signalId: 'IN1',
  title: 'Red Pitaya IN1',
  firstChannel: 0,
  liveS: 59.25,
  realS: 60.5,
  startUtc: utcFromUnixMs(START.getTime()),
  calibration: { coefficients: [2.5, 0.75], unit: 'keV' },
  regions: [{ name: '', startChannel: 1500, endChannel: 1600 }],
  instrument: 'mcpha',
};

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
afterAll(() => rmSync(folder, { recursive: true }));

function readBySpecUtils(path: string): readonly FoundSpectrum[] {
  const { status, stdout, stderr } = spawnSync(PROGRAM, [path], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as FoundSpectrum[];
}

test.each(['spe', 'n42'] as const)('.%s', (kind) => {
  const path = join(folder, `spectrum.${kind}`);
  writeFileSync(path, spectrumFileText(kind, { info, counts }));
  const [spectrum, ...others] = readBySpecUtils(path);
  expect(others).toEqual([]);
  expect(spectrum!.counts).toEqual([...counts]);
  expect([spectrum!.liveS, spectrum!.realS]).toEqual([info.liveS, info.realS]);
  expect(spectrum!.coefficients.slice(0, 2)).toEqual([2.5, 0.75]);
  // .spe says local time; .n42 says UTC
  const local = START.getTime() / 1000 - 60 * START.getTimezoneOffset();
  expect(spectrum!.startUnixS).toBe(kind === 'spe' ? local : START.getTime() / 1000);
});

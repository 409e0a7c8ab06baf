// The command line on a spectrum: what is known of it, and that channels are never called seconds.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { COUNTS, SPE, TITLE, TOTAL, textBytes } from '../support/spectrum-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const curved = join(folder, 'granite.spe');
writeFileSync(curved, textBytes(SPE));
const straight = join(folder, 'line.spe');
writeFileSync(straight, textBytes(SPE.replace('1.0000E-004', '0.0000E+000')));

test('info tells live and real time, calibration and regions', () => {
  expect(pulsebenchJson('info', curved)).toMatchObject({
    format: 'spe',
    signals: [
      { id: 'counts', name: TITLE, sampleRateHz: null, startS: 0, axis: { name: 'channel', unit: '', step: 1 } },
    ],
    startUtc: new Date(2026, 7, 21, 14, 5, 30).toISOString().replace('.000', ''),
    durationS: null,
    metadata: { SPEC_ID: TITLE, MEAS_TIM: '117.5 120' },
    spectra: [
      {
        signalId: 'counts',
        title: TITLE,
        liveS: 117.5,
        realS: 120,
        calibration: { coefficients: [1.5, 2.25, 1e-4], unit: 'keV' },
        regions: [
          { startChannel: 30, endChannel: 42 },
          { startChannel: 100, endChannel: 141 },
        ],
        instrument: 'Well counter',
      },
    ],
  });
});

test('a calibration that is a line is the axis, and statistics count', () => {
  const info = pulsebenchJson<{ signals: unknown[] }>('info', straight);
  expect(info.signals).toMatchObject([{ startS: 1.5, axis: { name: 'energy', unit: 'keV', step: 2.25 } }]);
  const { count, mean } = pulsebenchJson<{ count: number; mean: number }>('statistics', straight, '--signal', 'counts');
  expect(count * mean).toBeCloseTo(TOTAL, 6);
});

test('a table of it names the axis', () => {
  const table = join(folder, 'table.csv');
  pulsebench('convert', straight, table);
  const rows = readFileSync(table, 'utf8').trim().split('\n');
  expect(rows[0]).toBe(`energy (keV),${TITLE}`);
  expect(rows[1]).toMatch(/^1\.5,0/);
  expect(rows).toHaveLength(COUNTS.length + 1);
});

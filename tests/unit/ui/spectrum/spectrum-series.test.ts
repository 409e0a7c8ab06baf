import { expect, test } from 'vitest';
import type { SpectrumInfo } from '../../../../src/model/spectrum-info.ts';
import { axisOf, cursorFacts, factsOf } from '../../../../src/ui/views/spectrum/spectrum-series.ts';
import { spectrumTable } from '../../../../src/ui/views/spectrum/spectrum-table.ts';

const info: SpectrumInfo = {
  signalId: 'counts',
  title: 'Granite',
  firstChannel: 10,
  liveS: 8,
  realS: 10,
  startUtc: undefined,
  calibration: { coefficients: [1, 2], unit: 'keV' },
  regions: [],
  instrument: '',
};
const counts = Float64Array.of(100, Number.NaN, 12_300);

test('channels lie around their numbers, energies around theirs', () => {
  const channels = axisOf(info, 3, 'channel');
  expect([channels.valueAt(0), channels.valueAt(0.5), channels.valueAt(3)]).toEqual([9.5, 10, 12.5]);
  const energies = axisOf(info, 3, 'energy');
  expect([energies.valueAt(0), energies.valueAt(0.5), energies.unit]).toEqual([20, 21, 'keV']);
});

test('the facts: total and rate over the live time, and the dead time as a share of the real one', () => {
  const facts = new Map(factsOf(info, counts));
  expect(facts.get('Counts')).toBe('12\u202f400');
  // 12400 / 8, √12400 / 8
  expect(facts.get('Count rate')).toBe('1550 ± 14\u202fs⁻¹');
  expect(facts.get('Live time')).toBe('8\u202fs');
  expect(facts.get('Dead time')).toBe('20.0\u202f%');
  expect(facts.get('Energy')).toBe('(1 + 2 n) keV');
  const curved = { ...info, calibration: { coefficients: [-0.5, 2, -3e-7], unit: 'keV' }, realS: undefined };
  const others = new Map(factsOf(curved, counts));
  expect(others.get('Energy')).toBe('(−0.5 + 2 n − 3e−7 n²) keV');
  expect([others.get('Real time'), others.get('Dead time')]).toEqual(['—', '—']);
});

test('the cursor tells channel, energy and counts, and dashes where there is nothing', () => {
  expect(cursorFacts(info, counts, 2).map(([, text]) => text)).toEqual(['12', '25.00\u202fkeV', '12\u202f300']);
  expect(cursorFacts(info, counts, 1)[2]).toEqual(['Counts', '—']);
  expect(cursorFacts({ ...info, calibration: undefined }, counts, undefined)).toEqual([
    ['Channel', '—'],
    ['Counts', '—'],
  ]);
});

test('the table has a row per channel, and nothing where nothing is', () => {
  expect(spectrumTable([{ info, counts }])).toBe('channel,energy (keV),counts\n10,21,100\n11,23,\n12,25,12300\n');
  const other = { ...info, title: '=1+1,"x"', firstChannel: 12, calibration: undefined };
  expect(
    spectrumTable([
      { info, counts },
      { info: other, counts: Float64Array.of(5, 6) },
    ]),
  ).toBe('channel,energy Granite (keV),counts Granite,counts 1 1 x\n10,21,100,\n11,23,,\n12,25,12300,5\n13,,,6\n');
});

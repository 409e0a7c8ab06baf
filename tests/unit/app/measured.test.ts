// What the muon example says about its histograms.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decayPairs, fieldUnit } from '../../../src/app/pipeline/measured.ts';
import { nodeSetupFolder } from '../../../src/cli/setup-folder.ts';
import { loadSetup } from '../../../src/pipeline/setup/load.ts';
import type { Setup } from '../../../src/pipeline/setup/setup.ts';

async function example(path: string): Promise<Setup> {
  const url = new URL(`../../../public/examples/${path}`, import.meta.url);
  const { setup } = await loadSetup(readFileSync(url, 'utf8'), nodeSetupFolder(new URL('.', url).pathname));
  return setup!;
}

it('knows the units of decay times and pulse heights, behind exporters, too', async () => {
  const setup = await example('muon/muon_setup.yaml');
  expect(fieldUnit(setup, 'PulseParametersUp', 'decay_time')).toBe('ns');
  expect(fieldUnit(setup, 'PulseParametersUp_Export', '2nd_chA_h')).toBe('mV');
  expect(fieldUnit(setup, 'PulseParametersUp', '1st_chA_p')).toBe('');
  expect(fieldUnit(setup, 'InputBuffer', 'chA')).toBe('');
  expect(fieldUnit(await example('gamma/co-60.yaml'), 'Heights', 'peak_heights')).toBe('');
});

it('finds the histograms of decays upwards and downwards', async () => {
  expect(decayPairs(await example('muon/muon_setup.yaml'))).toEqual([
    { upWorker: 'histogram_up', downWorker: 'histogram_down', channel: 'decay_time' },
  ]);
  expect(decayPairs(await example('gamma/co-60.yaml'))).toEqual([]);
});

// Every simulated instrument that is spoken to in text, on the built page: started by its row of the Connect list it shows
// what stands on the bench, then it is disconnected. One page for all.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { disconnectAll, enter, figure, ink, reading, said, showView, startRow } from '../../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { connect } from '../../support/live-page.ts';

const ROW = 'SCPI instrument';
const FREQUENCY_HZ = 1000;
const AMPLITUDE_V = 4;
/** Of a converter of 8 bits at 1 V a division. */
const STEP_V = 1 / 25;

let app: BuiltApp;
let page: Page;

/** What hands set on the bench: it stays when an instrument is disconnected. */
const BENCH = {
  'generator-rigol': { 'CH1.frequency': FREQUENCY_HZ, 'CH1.amplitude': AMPLITUDE_V, 'CH1.output': true },
  'generator-keysight': { 'CH1.frequency': 250, 'CH1.output': true },
  'supply-rigol': { 'CH1.voltage': 3.3, 'CH1.output': true },
  'supply-keysight': { 'CH1.voltage': 2, 'CH1.current': 0.5, 'CH1.output': true },
};

beforeAll(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  page = await app.visit();
  for (const [name, settings] of Object.entries(BENCH)) {
    await connect(page, `sim-scpi:${name}`);
    await page.evaluate(async (values) => {
      const { instruments } = document.querySelector('lab-app')!.app;
      const [instrument] = instruments.connected.value;
      for (const [id, value] of Object.entries(values)) await instruments.set(instrument!, id, value);
      await instruments.disconnect(instrument!);
    }, settings);
  }
});

afterEach(async () => {
  await disconnectAll(page);
  expect(app.problems).toEqual([]);
});

afterAll(() => app.close());

/** The newest measurement of the first channel. */
const measured = (label: string) =>
  page
    .locator('lab-scope-measurements tbody')
    .first()
    .locator('tr', { has: page.getByRole('rowheader', { name: label, exact: true }) })
    .locator('td.now');

describe('a scope shows the generator at its first input', () => {
  test.each([
    'Rigol DS1054Z',
    'Rigol DHO804',
    'Keysight InfiniiVision',
    'Siglent SDS2000X Plus',
    'Siglent SDS1000X-E',
    'Tektronix MSO2024',
    'Tektronix TDS2024C',
    'LeCroy WaveRunner',
    'Rohde & Schwarz',
  ])('%s', async (model) => {
    await startRow(page, ROW, `${model}, oscilloscope`);
    await showView(page, 'Scope');
    const view = page.locator('lab-scope-view');
    await view.getByRole('button', { name: 'Run', exact: true }).first().click();
    const scale = view.getByLabel(/^\S+ V\/div$/).first();
    await scale.waitFor({ timeout: 20_000 });
    await enter(scale, '1 V');
    await enter(view.getByLabel('Time/div', { exact: true }), '500 µs');
    await expect
      .poll(() => Promise.all([scale, view.getByLabel('Time/div', { exact: true })].map(said)), { timeout: 15_000 })
      .toEqual(['1 V', '500 µs']);
    await view.getByText('Running', { exact: true }).waitFor({ timeout: 15_000 });
    // of a record that was taken with both
    const amplitude = () => figure(measured('Peak to peak'), 'V');
    await expect
      .poll(async () => Math.abs((await amplitude()) - AMPLITUDE_V), { timeout: 15_000 })
      .toBeLessThan(2 * STEP_V);
    await expect.poll(() => figure(measured('Frequency'), 'Hz'), { timeout: 15_000 }).toBeCloseTo(FREQUENCY_HZ, -1);
    expect(await ink(page)).toBeGreaterThan(1000);
  });
});

test('a Red Pitaya with its own system, which has no volts per division, shows the generator', async () => {
  await startRow(page, ROW, 'Red Pitaya with its own system, oscilloscope');
  await page.locator('lab-live-view lab-parameter-panel').getByLabel('Input range').first().selectOption('high');
  await showView(page, 'Scope');
  const view = page.locator('lab-scope-view');
  const time = view.getByLabel('Time/div', { exact: true });
  await time.waitFor({ timeout: 20_000 });
  await enter(time, '500 µs');
  // 38 is the nearest decimation: 38 · 8 ns · 1638.4
  await expect.poll(() => said(time), { timeout: 15_000 }).toMatch(/^498\.07/);
  await view.getByRole('button', { name: 'Run', exact: true }).first().click();
  await view.getByText('Running', { exact: true }).waitFor({ timeout: 15_000 });
  const amplitude = () => figure(measured('Peak to peak'), 'V');
  // of a converter of 14 bits over ±20 V
  await expect
    .poll(async () => Math.abs((await amplitude()) - AMPLITUDE_V), { timeout: 15_000 })
    .toBeLessThan(2 * (20 / 8192));
  await expect.poll(() => figure(measured('Frequency'), 'Hz'), { timeout: 15_000 }).toBeCloseTo(FREQUENCY_HZ, -1);
  expect(await ink(page)).toBeGreaterThan(1000);
});

describe('a supply and a meter show what they measure', () => {
  test.each([
    ['Rigol DP832, supply', 'DP832', { 'CH1 voltage': ['V', 3.3], 'CH1 current': ['A', 0.033] }],
    ['Keysight E36312A, supply', 'E36312A', { 'CH1 voltage': ['V', 2], 'CH1 current': ['A', 0.04] }],
    ['Keysight 34465A, meter', '34465A', { 'DC voltage': ['V', 3.3] }],
  ] as const)('%s', async (simulation, model, quantities) => {
    await startRow(page, ROW, simulation);
    for (const [quantity, [unit, value]] of Object.entries(quantities)) {
      await expect.poll(() => reading(page, model, quantity, unit), { timeout: 15_000 }).toBeCloseTo(value, 3);
    }
  });
});

describe('a generator shows what it is set to', () => {
  test.each([
    ['Rigol DG1000Z, generator', '1 kHz'],
    ['Keysight 33500, generator', '250 Hz'],
  ])('%s', async (simulation, frequency) => {
    await startRow(page, ROW, simulation);
    const panel = page.locator('lab-live-view lab-parameter-panel');
    await expect.poll(() => said(panel.getByLabel('Frequency').first()), { timeout: 15_000 }).toBe(frequency);
    expect(await panel.getByRole('switch', { name: 'Output' }).first().getAttribute('aria-checked')).toBe('true');
  });
});

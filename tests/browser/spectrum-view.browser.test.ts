// A file of spectra through the reader worker and on the screen.

import axe from 'axe-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { loadCoreModule } from '../../src/core/load.ts';
import type { OpenFile } from '../../src/model/ports.ts';
import '../../src/ui/views/spectrum/spectrum-view.ts';
import type { LabSpectrumView } from '../../src/ui/views/spectrum/spectrum-view.ts';
import { FilesClient } from '../../src/workers/reader/client.ts';
import { installRpc } from '../../src/workers/rpc.ts';
import { control, deepAll } from '../support/mount-app.ts';
import { COUNTS, SPE, TITLE, TOTAL, textBytes } from '../support/spectrum-files.ts';

/** The same counts twice: as foreground and, halved, as background. */
const TWO = `<RadInstrumentData>
  <EnergyCalibration id="E"><CoefficientValues>1.5 2.25</CoefficientValues></EnergyCalibration>
  ${[COUNTS, COUNTS.map((count) => Math.floor(count / 2))].map(
    (counts, i) => `<RadMeasurement><MeasurementClassCode>${['Foreground', 'Background'][i]}</MeasurementClassCode>
      <Spectrum energyCalibrationReference="E"><ChannelData>${counts.join(' ')}</ChannelData></Spectrum></RadMeasurement>`,
  )}
</RadInstrumentData>`;

let files: FilesClient;
let view: LabSpectrumView | undefined;

beforeAll(() => {
  installRpc();
  files = new FilesClient(loadCoreModule());
});

afterEach(() => view?.remove());

async function show(name: string, text: string): Promise<OpenFile> {
  const file = await files.open(new File([textBytes(text)], name));
  view = document.createElement('lab-spectrum-view');
  view.store = file.store;
  view.spectra = file.spectra!;
  view.label = name;
  view.style.cssText = 'position: fixed; inset: 0; block-size: 600px;';
  document.body.append(view);
  await expect.poll(() => inView('canvas').length).toBe(1);
  return file;
}

const inView = (selector: string) => deepAll(selector, view!.shadowRoot!);
const spoken = (selector: string) => (inView(selector)[0]?.textContent ?? '').replace(/\s+/g, ' ');
const facts = () => spoken('aside');
const findings = () => spoken('footer');
const canvas = () => inView('lab-plot-canvas')[0]!;
const buttons = () => inView('button').map((button) => button.textContent?.trim());
const label = () => inView('canvas')[0]?.getAttribute('aria-label');

function point(type: string, part: number, init: PointerEventInit = {}): void {
  const { left, top, width, height } = canvas().getBoundingClientRect();
  // the plot begins and ends so far from the edges of the canvas
  const x = left + 58 + part * (width - 58 - 20);
  const at = { clientX: x, clientY: top + height / 2, pointerId: 1, bubbles: true, ...init };
  canvas().dispatchEvent(new PointerEvent(type, at));
}

function wheel(part: number, deltaY: number): void {
  const { left, top, width, height } = canvas().getBoundingClientRect();
  const clientX = left + 58 + part * (width - 58 - 20);
  canvas().dispatchEvent(
    new WheelEvent('wheel', { deltaY, clientX, clientY: top + height / 2, bubbles: true, cancelable: true }),
  );
}

test('the worker tells what the spectra are', async () => {
  const { spectra, store } = await show('own.spe', SPE);
  expect(spectra).toMatchObject([{ signalId: 'counts', title: TITLE, liveS: 117.5, realS: 120 }]);
  const { values } = await store.samples('counts', 0, COUNTS.length);
  expect(Array.from(values, Number)).toEqual(COUNTS);
});

test('total, times, rate and dead time stand beside the picture', async () => {
  await show('own.spe', SPE);
  const thousands = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
  expect(facts()).toContain(TITLE);
  expect(facts()).toContain(`Counts${thousands(TOTAL)}`);
  expect(facts()).toContain('Live time117.5 s');
  // 2.5 of 120 s
  expect(facts()).toContain('Dead time2.08 %');
  expect(label()).toBe(`Spectrum ${TITLE}: ${TOTAL} counts`);
});

test('the cursor tells the channel, its energy and its counts', async () => {
  await show('own.spe', SPE);
  await userEvent.click(control('button', 'Channel'));
  // the middle of channel 120 of 256, which is 120.5 bins from the left
  point('pointermove', 120.5 / 256);
  await expect.poll(facts).toContain('Channel120');
  // 1.5 + 2.25 · 120 + 1e-4 · 120²
  expect(facts()).toContain('Energy272.94 keV');
  expect(facts()).toContain(`Counts${COUNTS[120]}`);
  point('pointerleave', 0.9);
  await expect.poll(facts).toContain('Channel—');
});

test('a dragged region is fitted, in energies and in channels', async () => {
  await show('own.spe', SPE);
  canvas().setPointerCapture = () => {};
  // energies are nearly a straight line of channels: 95 and 146 of 256
  point('pointerdown', 95 / 256);
  point('pointermove', 146 / 256);
  point('pointerup', 146 / 256);
  await expect.poll(findings).toMatch(/peak at 272\.\d+ ± 0\.\d+ keV/);
  const width = Number(/FWHM\) (\d+\.\d+)/.exec(findings())![1]);
  // 4 channels · 2.355 · (2.25 + 2 · 1e-4 · 120) keV
  expect(Math.abs(width - 21.4)).toBeLessThan(1.2);
  expect(findings()).toMatch(/net area \d+ ± \d+ = \d+\.\d+ ± \d+\.\d+ s⁻¹/);
  await userEvent.click(control('button', 'Channel'));
  await expect.poll(findings).toMatch(/peak at (119\.9|120\.[01])\d* ± 0\.\d+,/);
});

test('a region of the file is marked by a click, and named by its channels', async () => {
  await show('own.spe', SPE);
  await userEvent.click(control('button', 'Channel'));
  await userEvent.click(inView('.regions button')[1]!);
  await expect.poll(findings).toContain('peak at');
  const field = (name: string) => control('label', name).querySelector('input')!.value;
  expect([field('from'), field('to')]).toEqual(['100', '140']);
});

test('the wheel zooms, keys move the cursor, and all is shown again', async () => {
  await show('own.spe', SPE);
  expect(buttons()).not.toContain('all');
  wheel(0.5, -300);
  await expect.poll(buttons).toContain('all');
  point('pointermove', 0.5);
  const channel = () => Number(/Channel(\d+)/.exec(facts())?.[1]);
  await expect.poll(channel).toBeGreaterThan(0);
  const before = channel();
  canvas().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  await expect.poll(channel).toBe(before + 1);
  canvas().dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }));
  await expect.poll(buttons).not.toContain('all');
});

test('several spectra lie over each other, and any of them is measured', async () => {
  await show('two.n42', TWO);
  await expect.poll(label).toBe(`Spectrum Foreground: ${TOTAL} counts`);
  expect(inView('li').map((row) => row.textContent?.trim())).toEqual(['Foreground', 'Background']);
  await userEvent.click(control('button', 'Background'));
  const half = COUNTS.reduce((sum, count) => sum + Math.floor(count / 2), 0);
  await expect.poll(label).toBe(`Spectrum Background: ${half} counts`);
});

test('an energy axis that the file does not tell cannot be chosen, and says why', async () => {
  await show('bare.spe', '$DATA:\n0 9\n0 1 2 3 4 5 6 7 8 9\n');
  const energy = control('button', 'Energy');
  expect(energy.getAttribute('aria-disabled')).toBe('true');
  expect(energy.title).toContain('no energy calibration');
  expect(facts()).toContain('Live time—');
});

test('axe finds nothing', async () => {
  await show('two.n42', TWO);
  await userEvent.click(control('button', 'region'));
  await userEvent.click(control('button', 'peaks'));
  const { violations } = await axe.run(view!, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

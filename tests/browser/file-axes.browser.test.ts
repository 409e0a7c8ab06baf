// Files whose signals do not lie along time: what the room says of their axes.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { SignalAxis } from '../../src/model/signal-store.ts';
import { SvgPainter } from '../../src/ui/plot/svg-painter.ts';
import { drawingOf } from '../../src/ui/views/waveform/export-image.ts';
import type { LabWaveformPlot } from '../../src/ui/views/waveform/waveform-plot.ts';
import type { LabWaveformView } from '../../src/ui/views/waveform/waveform-view.ts';
import { rampStore } from '../support/axis-store.ts';
import { control, deepAll, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';

const FREQUENCY: SignalAxis = { name: 'frequency', unit: 'Hz' };
const SAMPLE: SignalAxis = { name: 'sample', unit: '' };

let mounted: MountedApp;

beforeEach(async () => {
  mounted = await mountApp();
  mounted.app.navigation.show('files');
});
afterEach(unmountApps);

const view = () => deepAll('lab-waveform-view')[0] as LabWaveformView;
const panelText = () => deepAll('lab-file-panel')[0]?.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const plain = (text: string) => text.replaceAll('\u202f', ' ');

/** The exported picture as text. */
function svgOf(plot: LabWaveformPlot): string {
  const { fonts, draw, widthPx, heightPx } = drawingOf(plot.sceneOf(1000, 400));
  const painter = new SvgPainter(fonts);
  draw(painter);
  return plain(painter.toSvg(widthPx, heightPx));
}

async function show(store: ReturnType<typeof rampStore>): Promise<string> {
  mounted.ports.files.next = { store, diagnostics: [] };
  await mounted.app.files.open([{ file: new File(['x'], 'ramp.csv') }]);
  await expect.poll(() => view()?.model.spanS).toBeGreaterThan(1);
  await settle();
  const plot = deepAll('lab-waveform-plot')[0] as LabWaveformPlot;
  return svgOf(plot);
}

it('counts samples where nothing says how far apart they are, and never says a second', async () => {
  const picture = await show(rampStore([{ name: 'v', unit: 'V', axis: SAMPLE, sampleCount: 12_000, rate: 1 }]));
  expect(picture).toContain('sample');
  expect(picture).not.toMatch(/\ds<| m?s<|Hz/);
  expect(plain(panelText())).toContain('12 000 samples');
  view().model.addMarker({ axis: 'time', first: 10, second: 30 });
  await settle();
  const sheet = plain(deepAll('lab-marker-panel')[0]?.shadowRoot?.textContent ?? '');
  expect(sheet).toContain('first sample');
  expect(sheet).not.toContain('1/Δ');
  await expect.poll(() => plain(deepAll('lab-marker-panel')[0]?.shadowRoot?.textContent ?? '')).toContain('390.000 V');
  const rows = deepAll('th').map((cell) => cell.textContent);
  expect(rows).toContain('sum');
  expect(rows.filter((name) => name?.includes('∫'))).toEqual([]);
});

it('chooses one of two axes and says what is not drawn', async () => {
  const picture = await show(
    rampStore([
      { name: 'trace', unit: 'V', sampleCount: 1000, rate: 100 },
      { name: 'density', unit: 'V', axis: FREQUENCY, sampleCount: 501, rate: 0.1 },
    ]),
  );
  expect(picture).not.toContain('density');
  expect(panelText()).toContain('Not drawn here: density (along frequency).');
  view().model.addMarker({ axis: 'time', first: 1 });
  await userEvent.click(control('button', 'frequency (Hz)'));
  await expect.poll(() => view()?.model.spanS).toBe(5010);
  await settle();
  expect(panelText()).toContain('Not drawn here: trace (along time).');
  expect(plain(panelText())).toContain('5.010 kHz');
  // a place in seconds says nothing here
  expect(view().model.state.markers).toEqual([]);
  const plot = deepAll('lab-waveform-plot')[0] as LabWaveformPlot;
  const spectrum = svgOf(plot);
  expect(spectrum).toContain('>frequency<');
  expect(spectrum).toContain('>kHz<');
  await userEvent.click(control('button', 'time (s)'));
  await expect.poll(() => view()?.model.state.markers.length).toBe(1);
});

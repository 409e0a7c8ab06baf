import { afterEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { LabWaveformPlot } from '../../src/ui/views/waveform/waveform-plot.ts';
import { rampStore } from '../support/axis-store.ts';
import { control, deepAll, mountApp, settle, unmountApps } from '../support/mount-app.ts';

afterEach(unmountApps);

const shown = () =>
  (deepAll('lab-waveform-plot')[0] as LabWaveformPlot).scene!.layout.lanes.map(({ lane }) => lane.name);

it('shows the first of many signals, says how many wait, and others when they are ticked', async () => {
  const { app, ports } = await mountApp();
  const names = Array.from({ length: 64 }, (_, i) => `${i < 32 ? 'left' : 'right'}/ch${i}`);
  ports.files.next = {
    store: rampStore(names.map((name) => ({ name, unit: 'V', sampleCount: 1000, rate: 10 }))),
    diagnostics: [],
  };
  await app.files.open([{ file: new File(['x'], 'many.h5') }]);
  await settle();
  await expect.poll(shown).toEqual(names.slice(0, 10));
  await userEvent.click(control('button', '10 of 64'));
  await settle();
  await userEvent.fill(control('input', 'Search the signals'), 'right ch60');
  await settle();
  const tick = deepAll('lab-axes-panel')[0]!.shadowRoot!.querySelector<HTMLInputElement>('.lane input[type=checkbox]')!;
  await userEvent.click(tick);
  await expect.poll(shown).toContain('right/ch60');
  await userEvent.fill(control('input', 'Search the signals'), '');
  await settle();
  const groups = [...deepAll('lab-axes-panel')[0]!.shadowRoot!.querySelectorAll('.group')];
  expect(groups.map((group) => group.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
    'left10 of 32',
    'right1 of 32',
  ]);
  await userEvent.click(groups[0]!.querySelector('input')!);
  await settle();
  // all of a group are wanted: those without room are left out, none is squeezed
  const boxes = (deepAll('lab-waveform-plot')[0] as LabWaveformPlot).scene!.layout.lanes;
  expect(Math.min(...boxes.map(({ plot }) => plot.height))).toBeGreaterThanOrEqual(40);
  expect(boxes.length).toBeLessThan(33);
});

import axe from 'axe-core';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { pngOf, svgOf } from '../../../src/ui/save-picture.ts';
import { pageTheme } from '../../../src/ui/theme/theme.ts';
import { drawingOf } from '../../../src/ui/views/waveform/export-image.ts';
import { PeriodicStore } from '../../support/periodic-store.ts';
import { lanePixels, nextFrames, PULSES, pointer, RATE_HZ, settled, show, wheel } from './support.ts';

const TEN_BILLION = 1e10;

const middleOf = (plots: { x: number; y: number; width: number; height: number }) => ({
  x: plots.x + plots.width / 2,
  y: plots.y + 30,
});

test('ten billion samples open with a screen of bins and no sample read', async () => {
  const store = new PeriodicStore(PULSES, TEN_BILLION);
  const { plot } = await show(store);
  expect(plot.model.state.time).toEqual({ startS: 0, endS: TEN_BILLION / RATE_HZ });
  const bins = store.requests.reduce((sum, { count }) => sum + count, 0);
  expect(bins).toBeGreaterThan(3 * 500);
  expect(bins).toBeLessThan(3 * 10 * 1000 * devicePixelRatio);
  expect(store.sampleReads).toEqual([]);
});

test('the wheel zooms at the pointer, down to single samples', async () => {
  const store = new PeriodicStore(PULSES, TEN_BILLION);
  const { plot, surface } = await show(store);
  const { plots } = plot.scene!.layout;
  const x = plots.x + Math.round(plots.width / 4);
  const timeAtPointer = () => plot.model.state.time.startS + (plot.model.spanS * (x - plots.x)) / plots.width;
  const before = timeAtPointer();
  for (let step = 0; step < 150; step++) {
    wheel(surface, x, plots.y + 20, -100);
    await nextFrames(1);
  }
  expect(timeAtPointer()).toBeCloseTo(before, 6);
  expect(plot.model.spanS).toBeCloseTo(8 / RATE_HZ, 9);
  await settled(plot);
  expect(store.requests.at(-1)!.increment).toBe(1);
  expect(Math.max(...store.requests.map(({ count }) => count))).toBeLessThan(5000 * devicePixelRatio);
});

test('half a wheel step zooms half as far, and one gesture is one undo step', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const { x, y } = middleOf(plot.scene!.layout.plots);
  wheel(surface, x, y, -50);
  wheel(surface, x, y, -50);
  await nextFrames();
  expect(plot.model.spanS).toBeCloseTo(1 / 1.25, 9);
  plot.model.undo();
  expect(plot.model.spanS).toBe(1);
});

test('a drag pans by what the pointer moved; Escape takes it back', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  plot.model.setTime({ startS: 0.4, endS: 0.6 });
  await settled(plot);
  const { plots } = plot.scene!.layout;
  const { x, y } = middleOf(plots);
  pointer(surface, 'pointerdown', x, y);
  pointer(surface, 'pointermove', x + plots.width / 4, y);
  await nextFrames();
  expect(plot.model.state.time.startS).toBeCloseTo(0.35, 9);
  surface.focus();
  await userEvent.keyboard('{Escape}');
  expect(plot.model.state.time).toEqual({ startS: 0.4, endS: 0.6 });
  pointer(surface, 'pointerup', x, y);
  await nextFrames();
  expect(plot.model.state.time).toEqual({ startS: 0.4, endS: 0.6 });
});

test('Shift-drag selects, Ctrl-drag zooms into the box', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const { plots, lanes } = plot.scene!.layout;
  const lane = lanes[0]!;
  const x = (part: number) => plots.x + plots.width * part;
  pointer(surface, 'pointerdown', x(0.2), lane.plot.y + 10, { shiftKey: true });
  pointer(surface, 'pointermove', x(0.6), lane.plot.y + 50, { shiftKey: true });
  pointer(surface, 'pointerup', x(0.6), lane.plot.y + 50, { shiftKey: true });
  expect(plot.model.state.selection!.startS).toBeCloseTo(0.2, 5);
  expect(plot.model.state.selection!.endS).toBeCloseTo(0.6, 5);
  await nextFrames();
  pointer(surface, 'pointerdown', x(0.25), lane.plot.y + 10, { ctrlKey: true });
  pointer(surface, 'pointermove', x(0.5), lane.plot.y + lane.plot.height / 2, { ctrlKey: true });
  pointer(surface, 'pointerup', x(0.5), lane.plot.y + lane.plot.height / 2, { ctrlKey: true });
  expect(plot.model.state.time.startS).toBeCloseTo(0.25, 5);
  expect(plot.model.state.time.endS).toBeCloseTo(0.5, 5);
  const range = plot.model.state.lanes['current']!.range!;
  expect(range.min).toBeGreaterThan(0.0055);
  expect(range.max).toBeLessThan(0.012);
});

test('a value axis pans, zooms and fits again', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const lane = plot.scene!.layout.lanes[0]!;
  const shown = () => plot.scene!.ranges.get('current')!;
  const auto = shown();
  const x = lane.axis.x + 20;
  const y = lane.axis.y + lane.axis.height / 2;
  wheel(surface, x, y, -100);
  await nextFrames();
  expect(shown().max - shown().min).toBeCloseTo((auto.max - auto.min) / 1.25, 9);
  pointer(surface, 'pointerdown', x, y);
  pointer(surface, 'pointermove', x, y + 20);
  pointer(surface, 'pointerup', x, y + 20);
  await nextFrames();
  expect(shown().max + shown().min).toBeGreaterThan(auto.max + auto.min);
  pointer(surface, 'dblclick', x, y);
  surface.dispatchEvent(
    new MouseEvent('dblclick', {
      clientX: surface.getBoundingClientRect().left + x,
      clientY: surface.getBoundingClientRect().top + y,
      bubbles: true,
    }),
  );
  await nextFrames();
  expect(shown()).toEqual(auto);
});

test('the keyboard does it all', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const { model } = plot;
  surface.focus();
  await userEvent.keyboard('+');
  expect(model.spanS).toBeCloseTo(1 / 1.5, 9);
  await userEvent.keyboard('{ArrowRight}');
  expect(model.state.time.startS).toBeCloseTo(1 / 6 + 1 / 15, 9);
  await userEvent.keyboard('0');
  expect(model.spanS).toBe(1);
  await userEvent.keyboard('sd');
  expect(model.state.markers.map(({ second }) => second !== undefined)).toEqual([false, true]);
  expect(model.state.markers[0]!.first).toBe(0.5);
  await userEvent.keyboard('{Delete}');
  expect(model.state.markers).toHaveLength(1);
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(model.state.markers).toHaveLength(2);
  await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
  expect(model.state.markers).toHaveLength(1);
  await userEvent.keyboard('{Shift>}{Delete}{/Shift}');
  expect(model.state.markers).toHaveLength(0);
});

test('typed positions give figures exact to the sample', async () => {
  const { view, plot } = await show(new PeriodicStore(PULSES, TEN_BILLION));
  const id = plot.model.addMarker({ axis: 'time', first: 1, second: 2 });
  await view.updateComplete;
  const panel = view.shadowRoot!.querySelector('lab-marker-panel')!;
  await panel.updateComplete;
  const fields = [...panel.shadowRoot!.querySelectorAll('lab-exact-field')];
  const [first, , delta] = fields.map((field) => field.shadowRoot!.querySelector('input')!);
  await userEvent.fill(first!, '7000');
  await userEvent.keyboard('{Enter}');
  await userEvent.fill(delta!, '2 ms');
  await userEvent.keyboard('{Enter}');
  expect(plot.model.marker(id)).toMatchObject({ first: 7000, second: 7000.002 });
  const cells = () =>
    [...panel.shadowRoot!.querySelectorAll('tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map((cell) => cell.textContent!.replaceAll('\u202f', ' ')),
    );
  // Two periods: mean 0.9 · 1 mA + 0.1 · 11 mA; n − 1 in the deviation; 2 mA · 2 ms.
  await expect.poll(() => cells().find(([name]) => name === 'mean')).toEqual(['mean', '2.00000 mA', '3.00000 V']);
  expect(cells().find(([name]) => name === 'std')![1]).toBe('3.00075 mA');
  expect(
    cells()
      .find(([name]) => name === '∫ dt')!
      .slice(1),
  ).toEqual(['4.00000 µC', '6.00000 mV·s']);
  expect(
    cells()
      .find(([name]) => name === '∫ dt, in h')!
      .slice(1),
  ).toEqual(['1.11111 nAh', '']);
  expect(cells().find(([name]) => name === 'samples')![1]).toBe('2 000');
});

test('an integral over a gap stands beside what was measured and its share', async () => {
  const steps = [
    { lengthSamples: 600, value: 0.002 },
    { lengthSamples: 400, value: Number.NaN },
  ];
  const store = new PeriodicStore([{ name: 'current', unit: 'A', sampleRateHz: RATE_HZ, steps }], TEN_BILLION);
  const { view, plot } = await show(store);
  plot.model.addMarker({ axis: 'time', first: 1, second: 1.01 });
  await view.updateComplete;
  const panel = view.shadowRoot!.querySelector('lab-marker-panel')!;
  const figure = (name: string) =>
    [...panel.shadowRoot!.querySelectorAll('tr')]
      .find((row) => row.querySelector('th')?.textContent === name)
      ?.querySelector('td')
      ?.textContent?.replaceAll('\u202f', ' ');
  // 2 mA for 10 ms, of which 6 ms are there
  await expect.poll(() => figure('∫ dt')).toBe('20.0000 µC');
  expect(figure('∫ measured')).toBe('12.0000 µC');
  expect(figure('measured')).toBe('60.0 %');
});

test('the figures of a long span are shown at once, marked as approximate until the exact ones are there', async () => {
  const store = new PeriodicStore(PULSES, TEN_BILLION);
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  store.beforeStatistics = () => gate;
  const { view, plot } = await show(store);
  plot.model.addMarker({ axis: 'time', first: 0, second: 10 });
  await view.updateComplete;
  const panel = view.shadowRoot!.querySelector('lab-marker-panel')!;
  const meanCell = () => panel.shadowRoot!.querySelectorAll<HTMLElement>('tbody tr:first-child td, tr td.number')[0];
  await expect.poll(() => meanCell()?.textContent?.replaceAll('\u202f', ' ')).toBe('≈ 2.00000 mA');
  expect(meanCell()!.title).toMatch(/exact figures are being computed/);
  release();
  await expect.poll(() => meanCell()!.textContent?.replaceAll('\u202f', ' ')).toBe('2.00000 mA');
  expect(meanCell()!.title).toBe('');
});

test('the bar of a pair moves both ends and keeps their distance', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const id = plot.model.addMarker({ axis: 'time', first: 0.2, second: 0.5 });
  await nextFrames();
  const { plots, flags } = plot.scene!.layout;
  const x = plots.x + plots.width * 0.3;
  pointer(surface, 'pointerdown', x, flags.y + 8);
  for (let i = 1; i <= 10; i++) {
    pointer(surface, 'pointermove', x + (plots.width * i) / 100, flags.y + 8);
    await nextFrames(1);
  }
  pointer(surface, 'pointerup', x + plots.width * 0.1, flags.y + 8);
  const { first, second } = plot.model.marker(id)!;
  expect(first).toBeCloseTo(0.3, 5);
  expect(second! - first).toBeCloseTo(0.3, 12);
  expect(Number.isInteger(Math.round(first * RATE_HZ * 1e4) / 1e4)).toBe(true);
});

test('the right-click menu works with the keyboard and closes with Escape', async () => {
  const { view, plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const box = surface.getBoundingClientRect();
  surface.dispatchEvent(
    new MouseEvent('contextmenu', {
      button: 2,
      clientX: box.left + 400,
      clientY: box.top + 150,
      bubbles: true,
      cancelable: true,
    }),
  );
  const menu = view.shadowRoot!.querySelector('lab-context-menu')!;
  await expect.poll(() => menu.matches(':popover-open')).toBe(true);
  await userEvent.keyboard('{Enter}');
  expect(plot.model.state.markers).toHaveLength(1);
  expect(menu.matches(':popover-open')).toBe(false);
});

test('a note from the menu is typed at once, and Enter keeps it', async () => {
  const { view, plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const box = surface.getBoundingClientRect();
  const at = { button: 2, clientX: box.left + 400, clientY: box.top + 150, bubbles: true, cancelable: true };
  surface.dispatchEvent(new MouseEvent('contextmenu', at));
  const menu = view.shadowRoot!.querySelector('lab-context-menu')!;
  await expect.poll(() => menu.matches(':popover-open')).toBe(true);
  [...menu.shadowRoot!.querySelectorAll('button')].find((item) => item.textContent?.includes('Add a note'))!.click();
  const input = () =>
    view.shadowRoot!.querySelector('lab-notes-panel')?.shadowRoot?.querySelector<HTMLInputElement>('li input');
  await expect.poll(() => input()?.matches(':focus')).toBe(true);
  await userEvent.keyboard('Inrush{Enter}');
  expect(plot.model.state.notes.map(({ text }) => text)).toEqual(['Inrush']);
});

test('the span in the tool bar is typed exactly; some signals wait in the list of axes', async () => {
  const { view, plot } = await show(new PeriodicStore(PULSES, 1e6));
  const field = view.shadowRoot!.querySelector('lab-exact-field')!.shadowRoot!.querySelector('input')!;
  expect(field.value).toBe('1.000\u202fs');
  plot.model.setTime({ startS: 0.4, endS: 0.65432125 });
  await expect.poll(() => field.value).toBe('254.3\u202fms');
  field.focus();
  expect(field.value).toBe('254.32125\u202fms');
  await userEvent.fill(field, '20 ms');
  await userEvent.keyboard('{Enter}');
  expect(plot.model.spanS).toBeCloseTo(0.02, 12);

  view.hiddenSignalIds = ['voltage'];
  view.store = new PeriodicStore(PULSES, 1e6);
  const names = () => plot.scene!.layout.lanes.map(({ lane }) => lane.name);
  await expect.poll(names).toEqual(['Current', 'Input 0']);
  plot.model.setLane('voltage', { isHidden: false });
  await expect.poll(names).toEqual(['Current', 'Voltage', 'Input 0']);
});

test('a live view follows with a fixed span; Space holds it, pixel for pixel, while data arrive', async () => {
  const store = new PeriodicStore(PULSES, 30e6);
  const shown = await show(store, true);
  const { plot, surface } = shown;
  expect(plot.model.state.isFollowing).toBe(true);
  const { spanS } = plot.model;
  store.endSample += 123_457;
  await settled(plot);
  expect(plot.model.spanS).toBeCloseTo(spanS, 9);
  expect(plot.model.state.time.endS).toBeCloseTo(store.endSample / RATE_HZ, 1);
  surface.focus();
  await userEvent.keyboard(' ');
  expect(plot.model.state.isFollowing).toBe(false);
  await settled(plot);
  const held = lanePixels(shown);
  const { time } = plot.model.state;
  for (let i = 0; i < 20; i++) {
    store.endSample += 33_333;
    store.startSample += 1_000_001;
    await nextFrames(3);
  }
  expect(plot.model.state.time).toBe(time);
  expect(lanePixels(shown)).toEqual(held);
  expect(new Set(held).size).toBeGreaterThan(4);
  await userEvent.keyboard(' ');
  expect(plot.model.state.isFollowing).toBe(true);
  expect(plot.model.spanS).toBeCloseTo(spanS, 9);
});

test('while a better picture is on its way the old one stays', async () => {
  const store = new PeriodicStore(PULSES, TEN_BILLION);
  const shown = await show(store);
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  store.beforeSummary = () => gate;
  const asked = store.requests.length;
  for (let i = 1; i <= 20; i++) {
    shown.plot.model.setTime({ startS: 100 * i, endS: 100 * i + 50 });
    await nextFrames(1);
  }
  // One request per signal is under way, the newest waits: nothing piles up.
  expect(store.requests.length - asked).toBe(3);
  const colors = new Set(new Uint32Array(lanePixels(shown).buffer));
  expect(colors.size).toBeGreaterThan(4);
  release();
  await settled(shown.plot);
  expect(store.requests.length - asked).toBe(6);
  expect(store.requests.at(-1)!.start / RATE_HZ).toBeGreaterThan(1900);
});

test.each(['dark', 'light', 'high-contrast'] as const)('axe finds nothing in %s', async (theme) => {
  pageTheme().choose(theme);
  const { view, plot } = await show(new PeriodicStore(PULSES, 1e6));
  plot.model.addMarker({ axis: 'time', first: 0.2, second: 0.5 });
  plot.model.addMarker({ axis: 'value', laneId: 'current', first: 0.005 });
  plot.model.addNote({ laneId: 'current', timeS: 0.1, value: 0.001, text: 'boot' });
  await view.updateComplete;
  await nextFrames(10);
  const { violations } = await axe.run(view);
  pageTheme().choose('dark');
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
});

test('low lanes of two instruments say in their own rows what is measured, of which and in what unit', async () => {
  const ofTwo = new PeriodicStore(PULSES, 1e6);
  const signals = ofTwo.signals();
  ofTwo.signals = () =>
    ['JS110 900001', 'JS220 920007'].flatMap((source) =>
      signals.map((signal) => ({ ...signal, id: signal.id, source })),
    );
  const { plot } = await show(ofTwo);
  const scene = plot.sceneOf(390, 90 + 40 * plot.sceneOf(390, 500).layout.lanes.length);
  const parsed = new DOMParser().parseFromString(svgOf(drawingOf(scene)), 'image/svg+xml');
  const texts = [...parsed.querySelectorAll('text')].map((text) => ({
    text: text.textContent,
    y: Number(text.getAttribute('y')),
  }));
  for (const { lane, axis } of scene.layout.lanes) {
    const own = texts.filter(({ y }) => y >= axis.y && y < axis.y + axis.height).map(({ text }) => text);
    expect(own).toContain(lane.name.slice(lane.source.length + 1));
    if (lane.isDigital) continue;
    expect(own.some((text) => text!.endsWith(lane.source.slice(-3)))).toBe(true);
    expect(own).toContain(lane.unit === 'A' ? 'mA' : lane.unit);
  }
});

test('the same scene becomes SVG and PNG', async () => {
  const { plot } = await show(new PeriodicStore(PULSES, 1e6));
  plot.model.addMarker({ axis: 'time', first: 0.25, name: 'boot' });
  const scene = plot.sceneOf(800, 500);
  const parsed = new DOMParser().parseFromString(svgOf(drawingOf(scene)), 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  const texts = [...parsed.querySelectorAll('text')].map((text) => text.textContent);
  expect(texts).toEqual(expect.arrayContaining(['Current', 'Voltage', 'mA']));
  expect(texts.some((text) => text!.startsWith('boot '))).toBe(true);
  const image = await createImageBitmap(await pngOf(drawingOf(scene)));
  expect([image.width, image.height]).toEqual([1600, 1000]);
});

test('a compared recording is aligned at two markers, and undo takes it back', async () => {
  const { view, plot } = await show(new PeriodicStore(PULSES, 1e6));
  view.compared = [{ store: new PeriodicStore(PULSES, 1e6), label: 'other.jls' }];
  await view.updateComplete;
  await settled(plot);
  expect(plot.lanes.map(({ traces }) => traces.length)).toEqual([2, 2, 2]);
  plot.model.addMarker({ axis: 'time', first: 0.3, second: 0.1 });
  await view.updateComplete;
  const panel = view.shadowRoot!.querySelector('lab-compare-panel')!;
  await panel.updateComplete;
  panel.shadowRoot!.querySelector('button')!.click();
  expect(plot.model.state.shifts['other.jls']).toBeCloseTo(0.2, 12);
  await nextFrames();
  expect(plot.model.bounds.extent.endS).toBeCloseTo(1.2, 9);
  plot.model.undo();
  await nextFrames();
  expect(plot.model.bounds.extent.endS).toBe(1);
});

test('the analysis of the span between the markers shows a histogram and a spectrum', async () => {
  const { view, plot } = await show(new PeriodicStore(PULSES, 1e6));
  plot.model.addMarker({ axis: 'time', first: 0, second: 0.01 });
  await userEvent.click(view.shadowRoot!.querySelector('[aria-label="Histogram and spectrum"]')!);
  await view.updateComplete;
  const panel = view.shadowRoot!.querySelector('lab-analysis-panel')!;
  const note = () => panel.shadowRoot!.querySelector('.note')!.textContent!.replaceAll('\u202f', ' ');
  await expect.poll(note).toBe('Between the markers: 10.00 ms, 10 000 samples');
  await userEvent.selectOptions(panel.shadowRoot!.querySelector('[aria-label="Kind of analysis"]')!, 'spectrum');
  await expect.poll(note).toBe('Between the markers: 10.00 ms, 2 segments, 122.1 Hz per bin');
  const { violations } = await axe.run(view);
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('the view of an earlier visit comes back, markers and all', async () => {
  const { view, plot } = await show(new PeriodicStore(PULSES, 1e6));
  let saved: unknown;
  view.addEventListener('lab-view-saved', (event) => {
    saved = JSON.parse(JSON.stringify((event as CustomEvent).detail));
  });
  plot.model.setTime({ startS: 0.25, endS: 0.5 });
  plot.model.addMarker({ axis: 'time', first: 0.3, second: 0.4, name: 'boot' });
  view.remove();
  const again = await show(new PeriodicStore(PULSES, 1e6), false, saved);
  expect(again.plot.model.state.time).toEqual({ startS: 0.25, endS: 0.5 });
  expect(again.plot.model.state.markers).toMatchObject([{ name: 'boot', first: 0.3, second: 0.4 }]);
});

test('two fingers zoom about their middle', async () => {
  const { plot, surface } = await show(new PeriodicStore(PULSES, 1e6));
  const { plots } = plot.scene!.layout;
  const y = plots.y + 50;
  const x = (part: number) => plots.x + plots.width * part;
  // The browser captures only pointers of real devices.
  surface.setPointerCapture = () => {};
  const finger = (type: string, id: number, part: number) =>
    pointer(surface, type, x(part), y, { pointerId: id, pointerType: 'touch' });
  finger('pointerdown', 11, 0.45);
  finger('pointerdown', 12, 0.55);
  finger('pointermove', 11, 0.45);
  finger('pointermove', 11, 0.4);
  finger('pointermove', 12, 0.6);
  finger('pointerup', 11, 0.4);
  finger('pointerup', 12, 0.6);
  expect(plot.model.spanS).toBeCloseTo(0.5, 6);
  expect(plot.model.state.time.startS).toBeCloseTo(0.25, 6);
});

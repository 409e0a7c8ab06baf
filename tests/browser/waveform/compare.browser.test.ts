// Several files in one view: the legend, places of their own, figures of each, differences, and what a picture says.

import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { differenceOf } from '../../../src/formats/difference/difference.ts';
import { svgOf } from '../../../src/ui/save-picture.ts';
import { pageTheme } from '../../../src/ui/theme/theme.ts';
import { drawingOf } from '../../../src/ui/views/waveform/export-image.ts';
import { deepAll } from '../../support/mount-app.ts';
import { valueStore } from '../../support/value-store.ts';
import { nextFrames, type Shown, settled, show } from './support.ts';

const ramp = (first: number, step: number, count = 10) => Array.from({ length: count }, (_, i) => first + i * step);
const plain = (text: string | null | undefined) =>
  (text ?? '')
    .replaceAll(/[\u202f\u00a0]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

let shown: Shown;

/** Three files: 0, 1 … 9 V at 10 Hz, 100, 102 … 118 V at 10 Hz, and amperes. */
beforeEach(async () => {
  shown = await show(valueStore({ values: ramp(0, 1), rate: 10 }));
  const { view, plot } = shown;
  view.label = 'meter.csv';
  view.differenceOf = differenceOf;
  view.compared = [
    { store: valueStore({ values: ramp(100, 2), rate: 10 }), label: 'logger.csv' },
    { store: valueStore({ name: 'I', unit: 'A', values: ramp(5, 0), rate: 10 }), label: 'shunt.csv' },
  ];
  await view.updateComplete;
  await settled(plot);
  await view.updateComplete;
});

const within = (selector: string) => deepAll(selector, shown.view.shadowRoot!);
const field = (label: string) =>
  deepAll('input', shown.view.shadowRoot!).find((each) => each.ariaLabel === label) as HTMLInputElement;
const button = (name: string) =>
  deepAll('button', shown.view.shadowRoot!).find((each) => plain(each.ariaLabel ?? each.textContent) === name)!;
const textOf = (element: string) => plain(within(element)[0]!.shadowRoot!.textContent);
const panelText = () => textOf('lab-compare-panel');

async function type(label: string, text: string): Promise<void> {
  await userEvent.fill(field(label), text);
  await userEvent.keyboard('{Enter}');
  await nextFrames(3);
}

/** Cells of the figures of a lane: by row, one for each file. */
function figures(lane: string): Record<string, string[]> {
  const root = within('lab-compared-figures')[0]!.shadowRoot!;
  const table = [...root.querySelectorAll('table')].find((each) => plain(each.caption?.textContent) === lane)!;
  return Object.fromEntries(
    [...table.querySelectorAll('tbody tr, table > tr')].map((row) => [
      plain(row.querySelector('th')?.textContent),
      [...row.querySelectorAll('td')].map((cell) => plain(cell.textContent)),
    ]),
  );
}

test('the panel opens with a legend: letter, name, colour and dash of each', () => {
  const rows = [...within('lab-compare-panel')[0]!.shadowRoot!.querySelectorAll('section > header')].slice(0, 3);
  expect(rows.map((row) => plain(row.querySelector('b')?.textContent))).toEqual(['A', 'B', 'C']);
  expect(rows.map((row) => plain(row.querySelector('.name')?.textContent))).toEqual([
    'meter.csv',
    'logger.csv',
    'shunt.csv',
  ]);
  const looks = rows.map((row) => {
    const line = row.querySelector('line')!;
    return `${line.getAttribute('stroke')} ${line.getAttribute('stroke-dasharray')}`;
  });
  expect(looks).toEqual(['var(--lab-trace-1) ', 'var(--lab-trace-2) 8 3', 'var(--lab-trace-3) 2 2']);
  const { lanes } = shown.plot;
  expect(lanes.map(({ name, traces }) => [name, traces.map(({ colorIndex }) => colorIndex)])).toEqual([
    ['U', [0, 1]],
    ['I', [2]],
  ]);
});

test('a file is moved along the axis and drawn higher by typed numbers, and put back', async () => {
  const { plot } = shown;
  await type('Shift of logger.csv', '500 ms');
  await type('Height of logger.csv', '−100 V');
  expect(plot.model.state.shifts).toEqual({ 'logger.csv': 0.5 });
  expect(plot.model.bounds.extent.endS).toBeCloseTo(1.5, 12);
  // 100 … 118 V drawn at 0 … 18, beside 0 … 9; on screen until 1 s: as far as 108 V
  await expect.poll(() => plot.scene!.ranges.get('U')!.max).toBeLessThan(12);
  expect(plot.scene!.ranges.get('U')!.min).toBeLessThan(0);
  expect(button('Reset shunt.csv').ariaDisabled).toBe('true');
  await userEvent.click(button('Reset logger.csv'));
  expect(plot.model.state).toMatchObject({ shifts: {}, raises: {} });
  plot.model.undo();
  expect(plot.model.state.raises).toEqual({ 'logger.csv': { V: -100 } });
});

test('figures of each file, on screen and between a pair of markers, of its own values', async () => {
  await type('Height of logger.csv', '7 V');
  await expect.poll(() => figures('U')['mean']).toEqual(['4.50000 V', '109.000 V']);
  expect(figures('U')).toMatchObject({
    min: ['0.00000 V', '100.000 V'],
    max: ['9.00000 V', '118.000 V'],
    samples: ['10', '10'],
    // mean × 1 s
    '∫ dt': ['4.50000 V·s', '109.000 V·s'],
  });
  expect(figures('I')['mean']).toEqual(['5.00000 A']);
  // samples 2, 3 and 4
  shown.plot.model.addMarker({ axis: 'time', first: 0.2, second: 0.5 });
  await expect.poll(() => figures('U')['mean']).toEqual(['3.00000 V', '106.000 V']);
  expect(figures('U')['std']).toEqual(['1.00000 V', '2.00000 V']);
  expect(plain(within('lab-compared-figures')[0]!.shadowRoot!.textContent)).toContain('Between the markers');
});

test('a difference of two: a lane of its own, how it was made, made anew when a file is moved', async () => {
  const { plot, view } = shown;
  await userEvent.click(button('Show'));
  const lane = () => plot.lanes.find(({ name }) => name === 'U, A − B');
  await expect.poll(() => lane()?.traces.length).toBe(1);
  await settled(plot);
  const values = async () => {
    const { shown: of, signal } = lane()!.traces[0]!;
    return [...(await of.store.samples(signal.id, 0, signal.endSample)).values];
  };
  // i − (100 + 2 i)
  expect(await values()).toEqual(ramp(-100, -1));
  expect(panelText()).toContain('At 10 samples of A, one every 100.0 ms; B has a sample at each of them.');
  await expect.poll(() => figures('U, A − B')['mean']).toEqual(['−104.500 V']);
  await type('Shift of logger.csv', '800 ms');
  // at 0.8 and 0.9 s: 8 − 100, 9 − 102
  await expect.poll(values).toEqual([-92, -93]);
  await type('Shift of logger.csv', '5 s');
  await expect.poll(panelText).toContain('A and B have no time in common: move one of them over the other.');
  expect(lane()).toBeUndefined();
  plot.model.undo();
  await expect.poll(() => lane()?.traces.length).toBe(1);
  await view.updateComplete;
  await userEvent.click(button('Remove U, A − B'));
  await expect.poll(lane).toBeUndefined();
});

test('two units have no difference, which one sentence says', async () => {
  const less = deepAll('select', shown.view.shadowRoot!).find((each) => each.ariaLabel === 'Less') as HTMLSelectElement;
  expect([...less.options].map(({ text }) => plain(text))).toEqual(['A U (V)', 'B U (V)', 'C I (A)']);
  await userEvent.selectOptions(less, 'C I (A)');
  await userEvent.click(button('Show'));
  await expect
    .poll(() => textOf('lab-difference-ask'))
    .toContain('U of A has the unit V and I of C the unit A: only what has one unit has a difference.');
  expect(shown.plot.model.state.differences).toEqual([]);
});

test('a picture carries the legend and what is moved in words, below what is on screen', async () => {
  const { plot } = shown;
  await type('Shift of logger.csv', '500 ms');
  await type('Height of logger.csv', '-1 V');
  await userEvent.click(button('Show'));
  await expect.poll(() => plot.lanes.length).toBe(3);
  await settled(plot);
  const scene = plot.sceneOf(800, 500);
  const parsed = new DOMParser().parseFromString(svgOf(drawingOf(scene)), 'image/svg+xml');
  const texts = [...parsed.querySelectorAll('text')].filter((text) => Number(text.getAttribute('y')) > 500);
  expect(texts.map((text) => plain(text.textContent))).toEqual([
    'A meter.csv',
    'B logger.csv, moved by +500 ms, drawn 1 V lower',
    'C shunt.csv',
    'U, A − B: At 5 samples of A, one every 100.0 ms; B has a sample at each of them.',
  ]);
  expect(drawingOf(scene).heightPx).toBeGreaterThan(Math.max(...texts.map((text) => Number(text.getAttribute('y')))));
});

test.each(['dark', 'light', 'high-contrast'] as const)('axe finds nothing in %s', async (theme) => {
  pageTheme().choose(theme);
  await userEvent.click(button('Show'));
  await type('Shift of logger.csv', '500 ms');
  shown.plot.model.addMarker({ axis: 'time', first: 0.2, second: 0.5 });
  await nextFrames(10);
  const { violations } = await axe.run(shown.view);
  pageTheme().choose('dark');
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
});

// The mask in the scope view: made of a record, drawn on, counted; a failure stops the scope and keeps the record.

import { afterEach, expect, test } from 'vitest';
import { sineAndSquare } from '../../support/fake-traces.ts';
import { control, deepAll, settle, unmountApps } from '../../support/mount-app.ts';
import { figuresWritten, showScope, text } from '../../support/mount-scope.ts';

afterEach(unmountApps);

const scaled = (factor: number) => sineAndSquare().map((part) => part.map((value) => factor * value));

test('records are tested with the mask around one of them; a failure stops the scope, and is kept', async () => {
  const { scope, traces, ports } = await showScope();
  traces.bring(scaled(1));
  await settle();
  control('[role=tab]', 'Mask').click();
  await settle();
  // a tenth of 100 µs, a fifth of 500 mV
  expect((control('input', 'Tolerance of time') as HTMLInputElement).value.replace(/\s/g, ' ')).toBe('10 µs');
  expect((control('input', 'Tolerance of value') as HTMLInputElement).value.replace(/\s/g, ' ')).toBe('100 mV');
  control('button', 'Make mask').click();
  await settle();
  traces.bring(scaled(1.09));
  traces.bring(scaled(1.11));
  await figuresWritten();
  expect(text('.passed')).toBe('Passed1');
  expect(text('.failed')).toBe('Failed 1');
  expect(ports.kept.rows).toEqual([]);

  deepAll('input[type=checkbox]')[0]!.click();
  traces.bring(scaled(1.2));
  traces.bring(scaled(1.3));
  await figuresWritten();
  expect(scope.calls.filter((call) => call === 'set run stop')).toHaveLength(1);
  expect(text('.failed')).toBe('Failed 3');
  expect(text('.count')).toContain('5 records, number 4 shown');
  expect(ports.kept.rows.map(({ source, note }) => [source, note.slice(0, 18)])).toEqual([
    ['DHO804 DHO8A01', 'Failed the mask at'],
  ]);
  expect(Math.max(...ports.kept.rows[0]!.samples[0]!)).toBeCloseTo(1.2, 2);
});

test('who leaves the view finds the mask again; one that shall stop the scope goes on testing', async () => {
  const { app, clock, scope, traces, ports } = await showScope();
  traces.bring(scaled(1));
  await settle();
  control('[role=tab]', 'Mask').click();
  await settle();
  control('button', 'Make mask').click();
  await settle();
  deepAll('input[type=checkbox]')[0]!.click();
  app.navigation.show('settings');
  await settle();
  expect(deepAll('lab-scope-view')).toEqual([]);
  traces.bring(scaled(1.05));
  traces.bring(scaled(1.2));
  await clock.advance(100);
  await expect.poll(() => scope.calls.filter((call) => call === 'set run stop').length).toBe(1);
  await expect.poll(() => ports.kept.rows.length).toBe(1);
  expect(text('lab-toasts')).toContain('DHO804 DHO8A01 was stopped: a record failed the mask');
  app.navigation.show('scope');
  await figuresWritten();
  expect(text('.passed')).toBe('Passed1');
  expect(text('.failed')).toBe('Failed 1');
  expect(text('.count')).toContain('3 records, number 3 shown');
});

test('two captures at once have names of their own', async () => {
  const { ports, traces } = await showScope();
  traces.bring(scaled(1));
  await settle();
  const view = deepAll('lab-scope-view')[0] as HTMLElementTagNameMap['lab-scope-view'];
  view.pin();
  view.pin();
  await expect.poll(() => ports.kept.rows.map(({ name }) => name).sort()).toEqual(['Capture 1', 'Capture 2']);
});

test('a limit that is drawn on the screen holds where it was drawn', async () => {
  const { traces } = await showScope();
  traces.bring(scaled(0.5));
  await settle();
  control('[role=tab]', 'Mask').click();
  await settle();
  control('button', 'Draw upper limit').click();
  await settle();
  const plot = deepAll('lab-scope-plot')[0]!;
  const canvas = deepAll('lab-plot-canvas', plot.shadowRoot!)[0]!;
  canvas.setPointerCapture = () => undefined;
  const { left, top, width, height } = plot.getBoundingClientRect();
  // CH1 goes from -2.5 V to 1.5 V; the screen lies 58, 24, 26 and 24 px within
  const y = top + 26 + ((1.5 - 0.75) / 4) * (height - 50);
  const drag = (type: string, part: number) =>
    canvas.dispatchEvent(
      new PointerEvent(type, { clientX: left + 58 + part * (width - 82), clientY: y, pointerId: 1, bubbles: true }),
    );
  drag('pointerdown', 0.1);
  drag('pointermove', 0.5);
  drag('pointermove', 0.9);
  drag('pointerup', 0.9);
  await settle();
  traces.bring(scaled(0.7));
  traces.bring(scaled(0.8));
  await figuresWritten();
  expect(text('.passed')).toBe('Passed1');
  expect(text('.failed')).toBe('Failed 1');
  control('button', 'Remove mask').click();
  await settle();
  expect(text('lab-scope-mask')).toContain('There is no mask');
  control('[role=tab]', 'Measure').click();
  await settle();
  expect((plot as HTMLElementTagNameMap['lab-scope-plot']).pen).toBeUndefined();
});

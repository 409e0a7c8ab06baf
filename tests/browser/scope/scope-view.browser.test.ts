// The scope view over an instrument whose records a test brings.

import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { pageTheme } from '../../../src/ui/theme/theme.ts';
import { FakeTraces, SCOPE_CHOICE, SCOPE_VALUES, sineAndSquare } from '../../support/fake-traces.ts';
import { control, deepAll, mountApp, settle, unmountApps } from '../../support/mount-app.ts';
import { figuresWritten, showScope, text } from '../../support/mount-scope.ts';

afterEach(() => {
  unmountApps();
  pageTheme().choose('dark');
});

/** Coloured pixels of the screen: traces, not its grid. */
function ink(): number {
  const canvas = deepAll('lab-scope-plot')
    .flatMap((plot) => deepAll('canvas', plot.shadowRoot!))
    .at(0) as HTMLCanvasElement;
  const { data } = canvas.getContext('2d')!.getImageData(70, 40, canvas.width - 110, canvas.height - 80);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!) > 40) count++;
  }
  return count;
}

test('without a scope it says what it is for, and one click connects the simulated one', async () => {
  const { app, ports } = await mountApp();
  ports.instruments.choicesNow = [SCOPE_CHOICE];
  await app.instruments.refresh();
  app.navigation.show('scope');
  await settle();
  expect(text('lab-scope-welcome')).toContain('No oscilloscope is connected');
  control('button', 'Run a simulated Rigol DHO804').click();
  await settle();
  expect(ports.instruments.opened.map(({ choice }) => choice.id)).toEqual([SCOPE_CHOICE.id]);
});

test('records are drawn as they come, counted and measured', async () => {
  const { traces } = await showScope();
  expect(text('.state')).toBe('Waiting for trigger');
  expect(ink()).toBeLessThan(200);
  traces.bring(sineAndSquare());
  traces.bring(sineAndSquare());
  await figuresWritten();
  expect(ink()).toBeGreaterThan(2000);
  expect(text('.count')).toContain('2 records');
  const measured = text('lab-scope-measurements');
  expect(measured).toContain('Frequency 5.000 kHz');
  expect(measured).toContain('Overshoot none');
  expect(measured).toContain('Phase to CH1');
});

test('run, single and stop are sent; the words follow', async () => {
  const { scope, traces, app } = await showScope();
  traces.bring(sineAndSquare());
  await settle();
  control('button', 'Single').click();
  await figuresWritten();
  expect(scope.calls).toContain('set run single');
  expect(text('.state')).toBe('Waiting for one trigger');
  traces.bring(sineAndSquare());
  await figuresWritten();
  expect(text('.state')).toBe('Stopped after its trigger');
  await app.commands.execute('scope.run-stop');
  await figuresWritten();
  expect(scope.calls.at(-1)).toBe('set run stop');
  expect(text('.state')).toBe('Stopped');
});

test('a number is written where it stands, and marked when the instrument chose otherwise', async () => {
  const { scope, traces } = await showScope();
  traces.bring(sineAndSquare());
  await settle();
  const field = control('input', 'CH1 V/div') as HTMLInputElement;
  expect(field.value.replace(/\s/g, ' ')).toBe('500 mV');
  scope.set = async (id, value) => {
    scope.calls.push(`set ${id} ${value}`);
    scope.report({ values: { ...scope.status.values, [id]: 1 } });
  };
  field.value = '0,7';
  field.dispatchEvent(new Event('change'));
  await settle();
  expect(scope.calls.at(-1)).toBe('set 1.scale 0.7');
  expect((control('input', 'CH1 V/div') as HTMLInputElement).value.replace(/\s/g, ' ')).toBe('1 V');
  expect(text('.otherwise').replace(/\s/g, ' ')).toBe('asked 700 mV');
});

test('the arrow keys turn a scale to the next of 1, 2 and 5', async () => {
  const { scope } = await showScope();
  const press = (name: string, key: string) =>
    control('input', name).dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
    );
  press('CH1 V/div', 'ArrowUp');
  await settle();
  press('Time/div', 'ArrowDown');
  await settle();
  expect(scope.calls.slice(-2)).toEqual(['set 1.scale 1', 'set timeScale 0.00005']);
});

test('a record is kept with its settings, named, laid under the live one, deleted and brought back', async () => {
  const { app, traces, ports } = await showScope();
  traces.bring(sineAndSquare());
  await settle();
  await app.commands.execute('scope.pin');
  await settle();
  expect(ports.kept.rows[0]).toMatchObject({
    name: 'Capture 1',
    source: 'DHO804 DHO8A01',
    sampleCount: 1000,
    settings: JSON.stringify(SCOPE_VALUES),
  });
  traces.bring(sineAndSquare().map((part) => part.map((value) => value / 2)));
  await settle();
  const withGhost = ink();
  control('button', 'Show Capture 1').click();
  await settle();
  expect(ink()).toBeLessThan(withGhost);
  const name = control('input', 'Name of Capture 1') as HTMLInputElement;
  name.value = 'Before';
  name.dispatchEvent(new Event('change'));
  await settle();
  expect(ports.kept.rows[0]!.name).toBe('Before');
  control('button', 'Delete Before').click();
  await settle();
  expect(ports.kept.rows).toEqual([]);
  app.toasts.list.value.at(-1)!.action!.run();
  await settle();
  expect(ports.kept.rows[0]).toMatchObject({ name: 'Before', sampleCount: 1000 });
});

test('the record, a capture and all records are saved through the dialog; a LeCroy trace has one channel', async () => {
  const { app, traces, ports } = await showScope();
  traces.bring(sineAndSquare());
  traces.bring(sineAndSquare());
  await settle();
  const save = async (format: string) => {
    app.exports.choose({ format });
    await settle();
    void app.exports.start();
    ports.exports.finish(undefined);
    await settle();
    const { source, ...job } = ports.exports.jobs.at(-1)!;
    app.exports.close();
    await settle();
    return { ...job, records: source.kind === 'records' ? source.records : undefined };
  };
  await app.commands.execute('scope.export');
  await settle();
  expect(app.exports.formatsFor(app.exports.subject.value!).map(({ extension }) => extension)).toEqual([
    'csv',
    'npy',
    'h5',
    'parquet',
    'mat',
    'trc',
  ]);
  expect(await save('npy')).toMatchObject({ format: 'npy', signalIds: ['CH1', 'CH2'], span: undefined });
  await app.commands.execute('scope.export');
  expect(await save('trc')).toMatchObject({ signalIds: ['CH1'], records: { records: { length: 1 } } });
  // the fake ones have one time
  await app.commands.execute('scope.export-all');
  expect(app.toasts.list.value.at(-1)?.detail).toContain('record 2 begins before the one before it ends');
  expect(app.exports.formatsFor(app.exports.subject.value!).map(({ extension }) => extension)).toEqual(['mimo']);
  app.exports.close();
  await settle();
  await app.commands.execute('scope.pin');
  await settle();
  control('button', 'Save Capture 1').click();
  await settle();
  const kept = await save('csv');
  expect(kept.records).toMatchObject({ source: 'DHO804 DHO8A01', words: { name: 'Capture 1' } });
  expect(kept.records!.records[0]!.samples.map(({ length }) => length)).toEqual([1000, 1000]);
});

test('a channel is switched at the instrument, and its own screen is kept with the record', async () => {
  const { app, scope, traces, ports } = await showScope();
  const power = { kind: 'toggle', id: '2.on', label: 'On', group: '2', help: '', default: false } as const;
  scope.report({ parameters: [...scope.status.parameters, power], values: { ...scope.status.values, '2.on': true } });
  scope.screen = { picture: async () => ({ mediaType: 'image/png', bytes: Uint8Array.of(0x89, 0x50) }) };
  traces.bring(sineAndSquare());
  await settle();
  control('button', 'CH2 on').click();
  await settle();
  expect(scope.calls.at(-1)).toBe('set 2.on false');
  await app.commands.execute('scope.photograph');
  await settle();
  await expect.poll(() => ports.kept.rows[0]?.picture?.size).toBe(2);
  await settle();
  control('button', 'Save the picture of Capture 1');
  expect(deepAll('img').map((image) => image.getAttribute('alt'))).toEqual(['Screen of the instrument, Capture 1']);
});

test('a full shelf says so', async () => {
  const { app, traces, ports } = await showScope();
  traces.bring(sineAndSquare());
  await settle();
  ports.kept.refusal = new LabError('storage/quota', 'There is room for 100 captures. Delete one.');
  await app.commands.execute('scope.pin');
  await settle();
  expect(app.toasts.list.value.at(-1)).toMatchObject({
    title: 'The record was not kept',
    detail: 'There is room for 100 captures. Delete one.',
  });
});

test('the arrow keys read off the exact value, and say it', async () => {
  const { traces } = await showScope();
  const level = new Float32Array(1000).fill(1.25);
  level.fill(Number.NaN, 501, 503);
  traces.bring([level, new Float32Array(1000).fill(-0.5)]);
  await settle();
  const canvas = deepAll('lab-plot-canvas').flatMap((plot) => deepAll('canvas', plot.shadowRoot!))[0]!;
  const press = () =>
    canvas.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true, cancelable: true }),
    );
  press();
  await settle();
  const said: string[] = [];
  for (let i = 0; i < 3; i++) {
    said.push(text('.said').replace(/\s/g, ' '));
    press();
    await settle();
  }
  expect(said).toContain('CH1 1.25000 V, CH2 −500.000 mV');
  expect(said).toContain('CH1 no sample, CH2 −500.000 mV');
});

test('persistence leaves earlier records on the screen', async () => {
  const { traces } = await showScope();
  for (const factor of [0.5, 0.75, 1]) traces.bring(sineAndSquare().map((part) => part.map((value) => factor * value)));
  await settle();
  const alone = ink();
  choose('Persistence', '10');
  await settle();
  expect(ink()).toBeGreaterThan(1.1 * alone);
});

function choose(name: string, value: string): void {
  const select = control('select', name) as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event('change'));
}

test('the mean of the last records is drawn and measured, until a setting changes', async () => {
  const { app, traces } = await showScope();
  const bring = (factor: number, change = {}) =>
    traces.bring(
      sineAndSquare().map((part) => part.map((value) => factor * value)),
      { ...SCOPE_VALUES, ...change },
    );
  const now = () => text('.now').split(' ').slice(0, 2).join(' ').replace(/\s/g, ' ');
  bring(1);
  bring(2);
  await settle();
  choose('Mean of', '4');
  await figuresWritten();
  const plot = deepAll('lab-scope-plot')[0] as HTMLElementTagNameMap['lab-scope-plot'];
  expect(plot.note).toBe('mean of 2');
  expect(now()).toBe('3.000 V');
  for (const factor of [3, 4, 5]) bring(factor);
  await figuresWritten();
  expect(plot.note).toBe('mean of 4');
  expect(now()).toBe('7.000 V');
  await app.commands.execute('scope.previous');
  await settle();
  expect(plot.note).toBe('');
  await app.commands.execute('scope.next');
  await settle();
  expect(plot.note).toBe('mean of 4');
  bring(1, { '1.scale': 1 });
  await figuresWritten();
  expect(plot.note).toBe('mean of 1');
  expect(now()).toBe('2.000 V');
  choose('Mean of', '1');
  await figuresWritten();
  expect(plot.note).toBe('');
});

test('one channel is drawn against another', async () => {
  const { traces } = await showScope();
  traces.bring(
    [0, 1].map((part) => Float32Array.from({ length: 1000 }, (_, i) => (part === 0 ? 1 : -1) * Math.sin(i))),
  );
  await settle();
  choose('Axes', 'CH1 CH2');
  await settle();
  const plot = deepAll('lab-scope-plot')[0] as HTMLElementTagNameMap['lab-scope-plot'];
  expect(plot.label).toContain('CH2 over CH1');
  expect(ink()).toBeGreaterThan(200);
  choose('Axes', '');
  await settle();
  expect(plot.label).not.toContain('over');
});

test('one over another keeps earlier records and captures; a mask is not of that view, and it says so', async () => {
  const { app, traces } = await showScope();
  const circle = (radius: number) =>
    [0, 0.25].map((turn) =>
      Float32Array.from({ length: 1000 }, (_, i) => radius * Math.cos(2 * Math.PI * (i / 100 + turn))),
    );
  traces.bring(circle(0.5));
  await settle();
  choose('Axes', 'CH1 CH2');
  await settle();
  const alone = ink();
  expect(alone).toBeGreaterThan(200);
  // a capture lies below the next record
  await app.commands.execute('scope.pin');
  await settle();
  traces.bring(circle(1));
  await settle();
  const withCapture = ink();
  control('button', 'Show Capture 1').click();
  await settle();
  const newest = ink();
  expect(withCapture).toBeGreaterThan(1.2 * newest);
  // the one before it stays, fainter
  choose('Persistence', '10');
  await settle();
  expect(ink()).toBeGreaterThan(1.2 * newest);
  choose('Persistence', '0');
  control('[role=tab]', 'Mask').click();
  await settle();
  expect(text('lab-scope-mask')).toContain('A mask is of the view over time');
  control('button', 'Draw upper limit').click();
  await settle();
  const plot = deepAll('lab-scope-plot')[0] as HTMLElementTagNameMap['lab-scope-plot'];
  expect(plot.pen).toBeUndefined();
  choose('Axes', '');
  await settle();
  control('button', 'Draw upper limit').click();
  await settle();
  expect(plot.pen).toBeDefined();
  choose('Axes', 'CH1 CH2');
  await settle();
  expect(plot.pen).toBeUndefined();
});

test('a probe of amperes is one in every field', async () => {
  const { traces } = await showScope(new FakeTraces(['CH1', 'CH2'], 1000, ['A', 'V']));
  traces.bring(sineAndSquare());
  await figuresWritten();
  const field = (name: string) => (control('input', name) as HTMLInputElement).value.replace(/\s/g, ' ');
  expect(field('CH1 A/div')).toBe('500 mA');
  expect(field('CH1 Offset')).toBe('500 mA');
  expect(field('CH2 V/div')).toBe('2 V');
  expect(field('Trigger Level')).toBe('250 mA');
  expect(text('.now').replace(/\s/g, ' ')).toContain('2.000 A');
});

test('what it does is said alike everywhere', async () => {
  const { app, traces } = await showScope();
  traces.bring(sineAndSquare());
  await figuresWritten();
  const said = async () => {
    app.navigation.show('scope');
    await settle();
    const lamp = text('.lamp');
    const chip = text('.chip .hidden-visually').slice(2);
    app.navigation.show('instruments');
    await settle();
    return [lamp, chip, ...new Set(text('lab-instruments-view').match(/Running|Ready/g))];
  };
  expect(await said()).toEqual(['RUN', 'Running', 'Running']);
  app.navigation.show('scope');
  await settle();
  control('button', 'Stop').click();
  await settle();
  expect(await said()).toEqual(['READY', 'Ready', 'Ready']);
});

test('earlier records are shown while newer ones come', async () => {
  const { app, traces } = await showScope();
  for (let i = 0; i < 3; i++) traces.bring(sineAndSquare());
  await settle();
  await app.commands.execute('scope.previous');
  traces.bring(sineAndSquare());
  await figuresWritten();
  expect(text('.count')).toContain('4 records, number 2 shown');
  await app.commands.execute('scope.next');
  await app.commands.execute('scope.next');
  await figuresWritten();
  expect(text('.count')).not.toContain('shown');
});

test.each(['dark', 'light', 'high-contrast'] as const)('axe finds nothing in the %s theme', async (theme) => {
  pageTheme().choose(theme);
  const { app, traces } = await showScope();
  traces.bring(sineAndSquare());
  await figuresWritten();
  for (const tab of ['Measure', 'Spectrum', 'Mask', 'Captures', 'All settings']) {
    if (tab === 'Captures') await app.commands.execute('scope.pin');
    control('[role=tab]', tab).click();
    await settle();
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    expect(
      violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${tab} ${id}: ${node.target.join(' ')} ${node.failureSummary}`),
      ),
    ).toEqual([]);
  }
});

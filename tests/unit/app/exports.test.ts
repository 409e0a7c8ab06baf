import { beforeEach, expect, test } from 'vitest';
import { type ExportSubject, exportName, planExport } from '../../../src/app/exports.ts';
import { LabError } from '../../../src/base/errors.ts';
import { WRITE_ROWS } from '../../../src/formats/writers.ts';
import type { InstrumentHandle } from '../../../src/model/ports.ts';
import type { Annotation, StampedSignal, SteadySignal } from '../../../src/model/signal-store.ts';
import { type FakeApp, fakeApp } from '../../support/fake-app.ts';
import { SIM_CHOICE } from '../../support/fake-instruments.ts';
import { SineStore } from '../../support/sine-store.ts';

const NOTE: Annotation = {
  signalId: 'current',
  kind: 'text',
  timestamp: 10n,
  storage: 'string',
  groupId: 0,
  y: Number.NaN,
  data: 'here',
};

/** A store of signals with these lengths and rates. */
function storeOf(...signals: readonly Partial<SteadySignal>[]) {
  const infos = signals.map(
    (change, index): SteadySignal => ({
      id: String(index + 1),
      name: `s${index + 1}`,
      unit: 'V',
      source: '',
      dtype: 'f32',
      timing: 'steady',
      sampleRateHz: 1000,
      startSample: 0,
      endSample: 2_000_000,
      offsetS: 0,
      firstSampleId: 0n,
      ...change,
    }),
  );
  return Object.assign(new SineStore(1), { signals: () => infos });
}

const STAMPED: StampedSignal = {
  id: '1',
  name: '1',
  unit: 'V',
  source: '',
  dtype: 'f64',
  timing: 'stamped',
  axisId: 'a',
  startSample: 0,
  endSample: 1000,
  startS: 2,
  endS: 10,
  firstSampleId: 0n,
};

function subject(change: Partial<ExportSubject> = {}): ExportSubject {
  return {
    name: 'run.jls',
    source: { kind: 'file', file: new File(['x'], 'run.jls') },
    store: storeOf({}, {}),
    hasEvents: false,
    visible: { startS: 0, endS: 10 },
    between: undefined,
    annotations: [],
    saveImage: () => undefined,
    ...change,
  };
}

let fake: FakeApp;

/** Numbers are set with narrow spaces. */
const plain = (text: string): string => text.replace(/\s/g, ' ');
const planText = (): string => plain(fake.app.exports.plan.value?.text ?? '');

beforeEach(() => {
  fake = fakeApp();
});

test('a choice says how much it writes', () => {
  const { exports } = fake.app;
  exports.open(subject({ between: { startS: 1, endS: 1.25 } }));
  expect(exports.choice.value).toMatchObject({ format: 'jls', range: 'between', signalIds: ['1', '2'] });
  expect(planText()).toBe('500 samples of 2 signals, 250.0 ms.');
  expect(exports.plan.value?.problem).toBeUndefined();
  exports.choose({ range: 'visible', signalIds: ['2'] });
  expect(planText()).toBe('10 000 samples of 1 signal, 10.00 s.');
});

test('of an instrument all that it streams is chosen, and its values by hand', () => {
  const { exports } = fake.app;
  const instrument = { choice: SIM_CHOICE } as InstrumentHandle;
  const streams = storeOf({}, {}).signals();
  const store = Object.assign(new SineStore(1), { signals: () => [...streams, { ...STAMPED, id: 'totals.charge' }] });
  exports.open(
    subject({ store, source: { kind: 'instruments', instruments: [{ instrument, prefix: '', offsetS: 0 }] } }),
  );
  expect(exports.choice.value).toMatchObject({ format: 'jls', signalIds: ['1', '2'] });
  expect(exports.plan.value?.problem).toBeUndefined();
  exports.choose({ format: 'csv', signalIds: ['totals.charge'] });
  expect(exports.choice.value.signalIds).toEqual(['totals.charge']);
  expect(exports.plan.value?.problem).toBeUndefined();
});

test('of several instruments what each streams; a table is of one of them', () => {
  const { exports } = fake.app;
  const instrument = { choice: SIM_CHOICE } as InstrumentHandle;
  const store = storeOf(
    { source: 'JS110 1', endSample: 0 },
    { source: 'JS220 2', offsetS: 0.0003 },
    { source: 'JS220 2', offsetS: 0.0003 },
    { source: 'JS220 3' },
  );
  const instruments = [0, 1, 2].map((n) => ({ instrument, prefix: `${n}/`, offsetS: 0 }));
  exports.open(subject({ store, source: { kind: 'instruments', instruments } }));
  expect(exports.choice.value).toMatchObject({ format: 'jls', signalIds: ['2', '3', '4'] });
  expect(exports.plan.value?.problem).toBeUndefined();
  exports.choose({ format: 'csv' });
  expect(exports.choice.value.signalIds).toEqual(['2', '3']);
  exports.choose({ signalIds: ['2', '4'] });
  expect(exports.plan.value?.problem).toContain('from one instrument');
});

test('everything is meant: neither the markers nor the format of last time count', () => {
  const { exports } = fake.app;
  exports.open(subject());
  exports.choose({ format: 'csv' });
  exports.open(subject({ between: { startS: 1, endS: 1.25 } }));
  expect(exports.choice.value).toMatchObject({ format: 'csv', range: 'between' });
  exports.open(subject({ between: { startS: 1, endS: 1.25 }, isWhole: true }));
  expect(exports.choice.value).toMatchObject({ format: 'jls', range: 'all', signalIds: ['1', '2'] });
});

test('a table within the budget has every sample, a longer one says how many a row covers', () => {
  const choice = { format: 'csv', range: 'all', signalIds: ['1'], rowBudget: 2_000_000, reduction: 'mean' } as const;
  const csv = WRITE_ROWS.find(({ extension }) => extension === 'csv')!;
  expect(plain(planExport(subject(), choice, csv).text)).toContain('2 000 000 rows, every sample in one.');
  const reduced = planExport(subject(), { ...choice, rowBudget: 1_048_575 }, csv);
  expect(plain(reduced.text)).toContain('1 000 000 rows that cover 2 samples each.');
});

test('what only an overview is left of is not exported, and the plan says so', () => {
  const jls = WRITE_ROWS.find(({ extension }) => extension === 'jls')!;
  const store = storeOf({ startSample: 1_500_000, overview: { startSample: 0, stretchSamples: 2048 } });
  const choice = { format: 'jls', signalIds: ['1'], rowBudget: 1, reduction: 'mean' } as const;
  const plan = (range: 'all' | 'visible', visible = { startS: 0, endS: 1 }) =>
    planExport(subject({ store, visible }), { ...choice, range }, jls);
  expect(plain(plan('all').text)).toContain('500 000 samples of 1 signal');
  expect(plan('all').text).toContain('Samples from before that are no longer in memory.');
  expect(plan('visible', { startS: 1000, endS: 1400 }).problem).toContain('no longer in memory. Choose a later range.');
  expect(plain(plan('visible', { startS: 1400, endS: 1600 }).text)).toContain('100 000 samples of 1 signal');
  expect(plan('visible', { startS: 1500, endS: 1600 }).text).not.toContain('no longer in memory');
});

test('a table takes signals of one rate: choosing it leaves out the others, and says why', () => {
  const { exports } = fake.app;
  exports.open(subject({ store: storeOf({}, { sampleRateHz: 10 }, {}, { endSample: 5 }) }));
  exports.choose({ format: 'csv' });
  expect(exports.choice.value.signalIds).toEqual(['1', '3', '4']);
  expect(planText()).toContain('Cut to the 5 rows that all of them have.');
  expect(planText()).toContain('Not in a table with s1, as their times are others: s2.');
  exports.choose({ signalIds: ['1', '2'] });
  expect(exports.plan.value?.problem).toContain('one rate');
  exports.choose({ format: 'jls' });
  expect(exports.plan.value?.problem).toBeUndefined();
});

test('signals with a time per sample are not offered what states a rate, and their tables share an axis', () => {
  const { exports } = fake.app;
  const stamped = (id: string, axisId: string) => ({ ...STAMPED, id, name: id, axisId });
  const all = [stamped('1', 'a'), stamped('2', 'b'), stamped('3', 'a')];
  const store = Object.assign(new SineStore(1), { signals: () => all as never });
  const offered = exports.formatsFor(subject({ store })).map(({ extension }) => extension);
  expect(offered).toContain('jls');
  expect(offered).not.toContain('v1.jls');
  expect(offered).not.toContain('trc');
  exports.open(subject({ store }));
  exports.choose({ format: 'csv' });
  expect(exports.choice.value.signalIds).toEqual(['1', '3']);
  expect(planText()).toContain('2 000 samples of 2 signals, 8.000 s.');
  exports.choose({ range: 'visible' });
  expect(planText()).toContain('The samples in this range of 2 signals');
  expect(exports.plan.value?.problem).toBeUndefined();
});

test('what cannot be written is not started', async () => {
  const { exports } = fake.app;
  exports.open(subject({ visible: { startS: 5000, endS: 6000 } }));
  exports.choose({ range: 'visible' });
  expect(exports.plan.value?.problem).toBe('s1 has no samples in this range.');
  exports.choose({ range: 'all', signalIds: [] });
  expect(exports.plan.value?.problem).toBe('Choose at least one signal.');
  await exports.start();
  expect(fake.ports.exports.jobs).toEqual([]);
});

test('events are offered as events first; markers and notes alone where there are some', () => {
  const offered = (change: Partial<ExportSubject>) =>
    fake.app.exports.formatsFor(subject(change)).map(({ extension }) => extension);
  expect(offered({ hasEvents: true })[0]).toBe('mimo');
  expect(offered({})).not.toContain('mimo');
  expect(offered({})).not.toContain('anno.jls');
  expect(offered({ annotations: [NOTE] })).toContain('anno.jls');
});

test.each([
  ['run.jls', 'jls', 'all', 'run-copy.jls'],
  ['run.jls', 'jls', 'visible', 'run-part.jls'],
  ['run.jls', 'csv', 'all', 'run.csv'],
  ['run.jls', 'anno.jls', 'visible', 'run.anno.jls'],
  ['JS110 1.5 V', 'h5', 'all', 'JS110 1.5 V.h5'],
] as const)('%s as %s of %s is called %s', (name, format, range, expected) => {
  expect(exportName(name, { format, range })).toBe(expected);
});

test('an export runs with progress, tells what it did and opens again', async () => {
  const { exports, files } = fake.app;
  exports.open(subject({ between: { startS: 2, endS: 3 }, annotations: [NOTE] }));
  exports.choose({ format: 'csv', signalIds: ['1'], rowBudget: 100 });
  const running = exports.start();
  fake.ports.exports.progress(0.5);
  expect(exports.state.value).toEqual({ kind: 'running', fileName: 'run-part.csv', fraction: 0.5 });
  expect(fake.ports.exports.jobs).toMatchObject([
    { fileName: 'run-part.csv', span: { startS: 2, endS: 3 }, signalIds: ['1'], rowBudget: 100, annotations: [NOTE] },
  ]);
  const result = { file: new File(['a'], 'run-part.csv'), notes: ['100 rows.'] };
  fake.ports.exports.finish(result);
  await running;
  expect(exports.state.value).toEqual({ kind: 'done', result });
  await exports.reopen(result);
  expect(exports.subject.value).toBeUndefined();
  expect(files.opened.value.map(({ content }) => content.name)).toEqual(['run-part.csv']);
});

test('an export whose dialog was closed goes on and tells at the end', async () => {
  const { exports, toasts, files } = fake.app;
  exports.open(subject());
  const running = exports.start();
  exports.close();
  fake.ports.exports.finish({ file: new File(['a'], 'run-copy.jls'), notes: ['Two signals.'] });
  await running;
  const [toast] = toasts.list.value;
  expect(toast).toMatchObject({ kind: 'success', title: 'run-copy.jls is exported', detail: 'Two signals.' });
  toast?.action?.run();
  await expect.poll(() => files.opened.value.length).toBe(1);
});

test('cancelling and closing the picker leave the choice as it was, without a message', async () => {
  const { exports, toasts } = fake.app;
  exports.open(subject());
  const cancelled = exports.start();
  exports.cancel();
  await cancelled;
  expect(exports.state.value).toEqual({ kind: 'choosing' });
  const closed = exports.start();
  fake.ports.exports.finish(undefined);
  await closed;
  expect(exports.state.value).toEqual({ kind: 'choosing' });
  expect(toasts.list.value).toEqual([]);
});

test('a failure is told', async () => {
  const { exports, toasts } = fake.app;
  exports.open(subject());
  const running = exports.start();
  fake.ports.exports.refuse(new LabError('storage/quota', 'No room.'));
  await running;
  expect(toasts.list.value).toMatchObject([{ kind: 'error', title: 'run-copy.jls was not exported' }]);
});

// The table of a sequence and its card, over an instrument that is a fake.

import axe from 'axe-core';
import { afterEach, expect, it, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { LabError } from '../../src/base/errors.ts';
import type { Parameter } from '../../src/model/parameter.ts';
import type { Sequence, SequenceProgress } from '../../src/model/sequence.ts';
import { pageTheme } from '../../src/ui/theme/theme.ts';
import { SIM_CHOICE } from '../support/fake-instruments.ts';
import { control, deepAll, mountApp, settle, unmountApps } from '../support/mount-app.ts';

afterEach(() => {
  unmountApps();
  pageTheme().choose('dark');
});

const common = { help: '', group: 'CH1', isSetOnce: true, isSetPoint: true } as const;
const PARAMETERS: readonly Parameter[] = [
  { ...common, kind: 'number', id: 'CH1.voltage', label: 'Voltage', unit: 'V', min: 0, max: 30, step: 0, default: 0 },
  {
    ...common,
    kind: 'number',
    id: 'CH1.current',
    label: 'Current limit',
    unit: 'A',
    min: 0,
    max: 3,
    step: 0,
    default: 0,
  },
  { ...common, kind: 'toggle', id: 'CH1.output', label: 'Output', default: false },
  {
    ...common,
    kind: 'number',
    id: 'CH2.voltage',
    group: 'CH2',
    label: 'Voltage',
    unit: 'V',
    min: 0,
    max: 30,
    step: 0,
    default: 0,
  },
  { kind: 'action', id: 'all-off', label: 'All outputs off', help: 'Switches every output off.', group: 'Outputs' },
];
const RUNNING: SequenceProgress = {
  end: undefined,
  stepIndex: 1,
  stepCount: 2,
  roundIndex: 0,
  roundCount: 3,
  stepLeftS: 1.2,
  leftS: 75,
  passedOverCount: 0,
};

async function mountCard() {
  const mounted = await mountApp();
  await mounted.app.instruments.connect(SIM_CHOICE);
  const [fake] = mounted.ports.instruments.opened;
  const started: Sequence[] = [];
  let refusal: Error | undefined;
  fake!.sequence = {
    start: async (sequence) => {
      if (refusal) throw refusal;
      started.push(sequence);
    },
    stop: async () => fake!.report({ sequence: { ...RUNNING, end: { kind: 'stopped', reason: '', unixMs: 0 } } }),
  };
  fake!.report({
    capabilities: ['sequence'],
    parameters: PARAMETERS,
    values: { 'CH1.voltage': 5, 'CH1.current': 1, 'CH1.output': false },
  });
  mounted.app.navigation.show('instruments');
  await settle();
  const refuse = (error: Error | undefined) => {
    refusal = error;
  };
  return { ...mounted, fake: fake!, started, refuse };
}

const card = () => deepAll('lab-sequence-card')[0]!;
const cells = (label: string) =>
  deepAll('.box td input, .box td select').flatMap((element) =>
    element.getAttribute('aria-label')?.startsWith(label)
      ? (element as HTMLInputElement | HTMLSelectElement).value
      : [],
  );
const text = () =>
  deepAll('.stands, .problem, .total').map((element) => element.textContent?.replace(/\s+/g, ' ').trim());

async function type(label: string, value: string): Promise<void> {
  await userEvent.fill(control('input', label), value);
  await userEvent.keyboard('{Enter}');
  await settle();
}

async function click(selector: string, name: string): Promise<void> {
  await userEvent.click(control(selector, name));
  await settle();
}

it('begins with what is set; steps are added, typed, moved and removed, and started as they are', async () => {
  const { started } = await mountCard();
  expect(cells('CH1 Voltage')).toEqual(['5\u202fV']);
  await click('button', 'Add step');
  await type('CH1 Voltage of step 2', '250m');
  await type('CH1 Current limit of step 2', '');
  await type('Duration of step 2', '1,5');
  await userEvent.selectOptions(control('select', 'CH1 Output of step 2'), 'On');
  await settle();
  expect([cells('CH1 Voltage'), cells('CH1 Current')]).toEqual([
    ['5\u202fV', '250\u202fmV'],
    ['1\u202fA', ''],
  ]);
  await click('button', 'Move step 2 up');
  expect(cells('CH1 Voltage')).toEqual(['250\u202fmV', '5\u202fV']);
  await userEvent.selectOptions(control('select', 'Add a column'), 'CH2 Voltage');
  await settle();
  await type('CH2 Voltage of step 1', '3');
  await click('button', 'Remove the column CH1 Current limit');
  await type('Times', '4');
  expect(text()[0]).toBe('2.5\u202fs × 4 = 10\u202fs in all'.replace(/\s+/g, ' '));
  await click('button', 'Start sequence');
  expect(started).toEqual([
    {
      columns: ['CH1.voltage', 'CH1.output', 'CH2.voltage'],
      steps: [
        { values: { 'CH1.voltage': 0.25, 'CH1.output': true, 'CH2.voltage': 3 }, durationS: 1.5 },
        { values: { 'CH1.voltage': 5, 'CH1.output': false }, durationS: 1 },
      ],
      roundCount: 4,
    },
  ]);
  await click('button', 'Step 2');
  await click('button', 'Remove step 2');
  expect(cells('Duration')).toEqual(['1.5\u202fs']);
});

it('says what cannot be read, and which step was refused', async () => {
  const { refuse } = await mountCard();
  await type('CH1 Voltage of step 1', 'high');
  expect(text().join(' ')).toContain('“high” is no number in V: CH1 Voltage of step 1 stays as it was.');
  expect(cells('CH1 Voltage')).toEqual(['5\u202fV']);
  refuse(new LabError('setup/invalid', 'Nothing was set. Step 1: too much.', { context: { stepIndex: 0 } }));
  await click('button', 'Start sequence');
  expect(text().join(' ')).toContain('Nothing was set. Step 1: too much.');
  expect(deepAll('.box tr.wrong')).toHaveLength(1);
});

it('shows the step that it is in, takes nothing while it runs, and says how it ended', async () => {
  const { fake } = await mountCard();
  await click('button', 'Add step');
  fake.report({ sequence: RUNNING });
  await settle();
  expect(deepAll('.box tr[aria-current=step]').map((row) => row.textContent?.trim()[0])).toEqual(['2']);
  expect(text().join(' ')).toContain('Step 2 of 2 · round 1 of 3 · 1.2 s left · 1:15 in all');
  expect(deepAll('.box td input')).toEqual([]);
  await click('button', 'Stop sequence');
  expect(text().join(' ')).toContain('Step 2 of 2 · round 1 of 3 Stopped. What is set stays.');
  fake.report({
    sequence: { ...RUNNING, end: { kind: 'refused', reason: 'CH1 Voltage: the instrument says -222.', unixMs: 0 } },
  });
  await settle();
  expect(text().join(' ')).toContain('the instrument says -222.');
});

it('takes a pasted table, and gives back what it replaced', async () => {
  const { app } = await mountCard();
  const paste = async (pasted: string) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    card().dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
    await settle();
  };
  await paste('Duration (s)\tCH1 Voltage (V)\n1\t1\n2\t2\n');
  expect([cells('CH1 Voltage'), cells('Duration')]).toEqual([
    ['1\u202fV', '2\u202fV'],
    ['1\u202fs', '2\u202fs'],
  ]);
  await paste('Duration (s)\tCH9 Voltage (V)\n1\t1\n');
  expect(text().join(' ')).toContain('Nothing of this instrument is called “CH9 Voltage (V)”');
  await app.undo.undo();
  await settle();
  expect(cells('CH1 Voltage')).toEqual(['5\u202fV']);
});

test.each(['dark', 'light', 'high-contrast'] as const)('axe finds nothing in %s, wide and narrow', async (theme) => {
  const { fake } = await mountCard();
  pageTheme().choose(theme);
  await click('button', 'Add step');
  const violations = async () => {
    const result = await axe.run(card(), { rules: { region: { enabled: false } } });
    return result.violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
  };
  expect(await violations()).toEqual([]);
  await page.viewport(390, 800);
  await settle();
  // also the table itself, with what a supply's channel has
  expect(card().getBoundingClientRect().right).toBeLessThanOrEqual(390);
  const [box] = deepAll('.box');
  expect(box!.scrollWidth).toBeLessThanOrEqual(box!.clientWidth);
  fake.report({ sequence: RUNNING });
  await settle();
  expect(await violations()).toEqual([]);
});

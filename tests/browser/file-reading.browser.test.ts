// How a file is read: the dialog of its columns, the chooser of its parts, and what is remembered for files like it.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { LabError } from '../../src/base/errors.ts';
import type { FileCompany, OpenFile } from '../../src/model/ports.ts';
import type { ReadChoice } from '../../src/model/read-choice.ts';
import type { Reading } from '../../src/model/reading.ts';
import type { LabWaveformPlot } from '../../src/ui/views/waveform/waveform-plot.ts';
import { rampStore } from '../support/axis-store.ts';
import { control, deepAll, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';

let mounted: MountedApp;

beforeEach(async () => {
  mounted = await mountApp();
  mounted.app.navigation.show('files');
});
afterEach(unmountApps);

const LINES = [
  ['t', 'U', 'state'],
  ['0', '1.5', 'on'],
  ['1', '1.6', 'off'],
];

/** A table as a reader would answer: its time column is found, or is as the choice says. */
function tableOf(guesses: readonly string[]) {
  return (_: File, { choice = {} }: FileCompany): Partial<OpenFile> => {
    if (choice.table?.separator === '|') throw new LabError('format/unknown', 'The text has no columns of numbers.');
    const time = choice.time === undefined ? 't' : choice.time;
    const columns = ['t', 'U', 'state'].map((id, index) => {
      const chosen = choice.table?.columns?.[index] ?? {};
      const found = id === time ? 'time' : id === 'state' ? 'text' : 'signal';
      return { id, name: chosen.name ?? id, unit: chosen.unit ?? '', role: chosen.role ?? found } as const;
    });
    const reading: Reading = {
      form: 'csv t,U,state',
      guesses,
      choice: { table: { separator: ',', decimal: '.', headLineCount: 1 }, ...choice, time },
      columns,
      lines: LINES,
    };
    const axis = time === null && choice.rateHz === undefined ? { axis: { name: 'sample', unit: '' } } : {};
    const rate = choice.rateHz ?? (choice.timeUnit === 'ms' ? 1000 : 1);
    const store = rampStore([{ name: columns[1]!.name, unit: columns[1]!.unit, sampleCount: 1000, rate, ...axis }]);
    return { reading, store, diagnostics: [] };
  };
}

const dialog = (name: string) => deepAll(`${name}`)[0]?.shadowRoot?.querySelector('dialog');
const isShown = (name: string) => dialog(name)?.open === true;
const opened = () => mounted.app.files.opened.value.at(-1)!;

async function choose(label: string, option: string): Promise<void> {
  const root = deepAll('lab-import-dialog')[0]!.shadowRoot!;
  const field = [...root.querySelectorAll('label')].find((each) => each.textContent?.includes(label));
  const select = field?.querySelector('select') ?? root.querySelector(`select[aria-label="${label}"]`);
  await userEvent.selectOptions(select!, option);
  await settle();
}

async function open(name = 'a.csv'): Promise<void> {
  await mounted.app.files.open([{ file: new File(['x'], name) }]);
  await settle();
}

it('asks by itself only when something was guessed, and is one click away', async () => {
  mounted.ports.files.next = tableOf([]);
  await open();
  expect(isShown('lab-import-dialog')).toBe(false);
  await userEvent.click(control('button', 'How it is read'));
  await settle();
  expect(isShown('lab-import-dialog')).toBe(true);
  const text = deepAll('lab-import-dialog')[0]!.shadowRoot!.textContent!;
  expect(text).toContain('1.6');
  expect(text).toContain('As found: Comma');
  await userEvent.click(control('button', 'Cancel'));
  await settle();
  mounted.ports.files.next = tableOf(['The unit of the times is not said: seconds.']);
  await open('b.csv');
  expect(isShown('lab-import-dialog')).toBe(true);
  expect(deepAll('lab-import-dialog')[0]!.shadowRoot!.textContent).toContain('The unit of the times is not said');
});

it('shows what comes of a choice before it is applied, and reads the file so in its place', async () => {
  mounted.ports.files.next = tableOf(['Guessed.']);
  await open();
  const plot = () => deepAll('lab-import-dialog')[0]!.shadowRoot!.querySelector('lab-waveform-plot') as LabWaveformPlot;
  await expect.poll(() => plot().model.spanS).toBe(1000);
  await choose('Times', 'None: rows are counted');
  await expect.poll(() => deepAll('lab-import-dialog')[0]!.shadowRoot!.textContent).toContain('1 signal along sample.');
  const rate = [...deepAll('lab-import-dialog')[0]!.shadowRoot!.querySelectorAll('label')].find((each) =>
    each.textContent?.includes('Sample rate'),
  )!;
  await userEvent.fill(rate.querySelector('input')!, '2 kHz');
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => plot().model.spanS).toBe(0.5);
  const key = opened().key;
  await userEvent.click(control('button', 'Apply'));
  await expect.poll(() => opened().choice).toEqual({ time: null, rateHz: 2000 });
  expect(opened().key).toBe(key);
  expect(mounted.app.files.opened.value).toHaveLength(1);
  await settle();
  // the file that was replaced and the previews are closed: one is open
  await expect.poll(() => mounted.ports.files.openedNames.length - mounted.ports.files.closedNames.length).toBe(1);
});

it('says why a choice does not fit, and keeps the last picture', async () => {
  mounted.ports.files.next = tableOf(['Guessed.']);
  await open();
  await choose('Separator', 'Bar |');
  await expect
    .poll(() => deepAll('lab-import-dialog')[0]!.shadowRoot!.textContent)
    .toContain('It cannot be read like this. The text has no columns of numbers.');
  expect(control('button', 'Apply').ariaDisabled).toBe('true');
  await choose('Separator', ',');
  await expect.poll(() => control('button', 'Apply').ariaDisabled).toBe('false');
});

it('takes role, name, unit and factor of a column', async () => {
  mounted.ports.files.next = tableOf(['Guessed.']);
  await open();
  await choose('What column state holds', 'Leave out');
  await userEvent.fill(control('input', 'Name of column U'), 'voltage');
  await userEvent.fill(control('input', 'Unit of column U'), 'mV');
  await userEvent.fill(control('input', 'Factor of column U'), '1e3');
  await userEvent.keyboard('{Enter}');
  await settle();
  await userEvent.click(control('button', 'Apply'));
  await expect
    .poll(() => opened().choice)
    .toEqual({
      table: { columns: { 1: { name: 'voltage', unit: 'mV', scale: 1000 }, 2: { role: 'left-out' } } },
    });
});

it('reads files of one form as the first was chosen, says so, and goes back', async () => {
  mounted.ports.files.next = tableOf(['The unit of the times is not said: seconds.']);
  await open();
  await choose('Times', 't');
  await userEvent.fill(control('input', 'Factor of column U'), '10');
  await userEvent.keyboard('{Enter}');
  await userEvent.click(control('button', 'Apply'));
  const chosen: ReadChoice = { time: 't', table: { columns: { 1: { scale: 10 } } } };
  await expect.poll(() => opened().choice).toEqual(chosen);
  await open('next.csv');
  expect(opened()).toMatchObject({ choice: chosen, isAsRemembered: true });
  expect(isShown('lab-import-dialog')).toBe(false);
  expect(deepAll('lab-file-panel')[0]!.shadowRoot!.textContent).toContain('Read as you chose for files like this');
  await userEvent.click(control('button', 'Read as found'));
  await expect.poll(() => opened().choice).toEqual({});
  await settle();
  expect(deepAll('lab-file-panel')[0]!.shadowRoot!.textContent).not.toContain('Read as you chose');
  await open('third.csv');
  expect(opened().isAsRemembered).toBe(false);
});

it('offers the parts of a file that are not open', async () => {
  mounted.ports.files.next = (_, { choice = {} }) => ({
    reading: {
      form: 'zip',
      guesses: [],
      choice,
      parts: ['run/a.csv', 'run/b.csv', 'notes.csv'].map((id) => ({
        id,
        detail: 'CSV table',
        isOpen: (choice.parts ?? ['run/a.csv']).includes(id),
      })),
    },
    diagnostics: [],
  });
  await open('run.zip');
  expect(isShown('lab-parts-dialog')).toBe(true);
  const boxes = () => [...dialog('lab-parts-dialog')!.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  expect(boxes().map(({ checked, indeterminate }) => [checked, indeterminate])).toEqual([
    [false, true],
    [true, false],
    [false, false],
    [false, false],
  ]);
  await userEvent.fill(control('input', 'Search the parts'), 'notes');
  await settle();
  await userEvent.click(boxes()[0]!);
  await userEvent.click(dialog('lab-parts-dialog')!.querySelector('button.primary')!);
  await expect.poll(() => opened().choice).toEqual({ parts: ['run/a.csv', 'notes.csv'] });
  await settle();
  expect(isShown('lab-parts-dialog')).toBe(false);
  expect(control('button', '2 of 3 parts').checkVisibility()).toBe(true);
  // what was said of the columns of one part is not said of those of another; how the text is written is
  const table = { separator: ';', headLineCount: 3, columns: { 1: { role: 'left-out' } } } as const;
  const ofFirst = { time: 't', table, parts: ['run/a.csv'] };
  await mounted.app.files.read(opened(), ofFirst, false);
  await settle();
  const openParts = async () => {
    await userEvent.click(control('button', '1 of 3 parts'));
    await settle();
    return () => userEvent.click(dialog('lab-parts-dialog')!.querySelector('button.primary')!);
  };
  const openSame = await openParts();
  await openSame();
  await expect.poll(() => opened().choice).toEqual(ofFirst);
  await settle();
  const openOther = await openParts();
  await userEvent.click(boxes()[1]!);
  await userEvent.click(boxes()[2]!);
  await openOther();
  await expect.poll(() => opened().choice).toEqual({ time: 't', table: { separator: ';' }, parts: ['run/b.csv'] });
});

it('changes how bare numbers are read, in their place', async () => {
  const raw = { dtypeName: '>i4', channelCount: 2, sampleRateHz: 500, skipBytes: 0 };
  mounted.ports.files.next = { diagnostics: [] };
  await mounted.app.files.open([{ file: new File([new Uint8Array(800)], 'n.bin'), choice: { raw } }]);
  await settle();
  await userEvent.click(control('button', 'How it is read'));
  await settle();
  expect(deepAll('lab-numbers-dialog')[0]!.shadowRoot!.textContent).toContain('100 samples of each channel');
  const order = control('select', 'Byte order') as HTMLSelectElement;
  expect(order.value).toBe('>');
  await userEvent.selectOptions(order, 'Low byte first');
  await userEvent.click(dialog('lab-numbers-dialog')!.querySelector('button.primary')!);
  await expect.poll(() => opened().choice.raw).toEqual({ ...raw, dtypeName: '<i4' });
  expect(mounted.app.files.opened.value).toHaveLength(1);
});

it('shows the facts of a file beside it, with a search', async () => {
  mounted.ports.files.next = { diagnostics: [], version: '2', metadata: { Model: 'MSO5074', setup: { range: '1 V' } } };
  await open('scope.wfm');
  await userEvent.click(control('button', 'Facts'));
  await settle();
  const panel = () => deepAll('lab-facts-panel')[0]!.shadowRoot!.textContent!.replace(/\s+/g, ' ');
  expect(panel()).toContain('JLS v2, version 2');
  expect(panel()).toContain('Instrument MSO5074');
  await userEvent.fill(control('input', 'Search what the file says'), 'range');
  await settle();
  const rows = deepAll('lab-facts-panel')[0]!.shadowRoot!.querySelectorAll('table')[1]!;
  expect(rows.textContent?.replace(/\s+/g, ' ').trim()).toBe('setup range 1 V');
});

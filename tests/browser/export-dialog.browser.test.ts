// The export dialog and the event view in the page, by keys and clicks; the export itself is a fake.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { SIM_CHOICE } from '../support/fake-instruments.ts';
import { control, deepAll, focused, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';
import { pulseEvents } from '../support/pulse-events.ts';

let mounted: MountedApp;

beforeEach(async () => {
  mounted = await mountApp();
});

afterEach(unmountApps);

async function openFile(name = 'run.jls'): Promise<void> {
  await mounted.app.files.open([{ file: new File(['x'], name) }]);
  await settle();
}

const isOpen = (): boolean => deepAll('lab-export-dialog')[0]!.shadowRoot!.querySelector('dialog')!.open;
const format = (): HTMLSelectElement => deepAll('lab-export-dialog')[0]!.shadowRoot!.querySelector('#format')!;

it('opens with E, says what will be written, and goes with Escape', async () => {
  await openFile();
  await userEvent.keyboard('e');
  await settle();
  expect(isOpen()).toBe(true);
  expect(deepAll('.plan')[0]?.textContent).toContain('signals');
  await userEvent.keyboard('{Escape}');
  await settle();
  expect(isOpen()).toBe(false);
  expect(mounted.app.exports.subject.value).toBeUndefined();
});

it('exports the chosen signals, shows how far it is and what was done, and opens it again', async () => {
  await openFile();
  await userEvent.click(control('button', 'Export…'));
  await settle();
  await userEvent.selectOptions(format(), 'csv');
  await settle();
  const boxes = deepAll('lab-export-dialog input[type=checkbox], input[type=checkbox]').filter((box) =>
    box.checkVisibility(),
  );
  await userEvent.click(boxes[0]!);
  await settle();
  const buttons = deepAll('button.primary').filter((button) => button.textContent?.includes('Export…'));
  await userEvent.click(buttons[0]!);
  mounted.ports.exports.progress(0.25);
  await settle();
  expect((control('progress', 'Progress of the export') as HTMLProgressElement).position).toBe(0.25);
  const all = mounted.app.files.opened.value[0]!.content.store.signals();
  expect(mounted.ports.exports.jobs[0]).toMatchObject({ format: 'csv', fileName: 'run.csv' });
  expect(mounted.ports.exports.jobs[0]!.signalIds.length).toBeLessThan(all.length);
  mounted.ports.exports.finish({ file: new File(['x'], 'run.csv'), notes: ['100 rows of one signal.'] });
  await settle();
  expect(deepAll('li').map((item) => item.textContent)).toContain('100 rows of one signal.');
  await userEvent.click(control('button', 'Open it here'));
  await settle();
  expect(isOpen()).toBe(false);
  expect(mounted.app.files.opened.value.map(({ content }) => content.name)).toEqual(['run.jls', 'run.csv']);
});

it('exports what an instrument holds, under a name that says when', async () => {
  await mounted.app.instruments.connect(SIM_CHOICE, { start: true });
  mounted.ports.instruments.opened[0]!.report({
    health: { receivedSampleCount: 1e6, missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 },
  });
  mounted.app.navigation.show('live');
  await settle();
  await mounted.app.commands.execute('waveform.export');
  await settle();
  void mounted.app.exports.start();
  const [job] = mounted.ports.exports.jobs;
  const [instrument] = mounted.ports.instruments.opened;
  expect(job?.source).toEqual({ kind: 'instruments', instruments: [{ instrument, prefix: '', offsetS: 0 }] });
  expect(job?.fileName).toBe('JS110 001636 2026-01-02_000000.jls');
});

it('goes through events with keys wherever the focus is', async () => {
  mounted.ports.files.events = pulseEvents(30);
  await openFile('run.mimo');
  await userEvent.click(control('button', 'Events'));
  await settle();
  const shown = () =>
    deepAll('lab-event-view aside h2, h2')
      .map((heading) => heading.textContent)
      .join();
  (focused() as HTMLElement | null)?.blur();
  await userEvent.keyboard('{ArrowRight}{PageDown}');
  await expect.poll(shown).toContain('Event 11');
  await userEvent.keyboard('{End}{ArrowLeft}');
  await expect.poll(shown).toContain('Event 28');
  await userEvent.keyboard('{Home}');
  await expect.poll(shown).toContain('Event 0');
});

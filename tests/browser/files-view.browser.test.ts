import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { LabWaveformPlot } from '../../src/ui/views/waveform/waveform-plot.ts';
import type { LabWaveformView } from '../../src/ui/views/waveform/waveform-view.ts';
import { recordingEntry } from '../support/fake-recordings.ts';
import { control, deepAll, focused, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';
import { SineStore } from '../support/sine-store.ts';
import { steadySignals } from '../support/steady.ts';

let mounted: MountedApp;

beforeEach(async () => {
  mounted = await mountApp();
  mounted.ports.recordings.entries = [
    recordingEntry({ fileName: 'first.jls' }),
    recordingEntry({
      id: 'r2',
      fileName: 'torn.jls',
      state: 'interrupted',
      missingSampleCount: 12_000,
      recorderLostSampleCount: 345,
    }),
  ];
  mounted.ports.recordings.changed();
  mounted.app.navigation.show('files');
  await settle();
});

afterEach(unmountApps);

const cells = () => deepAll('tbody td').map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim());

it('lists recordings with their losses, and repairs what a crash left', async () => {
  expect(cells()).toContain('12 345');
  expect(cells()).toContain('Interrupted');
  await userEvent.click(control('button', 'Repair'));
  await settle();
  expect(cells()).not.toContain('Interrupted');
  expect(deepAll('lab-toasts').at(0)?.shadowRoot?.textContent).toContain('Recovered 61.5 s');
});

it('opens a recording in a tab of its own and closes it with the keyboard', async () => {
  await userEvent.click(control('button', 'Open first.jls'));
  await settle();
  expect(deepAll('[role=tab][aria-selected=true]').map((tab) => tab.textContent?.trim())).toEqual(['first.jls']);
  expect(deepAll('lab-waveform-view')).toHaveLength(1);
  deepAll('[role=tab]')[1]?.focus();
  await userEvent.keyboard('{ArrowLeft}');
  await settle();
  expect(mounted.app.navigation.route.value.argument).toBe('');
  await userEvent.keyboard('{ArrowRight}{Delete}');
  await settle();
  expect(mounted.ports.files.closedNames).toEqual(['first.jls']);
  expect(focused()?.textContent?.trim()).toBe('Recordings');
});

it('shows what stands first in a long file until all of it is read, and says what that is', async () => {
  const { app, ports } = mounted;
  let goOn: () => void = () => undefined;
  const beginning = { ...(await ports.files.open(new File(['x'], 'big.csv'))), store: new SineStore(2) };
  ports.files.meanwhile = ({ onBeginning, onRead }) => {
    onBeginning?.(beginning);
    onRead?.(0.426);
    return new Promise((resolve) => (goOn = resolve));
  };
  const opening = app.files.open([{ file: new File(['x'], 'big.csv') }]);
  await settle();
  const plot = () => deepAll('lab-waveform-plot')[0] as LabWaveformPlot | undefined;
  await expect.poll(() => plot()?.lanes[0]?.traces[0]?.detail.picture?.endS).toBe(2);
  await settle();
  expect(plot()!.scene?.figures.size).toBe(0);
  expect(deepAll('.problem-bar p')[0]?.textContent).toMatch(
    /^Only the beginning of big\.csv\. These are the first 2\.000\ss\. Figures wait/,
  );
  expect(deepAll('.opening')[0]?.textContent?.replace(/\s+/g, ' ')).toContain('Opening big.csv… 42 % read');
  expect(deepAll('lab-waveform-view')).toHaveLength(0);
  goOn();
  await opening;
  await settle();
  expect([deepAll('lab-file-beginning').length, deepAll('lab-waveform-view').length]).toEqual([0, 1]);
  expect(deepAll('.opening')).toHaveLength(0);
});

it('keeps markers and their undo with the file they belong to', async () => {
  const { app } = mounted;
  await app.files.open([{ file: new File(['x'], 'a.jls') }]);
  const view = () => deepAll('lab-waveform-view')[0] as LabWaveformView;
  await expect.poll(() => view()?.model.spanS).toBe(60);
  view().model.addMarker({ axis: 'time', first: 7 });
  await app.files.open([{ file: new File(['yy'], 'b.jls') }]);
  await expect.poll(() => view()?.model.spanS).toBe(60);
  expect(view().model.state.markers).toEqual([]);
  expect(view().model.undo()).toBe(false);
  app.navigation.show('files', app.files.opened.value[0]!.key);
  await expect.poll(() => view()?.model.state.markers.map(({ first }) => first)).toEqual([7]);
});

it('saves a recording with what was marked in it, under its new name too', async () => {
  await userEvent.click(control('button', 'Open first.jls'));
  await settle();
  const view = deepAll('lab-waveform-view')[0] as LabWaveformView;
  await expect.poll(() => view.model.spanS).toBe(60);
  const [signal] = steadySignals(view.store!);
  view.model.addMarker({ axis: 'time', first: 7 });
  view.model.addNote({ laneId: view.lanes[0]!.id, timeS: 3, text: 'Inrush' });
  await mounted.app.recordings.rename(mounted.ports.recordings.entries[0]!, 'boot.jls');
  mounted.app.navigation.show('files');
  await settle();
  await userEvent.click(control('button', 'Save as boot.jls'));
  await expect.poll(() => mounted.ports.exports.jobs.length).toBe(1);
  const [job] = mounted.ports.exports.jobs;
  expect(job).toMatchObject({ format: 'jls', fileName: 'boot.jls' });
  const at = (timeS: number) => BigInt(Math.round((timeS - signal!.offsetS) * signal!.sampleRateHz));
  expect(job!.annotations).toMatchObject([
    { kind: 'vertical-marker', data: '1', timestamp: at(7) },
    { kind: 'text', data: 'Inrush', timestamp: at(3) },
  ]);
  mounted.ports.exports.progress(0.25);
  await settle();
  expect((control('progress', 'Saving boot.jls') as HTMLProgressElement).position).toBe(0.25);
  await userEvent.click(control('button', 'Cancel'));
  await settle();
  expect(deepAll('progress')).toEqual([]);
});

it('offers a repaired copy of a file that was not closed', async () => {
  const { app } = mounted;
  await app.files.open([{ file: new File(['x'], 'torn.jls') }]);
  await settle();
  await userEvent.click(control('button', '1 note about this file'));
  await settle();
  await userEvent.click(control('button', 'Save a repaired copy'));
  await settle();
  expect(app.exports.subject.value?.name).toBe('torn.jls');
  expect(app.exports.choice.value).toMatchObject({ format: 'jls', range: 'all' });
  void app.exports.start();
  await expect.poll(() => mounted.ports.exports.jobs.map(({ fileName }) => fileName)).toEqual(['torn-copy.jls']);
});

it('says that a file holds nothing instead of drawing empty axes', async () => {
  mounted.ports.files.durationS = 0;
  await mounted.app.files.open([{ file: new File(['x'], 'empty.jls') }]);
  await settle();
  expect(deepAll('lab-file-panel')[0]?.shadowRoot?.textContent).toContain('holds no samples');
  expect(deepAll('lab-waveform-view')).toEqual([]);
});

it('renames in place; Escape leaves the name', async () => {
  await userEvent.click(control('button', 'Rename first.jls'));
  await settle();
  await userEvent.keyboard('boot{Enter}');
  await settle();
  expect(mounted.ports.recordings.entries[0]?.fileName).toBe('boot.jls');
  await userEvent.click(control('button', 'Rename boot.jls'));
  await settle();
  await userEvent.keyboard('nonsense{Escape}');
  await settle();
  expect(mounted.ports.recordings.entries[0]?.fileName).toBe('boot.jls');
});

it('deletes with a way back', async () => {
  await userEvent.click(control('button', 'Delete first.jls'));
  await settle();
  expect(cells().join()).not.toContain('first.jls');
  await userEvent.click(control('button', 'Undo'));
  await settle();
  expect(cells().join()).toContain('first.jls');
  await mounted.clock.advance(20_000);
  expect(mounted.ports.recordings.entries).toHaveLength(2);
});

it('shows the progress of a copy, which can be cancelled', async () => {
  await userEvent.click(control('button', 'Save as first.jls'));
  await settle();
  const progress = control('progress', 'Saving first.jls') as HTMLProgressElement;
  expect(progress.position).toBe(0.5);
  await userEvent.click(control('button', 'Cancel'));
  await settle();
  expect(deepAll('progress')).toEqual([]);
});

it('connects from the list in the top bar and shows the live view', async () => {
  await userEvent.click(control('button', 'Connect'));
  await settle();
  const itemsOf = (title: string) => deepAll(`ul[aria-label="${title}"] li`);
  const known = itemsOf('Permitted in this browser');
  const simulated = itemsOf('Simulated, no hardware needed');
  const names = (items: readonly HTMLElement[]) => items.map((item) => item.querySelector('.name')?.textContent);
  expect(names(known)).toEqual(['JS110 001636']);
  expect(names(simulated)).toEqual(['Simulated JS110']);
  await userEvent.click(simulated[0]?.querySelector('button') as HTMLElement);
  await settle();
  expect(mounted.app.navigation.route.value.viewId).toBe('live');
  expect(mounted.ports.instruments.opened[0]?.status.state).toBe('streaming');
  expect(deepAll('dialog[open]')).toEqual([]);
});

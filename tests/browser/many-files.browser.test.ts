import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { LabWaveformView } from '../../src/ui/views/waveform/waveform-view.ts';
import { control, deepAll, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';

let mounted: MountedApp;

beforeEach(async () => {
  mounted = await mountApp();
});
afterEach(unmountApps);

const file = (name: string, lastModified: number) => ({ file: new File(['x'], name, { lastModified }) });

it('keeps the tab of what is shown in sight, and tells equal names apart', async () => {
  const { app } = mounted;
  await app.files.open(Array.from({ length: 20 }, (_, i) => file('a long name of a recording.csv', i + 1)));
  await settle();
  const selected = () => deepAll('[role=tab][aria-selected=true]')[0]!;
  const isInSight = () => {
    const { left, right } = selected().getBoundingClientRect();
    const list = deepAll('[role=tablist]')[0]!.getBoundingClientRect();
    return left >= list.left - 1 && right <= list.right + 1;
  };
  expect(selected().textContent?.trim()).toBe('a long name of a recording.csv (20)');
  expect(isInSight()).toBe(true);
  app.navigation.show('files', app.files.opened.value[0]!.key);
  await settle();
  expect(isInSight()).toBe(true);
});

it('reads a file again that changed on disk; view and markers stay', async () => {
  const { app, ports } = mounted;
  ports.recentFiles.rows = [{ id: 'log.csv', name: 'log.csv', openedUnixMs: 0 }];
  await app.files.openRecent(ports.recentFiles.rows[0]!);
  const view = () => deepAll('lab-waveform-view')[0] as LabWaveformView;
  await expect.poll(() => view()?.model.spanS).toBe(60);
  view().model.setTime({ startS: 10, endS: 20 });
  view().model.addMarker({ axis: 'time', first: 12 });
  ports.recentFiles.onDisk.set('log.csv', new File(['recent, and more'], 'log.csv', { lastModified: 2 }));
  ports.files.durationS = 120;
  window.dispatchEvent(new Event('focus'));
  await expect.poll(() => deepAll('.problem-bar').map((bar) => bar.textContent)).toHaveLength(1);
  await userEvent.click(control('button', 'Reload'));
  await expect.poll(() => view()?.model.bounds.extent.endS).toBe(120);
  await settle();
  expect(view().model.state.time).toEqual({ startS: 10, endS: 20 });
  expect(view().model.state.markers.map(({ first }) => first)).toEqual([12]);
  expect(deepAll('.problem-bar')).toEqual([]);
});

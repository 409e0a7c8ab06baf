import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { EXAMPLES } from '../../src/app/pipeline/examples.ts';
import { pageTheme, type ThemeName } from '../../src/ui/theme/theme.ts';
import type { FakeRun } from '../support/fake-pipelines.ts';
import { control, deepAll, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';

let mounted: MountedApp;

async function mount(): Promise<void> {
  mounted = await mountApp();
  for (const path of new Set(EXAMPLES.flatMap(({ folder, files }) => files.map((file) => `${folder}/${file}`)))) {
    mounted.ports.pipelines.examples.set(path, await (await fetch(`/examples/${path}`)).blob());
  }
  mounted.app.navigation.show('pipeline');
  await settle();
}

afterEach(() => {
  unmountApps();
  pageTheme().choose('dark');
});

/** Clicks what has this name, as soon as it is there: three frames may not be enough on a busy machine. */
async function click(selector: string, name: string): Promise<void> {
  await expect.poll(() => control(selector, name)).toBeInstanceOf(HTMLElement);
  await userEvent.click(control(selector, name));
  await settle();
}

/** Opens an example without starting it, as a link does. */
async function openExample(id: string): Promise<void> {
  await mounted.app.pipelines.openExample(id);
  await expect.poll(() => deepAll('lab-pipeline-bar').length).toBe(1);
  await settle();
}

/** Elements inside one component. */
const within = (host: string, selector: string): HTMLElement[] =>
  deepAll(host).flatMap((element) => [...element.shadowRoot!.querySelectorAll<HTMLElement>(selector)]);

/** The muon example, running, with something to see on every display. */
async function startMuons(): Promise<FakeRun> {
  await click('button', 'Muon lifetime');
  await expect.poll(() => mounted.ports.pipelines.runs.started.length).toBe(1);
  await settle();
  const run = mounted.ports.pipelines.runs.started[0]!;
  run.advance(1, { eventCount: 200, deadS: 0.015, elapsedS: 1, filledCount: 3, emptyCount: 124, inWorkCount: 1 });
  const values = Float32Array.from({ length: 4250 }, (_, i) =>
    i > 500 ? -480 + 200 * Math.exp((500 - i) / 25) : -480,
  );
  run.publish({
    workerName: 'scope_input',
    picture: { kind: 'trace', counter: 7n, channels: ['chA', 'chB'].map((name) => ({ name, values })) },
  });
  const counts = Float64Array.from({ length: 56 }, (_, i) => Math.round(100 * Math.exp(-i / 9)));
  const edges = Float64Array.from({ length: 57 }, (_, i) => 250 * i);
  run.publish({ workerName: 'histogram_up', picture: { kind: 'histogram', channel: 'decay_time', edges, counts } });
  run.print('filter', 'a line for the log');
  await mounted.clock.advance(300);
  await settle();
  return run;
}

describe.each(['dark', 'light', 'high-contrast'] as const satisfies ThemeName[])('in the %s theme', (theme) => {
  beforeEach(async () => {
    pageTheme().choose(theme);
    await mount();
  });

  async function violations(): Promise<string[]> {
    const result = await axe.run(document, { resultTypes: ['violations'] });
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
    );
  }

  it('axe finds nothing in the gallery', async () => {
    expect(await violations()).toEqual([]);
  });

  it('axe finds nothing in the editor, with an error', async () => {
    await openExample('simple');
    await click('[role=tab]', 'Setup');
    await expect.poll(() => deepAll('.cm-content').length).toBe(1);
    const opened = mounted.app.pipelines.opened.value!;
    opened.edit(opened.text.value.replace('sources: [Traces]', 'sources: [Trace]'));
    await opened.check();
    await settle();
    expect(await violations()).toEqual([]);
  });

  it.each(['Displays', 'Rates', 'Buffers', 'Workers', 'Logs'])('axe finds nothing in a run: %s', async (tab) => {
    await startMuons();
    await click('[role=tab]', tab);
    expect(await violations()).toEqual([]);
  });
});

describe('the view', () => {
  beforeEach(mount);

  it('explains the example and shows its flow before it runs', async () => {
    await openExample('muon');
    await expect
      .poll(() => within('lab-flow-graph', 'text.name').map((text) => text.textContent))
      .toContain('detector');
    expect(deepAll('lab-guide-panel')[0]!.shadowRoot!.textContent).toContain('2.197 microseconds');
    expect(deepAll('lab-run-tabs')).toEqual([]);
  });

  it('marks errors in the margin and in the list, and refuses to start', async () => {
    await openExample('simple');
    await click('[role=tab]', 'Setup');
    await expect.poll(() => deepAll('.cm-content').length).toBe(1);
    const opened = mounted.app.pipelines.opened.value!;
    opened.edit(opened.text.value.replace('function: exporters.csv', 'function: exporters.cvs'));
    await opened.check();
    await settle();
    const problems = deepAll('[aria-label=Problems] li').map((item) => item.textContent!.replace(/\s+/g, ' ').trim());
    expect(problems).toHaveLength(1);
    const line = opened.text.value.split('\n').findIndex((text) => text.includes('exporters.cvs')) + 1;
    expect(problems[0]).toContain(`${line}:`);
    expect(problems[0]).toContain('There is no function exporters.cvs');
    await userEvent.click(deepAll('[aria-label=Problems] button')[0]!);
    await expect.poll(() => deepAll('.cm-lint-marker-error').length).toBe(1);
    expect(control('button', 'Start').getAttribute('aria-disabled')).toBe('true');
  });

  it('takes what is typed into the editor', async () => {
    await openExample('simple');
    await click('[role=tab]', 'Setup');
    await expect.poll(() => deepAll('.cm-content').length).toBe(1);
    await userEvent.click(deepAll('.cm-content')[0]!);
    await userEvent.keyboard('{Control>}{Home}{/Control}# mine{Enter}');
    expect(mounted.app.pipelines.opened.value!.text.value.startsWith('# mine\n#')).toBe(true);
  });

  it('steers the run: pause, resume, shut down', async () => {
    const run = await startMuons();
    await click('button', 'Pause');
    await click('button', 'Resume');
    await click('button', 'Shut down roots');
    await click('button', 'Shut down all');
    expect(run.calls).toEqual(['pause roots', 'resume roots', 'shutdown roots', 'shutdown all']);
  });

  it('kills only after saying what is lost', async () => {
    const run = await startMuons();
    await click('button', 'Kill…');
    const dialog = within('lab-kill-dialog', 'dialog')[0] as HTMLDialogElement;
    // Four of 128 and of 32 slots hold an event, in each of six buffers.
    expect(dialog.textContent).toContain('24');
    await click('button', 'Keep running');
    expect(run.calls).toEqual([]);
    await click('button', 'Kill…');
    await click('button', 'Kill workers');
    expect(run.calls).toEqual(['kill']);
  });

  it('shows dead time as a percentage, with what it means', async () => {
    await startMuons();
    await click('[role=tab]', 'Buffers');
    const row = within('lab-buffer-table', 'tbody tr')[0]!;
    const cells = [...row.querySelectorAll('td')].map((cell) => cell.textContent!.trim());
    expect(cells[3]).toBe('200\u202fHz');
    expect(cells[4]).toBe('1.50\u202f%');
    expect(row.querySelectorAll('td')[4]!.title).toContain('waited for a free slot');
  });

  it('filters the log by worker', async () => {
    const run = await startMuons();
    run.print('detector', 'another one');
    await mounted.clock.advance(300);
    await click('[role=tab]', 'Logs');
    const lines = () => deepAll('[role=log] > div').map((line) => line.textContent!.trim());
    expect(lines()).toEqual(['filter: a line for the log', 'detector: another one']);
    await userEvent.selectOptions(control('select', 'Whose lines') as HTMLSelectElement, 'detector');
    await settle();
    expect(lines()).toEqual(['another one']);
  });

  it('measures a marked region of a histogram', async () => {
    await startMuons();
    const canvas = within('lab-histogram', 'lab-plot-canvas')[0]!;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const drag = (type: string, x: number) =>
      canvas.dispatchEvent(
        new PointerEvent(type, { clientX: left + x * width, clientY: top + height / 2, pointerId: 1, bubbles: true }),
      );
    canvas.setPointerCapture = () => {};
    drag('pointerdown', 0.2);
    drag('pointermove', 0.6);
    drag('pointerup', 0.6);
    await settle();
    const footer = () => within('lab-histogram', 'footer')[0]!.textContent!.replace(/\s+/g, ' ');
    // A decay has no net area.
    expect(footer()).toMatch(/mean life .* ns; χ²\/ndf/);
    expect(footer()).not.toContain('net area');
    // The counts fall by 1/e in 9 bins of 250.
    const from = control('label', 'from').querySelector('input')!;
    await userEvent.fill(from, '0');
    await userEvent.keyboard('{Enter}');
    await settle();
    const to = control('label', 'to').querySelector('input')!;
    await userEvent.fill(to, '14000');
    await userEvent.keyboard('{Enter}');
    await settle();
    const [, meanLife, uncertainty] = /mean life (\d+) ± (\d+) ns/.exec(footer())!.map(Number);
    expect(Math.abs(meanLife! - 2250)).toBeLessThan(60);
    // 2250 ns / √950 entries, and a little for the cut.
    expect(uncertainty).toBeGreaterThanOrEqual(73);
    expect(uncertainty).toBeLessThan(80);
    await userEvent.selectOptions(control('label', 'fit').querySelector('select')!, 'decay + flat');
    await settle();
    expect(footer()).toMatch(/mean life \d+ ± \d+ ns, no background;/);
    await userEvent.selectOptions(control('label', 'fit').querySelector('select')!, 'peak');
    await settle();
    expect(footer()).toMatch(/net area [−\d]+ ± \d+; no peak can be fitted here/);
  });

  it('fits a peak in a marked region, and its net area is that of the bell', async () => {
    const run = await startMuons();
    const counts = Float64Array.from({ length: 56 }, (_, i) =>
      Math.round(20 + 400 * Math.exp(-(((i + 0.5 - 28) / 4) ** 2) / 2)),
    );
    const edges = Float64Array.from({ length: 57 }, (_, i) => 250 * i);
    run.publish({ workerName: 'histogram_up', picture: { kind: 'histogram', channel: 'decay_time', edges, counts } });
    await mounted.clock.advance(300);
    await settle();
    await click('button', 'region');
    await click('button', 'peaks');
    const footer = () => within('lab-histogram', 'footer')[0]!.textContent!.replace(/\s+/g, ' ');
    const from = control('label', 'from').querySelector('input')!;
    await userEvent.fill(from, '3000');
    await userEvent.keyboard('{Enter}');
    await settle();
    const to = control('label', 'to').querySelector('input')!;
    await userEvent.fill(to, '11000');
    await userEvent.keyboard('{Enter}');
    await settle();
    // 28 bins of 250 ns; 2.355 · 4 · 250 ns; 400 · 4 · √(2π) = 4011 counts.
    const text = footer();
    const [, at] = /peak at (\d+) ± \d+ ns/.exec(text)!.map(Number);
    expect(Math.abs(at! - 7000)).toBeLessThanOrEqual(10);
    const [, area, uncertainty] = /net area (\d+) ± (\d+); χ²/.exec(text)!.map(Number);
    expect(Math.abs(area! - 4011)).toBeLessThan(20);
    expect(uncertainty).toBeGreaterThan(63);
    const cells = [...within('lab-histogram', 'footer td')].map((cell) => cell.textContent!.trim());
    expect(cells).toHaveLength(5);
    expect(cells[0]).toMatch(/^(6990|7000|7010|699\d|700\d) ± \d+\u202fns$/);
    expect(cells[3]).toMatch(/^\d{4} ± \d+$/);
  });

  it('shows decays upwards and downwards together, and their asymmetry', async () => {
    const run = await startMuons();
    expect(deepAll('lab-asymmetry-panel')).toHaveLength(0);
    const counts = Float64Array.from({ length: 56 }, (_, i) => Math.round(80 * Math.exp(-i / 9)));
    const edges = Float64Array.from({ length: 57 }, (_, i) => 250 * i);
    run.publish({ workerName: 'histogram_down', picture: { kind: 'histogram', channel: 'decay_time', edges, counts } });
    await mounted.clock.advance(300);
    await settle();
    const labels = deepAll('canvas').map((canvas) => canvas.getAttribute('aria-label'));
    const up = Array.from({ length: 56 }, (_, i) => Math.round(100 * Math.exp(-i / 9))).reduce((a, b) => a + b);
    const down = counts.reduce((a, b) => a + b);
    expect(labels).toContain(`Histogram sum of histogram_up and histogram_down: decay_time: ${up + down} entries`);
    expect(labels).toContainEqual(expect.stringMatching(/^Asymmetry of decay_time, mean 0\.1\d+ ± 0\.0\d\d$/));
  });

  it('offers a missing recording of an earlier run', async () => {
    mounted.ports.pipelines.runs.directories.set(
      'run_2026-01-01_00-00-00',
      new Map([['Recorded.mimo', new File(['x'], 'Recorded.mimo')]]),
    );
    const replay = mounted.ports.pipelines.examples.get('mimo-file/replay.yaml')!;
    await mounted.app.pipelines.openFiles(new Map([['mine/replay.yaml', replay]]));
    await settle();
    await expect
      .poll(() =>
        deepAll('.notice')
          .map((notice) => notice.textContent)
          .join(),
      )
      .toContain('run_2026-01-01');
    await click('button', 'Use it');
    expect(deepAll('.notice')).toEqual([]);
  });
});

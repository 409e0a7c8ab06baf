// Several instruments at once, recordings of some of them, and what the page does when one of them is gone.

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { ConnectedInstrument } from '../../src/app/instruments.ts';
import { LabError } from '../../src/base/errors.ts';
import { utcFromUnixMs } from '../../src/base/time.ts';
import type { InstrumentChoice } from '../../src/model/instrument.ts';
import {
  type FakeInstrument,
  fakeReading,
  REAL_CHOICE,
  SIM_CHOICE,
  SIM_JS220_CHOICE,
} from '../support/fake-instruments.ts';
import { recordingEntry } from '../support/fake-recordings.ts';
import { control, deepAll, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';
import { SineStore } from '../support/sine-store.ts';

afterEach(unmountApps);

const texts = (selector: string) => deepAll(selector).map((element) => element.textContent?.trim());
const waveform = () => deepAll('lab-waveform-view')[0] as HTMLElementTagNameMap['lab-waveform-view'];
const laneNames = () => waveform().lanes.map(({ name }) => name);
const pressed = () =>
  deepAll('.chip[aria-pressed=true]').map((chip) =>
    (chip.querySelector('.long') ?? chip).textContent?.replace(/\s+/g, ' ').trim(),
  );

async function connect(mounted: MountedApp, choice: InstrumentChoice, serialNumber: string): Promise<FakeInstrument> {
  await mounted.app.instruments.connect(choice, { start: true });
  const fake = mounted.ports.instruments.opened.at(-1)!;
  fake.report({ identity: { model: choice.model, vendor: 'Jetperch', serialNumber, firmware: '1.3.0' } });
  await settle();
  return fake;
}

async function two(): Promise<MountedApp & { first: FakeInstrument; second: FakeInstrument }> {
  const mounted = await mountApp();
  const first = await connect(mounted, SIM_CHOICE, '900001');
  const second = await connect(mounted, SIM_JS220_CHOICE, '900101');
  first.store.originUtc = utcFromUnixMs(Date.UTC(2026, 0, 2));
  second.store.originUtc = utcFromUnixMs(Date.UTC(2026, 0, 2, 0, 0, 1));
  return { ...mounted, first, second };
}

describe('the welcome page', () => {
  it('offers what is plugged in first, of whatever kind, and one row of each simulated kind', async () => {
    const { app, ports } = await mountApp();
    const other = { ...SIM_CHOICE, id: 'sim-js110:boot', simulation: 'Boot inrush' };
    const unit = { ...REAL_CHOICE, id: 'js220:000123', kind: 'js220', model: 'JS220', label: 'Jetperch JS220 000123' };
    ports.instruments.choicesNow = [unit, SIM_CHOICE, other, SIM_JS220_CHOICE];
    await app.instruments.refresh();
    await settle();
    expect(texts('li .name')).toEqual(['Jetperch JS220 000123', 'Simulated JS110', 'Simulated JS220']);
    const [leading] = deepAll('button.primary');
    expect(leading?.closest('li')?.textContent).toContain('several rates');
    await userEvent.selectOptions(deepAll('li select')[0] as HTMLElement, 'sim-js110:boot');
    await userEvent.click(control('li button', 'Start Simulated JS110'));
    await settle();
    expect(ports.instruments.opened[0]?.choice.id).toBe('sim-js110:boot');
  });

  it('lists a unit that cannot be opened with the reason, and does not open it', async () => {
    const { app, ports } = await mountApp();
    ports.instruments.choicesNow = [{ ...REAL_CHOICE, obstacle: 'It waits for new firmware.' }, SIM_CHOICE];
    await app.instruments.refresh();
    await settle();
    expect(texts('.obstacle')).toEqual(['It waits for new firmware.']);
    control('li button', 'Start JS110 001636').click();
    await settle();
    expect(ports.instruments.opened).toEqual([]);
    expect(deepAll('button.primary')[0]?.closest('li')?.textContent).toContain('Simulated');
  });
});

describe('two instruments', () => {
  it('are shown one at a time, or all on one axis in their colours', async () => {
    const { app } = await two();
    expect(pressed()).toEqual(['JS220 900101 , Running']);
    await userEvent.click(control('.chip', 'JS110 900001'));
    await settle();
    expect(laneNames()).toEqual(['Current', 'Voltage', 'Power']);
    await userEvent.click(deepAll('.chip.all')[0] as HTMLElement);
    await settle();
    expect(app.navigation.route.value).toEqual({ viewId: 'live', argument: 'all' });
    expect(pressed()).toEqual(['All on one axis']);
    const lanes = waveform().lanes;
    expect(lanes.map(({ name }) => name)).toEqual([
      'JS110 900001 Current',
      'JS110 900001 Voltage',
      'JS110 900001 Power',
      'JS220 900101 Current',
      'JS220 900101 Voltage',
      'JS220 900101 Power',
    ]);
    expect(lanes.map(({ traces }) => traces[0]?.colorIndex)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('keep where the user was in each view, also after other views', async () => {
    const { app } = await two();
    app.bench.showAll();
    await settle();
    const all = waveform();
    all.model.setLane(all.lanes[0]!.id, { isHidden: true });
    all.model.addMarker({ axis: 'time', first: 4 });
    app.navigation.show('files');
    await settle();
    app.bench.showAll();
    await settle();
    expect(waveform()).not.toBe(all);
    await expect.poll(() => waveform().model.state.markers.map(({ first }) => first)).toEqual([4]);
    expect(waveform().model.state.lanes[all.lanes[0]!.id]?.isHidden).toBe(true);
    app.bench.show(app.instruments.connected.value[0] as ConnectedInstrument);
    await settle();
    expect(waveform().model.state.markers).toEqual([]);
  });

  it('have their meters side by side, each with its own hold, and a reset only where totals are', async () => {
    const { app, first, second } = await two();
    second.report({ capabilities: ['streams'] });
    first.report({ reading: fakeReading({ currentA: 1, chargeC: 2 }, 60) });
    second.report({
      reading: {
        utc: 0n as never,
        values: [{ id: 't', label: 'Temperature', unit: '°C', value: 21.5 }],
        accumulatedS: undefined,
      },
    });
    app.bench.showAll();
    await settle();
    expect(texts('.meters h2')).toEqual(['JS110 900001', 'JS220 900101']);
    const meters = deepAll('lab-multimeter').map((meter) => meter.shadowRoot as ShadowRoot);
    const names = meters.map((root) => [...root.querySelectorAll('dt')].map((dt) => dt.textContent));
    expect(names).toEqual([['Current', 'Voltage', 'Power', 'Charge in 1:00', 'Energy in 1:00'], ['Temperature']]);
    const buttons = meters.map((root) => [...root.querySelectorAll('.tools button')].length);
    expect(buttons).toEqual([3, 2]);
  });

  it('start and stop together when all are shown', async () => {
    const { app, first, second } = await two();
    app.bench.showAll();
    await settle();
    await userEvent.click(control('button', 'Stop'));
    await settle();
    expect([first.status.state, second.status.state]).toEqual(['idle', 'idle']);
    await app.commands.execute('stream.toggle');
    expect([first.status.state, second.status.state]).toEqual(['streaming', 'streaming']);
  });

  it('follow a store that is replaced when its channels change', async () => {
    const { app, second } = await two();
    const next = new SineStore(3);
    Object.defineProperty(second, 'store', { value: next });
    second.report({ channels: [...second.status.channels] });
    await settle();
    expect(waveform().store?.signals()[0]?.endSample).toBe(next.endSample);
    app.bench.showAll();
    await settle();
    expect(waveform().store?.signals().at(-1)?.endSample ?? 0).toBeLessThanOrEqual(next.endSample);
  });

  it('say beside a total what of it was measured, where samples are missing', async () => {
    const { second } = await two();
    const total = (coverage: number) => ({
      ...{ id: 'charge', label: 'Charge', unit: 'C', value: 2e-3, isTotal: true },
      measured: { value: 1.5e-3, coverage },
    });
    const root = deepAll('lab-multimeter')[0]!.shadowRoot!;
    const labels = () => [...root.querySelectorAll('dt')].map((dt) => dt.textContent?.replaceAll('\u202f', ' ').trim());
    const reading = { utc: utcFromUnixMs(0), accumulatedS: 60 };
    second.report({ reading: { ...reading, values: [total(0.75)] } });
    await settle();
    expect(labels()).toEqual(['Charge in 1:00 1.500 mC measured, 75.0 %']);
    second.report({ reading: { ...reading, values: [total(1)] } });
    await settle();
    expect(labels()).toEqual(['Charge in 1:00']);
  });

  it('show quantities without numbers before anything is measured', async () => {
    await two();
    const root = deepAll('lab-multimeter')[0]?.shadowRoot as ShadowRoot;
    const cells = [...root.querySelectorAll('.cell')];
    expect(cells.map((cell) => cell.querySelector('dt')?.textContent)).toEqual([
      'Current',
      'Voltage',
      'Charge in 0:00',
    ]);
    expect(cells.every((cell) => cell.querySelector('dd')?.textContent?.includes('—'))).toBe(true);
  });
});

describe('the status bar of several', () => {
  const item = (label: string) =>
    deepAll('footer > button')
      .map(({ textContent }) => (textContent ?? '').replace(/\s+/g, ' ').trim())
      .find((text) => text.startsWith(label));
  const losses = (missingSampleCount: number) => ({
    health: { receivedSampleCount: 9, missingSampleCount, gapCount: 1, badPacketCount: 0, deviceDropCount: 0 },
  });
  const rate = (sampleRateHz: number) => ({
    channels: [
      {
        kind: 'stream' as const,
        id: 'current',
        signals: [{ id: 'current', name: 'current', unit: 'A', dtype: 'f32' as const, sampleRateHz }],
      },
    ],
  });

  it('counts equal rates, adds different ones, and leaves out who does not run', async () => {
    const { app, second } = await two();
    expect(item('Rate')).toBe('Rate 2.00 MS/s');
    app.bench.showAll();
    await settle();
    expect(item('Rate')).toBe('Rate 2 × 2.00 MS/s');
    second.report(rate(1_000_000));
    await settle();
    expect(item('Rate')).toBe('Rate 2.00 MS/s + 1.00 MS/s');
    second.report({ state: 'idle' });
    await settle();
    expect(item('Rate')).toBe('Rate 2.00 MS/s');
  });

  it('says no rate of instruments that bring values or records as they come', async () => {
    const { app, first, second } = await two();
    const signals = [{ id: 'input.reading', name: 'DC voltage', unit: 'V' }];
    second.report({ state: 'idle', channels: [{ kind: 'value', id: 'input', signals }] });
    await settle();
    app.bench.showAll();
    await settle();
    expect(item('Rate')).toBe('Rate 2.00 MS/s');
    first.report({ state: 'idle', channels: [{ kind: 'value', id: 'input', signals }] });
    await settle();
    expect(item('Rate')).toBeUndefined();
  });

  it('says who lost samples, and whose history is the shortest', async () => {
    const { app, first, second } = await two();
    first.store.endSample = 4 * first.store.sampleRateHz;
    app.bench.showAll();
    second.report(losses(12_345));
    await settle();
    expect(item('Lost')).toBe('Lost 12 345 JS220 900101');
    expect(item('History')).toBe('History 20.0 % JS110 900001');
    first.report(losses(5));
    first.store.endSample = second.store.endSample;
    first.report({});
    await settle();
    expect(item('Lost')).toBe('Lost 12 350 2 instruments');
    expect(item('History')).toBe('History 50.0 %');
  });
});

describe('a narrow screen', () => {
  const isInside = (inner: Element, outer: Element) => {
    const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
    return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
  };

  it('shows the whole Stop button of a recording, and the chip that was chosen', async () => {
    const { app, ...mounted } = await two();
    await connect({ app, ...mounted }, REAL_CHOICE, '001636');
    await page.viewport(390, 844);
    app.bench.showAll();
    await settle();
    await app.commands.execute('record.toggle');
    await settle();
    const [stop] = deepAll('.running .active') as [HTMLElement];
    const time = stop.querySelector('.time') as HTMLElement;
    expect(isInside(time, deepAll('.running')[0]!)).toBe(true);
    const chips = deepAll('.chips')[0]!;
    for (const instrument of app.instruments.connected.value) {
      app.bench.show(instrument);
      await settle();
      expect(isInside(deepAll('.chip[aria-pressed=true]')[0]!, chips)).toBe(true);
    }
    app.bench.showAll();
    await settle();
    expect(document.scrollingElement?.scrollWidth).toBe(390);
  });
});

describe('recordings', () => {
  it('are of what is chosen, for as long as is said', async () => {
    const { app, ports } = await two();
    app.bench.showAll();
    await settle();
    await app.commands.execute('record.choose');
    await settle();
    expect(texts('dialog[open] .signals label').length).toBeGreaterThan(0);
    await userEvent.click(deepAll('dialog[open] .signals input')[1] as HTMLElement);
    await settle();
    expect(texts('dialog[open] p').join(' ')).toContain('24.0');
    const field = deepAll(
      'input',
      deepAll('dialog[open] lab-number-field')[0]?.shadowRoot as ShadowRoot,
    )[0] as HTMLInputElement;
    await userEvent.clear(field);
    await userEvent.type(field, '2.5{Enter}');
    await settle();
    await userEvent.click(control('dialog[open] button.primary', 'Record'));
    await settle();
    const { startOptions } = ports.recordings;
    expect(startOptions?.durationS).toBe(2.5);
    expect(startOptions?.sources.map(({ signalIds }) => signalIds)).toEqual([['current'], ['current', 'voltage']]);
  });

  it('take of an instrument that is ticked the same as of one that is shown: no totals unless they are wanted', async () => {
    const { app, ports, first } = await two();
    const totals = { kind: 'value', id: 'totals', signals: [{ id: 'charge', name: 'charge', unit: 'C' }] } as const;
    first.report({ channels: [...first.status.channels, totals] });
    await app.commands.execute('record.choose');
    await settle();
    const tick = deepAll('dialog[open] legend input')[0] as HTMLInputElement;
    expect(tick.checked).toBe(false);
    await userEvent.click(tick);
    await settle();
    await userEvent.click(control('dialog[open] button.primary', 'Record'));
    await settle();
    const signalIds = ports.recordings.startOptions?.sources.map((source) => source.signalIds);
    expect(signalIds).toEqual([
      ['current', 'voltage'],
      ['current', 'voltage'],
    ]);
  });

  it('stand in the bar each with its own end, what the recorder lost, and those of other tabs', async () => {
    const { app, ports } = await two();
    await app.commands.execute('record.toggle');
    app.bench.show(app.instruments.connected.value[0] as ConnectedInstrument);
    await settle();
    await app.commands.execute('record.toggle');
    ports.recordings.entries = [
      recordingEntry({ id: 'x', state: 'recording', isElsewhere: true, sources: ['JS110 7'] }),
      ...ports.recordings.entries.map((entry) => ({ ...entry, recorderLostSampleCount: entry.id === 'r1' ? 1200 : 0 })),
    ];
    ports.recordings.changed();
    await settle();
    const shown = deepAll('.running .active');
    expect(shown).toHaveLength(2);
    expect(texts('.running .sources')).toEqual(['JS110 900001', 'JS220 900101']);
    expect(texts('.running .lost')).toEqual(['1\u202f200 lost']);
    expect(texts('.running .elsewhere').join()).toContain('Another tab');
    await userEvent.click(shown[1] as HTMLElement);
    await settle();
    expect(deepAll('.running .active')).toHaveLength(1);
    expect(ports.recordings.entries.find(({ id }) => id === 'r1')?.state).toBe('finished');
  });
});

describe('a refused setting', () => {
  it('is shown on its way, and goes back to what the instrument has', async () => {
    const mounted = await mountApp();
    const fake = await connect(mounted, SIM_CHOICE, '900001');
    let refuse: (reason: Error) => void = () => undefined;
    fake.set = () => new Promise((_, reject) => (refuse = reject));
    const panel = deepAll('lab-parameter-panel')[0]?.shadowRoot as ShadowRoot;
    const select = panel.querySelector('select') as HTMLSelectElement;
    const field = () => deepAll('input', panel)[0] as HTMLInputElement;
    const rows = () => [...panel.querySelectorAll('[aria-busy=true] label')].map((label) => label.textContent);
    await userEvent.selectOptions(select, '18uA');
    await settle();
    expect([select.value, rows()]).toEqual(['18uA', ['Current range']]);
    refuse(new LabError('setup/invalid', 'It is busy.'));
    await settle();
    expect([select.value, rows()]).toEqual(['auto', []]);
    await userEvent.clear(field());
    await userEvent.type(field(), '2 A{Enter}');
    refuse(new LabError('setup/invalid', 'It is busy.'));
    await settle();
    expect(field().value).toBe('1\u202fA');
    panel.querySelector<HTMLElement>('[role=switch]')?.click();
    await settle();
    refuse(new LabError('setup/invalid', 'It is busy.'));
    await settle();
    expect(panel.querySelector('[role=switch]')?.getAttribute('aria-checked')).toBe('true');
  });
});

describe('messages', () => {
  it('lie over an open dialog and can be answered there', async () => {
    const { app } = await mountApp();
    await app.commands.execute('instrument.list');
    let answers = 0;
    app.toasts.show({ kind: 'error', title: 'Refused', action: { label: 'Again', run: () => answers++ } });
    await settle();
    const button = control('button', 'Again');
    const { left, top, width, height } = button.getBoundingClientRect();
    let hit = document.elementFromPoint(left + width / 2, top + height / 2);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    expect(hit).toBe(button);
    await userEvent.click(button);
    expect(answers).toBe(1);
    (deepAll('dialog[open]')[0] as HTMLDialogElement).close();
    await settle();
    app.toasts.note('Saved');
    await settle();
    expect(deepAll('lab-toasts')[0]?.closest('dialog')).toBeNull();
    expect(control('li', 'Saved').checkVisibility()).toBe(true);
  });
});

describe('what died', () => {
  it('an instrument: told in its chip, the lamp, the status bar and over its view, and opened again', async () => {
    const mounted = await mountApp();
    const fake = await connect(mounted, SIM_CHOICE, '900001');
    fake.report({ state: 'failed', problem: 'Its worker stopped. What was recorded is safe. Open it again.' });
    await settle();
    expect(texts('.chip.failed').join()).toContain('Failed');
    expect(texts('.lamp')).toEqual(['FAIL']);
    expect(texts('footer .warning')).toContain('Failed');
    expect(texts('[role=alert]').join()).toContain('Its worker stopped.');
    await userEvent.click(control('button', 'Open again'));
    await settle();
    expect(fake.calls).toContain('reopen');
    expect(deepAll('.problem-bar')).toEqual([]);
  });

  it('a file: told over it, and opened again in its place', async () => {
    const { app, ports } = await mountApp();
    await app.files.open([{ file: new File(['x'], 'a.jls') }]);
    ports.files.killReader(new LabError('internal', 'The file reader stopped. Open the file again.'));
    await settle();
    expect(texts('.problem-bar').join()).toContain('The file reader stopped.');
    await userEvent.click(control('.problem-bar button', 'Open again'));
    await settle();
    expect(deepAll('.problem-bar')).toEqual([]);
    expect(app.files.opened.value).toHaveLength(1);
  });
});

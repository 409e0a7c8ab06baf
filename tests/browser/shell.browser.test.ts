import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { pageTheme } from '../../src/ui/theme/theme.ts';
import { fakeReading, SIM_CHOICE, SIM_JS220_CHOICE } from '../support/fake-instruments.ts';
import { control, deepAll, focused, mountApp, settle, unmountApps } from '../support/mount-app.ts';

afterEach(() => {
  unmountApps();
  pageTheme().choose('dark');
});

const texts = (selector: string) => deepAll(selector).map((element) => element.textContent?.trim());

describe('keys', () => {
  it('go to views, open help, and leave text fields alone', async () => {
    const { app } = await mountApp();
    await userEvent.keyboard('gf');
    expect(app.navigation.route.value.viewId).toBe('files');
    await userEvent.keyboard('?');
    await settle();
    expect(app.navigation.route.value.viewId).toBe('help');
    expect(texts('h2')).toContain('Acquisition');
    app.navigation.show('settings');
    await settle();
    const [field] = deepAll('lab-number-field');
    field?.focus();
    await userEvent.keyboard('gl?');
    expect(app.navigation.route.value.viewId).toBe('settings');
  });

  it('find commands in the palette, say why one is off, and run one', async () => {
    const { app } = await mountApp();
    await userEvent.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
    await settle();
    expect(focused()?.getAttribute('role')).toBe('combobox');
    await userEvent.keyboard('start or stop rec');
    await settle();
    const options = deepAll('[role=option]');
    expect(options).toHaveLength(1);
    expect(options[0]?.getAttribute('aria-disabled')).toBe('true');
    expect(options[0]?.title).toMatch(/No instrument is connected/);
    await userEvent.clear(deepAll('[role=combobox]')[0] as HTMLElement);
    await userEvent.keyboard('settings{Enter}');
    await settle();
    expect(app.navigation.route.value.viewId).toBe('settings');
    expect(deepAll('dialog').some((dialog) => (dialog as HTMLDialogElement).open)).toBe(false);
  });

  it('start and stop a recording, and place markers wherever the focus is', async () => {
    const { app } = await mountApp();
    await app.instruments.connect(SIM_CHOICE, { start: true });
    await settle();
    await userEvent.keyboard('r');
    await settle();
    expect(app.recordings.active.value[0]?.state).toBe('recording');
    const [view] = deepAll('lab-waveform-view') as [HTMLElementTagNameMap['lab-waveform-view']];
    control('button', 'Stop recording').focus();
    await userEvent.keyboard('s');
    expect(view.model.state.markers).toHaveLength(1);
    await userEvent.keyboard('r');
    await settle();
    expect(app.recordings.active.value).toEqual([]);
  });
});

describe('the first minute', () => {
  it('starts the simulated instrument with one button and shows its readings', async () => {
    const { app, ports } = await mountApp();
    ports.instruments.choicesNow = [SIM_CHOICE, SIM_JS220_CHOICE];
    await app.instruments.refresh();
    await settle();
    await userEvent.click(control('button.primary', 'Start'));
    await settle();
    const [instrument] = ports.instruments.opened;
    expect(instrument?.choice).toEqual(SIM_CHOICE);
    expect(app.instruments.selected.value?.status.value.state).toBe('streaming');
    instrument?.report({
      reading: fakeReading({ currentA: 0.0123456, voltageV: 3.3, powerW: 0.04, chargeC: 36, energyJ: 7200 }, 75),
    });
    await settle();
    expect(texts('dd span[aria-hidden=true]:not(.unit)')).toEqual([
      '12.3456',
      '3.30000',
      '40.0000',
      '36.0000',
      '7.20000',
    ]);
    expect(texts('dt').slice(0, 5)).toEqual(['Current', 'Voltage', 'Power', 'Charge in 1:15', 'Energy in 1:15']);
    app.settings.set('meter.charge-unit', 'Ah');
    app.settings.set('meter.energy-unit', 'Wh');
    await settle();
    expect(texts('dd .unit').slice(3)).toEqual(['mAh', 'Wh']);
  });

  it('holds the digits and resets the totals', async () => {
    const { app, ports } = await mountApp();
    await app.instruments.connect(SIM_CHOICE, { start: true });
    const [instrument] = ports.instruments.opened;
    const reading = fakeReading({ currentA: 1 });
    instrument?.report({ reading });
    await settle();
    control('button', 'Hold').click();
    instrument?.report({ reading: fakeReading({ currentA: 2 }) });
    await settle();
    expect(texts('dd span[aria-hidden=true]:not(.unit)')[0]).toBe('1.00000');
    control('button', 'Hold').click();
    await settle();
    expect(texts('dd span[aria-hidden=true]:not(.unit)')[0]).toBe('2.00000');
    control('button', 'Reset totals').click();
    expect(instrument?.calls).toContain('reset');
  });
});

describe('settings of an instrument', () => {
  it('come from its parameters and go to it', async () => {
    const { app, ports } = await mountApp();
    await app.instruments.connect(SIM_CHOICE);
    await settle();
    const [instrument] = ports.instruments.opened;
    const panel = deepAll('lab-parameter-panel')[0]?.shadowRoot as ShadowRoot;
    const select = panel.querySelector('select') as HTMLSelectElement;
    await userEvent.selectOptions(select, '18uA');
    const [input] = deepAll('input', panel) as [HTMLInputElement];
    await userEvent.clear(input);
    await userEvent.type(input, '1,5 mA{Enter}');
    panel.querySelector<HTMLElement>('[role=switch]')?.click();
    control('button', 'Blink').click();
    await settle();
    expect(instrument?.calls).toEqual([
      'set current.range 18uA',
      'set current.limit 0.0015',
      'set output.on false',
      'set device.blink true',
    ]);
    await userEvent.clear(input);
    await userEvent.type(input, '11 A{Enter}');
    await settle();
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(texts('[role=alert]').join()).toContain('10');
    expect(instrument?.calls).toHaveLength(4);
    expect(texts('label').join()).not.toContain('Suppression window');
    control('button', 'Show all settings').click();
    await settle();
    expect(deepAll('label').map((label) => label.textContent)).toContain('Suppression window');
  });
});

describe('the window', () => {
  function drag(type: string, files: readonly File[] = []): DragEvent {
    const dataTransfer = new DataTransfer();
    for (const file of files) dataTransfer.items.add(file);
    if (files.length === 0) dataTransfer.items.add(new File(['x'], 'x'));
    const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
    return event;
  }

  it('opens files that are dropped on it', async () => {
    const { app } = await mountApp();
    expect(drag('dragenter').defaultPrevented).toBe(true);
    expect(drag('dragover').defaultPrevented).toBe(true);
    await settle();
    expect(texts('h1')).toContain('Drop to open');
    drag('drop', [new File(['a'], 'a.jls')]);
    await expect.poll(() => app.files.opened.value.map(({ content }) => content.name)).toEqual(['a.jls']);
    await settle();
    expect(texts('h1')).not.toContain('Drop to open');
    control('button', '1 note about this file').click();
    await settle();
    expect(texts('li').join()).toContain('its end was rebuilt');
  });

  it('says what is missing and what works', async () => {
    const platform = { isSecureContext: true, hasWebSerial: false, hasPrivateFileSystem: true, hasFilePickers: false };
    await mountApp({ ...platform, isCrossOriginIsolated: false, hasSharedMemory: false, hasWebUsb: false });
    expect(texts('li').join()).toMatch(/not isolated.*WebUSB/s);
    unmountApps();
    await mountApp({ ...platform, isCrossOriginIsolated: true, hasSharedMemory: true, hasWebUsb: false });
    expect(texts('li').join()).toMatch(/files and simulated instruments work/);
    unmountApps();
    await mountApp({ ...platform, isCrossOriginIsolated: true, hasSharedMemory: false, hasWebUsb: false });
    expect(texts('li').join()).toMatch(/no shared memory.*WebUSB.*; files work/s);
    expect(texts('li').join()).not.toContain('not isolated');
    unmountApps();
    const nothing = { isCrossOriginIsolated: false, hasSharedMemory: false, hasWebUsb: false };
    await mountApp({ ...platform, ...nothing, isSecureContext: false, hasPrivateFileSystem: false });
    // One cause, one sentence.
    expect(texts('lab-banners li, li').filter((text) => text.includes('http://'))).toHaveLength(1);
    expect(texts('li').join()).not.toContain('WebUSB');
  });

  it('shows zero as zero and opens the detail of a status item', async () => {
    await mountApp();
    const lost = deepAll('footer button').find((button) => button.textContent?.includes('Lost'));
    expect(lost?.querySelector('.number')?.textContent).toBe('0');
    await userEvent.click(lost as HTMLElement);
    await settle();
    expect(texts('[popover] dt')).toContain('Frames dropped by the instrument');
  });

  it('has the focus in reading order: bar, rail, view, status', async () => {
    await mountApp();
    const order: string[] = [];
    for (let i = 0; i < 22; i++) {
      await userEvent.keyboard('{Tab}');
      const root = focused()?.getRootNode();
      const host = root instanceof ShadowRoot ? root.host : undefined;
      const outer = host?.localName === 'lab-command-button' ? (host.getRootNode() as ShadowRoot).host : host;
      if (outer && order.at(-1) !== outer.localName) order.push(outer.localName);
    }
    expect(order.slice(0, 7)).toEqual([
      'lab-top-bar',
      'lab-record-control',
      'lab-top-bar',
      'lab-rail',
      'lab-unit-list',
      'lab-live-welcome',
      'lab-status-bar',
    ]);
  });
});

describe('the splitter', () => {
  it('moves with the arrow keys and is remembered', async () => {
    const { app } = await mountApp();
    await app.instruments.connect(SIM_CHOICE);
    await settle();
    const splitter = control('lab-splitter', 'Width of the side panel');
    const widthPx = () => Number(splitter.getAttribute('aria-valuenow'));
    const beforePx = widthPx();
    splitter.focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    await settle();
    // 16 px for each key
    expect(widthPx()).toBe(beforePx + 32);
    expect(app.layout.panel('live.inspector', { isOpen: true, sizePx: 0 }).sizePx).toBe(beforePx + 32);
  });
});

// A meter beside a Joulescope on the built page: one recording of both on one axis; and a supply whose limits are kept.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { showView, startRow } from '../../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { connect } from '../../support/live-page.ts';

const SUPPLY = 'sim-scpi:supply-rigol';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow', profile: 'disk' });
});

afterEach(async () => {
  await app.close();
});

test('one click records a meter and a JS110 into one file, in which both lie on one axis', async () => {
  const page = await app.visit();
  await startRow(page, 'JS110', 'BLE beacon');
  await page.locator('footer').getByText('2.00 MS/s').waitFor();
  await startRow(page, 'SCPI instrument', 'Keysight 34465A, meter');
  await page.getByRole('group', { name: /^Readings of 34465A/ }).waitFor();
  // the meter is the one that is shown: it can be recorded alone, too
  const control = page.locator('lab-record-control');
  const begin = control.getByRole('button', { name: 'Record', exact: true });
  expect(await begin.getAttribute('aria-disabled')).toBeNull();
  await page.locator('lab-top-bar').getByRole('button', { name: 'All on one axis' }).click();
  await begin.click();
  // where nothing live is drawn: that is for browsers with a graphics processor
  await showView(page, 'Files');
  // the time is what the recorder has written
  const stop = control.getByRole('button', { name: /^Stop recording.*0:0[2-9]/s });
  await stop.waitFor();
  await stop.click();
  const row = page.locator('lab-recording-list tbody tr');
  // two million samples of eight signals a second: a busy machine writes for a while
  await row.getByText('Finished').waitFor({ timeout: 90_000 });
  expect(await row.count()).toBe(1);
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await page.locator('lab-file-panel').getByText('9 signals').waitFor();
  const signals = await page.evaluate(() => {
    const { files } = document.querySelector('lab-app')!.app;
    return files.opened.value[0]!.content.store.signals().map((signal) => ({
      name: signal.name,
      source: signal.source,
      timing: signal.timing,
      startS: signal.timing === 'stamped' ? signal.startS : signal.offsetS,
      endS: signal.timing === 'stamped' ? signal.endS : signal.offsetS + signal.endSample / signal.sampleRateHz,
      count: signal.endSample,
    }));
  });
  const current = signals.find(({ name }) => name === 'current')!;
  const reading = signals.find(({ timing }) => timing === 'stamped')!;
  expect([current.source, reading.source]).toEqual([
    expect.stringMatching(/^JS110-/),
    expect.stringMatching(/^34465A-/),
  ]);
  expect(reading.count).toBeGreaterThan(3);
  // the host's clock and that of the stream agree to better than this
  expect(reading.startS).toBeGreaterThan(current.startS - 1);
  expect(reading.endS).toBeLessThan(current.endS + 1);
  expect(reading.endS - reading.startS).toBeGreaterThan(0.5);
});

test('limits are drawn in the settings, hold typed lines, and are there when the unit is connected again', async () => {
  const page = await app.visit();
  await connect(page, SUPPLY);
  await page.goto(new URL('#/instruments', inject('baseUrl')).href);
  const panel = page.locator('lab-parameter-panel');
  const most = panel.getByLabel('Voltage, at most').first();
  await most.fill('5');
  await most.press('Enter');
  await expect.poll(() => most.inputValue()).toMatch(/^5/);
  const voltage = panel.getByLabel('Voltage', { exact: true }).first();
  await voltage.fill('12');
  await voltage.press('Enter');
  await page.getByText('the limits that were drawn for it').first().waitFor();
  const field = page.locator('lab-console-card').getByLabel('Command');
  await field.fill(':SOUR1:VOLT 12');
  await field.press('Enter');
  await page.locator('lab-console-card').getByText('the limits that were drawn for it').waitFor();

  await page.reload();
  await page.locator('lab-app nav').first().waitFor();
  await connect(page, SUPPLY);
  const { limit, set } = await page.evaluate(() => {
    const { values } = document.querySelector('lab-app')!.app.instruments.connected.value[0]!.status.value;
    return { limit: values['CH1.voltage.most'], set: values['CH1.voltage'] };
  });
  expect([limit, set]).toEqual([5, 0]);
});

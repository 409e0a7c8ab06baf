// A meter beside a Joulescope on the built page: one recording of both on one axis; and a supply whose limits are kept.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { connect, record, recorded, until } from '../support/live-page.ts';

const JS110 = 'sim-js110:ble-beacon';
const METER = 'sim-scpi:meter-keysight';
const SUPPLY = 'sim-scpi:supply-rigol';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow' });
});

afterEach(async () => {
  await app.close();
});

test('a meter is recorded beside a JS110, and both lie on one axis when the recording is opened', async () => {
  const page = await app.visit();
  // where nothing live is drawn: that is for browsers with a graphics processor
  await page.goto(new URL('#/files', inject('baseUrl')).href);
  for (const id of [JS110, METER]) await connect(page, id);
  await until(page, JS110, ({ seconds }) => seconds > 0.5);
  // the meter is the one that is shown: it can be recorded alone, too
  const begin = page.locator('lab-record-control').getByRole('button', { name: 'Record', exact: true });
  expect(await begin.getAttribute('aria-disabled')).toBeNull();
  const id = await record(page, [JS110, METER], { durationS: 2 });
  await recorded(page, id);
  await page.evaluate(async (recordingId) => {
    const { app: it } = document.querySelector('lab-app')!;
    await it.openRecording(it.recordings.entries.value.find((entry) => entry.id === recordingId)!);
  }, id);
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

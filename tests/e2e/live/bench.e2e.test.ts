// Instruments that are spoken to in text, on the built page: the simulated bench, whose cables are real as far as the
// page can tell, and one on the network through the bridge.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { connect } from '../../support/live-page.ts';

const BRIDGE = fileURLToPath(new URL('../../../bridge/server.mjs', import.meta.url));

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(async () => {
  await app.close();
});

/** What the instrument whose label begins so shows; `undefined` before it does. */
function reading(page: Page, label: string, id: string): Promise<number | undefined> {
  return page.evaluate(
    ([name, valueId]) =>
      document
        .querySelector('lab-app')!
        .app.instruments.connected.value.find((instrument) => instrument.label.startsWith(name!))
        ?.status.value.reading?.values.find((value) => value.id === valueId)?.value,
    [label, id],
  );
}

test('a supply is set, the meter at its output reads it, and everything goes off at once', async () => {
  const page = await app.visit();
  await connect(page, 'sim-scpi:meter-keysight');
  await connect(page, 'sim-scpi:supply-rigol');
  await page
    .getByRole('tab', { name: 'DP832' })
    .or(page.getByRole('button', { name: /^DP832/ }))
    .first()
    .click();
  const panel = page.locator('lab-live-view lab-parameter-panel');
  const voltage = panel.getByLabel('Voltage').first();
  await voltage.fill('3.3');
  await voltage.press('Enter');
  await panel.getByRole('switch', { name: 'Output' }).first().click();
  await expect.poll(() => reading(page, '34465A', 'input.reading'), { timeout: 15_000 }).toBeCloseTo(3.3, 3);
  await expect.poll(() => reading(page, 'DP832', 'CH1.current'), { timeout: 15_000 }).toBeCloseTo(0.033, 3);

  await voltage.fill('31');
  await voltage.press('Enter');
  expect(await panel.textContent()).not.toContain('31 V');
  await panel.getByRole('button', { name: 'All outputs off' }).click();
  await expect.poll(() => reading(page, '34465A', 'input.reading'), { timeout: 15_000 }).toBeCloseTo(0, 3);
});

test('an instrument on the network is reached through the bridge', async () => {
  const origin = new URL(inject('baseUrl')).origin;
  const bridge = spawn(process.execPath, [BRIDGE, '--serve-simulators', '--json', '--origin', origin], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(bridge.stdout), 'line')) as [string];
    const { simulators } = JSON.parse(line) as { simulators: Record<string, number> };
    const page = await app.visit();
    await page
      .getByRole('button', { name: /^Connect/ })
      .first()
      .click();
    const dialog = page.locator('lab-connect-dialog');
    await dialog.getByLabel('Address').fill(`127.0.0.1:${simulators['supply-rigol']}`);
    await dialog.getByLabel('Address').press('Enter');
    await page
      .getByText(/^DP832 /)
      .first()
      .waitFor();
    await expect.poll(() => reading(page, 'DP832', 'CH1.voltage'), { timeout: 15_000 }).toBe(0);
  } finally {
    bridge.kill();
    await once(bridge, 'exit');
  }
});

test('the console answers, says what was refused, and goes through the lines before', async () => {
  const page = await app.visit();
  await connect(page, 'sim-scpi:supply-rigol');
  await page.goto(new URL('#/instruments', inject('baseUrl')).href);
  const console = page.locator('lab-console-card');
  const field = console.getByLabel('Command');
  await field.fill('*IDN?');
  await field.press('Enter');
  await console.getByText('RIGOL TECHNOLOGIES,DP832').waitFor();
  await field.fill(':SOUR1:VOLT 5');
  await field.press('Enter');
  await expect.poll(() => page.locator('lab-parameter-panel').getByLabel('Voltage').first().inputValue()).toMatch(/^5/);
  await field.fill(':NO:SUCH');
  await field.press('Enter');
  await console.getByText('-113').waitFor();
  await field.press('ArrowUp');
  await field.press('ArrowUp');
  expect(await field.inputValue()).toBe(':SOUR1:VOLT 5');
});

test('an address that is none, and a bridge that is not there, are said', async () => {
  const page = await app.visit();
  await page
    .getByRole('button', { name: /^Connect/ })
    .first()
    .click();
  const dialog = page.locator('lab-connect-dialog');
  await dialog.getByLabel('Address').fill('http://scope/');
  await dialog.getByLabel('Address').press('Enter');
  await page.getByText('is no address').waitFor();
});

// Process variables on the built page, both ways, through a running bridge: those of a laboratory with a server of its own
// are drawn, recorded and written; a simulated oscilloscope is published, armed by a client, and its new trace arrives there.

import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { enter, showView } from '../../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { type Lab, monitor, startLab } from '../../support/epics-lab.ts';
import { connect } from '../../support/live-page.ts';
import { publishScope, SCOPE } from '../../support/published-scope.ts';

/** Where the page looks for the bridge. */
const BRIDGE_PORT = 8900;
const SOON = { timeout: 30_000 };

let app: BuiltApp;
let lab: Lab;

beforeEach(async () => {
  lab = await startLab({ port: BRIDGE_PORT, origins: [new URL(inject('baseUrl')).origin], puts: ['LAB:set'] });
  app = await openBuiltApp(inject('baseUrl'), { profile: 'disk' });
});

afterEach(async () => {
  await app.close();
  await lab.close();
  expect(app.problems).toEqual([]);
});

const AXIS = { startS: -0.5, stepS: 0.01 };
const POINTS = 100;

/** A temperature that rises by 0.25 °C each tenth of a second, and a curve; the result ends them. */
function runLab(): () => void {
  lab.server.say({
    op: 'define',
    pvs: [
      { name: 'LAB:temperature', type: 'DOUBLE', meta: { unit: '°C', precision: 2 } },
      { name: 'LAB:set', type: 'DOUBLE', isWritable: true, meta: { unit: 'A', control: [0, 5] } },
      { name: 'LAB:mode', type: 'ENUM', meta: { choices: ['Idle', 'Ramp'] } },
      { name: 'LAB:ch1:xoffset', type: 'DOUBLE' },
      { name: 'LAB:ch1:xdelta', type: 'DOUBLE' },
      { name: 'LAB:ch1:signal', type: 'DOUBLE', maxCount: POINTS, meta: { unit: 'V' } },
    ],
  });
  lab.server.say({
    op: 'update',
    values: [
      { name: 'LAB:set', type: 'DOUBLE', data: [1] },
      { name: 'LAB:mode', type: 'ENUM', data: [1] },
      { name: 'LAB:ch1:xoffset', type: 'DOUBLE', data: [AXIS.startS] },
      { name: 'LAB:ch1:xdelta', type: 'DOUBLE', data: [AXIS.stepS] },
    ],
  });
  let count = 0;
  const tell = () => {
    const at = { utcNs: `${Date.now()}000000` };
    const curve = Array.from({ length: POINTS }, (_, point) => Math.sin((point + count) / 10));
    lab.server.say({
      op: 'update',
      values: [
        { name: 'LAB:temperature', type: 'DOUBLE', data: [20 + 0.25 * count++], ...at },
        { name: 'LAB:ch1:signal', type: 'DOUBLE', data: curve, ...at },
      ],
    });
  };
  tell();
  const timer = setInterval(tell, 100);
  return () => clearInterval(timer);
}

async function connectVariables(page: Page, names: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Connect/ })
    .first()
    .click();
  const dialog = page.locator('lab-connect-dialog');
  await enter(dialog.getByLabel('Process variables'), names);
  await dialog.getByRole('heading', { name: 'Connect', exact: true }).waitFor({ state: 'hidden' });
}

function values(page: Page, name: string): Promise<readonly number[]> {
  return page.evaluate(async (wanted) => {
    const { store } = document.querySelector('lab-app')!.app.instruments.connected.value[0]!;
    const signal = store.value.signals().find((candidate) => candidate.name === wanted)!;
    const { values: read } = await store.value.samples(signal.id, 0, signal.endSample);
    return Array.from(read as Float64Array);
  }, name);
}

test('variables of the laboratory are drawn and recorded, and written when that is allowed', async () => {
  const end = runLab();
  const page = await app.visit();
  await connectVariables(page, 'LAB:temperature LAB:set LAB:mode LAB:ch1:signal');
  await page.locator('lab-live-view').getByText('LAB:temperature').first().waitFor();
  await expect.poll(async () => (await values(page, 'LAB:temperature')).length, SOON).toBeGreaterThan(10);
  const seen = await values(page, 'LAB:temperature');
  const steps = seen.slice(1).map((value, index) => value - seen[index]!);
  // whatever the page was too slow for is a whole number of steps
  for (const step of steps) expect(step / 0.25).toBe(Math.round(step / 0.25));

  const control = page.locator('lab-record-control');
  await control.getByRole('button', { name: 'Record', exact: true }).click();
  await control.getByRole('button', { name: /^Stop recording.*0:0[2-9]/s }).click(SOON);
  await showView(page, 'Files');
  const row = page.locator('lab-recording-list tbody tr');
  await row.getByText('Finished').waitFor(SOON);
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await page.locator('lab-file-panel').getByText('2 signals').waitFor();

  // the curve is the scope's, along the axis that its siblings say
  await showView(page, 'Scope');
  const record = () =>
    page.evaluate(() => {
      const { traces } = document.querySelector('lab-app')!.app.instruments.connected.value[0]!.handle;
      const newest = traces?.record(traces.eventCount - 1);
      return newest && { startS: newest.startS, stepS: newest.stepS, count: newest.samples[0]!.length };
    });
  await expect.poll(record, SOON).toEqual({ ...AXIS, count: POINTS });

  await showView(page, 'Instruments');
  const panel = page.locator('lab-instrument-detail lab-parameter-panel');
  expect(await panel.getByLabel('LAB:set').count()).toBe(0);
  await panel.getByRole('switch', { name: 'Allow writes' }).click();
  await enter(panel.getByLabel('LAB:set', { exact: true }), '2.5');
  const put = await lab.server.next('put', 20_000);
  expect(put).toMatchObject({ name: 'LAB:set', values: [{ data: [2.5] }] });
  // the server takes what it takes
  lab.server.say({ op: 'update', values: [{ name: 'LAB:set', type: 'DOUBLE', data: [2.4] }] });
  lab.server.say({ op: 'put-done', put: put['put'] });
  await expect.poll(() => shownIn(panel.getByLabel('LAB:set', { exact: true })), SOON).toBe('2.4 A');
  end();
});

const shownIn = async (field: Locator) => (await field.inputValue()).replace(/\s/g, ' ');

test('a scope is published, armed by a client where the user allows it, and the new trace is there at its monitor', async () => {
  const page = await app.visit();
  const card = await publishScope(page);

  const state = monitor(lab.client, 'OSZI:sim:state');
  // closed, opening, idle
  await expect.poll(() => state.heard.at(-1)?.values, SOON).toEqual([2]);
  const run = monitor(lab.client, 'OSZI:sim:run');
  const arm = monitor(lab.client, 'OSZI:sim:arm');
  await expect.poll(() => arm.rights, SOON).toEqual([false]);
  await expect(arm.channel.put(Int32Array.of(1))).rejects.toThrow('does not allow');

  await card.getByLabel('Others may write OSZI:sim:arm').check();
  await card.getByLabel('Others may write OSZI:sim:run').check();
  await expect.poll(() => [arm.rights.at(-1), run.rights.at(-1)], SOON).toEqual([true, true]);
  const signal = monitor(lab.client, 'OSZI:sim:CH1:signal');
  await expect.poll(() => signal.heard.at(-1)?.values.length, SOON).toBeGreaterThan(100);
  // Run, Single, Stop
  await run.channel.put(Uint16Array.of(2));
  await expect.poll(() => arm.heard.at(-1)?.values, SOON).toEqual([0]);
  let count = -1;
  await expect
    .poll(
      async () => {
        const before = count;
        count = signal.heard.length;
        return before === count;
      },
      { ...SOON, interval: 1500 },
    )
    .toBe(true);

  const before = signal.heard.at(-1)!;
  await arm.channel.put(Int32Array.of(1));
  await expect.poll(() => signal.heard.length, SOON).toBeGreaterThan(count);
  const after = signal.heard.at(-1)!;
  expect(after.utcNs).toBeGreaterThan(before.utcNs!);
  expect(after.severity).toBe(0);
  expect(after.values.length).toBeGreaterThan(100);
  const step = monitor(lab.client, 'OSZI:sim:CH1:xdelta');
  const axis = monitor(lab.client, 'OSZI:sim:CH1:xaxis');
  await expect.poll(() => axis.heard.at(-1)?.values.length, SOON).toBe(after.values.length);
  await expect.poll(() => step.heard.at(-1)?.utcNs, SOON).toBe(axis.heard.at(-1)!.utcNs);

  const log = card.getByRole('region', { name: 'Written by others' });
  await log.getByText('OSZI:sim:arm = 1').waitFor(SOON);
  expect(await log.getByText(/ at 127\.0\.0\.1:\d+/).count()).toBe(2);

  await card.getByRole('button', { name: 'Stop publishing' }).click();
  await card.getByRole('button', { name: 'Publish', exact: true }).waitFor();
});

test('without a bridge the card says so, and publishes when one is there', async () => {
  await lab.close();
  const page = await app.visit();
  await connect(page, SCOPE);
  await page.goto(new URL('#/instruments', inject('baseUrl')).href);
  const card = page.locator('lab-publish-card');
  await card.getByRole('button', { name: 'Publish', exact: true }).click();
  await card.getByText('npm run bridge -- --epics').waitFor(SOON);
  lab = await startLab({ port: BRIDGE_PORT, origins: [new URL(inject('baseUrl')).origin] });
  await card.getByText('Published as').waitFor(SOON);
  // a browser says on its console what it could not reach
  const { problems } = app;
  expect(problems.every((line) => line.includes('ws://127.0.0.1:8900/epics'))).toBe(true);
  (problems as string[]).length = 0;
});

// Instruments on the network, on the built page: they stand in the test's own process behind the bridge, so that what they
// were told, and when, is read off at the instruments. One page for all.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { startBridge } from '../../../bridge/server.mjs';
import { systemClock } from '../../../src/base/clock.ts';
import { makeBench } from '../../../src/devices/sim/scpi/bench.ts';
import { chip, connectAddress, disconnectAll, enter, reading } from '../../support/bench-page.ts';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../../support/built-app.ts';
import { ServedInstrument } from '../../support/served-instrument.ts';

const NAMES = ['supply-rigol', 'supply-keysight', 'meter-keysight', 'scope-keysight'] as const;
/** From the first output to the last, at the instruments. */
const MOST_OFF_MS = 100;
/** From the key, on a machine that is busy with much else; whoever waited for an answer first would need two seconds. */
const MOST_KEY_MS = 1000;
const SOON = { timeout: 15_000 };

let app: BuiltApp;
let page: Page;
let bridge: Awaited<ReturnType<typeof startBridge>>;
let served: Record<(typeof NAMES)[number], ServedInstrument>;

beforeAll(async () => {
  const { talkers } = makeBench({ clock: systemClock, seed: 1 });
  const all = await Promise.all(
    NAMES.map(async (name) => [name, await ServedInstrument.serve(talkers[name]!)] as const),
  );
  served = Object.fromEntries(all) as typeof served;
  const allow = Object.values(served).map(({ address }) => address);
  bridge = await startBridge({ allow, origins: [new URL(inject('baseUrl')).origin] });
  app = await openBuiltApp(inject('baseUrl'));
  page = await app.visit();
});

afterEach(async () => {
  await disconnectAll(page);
  expect(app.problems).toEqual([]);
});

afterAll(async () => {
  await app.close();
  await bridge.close();
  await Promise.all(Object.values(served).map((instrument) => instrument.pullCable()));
});

/** Lines that switch an output off, with the time at which the instrument had them. */
const offsOf = ({ log }: ServedInstrument) =>
  log.filter(({ kind, text }) => kind === 'told' && /OUTP.*\bOFF\b/.test(text));

test('one key switches all outputs of all supplies off at once, also of one that does not answer', async () => {
  const supplies = [served['supply-rigol'], served['supply-keysight']];
  const models = ['DP832', 'E36312A'];
  const panel = page.locator('lab-live-view lab-parameter-panel');
  for (const [index, { address }] of supplies.entries()) {
    await connectAddress(page, address);
    await enter(panel.getByLabel('Voltage', { exact: true }).first(), '2 V');
    for (const output of [0, 1]) await panel.getByRole('switch', { name: 'Output' }).nth(output).click();
    await expect.poll(() => reading(page, models[index]!, 'CH1 voltage', 'V'), SOON).toBeCloseTo(2, 3);
  }
  await page.evaluate(() => {
    window.addEventListener(
      'keydown',
      ({ timeStamp }) => {
        document.body.dataset['pressedMs'] = String(performance.timeOrigin + timeStamp);
      },
      { capture: true, once: true },
    );
  });
  // a question to the first one is under way, and nobody answers it
  const [mute] = supplies;
  mute!.isMute = true;
  await expect.poll(() => mute!.log.at(-1)?.kind, SOON).toBe('lost');
  const before = supplies.map((supply) => offsOf(supply).length);
  await page.keyboard.press('F8');
  const offs = () => supplies.map((supply, index) => offsOf(supply).slice(before[index]));
  // three outputs each
  await expect.poll(() => offs().map(({ length }) => length), SOON).toEqual([3, 3]);
  mute!.isMute = false;
  const times = offs()
    .flat()
    .map(({ atMs }) => atMs);
  const pressedMs = Number(await page.evaluate(() => document.body.dataset['pressedMs']));
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(MOST_OFF_MS);
  expect(Math.max(...times) - pressedMs).toBeLessThan(MOST_KEY_MS);
  await page.getByText('Outputs switched off').waitFor();
  for (const model of models) {
    await chip(page, model).click();
    await expect.poll(() => reading(page, model, 'CH1 voltage', 'V'), SOON).toBeCloseTo(0, 3);
    await expect
      .poll(
        () => panel.getByRole('switch', { name: 'Output' }).evaluateAll((all) => all.map((one) => one.ariaChecked)),
        SOON,
      )
      .toEqual(['false', 'false', 'false']);
  }
});

/** All readings of the meter so far; NaN where it was gone. */
function readings(): Promise<number[]> {
  return page.evaluate(async () => {
    const [instrument] = document.querySelector('lab-app')!.app.instruments.connected.value;
    const { store } = instrument!.handle;
    const [signal] = store.signals();
    const { values } = await store.samples(signal!.id, 0, signal!.endSample);
    return Array.from(values as Float64Array);
  });
}

test('a cable is pulled and put back: that is said, readings go on, and none of them is of before', async () => {
  const meter = served['meter-keysight'];
  const supply = served['supply-rigol'];
  for (const text of [':SOUR1:VOLT 1', ':OUTP CH1,ON']) supply.turn(text);
  await connectAddress(page, meter.address);
  await expect.poll(() => reading(page, '34465A', 'DC voltage', 'V'), SOON).toBeCloseTo(1, 3);
  // while a reading is taken: what it says then comes first when the cable is back
  meter.keepsOldAnswers = true;
  await new Promise<void>((resolve) => {
    meter.onTold = (text) => {
      if (text === 'READ?') resolve();
    };
  });
  meter.onTold = undefined;
  await meter.pullCable();
  await expect.poll(() => chip(page, '34465A').textContent(), SOON).toContain('Unplugged');
  await page.getByText(/34465A.*: Unplugged/).waitFor();
  await expect.poll(() => meter.log.at(-1)?.kind, SOON).toBe('lost');
  const oldAnswer = meter.log.at(-1)!.text;
  expect(Number(oldAnswer)).toBeCloseTo(1, 3);
  supply.turn(':SOUR1:VOLT 2');
  const namedCount = () => meter.told.filter((text) => text === '*IDN?').length;
  const namedBefore = namedCount();
  await meter.plugIn();
  await expect.poll(() => reading(page, '34465A', 'DC voltage', 'V'), SOON).toBeCloseTo(2, 3);
  expect(await chip(page, '34465A').textContent()).toContain('Ready');
  await expect.poll(async () => (await readings()).filter((value) => value > 1.5).length, SOON).toBeGreaterThan(5);
  const all = await readings();
  // nor was it taken for the name of another instrument, for which the link would have been opened once more
  expect(namedCount()).toBe(namedBefore + 1);
  const gone = all.findIndex(Number.isNaN);
  expect(all.slice(0, gone).every((value) => Math.abs(value - 1) < 1e-3)).toBe(true);
  expect(all.slice(gone + 1).every((value) => Math.abs(value - 2) < 1e-3)).toBe(true);
});

test('a dropped configuration of OsziTrace is asked about; its init-talk is said before the first fetch', async () => {
  const scope = served['scope-keysight'];
  const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
  try {
    mkdirSync(join(folder, 'oszi'));
    const names = ['DIALOGUE=agilent', `SCPI_HOST=${scope.address}`, 'CHANNELS=ch1'];
    names.push('EPICS_PREFIX=LAB:', 'NAME=scope', 'INIT_TALK=/opt/oszi/talk.yaml');
    writeFileSync(join(folder, 'oszi', 'oszi.env'), names.map((name) => `export OSZI_${name}\n`).join(''));
    const talk = 'type: oszitrace-ioc/ascii-talk\nversion: 0.1\ninit:\n- q: ":TIM:SCAL 2E-3"\n';
    writeFileSync(join(folder, 'oszi', 'talk.yaml'), `${talk}- q: ":TIM:SCAL?"\n  r: "{timebase:g}"\n`);
    await dropFromDisk(page, [join(folder, 'oszi')]);
    const question = page.locator('lab-toasts li', {
      hasText: `Configuration of an oscilloscope: LAB:scope at ${scope.address}`,
    });
    await question.getByText('2 lines').waitFor();
    expect([scope.connectionCount, scope.log]).toEqual([0, []]);
    await question.getByRole('button', { name: 'Connect' }).click();
    await page.locator('lab-scope-view').getByRole('heading', { name: 'LAB:scope' }).waitFor();
    const screenS = () =>
      page.evaluate(() => {
        const { instruments } = document.querySelector('lab-app')!.app;
        const scope = instruments.connected.value.find(({ choice }) => choice.kind === 'oszitrace');
        const traces = scope?.handle.traces;
        const record = traces?.record(0);
        return [record && record.stepS * record.samples[0]!.length, scope?.status.value.values['talk.timebase']];
      });
    // ten divisions, in the first record already
    await expect.poll(screenS, SOON).toEqual([expect.closeTo(0.02, 6), '0.002']);
    await page.locator('lab-scope-view').getByText('Running', { exact: true }).waitFor();
    expect(scope.told.slice(0, 2)).toEqual([':TIM:SCAL 2E-3', ':TIM:SCAL?']);
    expect(scope.told.filter((text) => text.startsWith(':WAV:DATA?')).length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

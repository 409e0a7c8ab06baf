// An hour of a meter's log, fifty times as fast: 3600 readings beside a streaming JS110 in one recording on the built page,
// with the meter's cable out for a while. Then the file is compared with what the meter itself has said, and when.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { startBridge } from '../../bridge/server.mjs';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { utcToUnixMs } from '../../src/base/time.ts';
import { keysightMeter } from '../../src/devices/sim/scpi/meter.ts';
import { OPEN_WIRE } from '../../src/devices/sim/scpi/wiring.ts';
import { chip, connectAddress, enter, showView, startRow } from '../support/bench-page.ts';
import { look, recorded, until } from '../support/live-page.ts';
import { ServedInstrument } from '../support/served-instrument.ts';

const SPEED = 50;
const READING_COUNT = 3600;
const ABSENCE_S = 4;
const JS110 = 'sim-js110:ble-beacon';
const JS110_RATE_HZ = 2_000_000;
/** Of whole milliseconds on both sides. */
const CLOCK_MS = 2;
/** `READ?` is answered so, and nothing else that is asked. */
const READING = /^[+-]\d\.\d+E[+-]\d+$/;

/** Time of an instrument that does everything so much faster. */
function fastClock(speed: number): Clock {
  return {
    nowMs: () => speed * systemClock.nowMs(),
    unixMs: () => systemClock.unixMs(),
    after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
  };
}

/** A meter at a voltage that rises all the time, so that no two readings are alike. */
function serveMeter(): Promise<ServedInstrument> {
  const clock = fastClock(SPEED);
  const startS = clock.nowMs() / 1000;
  const ramp = { voltageV: (timeS: number) => 0.5 + 1e-3 * (timeS - startS), meanV: () => 0 };
  return ServedInstrument.serve(
    keysightMeter({ voltage: ramp, current: OPEN_WIRE, resistanceOhm: Number.POSITIVE_INFINITY }, clock, '34465A'),
  );
}

/** Begins to record the current and the readings; the recording's id. */
function record(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { instruments, recordings } = document.querySelector('lab-app')!.app;
    await recordings.start(
      instruments.connected.value.map((instrument) => ({
        instrument,
        signalIds: instrument.choice.kind === 'js110' ? ['current'] : ['input.reading'],
      })),
    );
    return recordings.active.value[0]!.id;
  });
}

/** What is in the finished file. */
async function readBack(page: Page, id: string) {
  const { originUtc, ...rest } = await page.evaluate(async (wanted) => {
    const { app } = document.querySelector('lab-app')!;
    const entry = app.recordings.entries.value.find((candidate) => candidate.id === wanted)!;
    await app.openRecording(entry);
    const { store } = app.files.opened.value[0]!.content;
    const [current, reading] = ['current', 'DC voltage'].map(
      (name) => store.signals().find((signal) => signal.name === name)!,
    );
    const { values, timesS } = await store.samples(reading!.id, 0, reading!.endSample);
    return {
      originUtc: String(store.originUtc),
      values: Array.from(values as Float64Array),
      timesS: Array.from(timesS!),
      currentCount: (await store.statistics(current!.id, 0, current!.endSample)).count,
      currentEnd: current!.endSample,
      missingCount: entry.missingSampleCount,
      recorderLostCount: entry.recorderLostSampleCount,
    };
  }, id);
  const startMs = utcToUnixMs(BigInt(originUtc) as Parameters<typeof utcToUnixMs>[0]);
  return { ...rest, timesMs: rest.timesS.map((atS) => startMs + 1000 * atS) };
}

test('every reading is in the file once, with its time, and the stream is whole', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'pulsebench-soak-'));
  const meter = await serveMeter();
  const bridge = await startBridge({ allow: [meter.address], origins: [new URL(inject('baseUrl')).origin] });
  // a profile on the disk: what a private window keeps lies in memory
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: CHROMIUM_ARGS,
    viewport: { width: 1280, height: 720 },
  });
  try {
    const page = await context.newPage();
    await page.goto(inject('baseUrl'));
    await startRow(page, 'JS110', 'BLE beacon');
    await connectAddress(page, meter.address);
    await enter(page.locator('lab-live-view lab-parameter-panel').getByLabel('Pause between readings'), '1 ms');
    // where nothing live is drawn: that is for browsers with a graphics processor
    await showView(page, 'Files');
    const id = await record(page);
    const begunMs = Date.now();
    const said = () => meter.log.filter(({ kind, text }) => kind === 'said' && READING.test(text));
    const countSince = () => said().filter(({ atMs }) => atMs > begunMs).length;
    const comes = (count: number) =>
      expect.poll(countSince, { timeout: 600_000, interval: 100 }).toBeGreaterThanOrEqual(count);

    await comes(READING_COUNT / 2);
    await meter.pullCable();
    const saidBefore = said().length;
    await expect.poll(() => chip(page, '34465A').textContent()).toContain('Unplugged');
    const { receivedCount } = await look(page, JS110);
    await until(page, JS110, (now) => now.receivedCount > receivedCount + ABSENCE_S * JS110_RATE_HZ);
    await meter.plugIn();
    await comes(READING_COUNT + 1);
    const saidAtEnd = said().length;
    await page
      .locator('lab-record-control')
      .getByRole('button', { name: /^Stop recording/ })
      .click();
    const endedMs = Date.now();
    await recorded(page, id);

    const file = await readBack(page, id);
    const all = said();
    const asRead = all.map(({ text }) => Number(text));
    const first = asRead.indexOf(file.values[0]!);
    const gone = file.values.findIndex(Number.isNaN);
    const countBefore = gone;
    const countAfter = file.values.length - gone - 1;
    console.warn(
      `${countBefore + countAfter} readings in ${((endedMs - begunMs) / 1000).toFixed(1)} s, ${(file.currentEnd / 1e6).toFixed(0)} million samples`,
    );
    // nothing that was said since the recording had begun is missing at its beginning
    expect(all[first - 1]?.atMs ?? 0).toBeLessThanOrEqual(begunMs);
    expect(file.values.slice(0, gone)).toEqual(asRead.slice(first, first + countBefore));
    // the one that was on its way when the cable was pulled had not come
    expect([saidBefore, saidBefore - 1]).toContain(first + countBefore);
    expect(file.values.slice(gone + 1)).toEqual(asRead.slice(saidBefore, saidBefore + countAfter));
    expect(saidBefore + countAfter).toBeGreaterThanOrEqual(saidAtEnd - 1);
    expect(countBefore + countAfter).toBeGreaterThanOrEqual(READING_COUNT - 1);

    // each has the time between its answer and the next question
    const asked = meter.log.filter(({ kind, text }) => kind === 'told' && text === 'READ?');
    const lines = [
      ...all.slice(first, first + countBefore),
      undefined,
      ...all.slice(saidBefore, saidBefore + countAfter),
    ];
    for (const [index, line] of lines.entries()) {
      const atMs = file.timesMs[index]!;
      if (index > 0) expect(atMs).toBeGreaterThan(file.timesMs[index - 1]!);
      if (!line) continue;
      expect(atMs).toBeGreaterThanOrEqual(line.atMs - CLOCK_MS);
      const next = asked.find((question) => question.atMs > line.atMs);
      expect(atMs).toBeLessThanOrEqual((next?.atMs ?? endedMs) + CLOCK_MS);
    }
    expect(file.recorderLostCount).toBe(0);
    expect(file.currentCount).toBe(file.currentEnd - file.missingCount);
    expect(file.missingCount, 'samples that a machine with too much else to do was too slow for').toBe(0);
    expect(Math.abs(file.currentEnd / JS110_RATE_HZ - (endedMs - begunMs) / 1000)).toBeLessThan(1.5);
  } finally {
    await context.close();
    await bridge.close();
    await meter.pullCable();
    rmSync(profile, { recursive: true, force: true });
  }
});

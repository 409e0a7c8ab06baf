// Recordings of two instruments on the built page, read by the vendor's library: what was recorded of what, at which
// rates, and when, by what the page shows while it runs. Then everything else, against our own reader.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { SampleRange } from '../../src/model/signal-store.ts';
import { type BuiltApp, nextFrames, openBuiltApp } from '../support/built-app.ts';
import {
  connect,
  look,
  pullCable,
  record,
  recorded,
  saveNewestRecording,
  until,
  withoutSavePicker,
} from '../support/live-page.ts';
import type { LibraryFile, LibrarySignal } from './jls-library.ts';
import { expectSameAsLibrary } from './same-as-library.ts';

const JS110 = 'sim-js110:ble-beacon';
const JS220 = 'sim-js220:ble-beacon';
/** Of its current, voltage and power; ranges and inputs keep two million a second, as all of a JS110. */
const JS220_RATE_HZ = 100_000;
/** What is recorded of both. */
const SIGNAL_IDS = ['current', 'voltage', 'current_range', 'gpi[0]'];
/** For which a simulator leaves a pulled cable out (src/devices/sim/parameters.ts). */
const REPLUG_AFTER_S = 2;
/** Streamed between two looks. */
const PAUSE_S = 0.5;
/** Samples by which a moment is found again: more than the simulators have of noise before it comes again. */
const MOMENT_SAMPLES = 8192;
/** On the plot of the first signal, in pixels. */
const IN_FIRST_LANE = { x: 400, y: 100 };
/**
 * The page tells the time of a moment by what it knows of the clock just then, the file by what was known at its pairs of
 * sample and UTC. On a machine that is busy the first of that is off by tenths of a second.
 */
const TIME_TOLERANCE_S = 0.25;
const TICKS_PER_S = 2 ** 30;

let folder: string;
let app: BuiltApp;
let page: Page;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsebench-foreign-'));
  app = await openBuiltApp(inject('baseUrl'));
  await withoutSavePicker(app.context);
  page = await app.visit();
  // where nothing live is drawn: that is for browsers with a graphics processor
  await page.goto(`${inject('baseUrl')}#/files`);
  for (const id of [JS110, JS220]) await connect(page, id);
  await set(JS220, 'sampling.rate', String(JS220_RATE_HZ));
  await set(JS220, 'stream.gpi[0]', true);
  for (const id of [JS110, JS220]) await until(page, id, ({ seconds }) => seconds > 1);
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

function set(choiceId: string, parameterId: string, value: string | boolean): Promise<void> {
  return page.evaluate(
    async ([choice, parameter, wanted]) => {
      const { connected } = document.querySelector('lab-app')!.app.instruments;
      await connected.value.find((instrument) => instrument.choice.id === choice)!.handle.set(parameter, wanted);
    },
    [choiceId, parameterId, value] as const,
  );
}

function act(choiceId: string, action: 'start' | 'stop'): Promise<void> {
  return page.evaluate(
    async ([choice, wanted]) => {
      const { connected } = document.querySelector('lab-app')!.app.instruments;
      await connected.value.find((instrument) => instrument.choice.id === choice)!.handle.streams![wanted]();
    },
    [choiceId, action] as const,
  );
}

interface LiveSignal {
  readonly source: string;
  readonly name: string;
  readonly unit: string;
  readonly sampleRateHz: number;
  /** UTC of its newest sample. */
  readonly utc: string;
  /** UTC of the first of some samples shortly before, and those. */
  readonly momentUtc: string;
  readonly moment: readonly number[];
}

/** What the page has now of the signals that are recorded. */
function liveSignals(): Promise<readonly LiveSignal[]> {
  return page.evaluate(
    async ([count, ids]) => {
      const { instruments } = document.querySelector('lab-app')!.app;
      const found: LiveSignal[] = [];
      for (const { handle } of instruments.connected.value) {
        for (const signal of handle.store.signals()) {
          // channels that are switched off are there, too
          if (signal.timing !== 'steady' || signal.endSample === 0 || !ids.includes(signal.id)) continue;
          const { id, source, name, unit, sampleRateHz, endSample, offsetS } = signal;
          const { originUtc } = handle.store;
          if (originUtc === undefined) throw new Error(`${source} does not know its time`);
          const utcOf = (sample: number) =>
            String(originUtc + BigInt(Math.round((offsetS + sample / sampleRateHz) * 2 ** 30)));
          // some way behind the newest one, which is not written yet
          const start = endSample - Math.round(sampleRateHz / 100) - count;
          const { values } = await handle.store.samples(id, start, start + count);
          const moment = Array.from(values as Float32Array);
          found.push({ source, name, unit, sampleRateHz, utc: utcOf(endSample), momentUtc: utcOf(start), moment });
        }
      }
      return found;
    },
    [MOMENT_SAMPLES, SIGNAL_IDS] as const,
  );
}

/** Brings the newest recording to the disk. */
async function save(): Promise<string> {
  const path = join(folder, 'saved.jls');
  await saveNewestRecording(page, path);
  return path;
}

interface RecordedSignal extends LibrarySignal {
  readonly source: string;
}

function recordedSignals({ sources, signals }: LibraryFile): readonly RecordedSignal[] {
  return signals
    .filter(({ isFsr }) => isFsr)
    .map((signal) => ({ ...signal, source: sources.find(({ id }) => id === signal.sourceId)!.name }));
}

function secondsBetween(from: bigint, to: bigint): number {
  return Number(to - from) / TICKS_PER_S;
}

/** The library finds the instruments by the names, rates and units that the page shows. */
function expectSameSignals(file: LibraryFile, live: readonly LiveSignal[]): void {
  const plain = ({ source, name, unit, sampleRateHz }: LiveSignal | RecordedSignal) => [
    source,
    name,
    unit,
    sampleRateHz,
  ];
  expect(recordedSignals(file).map(plain)).toEqual(live.map(plain));
  const [, js110, js220] = file.sources;
  expect(file.sources.length).toBe(3);
  expect(js110).toMatchObject({ vendor: 'Jetperch LLC', model: 'JS110', name: `JS110-${js110!.serialNumber}` });
  expect(js220).toMatchObject({ vendor: 'Jetperch LLC', model: 'JS220', name: `JS220-${js220!.serialNumber}` });
}

/** Every signal begins between two looks at the page, and ids of one instrument count from a common zero. */
function expectStart(file: LibraryFile, before: readonly LiveSignal[], after: readonly LiveSignal[]): void {
  for (const [index, { id, source, name, firstSampleId, sampleRateHz }] of recordedSignals(file).entries()) {
    const utc = file.utc(id, 0);
    const label = `${source}.${name}`;
    expect(secondsBetween(BigInt(before[index]!.utc), utc), label).toBeGreaterThan(-TIME_TOLERANCE_S);
    expect(secondsBetween(utc, BigInt(after[index]!.utc)), label).toBeGreaterThan(-TIME_TOLERANCE_S);
    const first = recordedSignals(file).find((signal) => signal.source === source)!;
    const zeroS = secondsBetween(file.utc(first.id, 0), utc);
    const byIdS = Number(firstSampleId) / sampleRateHz - Number(first.firstSampleId) / first.sampleRateHz;
    expect(Math.abs(zeroS - byIdS), label).toBeLessThan(TIME_TOLERANCE_S);
  }
}

/** What the page showed at a time, the library finds at that time. */
function expectMoments(file: LibraryFile, live: readonly LiveSignal[]): void {
  let count = 0;
  for (const [index, { id, source, name, unit }] of recordedSignals(file).entries()) {
    // ranges and inputs stay the same for long
    if (unit === '') continue;
    const { moment, momentUtc } = live[index]!;
    const samples = file.samples(id);
    const wanted = Buffer.from(Float32Array.from(moment).buffer);
    const at = samples.indexOf(wanted);
    const label = `${source}.${name}`;
    expect(at, label).toBeGreaterThanOrEqual(0);
    expect(samples.indexOf(wanted, at + 1), label).toBe(-1);
    const awayS = secondsBetween(BigInt(momentUtc), file.utc(id, at / Float32Array.BYTES_PER_ELEMENT));
    expect(Math.abs(awayS), label).toBeLessThan(TIME_TOLERANCE_S);
    count++;
  }
  expect(count).toBeGreaterThan(3);
}

/** Both go on for a while. */
async function pause(): Promise<void> {
  for (const id of [JS110, JS220]) {
    const { seconds } = await look(page, id);
    await until(page, id, (now) => now.seconds > seconds + PAUSE_S);
  }
}

async function stop(recordingId: string): Promise<void> {
  await page.evaluate(async (id) => {
    const { recordings } = document.querySelector('lab-app')!.app;
    await recordings.stop(recordings.active.value.find((entry) => entry.id === id)!);
  }, recordingId);
  await recorded(page, recordingId);
  const lostCount = await page.evaluate((id) => {
    const { recordings } = document.querySelector('lab-app')!.app;
    return recordings.entries.value.find((entry) => entry.id === id)!.recorderLostSampleCount;
  }, recordingId);
  expect(lostCount, 'the recorder was too slow: the machine is too busy for this test').toBe(0);
}

/** The longest run of missing samples, half-open. */
function longestGap(values: Float32Array): SampleRange {
  let longest = { start: 0, end: 0 };
  let start = 0;
  for (let at = 0; at <= values.length; at++) {
    if (at < values.length && Number.isNaN(values[at])) continue;
    if (at - start > longest.end - longest.start) longest = { start, end: at };
    start = at + 1;
  }
  return longest;
}

test('several signals of two instruments, with markers and a note', async () => {
  const before = await liveSignals();
  const id = await record(page, [JS110, JS220], { durationS: 0, signalIds: SIGNAL_IDS });
  const after = await liveSignals();
  await pause();
  const during = await liveSignals();
  await stop(id);

  const row = page.locator('lab-recording-list tbody tr').first();
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await page.locator('lab-file-panel canvas').first().waitFor();
  await page.keyboard.press('d');
  await page.locator('lab-marker-panel').getByText('mean').first().waitFor();
  await nextFrames(page);
  await page.locator('lab-waveform-view canvas').first().click({ button: 'right', position: IN_FIRST_LANE });
  await page.getByText('Add a note').click();
  await page.keyboard.type('Inrush');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Recordings' }).click();

  const file = await expectSameAsLibrary(await save());
  expectSameSignals(file, before);
  expect(new Set(recordedSignals(file).map(({ sampleRateHz }) => sampleRateHz))).toEqual(
    new Set([2_000_000, JS220_RATE_HZ]),
  );
  expectStart(file, before, after);
  expectMoments(file, during);
  const texts = file.signals.flatMap(({ annotations }) =>
    annotations.map(({ data }) => Buffer.from(data, 'hex').toString()),
  );
  expect(texts.sort()).toEqual(['1a\0', '1b\0', 'Inrush\0']);
  expect(app.problems).toEqual([]);
});

interface Interruption {
  readonly name: string;
  /** State of the instrument while it is away. */
  readonly state: string;
  /** For so long at least. */
  readonly awayS: number;
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const INTERRUPTIONS: readonly Interruption[] = [
  {
    name: 'interrupted by its cable',
    state: 'lost',
    awayS: REPLUG_AFTER_S,
    begin: () => pullCable(page, JS220),
    end: async () => {},
  },
  {
    name: 'stopped and started',
    state: 'idle',
    awayS: 1,
    begin: () => act(JS220, 'stop'),
    end: async () => {
      await page.waitForTimeout(1000);
      await act(JS220, 'start');
    },
  },
];

test.each(INTERRUPTIONS)('one of two has its stream $name', async ({ state: stateAway, awayS, begin, end }) => {
  const before = await liveSignals();
  const id = await record(page, [JS110, JS220], { durationS: 0, signalIds: SIGNAL_IDS });
  const after = await liveSignals();
  await pause();
  const early = await liveSignals();
  await begin();
  await until(page, JS220, ({ state }) => state === stateAway);
  const away = await liveSignals();
  await end();
  await until(page, JS220, ({ state }) => state === 'streaming');
  await pause();
  const late = await liveSignals();
  await stop(id);

  const file = await expectSameAsLibrary(await save());
  expectSameSignals(file, before);
  expectStart(file, before, after);
  for (const live of [early, away, late]) expectMoments(file, live);
  for (const { id: signalId, source, name, unit, length, sampleRateHz } of recordedSignals(file)) {
    const label = `${source}.${name}`;
    const lastedS = secondsBetween(file.utc(signalId, 0), file.utc(signalId, length));
    expect(Math.abs(lastedS - length / sampleRateHz), label).toBeLessThan(TIME_TOLERANCE_S);
    if (unit === '' || !source.startsWith('JS220')) continue;
    const gap = longestGap(file.floats(signalId));
    const gapS = secondsBetween(file.utc(signalId, gap.start), file.utc(signalId, gap.end));
    expect(gapS, label).toBeGreaterThan(awayS - TIME_TOLERANCE_S);
    expect(Math.abs(gapS - (gap.end - gap.start) / sampleRateHz), label).toBeLessThan(TIME_TOLERANCE_S);
  }
  expect(app.problems).toEqual([]);
});

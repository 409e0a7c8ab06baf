// A JS110 whose fixed range is too small for its load, from the instrument to the file and what is asked of it: saturated
// are the samples whose value is that of the converter's highest or lowest code, here found among the values themselves.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { StreamRing } from '../../src/core/stream-ring.ts';
import { openFile } from '../../src/formats/detect.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { SignalStore } from '../../src/model/signal-store.ts';
import { SourceFollower } from '../../src/workers/recorder/source-follower.ts';
import { pulsebenchJson } from '../support/command-line.ts';
import { alone, run } from '../support/exported.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { createBench, createBus } from '../support/js110.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const whole = join(folder, 'whole.jls');
const cut = join(folder, 'cut.jls');
const repaired = join(folder, 'repaired.jls');

interface Figures {
  readonly count: number;
  readonly saturated?: number;
}

let ring: StreamRing;
/** Of the samples in the file. */
let current: readonly number[];
/** 1 where the current is that of the highest code, which the load often asks for. */
let wanted: readonly number[];

beforeAll(async () => {
  const bench = createBench(1);
  ring = bench.ring;
  const bus = createBus(bench.clock, 'ble-beacon');
  const driver = bench.driver((await bus.getDevices())[0]!);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.set('current.range', '1.8mA'));
  await bench.clock.settle(driver.start('new'));
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  const follower = new SourceFollower({
    rings: [ring],
    writer,
    identity: driver.identity!,
    signalIds: ring.signals.map(({ id }) => id),
    sourceId: 1,
    firstJlsId: 1,
    reserve: () => undefined,
    nowMs: 0,
  });
  await bench.clock.advance(700);
  while (follower.advance(0));
  follower.endHere();
  while (follower.advance(0));
  follower.finish();
  writer.close();
  const bytes = await file.read(0, file.sizeBytes);
  writeFileSync(whole, bytes);
  writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.9)));
  await bench.clock.settle(driver.stop());
  await bench.clock.settle(driver.close(), 1000);
  const { store } = await openFile(file, jlsWorkspace());
  current = await valuesOf(store, 'current');
  const highest = current.reduce((a, b) => Math.max(a, b), 0);
  wanted = current.map((value) => (value === highest ? 1 : 0));
}, 60_000);

async function valuesOf(store: SignalStore, name: string): Promise<number[]> {
  const { id, endSample } = store.signals().find((signal) => signal.name === name)!;
  return Array.from((await store.samples(id, 0, endSample)).values, Number);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const statistics = (path: string, signal: string, ...span: string[]) =>
  pulsebenchJson<Figures>('statistics', path, '--signal', signal, ...span);

test('the load is above the range now and then', () => {
  expect(mean(wanted)).toBeGreaterThan(0.01);
  expect(mean(wanted)).toBeLessThan(0.1);
});

test('the recording has a signal that says where', async () => {
  const info = pulsebenchJson<{ signals: readonly { name: string; dtype: string }[] }>('info', whole);
  expect(info.signals.filter(({ dtype }) => dtype === 'u1').map(({ name }) => name)).toEqual([
    'gpi[0]',
    'gpi[1]',
    'current_saturated',
    'voltage_saturated',
  ]);
  const { values } = pulsebenchJson<{ values: readonly number[] }>(
    ...(['samples', whole, '--signal', 'current_saturated', '--start', '0', '--count', '400000'] as const),
  );
  expect(values.findIndex((value, k) => value !== wanted[k])).toBe(-1);
});

test('statistics on the command line have the share', () => {
  expect(statistics(whole, 'current').saturated).toBeCloseTo(mean(wanted), 12);
  expect(statistics(whole, 'power').saturated).toBeCloseTo(mean(wanted), 12);
  expect(statistics(whole, 'voltage').saturated).toBe(0);
  expect(statistics(whole, 'current_range')).not.toHaveProperty('saturated');
  const [start, end] = [123_457, 345_678];
  const part = statistics(whole, 'current', '--start', String(start), '--end', String(end));
  expect(part.saturated).toBeCloseTo(mean(wanted.slice(start, end)), 12);
});

test('what is repaired after a crash still says so', () => {
  pulsebenchJson('repair', cut, repaired);
  // a crash takes the newest chunk of each signal, and a chunk of bits holds more samples than one of floats
  const count = Math.min(...['current', 'current_saturated'].map((name) => statistics(repaired, name).count));
  expect(count).toBeGreaterThan(current.length / 2);
  for (const end of [[], ['--end', String(count)]]) {
    expect(statistics(repaired, 'current', ...end).saturated).toBeCloseTo(mean(wanted.slice(0, count)), 12);
  }
});

test('an export tells of it, also where the companion does not go along', async () => {
  const share = `${(100 * mean(wanted)).toFixed(2)}\u202f%`;
  const sentence = (name: string, part: string) =>
    `"${name}" is at the limit of its range in ${part} of its samples: the true values are beyond.`;
  const output = join(folder, 'out.npy');
  const { notes } = pulsebenchJson<{ notes: readonly string[] }>(
    ...(['convert', whole, output, '--signal', 'current', '--signal', 'voltage'] as const),
  );
  expect(notes).toContain(sentence('current', share));
  expect(notes.join()).not.toContain('"voltage" is at the limit');
  const live = await run(alone({ rings: [ring], values: [] }), {
    format: 'csv',
    signalIds: ['power'],
    rowBudget: 1000,
  });
  expect(live.notes.join('\n')).toMatch(/"power" is at the limit of its range in \d\.\d\d\u202f% of its samples/);
});

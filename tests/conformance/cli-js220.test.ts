// `replay js220` as a user runs it: the file holds every sample of the reference at its place and rate
// (tests/golden/js220/README.md).

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { goldenCase, goldenSignals } from '../support/js220.ts';
import { publicationOfText, TOPIC_OF } from '../support/js220-golden.ts';

interface Info {
  readonly signals: readonly {
    readonly name: string;
    readonly dtype: 'f32' | 'u4' | 'u1';
    readonly sampleRateHz: number;
    readonly length: number;
    readonly firstSampleId: number | string;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-js220-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BITS = { f32: 32, u4: 4, u1: 1 } as const;
const capture = (name: string) => goldenPath(`js220/stream/${name}/frames.bin`);

function replay(name: string): { out: string; answer: Record<string, unknown> } {
  const out = join(folder, `${name}.jls`);
  const list = join(folder, `${name}.json`);
  writeFileSync(list, JSON.stringify(goldenCase(name).host_publishes.map(publicationOfText)));
  return { out, answer: pulsebenchJson('replay', 'js220', capture(name), out, '--publish', list) };
}

/** `values` as a file stores them, every NaN as the canonical one. */
function sha256Of(values: readonly number[], bits: number): string {
  const bytes = new Uint8Array(Math.ceil((values.length * bits) / 8));
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (bits !== 32) bytes[(i * bits) >> 3]! |= value << ((i * bits) & 7);
    else if (Number.isNaN(value)) view.setUint32(i * 4, 0x7fc00000, true);
    else view.setFloat32(i * 4, value, true);
  });
  return createHash('sha256').update(bytes).digest('hex');
}

test.each([
  ['c01_ivp_range_gpi', 5],
  ['c02_gaps_duplicates_overlap', 3],
  ['c03_sample_id_wrap', 3],
  ['c04_host_downsample_100k', 3],
  ['c05_sinc1_on_instrument_100k', 3],
  ['c07_current_only_scaled', 1],
])('%s: the digest of every signal, its rate and its sample ids', (name, signalCount) => {
  const { out } = replay(name);
  const { signals } = pulsebenchJson<Info>('info', out);
  const golden = goldenSignals(name);
  expect(signals).toHaveLength(signalCount);
  expect(golden.size).toBe(signalCount);
  for (const signal of signals) {
    const { values, decimateFactor } = golden.get(TOPIC_OF[signal.name]!)!;
    expect(signal.sampleRateHz).toBe(2_000_000 / decimateFactor);
    const firstId = Number(signal.firstSampleId);
    const byIndex = new Map([...values].map(([id, value]) => [Math.floor(id / decimateFactor), value]));
    // Before its first sample the reference has NaN for power; the filter of c04 draws them out.
    const isReal = ([index, value]: [number, number]) =>
      index >= firstId && !(name.startsWith('c04') && Number.isNaN(value));
    const first = [...byIndex].find(isReal)![0];
    const last = Math.max(...byIndex.keys());
    if (signal.name !== 'power') expect(first).toBe(firstId);
    const wanted = Array.from({ length: last - first + 1 }, (_, i) => byIndex.get(first + i) ?? Number.NaN);
    const digest = pulsebenchJson<{ count: number; sha256: string }>(
      ...['digest', out, '--signal', signal.name, '--start', String(first - firstId), '--count', String(wanted.length)],
    );
    expect(digest).toMatchObject({ count: wanted.length, sha256: sha256Of(wanted, BITS[signal.dtype]) });
    expect(signal.length).toBeGreaterThanOrEqual(first - firstId + wanted.length);
  }
});

test('samples lie in time where the instrument put them', () => {
  const { out } = replay('c03_sample_id_wrap');
  const { offset_time, offset_counter, counter_rate } = goldenCase('c03_sample_id_wrap').published[0]!.time_map;
  const pairs = pulsebenchJson<[string, string][]>('utc', out, '--signal', 'current');
  expect(pairs.length).toBeGreaterThanOrEqual(2);
  const { signals } = pulsebenchJson<Info>('info', out);
  const firstId = Number(signals.find(({ name }) => name === 'current')!.firstSampleId);
  for (const [sampleId, utc] of pairs) {
    const counter = 2 * (Number(sampleId) + firstId);
    const seconds = (counter - Number(offset_counter)) / counter_rate;
    expect(Number(BigInt(utc) - BigInt(offset_time)) / 2 ** 30).toBeCloseTo(seconds, 8);
  }
});

test('losses are counted, and the last statistics are shown', () => {
  expect(replay('c02_gaps_duplicates_overlap').answer).toMatchObject({
    gapCount: 4,
    missingSampleCount: 630,
    repeatedSampleCount: 372,
    unplacedFrameCount: 2,
    deviceDropCount: 0,
  });
  const { answer } = replay('c06_statistics_scaled');
  const last = goldenCase('c06_statistics_scaled').statistics.at(-1)!.statistics;
  expect(answer).toMatchObject({ signals: [], badPacketCount: 2 });
  expect((answer as { totals: { chargeC: number } }).totals.chargeC).toBeCloseTo(Number(last['charge_f64']), 15);
});

test('without a list, everything that the capture holds is recorded', () => {
  const out = join(folder, 'plain.jls');
  const answer = pulsebenchJson<Info>('replay', 'js220', capture('c01_ivp_range_gpi'), out);
  expect(answer.signals.map(({ name }) => name).sort()).toEqual(Object.keys(TOPIC_OF).sort());
});

test('the list to publish may stand on the command line, and a capture may hold no samples', () => {
  const out = join(folder, 'inline.jls');
  const list = '[{"topic": "s/stats/ctrl", "value": 1}]';
  const answer = pulsebenchJson<Info>('replay', 'js220', capture('c06_statistics_scaled'), out, '--publish', list);
  expect(answer.signals).toEqual([]);
  expect(pulsebenchJson<Info>('info', out).signals).toEqual([]);
  expect(pulsebench('replay', 'js220', capture('c06_statistics_scaled'), out, '--publish', '[1]').code).toBe(1);
});

test('a capture that was cut within a frame is played up to there', () => {
  const whole = readFileSync(capture('c07_current_only_scaled'));
  const cut = join(folder, 'cut.bin');
  writeFileSync(cut, whole.subarray(0, 10 * 512 + 100));
  // One frame is the time map; nine have 126 samples.
  expect(pulsebenchJson('replay', 'js220', cut, join(folder, 'cut.jls'))).toMatchObject({
    signals: [{ name: 'current', sampleCount: 9 * 126 }],
    badPacketCount: 1,
  });
  writeFileSync(cut, '');
  expect(pulsebench('replay', 'js220', cut, join(folder, 'cut.jls'))).toMatchObject({ code: 1, stdout: '' });
});

test('what cannot be used is refused', () => {
  const out = join(folder, 'none.jls');
  const list = join(folder, 'wrong.json');
  const run = (content: string) => {
    writeFileSync(list, content);
    return pulsebench('replay', 'js220', capture('c07_current_only_scaled'), out, '--publish', list);
  };
  expect(run('{}')).toMatchObject({ code: 1, stdout: '' });
  expect(run('[{"topic": "h/fs", "value": 300000}]').stderr).toContain('300000 Hz');
  expect(run('[{"topic": "h/nothing", "value": 1}]').stderr).toContain('h/nothing');
  expect(run('[{"topic": "s/i/ctlr", "value": 1}]')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('"s/i/ctlr"'),
  });
  expect(pulsebench('replay', 'js220', list, out)).toMatchObject({ code: 1 });
  expect(pulsebench('replay', 'js999', list, out)).toMatchObject({ code: 2 });
  expect(pulsebench('replay', 'js220', list, out, '--calibration', list)).toMatchObject({ code: 2 });
});

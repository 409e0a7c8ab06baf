// A Red Pitaya as the page has it, over the simulated board: live time against its truth, counts, records, presets, and what
// is said when it cannot be used.

import { expect, test } from 'vitest';
import { delay } from '../../../../src/base/clock.ts';
import { LabError } from '../../../../src/base/errors.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { openBoard } from '../../../../src/devices/redpitaya/diagnosis.ts';
import { PULSE_RISE_TICKS } from '../../../../src/devices/redpitaya/sim/analyser.ts';
import type { BoardFault } from '../../../../src/devices/redpitaya/sim/faults.ts';
import type { TraceRecord } from '../../../../src/model/live-traces.ts';
import { boardSession, makeBoard } from '../../../support/red-pitaya.ts';

async function connected(options: Parameters<typeof makeBoard>[0] = {}) {
  const made = makeBoard(options);
  const unit = boardSession(made.clock, async () => made.server.connect());
  await unit.open();
  const spectrum = () => unit.session.spectra()[0]!;
  return { ...made, ...unit, spectrum };
}

const RISE_S = PULSE_RISE_TICKS / 125e6;
const sumOf = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0);

/** Dead share p of pulses at the rate n that leave τ each: n τ / (1 + n τ). */
const rateOf = (deadShare: number, deadS: number) => deadShare / (1 - deadShare) / deadS;

test.each([0.01, 0.1, 0.5])('live time is that of the board at a dead share of %f', async (deadShare) => {
  const deadS = 100 * 4 * 8e-9 + RISE_S;
  // pulses below the threshold leave no dead time
  const { set, clock, board, spectrum } = await connected({ wiring: 'comb', rateHz: rateOf(deadShare, deadS) });
  await set('1.rise', RISE_S);
  await set('1.preset', 'real');
  await set('1.presetS', 2);
  await set('1.count', true);
  await clock.advance(3000);
  const { realS, liveS, counts } = spectrum();
  const truth = board.truth(0);
  expect(realS).toBe(2);
  expect(truth.realS).toBe(2);
  expect(sumOf(counts)).toBe(truth.countedCount);
  expect(1 - truth.liveS / truth.realS).toBeCloseTo(deadShare, 2);
  expect(Math.abs(liveS / truth.liveS - 1)).toBeLessThan(1e-3);
});

test('a change of the delay while it counts belongs to what comes after it', async () => {
  const { set, clock, board, spectrum } = await connected({ wiring: 'comb', rateHz: 50_000 });
  await set('1.rise', RISE_S);
  await set('1.count', true);
  await clock.advance(1000);
  await set('1.delay', 1000);
  await clock.advance(1000);
  await set('1.count', false);
  expect(Math.abs(spectrum().liveS / board.truth(0).liveS - 1)).toBeLessThan(1e-3);
});

test('a spectrum of a source in which everything is at work: thresholds, shelf and peaks', async () => {
  const { set, clock, board, spectrum } = await connected({ wiring: 'na-22', rateHz: 30_000 });
  await set('1.rise', RISE_S);
  await set('1.count', true);
  await clock.advance(5000);
  await set('1.count', false);
  const truth = board.truth(0);
  expect(sumOf(spectrum().counts)).toBe(truth.countedCount);
  expect(Math.abs(spectrum().liveS / truth.liveS - 1)).toBeLessThan(1e-3);
});

test('counts are exact beyond 10^10, and a bin that is full is told', async () => {
  const { board, clock, spectrum } = await connected({ rateHz: 0 });
  for (const bin of [10, 20, 30]) board.addCounts(0, bin, 4e9 + bin);
  await clock.advance(1000);
  expect(sumOf(spectrum().counts)).toBe(12e9 + 60);
  expect(spectrum().fullChannelCount).toBe(0);
  board.addCounts(0, 10, 4e9);
  await clock.advance(1000);
  expect(spectrum().counts[10]).toBe(2 ** 32 - 1);
  expect(spectrum().fullChannelCount).toBe(1);
});

test('presets end it: live time and counts half a second late at most', async () => {
  const { set, clock, session, spectrum } = await connected({ wiring: 'comb', rateHz: 100_000 });
  await set('1.preset', 'live');
  await set('1.presetS', 1);
  await set('1.count', true);
  await clock.advance(5000);
  expect(session.status.values['1.count']).toBe(false);
  expect(spectrum().liveS).toBeGreaterThanOrEqual(1);
  expect(spectrum().liveS).toBeLessThan(1.5);
  await set('1.clear', true);
  expect(sumOf(spectrum().counts)).toBe(0);
  await set('1.preset', 'counts');
  await set('1.presetCounts', 10_000);
  await set('1.count', true);
  await clock.advance(5000);
  expect(session.status.values['1.count']).toBe(false);
  expect(sumOf(spectrum().counts)).toBeGreaterThanOrEqual(10_000);
  expect(sumOf(spectrum().counts)).toBeLessThan(60_000);
});

test('records come with their trigger at time 0, in run and once in single', async () => {
  const { set, clock, instrument, session } = await connected();
  await set('samples', 2000);
  await set('before', 200);
  await set('trigger.level', 300);
  await set('run', 'single');
  const records: TraceRecord[] = [];
  const take = async () => {
    for (let turn = 0; turn < 50; turn++) {
      await clock.advance(20);
      const taken = attachChannels(instrument.channelSet).traces[0]?.tryTake((length) => new Float32Array(length));
      if (typeof taken === 'object') records.push(taken);
    }
  };
  await take();
  expect(records).toHaveLength(1);
  expect(session.status.values['run']).toBe('stop');
  const { startS, stepS, samples } = records[0]!;
  expect(stepS).toBeCloseTo(32e-9, 15);
  expect(startS).toBeCloseTo(-200 * 32e-9, 12);
  expect(samples.map(({ length }) => length)).toEqual([2000, 2000]);
  expect(samples[0]![199]).toBeLessThan(300);
  expect(samples[0]![200]).toBeGreaterThanOrEqual(300);
  // all of them are of this trigger
  expect(samples[0]!.every((value) => !Number.isNaN(value) && value !== -1234)).toBe(true);
  await set('run', 'run');
  await take();
  expect(records.length).toBeGreaterThan(3);
});

test('as many samples before the trigger as there are is refused, and nothing changes', async () => {
  const { set, session } = await connected();
  await expect(set('before', 10_000)).rejects.toMatchObject({ code: 'setup/invalid' });
  expect(session.status.values['before']).toBe(1000);
});

test('a board that counts for somebody is not disturbed by connecting', async () => {
  const first = await connected({ rateHz: 1000 });
  await first.set('1.count', true);
  await first.clock.advance(1000);
  await first.clock.settle(first.session.close());
  await first.clock.advance(1000);
  const before = first.board.truth(0);
  const again = boardSession(first.clock, async () => {
    const port = first.server.connect();
    // time passes between the first two answers, as it does on a network
    return { ...port, write: (bytes) => delay(first.clock, 1).then(() => port.write(bytes)) };
  });
  await first.clock.settle(again.session.open());
  expect(again.session.status.values['1.count']).toBe(true);
  await first.clock.advance(1000);
  expect(sumOf(again.session.spectra()[0]!.counts)).toBeGreaterThan(before.countedCount);
});

test('a restarted board is found again; that it does not count any more is said', async () => {
  const { set, clock, server, session } = await connected();
  await set('1.count', true);
  await clock.advance(1000);
  server.restart();
  await clock.advance(3000);
  expect(session.status.state).toBe('idle');
  expect(session.status.values['1.count']).toBe(false);
  expect(session.status.notice).toContain('did not count any more');
});

test('answers in pieces are put together', async () => {
  const { set, clock, server, board, spectrum } = await connected();
  server.fault = 'pieces';
  await set('1.count', true);
  await clock.advance(2000);
  await set('1.count', false);
  expect(sumOf(spectrum().counts)).toBe(board.truth(0).countedCount);
});

test('a connection that breaks in an answer is made anew', async () => {
  const { clock, server, session } = await connected();
  server.fault = 'cut';
  await clock.advance(1000);
  expect(session.status.state).toBe('lost');
  server.fault = 'none';
  await clock.advance(3000);
  expect(session.status.state).toBe('idle');
});

test.each<[BoardFault, string, RegExp]>([
  ['busy', 'device/in-use', /one client at a time/],
  ['silent', 'device/in-use', /restart the application/],
  ['closes', 'device/lost', /took the connection and closed it/],
  ['greets', 'device/unsupported', /no mcpha server: it says "SSH-2\.0/],
  ['cut', 'device/lost', /closed it again before it had answered/],
])('what is said of a board with the fault %s', async (fault, code, words) => {
  const { clock, server } = makeBoard();
  server.fault = fault;
  const { open, session } = boardSession(clock, async () => server.connect());
  await expect(open()).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  expect(session.status.state).toBe('failed');
});

test('a second client is told that somebody else is there', async () => {
  const { clock, server } = await connected();
  const second = boardSession(clock, async () => server.connect());
  await expect(second.open()).rejects.toMatchObject({ code: 'device/in-use' });
});

test('nobody listens on a board that is there: the image is the matter', async () => {
  const refused = new LabError('device/lost', '192.168.1.5:1001: connect ECONNREFUSED 192.168.1.5:1001');
  await expect(openBoard(() => Promise.reject(refused))).rejects.toThrow(/runs another image/);
  const unreachable = new LabError('device/lost', '192.168.1.5:1001: it did not answer');
  await expect(openBoard(() => Promise.reject(unreachable))).rejects.toBe(unreachable);
});

// A meter's readings in a recording: an hour of them beside a stream on one axis, through an absence, and crashes on the way.

import { expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { utcFromUnixMs, utcSecondsBetween } from '../../../src/base/time.ts';
import { attachChannels } from '../../../src/core/channel-set.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import { BenchInstrument } from '../../../src/devices/bench/instrument.ts';
import type { BenchSession } from '../../../src/devices/bench/session.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { ValueChannel } from '../../../src/model/channel.ts';
import type { JournalChange } from '../../../src/storage/journal.ts';
import { QuotaGuard } from '../../../src/storage/quota.ts';
import type { UnitLink, UnitPlace } from '../../../src/transports/unit-place.ts';
import { InstrumentSession } from '../../../src/workers/device/session.ts';
import { RecordingSession } from '../../../src/workers/recorder/session.ts';
import { SourceFollower, type SourceFollowerOptions } from '../../../src/workers/recorder/source-follower.ts';
import { createTestCore } from '../../support/core.ts';
import { createInstrument } from '../../support/instrument.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RING_RATE_HZ, RingSource } from '../../support/ring-source.ts';

const START_MS = Date.UTC(2026, 2, 4, 12);
const START = utcFromUnixMs(START_MS);
const CHANNEL: ValueChannel = {
  kind: 'value',
  id: 'CH1',
  signals: [
    { id: 'CH1.voltage', name: 'CH1 voltage', unit: 'V' },
    { id: 'CH1.current', name: 'CH1 current', unit: 'A' },
  ],
};

interface Followed extends Pick<SourceFollowerOptions, 'rings' | 'values' | 'signalIds'> {
  readonly model: string;
}

/** A recording of these into memory. */
function record(clock: ManualClock, sources: readonly Followed[], durationS?: number) {
  const sink = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), sink);
  let firstJlsId = 1;
  const followers = sources.map(({ model, ...followed }, index) => {
    const follower = new SourceFollower({
      ...followed,
      writer,
      identity: { model, vendor: '', serialNumber: '1', firmware: '' },
      sourceId: index + 1,
      firstJlsId,
      reserve: () => undefined,
      nowMs: clock.nowMs(),
    });
    firstJlsId += followed.signalIds.length;
    return follower;
  });
  const row: JournalChange[] = [];
  const session = new RecordingSession({
    sources: followers,
    writer,
    sink,
    guard: new QuotaGuard({
      bytesPerSecond: 4000,
      found: { leftBytes: undefined, isInMemory: false },
      estimate: () => Promise.resolve({ usedBytes: 0, leftBytes: 1e9 }),
    }),
    clock,
    durationS,
    requireThere: () => Promise.resolve(),
    record: async (change) => {
      row.push(change);
    },
  });
  return { sink, session, row, run: session.run() };
}

function supply() {
  const series = StampedSeries.create({ valueCount: 2, mostBytes: 2 ** 20 });
  const values = { channels: [{ channel: CHANNEL, series }], startUtc: START };
  return { series, source: { model: 'DP832', rings: [], values, signalIds: ['CH1.voltage', 'CH1.current'] } };
}

const open = (file: MemoryFile) => openFile(new MemoryFile(file.bytes.slice()), jlsWorkspace());

test('values of an instrument alone: kept twice a second, silence is told, its end is the end', async () => {
  const clock = new ManualClock(START_MS);
  const { series, source } = supply();
  series.append(utcFromUnixMs(START_MS - 100), [9, 9]);
  const { sink, row, run } = record(clock, [source]);
  for (let index = 1; index <= 20; index++) {
    await clock.advance(100);
    series.append(utcFromUnixMs(clock.unixMs()), [index, -index]);
  }
  await clock.advance(600);
  // as after a crash
  const cut = await open(sink);
  expect(cut.isRecovered).toBe(true);
  expect(
    cut.store.signals().map(({ name, unit, source: from, timing, endSample }) => [name, unit, from, timing, endSample]),
  ).toEqual([
    ['CH1 voltage', 'V', 'DP832-1', 'stamped', 20],
    ['CH1 current', 'A', 'DP832-1', 'stamped', 20],
  ]);
  await clock.advance(40_000);
  expect(row.at(-1)).toMatchObject({
    durationS: 2,
    note: 'DP832-1 sends no values since 0:02; the recording waits for them.',
  });
  series.append(utcFromUnixMs(clock.unixMs()), [21, -21]);
  await clock.advance(1000);
  expect(row.at(-1)!.note).toBe('DP832-1 sent no values once for a while.');
  series.append(utcFromUnixMs(clock.unixMs()), [22, -22]);
  series.end('ended');
  await clock.advance(1000);
  await run;
  expect(row.at(-1)).toMatchObject({
    state: 'finished',
    endedBy: 'source',
    note: expect.stringContaining('was closed'),
  });
  const { store, isRecovered } = await open(sink);
  expect(isRecovered).toBe(false);
  const { values, timesS } = await store.samples('2', 0, 22);
  expect(Array.from(values as Float64Array)).toEqual(Array.from({ length: 22 }, (_, index) => -index - 1));
  expect(store.originUtc).toBe(utcFromUnixMs(START_MS + 100));
  // to the tick of 2^-30 s
  expect(timesS![19]).toBeCloseTo(1.9, 9);
});

test('a series that begins anew is followed, a set duration holds, and one signal may be left out', async () => {
  const clock = new ManualClock(START_MS);
  const { series, source } = supply();
  const { sink, row, run } = record(clock, [{ ...source, signalIds: ['CH1.current'] }], 3);
  for (let index = 0; index < 50; index++) {
    if (index === 10) series.reset();
    series.append(utcFromUnixMs(clock.unixMs()), [index, -index]);
    await clock.advance(100);
  }
  await run;
  expect(row.at(-1)).toMatchObject({ state: 'finished', endedBy: 'duration' });
  const { store } = await open(sink);
  expect(store.signals().map(({ name }) => name)).toEqual(['CH1 current']);
  const { values } = await store.samples('1', 0, 30);
  expect(Array.from(values as Float64Array, Math.abs)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(store.signals()[0]!.endSample).toBe(30);
});

test('who is silent when the recording is stopped is not waited for any more', async () => {
  const clock = new ManualClock(START_MS);
  const { series, source } = supply();
  const { session, row, run } = record(clock, [source]);
  series.append(utcFromUnixMs(START_MS + 2000), [1, 1]);
  await clock.advance(40_000);
  session.stop();
  await clock.advance(1000);
  await run;
  expect(row.at(-1)).toMatchObject({ state: 'finished', note: 'DP832-1 sent no values from 0:02 to the end.' });
});

test('a set duration is over with the first value behind its end, also when the computer slept meanwhile', async () => {
  const clock = new ManualClock(START_MS);
  const { series, source } = supply();
  const { sink, row, run } = record(clock, [source], 60);
  series.append(utcFromUnixMs(START_MS + 500), [1, 1]);
  await clock.advance(1000);
  // an hour of sleep, of which only the clock of the values knows
  series.append(utcFromUnixMs(START_MS + 3_600_000), [2, 2]);
  await clock.advance(200);
  await run;
  expect(row.at(-1)).toMatchObject({ state: 'finished', endedBy: 'duration', durationS: 0.5 });
  expect((await open(sink)).store.signals()[0]!.endSample).toBe(1);
});

test('a clock that was set back meanwhile is told', async () => {
  const clock = new ManualClock(START_MS);
  const { series, source } = supply();
  // before the recording: of no concern
  for (const ms of [2, 1]) series.append(utcFromUnixMs(START_MS - 1000 + ms), [0, 0]);
  const { session, row, run } = record(clock, [source]);
  series.append(utcFromUnixMs(START_MS + 2000), [1, 1]);
  await clock.advance(1000);
  expect(row.at(-1)!.note).toBeUndefined();
  series.append(utcFromUnixMs(START_MS + 1000), [2, 2]);
  session.stop();
  await clock.advance(1000);
  await run;
  expect(row.at(-1)).toMatchObject({ state: 'finished', note: expect.stringContaining('clock was set back') });
});

/** A meter whose readings count on, until somebody pulls its cable. */
async function openMeter(clock: ManualClock) {
  const state = { isGone: false, count: 0 };
  const answer = (question: string): string => {
    if (state.isGone) throw new LabError('device/lost', 'The cable was pulled.');
    if (question === '*IDN?') return 'Keysight Technologies,34461A,MY1,A.02.14';
    return question === 'READ?' ? String(state.count++) : question === 'FUNC?' ? '"VOLT"' : '0';
  };
  const session: BenchSession = {
    query: async (question) => answer(question),
    queryBytes: async () => new Uint8Array(),
    command: async () => undefined,
    commandAtOnce: async () => undefined,
    onLost: undefined,
    drainErrors: async () => [],
    close: async () => undefined,
  };
  const link: UnitLink = { kind: 'messages', open: () => Promise.reject(new Error('the session is a fake')) };
  const place: UnitPlace = {
    find: async () => (state.isGone ? undefined : link),
    discard: () => undefined,
    onBack: () => () => undefined,
  };
  const code = {
    create: (bench: ConstructorParameters<typeof BenchInstrument>[0]) =>
      new BenchInstrument(bench, async () => session),
    simulate: () => Promise.reject(new Error('not simulated')) as never,
  };
  const { instrument } = createInstrument(code, clock, 0);
  const life = new InstrumentSession({ clock, place, instrument, onStatus: () => undefined });
  await clock.settle(life.open());
  await clock.advance(500);
  return { state, instrument, life };
}

test('an hour of a meter beside a stream, its cable pulled for a minute, on one axis', async () => {
  const clock = new ManualClock(START_MS);
  const { state, instrument, life } = await openMeter(clock);
  const { values: channels } = attachChannels(instrument.channelSet);
  const { series } = channels[0]!;
  const { core, arena } = createTestCore();
  const stream = new RingSource(core, arena, 65_536);
  const beginMs = clock.unixMs();
  stream.setStart(beginMs);
  const { sink, session, row, run } = record(clock, [
    { model: 'JS110', rings: [stream.ring], signalIds: ['current'] },
    {
      model: '34461A',
      rings: [],
      values: { channels, startUtc: utcFromUnixMs(beginMs) },
      signalIds: ['input.reading'],
    },
  ]);
  const before = series.count;
  const STEP_S = 10;
  for (let atS = 0; atS < 3600; atS += STEP_S) {
    state.isGone = atS >= 1800 && atS < 1860;
    stream.append(STEP_S * RING_RATE_HZ);
    await clock.advance(STEP_S * 1000);
  }
  await life.close();
  session.stop();
  await clock.advance(1000);
  await run;
  expect(row.at(-1)).toMatchObject({ state: 'finished', recorderLostSampleCount: 0 });

  const { store } = await open(sink);
  const [current, reading] = store.signals();
  expect(current).toMatchObject({ source: 'JS110-1', timing: 'steady', endSample: 3600 * RING_RATE_HZ });
  if (reading?.timing !== 'stamped') throw new Error('the readings have no times');
  // all that the meter has measured since, and nothing else
  expect(reading).toMatchObject({ source: '34461A-1', unit: 'V', endSample: series.count - before });
  expect(reading.endSample).toBeGreaterThan(30_000);
  const { values, timesS } = await store.samples(reading.id, 0, reading.endSample);
  const stored = series.records(before, series.count)!;
  expect(Array.from(values as Float64Array)).toEqual(Array.from(stored.values[0]!));
  expect(Array.from(timesS!)).toEqual(stored.times.map((utc) => utcSecondsBetween(store.originUtc!, utc)));
  expect(store.originUtc).toBe(utcFromUnixMs(beginMs));
  // the value from before the absence does not hold through it
  const { coverage } = await store.stamped!.statistics(reading.id, 1802, 1858);
  expect(coverage).toBe(0);
});

import { expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { JournalChange } from '../../../src/storage/journal.ts';
import { QuotaGuard } from '../../../src/storage/quota.ts';
import { RecordingSession } from '../../../src/workers/recorder/session.ts';
import { SourceFollower } from '../../../src/workers/recorder/source-follower.ts';
import { createTestCore } from '../../support/core.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RING_RATE_HZ, RingSource } from '../../support/ring-source.ts';

const START_MS = Date.UTC(2026, 2, 4, 12);
const MB = 1e6;

/** A memory file with the faults of a disk. */
class DiskFile extends MemoryFile {
  readonly flushedSizes: number[] = [];
  isClosed = false;
  failure: Error | undefined;
  /** Called at every write, as long as it takes. */
  onWrite: () => void = () => undefined;

  override append(bytes: Uint8Array): void {
    if (this.failure) throw this.failure;
    this.onWrite();
    super.append(bytes);
  }

  override flush(): void {
    this.flushedSizes.push(this.sizeBytes);
  }

  override close(): void {
    this.isClosed = true;
  }
}

/** Time that also passes while a write blocks the thread. */
class BlockedClock extends ManualClock {
  #blockedMs = 0;

  override nowMs(): number {
    return super.nowMs() + this.#blockedMs;
  }

  block(durationMs: number): void {
    this.#blockedMs += durationMs;
  }
}

function record(durationS?: number, sourceCount = 1) {
  const { core, arena } = createTestCore();
  const sources = Array.from({ length: sourceCount }, () => {
    const source = new RingSource(core, arena, 65_536);
    source.setStart(START_MS);
    return source;
  });
  const sink = new DiskFile();
  const writer = new JlsWriter(jlsWorkspace(), sink);
  const clock = new BlockedClock(START_MS);
  const disk = { freeBytes: 1000 * MB };
  let refusalCount = 0;
  const followers = sources.map(
    ({ ring }, index) =>
      new SourceFollower({
        rings: [ring],
        writer,
        identity: { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: String(index + 1), firmware: '' },
        signalIds: ['current'],
        sourceId: index + 1,
        firstJlsId: index + 1,
        reserve: () => {
          if (refusalCount-- > 0) throw new LabError('storage/quota', 'full');
        },
        nowMs: clock.nowMs(),
      }),
  );
  const row: JournalChange[] = [];
  /** Where the file and its row are. */
  const place: { isThere: boolean; refusal: LabError | undefined } = { isThere: true, refusal: undefined };
  const session = new RecordingSession({
    sources: followers,
    writer,
    sink,
    guard: new QuotaGuard({
      bytesPerSecond: 4000,
      found: { leftBytes: undefined, isInMemory: false },
      estimate: () => Promise.resolve({ usedBytes: 0, leftBytes: disk.freeBytes }),
    }),
    clock,
    durationS,
    requireThere: () => (place.isThere ? Promise.resolve() : Promise.reject(new LabError('storage/gone', 'cleared'))),
    record: (change) => {
      if (place.refusal) return Promise.reject(place.refusal);
      row.push(change);
      return Promise.resolve();
    },
  });
  const run = session.run();
  return {
    source: sources[0]!,
    sources,
    sink,
    disk,
    place,
    clock,
    session,
    run,
    row,
    /** Lets the instruments stream for a while, in steps of 100 ms. */
    stream: async (seconds: number, streaming = sources) => {
      for (let i = 0; i < seconds * 10; i++) {
        for (const source of streaming) source.append(RING_RATE_HZ / 10);
        await clock.advance(100);
      }
    },
    /** As often as that. */
    refuseRoom: (count = Number.POSITIVE_INFINITY) => {
      refusalCount = count;
    },
    recordedSamples: async () => {
      const reader = await openFile(sink, jlsWorkspace());
      return { isRecovered: reader.isRecovered, count: reader.store.signals()[0]!.endSample };
    },
    recordedLengths: async () => {
      const reader = await openFile(sink, jlsWorkspace());
      return reader.store.signals().map(({ source, endSample }) => [source, endSample]);
    },
  };
}

test('keeps the file and its row safe at least once a second, and finishes on stop', async () => {
  const recording = record();
  await recording.stream(3);
  expect(recording.sink.flushedSizes.length).toBeGreaterThanOrEqual(3);
  expect(recording.row.length).toBeGreaterThanOrEqual(3);
  expect(recording.row.at(-1)).toMatchObject({ missingSampleCount: 0 });
  expect(recording.row.at(-1)!.durationS).toBeGreaterThan(2);
  recording.source.append(500);
  recording.session.stop();
  await recording.run;
  expect(recording.row.at(-1)).toEqual({
    state: 'finished',
    endedBy: 'stop',
    note: undefined,
    durationS: 3.5,
    sizeBytes: recording.sink.sizeBytes,
    missingSampleCount: 0,
    recorderLostSampleCount: 0,
    leftBytes: undefined,
  });
  expect(recording.sink.isClosed).toBe(true);
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 3500 });
});

test.each([1.25, 0.1, 0.005])('ends by itself after the chosen duration of %s s', async (durationS) => {
  const recording = record(durationS);
  await recording.stream(2);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', endedBy: 'duration', note: undefined, durationS });
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: durationS * RING_RATE_HZ });
});

test('a set duration does not wait for an instrument that does not stream', async () => {
  const recording = record(1, 2);
  await recording.stream(5, [recording.source]);
  await recording.run;
  const note = 'JS110-2 sent nothing.';
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', endedBy: 'duration', durationS: 1, note });
  expect(await recording.recordedLengths()).toEqual([
    ['JS110-1', 1000],
    ['JS110-2', 0],
  ]);
});

test('a set duration waits for an instrument that comes late for as long as it comes', async () => {
  const recording = record(1, 2);
  const [prompt, late] = recording.sources;
  // half the samples of its time: it has all two seconds after the other, and one more
  for (let i = 0; i < 40; i++) {
    if (i < 10) prompt!.append(RING_RATE_HZ / 10);
    late!.append(RING_RATE_HZ / 40);
    await recording.clock.advance(100);
  }
  await recording.run;
  expect(await recording.recordedLengths()).toEqual([
    ['JS110-1', 1000],
    ['JS110-2', 1000],
  ]);
});

test('of an instrument that was waited for in vain is said where it ends', async () => {
  const recording = record(2, 2);
  await recording.stream(1);
  await recording.stream(5, [recording.source]);
  await recording.run;
  const note = 'What JS110-2 sent ends at 0:01: nothing more came.';
  expect(recording.row.at(-1)).toMatchObject({ endedBy: 'duration', durationS: 2, note });
});

test('one instrument that ends is noted and the others go on; the last ends the recording', async () => {
  const recording = record(undefined, 3);
  const [first, second, third] = recording.sources;
  await recording.stream(1);
  first!.ring.end('lost');
  await recording.stream(1, [second!, third!]);
  expect(recording.row.at(-1)).toMatchObject({ note: expect.stringMatching(/^JS110-1 was lost.*at 0:01/) });
  expect(recording.row.at(-1)).not.toHaveProperty('state');
  second!.ring.end('ended');
  // the third falls silent
  await recording.stream(31, []);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({
    state: 'finished',
    endedBy: 'source',
    note: expect.stringMatching(/JS110-1 was lost.*JS110-2 was closed.*JS110-3 sent nothing for more than 30 s/),
  });
  expect(await recording.recordedLengths()).toEqual([
    ['JS110-1', 1000],
    ['JS110-2', 2000],
    ['JS110-3', 2000],
  ]);
});

test('what a slow recorder loses is counted and told while it lags, apart from what the instrument lost', async () => {
  const recording = record();
  await recording.stream(1);
  // every write takes a second, in which 20 000 samples come: the ring holds 65 536
  let blockCount = 0;
  recording.sink.onWrite = () => {
    if (++blockCount > 30) return;
    recording.clock.block(1000);
    recording.source.append(20_000);
  };
  recording.source.append(20_000);
  await recording.stream(2);
  const told = recording.row.filter(({ recorderLostSampleCount = 0 }) => recorderLostSampleCount > 0);
  expect(told.length).toBeGreaterThan(1);
  expect(told[0]).not.toHaveProperty('state');
  expect(told.every(({ missingSampleCount }) => missingSampleCount === 0)).toBe(true);
  recording.session.stop();
  await recording.run;
  const { recorderLostSampleCount, durationS } = recording.row.at(-1)!;
  const reader = await openFile(recording.sink, jlsWorkspace());
  const signal = reader.store.signals()[0]!;
  const { values } = await reader.store.samples(signal.id, 0, signal.endSample);
  expect((values as Float32Array).filter(Number.isNaN).length).toBe(recorderLostSampleCount);
  expect(durationS).toBe(signal.endSample / RING_RATE_HZ);
});

test('a stop ends a recording whose disk is slower than the instrument', async () => {
  const recording = record();
  await recording.stream(1);
  recording.source.append(60_000);
  // while a block is written, more than a block comes
  recording.sink.onWrite = () => {
    recording.clock.block(100);
    recording.source.append(70_000);
  };
  recording.session.stop();
  await recording.clock.settle(recording.run);
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', endedBy: 'stop' });
});

test('a look at the room left is told', async () => {
  const recording = record();
  await recording.stream(2);
  expect(recording.row.at(-1)).toMatchObject({ leftBytes: 1000 * MB });
});

test('room that is refused once is not the end: another recorder may be trying how much there is', async () => {
  const recording = record();
  await recording.stream(1);
  recording.refuseRoom(2);
  await recording.stream(1);
  recording.session.stop();
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', endedBy: 'stop', durationS: 2 });
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 2000 });
});

test('closes cleanly before the storage is full, and says why', async () => {
  const recording = record();
  await recording.stream(2);
  recording.disk.freeBytes = 10 * MB;
  await recording.stream(2);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({
    state: 'finished',
    endedBy: 'room',
    note: expect.stringContaining('10 MB left'),
  });
  const { isRecovered, count } = await recording.recordedSamples();
  expect(isRecovered).toBe(false);
  expect(count).toBeGreaterThanOrEqual(2000);
});

test('closes cleanly when the browser refuses room that it had promised', async () => {
  const recording = record();
  await recording.stream(1);
  recording.refuseRoom();
  await recording.stream(1);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', note: expect.stringContaining('storage is full') });
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 1000 });
});

test('ends with a note when the instrument stays away', async () => {
  const recording = record();
  await recording.stream(1);
  recording.source.restart(START_MS + 60_000);
  await recording.stream(0.5);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({
    state: 'finished',
    endedBy: 'source',
    note: expect.stringContaining('sent nothing'),
  });
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 1000 });
});

test('a disk that fails leaves an interrupted recording with what was written', async () => {
  const recording = record();
  await recording.stream(20);
  recording.sink.failure = new LabError('storage/io', 'The disk failed.');
  await recording.stream(20);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({
    state: 'interrupted',
    endedBy: 'error',
    note: expect.stringContaining('The disk failed.'),
  });
  expect(recording.sink.isClosed).toBe(true);
  const { isRecovered, count } = await recording.recordedSamples();
  expect(isRecovered).toBe(true);
  expect(count).toBeGreaterThan(8000);
});

test('ends within two seconds when the file is taken away, touches it no more and says how long it was', async () => {
  const recording = record();
  await recording.stream(3);
  recording.place.isThere = false;
  const end = recording.run.catch((error: unknown) => error);
  await recording.stream(1.5);
  expect(await Promise.race([end, 'still recording'])).toMatchObject({
    code: 'storage/gone',
    context: { durationS: expect.closeTo(4, 0) },
  });
  expect(recording.sink.isClosed).toBe(false);
  expect(recording.row.at(-1)).not.toHaveProperty('state');
});

test('is not finished into a file that is gone', async () => {
  const recording = record();
  await recording.stream(1);
  recording.place.isThere = false;
  recording.session.stop();
  await expect(recording.run).rejects.toMatchObject({ code: 'storage/gone' });
});

test('goes on while its row cannot be written, and tells who waits when that lasts to the end', async () => {
  const recording = record();
  await recording.stream(1);
  const refusal = new LabError('storage/quota', 'no room for the row');
  recording.place.refusal = refusal;
  await recording.stream(2);
  recording.session.stop();
  await expect(recording.run).rejects.toBe(refusal);
  expect(recording.sink.isClosed).toBe(true);
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 3000 });
});

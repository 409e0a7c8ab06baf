import { expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { JournalChange } from '../../../src/storage/journal.ts';
import { QuotaGuard } from '../../../src/storage/quota.ts';
import { RingFollower } from '../../../src/workers/recorder/ring-follower.ts';
import { RecordingSession } from '../../../src/workers/recorder/session.ts';
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

  override append(bytes: Uint8Array): void {
    if (this.failure) throw this.failure;
    super.append(bytes);
  }

  override flush(): void {
    this.flushedSizes.push(this.sizeBytes);
  }

  override close(): void {
    this.isClosed = true;
  }
}

function record(durationS?: number) {
  const { core, arena } = createTestCore();
  const source = new RingSource(core, arena, 65_536);
  source.setStart(START_MS);
  const sink = new DiskFile();
  const writer = new JlsWriter(jlsWorkspace(), sink);
  const clock = new ManualClock(START_MS);
  const disk = { freeBytes: 1000 * MB };
  let reserveFailure: Error | undefined;
  const follower = new RingFollower({
    ring: source.ring,
    writer,
    identity: { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '1', firmware: '' },
    signalIds: ['current'],
    reserve: () => {
      if (reserveFailure) throw reserveFailure;
    },
  });
  const row: JournalChange[] = [];
  const session = new RecordingSession({
    follower,
    writer,
    sink,
    guard: new QuotaGuard(4000, () => Promise.resolve({ usedBytes: 0, quotaBytes: disk.freeBytes })),
    clock,
    durationS,
    record: (change) => {
      row.push(change);
      return Promise.resolve();
    },
  });
  const run = session.run();
  return {
    source,
    sink,
    disk,
    session,
    run,
    row,
    /** Lets the instrument stream for a while, in steps of 100 ms. */
    stream: async (seconds: number) => {
      for (let i = 0; i < seconds * 10; i++) {
        source.append(RING_RATE_HZ / 10);
        await clock.advance(100);
      }
    },
    refuseRoom: (error: Error) => {
      reserveFailure = error;
    },
    recordedSamples: async () => {
      const reader = await openFile(sink, jlsWorkspace());
      return { isRecovered: reader.isRecovered, count: reader.store.signals()[0]!.endSample };
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
    note: undefined,
    durationS: 3.5,
    sizeBytes: recording.sink.sizeBytes,
    missingSampleCount: 0,
  });
  expect(recording.sink.isClosed).toBe(true);
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 3500 });
});

test('ends by itself after the chosen duration', async () => {
  const recording = record(1.25);
  await recording.stream(2);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', note: undefined, durationS: 1.25 });
  expect(await recording.recordedSamples()).toEqual({ isRecovered: false, count: 1250 });
});

test('closes cleanly before the storage is full, and says why', async () => {
  const recording = record();
  await recording.stream(2);
  recording.disk.freeBytes = 10 * MB;
  await recording.stream(2);
  await recording.run;
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', note: expect.stringContaining('10 MB left') });
  const { isRecovered, count } = await recording.recordedSamples();
  expect(isRecovered).toBe(false);
  expect(count).toBeGreaterThanOrEqual(2000);
});

test('closes cleanly when the browser refuses room that it had promised', async () => {
  const recording = record();
  await recording.stream(1);
  recording.refuseRoom(new LabError('storage/quota', 'full'));
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
  expect(recording.row.at(-1)).toMatchObject({ state: 'finished', note: expect.stringContaining('away') });
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
    note: expect.stringContaining('The disk failed.'),
  });
  expect(recording.sink.isClosed).toBe(true);
  const { isRecovered, count } = await recording.recordedSamples();
  expect(isRecovered).toBe(true);
  expect(count).toBeGreaterThan(8000);
});

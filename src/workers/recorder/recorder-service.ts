// The worker's side of a recording: private file, journal row and lock around a session. Dedicated workers only.

import { assert } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import { type AttachedChannels, attachChannels } from '../../core/channel-set.ts';
import { createWorkspace } from '../../core/workspace.ts';
import { JlsWriter, jlsWriterWorkspaceBytes } from '../../formats/jls/v2/writer.ts';
import type { StreamSignal, ValueSignal } from '../../model/channel.ts';
import { Journal } from '../../storage/journal.ts';
import { type FoundRoom, QuotaGuard } from '../../storage/quota.ts';
import { RecordingFiles } from '../../storage/recording-files.ts';
import { takeRecordingLock } from '../../storage/recording-lock.ts';
import { recordedName, spareName } from '../../storage/recovery.ts';
import { SpareRoom } from '../../storage/spare-room.ts';
import { openSyncFile, openSyncHandle, type SyncFile } from '../../storage/sync-file.ts';
import type { RecordedSource, RecorderApi, RecordingJob } from './protocol.ts';
import { closingBytes, recordingBytesPerSecond } from './ring-follower.ts';
import { RecordingSession } from './session.ts';
import { SourceFollower } from './source-follower.ts';
import { chosenSignals } from './stream-set.ts';
import { chosenValues, valueBytesPerSecond, valueClosingBytes } from './value-follower.ts';

/** A source with this thread's handles on its channels, and what was chosen of them. */
interface Attached extends RecordedSource, Pick<AttachedChannels, 'rings' | 'values'> {
  readonly streamed: readonly StreamSignal[];
  readonly valued: readonly ValueSignal[];
}

export class RecorderService implements Omit<RecorderApi, 'repair'> {
  #session: RecordingSession | undefined;
  #ended: Promise<void> | undefined;

  async start(job: RecordingJob): Promise<void> {
    assert(!this.#ended, 'a recorder worker makes one recording');
    const sources = job.sources.map(attach);
    const files = await RecordingFiles.open();
    const journal = new Journal(files);
    const release = await takeRecordingLock(job.id);
    assert(release, 'a new recording has its lock to itself');
    const place = new RecordingPlace(files, job.id);
    try {
      const signals = sources.flatMap(({ streamed }) => streamed);
      const valueCount = sources.reduce((sum, { valued }) => sum + valued.length, 0);
      const endBytes = closingBytes(signals) + valueClosingBytes(valueCount);
      const { file, found } = await place.open(endBytes);
      const bytesPerSecond = recordingBytesPerSecond(signals) + valueBytesPerSecond(valueCount);
      const guard = new QuotaGuard({ bytesPerSecond, found });
      await guard.requireStart(job.durationS);
      const workspace = createWorkspace(
        job.sources[0]!.channelSet.seed.module,
        jlsWriterWorkspaceBytes(signals.length + valueCount),
      );
      // what the browser says may be worth nothing
      file.reserve(endBytes);
      const writer = new JlsWriter(workspace, file);
      const followers = follow(sources, writer, file);
      await journal.add({
        id: job.id,
        fileName: job.fileName,
        storedName: recordedName(job.id),
        state: 'recording',
        startedUnixMs: job.startedUnixMs,
        durationS: 0,
        sizeBytes: file.sizeBytes,
        missingSampleCount: 0,
        recorderLostSampleCount: 0,
        sources: job.sources.map(({ label }) => label),
        isInMemory: found.isInMemory,
        leftBytes: found.leftBytes,
        endedBy: undefined,
        note: undefined,
      });
      this.#session = new RecordingSession({
        sources: followers,
        writer,
        sink: file,
        guard,
        clock: systemClock,
        durationS: job.durationS,
        requireThere: () => file.requireThere(),
        record: (change) => journal.update(job.id, change),
      });
      // Of one that rejects nothing may be touched any more, or the next start of the page sees to it.
      this.#ended = this.#session
        .run()
        .then(() => place.removeSpare())
        .finally(() => {
          release();
          journal.announce();
          journal.close();
        });
      this.#ended.catch(() => undefined); // told to whoever waits for the end
    } catch (error) {
      await place.clear();
      release();
      journal.close();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#session?.stop();
    return Promise.resolve();
  }

  async ended(): Promise<void> {
    await this.#ended;
  }
}

/** The files of one recording. */
class RecordingPlace {
  readonly #files: RecordingFiles;
  readonly #id: string;
  #spare: SpareRoom | undefined;
  #file: SyncFile | undefined;

  constructor(files: RecordingFiles, id: string) {
    this.#files = files;
    this.#id = id;
  }

  async open(spareBytes: number): Promise<{ readonly file: SyncFile; readonly found: FoundRoom }> {
    const spareFile = await this.#files.create(spareName(this.#id));
    const spare = await SpareRoom.take(() => openSyncHandle(spareFile), spareBytes);
    this.#spare = spare;
    const file = await openSyncFile(await this.#files.create(recordedName(this.#id)), { spare });
    this.#file = file;
    return { file, found: spare.found };
  }

  removeSpare(): Promise<void> {
    this.#spare?.release();
    return this.#files.remove(spareName(this.#id));
  }

  /** As if nothing had been. */
  async clear(): Promise<void> {
    this.#file?.close();
    await this.removeSpare();
    await this.#files.remove(recordedName(this.#id));
  }
}

function attach(source: RecordedSource): Attached {
  const { rings, values } = attachChannels(source.channelSet);
  const streamed = chosenSignals(rings, source.signalIds);
  const valued = values.flatMap((channel) => chosenValues(channel, source.signalIds));
  if (streamed.length + valued.length > 0) return { ...source, rings, values, streamed, valued };
  throw new LabError(
    'run/state',
    `Recording did not start: no signal of ${source.label} was chosen. Choose at least one, or leave it out.`,
  );
}

function follow(sources: readonly Attached[], writer: JlsWriter, file: SyncFile): readonly SourceFollower[] {
  const nowMs = systemClock.nowMs();
  const startUtc = utcFromUnixMs(systemClock.unixMs());
  let firstJlsId = 1;
  return sources.map(({ rings, values, identity, signalIds, streamed, valued }, index) => {
    const follower = new SourceFollower({
      rings,
      values: { channels: values, startUtc },
      identity,
      signalIds,
      writer,
      sourceId: index + 1,
      firstJlsId,
      reserve: (lengthBytes) => file.reserve(lengthBytes),
      nowMs,
    });
    firstJlsId += streamed.length + valued.length;
    return follower;
  });
}

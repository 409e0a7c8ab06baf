// The worker's side of a recording: private file, journal row and lock around a session. Dedicated workers only.

import { assert } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { attachChannels } from '../../core/channel-set.ts';
import { createWorkspace } from '../../core/workspace.ts';
import { JlsWriter, jlsWriterWorkspaceBytes } from '../../formats/jls/v2/writer.ts';
import { openDatabase } from '../../storage/database.ts';
import { Journal } from '../../storage/journal.ts';
import { QuotaGuard } from '../../storage/quota.ts';
import { RecordingFiles } from '../../storage/recording-files.ts';
import { takeRecordingLock } from '../../storage/recording-lock.ts';
import { recordedName } from '../../storage/recovery.ts';
import { openSyncFile, type SyncFile } from '../../storage/sync-file.ts';
import type { RecorderApi, RecordingJob } from './protocol.ts';
import { RingFollower, recordingBytesPerSecond } from './ring-follower.ts';
import { RecordingSession } from './session.ts';

export class RecorderService implements Omit<RecorderApi, 'repair'> {
  #session: RecordingSession | undefined;
  #ended: Promise<void> | undefined;

  async start(job: RecordingJob): Promise<void> {
    assert(!this.#ended, 'a recorder worker makes one recording');
    const ring = attachChannels(job.stream).rings[0]!;
    const signals = ring.signals.filter(({ id }) => job.signalIds.includes(id));
    if (signals.length === 0) {
      throw new LabError('run/state', 'Recording did not start: no signal was chosen. Choose at least one.');
    }
    const guard = new QuotaGuard(recordingBytesPerSecond(signals));
    await guard.requireStart();
    const [journal, files] = await Promise.all([
      openDatabase().then((database) => new Journal(database)),
      RecordingFiles.open(),
    ]);
    const release = await takeRecordingLock(job.id);
    assert(release, 'a new recording has its lock to itself');
    const storedName = recordedName(job.id);
    let sink: SyncFile | undefined;
    try {
      const file = await openSyncFile(await files.create(storedName));
      sink = file;
      const workspace = createWorkspace(job.stream.seed.module, jlsWriterWorkspaceBytes(signals.length));
      file.reserve(0);
      const writer = new JlsWriter(workspace, file);
      const follower = new RingFollower({
        ring,
        writer,
        identity: job.identity,
        signalIds: job.signalIds,
        reserve: (lengthBytes) => file.reserve(lengthBytes),
      });
      await journal.add({
        id: job.id,
        fileName: job.fileName,
        storedName,
        state: 'recording',
        startedUnixMs: job.startedUnixMs,
        durationS: 0,
        sizeBytes: file.sizeBytes,
        missingSampleCount: 0,
        recorderLostSampleCount: 0,
        sources: [job.source],
        note: undefined,
      });
      this.#session = new RecordingSession({
        follower,
        writer,
        sink: file,
        guard,
        clock: systemClock,
        durationS: job.durationS,
        record: (change) => journal.update(job.id, change),
      });
      this.#ended = this.#session.run().finally(() => {
        release();
        journal.close();
      });
    } catch (error) {
      sink?.close();
      await files.remove(storedName);
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

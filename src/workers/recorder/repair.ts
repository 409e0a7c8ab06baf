// Repairs an interrupted recording: what can be read goes into a new file, which then takes the old one's place.

import { LabError } from '../../base/errors.ts';
import { createWorkspace } from '../../core/workspace.ts';
import { openFile } from '../../formats/detect.ts';
import { rewriteAsJls } from '../../formats/jls/v2/rewrite.ts';
import { JlsWriter, jlsWriterWorkspaceBytes } from '../../formats/jls/v2/writer.ts';
import { openDatabase } from '../../storage/database.ts';
import { Journal } from '../../storage/journal.ts';
import { RecordingFiles } from '../../storage/recording-files.ts';
import { withRecordingLock } from '../../storage/recording-lock.ts';
import { repairedName } from '../../storage/recovery.ts';
import { openSyncFile } from '../../storage/sync-file.ts';

const READER_WORKSPACE_BYTES = 32 * 2 ** 20;
/** Room for definitions, summaries and the file's end beside the samples. */
const MARGIN_BYTES = 4 * 2 ** 20;

/** Dedicated workers only. Rejects with `format/*` when nothing can be read, `storage/quota` without room for a copy. */
export async function repairRecording(id: string, coreModule: WebAssembly.Module): Promise<void> {
  const [journal, files] = await Promise.all([
    openDatabase().then((database) => new Journal(database)),
    RecordingFiles.open(),
  ]);
  try {
    const isRepaired = await withRecordingLock(id, async () => {
      const { storedName } = await journal.get(id);
      const newName = repairedName(id);
      try {
        const figures = await copyRecording(files, storedName, newName, coreModule);
        await journal.update(id, {
          ...figures,
          state: 'finished',
          storedName: newName,
          note: 'Repaired after it was interrupted.',
        });
      } catch (error) {
        await files.remove(newName);
        throw error;
      }
      // From here on the old file has no row; what a crash leaves of it, recovery removes.
      await files.remove(storedName);
      return true;
    });
    if (!isRepaired)
      throw new LabError('run/state', 'This recording is in use, perhaps in another tab. Try again later.');
  } finally {
    journal.close();
  }
}

async function copyRecording(
  files: RecordingFiles,
  storedName: string,
  newName: string,
  coreModule: WebAssembly.Module,
): Promise<{ durationS: number; sizeBytes: number }> {
  const source = await openSyncFile(await files.get(storedName));
  try {
    const reader = await openFile(source, createWorkspace(coreModule, READER_WORKSPACE_BYTES));
    const signals = reader.store.signals();
    const sink = await openSyncFile(await files.create(newName));
    try {
      sink.reserve(MARGIN_BYTES);
      const writer = new JlsWriter(createWorkspace(coreModule, jlsWriterWorkspaceBytes(signals.length)), sink);
      await rewriteAsJls(reader, writer, (lengthBytes) => sink.reserve(2 * lengthBytes + MARGIN_BYTES));
      writer.close();
      const durationS = Math.max(0, ...signals.map(({ endSample, sampleRateHz }) => endSample / sampleRateHz));
      return { durationS, sizeBytes: sink.sizeBytes };
    } finally {
      sink.close();
    }
  } finally {
    source.close();
  }
}

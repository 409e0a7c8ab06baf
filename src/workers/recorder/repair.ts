// Repairs an interrupted recording: what can be read goes into a new file, which then takes the old one's place.

import { formatElapsed } from '../../base/duration.ts';
import { LabError } from '../../base/errors.ts';
import { formatBytes } from '../../base/si.ts';
import { createWorkspace } from '../../core/workspace.ts';
import { JLS_READER_WORKSPACE_BYTES } from '../../formats/jls/v2/reader.ts';
import { repairJlsV2 } from '../../formats/jls/v2/repair.ts';
import { jlsWriterWorkspaceBytes } from '../../formats/jls/v2/writer.ts';
import { Journal } from '../../storage/journal.ts';
import { RecordingFiles } from '../../storage/recording-files.ts';
import { withRecordingLock } from '../../storage/recording-lock.ts';
import { repairedName } from '../../storage/recovery.ts';
import { openSyncFile } from '../../storage/sync-file.ts';

/** More than the definitions that our recorder makes. */
const MAX_SIGNAL_COUNT = 64;

/** Dedicated workers only. Rejects with `format/*` when nothing can be read, `storage/quota` without room for a copy. */
export async function repairRecording(id: string, coreModule: WebAssembly.Module): Promise<void> {
  const files = await RecordingFiles.open();
  const journal = new Journal(files);
  try {
    const isRepaired = await withRecordingLock(id, async () => {
      const { storedName, note } = await journal.get(id);
      const newName = repairedName(id);
      try {
        const figures = await copyRecording(files, storedName, newName, coreModule);
        await journal.update(id, {
          ...figures,
          state: 'finished',
          storedName: newName,
          note: [note, `Repaired: ${formatElapsed(figures.durationS)}, ${formatBytes(figures.sizeBytes)}.`]
            .join(' ')
            .trim(),
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
  const workspaceBytes = JLS_READER_WORKSPACE_BYTES + jlsWriterWorkspaceBytes(MAX_SIGNAL_COUNT);
  const source = await openSyncFile(await files.get(storedName));
  try {
    const sink = await openSyncFile(await files.create(newName));
    try {
      const { signals } = await repairJlsV2(source, sink, createWorkspace(coreModule, workspaceBytes));
      const durationS = Math.max(0, ...signals.map((signal) => signal.durationS));
      return { durationS, sizeBytes: sink.sizeBytes };
    } finally {
      sink.close();
    }
  } finally {
    source.close();
  }
}

// A bundle: the data in their own family of formats, and what they are as JSON, in one zip. The data are put aside
// first, because they may be larger than the memory.

import type { Workspace } from '../../core/workspace.ts';
import type { ExportOptions } from '../export/selection.ts';
import { MemoryFile } from '../memory-file.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink, RandomAccess } from '../source.ts';
import { exportFile } from '../writers.ts';
import { writeZip } from './writer.ts';

export interface Bundle {
  /** Of the folder in the zip, and of the data in it, without extension. */
  readonly name: string;
  readonly modifiedUnixMs: number;
  /** Where the data wait: empty, readable, removed by whoever made it. */
  readonly stage: AppendSink & RandomAccess;
  /** JSON that goes beside the data, once it is known what was written. */
  readonly describe: (notes: readonly string[]) => string;
}

/** Something in the selection has a time for each sample, which JLS does not keep. */
function hasStamped({ store }: FormatReader, { signalIds }: ExportOptions): boolean {
  const chosen = store.signals().filter(({ id }) => signalIds?.includes(id) ?? true);
  return chosen.some(({ timing }) => timing === 'stamped');
}

/** Half of the progress is the data, half the zip. Leaves `sink` open. Returns what was done, in sentences. */
export async function writeBundle(
  reader: FormatReader,
  sink: AppendSink,
  workspace: Workspace,
  { name, modifiedUnixMs, stage, describe }: Bundle,
  options: ExportOptions,
): Promise<readonly string[]> {
  const { onProgress, ...rest } = options;
  const extension = reader.events ? 'mimo' : hasStamped(reader, options) ? 'h5' : 'jls';
  const { notes } = await exportFile(reader, extension, stage, workspace, {
    ...rest,
    ...(onProgress && { onProgress: (done, total) => onProgress(done, 2 * total) }),
  });
  stage.flush();
  const info = new MemoryFile(new TextEncoder().encode(`${describe(notes)}\n`));
  await writeZip(
    [
      { name: `${name}/${name}.${extension}`, content: stage, isStored: true, modifiedUnixMs },
      { name: `${name}/info.json`, content: info, isStored: false, modifiedUnixMs },
    ],
    sink,
    { ...(onProgress && { onProgress: (done, total) => onProgress(total + done, 2 * total) }) },
  );
  return [...notes, `Bundled as ${name}.${extension} with info.json.`];
}

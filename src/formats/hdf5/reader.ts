// Opens an HDF5 file: its numeric datasets are signals, those of several dimensions one per channel. Axes give the places
// of the samples and are no signals themselves; single values and texts are what the file says of its making.

import { FormatError } from '../../base/errors.ts';
import { uniqueId } from '../../base/unique-id.ts';
import type { Workspace } from '../../core/workspace.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import type { Content } from './content.ts';
import { type Hdf5, hdf5Error, loadHdf5, MAX_HDF5_BYTES } from './library.ts';
import { Mounted } from './mounted.ts';
import { metadataOf, startOf } from './scalars.ts';
import { readSignals } from './signals.ts';
import { walkTree } from './tree.ts';

/** Other files that are looked for. */
const MAX_NEIGHBOURS = 64;
/** With this MATLAB begins the block in front of what is HDF5. */
const MATLAB = 'MATLAB 7.3 MAT-file';

/**
 * Rejects with a FormatError when the file is too large for the library or has no numbers, and with the error of a read of
 * it that failed.
 */
export async function openHdf5(
  source: RandomAccess,
  _workspace?: Workspace,
  context: OpenContext = NO_CONTEXT,
): Promise<FormatReader> {
  if (source.sizeBytes > MAX_HDF5_BYTES) {
    throw new FormatError(
      'format/unsupported',
      `HDF5 files of more than ${MAX_HDF5_BYTES / 2 ** 20} MiB are not read in a browser. Cut it with another program.`,
      0,
    );
  }
  const hdf5 = await loadHdf5();
  const mounted = new Mounted(hdf5);
  try {
    // no link to another file may lead here
    const path = await mounted.add(`${uniqueId()}.h5`, source);
    let file = new hdf5.File(path, 'r');
    const neighbours = new Map<string, InstanceType<Hdf5['File']>>();
    const close = () => {
      for (const open of [file, ...neighbours.values()]) open.close();
      mounted.remove();
    };
    const content = (): Content => ({ hdf5, file, neighbours, mounted, diagnostics: [], attributes: new Map() });
    try {
      for (const name of otherNames(walkTree(content()).otherFiles)) {
        const other = await context.neighbour(name.split(/[/\\]/).at(-1)!);
        if (!other || mounted.sizeBytes + other.sizeBytes > MAX_HDF5_BYTES) continue;
        const opened = openedFile(hdf5, await mounted.add(name, other));
        if (opened) neighbours.set(name, opened);
      }
      if (neighbours.size > 0) {
        // what it pointed to in vain it finds now
        file.close();
        file = new hdf5.File(path, 'r');
      }
      const reader = await openContent(content(), context, await isMatlab(source, content()), close);
      // what the library could not read was taken for damaged
      if (mounted.firstReadError) throw mounted.firstReadError;
      return reader;
    } catch (error) {
      for (const open of [file, ...neighbours.values()]) open.close();
      throw error;
    }
  } catch (error) {
    mounted.remove();
    throw hdf5Error(mounted.firstReadError ?? error);
  }
}

/** Undefined when it is no HDF5 file: then what points to it is told as missing. */
function openedFile({ File }: Hdf5, path: string): InstanceType<Hdf5['File']> | undefined {
  try {
    const file = new File(path, 'r');
    return file.file_id < 0n ? undefined : file;
  } catch {
    // the same for whoever looks for something in it
    return undefined;
  }
}

/** Names that lie in the folder of the file or below it. */
function otherNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^(?!\/)(?!.*\.\.)[^\0]+$/.test(name)).slice(0, MAX_NEIGHBOURS);
}

async function openContent(
  content: Content,
  context: OpenContext,
  isFromMatlab: boolean,
  close: () => void,
): Promise<FormatReader> {
  const { diagnostics } = content;
  const tree = walkTree(content);
  const { signals, originUtc, reading } = await readSignals(content, tree, context.choice, startOf(content, tree));
  const metadata = metadataOf(content, tree);
  if (!content.mounted.canReadTexts) {
    diagnostics.push({
      severity: 'warning',
      code: 'hdf5/texts',
      message: 'Texts of this file are damaged and not read: units and time axes may be missing.',
    });
  }
  return createPlainReader({
    format: 'hdf5',
    label: isFromMatlab ? 'MATLAB 7.3' : 'HDF5',
    version: '',
    signals,
    diagnostics,
    metadata,
    reading,
    originUtc,
    isRecovered: diagnostics.some(({ code }) => code === 'hdf5/damaged' || code === 'hdf5/texts'),
    close,
  });
}

/** By the text in front, or by the class that MATLAB gives to every variable. */
async function isMatlab(source: RandomAccess, { file }: Content): Promise<boolean> {
  const head = await source.read(0, Math.min(MATLAB.length, source.sizeBytes));
  if (String.fromCharCode(...head) === MATLAB) return true;
  const first = file.keys().find((name) => !name.startsWith('#'));
  const object = first === undefined ? undefined : file.get(first);
  return !!object && 'attrs' in object && 'MATLAB_class' in object.attrs;
}

// Opens an HDF5 file: its numeric datasets are signals, those of several dimensions one per channel. Axes give the places
// of the samples and are no signals themselves; single values and texts are what the file says of its making.

import { FormatError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import type { Content } from './content.ts';
import { heapStarts, isHeapWhole } from './global-heap.ts';
import { hdf5Error, loadHdf5, MAX_HDF5_BYTES, temporaryName } from './library.ts';
import { metadataOf, startOf } from './scalars.ts';
import { readSignals } from './signals.ts';
import { walkTree } from './tree.ts';

/** Bytes copied into the library at a time. */
const COPY_BYTES = 1 << 22;
/** With this MATLAB begins the block in front of what is HDF5. */
const MATLAB = 'MATLAB 7.3 MAT-file';

/** Rejects with a FormatError when the file is too large for the library or has no numbers. */
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
  const name = temporaryName();
  const stream = hdf5.files.open(name, 'w');
  let canReadTexts = true;
  for (let offset = 0; offset < source.sizeBytes; offset += COPY_BYTES) {
    const bytes = await source.read(offset, Math.min(COPY_BYTES, source.sizeBytes - offset));
    hdf5.files.write(stream, bytes, 0, bytes.length, offset);
    for (const start of heapStarts(bytes)) canReadTexts &&= await isHeapWhole(source, offset + start);
  }
  hdf5.files.close(stream);
  const remove = () => hdf5.files.unlink(name);
  try {
    const file = new hdf5.File(name, 'r');
    const close = () => {
      file.close();
      remove();
    };
    try {
      const { sizeBytes } = source;
      const content = { hdf5, file, sizeBytes, canReadTexts, diagnostics: [], attributes: new Map() };
      return openContent(content, context, await isMatlab(source, content), close);
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (error) {
    remove();
    throw hdf5Error(error);
  }
}

function openContent(content: Content, context: OpenContext, isFromMatlab: boolean, close: () => void): FormatReader {
  const { diagnostics } = content;
  if (!content.canReadTexts) {
    diagnostics.push({
      severity: 'warning',
      code: 'hdf5/texts',
      message: 'The texts of this file are damaged and not read: units and time axes may be missing.',
    });
  }
  const tree = walkTree(content);
  const { signals, originUtc, reading } = readSignals(content, tree, context.choice, startOf(content, tree));
  return createPlainReader({
    format: 'hdf5',
    label: isFromMatlab ? 'MATLAB 7.3' : 'HDF5',
    version: '',
    signals,
    diagnostics,
    metadata: metadataOf(content, tree),
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

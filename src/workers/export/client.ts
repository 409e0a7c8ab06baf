// Exports as the page sees them: asks where, has a worker write the file, and puts it there. Page only.

import { LabError, throwIfAborted } from '../../base/errors.ts';
import { uniqueId } from '../../base/unique-id.ts';
import { hasChannelSet } from '../../core/channel-set.ts';
import { WRITE_ROWS } from '../../formats/writers.ts';
import type {
  Exported,
  ExportFormat,
  ExportJob,
  ExportProgress,
  ExportsPort,
  PlacedInstrument,
} from '../../model/ports.ts';
import { browserSaveHost, pickPlace, type SaveHost } from '../../storage/save.ts';
import { ScratchFiles } from '../../storage/scratch-files.ts';
import { runExport } from './export-worker.ts';
import type { ExportedInstrument, ExportOrigin } from './protocol.ts';

/** Part of the progress bar that the copy to the user's place takes. */
const COPY_PART = 0.1;

export class ExportsClient implements ExportsPort {
  readonly formats: readonly ExportFormat[] = WRITE_ROWS;
  readonly #coreModule: Promise<WebAssembly.Module>;
  readonly #host: SaveHost;

  /** `installRpc` must have run on this page. */
  constructor(coreModule: Promise<WebAssembly.Module>, host: SaveHost = browserSaveHost) {
    this.#coreModule = coreModule;
    this.#host = host;
  }

  async run(job: ExportJob, onProgress: ExportProgress, signal: AbortSignal): Promise<Exported | undefined> {
    const { source: _, ...rest } = job;
    const origin = originOf(job);
    // first of all: the browser asks only as long as the click is fresh
    const place = await pickPlace(job.fileName, this.#host);
    if (!place) return undefined;
    const coreModule = await this.#coreModule;
    const scratch = await ScratchFiles.open();
    await scratch?.removeOld(job.nowUnixMs);
    throwIfAborted(signal, 'The export');
    const id = uniqueId();
    const toWrite = (fraction: number) => onProgress((1 - COPY_PART) * fraction);
    try {
      const { content, notes } = await runExport({ origin, job: rest, id }, coreModule, toWrite, signal);
      const written = new File([content], job.fileName, { lastModified: job.nowUnixMs });
      const toCopy = ({ doneBytes }: { doneBytes: number }) =>
        onProgress(1 - COPY_PART + COPY_PART * (doneBytes / Math.max(1, written.size)));
      await place.save({ content: written, onProgress: toCopy, signal });
      const file = await place.read();
      // a download is read from the private file, which is removed another day
      if (file) await scratch?.remove(id);
      return { file: file ?? written, notes };
    } catch (error) {
      await scratch?.discard(id);
      throw error;
    }
  }
}

/** Of several instruments those that something is taken from. */
function originOf({ source, signalIds, annotations }: ExportJob): ExportOrigin {
  if (source.kind === 'file') return { kind: 'file', file: source.file, company: source.company ?? {} };
  if (source.kind === 'records') return source;
  const ids = [...signalIds, ...annotations.map(({ signalId }) => signalId)];
  const taken = source.instruments.filter(({ prefix }) => ids.some((id) => id.startsWith(prefix)));
  return { kind: 'instruments', instruments: taken.map(exportedInstrument) };
}

function exportedInstrument({ instrument, held, prefix, offsetS }: PlacedInstrument): ExportedInstrument {
  const { choice, status } = instrument;
  if (!hasChannelSet(instrument)) {
    throw new LabError('run/state', `${choice.label} does not stream, so there is nothing to export.`);
  }
  const identity = status.identity ?? {
    model: choice.model,
    vendor: '',
    serialNumber: choice.serialNumber,
    firmware: '',
  };
  const { channelSet } = held && hasChannelSet(held) ? held : instrument;
  return { channelSet, identity, prefix, offsetS };
}

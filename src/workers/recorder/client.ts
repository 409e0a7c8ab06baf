// Recordings as the page sees them: the journal for what is, recorder workers for what is being made. Page only.

import { type Clock, delay } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { uniqueId } from '../../base/unique-id.ts';
import { attachChannels, type ChannelSet, channelsOf, hasChannelSet } from '../../core/channel-set.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import { isRecordable, valueSignals } from '../../model/channel.ts';
import type {
  CopyProgress,
  RecordingEntry,
  RecordingOptions,
  RecordingSource,
  RecordingsPort,
  StorageEstimate,
} from '../../model/ports.ts';
import { storageError } from '../../storage/io-errors.ts';
import { Journal, type JournalRow } from '../../storage/journal.ts';
import { browserPageEnds, PageEnds } from '../../storage/page-ends.ts';
import { requestPersistence } from '../../storage/persistence.ts';
import { estimateStorage } from '../../storage/quota.ts';
import { RecordingFiles } from '../../storage/recording-files.ts';
import { isRecordingLocked, recordingReleased, withRecordingLock } from '../../storage/recording-lock.ts';
import { recoverRecordings } from '../../storage/recovery.ts';
import { saveCopy } from '../../storage/save.ts';
import type { RecordedSource } from './protocol.ts';
import { RecorderWorker, repairRecording } from './recorder-worker.ts';

interface Place {
  readonly journal: Journal;
  readonly files: RecordingFiles;
}

/** A recording of this page, from the wish to record. */
class OwnRecording {
  worker: RecorderWorker | undefined;
  isOver = false;
  /** Resolves when nothing of it runs any more: it did not start, it ended, or its worker died. */
  readonly over: Promise<void>;
  #end: () => void = () => undefined;

  constructor() {
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  end(): void {
    this.isOver = true;
    this.#end();
  }
}

/** What was begun and is not wanted has this long to go. */
const CLEAR_LIMIT_MS = 5000;
/** More instruments than this are counted in the name of the file, not named. */
const MAX_NAMED = 2;

export class RecordingsClient implements RecordingsPort {
  readonly #coreModule: Promise<WebAssembly.Module>;
  readonly #clock: Clock;
  readonly #own = new Map<string, OwnRecording>();
  readonly #watched = new Set<string>();
  /** Ends of recordings of this page that no row tells: it could not be written, or its file was taken away. */
  readonly #untold = new Map<string, RecordingEntry>();
  readonly #pageEnds = new PageEnds(browserPageEnds());
  readonly #listeners = new Set<() => void>();
  #place: Promise<Place> | undefined;

  /** `installRpc` must have run on this page. Storage is opened, and crashes looked for, on first use. */
  constructor(coreModule: Promise<WebAssembly.Module>, clock: Clock) {
    this.#coreModule = coreModule;
    this.#clock = clock;
    window.addEventListener('pagehide', () => this.#pageEnds.left([...this.#own.keys()]));
  }

  async start({ sources, durationS }: RecordingOptions): Promise<RecordingEntry> {
    const recorded = sources.map(recordedSource);
    if (new Set(sources.map(({ instrument }) => instrument)).size < sources.length) {
      throw new LabError('run/state', 'Recording did not start: an instrument is named twice. Name each once.');
    }
    const { journal } = await this.#open();
    const startedUnixMs = this.#clock.unixMs();
    const id = uniqueId();
    const own = new OwnRecording();
    this.#own.set(id, own);
    try {
      const fileName = `${fileTime(startedUnixMs)}_${namesOf(recorded)}.jls`;
      const job = { id, fileName, startedUnixMs, sources: recorded, durationS };
      const worker = await RecorderWorker.start(job, this.#clock);
      if (!(await isRecordingLocked(id))) throw await this.#unguarded(id, worker);
      own.worker = worker;
      this.#pageEnds.began(id);
      const begun = await journal.get(id);
      worker.ended.catch((error: unknown) => this.#endUntold(begun, toError(error))).finally(() => own.end());
    } catch (error) {
      own.end();
      this.#own.delete(id);
      throw error;
    }
    void this.#watch(id);
    // Without it the browser may clear recordings when the disk gets full; it may say no.
    void requestPersistence();
    return this.#entry(await journal.get(id));
  }

  async stop(id: string): Promise<RecordingEntry> {
    const { journal } = await this.#open();
    const worker = this.#own.get(id)?.worker;
    if (worker) {
      worker.requestStop();
      await worker.ended.catch((error: unknown) => {
        // An end that the list tells is told like any other.
        if (!this.#untold.has(id)) throw error;
      });
    } else if ((await journal.get(id)).state === 'recording') {
      throw new LabError('run/state', 'This recording runs in another tab. Stop it there.');
    }
    return this.#untold.get(id) ?? this.#entry(await journal.get(id));
  }

  async list(): Promise<readonly RecordingEntry[]> {
    const { journal } = await this.#open();
    const rows = await journal.list();
    for (const { id, state } of rows) if (state === 'recording') void this.#watch(id);
    const listed = rows.map((row) => this.#untold.get(row.id) ?? this.#entry(row));
    const gone = [...this.#untold.values()].filter(({ id }) => !rows.some((row) => row.id === id));
    return [...gone, ...listed];
  }

  async repair(id: string): Promise<RecordingEntry> {
    const { journal } = await this.#open();
    await repairRecording(id, await this.#coreModule);
    this.#untold.delete(id);
    return this.#entry(await journal.get(id));
  }

  async remove(id: string): Promise<void> {
    const { journal, files } = await this.#open();
    if (this.#untold.delete(id) && !(await journal.list()).some((row) => row.id === id)) return;
    const isRemoved = await withRecordingLock(id, async () => {
      // The file first: a row without a file can be removed again, a file without a row would be adopted.
      await files.remove((await journal.get(id)).storedName);
      await journal.remove(id);
      return true;
    });
    if (!isRemoved) throw this.#inUse(id);
  }

  async rename(id: string, fileName: string): Promise<void> {
    const { journal } = await this.#open();
    await journal.update(id, { fileName });
  }

  async file(id: string): Promise<File> {
    const { journal, files } = await this.#open();
    const { fileName, storedName, startedUnixMs, state } = await journal.get(id);
    if (state === 'recording') throw this.#inUse(id);
    const stored = await storedFile(await files.get(storedName));
    return new File([stored], fileName, { lastModified: startedUnixMs });
  }

  async saveAs(id: string, onProgress: (progress: CopyProgress) => void, signal: AbortSignal): Promise<boolean> {
    const content = await this.file(id);
    return saveCopy({ content, fileName: content.name, onProgress, signal });
  }

  estimate(): Promise<StorageEstimate> {
    return estimateStorage();
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All data of the site were cleared, and the locks with them: other tabs would take the recording for a crashed one. */
  async #unguarded(id: string, worker: RecorderWorker): Promise<LabError> {
    const clear = async () => {
      worker.requestStop();
      await worker.ended.catch(() => undefined);
      // who waits for the lock, as the list does, has it for a moment
      await recordingReleased(id);
      await this.remove(id);
    };
    // the storage may fail or answer nothing any more; then the next start of the page sees to what is left
    await Promise.race([clear().catch(() => undefined), delay(this.#clock, CLEAR_LIMIT_MS)]);
    worker[Symbol.dispose]();
    return new LabError(
      'run/state',
      'Recording did not start: the data of this site were cleared while this page was open. Nothing else is lost by that. Export what the live view shows if you need it, then reload the page and record.',
    );
  }

  #inUse(id: string): LabError {
    const where = this.#own.has(id) ? 'is still running. Stop it first.' : 'is in use by another tab. Finish it there.';
    return new LabError('run/state', `This recording ${where} Nothing was changed.`);
  }

  #emit(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Of a recorder that died the row tells, as after a crash. */
  #endUntold(begun: JournalRow, error: Error): void {
    if (!(error instanceof LabError) || !error.code.startsWith('storage/')) return;
    const isGone = error.code === 'storage/gone';
    this.#untold.set(begun.id, {
      ...begun,
      isElsewhere: false,
      state: isGone ? 'failed' : 'interrupted',
      durationS: Number(error.context['durationS'] ?? 0),
      leftBytes: undefined,
      endedBy: 'error',
      sizeBytes: isGone ? 0 : begun.sizeBytes,
      note: error.message,
    });
    this.#emit();
  }

  #entry(row: JournalRow): RecordingEntry {
    return { ...row, isElsewhere: row.state === 'recording' && !this.#own.has(row.id) };
  }

  /** Waits for the end of a recording, here or in another tab, and sees what state it was left in. */
  async #watch(id: string): Promise<void> {
    if (this.#watched.has(id)) return;
    this.#watched.add(id);
    try {
      // what runs here is known without its lock, which goes when the data of the site are cleared
      await this.#own.get(id)?.over;
      await recordingReleased(id);
      const { journal, files } = await this.#open();
      await this.#recover(journal, files);
    } catch (error) {
      // The row stays as it is until the next start; `#endUntold` tells what this page knows.
      if (!(error instanceof LabError)) throw error;
    }
    // As long as its row says that it is recorded, it is recorded here.
    this.#own.delete(id);
    this.#watched.delete(id);
  }

  #recover(journal: Journal, files: RecordingFiles): Promise<unknown> {
    return recoverRecordings(
      journal,
      files,
      (id) =>
        this.#own.has(id) ? 'It was cut off: what recorded it stopped working.' : this.#pageEnds.sentenceFor(id),
      (id) => this.#own.get(id)?.isOver === false,
    );
  }

  #open(): Promise<Place> {
    this.#place ??= this.#openPlace().catch((error: unknown) => {
      this.#place = undefined;
      throw error;
    });
    return this.#place;
  }

  async #openPlace(): Promise<Place> {
    const files = await RecordingFiles.open();
    const journal = new Journal(files);
    journal.onChanged(() => this.#emit());
    await this.#recover(journal, files);
    return { journal, files };
  }
}

async function storedFile(handle: FileSystemFileHandle): Promise<File> {
  try {
    return await handle.getFile();
  } catch (error) {
    throw storageError(error, 'Opening the recording');
  }
}

function recordedSource({ instrument, signalIds }: RecordingSource): RecordedSource {
  const { choice, status } = instrument;
  const channelSet = hasChannelSet(instrument) ? instrument.channelSet : undefined;
  if (!channelSet || !isRecordable(channelsOf(channelSet))) {
    throw new LabError(
      'run/state',
      `${choice.label} streams nothing and has no values: there is nothing to record of it.`,
    );
  }
  const { model, serialNumber } = choice;
  return {
    label: choice.label,
    identity: status.identity ?? { model, vendor: '', serialNumber, firmware: '' },
    channelSet,
    signalIds: signalIds ?? recordedIds(channelSet),
  };
}

/** Of an instrument that streams its streams, of another one its values. */
function recordedIds(channelSet: ChannelSet): readonly string[] {
  if (channelSet.streams.length > 0) return streamingIds(attachChannels(channelSet).rings);
  return valueSignals(channelsOf(channelSet)).map(({ id }) => id);
}

/** Ids of the signals that have samples, or of all while none has: a switched-off one is not recorded. */
function streamingIds(rings: readonly StreamRing[]): readonly string[] {
  const filled = rings.filter(({ endSample }) => endSample > 0);
  return (filled.length > 0 ? filled : rings).flatMap(({ signals }) => signals.map(({ id }) => id));
}

/** Such as `JS110-001636_JS220-002122`. */
function namesOf(sources: readonly RecordedSource[]): string {
  if (sources.length > MAX_NAMED) return `${sources.length}-instruments`;
  return sources.map(({ identity }) => `${identity.model}-${identity.serialNumber}`).join('_');
}

/** Local time as `20260102_030405`. */
function fileTime(unixMs: number): string {
  const date = new Date(unixMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}_${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

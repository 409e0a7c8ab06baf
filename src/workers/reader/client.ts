// Files as the page sees them: each opened by a worker of its own, which ends when the file is closed. Page only.

import { cancelled, FormatError, type LabError, throwIfAborted } from '../../base/errors.ts';
import { whenIdle } from '../../base/idle.ts';
import { fromColumns } from '../../model/annotation-columns.ts';
import type { EventStore } from '../../model/events.ts';
import type { FileCompany, FilesPort, OpenFile } from '../../model/ports.ts';
import type { Reading } from '../../model/reading.ts';
import type { Diagnostic, SignalInfo, SignalStore, StampedAccess, SummaryRequest } from '../../model/signal-store.ts';
import type { SpectrumInfo } from '../../model/spectrum-info.ts';
import { proxy, type Remote, transfer, wrap } from '../rpc.ts';
import { WorkerLink } from '../worker-link.ts';
import type { CompanyOfFile, OpenedFile, ReaderApi, Reply } from './protocol.ts';

/** Files that are open in a fraction of a second, whatever they are, are not worth a look before. */
const LONG_BYTES = 16 * 2 ** 20;
/** How long a page that is never idle waits before it starts a spare reader. */
const SPARE_AFTER_MS = 2000;

/** What a worker is told of a file. */
type FileContent = readonly [content: File, coreModule: WebAssembly.Module, company: CompanyOfFile];

export class FilesClient implements FilesPort {
  readonly #coreModule: Promise<WebAssembly.Module>;
  /** A reader that waits for a file; none before `keepSpare`. */
  #spare: WorkerLink<ReaderApi> | undefined;
  #keepsSpare = false;

  /** `installRpc` must have run on this page. */
  constructor(coreModule: Promise<WebAssembly.Module>) {
    this.#coreModule = coreModule;
  }

  /** From now on, while the page is idle, a worker is started for the file that is opened next: that takes the most time. */
  keepSpare(): void {
    this.#keepsSpare = true;
    this.#prepareSpare();
  }

  /** Aborting terminates the worker, whatever it is doing. */
  async open(file: File, signal?: AbortSignal, company: FileCompany = {}): Promise<OpenFile> {
    const what = `Opening ${file.name}`;
    throwIfAborted(signal, what);
    const coreModule = await this.#coreModule;
    throwIfAborted(signal, what);
    const link = this.#takeReader(file.name);
    const abort = (): void => link[Symbol.dispose]();
    signal?.addEventListener('abort', abort);
    try {
      const { beside = [], neighbours = [], choice = {}, onRead, onBeginning } = company;
      const content = [file, coreModule, { name: file.name, beside, neighbours, choice }] as const;
      if (onBeginning && file.size >= LONG_BYTES) await lookAtBeginning(link, content, onBeginning);
      const opened = await link.call((remote) => remote.open(...content, onRead && proxy(onRead)));
      return new RemoteFile(file, opened, {
        died: link.died,
        call: (use) => link.call(use),
        close: () => link[Symbol.dispose](),
      });
    } catch (error) {
      link[Symbol.dispose]();
      throw signal?.aborted ? cancelled(what) : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (this.#keepsSpare) this.#prepareSpare();
    }
  }

  #takeReader(fileName: string): WorkerLink<ReaderApi> {
    const spare = this.#spare;
    this.#spare = undefined;
    const link = spare && !spare.isOver ? spare : startReader();
    link.what = `The reader of ${fileName}`;
    return link;
  }

  #prepareSpare(): void {
    whenIdle(() => {
      if (this.#spare && !this.#spare.isOver) return;
      this.#spare = startReader();
      // one that cannot start fails again where a file is opened
      this.#spare.call((remote) => remote.prepare()).catch(() => undefined);
    }, SPARE_AFTER_MS);
  }
}

function startReader(): WorkerLink<ReaderApi> {
  return new WorkerLink<ReaderApi>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'reader' }),
    'A reader of files',
  );
}

/** Where it cannot be read, the error of the whole file tells why. */
async function lookAtBeginning(
  link: WorkerLink<ReaderApi>,
  content: FileContent,
  onBeginning: (beginning: OpenFile) => void,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  try {
    const opened = await link.call((remote) => remote.openBeginning(...content, transfer(port2, [port2])));
    if (!opened) return;
    const session = wrap<ReaderApi>(port1);
    const call: Held['call'] = (use) => link.call(() => use(session));
    const close = () => void call((remote) => remote.close()).catch(() => undefined);
    onBeginning(new RemoteFile(content[0], opened, { died: link.died, call, close }));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

/** What holds a file open. */
interface Held {
  readonly died: Promise<LabError>;
  call<T>(use: (remote: Remote<ReaderApi>) => Promise<T>): Promise<T>;
  close(): void;
}

class RemoteFile implements OpenFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly format: string;
  readonly isRecovered: boolean;
  readonly version: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly reading: Reading | undefined;
  readonly store: SignalStore;
  readonly events?: EventStore;
  readonly spectra: readonly SpectrumInfo[] | undefined;
  readonly died: Promise<LabError>;
  readonly #held: Held;
  #diagnostics: readonly Diagnostic[];

  constructor(file: File, opened: Reply<OpenedFile>, held: Held) {
    const { format, isRecovered, version, metadata, reading, originUtc, signals, events, spectra } = opened.value;
    this.name = file.name;
    this.sizeBytes = file.size;
    this.format = format;
    this.isRecovered = isRecovered;
    this.version = version;
    this.metadata = metadata;
    this.reading = reading;
    this.spectra = spectra;
    this.died = held.died;
    this.#held = held;
    this.#diagnostics = opened.diagnostics ?? [];
    const stamped: StampedAccess = {
      samplesIn: (...range) => this.#ask((remote) => remote.stampedSamplesIn(...range)),
      bins: (request) => this.#ask((remote) => remote.stampedBins(request)),
      statistics: (...range) => this.#ask((remote) => remote.stampedStatistics(...range)),
    };
    this.store = {
      originUtc,
      ...(signals.some(({ timing }) => timing === 'stamped') && { stamped }),
      signals: (): readonly SignalInfo[] => signals,
      summary: (request: SummaryRequest) => this.#ask((remote) => remote.summary(request)),
      samples: (signalId, start, end) => this.#ask((remote) => remote.samples(signalId, start, end)),
      statistics: (signalId, start, end, signal) =>
        this.#ask((remote) => remote.statistics(signalId, start, end, signal)),
      annotations: async () => fromColumns(await this.#ask((remote) => remote.annotations())),
    };
    if (events) {
      this.events = { ...events, read: (start, count) => this.#ask((remote) => remote.readEvents(start, count)) };
    }
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  close(): void {
    this.#held.close();
  }

  async #ask<T>(use: (remote: ReaderApi) => Promise<Reply<T>>): Promise<T> {
    // A comlink remote has the same methods, each asynchronous as ours are already.
    const reply = await this.#held.call((remote) => use(remote as unknown as ReaderApi));
    if (reply.diagnostics) this.#diagnostics = reply.diagnostics;
    return reply.value;
  }
}

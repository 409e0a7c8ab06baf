// The worker's side of an open file, without the worker: plain functions that Node tests call too.

import { assert } from '../../base/assert.ts';
import { FormatError, LabError } from '../../base/errors.ts';
import { createWorkspace } from '../../core/workspace.ts';
import { detectFormat, openFile } from '../../formats/detect.ts';
import type { FormatReader } from '../../formats/reader.ts';
import type { OpenContext } from '../../formats/row.ts';
import { type AnnotationColumns, toColumns } from '../../model/annotation-columns.ts';
import type { EventBlock } from '../../model/events.ts';
import type {
  Annotation,
  Diagnostic,
  SampleBlock,
  SampleRange,
  Statistics,
  Summary,
  SummaryRequest,
  TimeBins,
  TimeBinsRequest,
} from '../../model/signal-store.ts';
import { stampedOf } from '../../model/timing.ts';
import { BlobAccess, blobNeighbours } from '../../storage/blob-access.ts';
import { expose, transfer } from '../rpc.ts';
import type { CompanyOfFile, OpenedFile, ReaderApi, Reply } from './protocol.ts';

/** Memory of the core for checksums, packing and reductions of one file. */
const WORKSPACE_BYTES = 32 * 2 ** 20;
/** The same for a file of markers and notes. */
const SIDE_WORKSPACE_BYTES = 8 * 2 ** 20;

export class FileSession implements ReaderApi {
  #reader: FormatReader | undefined;
  /** Markers and notes of files beside this one. */
  readonly #beside: Annotation[] = [];
  readonly #ownDiagnostics: Diagnostic[] = [];
  #reportedCount = 0;

  async prepare(): Promise<void> {
    await import('../../formats/csv/beginning.ts');
  }

  async open(
    content: Blob,
    coreModule: WebAssembly.Module,
    company: CompanyOfFile,
    onRead?: (share: number) => void,
  ): Promise<Reply<OpenedFile>> {
    assert(!this.#reader, 'a reader worker opens one file');
    const context = { ...contextOf(company), ...(onRead && { onRead }) };
    const reader = await openFile(new BlobAccess(content), createWorkspace(coreModule, WORKSPACE_BYTES), context);
    this.#reader = reader;
    for (const side of company.beside) await this.#readBeside(reader, side, coreModule);
    return this.#opened(reader);
  }

  async openBeginning(
    content: Blob,
    coreModule: WebAssembly.Module,
    company: CompanyOfFile,
    port: MessagePort,
  ): Promise<Reply<OpenedFile> | undefined> {
    // bare numbers stand anywhere in a file
    if (company.choice.raw) return undefined;
    const source = new BlobAccess(content);
    const row = await detectFormat(source);
    if (source.sizeBytes < (row.longBytes ?? 0)) return undefined;
    const workspace = createWorkspace(coreModule, WORKSPACE_BYTES);
    const reader = await row.openBeginning?.(source, workspace, contextOf(company));
    if (!reader) return undefined;
    const session = new FileSession();
    session.#reader = reader;
    expose(session, port);
    return session.#opened(reader);
  }

  async close(): Promise<void> {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #opened(reader: FormatReader): Reply<OpenedFile> {
    const { label, isRecovered, version, metadata = {}, reading, store, events, spectra } = reader;
    return this.#reply({
      format: label,
      isRecovered,
      version,
      metadata,
      reading,
      originUtc: store.originUtc,
      signals: store.signals(),
      events: events && {
        eventCount: events.eventCount,
        trailingBytes: events.trailingBytes,
        dataLength: events.dataLength,
        dataFields: events.dataFields,
        metadataFields: events.metadataFields,
      },
      spectra,
    });
  }

  async summary(request: SummaryRequest): Promise<Reply<Summary>> {
    const value = await this.#open.store.summary(request);
    return transfer(this.#reply(value), ownBuffers([value.mean, value.std, value.min, value.max]));
  }

  async samples(signalId: string, start: number, end: number): Promise<Reply<SampleBlock>> {
    const value = await this.#open.store.samples(signalId, start, end);
    return transfer(this.#reply(value), ownBuffers(value.timesS ? [value.values, value.timesS] : [value.values]));
  }

  async statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Reply<Statistics>> {
    return this.#reply(await this.#open.store.statistics(signalId, start, end, signal));
  }

  async stampedSamplesIn(signalId: string, startS: number, endS: number): Promise<Reply<SampleRange>> {
    return this.#reply(await stampedOf(this.#open.store).samplesIn(signalId, startS, endS));
  }

  async stampedBins(request: TimeBinsRequest): Promise<Reply<TimeBins>> {
    const value = await stampedOf(this.#open.store).bins(request);
    return transfer(this.#reply(value), ownBuffers([value.mean, value.std, value.min, value.max]));
  }

  async stampedStatistics(
    signalId: string,
    startS: number,
    endS: number,
    signal?: AbortSignal,
  ): Promise<Reply<Statistics>> {
    return this.#reply(await stampedOf(this.#open.store).statistics(signalId, startS, endS, signal));
  }

  async annotations(): Promise<Reply<AnnotationColumns>> {
    const columns = toColumns([...(await this.#open.store.annotations()), ...this.#beside]);
    const { signals, kinds, storages, groupIds, timestamps, ys } = columns;
    return transfer(this.#reply(columns), ownBuffers([signals, kinds, storages, groupIds, timestamps, ys]));
  }

  async readEvents(start: number, count: number): Promise<Reply<EventBlock>> {
    const { events } = this.#open;
    if (!events) throw new FormatError('format/not-found', 'This file holds no events.');
    return this.#reply(await events.read(start, count));
  }

  async #readBeside(reader: FormatReader, side: Blob, coreModule: WebAssembly.Module): Promise<void> {
    try {
      const { annotationsBeside } = await import('../../formats/jls/annotation-file.ts');
      const opened = await openFile(new BlobAccess(side), createWorkspace(coreModule, SIDE_WORKSPACE_BYTES));
      this.#beside.push(...(await annotationsBeside(opened, reader)));
      opened.close();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      const message = `The markers and notes beside this file could not be read. ${error.message}`;
      this.#ownDiagnostics.push({ severity: 'warning', code: 'reader/beside', message });
    }
  }

  get #open(): FormatReader {
    assert(this.#reader, 'open comes first');
    return this.#reader;
  }

  #reply<T>(value: T): Reply<T> {
    const diagnostics = [...this.#ownDiagnostics, ...this.#open.diagnostics];
    const isNews = diagnostics.length !== this.#reportedCount;
    this.#reportedCount = diagnostics.length;
    return { value, diagnostics: isNews ? diagnostics : undefined };
  }
}

function contextOf({ name, choice, neighbours }: CompanyOfFile): OpenContext {
  return { name, choice, neighbour: blobNeighbours(neighbours) };
}

/** The buffers that may be given away: results belong to the caller, but a view on part of something larger stays. */
function ownBuffers(views: readonly ArrayBufferView[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer, byteLength } of views) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffers.add(buffer);
  }
  return [...buffers];
}

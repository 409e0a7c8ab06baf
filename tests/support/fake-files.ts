// Files in memory, opened now or before. Runs in Node and in a browser. A test reaches in through the public fields.

import { LabError } from '../../src/base/errors.ts';
import type { EventStore } from '../../src/model/events.ts';
import type { FileCompany, FilesPort, OpenFile, RecentFile, RecentFilesPort } from '../../src/model/ports.ts';
import { SineStore } from './sine-store.ts';

export class FakeFiles implements FilesPort {
  refusal: Error | undefined;
  /** Files of such names are refused. */
  unreadable: RegExp | undefined;
  readonly closedNames: string[] = [];
  /** Names of what was opened, with what lay beside it. */
  readonly openedNames: string[][] = [];
  /** How long the next files are. */
  durationS = 60;
  /** What the next files hold beside signals. */
  events: EventStore | undefined;
  /** What the next files say beside that. */
  next: Partial<OpenFile> | ((file: File, company: FileCompany) => Partial<OpenFile>) = {};
  /** Kills the reader of the file that was opened last. */
  killReader: (reason: LabError) => void = () => {};

  /** What happens before the next files are open. */
  meanwhile: (company: FileCompany) => Promise<void> = () => Promise.resolve();

  async open(file: File, _signal?: AbortSignal, company: FileCompany = {}): Promise<OpenFile> {
    const { beside = [], choice } = company;
    if (this.refusal && !choice?.raw) throw this.refusal;
    if (this.unreadable?.test(file.name)) throw new LabError('format/unknown', 'No known format.');
    await this.meanwhile(company);
    this.openedNames.push([file, ...beside].map(({ name }) => name));
    return {
      ...(this.events && { events: this.events }),
      name: file.name,
      sizeBytes: file.size,
      version: '',
      metadata: {},
      format: choice?.raw ? 'Raw numbers' : 'JLS v2',
      store: new SineStore(this.durationS),
      isRecovered: true,
      diagnostics: [
        {
          severity: 'warning',
          code: 'jls/unclosed',
          message: 'The file was not closed; its end was rebuilt.',
          offsetBytes: 4096,
        },
      ],
      died: new Promise((resolve) => {
        this.killReader = resolve;
      }),
      close: () => {
        this.closedNames.push(file.name);
      },
      ...(typeof this.next === 'function' ? this.next(file, company) : this.next),
    };
  }
}

export class FakeRecentFiles implements RecentFilesPort {
  rows: RecentFile[] = [];
  /** What is on disk by now, by id; else a file of its own name. */
  readonly onDisk = new Map<string, File>();
  /** Those who want to know of changes, by id. */
  readonly watchers = new Map<string, () => void>();

  async list(): Promise<readonly RecentFile[]> {
    return [...this.rows];
  }

  async remember(handle: FileSystemFileHandle, nowUnixMs: number): Promise<string> {
    this.rows.unshift({ id: handle.name, name: handle.name, openedUnixMs: nowUnixMs });
    return handle.name;
  }

  watch(id: string, onChange: () => void): () => void {
    this.watchers.set(id, onChange);
    return () => void this.watchers.delete(id);
  }

  async reopen(id: string): Promise<File | undefined> {
    return this.rows.some((row) => row.id === id) ? this.#fileOf(id) : undefined;
  }

  async open(id: string): Promise<File> {
    return this.#fileOf(id);
  }

  #fileOf(id: string): File {
    return this.onDisk.get(id) ?? new File(['recent'], id, { lastModified: 1 });
  }

  async forget(id: string): Promise<void> {
    this.rows = this.rows.filter((row) => row.id !== id);
  }
}

// Opening the content of a file: as it is found, as the user says, or as was chosen for files of its form.

import { isEmptyChoice, partsOf, type ReadChoice } from '../model/read-choice.ts';
import type { OpeningControl } from './openings.ts';
import type { KeyValueStore } from './persisted.ts';
import type { FileCompany, FilesPort, OpenFile } from './ports.ts';
import { ReadMemory } from './read-memory.ts';
import type { Toasts } from './toasts.ts';

/** What the user is asked about an open file: how its columns are read, or which of its parts. */
export interface ReadQuestion {
  readonly key: string;
  readonly about: 'columns' | 'parts';
}

/** What is opened, and how it was read so far. */
export interface ReadRequest {
  readonly source: File;
  readonly beside: readonly File[];
  readonly neighbours: readonly File[];
  readonly choice: ReadChoice;
  readonly isAsRemembered: boolean;
  readonly form: string | undefined;
}

/** What came of it. */
export interface ReadFile extends Pick<ReadRequest, 'choice' | 'isAsRemembered' | 'form'> {
  readonly content: OpenFile;
}

export class FileReading {
  readonly #port: FilesPort;
  readonly #toasts: Toasts;
  readonly #memory: ReadMemory;

  constructor(port: FilesPort, toasts: Toasts, storage: KeyValueStore) {
    this.#port = port;
    this.#toasts = toasts;
    this.#memory = new ReadMemory(storage);
  }

  /** Rejects as the port does. A new file of which nothing is said is read as the user chose for files of its form. */
  async open(request: ReadRequest, isNew: boolean, { signal, tell }: OpeningControl): Promise<ReadFile> {
    const { source, choice, isAsRemembered } = request;
    const isUnsaid = isEmptyChoice(choice);
    const rememberedFor = ({ reading }: OpenFile): ReadChoice | undefined =>
      isNew && isUnsaid && reading ? this.#memory.get(reading.form) : undefined;
    // one that is open already stays on screen until it is read
    const onBeginning = (beginning: OpenFile) => (rememberedFor(beginning) ? beginning.close() : tell({ beginning }));
    const content = await this.#port.open(source, signal, {
      ...companyOf(request, choice),
      onRead: (share) => tell({ share }),
      ...(isNew && { onBeginning }),
    });
    const form = isUnsaid ? content.reading?.form : (request.form ?? content.reading?.form);
    const remembered = rememberedFor(content);
    if (!remembered) return { content, choice, isAsRemembered, form };
    try {
      const again = await this.#port.open(source, signal, companyOf(request, { ...remembered, ...partsOf(choice) }));
      content.close();
      return { content: again, choice: remembered, isAsRemembered: true, form };
    } catch (error) {
      if (signal.aborted) throw error;
      this.#toasts.fail(`${source.name} is read as it was found: what you chose for files like it does not fit`, error);
      return { content, choice, isAsRemembered, form };
    }
  }

  /** Only to look at: the caller closes it. */
  preview(request: ReadRequest, choice: ReadChoice, signal: AbortSignal): Promise<OpenFile> {
    return this.#port.open(request.source, signal, companyOf(request, choice));
  }

  /** From now on files of this form are read so; an empty choice: as found. */
  remember(form: string | undefined, choice: ReadChoice): void {
    if (form !== undefined) this.#memory.set(form, choice);
  }
}

function companyOf({ beside, neighbours }: ReadRequest, choice: ReadChoice): FileCompany {
  return { beside, neighbours, choice };
}

/** What to ask by itself about a file that was just opened: only what nobody has said. */
export function questionOf(key: string, { choice, content }: ReadFile): ReadQuestion | undefined {
  const { parts = [], guesses = [] } = content.reading ?? {};
  if (choice.parts === undefined && parts.some(({ isOpen }) => !isOpen)) return { key, about: 'parts' };
  return guesses.length > 0 && isEmptyChoice(choice) ? { key, about: 'columns' } : undefined;
}

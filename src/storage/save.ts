// A copy of a file at a place that the user picks: streamed, with progress and cancel. Page only, from a click.

import { cancelled, throwIfAborted } from '../base/errors.ts';
import type { CopyProgress } from '../model/ports.ts';
import { storageError } from './io-errors.ts';

/** Bytes per write: large enough to be fast, small enough for a smooth progress bar and a quick cancel. */
const COPY_BLOCK_BYTES = 4 * 2 ** 20;

export interface SaveRequest {
  readonly content: Blob;
  readonly fileName: string;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly signal: AbortSignal;
}

/** The part of `window` that saving needs; tests hand in their own. */
export interface SaveHost {
  readonly showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  /** Starts a download by the browser's own means. */
  download(content: Blob, fileName: string): void;
}

export const browserSaveHost: SaveHost = {
  ...('showSaveFilePicker' in globalThis
    ? { showSaveFilePicker: (options) => globalThis.showSaveFilePicker(options) }
    : {}),
  download: (content, fileName) => {
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(content);
    anchor.download = fileName;
    anchor.click();
    // The browser holds the content from the click on; the address itself may go at the next turn.
    setTimeout(() => URL.revokeObjectURL(anchor.href));
  },
};

/** Where a file goes: a place that the user picked, or the browser's downloads. */
export interface SavePlace {
  /** Copies there, streamed. Rejects with `cancelled` (the place is left as it was) or `storage/*`. */
  save(request: Omit<SaveRequest, 'fileName'>): Promise<void>;
  /** The file at the place; `undefined` for downloads, which a page cannot read. */
  read(): Promise<File | undefined>;
}

/** Asks where; `undefined` when the user closed the picker. Where a browser has no picker, its downloads. */
export async function pickPlace(fileName: string, host: SaveHost = browserSaveHost): Promise<SavePlace | undefined> {
  if (!host.showSaveFilePicker) return new Downloads(host, fileName);
  try {
    return new PickedPlace(await host.showSaveFilePicker({ suggestedName: fileName }));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw storageError(error, 'Saving');
  }
}

/** Asks where and copies there. False when the user closed the picker. Rejects as `SavePlace.save` does. */
export async function saveCopy(request: SaveRequest, host: SaveHost = browserSaveHost): Promise<boolean> {
  throwIfAborted(request.signal, 'Saving');
  const place = await pickPlace(request.fileName, host);
  await place?.save(request);
  return place !== undefined;
}

class Downloads implements SavePlace {
  readonly #host: SaveHost;
  readonly #fileName: string;

  constructor(host: SaveHost, fileName: string) {
    this.#host = host;
    this.#fileName = fileName;
  }

  async save({ content, onProgress, signal }: Omit<SaveRequest, 'fileName'>): Promise<void> {
    throwIfAborted(signal, 'Saving');
    this.#host.download(content, this.#fileName);
    onProgress({ doneBytes: content.size, totalBytes: content.size });
  }

  async read(): Promise<undefined> {
    return undefined;
  }
}

class PickedPlace implements SavePlace {
  readonly #target: FileSystemFileHandle;

  constructor(target: FileSystemFileHandle) {
    this.#target = target;
  }

  async save(request: Omit<SaveRequest, 'fileName'>): Promise<void> {
    try {
      await copyInto(this.#target, request);
    } catch (error) {
      if (request.signal.aborted) throw cancelled('Saving');
      throw storageError(error, 'Saving');
    }
  }

  read(): Promise<File> {
    return this.#target.getFile();
  }
}

/** Streams a file into another, which changes only when all of it is there. */
export async function copyInto(
  target: FileSystemFileHandle,
  { content, onProgress, signal }: Omit<SaveRequest, 'fileName'>,
): Promise<void> {
  const writable = await target.createWritable();
  try {
    for (let doneBytes = 0; doneBytes < content.size; ) {
      throwIfAborted(signal, 'Saving');
      onProgress({ doneBytes, totalBytes: content.size });
      const block = content.slice(doneBytes, doneBytes + COPY_BLOCK_BYTES);
      await writable.write(block);
      doneBytes += block.size;
    }
    throwIfAborted(signal, 'Saving');
  } catch (error) {
    // Nothing reaches the place before close, so abort leaves what was there.
    await writable.abort();
    throw error;
  }
  await writable.close();
  onProgress({ doneBytes: content.size, totalBytes: content.size });
}

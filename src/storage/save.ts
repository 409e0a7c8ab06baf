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

/**
 * Asks where and copies there. False when the user closed the picker. Where a browser has no picker, hands the
 * file to its downloads instead. Rejects with `cancelled` (the place is left as it was) or `storage/*`.
 */
export async function saveCopy(request: SaveRequest, host: SaveHost = browserSaveHost): Promise<boolean> {
  const { content, fileName, onProgress, signal } = request;
  throwIfAborted(signal, 'Saving');
  if (!host.showSaveFilePicker) {
    host.download(content, fileName);
    onProgress({ doneBytes: content.size, totalBytes: content.size });
    return true;
  }
  let target: FileSystemFileHandle;
  try {
    target = await host.showSaveFilePicker({ suggestedName: fileName });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return false;
    throw storageError(error, 'Saving');
  }
  try {
    await copyInto(target, request);
  } catch (error) {
    if (signal.aborted) throw cancelled('Saving');
    throw storageError(error, 'Saving');
  }
  return true;
}

async function copyInto(target: FileSystemFileHandle, { content, onProgress, signal }: SaveRequest): Promise<void> {
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

// Writes a zip bundle, streamed, with Zip64 where it is needed. Data that are packed already are only stored, so
// that a bundle can be opened without unpacking it.

import { configure, ZipWriter } from '@zip.js/zip.js';
import { throwIfAborted } from '../../base/errors.ts';
import type { AppendSink, RandomAccess } from '../source.ts';
import { sinkStream } from './sink-stream.ts';

/** One file of a bundle. */
export interface BundleEntry {
  /** Path inside the bundle, with forward slashes. */
  readonly name: string;
  readonly content: RandomAccess;
  /** Store without compression (data); texts are deflated. */
  readonly isStored: boolean;
  readonly modifiedUnixMs: number;
}

export interface BundleOptions {
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly abort?: AbortSignal;
}

/** Bytes per read. */
const COPY_BYTES = 1 << 20;

/** Writes all entries in order. Rejects with `cancelled` when aborted. Leaves `sink` open. */
export function writeZip(
  entries: readonly BundleEntry[],
  sink: AppendSink,
  options: BundleOptions = {},
): Promise<void> {
  return streamZip(entries, sinkStream(sink), options);
}

/** The same to a stream, which is closed at the end. */
export async function streamZip(
  entries: readonly BundleEntry[],
  target: WritableStream<Uint8Array<ArrayBuffer>>,
  options: BundleOptions = {},
): Promise<void> {
  configure({ useWebWorkers: false });
  const total = entries.reduce((sum, entry) => sum + entry.content.sizeBytes, 0);
  let done = 0;
  const writer = new ZipWriter(target, { keepOrder: true });
  for (const { name, content, isStored, modifiedUnixMs } of entries) {
    let offset = 0;
    const readable = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        throwIfAborted(options.abort, 'The bundle');
        const bytes = await content.read(offset, Math.min(COPY_BYTES, content.sizeBytes - offset));
        offset += bytes.length;
        done += bytes.length;
        options.onProgress?.(done, total);
        if (bytes.length > 0) controller.enqueue(bytes);
        if (offset >= content.sizeBytes) controller.close();
      },
    });
    await writer.add(name, readable, {
      level: isStored ? 0 : 6,
      lastModDate: new Date(modifiedUnixMs),
      zip64: content.sizeBytes >= 2 ** 32 - 1,
    });
  }
  await writer.close();
}

// An AppendSink as the writable stream that zip.js writes to.

import type { AppendSink } from '../source.ts';

/** Chunks are appended in order; closing the stream leaves the sink open. */
export function sinkStream(sink: AppendSink): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({ write: (chunk) => sink.append(chunk) });
}

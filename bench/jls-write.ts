// JLS v2 writing, measured the same way in Node and in a browser: two f32 signals to memory, in calls of 20 000
// samples, as the figure of the C library was taken.

import { assert } from '../src/base/assert.ts';
import { createWorkspace } from '../src/core/workspace.ts';
import { JlsWriter } from '../src/formats/jls/v2/writer.ts';
import type { AppendSink } from '../src/formats/source.ts';

const CALL_SAMPLES = 20_000;
const CALLS = 1600;
const REPEATS = 7;

/** Memory that is there already: what is measured is the writer, not the allocator. */
class ReadySink implements AppendSink {
  sizeBytes = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.sizeBytes);
    this.sizeBytes += bytes.byteLength;
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offsetBytes);
  }

  flush(): void {}

  close(): void {}
}

export interface WriteRates {
  /** Samples per second of both signals together. */
  readonly samplesPerS: number;
  /** Bytes per second of TypedArray.set over the same data to the same place. */
  readonly copyBytesPerS: number;
  readonly fileBytes: number;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

export function measureWrite(module: WebAssembly.Module): WriteRates {
  const target = new Uint8Array(2 * CALLS * CALL_SAMPLES * 4 * 1.05);
  const wave = Float32Array.from({ length: CALL_SAMPLES }, (_, i) => Math.sin(i * 0.01) + (i % 17) * 0.001);
  const rates: number[] = [];
  const copies: number[] = [];
  let fileBytes = 0;
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const sink = new ReadySink(target);
    const workspace = createWorkspace(module, 8 * 2 ** 20);
    const startMs = performance.now();
    const writer = new JlsWriter(workspace, sink);
    writer.defineSource({ sourceId: 1, name: 'bench' });
    for (const signalId of [1, 2]) {
      writer.defineSignal({
        signalId,
        sourceId: 1,
        dtype: 'f32',
        sampleRateHz: 1_000_000,
        name: `s${signalId}`,
        unit: 'V',
      });
    }
    for (let call = 0; call < CALLS; call++) {
      writer.writeSamples(1, call * CALL_SAMPLES, wave);
      writer.writeSamples(2, call * CALL_SAMPLES, wave);
    }
    writer.close();
    rates.push((2 * CALLS * CALL_SAMPLES) / ((performance.now() - startMs) / 1000));
    fileBytes = sink.sizeBytes;
    const copyStartMs = performance.now();
    const bytes = new Uint8Array(wave.buffer);
    for (let at = 0; at + bytes.length <= fileBytes; at += bytes.length) target.set(bytes, at);
    copies.push(fileBytes / ((performance.now() - copyStartMs) / 1000));
  }
  assert(fileBytes > 2 * CALLS * CALL_SAMPLES * 4, 'the file is too short');
  return { samplesPerS: median(rates.slice(1)), copyBytesPerS: median(copies.slice(1)), fileBytes };
}

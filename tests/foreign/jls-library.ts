// The vendor's JLS library as a judge of our files: what it reads, through a small program of ours (jls-library.c) that
// `npm run test:foreign` links with it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../build/foreign/jls-library', import.meta.url));

export interface LibraryAnnotation {
  readonly timestamp: string;
  readonly type: number;
  readonly storage: number;
  readonly groupId: number;
  /** `null` for NaN. */
  readonly y: number | null;
  /** Hexadecimal; text ends with a zero. */
  readonly data: string;
}

export interface LibrarySignal {
  readonly id: number;
  readonly sourceId: number;
  readonly name: string;
  readonly unit: string;
  readonly isFsr: boolean;
  readonly dataType: number;
  readonly sampleRateHz: number;
  readonly firstSampleId: string;
  readonly length: number;
  /** Pairs of sample, from the signal's first one, and UTC. */
  readonly times: readonly (readonly [string, string])[];
  readonly annotations: readonly LibraryAnnotation[];
}

export interface LibrarySource {
  readonly id: number;
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly serialNumber: string;
}

/** A file as the library reads it. */
export class LibraryFile {
  readonly sources: readonly LibrarySource[];
  readonly signals: readonly LibrarySignal[];
  readonly #path: string;
  readonly #samples = new Map<number, Buffer>();

  constructor(path: string) {
    this.#path = path;
    const folder = mkdtempSync(join(tmpdir(), 'pulsebench-foreign-'));
    try {
      const { sources, signals } = JSON.parse(ask('read', path, folder)) as Pick<LibraryFile, 'sources' | 'signals'>;
      this.sources = sources;
      this.signals = signals;
      for (const { id, isFsr } of signals) {
        if (isFsr) this.#samples.set(id, readFileSync(join(folder, String(id))));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** All samples of a signal as stored: little-endian, those of less than a byte packed. */
  samples(signalId: number): Buffer {
    const samples = this.#samples.get(signalId);
    if (!samples) throw new Error(`signal ${signalId} has no samples`);
    return samples;
  }

  /** Samples of a signal of 32-bit floats. */
  floats(signalId: number): Float32Array {
    const { buffer, byteOffset, byteLength } = this.samples(signalId);
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  }

  statistics(signalId: number, start: number, end: number): Record<'mean' | 'std' | 'min' | 'max', number> {
    const text = ask('statistics', this.#path, signalId, start, end - start);
    const [mean, std, min, max] = text.trim().split(' ').map(Number);
    return { mean: mean!, std: std!, min: min!, max: max! };
  }

  /** UTC of a sample in ticks of 2^-30 s. */
  utc(signalId: number, sample: number): bigint {
    return BigInt(ask('time', this.#path, signalId, sample));
  }
}

function ask(...args: readonly (string | number)[]): string {
  const { status, stdout, stderr, error } = spawnSync(PROGRAM, args.map(String), {
    encoding: 'utf8',
    maxBuffer: 256 * 2 ** 20,
  });
  if (error) throw new Error(`${error.message}. Run npm run test:foreign, which makes this program.`);
  if (status !== 0) throw new Error(`jls-library ${args.join(' ')}: exit code ${status}: ${stdout}${stderr}`);
  return stdout;
}

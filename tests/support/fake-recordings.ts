// Recordings in memory. Runs in Node and in a browser. A test reaches in through the public fields.

import { LabError } from '../../src/base/errors.ts';
import type { CopyProgress, RecordingEntry, RecordingOptions, RecordingsPort } from '../../src/model/ports.ts';

export function recordingEntry(change: Partial<RecordingEntry> = {}): RecordingEntry {
  return {
    id: 'r1',
    fileName: '2026-01-02_030405.jls',
    state: 'finished',
    isElsewhere: false,
    startedUnixMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationS: 61.5,
    sizeBytes: 1_250_000_000,
    missingSampleCount: 0,
    recorderLostSampleCount: 0,
    sources: ['JS110 001636'],
    isInMemory: false,
    leftBytes: undefined,
    endedBy: 'stop',
    note: undefined,
    ...change,
  };
}

export class FakeRecordings implements RecordingsPort {
  entries: RecordingEntry[] = [];
  startOptions: RecordingOptions | undefined;
  refusal: Error | undefined;
  #listeners = new Set<() => void>();

  async start(options: RecordingOptions): Promise<RecordingEntry> {
    if (this.refusal) throw this.refusal;
    this.startOptions = options;
    const entry = recordingEntry({
      id: `r${this.entries.length + 1}`,
      state: 'recording',
      durationS: 0,
      sizeBytes: 0,
      sources: options.sources.map(({ instrument }) => instrument.choice.label),
      endedBy: undefined,
    });
    this.entries.unshift(entry);
    this.changed();
    return entry;
  }

  stop(id: string): Promise<RecordingEntry> {
    return this.end(id, { endedBy: 'stop' });
  }

  /** A recording ends, by itself unless told otherwise. */
  end(id: string, change: Partial<RecordingEntry> = { endedBy: 'duration' }): Promise<RecordingEntry> {
    return this.#change(id, { state: 'finished', durationS: 12, sizeBytes: 96_000_000, ...change });
  }

  async list(): Promise<readonly RecordingEntry[]> {
    return [...this.entries];
  }

  repair(id: string): Promise<RecordingEntry> {
    return this.#change(id, { state: 'finished', note: 'Recovered 61.5 s; the last 0.4 s were lost.' });
  }

  async remove(id: string): Promise<void> {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.changed();
  }

  async rename(id: string, fileName: string): Promise<void> {
    await this.#change(id, { fileName });
  }

  async file(id: string): Promise<File> {
    return new File(['recording'], this.#get(id).fileName);
  }

  async saveAs(id: string, onProgress: (progress: CopyProgress) => void, signal: AbortSignal): Promise<boolean> {
    const { sizeBytes } = this.#get(id);
    onProgress({ doneBytes: sizeBytes / 2, totalBytes: sizeBytes });
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new LabError('cancelled', 'Saving was cancelled.')));
    });
  }

  async estimate() {
    return { usedBytes: 2_000_000_000, leftBytes: 58_000_000_000 };
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #get(id: string): RecordingEntry {
    const entry = this.entries.find((other) => other.id === id);
    if (!entry) throw new LabError('format/not-found', `There is no recording ${id}.`);
    return entry;
  }

  async #change(id: string, change: Partial<RecordingEntry>): Promise<RecordingEntry> {
    const changed = { ...this.#get(id), ...change };
    this.entries = this.entries.map((entry) => (entry.id === id ? changed : entry));
    this.changed();
    return changed;
  }
}

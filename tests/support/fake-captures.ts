// Captures of traces in memory. A test reaches in through the public fields.

import type { CapturesPort, TraceCapture, WholeCapture } from '../../src/model/captures.ts';

export class FakeCaptures implements CapturesPort {
  rows: readonly WholeCapture[] = [];
  /** Thrown by the next `keep`. */
  refusal: Error | undefined;

  async list(): Promise<readonly TraceCapture[]> {
    return this.rows;
  }

  async samples(id: string): Promise<readonly Float32Array[]> {
    return this.rows.find((row) => row.id === id)!.samples;
  }

  async keep(capture: WholeCapture): Promise<void> {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal) throw refusal;
    this.rows = [capture, ...this.rows];
  }

  async describe(id: string, words: Pick<TraceCapture, 'name' | 'note'>): Promise<void> {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...words } : row));
  }

  async remove(id: string): Promise<void> {
    this.rows = this.rows.filter((row) => row.id !== id);
  }
}

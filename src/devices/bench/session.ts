// What the drivers of instruments that are spoken to in text need of a session.

import type { ErrorSource } from '../scpi/error-source.ts';

export interface BenchSession {
  /** Called once when the instrument has gone. */
  onLost: ((error: Error) => void) | undefined;
  /** The answer without its line end. Rejects with `device/…`. */
  query(question: string): Promise<string>;
  /** The answer as it came, blocks included. */
  queryBytes(question: string): Promise<Uint8Array>;
  command(text: string): Promise<void>;
  /** Goes out at once, whatever waits for an answer: that rejects with `cancelled`. */
  commandAtOnce(text: string): Promise<void>;
  /** What the instrument has refused since it was asked last, in its own words; empty where it keeps no list. */
  drainErrors(source: ErrorSource | undefined): Promise<readonly string[]>;
  /** Settles within 2 s. */
  close(): Promise<void>;
}

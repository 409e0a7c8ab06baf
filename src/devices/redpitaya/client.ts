// The talk with the mcpha server over one connection: words go out, answers of known lengths come back, one after the other.
// Answers carry no mark: after one that is late or cut nobody knows where the next begins, so the connection is over then.

import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { Turns } from '../../base/turns.ts';
import type { BytePort } from '../../transports/byte-port.ts';
import { within } from '../../transports/limits.ts';
import { joinWords } from './protocol/command.ts';

interface Wait {
  readonly lengthBytes: number;
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

export class McphaClient {
  /** Called once when the connection is over and nobody asked for that. */
  onLost: ((error: LabError) => void) | undefined;
  readonly #port: BytePort;
  readonly #clock: Clock;
  readonly #turns = new Turns();
  #pieces: Uint8Array[] = [];
  #receivedBytes = 0;
  #wait: Wait | undefined;
  #end: LabError | undefined;

  constructor(port: BytePort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    port.listen({
      onBytes: (bytes) => this.#receive(bytes),
      onClosed: (error) => this.#fail(error ?? closedError(port.label)),
    });
  }

  get label(): string {
    return this.#port.label;
  }

  /** What has come and was not asked for; at most its beginning. */
  get unasked(): Uint8Array {
    return this.#pieces[0] ?? new Uint8Array(0);
  }

  /** Whole words, in one write. Rejects with `device/…`. */
  send(words: readonly Uint8Array[]): Promise<void> {
    return this.#turns.take(() => this.#write(words));
  }

  /**
   * Words the last of which are answered with `lengthBytes`; without words, what an earlier one still has to answer. Without
   * a time it waits as long as it is open. Rejects with `device/…`; the connection is over then.
   */
  ask(words: readonly Uint8Array[], lengthBytes: number, timeoutMs?: number): Promise<Uint8Array> {
    return this.#turns.take(async () => {
      try {
        const answer = new Promise<Uint8Array>((resolve, reject) => {
          this.#wait = { lengthBytes, resolve, reject };
        });
        // it may be rejected while the words are on their way
        answer.catch(() => undefined);
        if (words.length > 0) await this.#write(words);
        this.#deliver();
        return await within(answer, { timeoutMs }, this.#clock, this.label);
      } catch (thrown) {
        this.#fail(thrown as LabError);
        throw thrown;
      } finally {
        this.#wait = undefined;
      }
    });
  }

  async close(): Promise<void> {
    this.#end ??= closedError(this.label);
    this.onLost = undefined;
    this.#wait?.reject(this.#end);
    await this.#port.close();
  }

  async #write(words: readonly Uint8Array[]): Promise<void> {
    if (this.#end) throw this.#end;
    await this.#port.write(joinWords(words));
  }

  #receive(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#receivedBytes += bytes.byteLength;
    this.#deliver();
  }

  #deliver(): void {
    const wait = this.#wait;
    if (!wait || this.#receivedBytes < wait.lengthBytes) return;
    this.#wait = undefined;
    const all = new Uint8Array(this.#receivedBytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    const rest = all.subarray(wait.lengthBytes);
    this.#pieces = rest.byteLength > 0 ? [rest] : [];
    this.#receivedBytes = rest.byteLength;
    wait.resolve(all.subarray(0, wait.lengthBytes));
  }

  #fail(error: LabError): void {
    if (this.#end) return;
    this.#end = error;
    this.#wait?.reject(error);
    this.onLost?.(error);
  }
}

function closedError(label: string): LabError {
  return new LabError(
    'device/lost',
    `${label} closed the connection. What it had counted stays on the board as long as it has power; it is looked for again.`,
  );
}

// A link to an instrument that answers each message as a function says, at once or not at all. Text loses its line end, as
// on every link.

import type { Clock } from '../../src/base/clock.ts';
import { delay } from '../../src/base/clock.ts';
import { LabError } from '../../src/base/errors.ts';
import type { ExchangeLimits, MessageLink } from '../../src/transports/message-link.ts';

export type Answer = string | Uint8Array | undefined;

export class AnsweringLink implements MessageLink {
  readonly label = 'the instrument of the test';
  onLost: ((error: Error) => void) | undefined;
  /** Messages that were sent, as text. */
  readonly sent: string[] = [];
  clearCount = 0;
  isLost = false;
  readonly #answer: (message: string) => Answer;
  readonly #clock: Clock;
  #waiting: Uint8Array[] = [];

  constructor(clock: Clock, answer: (message: string) => Answer) {
    this.#clock = clock;
    this.#answer = answer;
  }

  send(message: Uint8Array): Promise<void> {
    if (this.isLost) return Promise.reject(new LabError('device/lost', 'The connection was lost.'));
    const text = new TextDecoder().decode(message);
    this.sent.push(text);
    const answer = this.#answer(text);
    if (answer !== undefined)
      this.#waiting.push(typeof answer === 'string' ? new TextEncoder().encode(answer.replace(/\r?\n$/, '')) : answer);
    return Promise.resolve();
  }

  async receive({ timeoutMs }: ExchangeLimits): Promise<Uint8Array> {
    const first = this.#waiting.shift();
    if (first) return first;
    await delay(this.#clock, timeoutMs);
    throw new LabError('device/timeout', `No answer within ${timeoutMs} ms.`);
  }

  clear(): Promise<void> {
    this.clearCount += 1;
    this.#waiting = [];
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

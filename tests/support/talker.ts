// Speaks to a simulated instrument without a link: text out, text or bytes back.

import type { Talker } from '../../src/devices/sim/scpi/talker.ts';
import type { ManualClock } from './manual-clock.ts';

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** What it says within `waitMs` of the clock; the first answer is returned, and all are kept in `answers`. */
export class TalkerEar {
  readonly answers: Uint8Array[] = [];
  readonly talker: Talker;
  readonly #clock: ManualClock;

  constructor(talker: Talker, clock: ManualClock) {
    this.talker = talker;
    this.#clock = clock;
    talker.onAnswer = (answer) => this.answers.push(answer);
  }

  get texts(): string[] {
    return this.answers.map((answer) => Buffer.from(answer).toString('latin1'));
  }

  tell(text: string): void {
    this.talker.tell(bytesOf(text));
  }

  /** Throws when it says nothing. */
  async bytes(text: string, waitMs = 0): Promise<Uint8Array> {
    this.answers.length = 0;
    this.tell(text);
    if (this.answers.length === 0) await this.#clock.advance(waitMs);
    const [answer] = this.answers;
    if (answer === undefined) throw new Error(`no answer to ${text}`);
    return answer;
  }

  async ask(text: string, waitMs = 0): Promise<string> {
    return Buffer.from(await this.bytes(text, waitMs)).toString('latin1');
  }
}

// A simulated instrument that says what a real one once said: it replays the messages of a transaction log.

import type { Talker } from './talker.ts';

/** A message in a log, in its order: `sent` to the instrument or `received` from it. */
export interface RecordedMessage {
  readonly kind: 'sent' | 'received';
  readonly bytes: Uint8Array;
}

export class ReplayTalker implements Talker {
  readonly identity: string;
  readonly statusByte = 0;
  onAnswer: ((answer: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** Messages that the log does not have from where it was. */
  unknownCount = 0;
  readonly #messages: readonly RecordedMessage[];
  #at = 0;

  constructor(messages: readonly RecordedMessage[], identity = 'Replay,transactions,0,1') {
    this.#messages = messages;
    this.identity = identity;
  }

  /** Answers as the log does to the next message of that text; from the beginning again when there is none after. */
  tell(message: Uint8Array): void {
    const found = this.#find(message, this.#at) ?? this.#find(message, 0);
    if (found === undefined) {
      this.unknownCount++;
      return;
    }
    this.#at = found + 1;
    const answer = this.#messages[this.#at];
    if (answer?.kind === 'received') this.onAnswer?.(answer.bytes.slice());
  }

  trigger(): void {
    this.tell(new TextEncoder().encode('*TRG'));
  }

  clear(): void {}

  #find(message: Uint8Array, from: number): number | undefined {
    for (let index = from; index < this.#messages.length; index++) {
      const { kind, bytes } = this.#messages[index]!;
      if (kind === 'sent' && isSame(bytes, message)) return index;
    }
    return undefined;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

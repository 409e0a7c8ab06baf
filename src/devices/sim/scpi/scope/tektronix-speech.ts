// How Tektronix scopes answer: with the header of the question unless HEADer is OFF, in the form that VERBose asks for.

import type { CommandTable } from '../engine.ts';
import { formsOf } from '../header.ts';
import { ScpiError } from '../status.ts';
import { booleanOf } from '../values.ts';

/** Puts the header in front of answers, in the form that HEADer and VERBose ask for. */
export class Speaker {
  readonly #speech: { hasHeader: boolean; isLong: boolean };
  /** ACQuire:STOPAfter SEQuence. */
  isSequence = false;

  constructor(speech: { hasHeader: boolean; isLong: boolean }) {
    this.#speech = speech;
  }

  get hasHeader(): boolean {
    return this.#speech.hasHeader;
  }

  /** `SCAle` as SCA or SCALE. */
  name(header: string): string {
    return header
      .split(':')
      .map((node) => formsOf(node)[this.#speech.isLong ? 1 : 0])
      .join(':');
  }

  answer(header: string, value: string): string {
    return this.#speech.hasHeader ? `:${this.name(header)} ${value}` : value;
  }

  commands(): CommandTable {
    const speech = this.#speech;
    return {
      ':HEADer': ({ args }) => {
        speech.hasHeader = booleanOf(args[0]);
        return undefined;
      },
      ':HEADer?': () => this.answer('HEADer', speech.hasHeader ? '1' : '0'),
      ':VERBose': ({ args }) => {
        speech.isLong = booleanOf(args[0]);
        return undefined;
      },
      ':VERBose?': () => this.answer('VERBose', speech.isLong ? '1' : '0'),
    };
  }

  /** A setting and its query. `spoken` is the header of the answer, for `pattern` may leave nodes out. */
  setting(
    pattern: string,
    spoken: (suffixes: readonly number[]) => string,
    get: (suffixes: readonly number[]) => string,
    set: (text: string, suffixes: readonly number[]) => void,
  ): CommandTable {
    return {
      [`${pattern}?`]: ({ suffixes }) => this.answer(spoken(suffixes), get(suffixes)),
      [pattern]: ({ args, suffixes }) => {
        if (args[0] === undefined) throw new ScpiError(-109);
        set(args[0], suffixes);
        return undefined;
      },
    };
  }
}

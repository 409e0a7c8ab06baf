// Settings that families spell differently and mean alike: each under the header that it has there.

import type { CommandTable } from '../engine.ts';
import { choice, numberOf, requireRange, setting } from '../values.ts';
import type { Acquisition } from './acquisition.ts';
import { channelAt, channelIndex } from './instrument.ts';

/** `tell` writes a number as the family does. */
export class CommonSettings {
  readonly #scope: Acquisition;
  readonly #tell: (value: number) => string;

  constructor(scope: Acquisition, tell: (value: number) => string) {
    this.#scope = scope;
    this.#tell = tell;
  }

  /** Volts a division. */
  scale(header: string): CommandTable {
    const scope = this.#scope;
    return setting(
      header,
      (s) => this.#tell(channelAt(scope, s).scaleV),
      (text, s) => scope.setScale(channelAt(scope, s), requireRange(numberOf(text, 'V'), 1e-6, 1e5)),
    );
  }

  probe(header: string, leastFactor: number, mostFactor: number): CommandTable {
    const scope = this.#scope;
    return setting(
      header,
      (s) => this.#tell(channelAt(scope, s).probe),
      (text, s) => scope.setProbe(channelAt(scope, s), requireRange(numberOf(text, ''), leastFactor, mostFactor)),
    );
  }

  /** Seconds a division. */
  timeScale(header: string, tell = this.#tell): CommandTable {
    return setting(
      header,
      () => tell(this.#scope.timeScaleS),
      (text) => this.#scope.setTimeScale(requireRange(numberOf(text, 'S'), 1e-12, 1e6)),
    );
  }

  /** What triggers: `CHAN1` where `channelWord` is `CHAN`, the line, or the input whose name begins with `external`. */
  triggerSource(header: string, channelWord: string, external = 'EXT'): CommandTable {
    const { trigger } = this.#scope;
    return setting(
      header,
      () => (typeof trigger.source === 'number' ? `${channelWord}${trigger.source + 1}` : trigger.source),
      (text) => {
        const capitals = text.toUpperCase();
        if (capitals === 'LINE') trigger.source = 'LINE';
        else trigger.source = capitals.startsWith(external) ? 'EXT' : channelIndex(this.#scope, text);
      },
    );
  }

  /** In the words of SCPI. */
  triggerSlope(header: string): CommandTable {
    const { trigger } = this.#scope;
    return choice(
      header,
      ['POSitive', 'NEGative', 'EITHer'],
      () => trigger.slope,
      (word) => {
        trigger.slope = word;
      },
    );
  }

  /** Volts. */
  triggerLevel(header: string): CommandTable {
    const { trigger } = this.#scope;
    return setting(
      header,
      () => this.#tell(trigger.levelV),
      (text) => {
        trigger.levelV = numberOf(text, 'V');
      },
    );
  }
}

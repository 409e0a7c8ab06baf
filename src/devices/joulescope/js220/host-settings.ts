// What is the host's own business and not the instrument's: rates, factors, and which streams are wanted. It outlives a
// connection, so that a unit that comes back goes on as before.

import { type Js220Scale, NO_SCALE } from './scale.ts';
import { FULL_RATE, type Js220RateChoice } from './streams.ts';

export class Js220HostSettings {
  rateChoice: Js220RateChoice = FULL_RATE;
  scale: Js220Scale = NO_SCALE;
  /** Switches (`s/…/ctrl`) of the streams that run while the instrument streams. */
  readonly streamTopics: Set<string>;

  constructor(streamTopics: Iterable<string>) {
    this.streamTopics = new Set(streamTopics);
  }
}

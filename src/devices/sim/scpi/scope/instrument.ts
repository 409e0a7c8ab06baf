// What the scopes of all families have in common towards the engine.

import type { CommandTable, Instrument } from '../engine.ts';
import type { Acquisition } from './acquisition.ts';

/** `commands` may hold a reset of its own settings in `reset`. */
export function scopeInstrument(
  identity: string,
  scope: Acquisition,
  commands: CommandTable,
  reset: () => void = () => {},
): Instrument {
  return {
    identity,
    commands,
    reset: () => {
      scope.reset();
      reset();
    },
    trigger: () => scope.force(),
    // `*OPC?` behind `:SINGle` answers at once on these scopes: the trigger state tells the end
    isBusy: () => false,
    abort: () => {},
  };
}

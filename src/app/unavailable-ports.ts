// Ports for a page that cannot have the real ones: nothing is listed, and asking says why. The viewer works.

import { LabError } from '../base/errors.ts';
import type { InstrumentsPort, RecordingsPort } from './ports.ts';

/** `reason` is for the person at the screen. */
export function unavailableInstruments(reason: string): InstrumentsPort {
  const refuse = () => Promise.reject(new LabError('platform/unsupported', reason));
  return {
    kinds: [],
    choices: () => Promise.resolve([]),
    requestDevice: refuse,
    requestSerialPort: refuse,
    choiceOfAddress: () => {
      throw new LabError('platform/unsupported', reason);
    },
    choiceOfVariables: () => {
      throw new LabError('platform/unsupported', reason);
    },
    describedBy: () => Promise.resolve(undefined),
    open: refuse,
    onChoicesChanged: () => () => undefined,
  };
}

export function unavailableRecordings(reason: string): RecordingsPort {
  const refuse = () => Promise.reject(new LabError('platform/unsupported', reason));
  return {
    start: refuse,
    stop: refuse,
    list: () => Promise.resolve([]),
    repair: refuse,
    remove: refuse,
    rename: refuse,
    file: refuse,
    saveAs: refuse,
    estimate: () => Promise.resolve({ usedBytes: undefined, leftBytes: undefined }),
    onChanged: () => () => undefined,
  };
}

// What an instrument does not know, or is in a state that no table has, is left out; all else is read all the same.

import type { LabError } from '../../base/errors.ts';

/** For `catch`: passes on all but `device/timeout` and `device/protocol`. */
export function unlessAnswered(thrown: unknown): undefined {
  const { code } = thrown as Partial<LabError>;
  if (code !== 'device/timeout' && code !== 'device/protocol') throw thrown;
}

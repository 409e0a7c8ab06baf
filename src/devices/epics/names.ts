// Names of process variables as a user types them. Pure.

import { LabError } from '../../base/errors.ts';

/** Each keeps a series or a trace of its own. */
const MOST_NAMES = 64;
/** The bridge takes no longer ones (bridge/epics/page-subscriber.mjs). */
const NAME = /^[\x21-\x7e]{1,200}$/;

/** Names with spaces, commas or line ends between, each once. Throws `setup/invalid`. */
export function parseNames(text: string): readonly string[] {
  const names = [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ''))];
  if (names.length === 0)
    throw new LabError('setup/invalid', 'Write the name of a process variable, such as LAB:temperature.');
  if (names.length > MOST_NAMES) {
    throw new LabError(
      'setup/invalid',
      `These are ${names.length} names; one instrument has ${MOST_NAMES} at most. Connect the others as another one.`,
    );
  }
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    throw new LabError(
      'setup/invalid',
      `"${wrong}" is no name of a process variable: it has letters, digits and signs.`,
    );
  }
  return names;
}

/** What an instrument of these is called. */
export function titleOf(names: readonly string[]): string {
  const [first] = names;
  return names.length > 1 ? `${first} + ${names.length - 1}` : `${first}`;
}

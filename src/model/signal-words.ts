// Signals as the settings call them: files and formats keep the names that the instruments' programs gave them.

import { isSaturation, saturatedName } from './saturation.ts';

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    current: 'Current',
    voltage: 'Voltage',
    power: 'Power',
    charge: 'Charge',
    energy: 'Energy',
    current_range: 'Current range',
    trigger_in: 'Trigger input',
    current_lsb: 'Lowest bit of current',
    voltage_lsb: 'Lowest bit of voltage',
  }),
);
const INPUT = /^gpi\[(\d+)\]$/;
/** Behind the words of the signal whose limits they are. */
const AT_LIMIT = 'at its limit';

/** What a screen says for a signal of this name; a name that is not known stays as it is. */
export function signalWords(name: string): string {
  if (isSaturation(name)) return `${signalWords(saturatedName(name))} ${AT_LIMIT}`;
  const input = INPUT.exec(name)?.[1];
  return input === undefined ? (WORDS.get(name) ?? name) : `Input ${input}`;
}

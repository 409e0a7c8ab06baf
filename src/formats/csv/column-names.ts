// Name and unit of a column from the text above it.

import { timeName } from '../time-names.ts';
import { unitParts, unitSymbol } from '../units.ts';

export interface NamedColumn {
  readonly name: string;
  /** SI symbol; empty when none is said. */
  readonly unit: string;
}

const BRACKETED = /^(.*?)\s*[([{]\s*([^()[\]{}]*?)\s*[)\]}]\s*$/;
const IN_UNIT = /^(?:(.*\S)\s+)?in\s+(\S{1,10})$/i;
const MARKED = /^(.*?\S)\s*(\/|,|_|\s)\s*([^\s/_,]{1,10})$/;
/** Single letters that are units behind these words; `Channel A` and `phase V` are names. */
const QUANTITIES: Readonly<Record<string, RegExp>> = {
  A: /(?:current|strom|amps?|courant|corriente|^i\d?$)/i,
  V: /./,
  W: /(?:power|leistung|puissance|^p\d?$)/i,
  C: /(?:temp|charge|ladung)/i,
  F: /(?:temp|capac|kapaz)/i,
  K: /temp/i,
  J: /energ/i,
  N: /(?:force|kraft|load|last$)/i,
};

export function namedColumn(text: string): NamedColumn {
  // SPICE: the voltage of a node, the current through a part
  const spice = /^([VI])[nx]?\(\S*\)$/i.exec(text)?.[1]?.toUpperCase();
  const bracketed = BRACKETED.exec(text);
  if (spice && !isUnit(bracketed?.[2] ?? '')) return { name: text, unit: spice === 'I' ? 'A' : 'V' };
  if (bracketed) {
    const [, name = '', unit = ''] = bracketed;
    // a remark, such as the number of a sensor
    if (/[:=,]/.test(unit)) return name === '' ? { name: text, unit: '' } : namedColumn(name);
    if (!/^\d*$/.test(unit)) return { name, unit: unitSymbol(unit) };
  }
  const within = IN_UNIT.exec(text);
  if (within && isUnit(within[2]!)) return { name: within[1] ?? '', unit: unitSymbol(within[2]!) };
  const marked = MARKED.exec(text);
  if (marked) {
    const [, name = '', mark = '', unit = ''] = marked;
    const isMarked = mark === '/' || mark === ',';
    if (isUnit(unit) && (isMarked || QUANTITIES[unit]?.test(name) || (unit.length > 1 && !WORDS.has(unit)))) {
      return { name, unit: unitSymbol(/temp/i.test(name) && /^[CF]$/.test(unit) ? `°${unit}` : unit) };
    }
  }
  const channel = /^(ch ?\d+) ?([VA])$/i.exec(text);
  if (channel) return { name: channel[1]!, unit: channel[2]!.toUpperCase() };
  // a unit that is written out, such as `Volt`, `Volts` or the `Volt1` of Agilent
  const word = text.replace(/ ?\d+$/, '');
  if (word.length > 1 && unitSymbol(word) !== word && isUnit(word)) return { name: text, unit: unitSymbol(word) };
  return { name: text, unit: '' };
}

/** Units that are words of names as well: `temp min` is the lowest temperature. */
const WORDS = new Set(['min', 'counts', 'deg', 'days', 'day']);

function isUnit(text: string): boolean {
  return unitParts(text) !== undefined || timeName('', text) !== undefined;
}

/** A line of units: what is there is a unit, in brackets or bare. */
export function isUnitLine(cells: readonly string[]): boolean {
  const present = cells.filter((cell) => cell !== '');
  const bare = present.map(bareUnit);
  const known = bare.filter((cell, index) => isUnit(cell) || present[index] !== cell || PLACEHOLDER.test(cell));
  return (
    present.length > 0 &&
    known.length * 2 > present.length &&
    bare.every((cell) => /^[^\d\s][^\d]{0,11}$|^$/.test(cell))
  );
}

/** Without the brackets around all of it. */
function bareUnit(cell: string): string {
  const bare = /^[([{]\s*([^()[\]{}]*?)\s*[)\]}]$/.exec(cell)?.[1] ?? cell;
  return bare.replace(/ (?:DC|AC)$/, '');
}

/** What stands in a line of units where there is none. */
const PLACEHOLDER =
  /^(?:sequence|no\.|none|raw|counts?|logic|-+|n\/a|a\.?u\.?|arb\.?|units?|bool(?:ean)?|dimensionless)$/i;

/** The unit in a line of units; empty for a placeholder. */
export function unitInLine(cell: string): string {
  const bare = bareUnit(cell);
  return /^counts?$/i.test(bare) ? 'counts' : PLACEHOLDER.test(bare) ? '' : unitSymbol(bare);
}

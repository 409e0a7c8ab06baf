// One cell of a table: a number in one of the ways in which they are written, a word for a missing value, a switch, a
// word of bits, a clock, or a text.

import { unitParts } from '../units.ts';
import { isClock } from './clock-times.ts';

/** How numbers are written in a table. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  /** Marks that stand between groups of three digits. */
  readonly hasThousands: boolean;
}

export type CellKind = 'blank' | 'missing' | 'number' | 'switch' | 'clock' | 'text';

/** A number, and the unit that stands behind it in the cell. */
export interface CellNumber {
  readonly value: number;
  readonly unit: string;
}

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;
const WITH_UNIT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?) ?([a-zA-Zµ°Ω%][a-zA-Z0-9µ°Ω%/²³]{0,7})$/;
const HEX = /^[+-]?0[xX][0-9a-fA-F]{1,13}$/;
const INFINITY = /^([+-]?)(?:inf(?:inity)?|1\.#inf0*)$/i;
/** What meters, spreadsheets and libraries write where there is no value. */
const MISSING =
  /^(?:[+-]?(?:nan(?:\(\w*\))?|1\.#(?:qnan|ind|snan)\w*|o\.?l\.?|0l\.?|o\.?f\.?l\.?|ovld|over(?:load|range|flow|limit)?|under(?:range|flow)?|u\.?l\.?)|#?n\/?a\.?|#[a-z]+[!/?][0-9a-z]*[!?]?|null|nil|none|err(?:or)?\.?|e\.?r{2}|fail(?:ed)?|fault|unavailable|unknown|invalid|open|missing|void|bad|n\.?a\.?n\.?|[-–—]+|\*+|\?+|\.{1,3}|_+|∞)(?: ?[a-zµΩ°%]{1,4})?$/i;
const SWITCHES: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['on', 1],
  ['off', 0],
  ['high', 1],
  ['low', 0],
  ['yes', 1],
  ['no', 0],
  ['wahr', 1],
  ['falsch', 0],
  ['ein', 1],
  ['aus', 0],
  ['ja', 1],
  ['nein', 0],
]);
const BITS = /^[01]{4,32}$/;
const GROUPED = /^([+-]?\d{1,3})((?:[,.'’ ]\d{3})+)((?:[.,]\d*)?(?:[eE][+-]?\d+)?)(\D*)$/;

/** Cells that need no cleaning: nearly all. */
const CLEAN = /^[!#-~]*$/;

/** Without quotes, with plain blanks and a plain minus. */
export function cleanCell(cell: string): string {
  if (CLEAN.test(cell)) return cell;
  let text = cell.trim();
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) text = text.slice(1, -1).replaceAll('""', '"');
  return text
    .replace(/[\u00a0\u2009\u202f\u2007\0]/g, ' ')
    .replace(/\u2212/g, '-')
    .replace(/^([+-]) +(?=[\d.])/, '$1')
    .replace(/μ/g, 'µ')
    .trim();
}

/** The number that a clean cell holds; undefined when it is something else. Infinities are numbers. */
export function cellNumber(text: string, style: NumberStyle): CellNumber | undefined {
  if (HEX.test(text)) return { value: hexNumber(text), unit: '' };
  const plain = style.decimal === ',' || style.hasThousands ? withPoint(text, style) : text;
  if (PLAIN.test(plain)) return { value: Number(plain.replace(/[dD]/, 'e')), unit: '' };
  const [, number, unit] = WITH_UNIT.exec(plain.replace(/(?<=[A-ZΩ]) ?(?:DC|AC)$/, '')) ?? [];
  if (number !== undefined && unit !== undefined) return { value: Number(number), unit };
  const infinity = INFINITY.exec(text);
  if (infinity) {
    return { value: infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, unit: '' };
  }
  return undefined;
}

function hexNumber(text: string): number {
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace('+', ''));
}

/** With a point for the decimal mark and nothing between groups of digits; the text itself when it is not so written. */
function withPoint(text: string, { decimal, hasThousands }: NumberStyle): string {
  const [, first, groups, rest, tail] = hasThousands ? (GROUPED.exec(text) ?? []) : [];
  if (first !== undefined && groups !== undefined && groups[0] !== decimal && new Set(groups.match(/\D/g)).size === 1) {
    return `${first}${groups.replace(/\D/g, '')}${(rest ?? '').replace(decimal, '.')}${tail}`;
  }
  if (decimal === '.') return text;
  return text.includes('.') ? `${text} ` : text.replace(',', '.');
}

/** What a clean cell is. A number is followed by a unit that is known, or by nothing. */
export function cellKind(text: string, style: NumberStyle): CellKind {
  if (text === '') return 'blank';
  const number = cellNumber(text, style);
  if (number && (number.unit === '' || unitParts(number.unit))) return 'number';
  if (SWITCHES.has(text.toLowerCase())) return 'switch';
  if (isClock(text)) return 'clock';
  return MISSING.test(text) ? 'missing' : 'text';
}

/** 1, 0 or undefined. */
export function switchValue(text: string): number | undefined {
  return SWITCHES.get(text.toLowerCase());
}

/** A word of bits as it is printed, such as `00000011`. */
export function isBitWord(text: string): boolean {
  return BITS.test(text);
}

export function isMissingWord(text: string): boolean {
  return MISSING.test(text);
}

/** How the numbers of a table are written, seen from cells of it, and what of it was guessed. */
export function numberStyleOf(cells: Iterable<string>): NumberStyle & { readonly guess: string | undefined } {
  const seen = { point: 0, comma: 0, pointGroups: 0, commaGroups: 0, otherGroups: 0, unclear: 0 };
  let example = '';
  for (const cell of cells) {
    if (PLAIN.test(cell)) {
      if (cell.includes('.')) seen.point++;
      continue;
    }
    if (!/^[+-]?[\d.,'’ ]*\d[\d.,'’ ]*(?:[eEdD][+-]?\d+)?(?: ?[a-zA-Zµ°Ω%]{1,4})?$/.test(cell)) continue;
    const [digits = ''] = cell.split(/[eEdD]/);
    const points = digits.split('.').length - 1;
    const commas = digits.split(',').length - 1;
    if (/\d['’ ]\d{3}(?!\d)/.test(digits)) seen.otherGroups++;
    if (points > 0 && commas > 0) {
      const isPoint = digits.lastIndexOf('.') > digits.lastIndexOf(',');
      if (isPoint) seen.point++;
      else seen.comma++;
      if (isPoint) seen.commaGroups++;
      else seen.pointGroups++;
    } else if (commas > 1) seen.commaGroups++;
    else if (points > 1) seen.pointGroups++;
    else if (points === 1) seen.point++;
    else if (commas === 1) {
      if (/^[+-]?[1-9]\d{0,2},\d{3}\D*$/.test(digits)) {
        seen.unclear++;
        example ||= cell;
      } else seen.comma++;
    }
  }
  const isComma = seen.comma > seen.point || (seen.comma + seen.point + seen.commaGroups === 0 && seen.unclear > 0);
  const decimal = isComma ? ',' : '.';
  const hasThousands = seen.otherGroups > 0 || (isComma ? seen.pointGroups > 0 : seen.commaGroups + seen.unclear > 0);
  const isGuessed = seen.unclear > 0 && seen.comma + seen.point + seen.commaGroups === 0;
  return {
    decimal,
    hasThousands,
    guess: isGuessed
      ? `The comma in "${example}" is taken as the decimal mark; it could stand between thousands.`
      : undefined,
  };
}

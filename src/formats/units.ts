// Units as files write them, as SI symbols.

const NAMES: ReadonlyMap<string, string> = new Map([
  ['volt', 'V'],
  ['volts', 'V'],
  ['amp', 'A'],
  ['amps', 'A'],
  ['ampere', 'A'],
  ['amperes', 'A'],
  ['watt', 'W'],
  ['watts', 'W'],
  ['second', 's'],
  ['seconds', 's'],
  ['sekunde', 's'],
  ['sekunden', 's'],
  ['sec', 's'],
  ['secs', 's'],
  ['minute', 'min'],
  ['minutes', 'min'],
  ['hour', 'h'],
  ['hours', 'h'],
  ['hz', 'Hz'],
  ['hertz', 'Hz'],
  ['ohm', 'Ω'],
  ['ohms', 'Ω'],
  ['coulomb', 'C'],
  ['joule', 'J'],
  ['joules', 'J'],
  ['tesla', 'T'],
  ['kelvin', 'K'],
  ['celsius', '°C'],
  ['℃', '°C'],
  ['℉', '°F'],
  ['degc', '°C'],
  ['deg c', '°C'],
  ['degree', '°'],
  ['degrees', '°'],
  ['deg', '°'],
  ['percent', '%'],
  ['none', ''],
  ['unitless', ''],
]);

/** Prefixes before a unit that is written out (`mVolt`), and those that are written out themselves (`millivolt`). */
const PREFIX = /^(?:(pico|nano|micro|milli|kilo|mega|giga|tera)|([pnuµmkMGT]))?-?(.+)$/;
const PREFIX_WORDS: ReadonlyMap<string, string> = new Map([
  ['pico', 'p'],
  ['nano', 'n'],
  ['micro', 'µ'],
  ['milli', 'm'],
  ['kilo', 'k'],
  ['mega', 'M'],
  ['giga', 'G'],
  ['tera', 'T'],
]);
/** Symbols before which `u` means micro. */
const MICRO = /^u(?=(?:s|sec|V|A|W|J|C|F|H|Hz|T|m|g|Ohm|Ω)$)/;

/** The symbol of a unit such as `Volts`, `mVolt`, `usec` or `Deg C`; a text that is none stays as it is, trimmed. */
export function unitSymbol(text: string): string {
  const trimmed = text.trim().replaceAll('μ', 'µ').replaceAll('\u2126', 'Ω');
  const whole = NAMES.get(trimmed.toLowerCase());
  if (whole !== undefined) return whole;
  const match = PREFIX.exec(trimmed);
  const symbol = match?.[3] === undefined ? undefined : NAMES.get(match[3].toLowerCase());
  if (match && symbol) {
    const letter = PREFIX_WORDS.get(match[1] ?? '') ?? match[2] ?? '';
    return `${letter === 'u' ? 'µ' : letter}${symbol}`;
  }
  return trimmed.replace(MICRO, 'µ');
}

/** A unit in which a prefix may stand, and how many of it the prefix makes. */
export interface UnitParts {
  readonly base: string;
  readonly factor: number;
}

/** Symbols that take a prefix, and those that take none. */
const PREFIXED =
  /^([pnµmkMGT]?)(V|A|W|J|C|F|H|Hz|Ω|Ohm|ohm|s|g|m|T|K|N|Pa|bar|B|eV|Ah|Wh|VA|S|L|l|Vpp|Vrms|VDC|VAC|Sa\/s|S\/s)$/;
const UNPREFIXED = new Set([
  '°C',
  '°F',
  '°',
  'dB',
  'dBm',
  'dBV',
  'dBc',
  '%',
  'min',
  'h',
  'd',
  'rpm',
  'deg',
  'rad',
  'C',
  'F',
  'psi',
  'ppm',
  'cm',
  'mm',
  'hPa',
  'counts',
  'lx',
  'cd',
]);
const FACTORS: Readonly<Record<string, number>> = {
  p: 1e-12,
  n: 1e-9,
  µ: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** Undefined when the text is no unit that is known. */
export function unitParts(text: string): UnitParts | undefined {
  const symbol = unitSymbol(text);
  if (UNPREFIXED.has(symbol)) return { base: symbol, factor: 1 };
  const [, prefix, base] = PREFIXED.exec(symbol) ?? [];
  return base === undefined ? undefined : { base, factor: FACTORS[prefix ?? '']! };
}

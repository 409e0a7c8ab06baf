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
  const trimmed = text.trim().replaceAll('μ', 'µ');
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

// Numbers for people: SI prefixes, signs, units and their words, and back again from what people type.
// µ is U+00B5, minus is U+2212, and with 4 significant digits or more every number of a kind has the same
// width, so that a running readout stands still.

/** Powers of 1000 with their symbols (SI brochure, 9th edition, table 7). */
const PREFIXES = [
  { symbol: 'f', word: 'femto', exponent: -15 },
  { symbol: 'p', word: 'pico', exponent: -12 },
  { symbol: 'n', word: 'nano', exponent: -9 },
  { symbol: 'µ', word: 'micro', exponent: -6 },
  { symbol: 'm', word: 'milli', exponent: -3 },
  { symbol: '', word: '', exponent: 0 },
  { symbol: 'k', word: 'kilo', exponent: 3 },
  { symbol: 'M', word: 'mega', exponent: 6 },
  { symbol: 'G', word: 'giga', exponent: 9 },
  { symbol: 'T', word: 'tera', exponent: 12 },
] as const;

export type SiPrefix = (typeof PREFIXES)[number]['symbol'];

/** Units that never take a prefix. */
const PLAIN_UNITS = new Set(['', '%', '°C', 'h', 'min', 'd', 'dB']);
/** A unit as a file has it, with its prefix: that is part of it, and `kmV` is no unit. */
const PREFIXED_UNIT =
  /^(?:[fpnµmckMGT](?:[AVWsmgJCFHNTK]|Hz|eV|Ω|Pa|bar|Bq|Sv|Gy|rad|[AW]h|Vpp|Vrms)|hPa)(?:[/·*²³^].*)?$/;

/** Words, of which there is no thousandth, and angles in degrees. */
const WORD_UNIT = /^(?:°|[a-z]{4})/;

/** Spoken names, for screen readers. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  A: 'amperes',
  V: 'volts',
  W: 'watts',
  C: 'coulombs',
  J: 'joules',
  Ah: 'ampere-hours',
  Wh: 'watt-hours',
  s: 'seconds',
  Hz: 'hertz',
  Ω: 'ohms',
  B: 'bytes',
  'S/s': 'samples per second',
  '%': 'percent',
  '°C': 'degrees Celsius',
};

const MINUS = '\u2212';
const FIGURE_SPACE = '\u2007';
const NARROW_SPACE = '\u202f';
const OHM_SIGN = /\u2126/g; // compatibility character; U+03A9 is the letter that Unicode recommends
const GREEK_MU = /\u03bc/g;

export interface SiFormat {
  /** 1…15; 6 when left out. */
  readonly significantDigits?: number;
  /** Use this prefix whatever the value. */
  readonly prefix?: SiPrefix | undefined;
  /** The prefix shown before: kept a little beyond its range, so that a value on the border does not flicker. */
  readonly previousPrefix?: SiPrefix | undefined;
  /** Reserve the sign's place also when positive. */
  readonly padSign?: boolean;
}

/** A formatted value in pieces, because number and unit are drawn in different sizes. */
export interface SiText {
  readonly number: string;
  readonly prefix: SiPrefix;
  /** Prefix and unit, such as `mA`. */
  readonly unit: string;
}

/** Formats `value` (in `unit`) with a prefix. NaN gives an em dash. */
export function formatSi(value: number, unit: string, format: SiFormat = {}): SiText {
  const digits = format.significantDigits ?? 6;
  const sign = value < 0 ? MINUS : format.padSign ? FIGURE_SPACE : '';
  if (!Number.isFinite(value)) {
    const prefix = format.prefix ?? format.previousPrefix ?? '';
    const symbol = Number.isNaN(value) ? '—' : `${value < 0 ? MINUS : ''}∞`;
    return { number: format.padSign ? symbol.padStart(digits + 2, FIGURE_SPACE) : symbol, prefix, unit: prefix + unit };
  }
  const magnitude = Math.abs(value);
  const prefix = format.prefix ?? choosePrefix(magnitude, unit, digits, format.previousPrefix);
  const scaled = scaleBy(magnitude, -exponentOf(prefix));
  const number =
    unit === '' || PREFIXED_UNIT.test(unit) || WORD_UNIT.test(unit)
      ? bareNumber(scaled, digits)
      : scaled.toFixed(decimalsOf(scaled, digits));
  return {
    number:
      (Number(number.replaceAll(NARROW_SPACE, '')) === 0 && sign === MINUS
        ? format.padSign
          ? FIGURE_SPACE
          : ''
        : sign) + number,
    prefix,
    unit: prefix + unit,
  };
}

/** `formatSi` in one string with a narrow no-break space before the unit. */
export function formatSiText(value: number, unit: string, format: SiFormat = {}): string {
  const text = formatSi(value, unit, format);
  return text.unit === '' ? text.number : `${text.number}${NARROW_SPACE}${text.unit}`;
}

/** As many digits as the value has, up to nine: `1.5 mA`, `10 A`. For settings and limits. */
export function formatSiExact(value: number, unit: string): string {
  for (let significantDigits = 1; significantDigits < 9; significantDigits++) {
    const text = formatSi(value, unit, { significantDigits });
    if (parseSi(`${text.number}${text.unit}`, unit) === value) return formatSiText(value, unit, { significantDigits });
  }
  return formatSiText(value, unit, { significantDigits: 9 });
}

/** For screen readers: `1.5 milliamperes`. */
export function speakSi(value: number, unit: string, significantDigits = 4): string {
  if (Number.isNaN(value)) return 'no value';
  const { number, prefix } = formatSi(value, unit, { significantDigits });
  const word = PREFIXES.find((row) => row.symbol === prefix)?.word ?? '';
  return `${number.replace(MINUS, 'minus ')} ${word}${UNIT_WORDS[normalizeUnit(unit)] ?? unit}`.trim();
}

/**
 * What a person typed as a value in `unit`: comma or point as the decimal mark, spaces between thousands, a
 * prefix with or without the unit, `u` for µ, either sign of Ω, either minus. `undefined` if it is not a number
 * in this unit.
 */
export function parseSi(text: string, unit: string): number | undefined {
  const clean = text.trim().replaceAll(MINUS, '-').replace(GREEK_MU, 'µ').replace(OHM_SIGN, 'Ω').replace(/\s/g, '');
  const match = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)(.*)$/.exec(clean);
  if (!match) return undefined;
  const value = Number((match[1] ?? '').replace(',', '.'));
  const suffix = match[2] ?? '';
  const plainUnit = normalizeUnit(unit);
  if (suffix === '' || suffix === plainUnit) return value;
  const symbol = suffix.endsWith(plainUnit) ? suffix.slice(0, suffix.length - plainUnit.length) : suffix;
  const prefix = PREFIXES.find((row) => row.symbol === (symbol === 'u' ? 'µ' : symbol));
  if (!prefix || (prefix.symbol !== '' && takesNoPrefix(plainUnit) && plainUnit !== '')) return undefined;
  return scaleBy(value, prefix.exponent);
}

/**
 * A measured value: the uncertainty with two significant digits, the value rounded to the same place, and the unit as it
 * is: `2183 ± 61 ns`. Without a finite uncertainty above 0 the value alone, with four digits.
 */
export function formatUncertain(value: number, uncertainty: number, unit = ''): string {
  const suffix = unit === '' ? '' : `${NARROW_SPACE}${unit}`;
  const written = (number: string) => groupThousands(number).replace('-', MINUS);
  if (!Number.isFinite(value)) return `—${suffix}`;
  if (!(uncertainty > 0 && Number.isFinite(uncertainty))) {
    return written(String(Number(value.toPrecision(4)))) + suffix;
  }
  // Rounding may add a digit: 99.6 becomes 100, whose second digit is the tens.
  const place = Math.floor(Math.log10(Number(uncertainty.toPrecision(2)))) - 1;
  const step = 10 ** Math.max(0, place);
  const text = (number: number) =>
    written(place > 0 ? String(Math.round(number / step) * step) : number.toFixed(Math.min(100, -place)));
  return `${text(value)} ± ${text(uncertainty)}${suffix}`;
}

/** Shorter numbers are read at a glance. */
const GROUPED_DIGITS = 5;

/** Narrow spaces between the thousands of a decimal number that is long before its point. */
export function groupThousands(number: string): string {
  const [whole = '', ...rest] = number.split('.');
  const isLong = whole.replace(/\D/g, '').length >= GROUPED_DIGITS;
  return [isLong ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : whole, ...rest].join('.');
}

/** Shares nearer to 0 or to 1 than a percentage tells. */
const LEAST_PERCENT = 0.01;
const MOST_PERCENT = 99.9;

/** A whole number with narrow spaces between thousands. */
export function formatCount(count: number): string {
  return String(Math.trunc(count))
    .replace('-', MINUS)
    .replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
}

/**
 * A share 0…1 as a percentage, with two decimals below 10 % and one above; NaN gives an em dash. What is not all, or not
 * nothing, never reads so: `> 99.9 %`, `< 0.01 %`.
 */
export function formatPercent(share: number): string {
  if (Number.isNaN(share)) return '—';
  const percent = 100 * share;
  const unit = `${NARROW_SPACE}%`;
  if (percent > 0 && percent < LEAST_PERCENT) return `< ${LEAST_PERCENT}${unit}`;
  if (percent > MOST_PERCENT && percent < 100) return `> ${MOST_PERCENT}${unit}`;
  return `${percent.toFixed(percent < 9.995 ? 2 : 1)}${unit}`;
}

/** Bytes with decimal prefixes, three digits: `1.25 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}${NARROW_SPACE}B`;
  return formatSiText(bytes, 'B', { significantDigits: 3 });
}

/** Power of ten of a prefix, such as −3 for `m`. */
export function exponentOf(prefix: SiPrefix): number {
  return PREFIXES.find((row) => row.symbol === prefix)?.exponent ?? 0;
}

/** value · 10^exponent with one rounding: powers of ten up to 10^22 are exact doubles, their inverses are not. */
function scaleBy(value: number, exponent: number): number {
  return exponent >= 0 ? value * 10 ** exponent : value / 10 ** -exponent;
}

/** A number without a unit has no prefix to be small with: it keeps its digits, below a thousandth with an exponent. */
function bareNumber(value: number, digits: number): string {
  if (value === 0 || value >= 0.1) return groupThousands(value.toFixed(decimalsOf(value, digits)));
  if (value < 1e-3) return value.toExponential(digits - 1).replace('-', MINUS);
  return value.toFixed(digits - 1 - Math.floor(Math.log10(value)));
}

function decimalsOf(scaled: number, digits: number): number {
  const integerDigits = Math.max(1, Math.floor(Math.log10(Math.max(scaled, 1))) + 1);
  const decimals = Math.max(0, digits - integerDigits);
  // Rounding may add a digit (99.9996 to 100.000): then one decimal fewer keeps the width.
  const rounded = Number(scaled.toFixed(decimals));
  return rounded >= 10 ** integerDigits ? Math.max(0, decimals - 1) : decimals;
}

function choosePrefix(magnitude: number, unit: string, digits: number, previous: SiPrefix | undefined): SiPrefix {
  if (takesNoPrefix(unit)) return '';
  if (previous !== undefined && magnitude > 0) {
    const scaled = scaleBy(magnitude, -exponentOf(previous));
    if (scaled >= 0.9 && scaled < 1100) return previous;
  }
  if (magnitude === 0) return previous ?? '';
  for (const row of PREFIXES) {
    const scaled = scaleBy(magnitude, -row.exponent);
    if (Number(scaled.toPrecision(digits)) < 1000) return row.symbol;
  }
  return 'T';
}

function takesNoPrefix(unit: string): boolean {
  return PLAIN_UNITS.has(unit) || PREFIXED_UNIT.test(unit) || WORD_UNIT.test(unit);
}

function normalizeUnit(unit: string): string {
  return unit.replace(OHM_SIGN, 'Ω').replace(GREEK_MU, 'µ');
}

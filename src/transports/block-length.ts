// How long a definite block of IEEE 488.2 says that it is: all that a link has to know of what it carries.

const HASH = 0x23;
const ZERO = 0x30;
const OPEN = 0x28;
const CLOSE = 0x29;
/** Digits that a long form (`#(1234)`) may have: no instrument sends a petabyte. */
const MAX_LONG_DIGITS = 15;

export interface BlockHeader {
  readonly headerBytes: number;
  readonly contentBytes: number;
}

/**
 * The header that `bytes` begin with: `#<digits><length>`, or `#(<length>)` of Rohde & Schwarz. `incomplete` when more is
 * needed to tell; `undefined` when it is none, as `#H1F` and the indefinite `#0`.
 */
export function blockHeader(bytes: Uint8Array): BlockHeader | 'incomplete' | undefined {
  if (bytes.length === 0) return 'incomplete';
  if (bytes[0] !== HASH) return undefined;
  const kind = bytes[1];
  if (kind === undefined) return 'incomplete';
  if (kind === OPEN) return longHeader(bytes);
  const digitCount = kind - ZERO;
  if (digitCount < 1 || digitCount > 9) return undefined;
  const digits = bytes.subarray(2, 2 + digitCount);
  if (!digits.every(isDigit)) return undefined;
  return digits.length < digitCount ? 'incomplete' : { headerBytes: 2 + digitCount, contentBytes: numberOf(digits) };
}

function longHeader(bytes: Uint8Array): BlockHeader | 'incomplete' | undefined {
  const end = bytes.subarray(0, 3 + MAX_LONG_DIGITS).indexOf(CLOSE);
  const digits = bytes.subarray(2, end < 0 ? 2 + MAX_LONG_DIGITS : end);
  if (!digits.every(isDigit)) return undefined;
  if (end < 0) return digits.length < MAX_LONG_DIGITS ? 'incomplete' : undefined;
  return digits.length === 0 ? undefined : { headerBytes: end + 1, contentBytes: numberOf(digits) };
}

/** Bytes of the block that `bytes` begin with, header included; `undefined` when they begin with none. */
export function blockLength(bytes: Uint8Array): number | undefined {
  const header = blockHeader(bytes);
  return typeof header === 'object' ? header.headerBytes + header.contentBytes : undefined;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

function numberOf(digits: Uint8Array): number {
  return digits.reduce((value, digit) => value * 10 + digit - ZERO, 0);
}

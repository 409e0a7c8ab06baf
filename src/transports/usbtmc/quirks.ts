// What instruments do that USBTMC does not say, by vendor and product. Known from python-usbtmc and libsigrok.

export interface Quirks {
  /**
   * Only the first packet of an answer has a header; the rest follows bare, without being asked for. Asking again would
   * begin the answer anew.
   */
  readonly isHeaderless: boolean;
  /** The size in the header is wrong for answers that begin with a block: the block's own length counts. */
  readonly hasWrongBlockSize: boolean;
  /** Announces remote control and misbehaves when it is used. */
  readonly isNeverRemote: boolean;
  /** Wants a reset of the bus when it is opened. */
  readonly wantsReset: boolean;
  /** Is not of the class of USBTMC. */
  readonly isAnyClass: boolean;
  /** Answers with one transfer, and never says that it was the last. */
  readonly hasSingleTransfer: boolean;
  /** Takes commands only after REN_CONTROL, whatever it announces. */
  readonly wantsLock: boolean;
  /** The most that it can be asked for at once. */
  readonly maxRequestBytes: number;
}

const NONE: Quirks = {
  isHeaderless: false,
  hasWrongBlockSize: false,
  isNeverRemote: false,
  wantsReset: false,
  isAnyClass: false,
  hasSingleTransfer: false,
  wantsLock: false,
  maxRequestBytes: Number.POSITIVE_INFINITY,
};

const RIGOL = 0x1ab1;
const AGILENT = 0x0957;
const YOKOGAWA = 0x0b21;
const SIGLENT = 0xf4ec;
const ADVANTEST = 0x1334;

interface QuirkRow {
  readonly vendorId: number;
  /** Left out: all of the vendor's. */
  readonly productIds?: readonly number[];
  readonly quirks: Partial<Quirks>;
}

const ROWS: readonly QuirkRow[] = [
  // DS1000E, DS1000D
  { vendorId: RIGOL, productIds: [0x0588], quirks: { isHeaderless: true } },
  // DS1000Z
  { vendorId: RIGOL, productIds: [0x04ce], quirks: { isHeaderless: true, hasWrongBlockSize: true } },
  // DS1000, DS2000, DS4000, MSO5000
  { vendorId: RIGOL, productIds: [0x0588, 0x04b0, 0x04b1, 0x0515], quirks: { isNeverRemote: true } },
  // DSO1000, made by Rigol
  { vendorId: AGILENT, productIds: [0x0588], quirks: { isNeverRemote: true } },
  { vendorId: YOKOGAWA, quirks: { isNeverRemote: true } },
  { vendorId: SIGLENT, quirks: { isNeverRemote: true, wantsReset: true } },
  {
    vendorId: ADVANTEST,
    quirks: { isAnyClass: true, hasSingleTransfer: true, wantsLock: true, maxRequestBytes: 63 },
  },
];

export function quirksOf(vendorId: number, productId: number): Quirks {
  const rows = ROWS.filter((row) => row.vendorId === vendorId && (row.productIds?.includes(productId) ?? true));
  return Object.assign({ ...NONE }, ...rows.map((row) => row.quirks)) as Quirks;
}

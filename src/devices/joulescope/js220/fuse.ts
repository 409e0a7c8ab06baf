// The soft fuses: what a person sets (a current, and how soon twice that current opens the circuit) and the two
// registers that the instrument computes with (pyjoulescope_ui, devices/jsdrv/js220_fuse.py).

/** Fraction bits of the registers F and K. */
const F_BITS = 14;
const K_BITS = 10;
/** Both registers have 18 bits. */
const REGISTER_MAX = 2 ** 18 - 1;
/** The instrument sums up so many currents before it squares. */
const F_SCALE = 61;
/** The time is told for a current of so many thresholds. */
const OVERLOAD = 2;

export interface FuseSetting {
  /** The fuse never opens below this current. */
  readonly thresholdA: number;
  /** Time after which twice that current opens it. */
  readonly durationS: number;
}

export interface FuseRegisters {
  readonly f: number;
  readonly k: number;
}

export function fuseRegisters({ thresholdA, durationS }: FuseSetting): FuseRegisters {
  const k = -Math.log(1 - OVERLOAD ** -2) / durationS;
  const f = Math.sqrt(k) / (F_SCALE * thresholdA);
  return { f: toFixed(f, F_BITS), k: toFixed(k, K_BITS) };
}

/** `undefined` while nothing is set. */
export function fuseSetting({ f, k }: FuseRegisters): FuseSetting | undefined {
  if (f === 0 || k === 0) return undefined;
  const decay = k / 2 ** K_BITS;
  return {
    thresholdA: Math.sqrt(decay) / ((F_SCALE * f) / 2 ** F_BITS),
    durationS: -Math.log(1 - OVERLOAD ** -2) / decay,
  };
}

/** At least 1: zero would be no fuse at all. */
function toFixed(value: number, bits: number): number {
  return Math.min(REGISTER_MAX, Math.max(1, Math.round(value * 2 ** bits)));
}

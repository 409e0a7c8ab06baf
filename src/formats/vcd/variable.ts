// One variable of a value change dump: its changes as they come, and the signal that they make.

import type { SampleType, SignalAxis } from '../../model/signal-store.ts';
import type { StampedPlainSignal } from '../plain-store.ts';

/** Code of a bit that is x or z. */
const UNKNOWN_BIT = 2;
/** Bits that a double holds exactly. */
const EXACT_BITS = 53;
const FIRST_ROOM = 16;
const GROWTH = 1.5;

export type VariableKind = 'bit' | 'vector' | 'signed' | 'real';

export class Variable {
  readonly kind: VariableKind;
  readonly bits: number;
  #times = new Float64Array(FIRST_ROOM);
  #values: Uint8Array | Float64Array;
  #count = 0;

  constructor(kind: VariableKind, bits: number) {
    this.kind = kind;
    this.bits = bits;
    this.#values = kind === 'bit' ? new Uint8Array(FIRST_ROOM) : new Float64Array(FIRST_ROOM);
  }

  get changeCount(): number {
    return this.#count;
  }

  /** Its numbers are rounded. */
  get isRounded(): boolean {
    return (this.kind === 'vector' || this.kind === 'signed') && this.bits > EXACT_BITS;
  }

  /** From `timeS` on it has this value; NaN where that is not known. Times do not fall. */
  add(timeS: number, value: number): void {
    if (this.#count === this.#times.length) this.#grow();
    this.#times[this.#count] = timeS;
    this.#values[this.#count++] = this.kind === 'bit' && Number.isNaN(value) ? UNKNOWN_BIT : value;
  }

  /** The last value holds until `endS`. */
  signal(name: string, endS: number, axis: SignalAxis | undefined): StampedPlainSignal {
    const timesS = this.#times.subarray(0, this.#count);
    const values = this.#values.subarray(0, this.#count);
    return {
      info: {
        id: name,
        name,
        unit: '',
        source: '',
        dtype: this.#sampleType(),
        timing: 'stamped',
        axisId: name,
        startS: timesS[0] ?? 0,
        endS: Math.max(endS, timesS.at(-1) ?? 0),
        ...(axis && { axis }),
        startSample: 0,
        endSample: this.#count,
        firstSampleId: 0n,
      },
      timesS,
      read: (start, end) =>
        Promise.resolve(
          values instanceof Float64Array
            ? values.slice(start, end)
            : Float32Array.from(values.subarray(start, end), (bit) => (bit === UNKNOWN_BIT ? Number.NaN : bit)),
        ),
    };
  }

  #sampleType(): SampleType {
    if (this.kind === 'bit') return 'u1';
    if (this.kind === 'real' || this.bits > 32) return 'f64';
    if (this.kind === 'signed') return 'i32';
    return this.bits <= 8 ? 'u8' : this.bits <= 16 ? 'u16' : 'u32';
  }

  #grow(): void {
    const room = Math.ceil(this.#times.length * GROWTH);
    const times = new Float64Array(room);
    times.set(this.#times);
    this.#times = times;
    const values = this.kind === 'bit' ? new Uint8Array(room) : new Float64Array(room);
    values.set(this.#values);
    this.#values = values;
  }
}

/** The number that bits spell, such as `0101`; NaN where one is x or z or no bit. Bits that are left out are 0. */
export function bitsValue(text: string, start: number, variable: Variable): number {
  let value = 0;
  for (let at = start; at < text.length; at++) {
    const bit = text.charCodeAt(at) - 0x30;
    if (bit !== 0 && bit !== 1) return Number.NaN;
    value = value * 2 + bit;
  }
  const isNegative = variable.kind === 'signed' && text.length - start >= variable.bits && text[start] === '1';
  return isNegative ? value - 2 ** (text.length - start) : value;
}

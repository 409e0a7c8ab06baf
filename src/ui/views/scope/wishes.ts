// Settings that were asked for on the screen, so that it can say where the instrument chose otherwise.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { ConnectedInstrument, Instruments } from '../../../app/instruments.ts';
import type { ParameterValue } from '../../../model/parameter.ts';

/** Numbers closer than this part are one: instruments answer with six or more digits. */
const SAME = 1e-6;

export class Wishes {
  readonly #instruments: Instruments;
  readonly #last = signal<Readonly<Record<string, ParameterValue>>>({});

  constructor(instruments: Instruments) {
    this.#instruments = instruments;
  }

  /** What was asked for last, by parameter. */
  get last(): ReadonlySignal<Readonly<Record<string, ParameterValue>>> {
    return this.#last;
  }

  /** Another instrument was never asked. */
  forget(): void {
    this.#last.value = {};
  }

  async set(instrument: ConnectedInstrument, id: string, value: ParameterValue): Promise<void> {
    const { [id]: _, ...others } = this.#last.value;
    this.#last.value = others;
    await this.#instruments.set(instrument, id, value);
    this.#last.value = { ...this.#last.value, [id]: value };
  }

  /** What was asked for where the instrument has something else. */
  otherwise(instrument: ConnectedInstrument, id: string): ParameterValue | undefined {
    const wished = this.#last.value[id];
    const value = instrument.status.value.values[id];
    if (wished === undefined || value === undefined || instrument.pending.value[id] !== undefined) return undefined;
    return isSame(wished, value) ? undefined : wished;
  }
}

function isSame(a: ParameterValue, b: ParameterValue): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}

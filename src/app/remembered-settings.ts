// Settings that belong to a unit and not to a session, such as the limits that somebody drew for a supply: kept in this
// browser by what the unit says it is, and set again before anybody can use it. Its sequence is kept beside them, and is only
// shown again.

import * as v from 'valibot';
import type { InstrumentIdentity } from '../model/instrument.ts';
import type { ParameterValue } from '../model/parameter.ts';
import type { Sequence } from '../model/sequence.ts';
import { type KeyValueStore, keepDocument, loadDocument } from './persisted.ts';

const KEY = 'pulsebench.unit-settings';
/** The newest; older ones are forgotten, so that the store cannot fill up. */
const MAX_UNITS = 100;

const values = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));

const sequence = v.object({
  columns: v.array(v.string()),
  steps: v.array(v.object({ values, durationS: v.number() })),
  roundCount: v.optional(v.number()),
});

const schema = v.object({
  version: v.literal(1),
  // limits stay, whatever a sequence looks like
  units: v.array(v.object({ unit: v.string(), values, sequence: v.fallback(v.optional(sequence), undefined) })),
});

interface UnitRow {
  readonly unit: string;
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly sequence?: Sequence | undefined;
}

export class RememberedSettings {
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  of(identity: InstrumentIdentity): Readonly<Record<string, ParameterValue>> {
    return this.#row(identity).values;
  }

  sequenceOf(identity: InstrumentIdentity): Sequence | undefined {
    return this.#row(identity).sequence;
  }

  keep(identity: InstrumentIdentity, parameterId: string, value: ParameterValue): void {
    const row = this.#row(identity);
    this.#keep({ ...row, values: { ...row.values, [parameterId]: value } });
  }

  keepSequence(identity: InstrumentIdentity, kept: Sequence): void {
    this.#keep({ ...this.#row(identity), sequence: kept });
  }

  #row(identity: InstrumentIdentity): UnitRow {
    const unit = nameOf(identity);
    return this.#load().find((row) => row.unit === unit) ?? { unit, values: {} };
  }

  #keep(row: UnitRow): void {
    const others = this.#load().filter(({ unit }) => unit !== row.unit);
    keepDocument(this.#store, KEY, { version: 1, units: [row, ...others].slice(0, MAX_UNITS) });
  }

  #load(): readonly UnitRow[] {
    return loadDocument(this.#store, KEY, schema)?.units ?? [];
  }
}

function nameOf({ vendor, model, serialNumber }: InstrumentIdentity): string {
  return JSON.stringify([vendor, model, serialNumber]);
}

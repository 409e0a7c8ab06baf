// Settings that belong to a unit and not to a session, such as the limits that somebody drew for a supply: kept in this
// browser by what the unit says it is, and set again before anybody can use it.

import * as v from 'valibot';
import type { InstrumentIdentity } from '../model/instrument.ts';
import type { ParameterValue } from '../model/parameter.ts';
import { type KeyValueStore, keepDocument, loadDocument } from './persisted.ts';

const KEY = 'pulsebench.unit-settings';
/** The newest; older ones are forgotten, so that the store cannot fill up. */
const MAX_UNITS = 100;

const schema = v.object({
  version: v.literal(1),
  units: v.array(
    v.object({ unit: v.string(), values: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])) }),
  ),
});

export class RememberedSettings {
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  of(identity: InstrumentIdentity): Readonly<Record<string, ParameterValue>> {
    const unit = nameOf(identity);
    return this.#load().find((row) => row.unit === unit)?.values ?? {};
  }

  keep(identity: InstrumentIdentity, parameterId: string, value: ParameterValue): void {
    const unit = nameOf(identity);
    const values = { ...this.of(identity), [parameterId]: value };
    const others = this.#load().filter((row) => row.unit !== unit);
    keepDocument(this.#store, KEY, { version: 1, units: [{ unit, values }, ...others].slice(0, MAX_UNITS) });
  }

  #load(): v.InferOutput<typeof schema>['units'] {
    return loadDocument(this.#store, KEY, schema)?.units ?? [];
  }
}

function nameOf({ vendor, model, serialNumber }: InstrumentIdentity): string {
  return JSON.stringify([vendor, model, serialNumber]);
}

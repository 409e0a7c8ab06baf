// The user's settings: one table that gives types, defaults, validation, the Settings view and its help text.

import { type Signal, signal } from '@preact/signals-core';
import * as v from 'valibot';
import type { HistoryLength } from '../model/instrument.ts';
import { isAllowedValue, type Parameter, type ParameterValue } from '../model/parameter.ts';
import { type KeyValueStore, keepDocument, loadDocument } from './persisted.ts';

const KEY = 'pulsebench.settings';

/** Ids are dotted and stable: moving code must not lose anybody's settings. */
export interface SettingValues {
  readonly 'appearance.theme': 'dark' | 'light' | 'high-contrast' | 'system';
  readonly 'meter.charge-unit': 'C' | 'Ah';
  readonly 'meter.energy-unit': 'J' | 'Wh';
  readonly 'meter.digits': '4' | '5' | '6' | '7';
  readonly 'live.history': '5' | '10' | '20' | '40' | '60' | '120' | '600';
  readonly 'live.overview': '60' | '600' | '1800' | '3600' | '10800';
  readonly 'record.limit-minutes': number;
  readonly 'epics.prefix': string;
  readonly 'keys.single': boolean;
}

export type SettingId = keyof SettingValues;

export const SETTINGS: readonly (Parameter & { readonly id: SettingId })[] = [
  {
    id: 'appearance.theme',
    kind: 'choice',
    group: 'Appearance',
    label: 'Theme',
    help: 'Colours of the whole page. “Like the system” follows your operating system, high contrast included.',
    choices: [
      { value: 'system', label: 'Like the system' },
      { value: 'dark', label: 'Dark' },
      { value: 'light', label: 'Light' },
      { value: 'high-contrast', label: 'High contrast' },
    ],
    default: 'system',
  },
  {
    id: 'meter.digits',
    kind: 'choice',
    group: 'Numbers',
    label: 'Multimeter digits',
    help: 'Significant digits of the big readings.',
    choices: ['4', '5', '6', '7'].map((value) => ({ value, label: value })),
    default: '6',
  },
  {
    id: 'meter.charge-unit',
    kind: 'choice',
    group: 'Numbers',
    label: 'Charge in',
    help: 'Unit of accumulated charge. 1 Ah is 3600 C.',
    choices: [
      { value: 'C', label: 'Coulombs (C)' },
      { value: 'Ah', label: 'Ampere-hours (Ah)' },
    ],
    default: 'C',
  },
  {
    id: 'meter.energy-unit',
    kind: 'choice',
    group: 'Numbers',
    label: 'Energy in',
    help: 'Unit of accumulated energy. 1 Wh is 3600 J.',
    choices: [
      { value: 'J', label: 'Joules (J)' },
      { value: 'Wh', label: 'Watt-hours (Wh)' },
    ],
    default: 'J',
  },
  {
    id: 'live.history',
    kind: 'choice',
    group: 'Live data',
    label: 'History',
    help: 'How long a live view has every sample. One second of a JS110 takes 27 MB of memory, and as much again while its view is paused; an instrument for which there is not so much memory (3.5 GB) keeps as much as fits. Before that there is the overview. Taken over when an instrument is started.',
    choices: [
      { value: '5', label: '5 s' },
      { value: '10', label: '10 s' },
      { value: '20', label: '20 s' },
      { value: '40', label: '40 s' },
      { value: '60', label: '1 min' },
      { value: '120', label: '2 min' },
      { value: '600', label: '10 min' },
    ],
    default: '5',
  },
  {
    id: 'live.overview',
    kind: 'choice',
    group: 'Live data',
    label: 'Overview',
    help: 'How far a live view can look back in all. Before the history it knows mean, spread and extremes of short stretches, one millisecond of a JS110, and no single samples: figures there are marked ≈. One minute of a JS110 takes 6.4 MB of memory. Taken over when an instrument is started.',
    choices: [
      { value: '60', label: '1 min' },
      { value: '600', label: '10 min' },
      { value: '1800', label: '30 min' },
      { value: '3600', label: '1 h' },
      { value: '10800', label: '3 h' },
    ],
    default: '600',
  },
  {
    id: 'record.limit-minutes',
    kind: 'number',
    group: 'Recording',
    label: 'Stop recording after',
    help: 'A recording ends by itself after this time; 0.05 is three seconds. 0 means that it goes on until you stop it or the disk is nearly full.',
    unit: 'min',
    min: 0,
    max: 100_000,
    step: 0,
    default: 0,
  },
  {
    id: 'epics.prefix',
    kind: 'text',
    group: 'EPICS',
    label: 'Prefix',
    help: 'First part of the names of process variables that instruments are published as.',
    default: 'PULSEBENCH',
  },
  {
    id: 'keys.single',
    kind: 'toggle',
    group: 'Keyboard',
    label: 'Single-key shortcuts',
    help: 'Shortcuts that are one letter without Ctrl. Turn them off if you use speech input.',
    default: true,
  },
];

const schema = v.object({
  version: v.literal(1),
  values: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
});

/** Settings as signals, kept in this browser. */
export class Settings {
  readonly #store: KeyValueStore;
  readonly #signals = new Map<SettingId, Signal<ParameterValue>>();

  constructor(store: KeyValueStore) {
    this.#store = store;
    const saved = this.#saved();
    for (const parameter of SETTINGS) {
      const value = saved[parameter.id];
      this.#signals.set(parameter.id, signal(isAllowedValue(parameter, value) ? value : defaultOf(parameter)));
    }
  }

  /** The value now; tracked when read inside an effect. */
  get<Id extends SettingId>(id: Id): SettingValues[Id] {
    return this.#signalOf(id).value as SettingValues[Id];
  }

  /** Every value, in the shape that a parameter panel shows. */
  values(): Readonly<Record<string, ParameterValue>> {
    return Object.fromEntries(SETTINGS.map(({ id }) => [id, this.#signalOf(id).value]));
  }

  /** False when the value is not allowed; then nothing changes. */
  set(id: string, value: ParameterValue): boolean {
    const parameter = SETTINGS.find((row) => row.id === id);
    if (!parameter || !isAllowedValue(parameter, value)) return false;
    this.#signalOf(parameter.id).value = value;
    // Another tab may have set others.
    keepDocument(this.#store, KEY, { version: 1, values: { ...this.#saved(), [id]: value } });
    return true;
  }

  reset(): void {
    for (const parameter of SETTINGS) this.#signalOf(parameter.id).value = defaultOf(parameter);
    keepDocument(this.#store, KEY, { version: 1, values: this.values() });
  }

  #saved(): Readonly<Record<string, ParameterValue>> {
    return loadDocument(this.#store, KEY, schema)?.values ?? {};
  }

  #signalOf(id: SettingId): Signal<ParameterValue> {
    const found = this.#signals.get(id);
    if (!found) throw new Error(`internal error: no setting ${id}`);
    return found;
  }
}

/** How long instruments keep their streams: the overview is never shorter than the history. */
export function historyLength(settings: Settings): HistoryLength {
  const samplesS = Number(settings.get('live.history'));
  return { samplesS, overviewS: Math.max(samplesS, Number(settings.get('live.overview'))) };
}

function defaultOf(parameter: Parameter): ParameterValue {
  return parameter.kind === 'action' ? false : parameter.default;
}

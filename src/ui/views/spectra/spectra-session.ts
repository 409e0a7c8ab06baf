// What the spectra view keeps while another view is open: calibrations, regions and backgrounds, by input of an instrument.
// Calibrations and regions are there on the next visit, too.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import * as v from 'valibot';
import type { App } from '../../../app/app.ts';
import type { SavedViews } from '../../../app/saved-views.ts';
import type { CalibrationPoint } from '../../../model/energy-fit.ts';
import type { LiveSpectrum } from '../../../model/live-spectrum.ts';
import type { SpectrumRegion } from '../../../model/spectrum-info.ts';

export interface InputNotes {
  /** By channel. */
  readonly points: readonly CalibrationPoint[];
  readonly regions: readonly SpectrumRegion[];
  readonly background: LiveSpectrum | undefined;
  readonly isSubtracted: boolean;
}

const channel = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const savedNotes = v.object({
  version: v.literal(1),
  points: v.array(
    v.object({
      channel: v.pipe(v.number(), v.finite()),
      uncertainty: v.pipe(v.number(), v.finite(), v.gtValue(0)),
      keV: v.pipe(v.number(), v.finite()),
    }),
  ),
  regions: v.array(v.object({ name: v.string(), startChannel: channel, endChannel: channel })),
});

const viewKey = (key: string): string => `spectrum ${key}`;

export class SpectraSession {
  readonly #views: SavedViews;
  readonly #lastVisit = new Map<string, InputNotes>();
  readonly #notes = signal<Readonly<Record<string, InputNotes>>>({});
  /** Input that is shown, by its id. */
  readonly inputId = signal('IN1');

  constructor(views: SavedViews) {
    this.#views = views;
  }

  get notes(): ReadonlySignal<Readonly<Record<string, InputNotes>>> {
    return this.#notes;
  }

  notesOf(key: string): InputNotes {
    return this.#notes.value[key] ?? this.#kept(key);
  }

  change(key: string, change: Partial<InputNotes>): void {
    const notes = { ...this.notesOf(key), ...change };
    this.#notes.value = { ...this.#notes.value, [key]: notes };
    this.#views.set(viewKey(key), { version: 1, points: notes.points, regions: notes.regions });
  }

  /** Those of the last visit; looked up once. */
  #kept(key: string): InputNotes {
    const known = this.#lastVisit.get(key);
    if (known) return known;
    const { success, output } = v.safeParse(savedNotes, this.#views.get(viewKey(key)));
    const { points, regions } = success ? output : { points: [], regions: [] };
    const notes = { points, regions, background: undefined, isSubtracted: false };
    this.#lastVisit.set(key, notes);
    return notes;
  }
}

const sessions = new WeakMap<App, SpectraSession>();

/** That of the page. */
export function spectraSession(app: App): SpectraSession {
  const session = sessions.get(app) ?? new SpectraSession(app.views);
  sessions.set(app, session);
  return session;
}

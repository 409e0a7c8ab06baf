// What the spectra view keeps while another view is open: calibrations, regions and backgrounds, by input of an instrument.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { App } from '../../../app/app.ts';
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

const NO_NOTES: InputNotes = { points: [], regions: [], background: undefined, isSubtracted: false };

export class SpectraSession {
  readonly #notes = signal<Readonly<Record<string, InputNotes>>>({});
  /** Input that is shown, by its id. */
  readonly inputId = signal('IN1');

  get notes(): ReadonlySignal<Readonly<Record<string, InputNotes>>> {
    return this.#notes;
  }

  notesOf(key: string): InputNotes {
    return this.#notes.value[key] ?? NO_NOTES;
  }

  change(key: string, change: Partial<InputNotes>): void {
    this.#notes.value = { ...this.#notes.value, [key]: { ...this.notesOf(key), ...change } };
  }
}

const sessions = new WeakMap<App, SpectraSession>();

/** That of the page. */
export function spectraSession(app: App): SpectraSession {
  const session = sessions.get(app) ?? new SpectraSession();
  sessions.set(app, session);
  return session;
}

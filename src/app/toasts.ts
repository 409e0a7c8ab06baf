// Messages that come by themselves. An error says what happened, what is safe and what to do next.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';

export type ToastKind = 'info' | 'success' | 'warning' | 'error';

export interface ToastAction {
  readonly label: string;
  run(): void;
}

export interface ToastOptions {
  readonly kind: ToastKind;
  readonly title: string;
  readonly detail?: string;
  readonly action?: ToastAction;
  /** Goes away by itself after this; stays until closed when left out. */
  readonly durationMs?: number;
}

export interface Toast extends ToastOptions {
  readonly id: number;
}

/** How long a message that asks for nothing stays. */
const INFO_MS = 6000;
/** More would cover the work; the oldest goes. */
const MAX_COUNT = 5;

/** Errors of the language. What has another name is a browser's, whose words are for programmers. */
const OWN_NAMES: ReadonlySet<string> = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

export class Toasts {
  readonly #clock: Clock;
  readonly #list = signal<readonly Toast[]>([]);
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get list(): ReadonlySignal<readonly Toast[]> {
    return this.#list;
  }

  /** Shows a message; the returned function takes it away. */
  show(options: ToastOptions): () => void {
    const toast = { ...options, id: this.#nextId++ };
    const others = this.#list.value.filter(({ title, detail }) => title !== toast.title || detail !== toast.detail);
    this.#list.value = [...others, toast].slice(-MAX_COUNT);
    const dismiss = () => this.dismiss(toast.id);
    if (options.durationMs !== undefined) this.#clock.after(options.durationMs, dismiss);
    return dismiss;
  }

  /** A short note that something went well. */
  note(title: string, detail?: string): void {
    this.show({ kind: 'success', title, durationMs: INFO_MS, ...(detail === undefined ? {} : { detail }) });
  }

  /**
   * Shows a failure. `title` says what did not work, in the user's words; `action` is the way out, if there is one. A
   * cancellation is not a failure.
   */
  fail(title: string, thrown: unknown, action?: ToastAction): void {
    if (isCancellation(thrown)) return;
    const error = toError(thrown);
    if (!(error instanceof LabError)) console.error(error);
    const what = OWN_NAMES.has(error.name) ? error.message || error.name : 'The browser refused a step of it';
    const detail =
      error instanceof LabError
        ? error.message
        : `${what}. If it happens again, reload the page and send the diagnostics text from Instruments.`;
    this.show({ kind: 'error', title, detail, ...(action && { action }) });
  }

  dismiss(id: number): void {
    this.#list.value = this.#list.value.filter((toast) => toast.id !== id);
  }
}

function isCancellation(thrown: unknown): boolean {
  if (thrown instanceof LabError) return thrown.code === 'cancelled';
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}

// Steps that can be taken back. Gestures that come in many small steps coalesce by key.

import { type ReadonlySignal, signal } from '@preact/signals-core';

export interface UndoStep {
  /** What it did, such as `Rename recording`. */
  readonly title: string;
  undo(): void | Promise<void>;
  /** Missing where it cannot be done again by itself. */
  redo?(): void | Promise<void>;
  /** Steps with the same key that follow one another become one: the undo of the first, the redo of the last. */
  readonly coalesceKey?: string;
}

const MAX_STEPS = 200;

interface UndoState {
  readonly done: readonly UndoStep[];
  readonly undone: readonly UndoStep[];
}

export class UndoStack {
  readonly #state = signal<UndoState>({ done: [], undone: [] });

  get state(): ReadonlySignal<UndoState> {
    return this.#state;
  }

  /** Notes a step that has just been done. What was undone before can no longer be redone. */
  push(step: UndoStep): void {
    const done = this.#state.value.done;
    const last = done.at(-1);
    if (last && step.coalesceKey !== undefined && last.coalesceKey === step.coalesceKey) {
      const merged = { ...step, undo: () => last.undo() };
      this.#state.value = { done: [...done.slice(0, -1), merged], undone: [] };
    } else {
      this.#state.value = { done: [...done, step].slice(-MAX_STEPS), undone: [] };
    }
  }

  /** Takes the last step back; false when there is none. If it throws, the step stays where it was. */
  async undo(): Promise<boolean> {
    const step = this.#state.value.done.at(-1);
    if (!step) return false;
    await step.undo();
    const { done, undone } = this.#state.value;
    this.#state.value = {
      done: done.filter((other) => other !== step),
      undone: step.redo ? [...undone, step] : undone,
    };
    return true;
  }

  /** Forgets a step that can no longer be taken back. */
  drop(step: UndoStep): void {
    const { done, undone } = this.#state.value;
    this.#state.value = { done: done.filter((other) => other !== step), undone };
  }

  async redo(): Promise<boolean> {
    const step = this.#state.value.undone.at(-1);
    if (!step) return false;
    await step.redo?.();
    const { done, undone } = this.#state.value;
    this.#state.value = { done: [...done, step], undone: undone.filter((other) => other !== step) };
    return true;
  }
}

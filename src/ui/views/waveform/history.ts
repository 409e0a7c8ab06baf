// Undo and redo of immutable states. Steps with the same key that follow each other closely are one step.

/** Wheel steps and key repeats closer together than this are undone together. */
const COALESCE_WINDOW_MS = 700;
const MAX_STEPS = 200;

interface Step<T> {
  readonly state: T;
  readonly key: string | undefined;
  atMs: number;
}

export class History<T> {
  #past: Step<T>[] = [];
  #future: T[] = [];

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Keeps `before`, the state that a change leaves. A key starting with `drag:` coalesces without a time limit. */
  record(before: T, key: string | undefined, nowMs: number): void {
    this.#future = [];
    const last = this.#past.at(-1);
    if (last && key !== undefined && last.key === key) {
      if (key.startsWith('drag:') || nowMs - last.atMs < COALESCE_WINDOW_MS) {
        last.atMs = nowMs;
        return;
      }
    }
    this.#past.push({ state: before, key, atMs: nowMs });
    if (this.#past.length > MAX_STEPS) this.#past.shift();
  }

  undo(current: T): T | undefined {
    const step = this.#past.pop();
    if (step) this.#future.push(current);
    return step?.state;
  }

  redo(current: T): T | undefined {
    const state = this.#future.pop();
    // No key: what follows a redo is a step of its own.
    if (state !== undefined) this.#past.push({ state: current, key: undefined, atMs: 0 });
    return state;
  }

  /** What was before cannot come back. */
  clear(): void {
    this.#past = [];
    this.#future = [];
  }

  /** Takes back the last step without a redo, if it has this key. */
  revert(key: string): T | undefined {
    return this.#past.at(-1)?.key === key ? this.#past.pop()?.state : undefined;
  }
}

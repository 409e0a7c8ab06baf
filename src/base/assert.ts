// Checks for programmer errors: they crash loudly. Bad input is never handled here (see errors.ts).

/** Crashes when `condition` is false: a bug of ours, not of the user or the file. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${message}`);
}

/** For the end of an exhaustive switch: compiles only when every case is handled. */
export function assertNever(value: never): never {
  throw new Error(`internal error: unexpected value ${String(value)}`);
}

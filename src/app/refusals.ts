// Files that could not be opened: said with the reason, in one message however many they are.

import { LabError, toError } from '../base/errors.ts';
import type { PickedFile } from './opened-file.ts';
import type { Toasts } from './toasts.ts';

export interface Refusal {
  readonly picked: PickedFile;
  readonly error: unknown;
}

/** `askNumbers` is the way out where the format is not known. */
export function tellRefusals(
  toasts: Toasts,
  refusals: readonly Refusal[],
  askNumbers: (picked: PickedFile) => void,
): void {
  const told = refusals.filter(({ error }) => !(error instanceof LabError && error.code === 'cancelled'));
  const [only] = told;
  if (!only) return;
  if (told.length > 1) {
    const lines = told.map(({ picked, error }) => `${picked.file.name}: ${toError(error).message}`);
    toasts.show({ kind: 'error', title: `${told.length} files were not opened`, detail: lines.join('\n') });
    return;
  }
  const { picked, error } = only;
  const isFormat = error instanceof LabError && error.code.startsWith('format/');
  const ask = { label: 'Read it as bare numbers…', run: () => askNumbers(picked) };
  toasts.fail(`${picked.file.name} was not opened`, error, isFormat && picked.file.size > 0 ? ask : undefined);
}

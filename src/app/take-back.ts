// Something that was done and that can be taken back for as long as the message about it stands: by the message's button and
// by Undo alike.

import type { Clock } from '../base/clock.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack, UndoStep } from './undo.ts';

/** How long it can be taken back. */
const TAKE_BACK_MS = 8000;

export interface Done {
  /** What it did, for Undo: `Delete a.jls`. */
  readonly step: string;
  /** The message. */
  readonly title: string;
  readonly detail?: string;
  takeBack(): void;
  /** Called when it can no longer be taken back. */
  settle?(): void;
}

export function offerBack(
  { toasts, undo, clock }: { readonly toasts: Toasts; readonly undo: UndoStack; readonly clock: Clock },
  { step: stepTitle, title, detail, takeBack, settle }: Done,
): void {
  let dismiss = () => {};
  const end = (): void => {
    undo.drop(step);
    cancel();
    dismiss();
  };
  const step: UndoStep = {
    title: stepTitle,
    undo: () => {
      takeBack();
      end();
    },
  };
  const cancel = clock.after(TAKE_BACK_MS, () => {
    end();
    settle?.();
  });
  undo.push(step);
  dismiss = toasts.show({
    kind: 'info',
    title,
    ...(detail === undefined ? {} : { detail }),
    action: { label: 'Undo', run: () => void step.undo() },
  });
}

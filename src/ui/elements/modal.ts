// The one way to open a modal dialog. All of the page outside the topmost one is inert, so what must stay within reach
// whatever is open (messages) asks here where that is.

import { computed, type ReadonlySignal, signal } from '@preact/signals-core';

const open = signal<readonly HTMLDialogElement[]>([]);

/** The topmost open dialog. Reading it within an effect keeps up. */
export const topDialog: ReadonlySignal<HTMLDialogElement | undefined> = computed(() => open.value.at(-1));

/** Opens it over everything else; one that is open stays as it is. */
export function showModal(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  dialog.showModal();
  open.value = [...open.value.filter((other) => other !== dialog && other.isConnected), dialog];
  const onClose = () => {
    open.value = open.value.filter((other) => other !== dialog);
  };
  dialog.addEventListener('close', onClose, { once: true });
}

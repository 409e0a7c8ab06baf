// Which open files are laid over the one that is looked at.

import type { OpenedFile } from '../../../app/opened-file.ts';
import { tabNames } from '../../../app/tab-names.ts';
import { axesOf, isSameAxis, storeOnAxis } from '../../../model/axis.ts';
import type { SignalAxis, SignalStore } from '../../../model/signal-store.ts';
import type { ComparedStore } from '../waveform/lanes.ts';

/** Keeps the chosen files as stores, the same objects as long as the same files are compared along the same axis. */
export class ComparedFiles {
  #keys: readonly string[] = [];
  #stores: readonly ComparedStore[] = [];
  #wholes: readonly SignalStore[] = [];
  #axis: SignalAxis | undefined;

  get keys(): readonly string[] {
    return this.#keys;
  }

  add(key: string): void {
    if (!this.#keys.includes(key)) this.#keys = [...this.#keys, key];
  }

  remove(key: string): void {
    this.#keys = this.#keys.filter((other) => other !== key);
  }

  clear(): void {
    this.#keys = [];
  }

  /** Those that are still open; what was closed is compared no more. */
  stores(opened: readonly OpenedFile[], axis: SignalAxis): readonly ComparedStore[] {
    const files = this.#keys.flatMap((key) => opened.find((file) => file.key === key) ?? []);
    this.#keys = files.map(({ key }) => key);
    const wholes = files.map(({ content }) => content.store);
    const isSame =
      this.#axis !== undefined &&
      isSameAxis(this.#axis, axis) &&
      wholes.length === this.#wholes.length &&
      wholes.every((whole, i) => whole === this.#wholes[i]);
    if (isSame) return this.#stores;
    const names = tabNames(opened);
    this.#axis = axis;
    this.#wholes = wholes;
    this.#stores = files.map(({ key, content }) => ({
      store: storeOnAxis(content.store, axis),
      label: names.get(key) ?? content.name,
    }));
    return this.#stores;
  }
}

/** Others that have something along the axis: the rest shares no plot with it. */
export function comparable(others: readonly OpenedFile[], axis: SignalAxis): readonly OpenedFile[] {
  return others.filter(({ content }) => axesOf(content.store.signals()).some((one) => isSameAxis(one, axis)));
}

// Which open files are laid over the one that is looked at.

import type { OpenedFile } from '../../../app/opened-file.ts';
import { recordingViewKey } from '../../../app/saved-views.ts';
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
    const names = tabNames(opened);
    const stateKeys = dataKeys(opened);
    const before = this.#axis && isSameAxis(this.#axis, axis) ? this.#stores : [];
    const next = files.map(({ key, content }, place) => {
      const whole = content.store;
      const label = names.get(key) ?? content.name;
      const known = before.find((_, i) => this.#wholes[i] === whole);
      const isSame = known === before[place] && known?.label === label && known.key === stateKeys.get(key);
      return isSame ? known! : { store: known?.store ?? storeOnAxis(whole, axis), label, key: stateKeys.get(key)! };
    });
    this.#axis = axis;
    this.#wholes = files.map(({ content }) => content.store);
    const isAsBefore = next.length === before.length && next.every((each, i) => each === before[i]);
    if (!isAsBefore) this.#stores = next;
    return this.#stores;
  }
}

/** What a saved view calls each file, by its key: the same for the same data in another visit, and for no other file. */
function dataKeys(files: readonly OpenedFile[]): ReadonlyMap<string, string> {
  const keyOf = ({ source, recordingId, choice }: OpenedFile) => {
    if (recordingId !== undefined) return recordingViewKey(recordingId);
    const { name, size, lastModified, webkitRelativePath } = source;
    const how = Object.keys(choice).length > 0 ? ` ${JSON.stringify(choice)}` : '';
    return `${webkitRelativePath || name} ${size} ${lastModified}${how}`;
  };
  const all = files.map((file) => [file.key, keyOf(file)] as const);
  const isShared = (own: string) => all.filter(([, other]) => other === own).length > 1;
  return new Map(all.map(([key, own]) => [key, isShared(own) ? `${own} ${key}` : own]));
}

/** Others that have something along the axis: the rest shares no plot with it. */
export function comparable(others: readonly OpenedFile[], axis: SignalAxis): readonly OpenedFile[] {
  return others.filter(({ content }) => axesOf(content.store.signals()).some((one) => isSameAxis(one, axis)));
}

// Files whose opening takes a while: how far each is, and its beginning, which can be looked at meanwhile.

import { computed, type ReadonlySignal, signal } from '@preact/signals-core';
import type { OpenFile } from './ports.ts';

export interface Opening {
  /** What names the file in the address when it is open. */
  readonly key: string;
  readonly name: string;
  /** How much of it has been read, 0…1; undefined where nobody tells. */
  readonly share: number | undefined;
  /** Its first samples, where it takes long. */
  readonly beginning: OpenFile | undefined;
  cancel(): void;
}

/** What whoever opens a file is given. */
export interface OpeningControl {
  /** The user gave it up. */
  readonly signal: AbortSignal;
  /** Takes news; a beginning is closed when the opening is over. */
  tell(news: Partial<Pick<Opening, 'share' | 'beginning'>>): void;
}

export class Openings {
  readonly #list = signal<readonly Opening[]>([]);
  /** Whether there is one. */
  readonly isAny: ReadonlySignal<boolean> = computed(() => this.#list.value.length > 0);

  get list(): ReadonlySignal<readonly Opening[]> {
    return this.#list;
  }

  /** One more for as long as `open` takes. */
  async during<T>(key: string, name: string, open: (control: OpeningControl) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let own: Opening = { key, name, share: undefined, beginning: undefined, cancel: () => controller.abort() };
    const tell: OpeningControl['tell'] = (news) => {
      const next = { ...own, ...news };
      this.#list.value = this.#list.value.map((other) => (other === own ? next : other));
      own = next;
    };
    this.#list.value = [...this.#list.value, own];
    try {
      return await open({ signal: controller.signal, tell });
    } finally {
      this.#list.value = this.#list.value.filter((other) => other !== own);
      own.beginning?.close();
    }
  }
}

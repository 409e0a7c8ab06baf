// How the page of a recording ended, as far as that can be told: a page that is closed says so on its way out, one that the
// browser discarded is told when it is loaded again, and what is left crashed or was cut off with its browser. Page only.

/** The part of `localStorage` and `sessionStorage` that is needed. */
interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface PageEndsHost {
  /** Kept for all tabs. */
  readonly local: Store;
  /** Kept for this tab, also when it is loaded again. */
  readonly session: Store;
  readonly wasDiscarded: boolean;
}

const MADE_KEY = 'pulsebench.recorded-here';
const LEFT_KEY = 'pulsebench.left-recording';
/** Older ones have been told long ago. */
const MAX_COUNT = 20;

export class PageEnds {
  readonly #host: PageEndsHost | undefined;

  /** Without a host, where the browser keeps nothing, nothing is known. */
  constructor(host: PageEndsHost | undefined) {
    this.#host = host;
  }

  /** This tab makes the recording `id`. */
  began(id: string): void {
    add(this.#host?.session, MADE_KEY, [id]);
  }

  /** This page is left while it makes these recordings. */
  left(ids: readonly string[]): void {
    if (ids.length > 0) add(this.#host?.local, LEFT_KEY, ids);
  }

  /** A sentence about the end of a recording that nobody finished. */
  sentenceFor(id: string): string {
    if (has(this.#host?.local, LEFT_KEY, id)) return 'It ended because its page was closed, left or loaded again.';
    if (this.#host?.wasDiscarded && has(this.#host.session, MADE_KEY, id)) {
      return 'It ended because the browser discarded its page to save memory.';
    }
    return 'It was cut off: its page, the browser or the computer ended without a word.';
  }
}

/** The host that browsers give; `undefined` where they keep nothing for this page. */
export function browserPageEnds(): PageEndsHost | undefined {
  try {
    const { wasDiscarded = false } = document as { readonly wasDiscarded?: boolean };
    return { local: window.localStorage, session: window.sessionStorage, wasDiscarded };
  } catch {
    return undefined;
  }
}

function add(store: Store | undefined, key: string, ids: readonly string[]): void {
  const all = [...idsIn(store, key), ...ids].slice(-MAX_COUNT);
  try {
    store?.setItem(key, all.join(' '));
  } catch {
    // full: the sentence is a more general one then
  }
}

function has(store: Store | undefined, key: string, id: string): boolean {
  return idsIn(store, key).includes(id);
}

function idsIn(store: Store | undefined, key: string): readonly string[] {
  return (store?.getItem(key) ?? '').split(' ').filter((id) => id !== '');
}
